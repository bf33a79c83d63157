//! Times as the two services write and read them.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

use super::choice::Speaks;
use crate::TimestampFormat;
use crate::models::PoTime;

fn civil(time: SystemTime) -> DateTime {
    let time = Timestamp::try_from(time).unwrap_or(Timestamp::UNIX_EPOCH);
    Offset::UTC.to_datetime(time)
}

/// `2024-01-01T12:00:00Z`.
pub(super) fn zulu(time: SystemTime) -> String {
    civil(time).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// `2024-01-01T12:00:00.000000`: the server names no zone.
pub(super) fn naive(time: SystemTime) -> String {
    civil(time).strftime("%Y-%m-%dT%H:%M:%S%.6f").to_string()
}

/// As the service writes it.
pub(super) fn written(time: SystemTime, speaks: Speaks) -> String {
    match speaks {
        Speaks::Server => naive(time),
        Speaks::Docs => zulu(time),
    }
}

/// A time that was given, as the service writes it; one that cannot be read stays as it is.
pub(super) fn rewritten(time: &PoTime, speaks: Speaks) -> String {
    time.time()
        .map_or_else(|| time.to_string(), |time| written(time, speaks))
}

/// `2024-01-01 10:00`: the hour of a statistic.
pub(super) fn hour(time: SystemTime) -> String {
    civil(time).strftime("%Y-%m-%d %H:00").to_string()
}

/// `Mon, 01 Jan 2024 12:00:00 GMT` (RFC 9110, section 5.6.7).
pub(super) fn http_date(time: SystemTime) -> String {
    civil(time)
        .strftime("%a, %d %b %Y %H:%M:%S GMT")
        .to_string()
}

/// Whole seconds, rounded up.
pub(super) fn seconds(length: Duration) -> u64 {
    length.as_secs() + u64::from(length.subsec_nanos() > 0)
}

/// The time of a signature, if it is written in the form that is read. The server compares with a time that has no zone and
/// fails on one that has.
pub(super) fn signed_at(text: &str, format: TimestampFormat) -> Option<SystemTime> {
    let zoned = text.parse::<Timestamp>();
    match format {
        TimestampFormat::Rfc3339Z => zoned.ok().map(SystemTime::from),
        TimestampFormat::NaiveIso if zoned.is_err() && text.contains('T') => {
            text.parse::<PoTime>().ok()?.time()
        }
        TimestampFormat::NaiveIso => None,
        TimestampFormat::UnixSecs => {
            let seconds = text.parse::<u32>().ok()?;
            Some(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds.into()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_moment_in_every_form() {
        let noon = SystemTime::UNIX_EPOCH + Duration::from_secs(1_704_110_400);
        assert_eq!(zulu(noon), "2024-01-01T12:00:00Z");
        assert_eq!(naive(noon), "2024-01-01T12:00:00.000000");
        assert_eq!(hour(noon), "2024-01-01 12:00");
        assert_eq!(http_date(noon), "Mon, 01 Jan 2024 12:00:00 GMT");
        for format in [
            TimestampFormat::Rfc3339Z,
            TimestampFormat::NaiveIso,
            TimestampFormat::UnixSecs,
        ] {
            let text = format.write(noon);
            assert_eq!(signed_at(&text, format), Some(noon));
            for other in [
                TimestampFormat::Rfc3339Z,
                TimestampFormat::NaiveIso,
                TimestampFormat::UnixSecs,
            ] {
                assert_eq!(
                    signed_at(&text, other).is_some(),
                    other == format,
                    "{text} read as {other:?}"
                );
            }
        }
        assert_eq!(
            signed_at("2024-01-01T12:00:00+00:00", TimestampFormat::NaiveIso),
            None
        );
    }
}
