//! The shape of a choice between objects that their `type` tells apart.

/// Declares an open enum over objects, told apart by their `type`; what is not known is kept whole in `Unknown`.
macro_rules! tagged {
    (
        $(#[$meta:meta])*
        $name:ident {
            $( $(#[$about:meta])* $variant:ident($ty:ty) => $wire:literal, )*
        }
    ) => {
        $(#[$meta])*
        ///
        /// Open: an object of another `type`, or of none, is kept whole in `Unknown` and written back unchanged.
        #[derive(Clone, PartialEq)]
        #[non_exhaustive]
        pub enum $name {
            $( $(#[$about])* $variant($ty), )*
            /// One this version does not know.
            Unknown {
                /// Its `type`; empty if it has none.
                kind: String,
                /// The whole object, `type` included.
                raw: $crate::wire::JsonMap,
            },
        }

        impl $name {
            /// The types this version knows, as the API spells them.
            pub const KNOWN: &'static [&'static str] = &[$($wire),*];

            /// The `type`.
            #[must_use]
            pub fn kind(&self) -> &str {
                match self {
                    $( Self::$variant(_) => $wire, )*
                    Self::Unknown { kind, .. } => kind,
                }
            }

            /// Reads an object; this never fails.
            pub(crate) fn read_map(
                mut map: serde_json::Map<String, serde_json::Value>,
            ) -> Self {
                let kind = match map.get("type") {
                    Some(serde_json::Value::String(kind)) => kind.clone(),
                    _ => String::new(),
                };
                match kind.as_str() {
                    $( $wire => {
                        map.remove("type");
                        Self::$variant($crate::wire::Fields::read_fields(map))
                    } )*
                    _ => Self::Unknown { kind, raw: map.into() },
                }
            }
        }

        /// An unknown one shows its type and the names of its fields.
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self {
                    $( Self::$variant(value) => {
                        f.debug_tuple(stringify!($variant)).field(value).finish()
                    } )*
                    Self::Unknown { kind, raw } => f
                        .debug_struct("Unknown")
                        .field("kind", &voice_core::secret::redact(kind))
                        .field("raw", raw)
                        .finish(),
                }
            }
        }

        impl $crate::wire::Lenient for $name {
            fn read(value: serde_json::Value) -> Result<Self, serde_json::Value> {
                match value {
                    serde_json::Value::Object(map) => Ok(Self::read_map(map)),
                    other => Err(other),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $( Self::$variant(value) => {
                        $crate::wire::write_tagged(serializer, Some($wire), value)
                    } )*
                    Self::Unknown { raw, .. } => serde::Serialize::serialize(raw, serializer),
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <serde_json::Map<String, serde_json::Value> as serde::Deserialize>::deserialize(
                    deserializer,
                )
                .map(Self::read_map)
            }
        }
    };
}

/// Lets an enum be made from the objects it chooses between.
macro_rules! from_variants {
    ($name:ident: $( $variant:ident($ty:ty) ),* $(,)?) => {
        $( impl From<$ty> for $name {
            fn from(value: $ty) -> Self {
                Self::$variant(value.into())
            }
        } )*
    };
}

pub(crate) use {from_variants, tagged};
