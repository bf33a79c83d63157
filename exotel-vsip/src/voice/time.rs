//! Times of voice v1: a date and a time of day, and no word about the zone.

use std::fmt;
use std::time::SystemTime;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::record::Take;

/// A time as voice v1 writes it: `2026-01-31 23:59:59`, without a zone. **Which zone it is, Exotel does not document**;
/// name it to get a moment: [`at`](Self::at). Accounts of the Mumbai region show [`india`] in practice.
///
/// A text that is no such time is kept all the same; one that does name its offset is that moment whatever zone is given.
///
/// ```
/// use exotel_vsip::voice::{CivilTime, india};
///
/// let created = CivilTime::new("2026-01-31 23:59:59");
/// assert_eq!(created.civil(), Some(jiff::civil::date(2026, 1, 31).at(23, 59, 59, 0)));
/// let moment = created.at(&india()).and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
/// assert_eq!(moment.map(|since| since.as_secs()), Some(1_769_884_199));
/// assert_eq!(CivilTime::new("soon").civil(), None);
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CivilTime {
    text: Box<str>,
    civil: Option<DateTime>,
    exact: Option<Timestamp>,
}

/// India's zone: five and a half hours ahead of UTC all year round, which needs no time zone database.
#[must_use]
pub fn india() -> TimeZone {
    const IST: i32 = 5 * 3600 + 30 * 60;
    TimeZone::fixed(Offset::from_seconds(IST).unwrap_or(Offset::UTC))
}

impl CivilTime {
    /// Reads a time.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let trimmed = text.trim();
        let exact: Option<Timestamp> = trimmed.parse().ok();
        Self {
            text: text.into(),
            civil: trimmed
                .parse()
                .ok()
                // `Z` is no civil time to the parser.
                .or_else(|| exact.map(|exact| Offset::UTC.to_datetime(exact))),
            exact,
        }
    }

    /// The text as it came.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Date and time of day; `None` when the text cannot be read.
    #[must_use]
    pub fn civil(&self) -> Option<DateTime> {
        self.civil
    }

    /// Every moment it can be in `zone`: an hour that a change of the clocks repeats has each time of day twice. Earlier
    /// first; `None` when the text cannot be read.
    pub(crate) fn moments(&self, zone: &TimeZone) -> Option<(SystemTime, SystemTime)> {
        if let Some(exact) = self.exact {
            return Some((exact.into(), exact.into()));
        }
        let ambiguous = zone.to_ambiguous_timestamp(self.civil?);
        let (earlier, later) = (ambiguous.earlier().ok()?, ambiguous.later().ok()?);
        Some((earlier.into(), later.into()))
    }

    /// The moment, if the clock stood in `zone`; `None` when the text cannot be read. A time that a change of the clocks
    /// skips or repeats is taken as the earlier offset says.
    #[must_use]
    pub fn at(&self, zone: &TimeZone) -> Option<SystemTime> {
        let moment = match self.exact {
            Some(exact) => exact,
            None => zone
                .to_ambiguous_zoned(self.civil?)
                .compatible()
                .ok()?
                .timestamp(),
        };
        Some(moment.into())
    }
}

impl From<DateTime> for CivilTime {
    fn from(civil: DateTime) -> Self {
        Self {
            text: written(civil).into(),
            civil: Some(civil),
            exact: None,
        }
    }
}

/// The form the API writes and takes; what is below a second is dropped.
pub(crate) fn written(time: DateTime) -> String {
    let (date, clock) = (time.date(), time.time());
    format!(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
        date.year(),
        date.month(),
        date.day(),
        clock.hour(),
        clock.minute(),
        clock.second()
    )
}

impl fmt::Display for CivilTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for CivilTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CivilTime({})", self.text)
    }
}

impl Serialize for CivilTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl Take for CivilTime {
    fn take(value: &Value) -> Option<Self> {
        value.as_str().map(Self::new)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    fn seconds(time: &CivilTime, zone: &TimeZone) -> Option<u64> {
        let since = time.at(zone)?.duration_since(SystemTime::UNIX_EPOCH);
        Some(since.unwrap_or(Duration::ZERO).as_secs())
    }

    #[test]
    fn the_caller_names_the_zone_unless_the_text_does() {
        let civil = CivilTime::new("1970-01-01 05:30:00");
        assert_eq!(seconds(&civil, &india()), Some(0));
        assert_eq!(seconds(&civil, &TimeZone::UTC), Some(19_800));
        for exact in ["1970-01-01T01:00:00Z", "1970-01-01T06:30:00+05:30"] {
            let exact = CivilTime::new(exact);
            assert_eq!(seconds(&exact, &india()), Some(3_600), "{exact}");
            assert!(exact.civil().is_some());
        }
        for odd in [
            "0000-00-00 00:00:00",
            "",
            "yesterday",
            "2026-02-30 00:00:00",
        ] {
            let time = CivilTime::new(odd);
            assert_eq!(
                (time.as_str(), time.civil(), time.at(&india())),
                (odd, None, None)
            );
        }
    }

    proptest! {
        #[test]
        fn no_text_panics_and_all_are_kept(text in ".*") {
            let time = CivilTime::new(&text);
            let _ = time.at(&india());
            prop_assert_eq!(time.as_str(), text);
        }

        #[test]
        fn what_is_written_is_read(seconds in 0i64..4_000_000_000) {
            let civil = Offset::UTC.to_datetime(Timestamp::from_second(seconds).unwrap());
            let time = CivilTime::from(civil);
            prop_assert_eq!(CivilTime::new(time.as_str()).civil(), Some(civil));
            prop_assert_eq!(time.as_str().len(), 19);
        }
    }
}
