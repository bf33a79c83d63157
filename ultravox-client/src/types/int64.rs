//! 64-bit integers, which half of the API writes as text.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A 64-bit integer of the API, kept as it came: that dialect of JSON writes them as text, since numbers there may lose
/// their last digits.
///
/// ```
/// use ultravox_client::types::Int64;
///
/// let size: Int64 = serde_json::from_str(r#""9007199254740993""#)?;
/// assert_eq!(size.value(), Some(9_007_199_254_740_993));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Int64(String);

impl Int64 {
    /// The number; `None` when the text is none, or too large.
    #[must_use]
    pub fn value(&self) -> Option<i64> {
        self.0.parse().ok()
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<i64> for Int64 {
    fn from(value: i64) -> Self {
        Self(value.to_string())
    }
}

impl fmt::Display for Int64 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Int64 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// Text and numbers are taken.
impl<'de> Deserialize<'de> for Int64 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Either {
            Text(String),
            Number(serde_json::Number),
        }
        Either::deserialize(deserializer).map(|either| match either {
            Either::Text(text) => Self(text),
            Either::Number(number) => Self(number.to_string()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_number_comes_as_text_or_as_a_number(value: i64) {
            for json in [value.to_string(), format!("\"{value}\"")] {
                let read: Int64 = serde_json::from_str(&json).unwrap();
                prop_assert_eq!(read.value(), Some(value));
                prop_assert_eq!(serde_json::to_string(&read).unwrap(), format!("\"{value}\""));
            }
        }

        #[test]
        fn no_text_is_refused(text in "\\PC{0,20}") {
            let read: Int64 = serde_json::from_value(text.clone().into()).unwrap();
            prop_assert_eq!(read.as_str(), &text);
            prop_assert_eq!(read.value(), text.parse().ok());
        }
    }

    #[test]
    fn nothing_else_is_taken() {
        for json in ["null", "true", "[]", "{}"] {
            assert!(serde_json::from_str::<Int64>(json).is_err(), "{json}");
        }
    }
}
