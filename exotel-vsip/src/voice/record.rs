//! The macro behind every voice v1 answer: all properties optional, wrong ones kept, unknown ones kept.
//!
//! None of these answers was ever recorded, so nothing is relied on: texts may come as numbers and numbers as texts (in XML
//! they always do), null and an empty text mean *unset*, and a value of another form stays in `extra` as it came. One odd
//! field never makes a call that was placed look like one that was not.

use serde_json::{Map, Value};

/// A value that can be read from a property, whatever of several forms it has.
pub(crate) trait Take: Sized {
    /// The value, or `None` when it is not of a form this type reads.
    fn take(value: &Value) -> Option<Self>;
}

impl Take for String {
    fn take(value: &Value) -> Option<Self> {
        match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(flag) => Some(flag.to_string()),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }
}

/// Reads a word into an open enum.
macro_rules! take_word {
    ($($type:ty),* $(,)?) => {$(
        impl $crate::voice::record::Take for $type {
            fn take(value: &serde_json::Value) -> Option<Self> {
                value.as_str().map(<$type>::from_word)
            }
        }
    )*};
}

pub(crate) use take_word;

/// Takes the first of several properties that is there: `None` for null, for an empty text, and for a value of another
/// form, which stays where it was.
pub(crate) fn read<T: Take>(map: &mut Map<String, Value>, names: &[&str]) -> Option<T> {
    for name in names {
        let Some(value) = map.get(*name) else {
            continue;
        };
        let unset = value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty());
        let read = if unset { None } else { T::take(value) };
        if unset || read.is_some() {
            map.remove(*name);
        }
        if read.is_some() {
            return read;
        }
    }
    None
}

/// Puts one property back.
pub(crate) fn write<T: serde::Serialize>(
    map: &mut Map<String, Value>,
    name: &str,
    value: Option<&T>,
) {
    if let Some(value) = value.and_then(|value| serde_json::to_value(value).ok()) {
        map.insert(name.to_owned(), value);
    }
}

/// Declares an answer from its properties.
///
/// A line is `field = "Property": Type`, with further spellings of the property after `|`. `=> personal` shows it masked in
/// `Debug`, `=> secret` not at all. What is not known is kept in `extra`, of which `Debug` shows the names alone.
macro_rules! record {
    (
        $(#[$doc:meta])*
        $name:ident {
            $($(#[$field_doc:meta])* $field:ident = $property:literal $(| $alias:literal)* : $type:ty $(=> $care:ident)?,)*
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
            pub const PROPERTIES: &'static [&'static str] = &[$($property),*];
        }

        impl From<serde_json::Map<String, serde_json::Value>> for $name {
            fn from(mut map: serde_json::Map<String, serde_json::Value>) -> Self {
                Self {
                    $($field: $crate::voice::record::read(&mut map, &[$property $(, $alias)*]),)*
                    extra: map,
                }
            }
        }

        impl $crate::voice::record::Take for $name {
            fn take(value: &serde_json::Value) -> Option<Self> {
                value.as_object().map(|map| Self::from(map.clone()))
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
                $($crate::voice::record::write(&mut map, $property, self.$field.as_ref());)*
                serde::Serialize::serialize(&map, serializer)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let mut shown = f.debug_struct(stringify!($name));
                $(if let Some(value) = &self.$field {
                    $crate::voice::record::record!(@show shown, stringify!($field), value $(, $care)?);
                })*
                if !self.extra.is_empty() {
                    let names: Vec<&str> = self.extra.keys().map(String::as_str).collect();
                    shown.field("extra", &names);
                }
                shown.finish()
            }
        }
    };
    (@show $shown:ident, $name:expr, $value:ident) => { $shown.field($name, $value) };
    (@show $shown:ident, $name:expr, $value:ident, personal) => {
        $shown.field($name, &$crate::voice::number::Masked($value))
    };
    (@show $shown:ident, $name:expr, $value:ident, secret) => {{
        let _ = $value;
        $shown.field($name, &voice_core::secret::Redacted)
    }};
}

pub(crate) use record;

#[cfg(test)]
#[allow(unreachable_pub, reason = "the macro makes public types")]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use crate::voice::{Decimal, Seconds};

    record! {
        /// For the tests.
        Sample {
            /// A text.
            to = "To" | "CallTo": String => personal,
            /// A number.
            size = "Size": Seconds,
            /// A price.
            price = "Price": Decimal,
            /// A secret.
            link = "Link": String => secret,
        }
    }

    #[test]
    fn properties_are_read_in_any_form_and_kept() {
        let sample: Sample = serde_json::from_value(json!({
            "CallTo": 919_876_543_210_u64, "Size": "23", "Price": 1.5, "Link": "https://x/y", "New": [1], "Odd": null,
        }))
        .unwrap();
        assert_eq!(sample.to.as_deref(), Some("919876543210"));
        assert_eq!(sample.size.unwrap().get(), 23);
        assert_eq!(sample.price.as_ref().unwrap().as_str(), "1.5");
        assert_eq!(sample.extra.keys().collect::<Vec<_>>(), ["New", "Odd"]);
        let shown = format!("{sample:?}");
        assert!(
            !shown.contains("98765") && !shown.contains("x/y"),
            "{shown}"
        );
        assert_eq!(
            serde_json::to_value(&sample).unwrap(),
            json!({"To": "919876543210", "Size": 23, "Price": "1.5", "Link": "https://x/y", "New": [1], "Odd": null})
        );
        assert_eq!(Sample::PROPERTIES, ["To", "Size", "Price", "Link"]);
    }

    #[test]
    fn a_value_of_another_form_is_not_lost_and_fails_nothing() {
        let source = json!({"To": {"a": 1}, "Size": "soon", "Price": [], "Link": ""});
        let sample: Sample = serde_json::from_value(source).unwrap();
        assert_eq!(
            (&sample.to, sample.size, &sample.link),
            (&None, None, &None)
        );
        assert_eq!(sample.extra.len(), 3);
        assert!(serde_json::from_value::<Sample>(json!([])).is_err());
    }

    proptest! {
        #[test]
        fn no_object_panics_or_loses_a_property(name in "(To|CallTo|Size|Price|Link|[a-z]{1,4})", text in "\\PC{1,12}", number in any::<f64>()) {
            for value in [json!(text), json!(number), json!([text]), json!({"x": number})] {
                let source = json!({name.clone(): value});
                let sample: Sample = serde_json::from_value(source.clone()).unwrap();
                let blank = value.as_str().is_some_and(|text| text.trim().is_empty());
                let known = sample.to.is_some() || sample.size.is_some() || sample.price.is_some() || sample.link.is_some();
                prop_assert!(blank || value.is_null() || known || sample.extra.contains_key(&name));
                let _ = format!("{sample:?}");
            }
        }
    }
}
