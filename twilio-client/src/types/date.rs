//! Dates that lists are filtered by.

use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use jiff::Timestamp;
use jiff::civil::Date;

/// A day, or a moment, to filter a list by.
///
/// Twilio documents days in UTC (`2026-11-01`); its own examples also show moments (`2026-11-01T08:00:00Z`), which this
/// type writes when it was made from one.
///
/// ```
/// use twilio_client::types::DateFilter;
///
/// assert_eq!(DateFilter::parse("2026-11-01")?.to_string(), "2026-11-01");
/// assert_eq!(DateFilter::from(std::time::SystemTime::UNIX_EPOCH).to_string(), "1970-01-01T00:00:00Z");
/// assert!(DateFilter::parse("1/11/2026").is_err());
/// # Ok::<(), twilio_client::types::DateFilterError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DateFilter(Point);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Point {
    Day(Date),
    Moment(Timestamp),
}

/// A text is neither a day nor a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a day in UTC such as 2026-11-01, or a moment such as 2026-11-01T08:00:00Z")]
pub struct DateFilterError;

impl DateFilter {
    /// Reads a day (`2026-11-01`) or a moment (`2026-11-01T08:00:00Z`).
    ///
    /// # Errors
    /// [`DateFilterError`] for anything else.
    pub fn parse(text: &str) -> Result<Self, DateFilterError> {
        // A date parser alone would drop the time of a moment that lacks its zone.
        if text.len() == 10 {
            return text
                .parse()
                .map(|day| Self(Point::Day(day)))
                .map_err(|_| DateFilterError);
        }
        text.parse()
            .map(|moment| Self(Point::Moment(moment)))
            .map_err(|_| DateFilterError)
    }
}

#[cfg(feature = "testkit")]
impl DateFilter {
    /// The day it names, or the day that begins with the moment: its first instant, and the first after it.
    pub(crate) fn span(&self) -> Option<(SystemTime, SystemTime)> {
        let from = match self.0 {
            Point::Day(day) => day
                .at(0, 0, 0, 0)
                .to_zoned(jiff::tz::TimeZone::UTC)
                .ok()?
                .timestamp(),
            Point::Moment(moment) => moment,
        };
        let from = SystemTime::from(from);
        Some((from, from + std::time::Duration::from_secs(24 * 60 * 60)))
    }
}

impl FromStr for DateFilter {
    type Err = DateFilterError;

    fn from_str(text: &str) -> Result<Self, DateFilterError> {
        Self::parse(text)
    }
}

/// The moment, in whole seconds; a time that no calendar of four-digit years can hold becomes the nearest it can.
impl From<SystemTime> for DateFilter {
    fn from(time: SystemTime) -> Self {
        let nearest = if time < SystemTime::UNIX_EPOCH {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        };
        let moment = Timestamp::try_from(time).unwrap_or(nearest);
        Self(Point::Moment(
            Timestamp::from_second(moment.as_second()).unwrap_or(moment),
        ))
    }
}

impl fmt::Display for DateFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Point::Day(day) => write!(f, "{day}"),
            Point::Moment(moment) => write!(f, "{moment}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn days_and_moments_only() {
        for good in ["2026-11-01", "2026-11-01T08:00:00Z"] {
            assert_eq!(DateFilter::parse(good).unwrap().to_string(), good);
        }
        for bad in [
            "",
            "2026-13-01",
            "2026-11-1",
            "2026-11-01T08:00:00",
            "20261101Z9",
        ] {
            assert_eq!(DateFilter::parse(bad), Err(DateFilterError), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".*") {
            let _ = DateFilter::parse(&text);
        }
    }
}
