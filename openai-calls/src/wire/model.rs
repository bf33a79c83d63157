//! The shape of an object, and of an open set of words.

/// Declares an object of the API: all fields optional, unknown ones kept in `extra`.
///
/// `plain` has a `new()`, `both` is for types with a constructor of their own, `event` is an event: it has an `event_id`
/// as well. `as "tag"` is a `type` the object always writes. A field marked `null` has three states; one marked `quiet`
/// shows in `Debug` only as being set.
macro_rules! model {
    (
        $(#[$meta:meta])*
        event $name:ident {
            $($rest:tt)*
        }
    ) => {
        $crate::wire::model! {
            $(#[$meta])*
            both $name {
                /// The event's own id.
                event_id: $crate::events::EventId => "event_id",
                $($rest)*
            }
        }

        impl $name {
            /// One with nothing set.
            #[must_use]
            pub fn new() -> Self {
                Self::default()
            }
        }

        impl $crate::events::Identified for $name {
            fn id(&self) -> Option<&$crate::events::EventId> {
                self.event_id.as_ref()
            }
        }
    };

    (
        $(#[$meta:meta])*
        plain $name:ident $(as $tag:literal)? {
            $($rest:tt)*
        }
    ) => {
        $crate::wire::model! {
            $(#[$meta])*
            both $name $(as $tag)? {
                $($rest)*
            }
        }

        impl $name {
            /// One with nothing set.
            #[must_use]
            pub fn new() -> Self {
                Self::default()
            }
        }
    };

    (
        $(#[$meta:meta])*
        both $name:ident $(as $tag:literal)? {
            $( $(#[$about:meta])* $field:ident: $ty:ty => $wire:literal $($mode:ident)*, )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Default, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $( $(#[$about])* pub $field: $crate::wire::slot_type!($ty; $($mode)*), )*
            /// Fields this version does not know, and known ones whose value has not the documented form, by their wire
            /// names. They win over typed fields of the same name.
            pub extra: $crate::wire::JsonMap,
        }

        #[allow(clippy::should_implement_trait, reason = "setters are named as the fields are")]
        impl $name {
            /// The fields this version knows beside the object's own tag, as the API spells them.
            pub const FIELDS: &'static [&'static str] = &[$($wire),*];

            $(
                $(#[$about])*
                #[must_use]
                pub fn $field(
                    mut self,
                    $field: impl Into<$crate::wire::setter_type!($ty; $($mode)*)>,
                ) -> Self {
                    self.extra.remove($wire);
                    let value: $crate::wire::setter_type!($ty; $($mode)*) = $field.into();
                    self.$field = value.into();
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

        impl $crate::wire::Fields for $name {
            const TAG: Option<&'static str> = $crate::wire::model!(@tag $($tag)?);

            fn read_fields(map: serde_json::Map<String, serde_json::Value>) -> Self {
                let mut read = Self::default();
                for (key, value) in map {
                    let unread = match key.as_str() {
                        $( $wire => match $crate::wire::Slot::fill(value) {
                            Ok(value) => {
                                read.$field = value;
                                None
                            }
                            Err(value) => Some(value),
                        }, )*
                        _ => Some(value),
                    };
                    if let Some(value) = unread {
                        read.extra.insert(key, value);
                    }
                }
                read
            }

            fn write_fields<M: serde::ser::SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
                $( if $crate::wire::Slot::is_set(&self.$field) && !self.extra.contains_key($wire) {
                    map.serialize_entry($wire, &self.$field)?;
                } )*
                for (name, value) in self.extra.iter() {
                    map.serialize_entry(name, value)?;
                }
                Ok(())
            }

            fn extra(&self) -> &$crate::wire::JsonMap {
                &self.extra
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let mut out = f.debug_struct(stringify!($name));
                $( $crate::wire::Slot::show(
                    &self.$field,
                    stringify!($field),
                    $crate::wire::model!(@quiet $($mode)*),
                    &mut out,
                ); )*
                if !self.extra.is_empty() {
                    out.field("extra", &self.extra);
                }
                out.finish()
            }
        }

        impl $crate::wire::Lenient for $name {
            fn read(value: serde_json::Value) -> Result<Self, serde_json::Value> {
                match value {
                    serde_json::Value::Object(map) => {
                        Ok(<Self as $crate::wire::Fields>::read_tagged(map))
                    }
                    other => Err(other),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::wire::write_tagged(
                    serializer,
                    <Self as $crate::wire::Fields>::TAG,
                    self,
                )
            }
        }

        /// Takes any object; a field that has not the documented form is kept in `extra`.
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <serde_json::Map<String, serde_json::Value> as serde::Deserialize>::deserialize(
                    deserializer,
                )
                .map(<Self as $crate::wire::Fields>::read_tagged)
            }
        }
    };

    (@tag) => { None };
    (@tag $tag:literal) => { Some($tag) };

    (@quiet) => { false };
    (@quiet quiet $($mode:ident)*) => { true };
    (@quiet null $($mode:ident)*) => { $crate::wire::model!(@quiet $($mode)*) };
}

/// How a field is kept: `null` gives it three states.
macro_rules! slot_type {
    ($ty:ty;) => { Option<$ty> };
    ($ty:ty; null $($mode:ident)*) => { $crate::wire::Setting<$ty> };
    ($ty:ty; quiet $($mode:ident)*) => { $crate::wire::slot_type!($ty; $($mode)*) };
}

/// What a field's setter takes.
macro_rules! setter_type {
    ($ty:ty;) => { $ty };
    ($ty:ty; null $($mode:ident)*) => { $crate::wire::Setting<$ty> };
    ($ty:ty; quiet $($mode:ident)*) => { $crate::wire::setter_type!($ty; $($mode)*) };
}

/// An open set of words, see [`open_enum!`](voice_core::wire::open_enum).
macro_rules! words {
    (
        $(#[$meta:meta])*
        pub enum $name:ident { $($body:tt)* }
    ) => {
        voice_core::wire::open_enum! {
            $(#[$meta])*
            pub enum $name { $($body)* }
        }

        impl $crate::wire::Lenient for $name {
            fn read(value: serde_json::Value) -> Result<Self, serde_json::Value> {
                <String as $crate::wire::Lenient>::read(value).map(Self::from)
            }
        }
    };
}

pub(crate) use {model, setter_type, slot_type, words};
