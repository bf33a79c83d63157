//! JSON objects whose fields the API leaves open.

use std::fmt;
use std::ops::{Deref, DerefMut};

use serde::de::{DeserializeOwned, Error as _};
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// A JSON object of open content: template context, state, fields this version does not know.
///
/// It dereferences to [`serde_json::Map`]. `Debug` shows the keys and not the values, which are often personal data.
///
/// ```
/// use ultravox_client::types::JsonMap;
///
/// let context = JsonMap::from([("customer_name", "Ada"), ("plan", "gold")]);
/// assert_eq!(context["plan"], "gold");
/// assert_eq!(format!("{context:?}"), r#"{"customer_name", "plan"}"#);
/// ```
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JsonMap(Map<String, Value>);

impl JsonMap {
    /// An empty object.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The key of the only field that is not null.
    pub(crate) fn only_key(&self) -> Option<&str> {
        let mut set = self.0.iter().filter(|(_, value)| !value.is_null());
        match (set.next(), set.next()) {
            (Some((key, _)), None) => Some(key),
            _ => None,
        }
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

/// Only an object is taken.
impl TryFrom<Value> for JsonMap {
    type Error = serde_json::Error;

    fn try_from(value: Value) -> Result<Self, Self::Error> {
        match value {
            Value::Object(map) => Ok(Self(map)),
            _ => Err(serde_json::Error::custom("expected a JSON object")),
        }
    }
}

impl From<Map<String, Value>> for JsonMap {
    fn from(map: Map<String, Value>) -> Self {
        Self(map)
    }
}

impl From<JsonMap> for Map<String, Value> {
    fn from(map: JsonMap) -> Self {
        map.0
    }
}

impl<K: Into<String>, V: Into<Value>, const N: usize> From<[(K, V); N]> for JsonMap {
    fn from(pairs: [(K, V); N]) -> Self {
        pairs.into_iter().collect()
    }
}

impl<K: Into<String>, V: Into<Value>> FromIterator<(K, V)> for JsonMap {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let pairs = pairs.into_iter();
        Self(
            pairs
                .map(|(key, value)| (key.into(), value.into()))
                .collect(),
        )
    }
}

impl Deref for JsonMap {
    type Target = Map<String, Value>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for JsonMap {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl fmt::Debug for JsonMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_objects_are_taken_and_values_do_not_show() {
        assert!(JsonMap::try_from(json!([1])).is_err());
        let map = JsonMap::try_from(json!({"phone": "+14155550123"})).unwrap();
        assert_eq!(format!("{map:?}"), r#"{"phone"}"#);
        assert_eq!(
            serde_json::to_value(&map).unwrap(),
            json!({"phone": "+14155550123"})
        );
    }

    #[test]
    fn the_only_key_is_the_one_that_is_not_null() {
        let key = |value| {
            JsonMap::try_from(value)
                .unwrap()
                .only_key()
                .map(str::to_owned)
        };
        assert_eq!(key(json!({"a": {}, "b": null})).as_deref(), Some("a"));
        assert_eq!(key(json!({"a": {}, "b": {}})), None);
        assert_eq!(key(json!({})), None);
    }
}
