//! How the time of a signature is written.

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// How the time of a signature is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum TimestampFormat {
    /// `2024-01-01T12:00:00Z`, as documented.
    #[default]
    Rfc3339Z,
    /// `2024-01-01T12:00:00.123456`, UTC without saying so: what the reference server reads.
    NaiveIso,
    /// `1704110400`: seconds since 1970.
    UnixSecs,
}

impl TimestampFormat {
    /// Writes a time; one outside the years 1970 to 9999 becomes the nearest within.
    ///
    /// ```
    /// use std::time::{Duration, UNIX_EPOCH};
    /// use promptops_client::TimestampFormat;
    ///
    /// let noon = UNIX_EPOCH + Duration::from_secs(1_704_110_400);
    /// assert_eq!(TimestampFormat::Rfc3339Z.write(noon), "2024-01-01T12:00:00Z");
    /// assert_eq!(TimestampFormat::NaiveIso.write(noon), "2024-01-01T12:00:00.000000");
    /// assert_eq!(TimestampFormat::UnixSecs.write(noon), "1704110400");
    /// ```
    #[must_use]
    pub fn write(self, time: SystemTime) -> String {
        let time = Timestamp::try_from(time.max(UNIX_EPOCH)).unwrap_or(Timestamp::MAX);
        if self == Self::UnixSecs {
            return time.as_second().to_string();
        }
        let at = time.to_zoned(TimeZone::UTC).datetime();
        let (date, clock) = (at.date(), at.time());
        let text = format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
            date.year(),
            date.month(),
            date.day(),
            clock.hour(),
            clock.minute(),
            clock.second()
        );
        match self {
            Self::NaiveIso => format!("{text}.{:06}", clock.subsec_nanosecond() / 1000),
            _ => text + "Z",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::time::Duration;

    use crate::models::PoTime;

    #[test]
    fn microseconds_are_kept_where_the_format_has_them() {
        let time = UNIX_EPOCH + Duration::new(1_704_110_400, 123_456_789);
        assert_eq!(
            TimestampFormat::NaiveIso.write(time),
            "2024-01-01T12:00:00.123456"
        );
        assert_eq!(
            TimestampFormat::Rfc3339Z.write(time),
            "2024-01-01T12:00:00Z"
        );
        let before = UNIX_EPOCH - Duration::from_secs(1);
        assert_eq!(TimestampFormat::UnixSecs.write(before), "0");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(seconds in 0..200_000_000_000_u64, micros in 0..1_000_000_u32) {
            let time = UNIX_EPOCH + Duration::new(seconds, micros * 1000);
            let read = |text: &str| text.parse::<PoTime>().unwrap().time();
            prop_assert_eq!(read(&TimestampFormat::NaiveIso.write(time)), Some(time));
            let whole = UNIX_EPOCH + Duration::from_secs(seconds);
            prop_assert_eq!(read(&TimestampFormat::Rfc3339Z.write(time)), Some(whole));
        }
    }
}
