//! Waits and moments: `Retry-After`, `retry-after-ms`, and what servers put behind a reset.
//!
//! All of them come out as a wait from `now`, between zero and [`MAX_WAIT`]. A moment in the past is a wait of zero; a
//! text that cannot be read in full is no wait at all.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::number::{Decimal, MAX_TEXT};
use super::{MAX_WAIT, go_duration};

/// From here on a bare number is a moment and not a wait: 10⁹ seconds as a wait would be 31 years, and as a moment it
/// is September 2001.
const EPOCH_SECONDS: u64 = 1_000_000_000;
/// From here on a moment is in milliseconds: 10¹¹ as seconds would be the year 5138.
const EPOCH_MILLIS: u64 = 100_000_000_000;
/// From here on it is in microseconds.
const EPOCH_MICROS: u64 = 100_000_000_000_000;
/// From here on it is in nanoseconds.
const EPOCH_NANOS: u64 = 100_000_000_000_000_000;

/// A reset: a number, by its size seconds from now (below 10⁹), epoch seconds (below 10¹¹), epoch milliseconds (below
/// 10¹⁴), microseconds (below 10¹⁷) or nanoseconds; a Go duration; RFC 3339; an HTTP date.
pub(super) fn reset(text: &str, now: SystemTime) -> Option<Duration> {
    list(text, |text| {
        Decimal::parse(text)
            .map(|number| numeric_reset(number, now))
            .or_else(|| go_duration::parse(text))
            .or_else(|| until(rfc3339(text)?, now))
            .or_else(|| until(http_date(text)?, now))
    })
}

/// `Retry-After`: seconds, with or without a fraction, or an HTTP date in any of the three forms of RFC 9110,
/// section 5.6.7.
pub(super) fn retry_after(text: &str, now: SystemTime) -> Option<Duration> {
    list(text, |text| {
        Decimal::parse(text)
            .map(Decimal::seconds)
            .or_else(|| until(http_date(text)?, now))
    })
}

/// `retry-after-ms`: milliseconds, with or without a fraction.
pub(super) fn retry_after_ms(text: &str) -> Option<Duration> {
    list(text, |text| Decimal::parse(text).map(Decimal::millis))
}

/// Reads `text` as one value, or else as several that a proxy joined with commas, of which the longest holds. (A date
/// has a comma of its own, so the whole comes first.)
fn list(text: &str, read: impl Fn(&str) -> Option<Duration>) -> Option<Duration> {
    if text.len() > MAX_TEXT {
        return None;
    }
    let wait = read(text).or_else(|| {
        text.contains(',')
            .then(|| {
                text.split(',')
                    .map(|part| read(part.trim()))
                    .try_fold(Duration::ZERO, |longest, part| Some(longest.max(part?)))
            })
            .flatten()
    })?;
    Some(wait.min(MAX_WAIT))
}

fn numeric_reset(number: Decimal, now: SystemTime) -> Duration {
    let since_epoch = match number.whole {
        ..EPOCH_SECONDS => return number.seconds(),
        EPOCH_SECONDS..EPOCH_MILLIS => number.seconds(),
        EPOCH_MILLIS..EPOCH_MICROS => number.millis(),
        EPOCH_MICROS..EPOCH_NANOS => Duration::from_micros(number.whole),
        EPOCH_NANOS.. => Duration::from_nanos(number.whole),
    };
    UNIX_EPOCH
        .checked_add(since_epoch)
        .and_then(|moment| until(moment, now))
        .unwrap_or(MAX_WAIT)
}

/// Time from `now` until `moment`, zero when it has passed.
#[allow(
    clippy::unnecessary_wraps,
    reason = "reads as one step of the chains above"
)]
fn until(moment: SystemTime, now: SystemTime) -> Option<Duration> {
    Some(moment.duration_since(now).unwrap_or(Duration::ZERO))
}

fn http_date(text: &str) -> Option<SystemTime> {
    httpdate::parse_http_date(text).ok()
}

