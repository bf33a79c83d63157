//! How far this machine's clock is off the service's, learnt from a refusal.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use http::{HeaderMap, header};
use jiff::fmt::rfc2822;

/// Whether a refusal about the timestamp corrects the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum SkewCorrection {
    /// A 401 about the timestamp is answered with one more try, at the time of the answer's `Date` header. The default.
    #[default]
    FromDateHeader,
    /// Never: the clock of this machine is right.
    Off,
}

/// A smaller difference is no reason for a refusal: `Date` has whole seconds, and 300 s are allowed.
const LEAST: u64 = 2;
/// What is further off is no clock.
const MOST: u64 = 366 * 24 * 60 * 60;

/// Seconds by which the service's clock is ahead.
#[derive(Debug)]
pub(crate) struct Skew {
    correction: SkewCorrection,
    seconds: AtomicI64,
}

impl Skew {
    pub(crate) fn new(correction: SkewCorrection) -> Self {
        Self {
            correction,
            seconds: AtomicI64::new(0),
        }
    }

    /// The service's time, as far as it is known.
    pub(crate) fn corrected(&self, now: SystemTime) -> SystemTime {
        let seconds = self.seconds.load(Ordering::Relaxed);
        let by = Duration::from_secs(seconds.unsigned_abs());
        let moved = if seconds < 0 {
            now.checked_sub(by)
        } else {
            now.checked_add(by)
        };
        moved.unwrap_or(now)
    }

    /// Reads the service's time from an answer; whether that makes another try worth while.
    pub(crate) fn learn(&self, headers: &HeaderMap, now: SystemTime) -> bool {
        if self.correction == SkewCorrection::Off {
            return false;
        }
        let Some(seconds) = date(headers).and_then(|date| difference(date, now)) else {
            return false;
        };
        let before = self.seconds.swap(seconds, Ordering::Relaxed);
        // Of several requests refused at the same time only the first teaches anything new; all are worth another try.
        seconds.unsigned_abs() >= LEAST || seconds.abs_diff(before) >= LEAST
    }
}

fn date(headers: &HeaderMap) -> Option<SystemTime> {
    let text = headers.get(header::DATE)?.to_str().ok()?;
    let date = rfc2822::parse(text).ok()?;
    Some(SystemTime::from(date.timestamp()))
}

fn difference(date: SystemTime, now: SystemTime) -> Option<i64> {
    let (seconds, sign) = match date.duration_since(now) {
        Ok(ahead) => (ahead.as_secs(), 1),
        Err(behind) => (behind.duration().as_secs(), -1),
    };
    if seconds > MOST {
        return None;
    }
    Some(i64::try_from(seconds).ok()? * sign)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;
    use std::time::UNIX_EPOCH;

    fn headers(date: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::DATE, HeaderValue::from_static(date))])
    }

    /// 1994-11-06T08:49:37Z.
    const NOW: Duration = Duration::from_secs(784_111_777);

    #[test]
    fn the_service_is_right_in_either_direction() {
        for (date, expected) in [
            (
                "Sun, 06 Nov 1994 08:59:37 GMT",
                NOW + Duration::from_secs(600),
            ),
            (
                "Sun, 06 Nov 1994 08:39:37 GMT",
                NOW - Duration::from_secs(600),
            ),
        ] {
            let skew = Skew::new(SkewCorrection::FromDateHeader);
            assert!(skew.learn(&headers(date), UNIX_EPOCH + NOW));
            assert_eq!(skew.corrected(UNIX_EPOCH + NOW), UNIX_EPOCH + expected);
            assert!(
                skew.learn(&headers(date), UNIX_EPOCH + NOW),
                "refused at the same time"
            );
            assert!(skew.learn(&headers("Sun, 06 Nov 1994 08:49:37 GMT"), UNIX_EPOCH + NOW));
            assert_eq!(
                skew.corrected(UNIX_EPOCH + NOW),
                UNIX_EPOCH + NOW,
                "the clock was set right"
            );
        }
    }

    #[test]
    fn nothing_is_learnt_from_nonsense_or_when_it_is_off() {
        let now = UNIX_EPOCH + NOW;
        let skew = Skew::new(SkewCorrection::FromDateHeader);
        for date in [
            "",
            "yesterday",
            "Sun, 06 Nov 1994 08:49:38 GMT",
            "Sun, 06 Nov 2094 08:49:37 GMT",
            "Sat, 06 Nov 2094 08:49:37 GMT",
        ] {
            assert!(!skew.learn(&headers(date), now), "{date}");
        }
        assert!(!skew.learn(&HeaderMap::new(), now));
        let off = Skew::new(SkewCorrection::Off);
        assert!(!off.learn(&headers("Sun, 06 Nov 1994 08:59:37 GMT"), now));
        assert_eq!(off.corrected(now), now);
    }
}
