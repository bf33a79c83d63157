//! Days as the API writes them.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::TimeError;

/// A day in UTC: `2026-11-01`.
///
/// Received it is kept as it came, whatever it is; [`start`](Self::start) says what it means, if that can be told. Built
/// here, from a [`SystemTime`] or by parsing, it is right.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
/// use ultravox_client::types::UvDate;
///
/// let day: UvDate = "1970-01-02".parse()?;
/// assert_eq!(day.start(), Some(UNIX_EPOCH + Duration::from_secs(86_400)));
/// assert_eq!(UvDate::from(UNIX_EPOCH).as_str(), "1970-01-01");
/// assert!("1970-01-02T00:00:00Z".parse::<UvDate>().is_err());
/// # Ok::<(), ultravox_client::types::TimeError>(())
/// ```
#[derive(Clone)]
pub struct UvDate {
    text: Box<str>,
    value: Option<Date>,
}

impl UvDate {
    /// When the day begins, in UTC; `None` for a text that cannot be read.
    #[must_use]
    pub fn start(&self) -> Option<SystemTime> {
        let midnight = self.value?.to_zoned(TimeZone::UTC).ok()?;
        Some(midnight.timestamp().into())
    }

    /// The text, as it was received or will be sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Days from this one to `later`; negative when that is earlier.
    pub(crate) fn days_until(&self, later: &Self) -> Option<i64> {
        let day = Duration::from_secs(86_400).as_secs();
        let (from, to) = (self.start()?, later.start()?);
        let days = |length: Duration| i64::try_from(length.as_secs() / day).ok();
        match to.duration_since(from) {
            Ok(length) => days(length),
            Err(backwards) => days(backwards.duration()).map(|days| -days),
        }
    }
}

/// `YYYY-MM-DD` and nothing else.
fn read(text: &str) -> Option<Date> {
    let digits_at = |at: usize| !matches!(at, 4 | 7);
    let is_plain = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| {
            if digits_at(at) {
                byte.is_ascii_digit()
            } else {
                byte == b'-'
            }
        });
    is_plain.then(|| text.parse().ok()).flatten()
}

/// The day of a point in time, in UTC; one outside the years 0 to 9999 becomes the nearest day within.
impl From<SystemTime> for UvDate {
    fn from(time: SystemTime) -> Self {
        let first = Date::constant(0, 1, 1);
        let value = match jiff::Timestamp::try_from(time) {
            Ok(time) => time.to_zoned(TimeZone::UTC).date().max(first),
            Err(_) if time < SystemTime::UNIX_EPOCH => first,
            Err(_) => Date::MAX,
        };
        Self {
            text: value.to_string().into(),
            value: Some(value),
        }
    }
}

impl FromStr for UvDate {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let value = read(text).ok_or(TimeError)?;
        Ok(Self {
            text: text.into(),
            value: Some(value),
        })
    }
}

impl PartialEq for UvDate {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for UvDate {}

impl fmt::Display for UvDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for UvDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.text, f)
    }
}

impl serde::Serialize for UvDate {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> serde::Deserialize<'de> for UvDate {
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

    fn received(text: &str) -> UvDate {
        serde_json::from_value(text.into()).unwrap()
    }

    #[test]
    fn only_plain_days_are_taken() {
        for bad in [
            "",
            "2026-1-1",
            "20260101",
            "2026-02-30",
            "+2026-01-01",
            "2026-01-01 ",
        ] {
            assert_eq!(bad.parse::<UvDate>(), Err(TimeError), "{bad}");
            assert_eq!(received(bad).as_str(), bad);
            assert_eq!(received(bad).start(), None);
        }
    }

    #[test]
    fn days_are_counted_both_ways() {
        let day = |text: &str| text.parse::<UvDate>().unwrap();
        assert_eq!(day("2026-01-01").days_until(&day("2026-04-01")), Some(90));
        assert_eq!(day("2026-01-02").days_until(&day("2026-01-01")), Some(-1));
        assert_eq!(received("x").days_until(&day("2026-01-01")), None);
    }

    proptest! {
        #[test]
        fn any_day_is_written_and_read_back(seconds in 0..250_000_000_000_u64) {
            let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
            let day = UvDate::from(time);
            let start = day.as_str().parse::<UvDate>().unwrap().start().unwrap();
            prop_assert!(time.duration_since(start).unwrap() < Duration::from_secs(86_400));
        }

        #[test]
        fn what_is_received_goes_back_unchanged(text in "\\PC{0,12}|[0-9-]{0,12}") {
            let read = received(&text);
            prop_assert_eq!(read.as_str(), &text);
        }
    }
}
