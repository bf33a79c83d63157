//! Fields for which null means something else than nothing at all.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A field of three states: absent, `null`, or a value.
///
/// Absent leaves the field to the API, or, in an update, as it is. `null` turns it off: no turn detection, no
/// transcription, no idle timeout. Setters take the value itself, [`Setting::Null`], or an `Option`, whose `None` is
/// `null`.
///
/// ```
/// use openai_calls::session::{AudioInput, Setting, TurnDetection};
///
/// let untouched = AudioInput::new();
/// let off = AudioInput::new().turn_detection(Setting::Null);
/// let on = AudioInput::new().turn_detection(TurnDetection::semantic());
/// assert_eq!(serde_json::to_string(&untouched)?, "{}");
/// assert_eq!(serde_json::to_string(&off)?, r#"{"turn_detection":null}"#);
/// assert_eq!(serde_json::to_string(&on)?, r#"{"turn_detection":{"type":"semantic_vad"}}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[allow(clippy::exhaustive_enums, reason = "there is no fourth state")]
pub enum Setting<T> {
    /// Not there.
    #[default]
    Absent,
    /// `null`.
    Null,
    /// This.
    Value(T),
}

impl<T> Setting<T> {
    /// The value, if there is one.
    #[must_use]
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// The value, if there is one.
    #[must_use]
    pub fn into_value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// Whether the field is not there.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// Whether the field is `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

impl<T> From<T> for Setting<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

/// `None` is `null`.
impl<T> From<Option<T>> for Setting<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Value)
    }
}

impl From<&str> for Setting<String> {
    fn from(text: &str) -> Self {
        Self::Value(text.to_owned())
    }
}

/// Absent is written as `null` where a field cannot be left out; the objects of this crate leave it out.
impl<T: Serialize> Serialize for Setting<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Setting<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_is_a_value_of_its_own() {
        for (json, value) in [("null", Setting::Null), ("\"x\"", Setting::from("x"))] {
            let read: Setting<String> = serde_json::from_str(json).unwrap();
            assert_eq!(read, value);
            assert_eq!(serde_json::to_string(&read).unwrap(), json);
        }
        assert!(Setting::<u8>::default().is_absent());
        assert!(Setting::<u8>::from(None).is_null());
        assert_eq!(Setting::from(Some(1)).into_value(), Some(1));
        assert_eq!(Setting::<u8>::Null.into_value(), None);
    }
}
