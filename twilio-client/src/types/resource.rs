//! The macro behind every response type: all properties optional, wrong ones kept, unknown ones kept.
//!
//! Reading a resource fails only when it is no JSON object at all. A property whose value is not of its type stays in
//! `extra` as it came, so that one odd field never makes a call that was placed look like one that was not.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Takes one property out of an object: `None` for null, for an empty text that is no value of the type, and for a value
/// of another form, which stays where it was.
pub(crate) fn read<T: for<'de> Deserialize<'de>>(
    map: &mut Map<String, Value>,
    name: &str,
) -> Option<T> {
    let value = map.get(name)?;
    let read = T::deserialize(value).ok();
    if read.is_some() || value.is_null() || value.as_str() == Some("") {
        map.remove(name);
    }
    read
}

/// Puts one property back.
pub(crate) fn write<T: Serialize>(map: &mut Map<String, Value>, name: &str, value: Option<&T>) {
    if let Some(value) = value.and_then(|value| serde_json::to_value(value).ok()) {
        map.insert(name.to_owned(), value);
    }
}

/// The names of what is kept beside the known properties, for `Debug`.
pub(crate) fn unreadable(extra: &Map<String, Value>) -> Vec<&str> {
    extra.keys().map(String::as_str).collect()
}

/// Declares a response type from its properties.
///
/// A field is `name: Type`, read from the property of that name, or `name as "property": Type`. `=> personal` shows it
/// masked in `Debug`, `=> secret` not at all.
macro_rules! resource {
    (
        $(#[$doc:meta])*
        $name:ident {
            $($(#[$field_doc:meta])* $field:ident $(as $property:literal)? : $type:ty $(=> $care:ident)?,)*
        }
    ) => {
        $(#[$doc])*
        ///
        /// Every property may be missing; one whose value is not of its type, or that is not known here, is in
        /// [`extra`](Self::extra).
        #[derive(Clone, Default, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$field_doc])* pub $field: Option<$type>,)*
            /// Whatever else came, as it came.
            pub extra: serde_json::Map<String, serde_json::Value>,
        }

        impl $name {
            /// The names of the properties that have a field, as the API spells them.
            pub const PROPERTIES: &'static [&'static str] =
                &[$($crate::types::resource!(@name $field $($property)?)),*];
        }

        impl From<serde_json::Map<String, serde_json::Value>> for $name {
            fn from(mut map: serde_json::Map<String, serde_json::Value>) -> Self {
                Self {
                    $($field: $crate::types::read(&mut map, $crate::types::resource!(@name $field $($property)?)),)*
                    extra: map,
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                serde_json::Map::deserialize(deserializer).map(Self::from)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut map = self.extra.clone();
                $($crate::types::write(&mut map, $crate::types::resource!(@name $field $($property)?), self.$field.as_ref());)*
                map.serialize(serializer)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let mut shown = f.debug_struct(stringify!($name));
                $(if let Some(value) = &self.$field {
                    $crate::types::resource!(@show shown, stringify!($field), value $(, $care)?);
                })*
                if !self.extra.is_empty() {
                    shown.field("extra", &$crate::types::unreadable(&self.extra));
                }
                shown.finish()
            }
        }
    };
    (@name $field:ident) => { stringify!($field) };
    (@name $field:ident $property:literal) => { $property };
    (@show $shown:ident, $name:expr, $value:ident) => { $shown.field($name, $value) };
    (@show $shown:ident, $name:expr, $value:ident, personal) => { $shown.field($name, &$crate::types::Masked($value)) };
    (@show $shown:ident, $name:expr, $value:ident, secret) => {{
        let _ = $value;
        $shown.field($name, &voice_core::secret::Redacted)
    }};
}

pub(crate) use resource;

#[cfg(test)]
#[allow(unreachable_pub, reason = "the macro makes public types")]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use crate::types::Numeric;

    resource! {
        /// For the tests.
        Sample {
            /// A text.
            to: String => personal,
            /// A number.
            size as "page_size": Numeric,
            /// A secret.
            auth_token: String => secret,
        }
    }

    #[test]
    fn properties_are_read_kept_and_written_back() {
        let source = json!({"to": "+15551234567", "page_size": "4", "auth_token": "s3cret", "new": [1], "odd": null});
        let sample: Sample = serde_json::from_value(source.clone()).unwrap();
        assert_eq!(sample.size.as_ref().and_then(Numeric::to_u64), Some(4));
        assert_eq!(sample.extra.keys().collect::<Vec<_>>(), ["new", "odd"]);
        assert_eq!(serde_json::to_value(&sample).unwrap(), source);
        assert_eq!(Sample::PROPERTIES, ["to", "page_size", "auth_token"]);
        let shown = format!("{sample:?}");
        assert!(
            !shown.contains("5551234") && !shown.contains("s3cret"),
            "{shown}"
        );
        assert!(shown.contains(r#"extra: ["new", "odd"]"#), "{shown}");
    }

    #[test]
    fn a_value_of_another_form_is_not_lost_and_fails_nothing() {
        let sample: Sample =
            serde_json::from_value(json!({"to": 5, "page_size": {"a": 1}, "auth_token": null}))
                .unwrap();
        assert_eq!(
            (sample.to, sample.size, sample.auth_token),
            (None, None, None)
        );
        assert_eq!(
            Value::Object(sample.extra),
            json!({"to": 5, "page_size": {"a": 1}})
        );
        let empty: Sample = serde_json::from_value(json!({"to": "", "page_size": ""})).unwrap();
        assert_eq!(
            (empty.to.as_deref(), empty.size, empty.extra.len()),
            (Some(""), None, 0)
        );
        assert!(serde_json::from_value::<Sample>(json!([])).is_err());
    }

    proptest! {
        #[test]
        fn any_object_is_read_and_its_values_come_back(
            to in ".*", size in any::<i64>(), other in "[a-z]{1,5}x", value in any::<f64>(),
        ) {
            let source = json!({"to": to, "page_size": size.to_string(), other: value});
            let sample: Sample = serde_json::from_value(source.clone()).unwrap();
            prop_assert_eq!(serde_json::to_value(&sample).unwrap(), source);
        }
    }
}
