//! Fields of an update that can be taken away.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Secret;

/// A field of an update that can be set or cleared. Clearing sends `null`; a field nobody touched is not sent and stays.
///
/// Setters take the value itself, or [`Clearable::Clear`]:
///
/// ```
/// use ultravox_client::types::Clearable;
/// use ultravox_client::webhook_endpoints::WebhookUpdate;
///
/// let untouched = WebhookUpdate::new();
/// let cleared = WebhookUpdate::new().agent_id(Clearable::Clear);
/// assert_eq!(serde_json::to_string(&untouched)?, "{}");
/// assert_eq!(serde_json::to_string(&cleared)?, r#"{"agentId":null}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "there is no third way")]
pub enum Clearable<T> {
    /// Takes this value.
    Set(T),
    /// Has none any more: `null`.
    Clear,
}

impl<T> Clearable<T> {
    /// The new value; `None` when it is cleared.
    #[must_use]
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Clear => None,
        }
    }
}

impl<T> From<T> for Clearable<T> {
    fn from(value: T) -> Self {
        Self::Set(value)
    }
}

/// `None` clears.
impl<T> From<Option<T>> for Clearable<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Clear, Self::Set)
    }
}

impl From<&str> for Clearable<String> {
    fn from(text: &str) -> Self {
        Self::Set(text.to_owned())
    }
}

impl From<&str> for Clearable<Secret> {
    fn from(text: &str) -> Self {
        Self::Set(text.into())
    }
}

impl From<String> for Clearable<Secret> {
    fn from(text: String) -> Self {
        Self::Set(text.into())
    }
}

impl<T: Serialize> Serialize for Clearable<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Clearable<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_is_a_value_of_its_own() {
        for (json, value) in [("null", Clearable::Clear), ("\"x\"", Clearable::from("x"))] {
            let read: Clearable<String> = serde_json::from_str(json).unwrap();
            assert_eq!(read, value);
            assert_eq!(serde_json::to_string(&read).unwrap(), json);
        }
        assert_eq!(
            format!("{:?}", Clearable::<Secret>::from("x")),
            "Set([REDACTED])"
        );
    }
}
