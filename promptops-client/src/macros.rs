//! The shape of every object of the API, written once, so that each type elsewhere is nothing but its fields and their docs.
//!
//! What all of them promise:
//!
//! - **Unset is absent.** A field nobody set is not sent.
//! - **Nothing is lost.** Fields this version does not know are kept in `extra` and go back as they came.
//! - **Null is unset**, and a list that is null is empty.
//! - **`Debug` is fit for a log.** Unset fields are left out; prompt texts and secrets do not show.

/// An object: in round brackets what it must have, in braces what it may have, in square brackets its lists.
///
/// Fields have their wire names. A field marked `=> quiet` shows in `Debug` only as being set.
macro_rules! model {
    (
        $(#[$meta:meta])*
        $name:ident (
            $( $(#[$must_about:meta])* $must:ident: $must_ty:ty $(=> $must_mode:ident)?, )*
        ) {
            $( $(#[$about:meta])* $field:ident: $ty:ty $(=> $mode:ident)?, )*
        } [
            $( $(#[$list_about:meta])* $list:ident: $item:ty, )*
        ]
    ) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        #[non_exhaustive]
        pub struct $name {
            $( $(#[$must_about])* pub $must: $must_ty, )*
            $(
                $(#[$about])*
                #[serde(default, skip_serializing_if = "Option::is_none")]
                pub $field: Option<$ty>,
            )*
            $(
                $(#[$list_about])*
                #[serde(
                    default,
                    skip_serializing_if = "Vec::is_empty",
                    deserialize_with = "crate::models::null_is_empty"
                )]
                pub $list: Vec<$item>,
            )*
            /// Fields this version does not know, by their wire names.
            #[serde(flatten)]
            pub extra: $crate::models::JsonMap,
        }

        model!(@default $name ( $($must)* ));

        impl $name {
            /// The fields this version knows, as the API spells them.
            pub const FIELDS: &'static [&'static str] = &[
                $( stringify!($must), )*
                $( stringify!($field), )*
                $( stringify!($list), )*
            ];

            /// One with what it must have, and nothing else set.
            #[must_use]
            pub fn new($( $must: impl Into<$must_ty> ),*) -> Self {
                Self {
                    $( $must: $must.into(), )*
                    $( $field: None, )*
                    $( $list: Vec::new(), )*
                    extra: $crate::models::JsonMap::new(),
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

            $(
                $(#[$list_about])*
                #[must_use]
                pub fn $list<T: Into<$item>>(mut self, $list: impl IntoIterator<Item = T>) -> Self {
                    self.$list = $list.into_iter().map(Into::into).collect();
                    self
                }
            )*

            /// Sets a field this version does not know, by its wire name. One it knows is set by its own method.
            #[must_use]
            pub fn with_extra(
                mut self,
                name: impl Into<String>,
                value: impl Into<serde_json::Value>,
            ) -> Self {
                let name = name.into();
                if !Self::FIELDS.contains(&name.as_str()) {
                    self.extra.insert(name, value.into());
                }
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
                $( if !self.$list.is_empty() {
                    out.field(stringify!($list), &$crate::models::Shown(&self.$list));
                } )*
                if !self.extra.is_empty() {
                    out.field("extra", &self.extra);
                }
                out.finish()
            }
        }
    };

    (@show $value:ident) => { $crate::models::Shown($value) };
    (@show $value:ident quiet) => {{
        let _ = $value;
        $crate::models::NotShown
    }};

    (@default $name:ident ()) => {
        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }
    };
    (@default $name:ident ( $($must:ident)+ )) => {};
}

pub(crate) use model;
