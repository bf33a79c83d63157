//! Times as answers write them.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

use super::weather::INDIA;

fn civil(time: SystemTime) -> Option<DateTime> {
    Some(Offset::UTC.to_datetime(Timestamp::try_from(time).ok()?))
}

/// `2026-01-23T09:24:59Z`, as v2 writes them.
pub(super) fn utc(time: SystemTime) -> String {
    civil(time).map_or_else(String::new, |time| {
        time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    })
}

/// `2026-01-23 14:54:59`, as v1 writes them: no zone is named; here it is India's.
pub(super) fn india(time: SystemTime) -> String {
    civil(time + INDIA).map_or_else(String::new, |time| {
        time.strftime("%Y-%m-%d %H:%M:%S").to_string()
    })
}

/// The same as a value to compare with.
pub(super) fn india_civil(time: SystemTime) -> Option<DateTime> {
    let time = civil(time + INDIA)?;
    time.with().subsec_nanosecond(0).build().ok()
}

/// Whole seconds, rounded up.
pub(super) fn seconds(length: Duration) -> u64 {
    length.as_secs() + u64::from(length.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_moment_in_both_forms() {
        let time = SystemTime::UNIX_EPOCH + Duration::from_millis(1_769_160_299_900);
        assert_eq!(utc(time), "2026-01-23T09:24:59Z");
        assert_eq!(india(time), "2026-01-23 14:54:59");
        assert_eq!(
            india_civil(time).unwrap().to_string(),
            "2026-01-23T14:54:59"
        );
        assert_eq!(
            (
                seconds(Duration::ZERO),
                seconds(Duration::from_millis(1001))
            ),
            (0, 2)
        );
    }
}
