//! A time of the API: RFC 2822 in v2010, ISO 8601 in the newer versions.

use std::fmt;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A time as Twilio wrote it, and what it means.
///
/// v2010 answers write RFC 2822 (`Fri, 18 Oct 2019 17:00:00 +0000`), newer APIs ISO 8601 (`2019-10-18T17:00:00Z`); both
/// are read. A text that is neither is kept all the same; [`time`](Self::time) is then `None`. The resolution of v2010 is
/// one second.
///
/// ```
/// use twilio_client::types::ApiTime;
///
/// let created = ApiTime::new("Fri, 18 Oct 2019 17:00:00 +0000");
/// assert_eq!(created.epoch_seconds(), Some(1_571_418_000));
/// assert_eq!(ApiTime::new("2019-10-18T17:00:00Z").epoch_seconds(), Some(1_571_418_000));
/// assert_eq!(ApiTime::new("soon").epoch_seconds(), None);
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
        const RFC_2822: DateTimeParser = DateTimeParser::new().relaxed_weekday(true);
        let time = RFC_2822
            .parse_timestamp(text.trim())
            .ok()
            .or_else(|| text.trim().parse().ok());
        Self {
            text: text.into(),
            time,
        }
    }

    /// A time in the form of v2010, in whole seconds (rounded down).
    #[must_use]
    pub fn from_time(time: SystemTime) -> Self {
        let text = Timestamp::try_from(time)
            .ok()
            .and_then(|time| {
                jiff::fmt::rfc2822::DateTimePrinter::new()
                    .timestamp_to_string(&time)
                    .ok()
            })
            // The printer writes the obsolete zone "-0000" for "UTC, zone unknown"; Twilio writes "+0000".
            .map(|text| text.replace("-0000", "+0000"))
            .unwrap_or_default();
        Self::new(&text)
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

    /// Seconds since 1970, rounded down.
    #[must_use]
    pub fn epoch_seconds(&self) -> Option<i64> {
        let time = self.time?;
        let before = time.as_second();
        Some(if time.subsec_nanosecond() < 0 {
            before - 1
        } else {
            before
        })
    }

    /// Whether it lies between two times, both taken in; `None` when the text cannot be read. Since times of v2010 are
    /// whole seconds, the first bound is rounded down.
    #[must_use]
    pub fn is_within(&self, from: SystemTime, until: SystemTime) -> Option<bool> {
        let time = self.time()?;
        let from = match from.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(since) => SystemTime::UNIX_EPOCH + Duration::from_secs(since.as_secs()),
            Err(_) => from,
        };
        Some(from <= time && time <= until)
    }
}

impl fmt::Display for ApiTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
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

impl<'de> Deserialize<'de> for ApiTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.is_empty() {
            return Err(serde::de::Error::custom("the text is empty"));
        }
        Ok(Self::new(&text))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn both_forms_are_read_and_others_kept() {
        for (text, seconds) in [
            ("Thu, 01 Jan 1970 00:00:00 +0000", Some(0)),
            ("Mon, 18 Oct 2019 17:00:00 +0000", Some(1_571_418_000)),
            ("Fri, 18 Oct 2019 19:00:00 +0200", Some(1_571_418_000)),
            ("Fri, 18 Oct 2019 17:00:00 GMT", Some(1_571_418_000)),
            ("2019-10-18T17:00:00.5Z", Some(1_571_418_000)),
            ("1969-12-31T23:59:59.5Z", Some(-1)),
            ("2019-10-18", None),
            ("yesterday", None),
        ] {
            let time = ApiTime::new(text);
            assert_eq!((time.as_str(), time.epoch_seconds()), (text, seconds));
        }
    }

    #[test]
    fn windows_are_inclusive_in_whole_seconds() {
        let at = |millis| SystemTime::UNIX_EPOCH + Duration::from_millis(millis);
        let time = ApiTime::new("Thu, 01 Jan 1970 00:00:10 +0000");
        assert_eq!(
            time.is_within(at(10_900), at(11_000)),
            Some(true),
            "created later in the same second"
        );
        assert_eq!(time.is_within(at(11_000), at(12_000)), Some(false));
        assert_eq!(time.is_within(at(0), at(9_999)), Some(false));
        assert_eq!(ApiTime::new("?").is_within(at(0), at(1)), None);
    }

    proptest! {
        #[test]
        fn no_text_panics_and_all_are_kept(text in ".*") {
            let time = ApiTime::new(&text);
            prop_assert_eq!(time.as_str(), text);
        }

        #[test]
        fn what_is_written_is_read(seconds in 0u32..) {
            let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds.into());
            let written = ApiTime::from_time(time);
            prop_assert_eq!(written.time(), Some(time));
            prop_assert!(written.as_str().ends_with(" +0000"), "{}", written);
        }
    }
}
