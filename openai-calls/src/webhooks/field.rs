//! How one field is taken out of an object and put back, and the macro that makes a type from a list of fields.

use serde_json::{Map, Value, json};
use voice_core::provider::{CallId, SipHeader};

/// A value within an event.
pub(super) trait Field: Sized {
    /// Reads it; the error is where in it the trouble is, empty for the value itself.
    fn read(value: Value) -> Result<Self, String>;
    /// Writes it.
    fn write(&self) -> Value;
}

impl Field for Value {
    fn read(value: Value) -> Result<Self, String> {
        Ok(value)
    }

    fn write(&self) -> Value {
        self.clone()
    }
}

impl Field for String {
    fn read(value: Value) -> Result<Self, String> {
        match value {
            Value::String(text) => Ok(text),
            _ => Err(String::new()),
        }
    }

    fn write(&self) -> Value {
        Value::String(self.clone())
    }
}

impl Field for i64 {
    fn read(value: Value) -> Result<Self, String> {
        value.as_i64().ok_or_else(String::new)
    }

    fn write(&self) -> Value {
        Value::from(*self)
    }
}

impl Field for CallId {
    fn read(value: Value) -> Result<Self, String> {
        Self::new(String::read(value)?).map_err(|_| String::new())
    }

    fn write(&self) -> Value {
        Value::from(self.as_str())
    }
}

impl Field for Vec<SipHeader> {
    fn read(value: Value) -> Result<Self, String> {
        let Value::Array(items) = value else {
            return Err(String::new());
        };
        let headers = items.iter().enumerate().map(|(at, item)| {
            let part = |name: &str| {
                let text = item.get(name).and_then(Value::as_str);
                text.ok_or_else(|| format!("[{at}].{name}"))
            };
            Ok(SipHeader::new(part("name")?, part("value")?))
        });
        headers.collect()
    }

    fn write(&self) -> Value {
        let headers = self
            .iter()
            .map(|header| json!({"name": header.name, "value": header.value}));
        headers.collect()
    }
}

/// Takes a field that has to be there.
pub(super) fn need<T: Field>(map: &mut Map<String, Value>, name: &str) -> Result<T, String> {
    let value = map
        .remove(name)
        .ok_or_else(|| format!("{name} is missing"))?;
    read(value, name)
}

/// Takes a field that may be missing or null.
pub(super) fn may<T: Field>(map: &mut Map<String, Value>, name: &str) -> Result<Option<T>, String> {
    match map.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => read(value, name).map(Some),
    }
}

fn read<T: Field>(value: Value, name: &str) -> Result<T, String> {
    T::read(value).map_err(|within| format!("{name}{within} has an unexpected form"))
}

/// The data of an event: what is required, what may be there, and whatever else came. A field marked `quiet` shows in `Debug`
/// only as being set.
macro_rules! data {
    (
        $(#[$meta:meta])*
        $name:ident {
            $( $(#[$about:meta])* $field:ident: $ty:ty => $wire:literal $($mode:ident)?, )*
            $( ; $( $(#[$may_about:meta])* $may_field:ident: $may_ty:ty => $may_wire:literal $($may_mode:ident)?, )* )?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $( $(#[$about])* pub $field: $ty, )*
            $( $( $(#[$may_about])* pub $may_field: Option<$may_ty>, )* )?
            /// Fields this version does not know, by their wire names.
            pub extra: serde_json::Map<String, serde_json::Value>,
        }

        impl $name {
            /// The fields this version knows, as the API spells them.
            pub const FIELDS: &'static [&'static str] = &[$($wire,)* $($($may_wire,)*)?];

            pub(super) fn read(
                mut map: serde_json::Map<String, serde_json::Value>,
            ) -> Result<Self, String> {
                Ok(Self {
                    $( $field: $crate::webhooks::field::need(&mut map, $wire)?, )*
                    $( $( $may_field: $crate::webhooks::field::may(&mut map, $may_wire)?, )* )?
                    extra: map,
                })
            }

            pub(super) fn write(&self) -> serde_json::Map<String, serde_json::Value> {
                let mut map = self.extra.clone();
                $( map.insert($wire.to_owned(), $crate::webhooks::field::Field::write(&self.$field)); )*
                $( $( if let Some(value) = &self.$may_field {
                    map.insert($may_wire.to_owned(), $crate::webhooks::field::Field::write(value));
                } )* )?
                map
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let mut out = f.debug_struct(stringify!($name));
                $( out.field(stringify!($field), data!(@show self.$field $(, $mode)?)); )*
                $( $( if let Some(value) = &self.$may_field {
                    out.field(stringify!($may_field), data!(@show *value $(, $may_mode)?));
                } )* )?
                if !self.extra.is_empty() {
                    out.field("extra", &self.extra.len());
                }
                out.finish()
            }
        }
    };
    (@show $value:expr) => { &$value };
    (@show $value:expr, quiet) => { { let _ = &$value; &"…" } };
}

pub(super) use data;
