//! When the next frame may leave.

use std::time::{Duration, Instant};

use super::FRAME;

/// How late frames may be and still be caught up with. Later than that, the schedule starts anew, so that a stall is not
/// followed by a burst that overflows the server's buffer.
pub(crate) const CATCH_UP: Duration = Duration::from_millis(100);

/// A schedule of one frame every 20 ms. It does not drift: each moment is counted from the one before, not from when the
/// timer happened to fire.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    next: Option<Instant>,
    ran_dry: bool,
}

impl Pace {
    /// How long until a frame may leave; zero when it may now.
    pub(crate) fn wait(&self, now: Instant) -> Duration {
        self.next
            .map_or(Duration::ZERO, |next| next.saturating_duration_since(now))
    }

    /// A frame leaves now.
    pub(crate) fn sent(&mut self, now: Instant) {
        let due = self.next.unwrap_or(now);
        let late = now.saturating_duration_since(due);
        let from = if late > CATCH_UP || self.ran_dry {
            now
        } else {
            due
        };
        self.ran_dry = false;
        self.next = from.checked_add(FRAME);
    }

    /// There was nothing to send when a frame was due: what comes next is not caught up with.
    pub(crate) fn dry(&mut self) {
        self.ran_dry = true;
    }
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "any instant will do")]
mod tests {
    use super::*;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn a_late_timer_does_not_make_it_drift() {
        let start = Instant::now();
        let mut pace = Pace::default();
        assert_eq!(pace.wait(start), ms(0));
        pace.sent(start);
        assert_eq!(pace.wait(start), ms(20));
        pace.sent(start + ms(23));
        assert_eq!(pace.wait(start + ms(23)), ms(17));
        // Two frames late: they leave at once, and no more than they.
        pace.sent(start + ms(81));
        pace.sent(start + ms(81));
        pace.sent(start + ms(81));
        assert_eq!(pace.wait(start + ms(81)), ms(19));
    }

    #[test]
    fn after_a_stall_it_starts_anew() {
        let start = Instant::now();
        let mut pace = Pace::default();
        pace.sent(start);
        let late = start + FRAME + CATCH_UP + ms(1);
        pace.sent(late);
        assert_eq!(pace.wait(late), FRAME);
    }

    #[test]
    fn what_comes_after_a_gap_is_not_caught_up_with() {
        let start = Instant::now();
        let mut pace = Pace::default();
        pace.sent(start);
        pace.dry();
        pace.sent(start + ms(90));
        assert_eq!(pace.wait(start + ms(90)), FRAME);
    }
}
