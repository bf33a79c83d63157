//! The shapes that every type of the API has: an object, a body that is only sent, one of several objects, a filter.
//!
//! They are written once here so that each type elsewhere is nothing but its fields, their wire names and their docs.
//! What all of them promise:
//!
//! - **Unset is absent.** A field nobody set is not sent; an empty object that was set is.
//! - **Nothing is lost.** Fields and words this version does not know are kept, and go back as they came.
//! - **`Debug` is fit for a log.** Unset fields are left out; secrets, phone numbers and personal text do not show.

/// An object of the API: all fields optional, unknown ones kept in `extra`.
///
/// The kinds: `plain` is sent and received and has `new()`, `both` is the same with a constructor of its own, `response`
/// is received only and has no setters and no `Serialize`. A field marked `quiet` shows in `Debug` only as being set.
macro_rules! model {
    (
        $(#[$meta:meta])*
        $kind:ident $name:ident {
            $( $(#[$about:meta])* $field:ident: $ty:ty => $wire:literal $($mode:ident)?, )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Default, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $( $(#[$about])* pub $field: Option<$ty>, )*
            /// Fields this version does not know, by their wire names.
            pub extra: $crate::types::JsonMap,
        }

        impl $name {
            /// The fields this version knows, as the API spells them.
            pub const FIELDS: &'static [&'static str] = &[$($wire),*];
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let mut out = f.debug_struct(stringify!($name));
                $( if let Some(value) = &self.$field {
                    out.field(stringify!($field), &model!(@show value $($mode)?));
                } )*
                if !self.extra.is_empty() {
                    out.field("extra", &self.extra);
                }
                out.finish()
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Fields;
                impl<'de> serde::de::Visitor<'de> for Fields {
                    type Value = $name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("an object")
                    }

                    fn visit_map<A: serde::de::MapAccess<'de>>(
                        self,
                        mut map: A,
                    ) -> Result<$name, A::Error> {
                        let mut read = $name::default();
                        while let Some(key) = map.next_key::<String>()? {
                            match key.as_str() {
                                $( $wire => read.$field = map.next_value()?, )*
                                _ => {
                                    let value = map.next_value()?;
                                    read.extra.insert(key, value);
                                }
                            }
                        }
                        Ok(read)
                    }
                }
                deserializer.deserialize_map(Fields)
            }
        }

        model!(@$kind $name { $( $(#[$about])* $field: $ty => $wire, )* });
    };

    (@show $value:ident) => { $crate::types::Shown($value) };
    (@show $value:ident quiet) => {{
        let _ = $value;
        $crate::types::NotShown
    }};

    (@response $name:ident { $($rest:tt)* }) => {};

    (@plain $name:ident { $($rest:tt)* }) => {
        impl $name {
            /// One with nothing set.
            #[must_use]
            pub fn new() -> Self {
                Self::default()
            }
        }
        model!(@both $name { $($rest)* });
    };

    (@both $name:ident { $( $(#[$about:meta])* $field:ident: $ty:ty => $wire:literal, )* }) => {
        #[allow(clippy::should_implement_trait, reason = "setters are named as the fields are")]
        impl $name {
            $(
                $(#[$about])*
                #[must_use]
                pub fn $field(mut self, $field: impl Into<$ty>) -> Self {
                    self.$field = Some($field.into());
                    self
                }
            )*

            /// Sets a field by its wire name, as a way to one this version does not know. It wins over a typed field.
            #[must_use]
            pub fn with_extra(
                mut self,
                name: impl Into<String>,
                value: impl Into<serde_json::Value>,
            ) -> Self {
                self.extra.insert(name.into(), value.into());
                self
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap as _;

                let mut map = serializer.serialize_map(None)?;
                $( if let Some(value) = &self.$field
                    && !self.extra.contains_key($wire)
                {
                    map.serialize_entry($wire, value)?;
                } )*
                for (name, value) in self.extra.iter() {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
        }
    };
}

/// A body that is only sent: what it must have stands in round brackets and in its constructor, the rest is optional.
///
/// `null` is told from absent: a field that can be cleared has a [`Clearable`](crate::types::Clearable). It can be read
/// as well, strictly: from a file, or to be held against the schema.
macro_rules! request {
    (
        $(#[$meta:meta])*
        $name:ident (
            $( $(#[$must_about:meta])* $must:ident: $must_ty:ty => $must_wire:literal $($must_mode:ident)?, )*
        ) {
            $( $(#[$about:meta])* $field:ident: $ty:ty => $wire:literal $($mode:ident)?, )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $( $(#[$must_about])* pub $must: $must_ty, )*
            $( $(#[$about])* pub $field: Option<$ty>, )*
            /// Fields this version does not know, by their wire names.
            pub extra: $crate::types::JsonMap,
        }

        request!(@default $name ( $($must)* ));

        impl $name {
            /// The fields this version knows, as the API spells them.
            pub const FIELDS: &'static [&'static str] = &[$($must_wire,)* $($wire),*];
        }

        #[allow(clippy::should_implement_trait, reason = "setters are named as the fields are")]
        impl $name {
            /// One with what it must have, and nothing else set.
            #[must_use]
            pub fn new($( $must: impl Into<$must_ty> ),*) -> Self {
                Self {
                    $( $must: $must.into(), )*
                    $( $field: None, )*
                    extra: $crate::types::JsonMap::new(),
                }
            }

            $(
                $(#[$about])*
                #[must_use]
                pub fn $field(mut self, $field: impl Into<$ty>) -> Self {
                    self.$field = Some($field.into());
                    self
                }
            )*

            /// Sets a field by its wire name, as a way to one this version does not know. It wins over a typed field.
            #[must_use]
            pub fn with_extra(
                mut self,
                name: impl Into<String>,
                value: impl Into<serde_json::Value>,
            ) -> Self {
                self.extra.insert(name.into(), value.into());
                self
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let mut out = f.debug_struct(stringify!($name));
                $( {
                    let value = &self.$must;
                    out.field(stringify!($must), &model!(@show value $($must_mode)?));
                } )*
                $( if let Some(value) = &self.$field {
                    out.field(stringify!($field), &model!(@show value $($mode)?));
                } )*
                if !self.extra.is_empty() {
                    out.field("extra", &self.extra);
                }
                out.finish()
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap as _;

                let mut map = serializer.serialize_map(None)?;
                $( if !self.extra.contains_key($must_wire) {
                    map.serialize_entry($must_wire, &self.$must)?;
                } )*
                $( if let Some(value) = &self.$field
                    && !self.extra.contains_key($wire)
                {
                    map.serialize_entry($wire, value)?;
                } )*
                for (name, value) in self.extra.iter() {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Fields;
                impl<'de> serde::de::Visitor<'de> for Fields {
                    type Value = $name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("an object")
                    }

                    fn visit_map<A: serde::de::MapAccess<'de>>(
                        self,
                        mut map: A,
                    ) -> Result<$name, A::Error> {
                        $( let mut $must: Option<$must_ty> = None; )*
                        $( let mut $field: Option<$ty> = None; )*
                        let mut extra = $crate::types::JsonMap::new();
                        while let Some(key) = map.next_key::<String>()? {
                            match key.as_str() {
                                $( $must_wire => $must = Some(map.next_value()?), )*
                                $( $wire => $field = Some(map.next_value()?), )*
                                _ => {
                                    let value = map.next_value()?;
                                    extra.insert(key, value);
                                }
                            }
                        }
                        Ok($name {
                            $( $must: $must
                                .ok_or_else(|| serde::de::Error::missing_field($must_wire))?, )*
                            $( $field, )*
                            extra,
                        })
                    }
                }
                deserializer.deserialize_map(Fields)
            }
        }
    };

    (@default $name:ident ()) => {
        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }
    };
    (@default $name:ident ( $($must:ident)+ )) => {};
}

/// An object with exactly one known field, as an enum; anything else is kept in `Other`.
macro_rules! one_of {
    (
        $(#[$meta:meta])*
        $name:ident {
            $( $(#[$about:meta])* $variant:ident($ty:ty) => $wire:literal, )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum $name {
            $( $(#[$about])* $variant($ty), )*
            /// Anything this version does not know, or that has not exactly one field: the object as it came.
            Other($crate::types::JsonMap),
        }

        impl $name {
            /// The fields this version knows, as the API spells them.
            pub const FIELDS: &'static [&'static str] = &[$($wire),*];
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $( Self::$variant(value) => $crate::types::single(serializer, $wire, value), )*
                    Self::Other(object) => serde::Serialize::serialize(object, serializer),
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let object =
                    <$crate::types::JsonMap as serde::Deserialize>::deserialize(deserializer)?;
                let Some(key) = $crate::types::only_key(&object) else {
                    return Ok(Self::Other(object));
                };
                match key {
                    $( $wire => $crate::types::from_only(&object, $wire).map(Self::$variant), )*
                    _ => Ok(Self::Other(object)),
                }
            }
        }
    };
}

/// Which items of a list: its own filters, then `page_size` and `cursor`, which every list has.
macro_rules! filter {
    (
        $(#[$meta:meta])*
        $name:ident {
            $( $(#[$about:meta])* $field:ident: $ty:ty => $wire:literal, )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Default, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $( $(#[$about])* pub $field: Option<$ty>, )*
            /// How many to a page; the API decides unless set.
            pub page_size: Option<u32>,
            /// Where to begin.
            pub cursor: Option<voice_core::client::Cursor>,
        }

        impl $name {
            /// All of them, in the API's order.
            #[must_use]
            pub fn new() -> Self {
                Self::default()
            }

            $(
                $(#[$about])*
                #[must_use]
                pub fn $field(mut self, $field: impl Into<$ty>) -> Self {
                    self.$field = Some($field.into());
                    self
                }
            )*

            /// So many to a page.
            #[must_use]
            pub fn page_size(mut self, items: u32) -> Self {
                self.page_size = Some(items);
                self
            }

            /// Goes on where an earlier list of the same filter stopped.
            #[must_use]
            pub fn cursor(mut self, cursor: voice_core::client::Cursor) -> Self {
                self.cursor = Some(cursor);
                self
            }

            fn list(
                &self,
                client: &voice_core::client::Client,
                operation: &'static voice_core::client::Operation,
            ) -> $crate::list::List {
                let list = $crate::list::List::new(client, operation);
                $( let list = list.query_option($wire, self.$field.as_ref()); )*
                list.query_option("pageSize", self.page_size.as_ref())
                    .from(self.cursor.as_ref())
            }
        }
    };
}
