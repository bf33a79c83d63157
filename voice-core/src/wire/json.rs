//! JSON objects whose fields the API leaves open.

use std::fmt;
use std::ops::{Deref, DerefMut};

use serde::de::Error as _;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::secret::redact;

/// A JSON object of open content: template context, metadata, schemas, fields that a version does not know.
///
/// It dereferences to [`serde_json::Map`]. `Debug` shows the keys and not the values, which are often personal data;
/// a key that looks like a number or a secret is redacted.
///
/// ```
/// use voice_core::wire::JsonMap;
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

    /// A value that is an object.
    ///
    /// # Errors
    /// Any other value comes back as it is.
    pub fn from_value(value: Value) -> Result<Self, Value> {
        match value {
            Value::Object(map) => Ok(Self(map)),
            other => Err(other),
        }
    }
}

/// Only an object is taken.
impl TryFrom<Value> for JsonMap {
    type Error = serde_json::Error;

    fn try_from(value: Value) -> Result<Self, Self::Error> {
        Self::from_value(value).map_err(|_| serde_json::Error::custom("expected a JSON object"))
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
        f.debug_set()
            .entries(self.0.keys().map(|key| redact(key)))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_objects_are_taken_and_values_do_not_show() {
        assert!(JsonMap::try_from(json!([1])).is_err());
        assert_eq!(JsonMap::from_value(json!([1])), Err(json!([1])));
        let map = JsonMap::try_from(json!({"phone": "+14155550123"})).unwrap();
        assert_eq!(format!("{map:?}"), r#"{"phone"}"#);
        let odd = JsonMap::from([("+14155550123", 1)]);
        assert!(!format!("{odd:?}").contains("55550123"), "{odd:?}");
        assert_eq!(
            serde_json::to_value(&map).unwrap(),
            json!({"phone": "+14155550123"})
        );
    }
}
