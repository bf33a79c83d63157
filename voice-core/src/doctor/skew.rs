//! Clocks: how far this machine's is from a server's, read off the header `Date`.

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::{AGE, DATE};

use super::Finding;

/// What is as good as right.
const GOOD: Duration = Duration::from_secs(5);
/// `Date` counts in whole seconds and names the one that has begun.
const STEP: Duration = Duration::from_secs(1);
/// Longest age of a cached answer that is believed.
const OLDEST: u64 = 24 * 60 * 60;

/// How far apart two clocks are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockSkew {
    /// This machine is ahead of the server by at least this much; zero when nothing can be told.
    Ahead(Duration),
    /// This machine is behind the server by at least this much.
    Behind(Duration),
}

impl ClockSkew {
    /// The skew that a server's time shows, when the request left at `sent` and the head of its answer came at `received`
    /// by this machine's calendar. `None` without a `Date` that can be read (RFC 9110, section 5.6.7, in any of its three
    /// forms). A cached answer (`Age`) counts as that much later.
    ///
    /// The server's moment lies somewhere between the two, so what is found is the least that the clocks are apart.
    ///
    /// ```
    /// use std::time::{Duration, UNIX_EPOCH};
    /// use voice_core::doctor::ClockSkew;
    ///
    /// let mut headers = http::HeaderMap::new();
    /// headers.insert("date", "Mon, 13 Jan 2025 10:30:00 GMT".parse()?);
    /// let here = UNIX_EPOCH + Duration::from_secs(1_736_764_200 + 61);
    /// let skew = ClockSkew::read(&headers, here, here + Duration::from_millis(200));
    /// assert_eq!(skew, Some(ClockSkew::Ahead(Duration::from_secs(60))));
    /// # Ok::<(), http::header::InvalidHeaderValue>(())
    /// ```
    #[must_use]
    pub fn read(headers: &HeaderMap, sent: SystemTime, received: SystemTime) -> Option<Self> {
        let date = headers.get(DATE)?.to_str().ok()?;
        let age = headers
            .get(AGE)
            .and_then(|age| age.to_str().ok()?.trim().parse::<u64>().ok())
            .filter(|age| *age <= OLDEST)
            .unwrap_or(0);
        let server = httpdate::parse_http_date(date.trim())
            .ok()?
            .checked_add(Duration::from_secs(age))?;
        if let Ok(behind) = server.duration_since(received)
            && !behind.is_zero()
        {
            return Some(Self::Behind(behind));
        }
        let latest = server.checked_add(STEP)?;
        Some(Self::Ahead(sent.duration_since(latest).unwrap_or_default()))
    }

    /// How much, whichever way.
    #[must_use]
    pub fn size(self) -> Duration {
        match self {
            Self::Ahead(by) | Self::Behind(by) => by,
        }
    }

    /// The verdict: well under 5 s, a warning up to `window`, a failure above it. `window` is how far a provider lets the
    /// time in a signature be off.
    pub fn judge(self, name: &str, window: Duration) -> Finding {
        let (by, way) = match self {
            Self::Ahead(by) => (by, "ahead of"),
            Self::Behind(by) => (by, "behind"),
        };
        if by < GOOD {
            return Finding::pass(name, "within 5 s of the server's clock");
        }
        let seen = format!(
            "this machine is {} s {way} the server (allowed: {} s)",
            by.as_secs(),
            window.as_secs()
        );
        let finding = match by > window {
            true => Finding::fail(name, seen)
                .with_cause("The clock of this machine (or, rarely, of the server) is wrong: signed requests and webhooks are refused as too old"),
            false => Finding::warn(name, seen)
                .with_cause("The clock of this machine drifts: signatures still pass, but not for long"),
        };
        finding.with_remedy(
            "Synchronise the clock with NTP (timedatectl set-ntp true; in a container, on its host) and compare again",
        )
    }
}

/// The finding about the clock for one answer.
pub(super) fn finding(
    name: &str,
    headers: &HeaderMap,
    (sent, received): (SystemTime, SystemTime),
    window: Duration,
) -> Finding {
    match ClockSkew::read(headers, sent, received) {
        Some(skew) => skew.judge(name, window),
        None => Finding::skipped(name, "the answer has no Date that can be read"),
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use proptest::prelude::*;

    use super::*;
    use crate::doctor::Status;

    const DATE_SECONDS: u64 = 1_736_764_200;

    fn headers(date: &str, age: Option<&str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(DATE, date.parse().unwrap());
        if let Some(age) = age {
            headers.insert(AGE, age.parse().unwrap());
        }
        headers
    }

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn every_form_of_date_and_both_ways() {
        for date in [
            "Mon, 13 Jan 2025 10:30:00 GMT",
            "Monday, 13-Jan-25 10:30:00 GMT",
            "Mon Jan 13 10:30:00 2025",
        ] {
            let headers = headers(date, None);
            let read = |here| ClockSkew::read(&headers, at(here), at(here));
            assert_eq!(
                read(DATE_SECONDS),
                Some(ClockSkew::Ahead(Duration::ZERO)),
                "{date}"
            );
            assert_eq!(
                read(DATE_SECONDS + 11),
                Some(ClockSkew::Ahead(Duration::from_secs(10)))
            );
            assert_eq!(
                read(DATE_SECONDS - 10),
                Some(ClockSkew::Behind(Duration::from_secs(10)))
            );
        }
    }

    #[test]
    fn a_slow_answer_and_a_cached_one_are_no_skew() {
        let fresh = headers("Mon, 13 Jan 2025 10:30:00 GMT", None);
        let slow = ClockSkew::read(&fresh, at(DATE_SECONDS - 9), at(DATE_SECONDS + 9));
        assert_eq!(slow, Some(ClockSkew::Ahead(Duration::ZERO)));
        let cached = headers("Mon, 13 Jan 2025 10:30:00 GMT", Some("600"));
        let here = at(DATE_SECONDS + 600);
        assert_eq!(
            ClockSkew::read(&cached, here, here).unwrap().size(),
            Duration::ZERO
        );
    }

    #[test]
    fn the_verdict_follows_the_window() {
        let window = Duration::from_secs(300);
        for (by, status) in [
            (0, Status::Pass),
            (4, Status::Pass),
            (5, Status::Warn),
            (300, Status::Warn),
            (301, Status::Fail),
        ] {
            let by = Duration::from_secs(by);
            for skew in [ClockSkew::Ahead(by), ClockSkew::Behind(by)] {
                let finding = skew.judge("clock", window);
                assert_eq!(finding.status(), status, "{skew:?}");
                assert_eq!(finding.remedy().is_some(), status != Status::Pass);
            }
        }
        let finding = finding("clock", &HeaderMap::new(), (UNIX_EPOCH, UNIX_EPOCH), window);
        assert_eq!(finding.status(), Status::Skipped);
    }

    proptest! {
        #[test]
        fn no_header_panics(date in "[ -~]{0,40}", age in "[ -~]{0,24}", here in 0_u64..4_000_000_000) {
            let _ = ClockSkew::read(&headers(&date, Some(&age)), at(here), at(here));
        }

        #[test]
        fn a_date_that_was_written_is_read(seconds in 0_u64..253_402_300_799, off in 0_u64..100_000) {
            let headers = headers(&httpdate::fmt_http_date(at(seconds)), None);
            let here = at(seconds + off);
            let skew = ClockSkew::read(&headers, here, here);
            prop_assert_eq!(skew, Some(ClockSkew::Ahead(Duration::from_secs(off.saturating_sub(1)))));
        }
    }
}