/// A moment before 1970 is taken as 1970: it has passed either way.
fn rfc3339(text: &str) -> Option<SystemTime> {
    let moment: jiff::Timestamp = text.parse().ok()?;
    let seconds = u64::try_from(moment.as_second()).unwrap_or(0);
    let nanos = u32::try_from(moment.subsec_nanosecond()).unwrap_or(0);
    UNIX_EPOCH.checked_add(Duration::new(seconds, nanos))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// 2025-10-09T08:07:05Z.
    const NOW: u64 = 1_759_997_225;

    fn now() -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(NOW)
    }

    fn secs(seconds: u64) -> Option<Duration> {
        Some(Duration::from_secs(seconds))
    }

    #[test]
    fn a_reset_in_every_form() {
        for (text, expected) in [
            ("30", secs(30)),
            ("0", secs(0)),
            ("1.5", Some(Duration::from_millis(1_500))),
            ("1759997255", secs(30)),
            ("1759997255.25", Some(Duration::from_millis(30_250))),
            ("1759997255000", secs(30)),
            ("1759997255000000", secs(30)),
            ("1759997255000000000", secs(30)),
            ("6m0s", secs(360)),
            ("2025-10-09T08:07:35Z", secs(30)),
            ("2025-10-09T13:37:35+05:30", secs(30)),
            ("2025-10-09T08:07:05.250Z", Some(Duration::from_millis(250))),
            ("Thu, 09 Oct 2025 08:07:35 GMT", secs(30)),
            ("10, 30, 20", secs(30)),
        ] {
            assert_eq!(reset(text, now()), expected, "{text}");
        }
    }

    #[test]
    fn a_moment_in_the_past_is_no_wait() {
        for text in [
            "1000000000",
            "1759997224",
            "1759997224999",
            "1969-12-31T23:59:59Z",
            "2025-10-09T08:07:04Z",
            "Sun, 06 Nov 1994 08:49:37 GMT",
        ] {
            assert_eq!(reset(text, now()), Some(Duration::ZERO), "{text}");
        }
    }

    #[test]
    fn nothing_is_longer_than_the_cap() {
        for text in [
            "999999999",
            "99999999999",
            "9999999999999999999999",
            "9998-12-31T00:00:00Z",
            "Fri, 31 Dec 9999 23:59:59 GMT",
            "2000000h",
        ] {
            assert_eq!(reset(text, now()), Some(MAX_WAIT), "{text}");
        }
        assert_eq!(retry_after("1759997255", now()), Some(MAX_WAIT));
        assert_eq!(retry_after_ms("99999999999999999999"), Some(MAX_WAIT));
    }

    #[test]
    fn retry_after_in_every_form() {
        for (text, expected) in [
            ("120", secs(120)),
            ("0", secs(0)),
            ("0.75", Some(Duration::from_millis(750))),
            ("Thu, 09 Oct 2025 08:09:05 GMT", secs(120)),
            ("Thursday, 09-Oct-25 08:09:05 GMT", secs(120)),
            ("Thu Oct  9 08:09:05 2025", secs(120)),
            ("Wed, 08 Oct 2025 08:09:05 GMT", secs(0)),
            ("60, 120", secs(120)),
        ] {
            assert_eq!(retry_after(text, now()), expected, "{text}");
        }
        assert_eq!(
            retry_after_ms("1250.5"),
            Some(Duration::from_micros(1_250_500))
        );
    }

    #[test]
    fn garbage_is_no_wait() {
        let long = "9".repeat(10_000);
        for text in [
            "", " ", "-5", "+5", "NaN", "inf", "1e9", "soon", "60,", "60, soon", ",", "5 s", &long,
        ] {
            assert_eq!(retry_after(text, now()), None, "{text:?}");
            assert_eq!(retry_after_ms(text), None, "{text:?}");
            assert_eq!(reset(text, now()), None, "{text:?}");
        }
        assert_eq!(retry_after("1m", now()), None);
        assert_eq!(retry_after("Thu, 39 Oct 2025 08:09:05 GMT", now()), None);
    }

    #[test]
    fn a_list_is_read_up_to_64_bytes() {
        let longest = format!("{}30", "5, ".repeat(20)) + "  ";
        assert_eq!(longest.len(), 64);
        assert_eq!(reset(&longest, now()), secs(30));
        assert_eq!(retry_after(&longest, now()), secs(30));
        for more in [" ", ", 40", &", 40".repeat(50)] {
            assert_eq!(reset(&format!("{longest}{more}"), now()), None, "{more}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics_or_passes_the_cap(text in "\\PC{0,80}|[0-9TZ:.+, a-zA-Z-]{0,40}", now in 0_u64..1 << 40) {
            let now = UNIX_EPOCH + Duration::from_secs(now);
            for wait in [reset(&text, now), retry_after(&text, now), retry_after_ms(&text)] {
                prop_assert!(wait.unwrap_or_default() <= MAX_WAIT);
            }
        }

        #[test]
        fn dates_close_to_real_ones_never_panic(
            day in 0_u32..40, year in 0_u32..10_000, hour in 0_u32..30, month in "[A-Z][a-z]{2}", week in "[A-Z][a-z]{2,8}",
        ) {
            for text in [
                format!("{week}, {day:02} {month} {year:04} {hour:02}:00:00 GMT"),
                format!("{week}, {day:02}-{month}-{:02} {hour:02}:00:00 GMT", year % 100),
                format!("{week} {month} {day:>2} {hour:02}:00:00 {year:04}"),
            ] {
                prop_assert!(retry_after(&text, now()).unwrap_or_default() <= MAX_WAIT);
            }
        }

        #[test]
        fn a_moment_given_in_any_unit_is_the_same(ahead in 0_u64..80_000) {
            let moment = NOW + ahead;
            let expected = secs(ahead);
            prop_assert_eq!(reset(&moment.to_string(), now()), expected);
            prop_assert_eq!(reset(&format!("{moment}000"), now()), expected);
            let date = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(moment));
            prop_assert_eq!(reset(&date, now()), expected);
            let stamp = jiff::Timestamp::from_second(i64::try_from(moment).unwrap()).unwrap();
            prop_assert_eq!(reset(&stamp.to_string(), now()), expected);
        }
    }
}
