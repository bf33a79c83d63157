//! The shape that every object of an answer has.

/// An object of an answer: all fields optional, unknown ones kept in `extra`.
///
/// A field is read leniently (see `types::read`); one that cannot be read is kept in `extra` too. An object that has none of
/// its keys is refused: it is something else. `Debug` leaves unset fields out and redacts. `Serialize` writes what is set,
/// by the wire names, except secrets.
macro_rules! resource {
    (
        $(#[$meta:meta])*
        $name:ident, $list:literal, [$($key:literal)*] {
            $( $(#[$about:meta])* $field:ident: $ty:ty => $wire:literal $(| $alias:literal)* $(, $mode:ident)?; )*
        }
    ) => {
        $(#[$meta])*
        ///
        /// Every field is optional: the vendor's samples each lack some. Fields this version does not know are in
        /// `extra`.
        #[derive(Clone, Default, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $( $(#[$about])* pub $field: Option<$ty>, )*
            /// Fields this version does not know, by their wire names.
            pub extra: $crate::types::Extra,
        }

        impl $crate::envelope::Resource for $name {
            const LIST: &'static str = $list;

            fn from_object(
                object: serde_json::Map<String, serde_json::Value>,
            ) -> Result<Self, &'static str> {
                const KEYS: &[&str] = &[$($key),*];
                if !KEYS.iter().any(|key| object.contains_key(*key)) {
                    return Err(concat!("the object is no ", stringify!($name)));
                }
                let mut read = Self::default();
                for (name, value) in object {
                    match name.as_str() {
                        $(
                            $wire => match $crate::types::FromWire::from_wire(&value) {
                                Some(found) => read.$field = Some(found),
                                None if value.is_null() => {}
                                None => read.extra.keep(name, value),
                            },
                            // An alias does not displace the field's own name.
                            $( $alias if read.$field.is_none() => {
                                read.$field = $crate::types::FromWire::from_wire(&value);
                            } )*
                        )*
                        _ => read.extra.keep(name, value),
                    }
                }
                Ok(read)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let object = serde_json::Map::deserialize(deserializer)?;
                <Self as $crate::envelope::Resource>::from_object(object)
                    .map_err(serde::de::Error::custom)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap as _;

                let mut map = serializer.serialize_map(None)?;
                $( resource!(@write self map $field $wire $($mode)?); )*
                for (name, value) in self.extra.iter() {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let mut out = f.debug_struct(stringify!($name));
                $( if let Some(value) = &self.$field {
                    out.field(stringify!($field), &resource!(@show value $($mode)?));
                } )*
                if !self.extra.is_empty() {
                    out.field("extra", &self.extra);
                }
                out.finish()
            }
        }
    };

    (@write $this:ident $map:ident $field:ident $wire:literal) => {
        if let Some(value) = &$this.$field {
            $map.serialize_entry($wire, &$crate::types::ToWire::to_wire(value))?;
        }
    };
    (@write $this:ident $map:ident $field:ident $wire:literal secret) => {};

    (@show $value:ident) => { $crate::types::Shown($value) };
    (@show $value:ident secret) => {{
        let _ = $value;
        voice_core::secret::Redacted
    }};
}
