//! Objects of which one field is set, and values read beside the JSON they came from.

use serde::de::{DeserializeOwned, Error as _};
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use voice_core::wire::JsonMap;

/// The key of the only field that is not null.
pub(crate) fn only_key(object: &JsonMap) -> Option<&str> {
    let mut set = object.iter().filter(|(_, value)| !value.is_null());
    match (set.next(), set.next()) {
        (Some((key, _)), None) => Some(key),
        _ => None,
    }
}

/// A value, and the JSON it was read from.
#[derive(Debug)]
pub(crate) struct WithRaw<T> {
    pub(crate) value: T,
    pub(crate) raw: Value,
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for WithRaw<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Value::deserialize(deserializer)?;
        let value = T::deserialize(&raw).map_err(D::Error::custom)?;
        Ok(Self { value, raw })
    }
}

/// Writes an object with one field.
pub(crate) fn single<S: Serializer, T: Serialize>(
    serializer: S,
    name: &'static str,
    value: &T,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(1))?;
    map.serialize_entry(name, value)?;
    map.end()
}

/// Reads the value of the only field of an object.
pub(crate) fn from_only<T: DeserializeOwned, E: serde::de::Error>(
    object: &JsonMap,
    name: &str,
) -> Result<T, E> {
    let value = object.get(name).unwrap_or(&Value::Null);
    T::deserialize(value).map_err(|error| E::custom(format_args!("{name}: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_only_key_is_the_one_that_is_not_null() {
        let key = |value| only_key(&JsonMap::try_from(value).unwrap()).map(str::to_owned);
        assert_eq!(key(json!({"a": {}, "b": null})).as_deref(), Some("a"));
        assert_eq!(key(json!({"a": {}, "b": {}})), None);
        assert_eq!(key(json!({})), None);
    }
}
