//! A time of API v2.

use std::fmt;
use std::time::SystemTime;

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::read::{FromWire, ToWire};

/// A time as Exotel wrote it, and what it means.
///
/// v2 writes RFC 3339 with `Z`. A text of any other form is kept all the same; [`time`](Self::time) is then `None`. Times of
/// voice v1 have no zone and are of another type.
///
/// ```
/// use exotel_vsip::types::ApiTime;
///
/// assert_eq!(ApiTime::new("2026-01-23T09:24:59Z").epoch_seconds(), Some(1_769_160_299));
/// assert_eq!(ApiTime::new("2026-01-23 09:24:59").epoch_seconds(), None);
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ApiTime {
    text: Box<str>,
    time: Option<Timestamp>,
}

impl ApiTime {
    /// Reads a time.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self {
            text: text.into(),
            time: text.trim().parse().ok(),
        }
    }

    /// The text as it came.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What it means; `None` when the text cannot be read.
    #[must_use]
    pub fn time(&self) -> Option<SystemTime> {
        self.time.map(SystemTime::from)
    }

    /// Seconds since 1970, rounded towards zero; `None` when the text cannot be read.
    #[must_use]
    pub fn epoch_seconds(&self) -> Option<i64> {
        self.time.map(Timestamp::as_second)
    }
}

impl fmt::Display for ApiTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for ApiTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiTime({})", self.text)
    }
}

impl Serialize for ApiTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl FromWire for ApiTime {
    fn from_wire(value: &Value) -> Option<Self> {
        value
            .as_str()
            .filter(|text| !text.is_empty())
            .map(Self::new)
    }
}

impl ToWire for ApiTime {
    fn to_wire(&self) -> Value {
        Value::from(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_text_is_kept(text in "\\PC{0,30}") {
            let time = ApiTime::new(&text);
            prop_assert_eq!(time.as_str(), text.as_str());
        }

        #[test]
        fn every_second_is_read(seconds in -2_000_000_000i64..4_000_000_000) {
            let text = Timestamp::from_second(seconds).unwrap().to_string();
            prop_assert_eq!(ApiTime::new(&text).epoch_seconds(), Some(seconds));
        }
    }
}
