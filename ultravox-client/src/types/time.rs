//! Points in time as the API writes them.

use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use jiff::Timestamp;
use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;

/// A point in time, as RFC 3339 text: `2026-11-01T09:30:00Z`, with or without an offset; without one it is UTC.
///
/// Received it is kept as it came, whatever it is; [`time`](Self::time) says what it means, if that can be told. Built
/// here, from a [`SystemTime`] or by parsing, it is right. For filters a bare date will do: the API reads it as the
/// beginning or the end of that day.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
/// use ultravox_client::types::UvTime;
///
/// let time: UvTime = "1970-01-01T01:00:00+01:00".parse()?;
/// assert_eq!(time.time(), Some(UNIX_EPOCH));
/// assert_eq!(UvTime::from(UNIX_EPOCH + Duration::from_secs(86_400)).as_str(), "1970-01-02T00:00:00Z");
/// assert!("yesterday".parse::<UvTime>().is_err());
/// # Ok::<(), ultravox_client::types::TimeError>(())
/// ```
#[derive(Clone)]
pub struct UvTime {
    text: Box<str>,
    value: Option<Timestamp>,
}

/// A text is no date, no point in time, no time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a time: write 2026-11-01, 2026-11-01T09:30:00Z, or, for a time of day, 09:30:00")]
pub struct TimeError;

impl UvTime {
    /// What a text means, without keeping it.
    pub(crate) fn moment(text: &str) -> Option<SystemTime> {
        read(text).map(SystemTime::from)
    }

    /// What it means; `None` for a text that cannot be read.
    #[must_use]
    pub fn time(&self) -> Option<SystemTime> {
        self.value.map(SystemTime::from)
    }

    /// The text, as it was received or will be sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// A time of day: `09:30:00`, from midnight to a microsecond before the next.
///
/// ```
/// use ultravox_client::types::TimeOfDay;
///
/// assert_eq!("9:30".parse::<TimeOfDay>().is_ok(), false);
/// assert_eq!("09:30:00".parse::<TimeOfDay>()?.to_string(), "09:30:00");
/// # Ok::<(), ultravox_client::types::TimeError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeOfDay(Time);

impl FromStr for TimeOfDay {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        text.parse().map(Self).map_err(|_| TimeError)
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

fn read(text: &str) -> Option<Timestamp> {
    if let Ok(time) = text.parse() {
        return Some(time);
    }
    let local: DateTime = text.parse().ok()?;
    Some(local.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

/// Times outside the years −9999 to 9999 become the nearest one within.
impl From<SystemTime> for UvTime {
    fn from(time: SystemTime) -> Self {
        let value = Timestamp::try_from(time).unwrap_or(if time < SystemTime::UNIX_EPOCH {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        });
        Self {
            text: value.to_string().into(),
            value: Some(value),
        }
    }
}

impl FromStr for UvTime {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let value = read(text).ok_or(TimeError)?;
        Ok(Self {
            text: text.into(),
            value: Some(value),
        })
    }
}

impl PartialEq for UvTime {
    fn eq(&self, other: &Self) -> bool {
        match (self.value, other.value) {
            (Some(mine), Some(theirs)) => mine == theirs,
            _ => self.text == other.text,
        }
    }
}

impl fmt::Display for UvTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for UvTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.text, f)
    }
}

impl serde::Serialize for UvTime {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> serde::Deserialize<'de> for UvTime {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(Self {
            value: read(&text),
            text: text.into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::time::Duration;

    fn received(text: &str) -> UvTime {
        serde_json::from_value(text.into()).unwrap()
    }

    #[test]
    fn offsets_z_and_none_are_understood() {
        let noon = SystemTime::UNIX_EPOCH + Duration::from_secs(43_200);
        for text in [
            "1970-01-01T12:00:00Z",
            "1970-01-01T12:00:00.000000Z",
            "1970-01-01T13:30:00+01:30",
            "1970-01-01T12:00:00",
        ] {
            assert_eq!(received(text).time(), Some(noon), "{text}");
            assert_eq!(received(text).as_str(), text);
        }
        assert_eq!(received("1970-01-01").time(), Some(SystemTime::UNIX_EPOCH));
        assert_eq!(received("at some point").time(), None);
        assert_eq!(received("at some point").as_str(), "at some point");
        assert_eq!(
            received("1970-01-01T12:00:00Z"),
            received("1970-01-01T12:00:00")
        );
    }

    proptest! {
        #[test]
        fn any_system_time_is_written_and_read_back(seconds in 0..4_000_000_000_u64, nanos in 0..1_000_000_000_u32) {
            let time = SystemTime::UNIX_EPOCH + Duration::new(seconds, nanos);
            let text = UvTime::from(time).to_string();
            prop_assert_eq!(text.parse::<UvTime>().unwrap().time(), Some(time));
        }

        #[test]
        fn what_is_received_goes_back_unchanged(text in "\\PC{0,30}|[0-9TZ:+. -]{0,30}") {
            let read = received(&text);
            prop_assert_eq!(read.as_str(), &text);
        }
    }
}
