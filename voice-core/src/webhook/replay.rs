//! Is a signed timestamp fresh?

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::WebhookError;

/// How far a webhook's timestamp may be from now, either way; both bounds are inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReplayWindow {
    past: Duration,
    future: Duration,
}

impl ReplayWindow {
    /// The same in both directions.
    #[must_use]
    pub const fn symmetric(window: Duration) -> Self {
        Self {
            past: window,
            future: window,
        }
    }

    /// Different bounds for old timestamps and for those from a clock that is ahead.
    #[must_use]
    pub const fn new(past: Duration, future: Duration) -> Self {
        Self { past, future }
    }

    /// Checks a timestamp against the calendar time `now`, in whole seconds.
    ///
    /// # Errors
    /// [`WebhookError::TooOld`] or [`WebhookError::TooNew`].
    pub fn check(&self, stamp: SystemTime, now: SystemTime) -> Result<(), WebhookError> {
        let (stamp, now) = (seconds(stamp), seconds(now));
        if now - stamp > whole(self.past) {
            return Err(WebhookError::TooOld);
        }
        if stamp - now > whole(self.future) {
            return Err(WebhookError::TooNew);
        }
        Ok(())
    }
}

fn whole(duration: Duration) -> i128 {
    i128::from(duration.as_secs())
}

/// Whole seconds since 1970, rounded down.
fn seconds(time: SystemTime) -> i128 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => whole(after),
        Err(before) => {
            let before = before.duration();
            -whole(before) - i128::from(before.subsec_nanos() > 0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_bounds_are_inclusive_and_in_whole_seconds() {
        let window = ReplayWindow::new(Duration::from_secs(300), Duration::from_secs(10));
        let now = UNIX_EPOCH + Duration::from_millis(1_000_000_900);
        let at = |secs: i64| {
            let millis = u64::try_from(1_000_000 + secs).unwrap() * 1000;
            UNIX_EPOCH + Duration::from_millis(millis)
        };
        assert_eq!(window.check(at(-300), now), Ok(()));
        assert_eq!(window.check(at(-301), now), Err(WebhookError::TooOld));
        assert_eq!(window.check(at(10), now), Ok(()));
        assert_eq!(window.check(at(11), now), Err(WebhookError::TooNew));
        // Half a second before 1970 is a second before it.
        let exact = ReplayWindow::symmetric(Duration::ZERO);
        let before = UNIX_EPOCH - Duration::from_millis(500);
        assert_eq!(exact.check(before, UNIX_EPOCH), Err(WebhookError::TooOld));
        assert_eq!(exact.check(UNIX_EPOCH, before), Err(WebhookError::TooNew));
        assert_eq!(
            exact.check(before, UNIX_EPOCH - Duration::from_secs(1)),
            Ok(())
        );
        let ancient = UNIX_EPOCH - Duration::from_secs(5);
        assert_eq!(window.check(ancient, now), Err(WebhookError::TooOld));
    }
}
