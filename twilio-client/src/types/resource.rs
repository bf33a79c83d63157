//! The macro behind every response type: all properties optional, wrong ones kept, unknown ones kept.
//!
//! Reading a resource fails only when it is no JSON object at all. A property whose value is not of its type stays in
//! `extra` as it came, so that one odd field never makes a call that was placed look like one that was not.

use std::any::Any;
use std::fmt;

use serde::de::{DeserializeSeed, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
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

/// An object's properties as they came: those that have a field each in its place, so that no map is filled and emptied
/// again for every answer, and all others by name.
pub(crate) struct Slots {
    names: &'static [&'static str],
    known: Vec<Option<Value>>,
    next: usize,
    extra: Map<String, Value>,
}

impl Slots {
    fn new(names: &'static [&'static str]) -> Self {
        Self {
            names,
            known: vec![None; names.len()],
            next: 0,
            extra: Map::new(),
        }
    }

    /// Reads an object.
    pub(crate) fn read<'de, D: Deserializer<'de>>(
        from: D,
        names: &'static [&'static str],
    ) -> Result<Self, D::Error> {
        from.deserialize_map(Reader(names))
    }

    /// The same of an object that was read.
    pub(crate) fn of(map: Map<String, Value>, names: &'static [&'static str]) -> Self {
        let mut slots = Self::new(names);
        for (name, value) in map {
            match position(names, &name, 0) {
                Some(at) => slots.put(at, value),
                None => drop(slots.extra.insert(name, value)),
            }
        }
        slots
    }

    fn put(&mut self, at: usize, value: Value) {
        if let Some(slot) = self.known.get_mut(at) {
            *slot = Some(value);
        }
    }

    /// The next property, by the order of the names; what [`read`] gives of one.
    // This is compiled once for every type of a field: what does not depend on it is elsewhere.
    pub(crate) fn next<T: for<'de> Deserialize<'de> + 'static>(&mut self) -> Option<T> {
        let mut value = self.turn()?;
        let mut read: Option<T> = None;
        if !moved(&mut value, &mut read) {
            read = T::deserialize(&value).ok();
            if read.is_none() {
                self.keep(value);
            }
        }
        read
    }

    /// What came for the next name.
    fn turn(&mut self) -> Option<Value> {
        let at = self.next;
        self.next += 1;
        self.known.get_mut(at)?.take()
    }

    /// Keeps what was not of its type under the name whose turn it is.
    fn keep(&mut self, value: Value) {
        if !value.is_null()
            && value.as_str() != Some("")
            && let Some(name) = self.names.get(self.next - 1)
        {
            self.extra.insert((*name).to_owned(), value);
        }
    }

    /// All others, and those that were not of their type.
    pub(crate) fn rest(self) -> Map<String, Value> {
        self.extra
    }
}

/// Moves a text into a field that takes any, so that it is not copied.
fn moved(value: &mut Value, field: &mut dyn Any) -> bool {
    let (Value::String(text), Some(field)) = (value, field.downcast_mut::<Option<String>>()) else {
        return false;
    };
    *field = Some(std::mem::take(text));
    true
}

/// Where a name is. Properties mostly come in the order they are declared in.
fn position(names: &[&str], name: &str, guess: usize) -> Option<usize> {
    if names.get(guess) == Some(&name) {
        return Some(guess);
    }
    names.iter().position(|known| *known == name)
}

struct Reader(&'static [&'static str]);

impl<'de> Visitor<'de> for Reader {
    type Value = Slots;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Slots, A::Error> {
        let mut slots = Slots::new(self.0);
        let mut guess = 0;
        while let Some(key) = map.next_key_seed(Key {
            names: self.0,
            guess,
        })? {
            match key {
                Ok(at) => {
                    guess = at + 1;
                    slots.put(at, map.next_value()?);
                }
                Err(name) => drop(slots.extra.insert(name, map.next_value()?)),
            }
        }
        Ok(slots)
    }
}

/// Reads a property's name: its place, or the name itself.
struct Key {
    names: &'static [&'static str],
    guess: usize,
}

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Result<usize, String>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_str(self)
    }
}

impl Visitor<'_> for Key {
    type Value = Result<usize, String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(position(self.names, name, self.guess).ok_or_else(|| name.to_owned()))
    }
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

/// The names of parameters, for `Debug`.
pub(crate) fn names(pairs: &[(String, String)]) -> Vec<&str> {
    pairs.iter().map(|(name, _)| name.as_str()).collect()
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

            fn from_slots(mut slots: $crate::types::Slots) -> Self {
                Self {
                    // In the order of the names.
                    $($field: slots.next::<$type>(),)*
                    extra: slots.rest(),
                }
            }
        }

        impl From<serde_json::Map<String, serde_json::Value>> for $name {
            fn from(map: serde_json::Map<String, serde_json::Value>) -> Self {
                Self::from_slots($crate::types::Slots::of(map, Self::PROPERTIES))
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::types::Slots::read(deserializer, Self::PROPERTIES).map(Self::from_slots)
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
    fn any_order_and_names_given_twice_are_read_alike_from_text_and_from_a_map() {
        let text = r#"{"auth_token":"a","new":1,"page_size":"3","to":"x","new":2,"to":"y"}"#;
        let sample: Sample = serde_json::from_str(text).unwrap();
        assert_eq!(sample.to.as_deref(), Some("y"));
        assert_eq!(sample.auth_token.as_deref(), Some("a"));
        assert_eq!(sample.size.as_ref().and_then(Numeric::to_u64), Some(3));
        assert_eq!(Value::Object(sample.extra.clone()), json!({"new": 2}));
        let map: serde_json::Map<String, Value> = serde_json::from_str(text).unwrap();
        assert_eq!(Sample::from(map), sample);
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
