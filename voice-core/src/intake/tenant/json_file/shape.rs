//! [`Shape`]: a JSON value that keeps the keys that an object has twice, so that they can be refused.

use std::fmt;

use serde::de::value::SeqAccessDeserializer;
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// An object with all its entries in the order of the text, or another value. Within lists, objects are plain values, of
/// which the last of equal keys stands.
pub(super) enum Shape {
    Object(Vec<(String, Shape)>),
    Other(Value),
}

impl Shape {
    /// The plain value; the last of equal keys stands.
    pub(super) fn into_value(self) -> Value {
        match self {
            Self::Object(entries) => {
                let entries = entries.into_iter();
                let plain = entries.map(|(key, value)| (key, value.into_value()));
                Value::Object(plain.collect::<Map<_, _>>())
            }
            Self::Other(value) => value,
        }
    }
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ShapeVisitor)
    }
}

struct ShapeVisitor;

impl<'de> Visitor<'de> for ShapeVisitor {
    type Value = Shape;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Shape, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Shape::Object(entries))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Shape, A::Error> {
        Value::deserialize(SeqAccessDeserializer::new(list)).map(Shape::Other)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Shape, E> {
        Ok(Shape::Other(Value::Null))
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Shape, E> {
        Ok(Shape::Other(value.into()))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Shape, E> {
        Ok(Shape::Other(value.into()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Shape, E> {
        Ok(Shape::Other(value.into()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Shape, E> {
        Ok(Shape::Other(value.into()))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Shape, E> {
        Ok(Shape::Other(value.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_comes_through_and_no_key_is_lost() {
        let text = r#"{"a": 1, "b": [{"x": -1}, null], "a": {"c": true, "c": 1.5}, "d": "t", "e": null, "f": -3}"#;
        let shape: Shape = serde_json::from_str(text).unwrap();
        let Shape::Object(entries) = &shape else {
            panic!("an object");
        };
        let keys: Vec<_> = entries.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(keys, ["a", "b", "a", "d", "e", "f"]);
        let plain: Value = serde_json::from_str(text).unwrap();
        assert_eq!(shape.into_value(), plain);
        let deep = "[".repeat(200) + &"]".repeat(200);
        assert!(serde_json::from_str::<Shape>(&deep).is_err());
        let deep = "{\"a\":".repeat(200) + "1" + &"}".repeat(200);
        assert!(serde_json::from_str::<Shape>(&deep).is_err());
    }
}
