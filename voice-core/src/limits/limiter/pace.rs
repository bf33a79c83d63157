//! Spacing: so many at once, then one per interval (GCRA, the leaky bucket as a meter).

use std::time::{Duration, Instant};

use super::later;

/// A turn taken this much late still counts from its due time. Tokio's timers fire up to a millisecond late.
const SLACK: Duration = Duration::from_millis(2);

/// How large the bucket is and how fast it drains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spacing {
    /// How many may go at once; at least 1.
    pub(super) burst: u32,
    /// Time per token.
    pub(super) interval: Duration,
}

/// The moment at which the bucket is empty again.
#[derive(Debug, Default)]
pub(super) struct Pace {
    due: Option<Instant>,
}

impl Pace {
    fn base(&self, now: Instant) -> Instant {
        match self.due {
            Some(due) if now.saturating_duration_since(due) <= SLACK => due,
            _ => now,
        }
    }

    /// The earliest moment, from `start` on, by which `tokens` more could have been let through.
    pub(super) fn ready_at(&self, tokens: u64, spacing: Spacing, start: Instant) -> Instant {
        let burst = u64::from(spacing.burst);
        let base = self.base(start);
        let times = |tokens: u64| {
            spacing
                .interval
                .saturating_mul(u32::try_from(tokens).unwrap_or(u32::MAX))
        };
        let at = match tokens.checked_sub(burst) {
            Some(over) => later(base, times(over)),
            None => base
                .checked_sub(times(burst.saturating_sub(tokens)))
                .unwrap_or(start),
        };
        at.max(start)
    }

    /// Lets tokens through at `now`.
    pub(super) fn take(&mut self, tokens: u32, spacing: Spacing, now: Instant) {
        self.due = Some(later(
            self.base(now),
            spacing.interval.saturating_mul(tokens),
        ));
    }

    /// Undoes a [`take`](Self::take).
    pub(super) fn give_back(&mut self, tokens: u32, spacing: Spacing) {
        self.due = self
            .due
            .and_then(|due| due.checked_sub(spacing.interval.saturating_mul(tokens)));
    }

    /// Makes the next one wait an interval from now at least.
    pub(super) fn restart(&mut self, interval: Duration, now: Instant) {
        self.due = self.due.max(Some(later(now, interval)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPACING: Spacing = Spacing {
        burst: 3,
        interval: Duration::from_millis(100),
    };

    #[allow(
        clippy::disallowed_methods,
        reason = "any origin will do for arithmetic on instants"
    )]
    fn origin() -> Instant {
        Instant::now()
    }

    fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn so_many_at_once_and_then_one_per_interval() {
        let t0 = origin();
        let mut pace = Pace::default();
        for _ in 0..3 {
            assert_eq!(pace.ready_at(1, SPACING, t0), t0);
            pace.take(1, SPACING, t0);
        }
        assert_eq!(pace.ready_at(1, SPACING, t0), t0 + ms(100));
        assert_eq!(pace.ready_at(4, SPACING, t0), t0 + ms(400));
        pace.take(1, SPACING, t0 + ms(100));
        assert_eq!(pace.ready_at(1, SPACING, t0 + ms(150)), t0 + ms(200));
    }

    #[test]
    fn a_pause_fills_the_bucket_and_no_more() {
        let t0 = origin();
        let mut pace = Pace::default();
        pace.take(3, SPACING, t0);
        let t1 = t0 + ms(10_000);
        assert_eq!(pace.ready_at(3, SPACING, t1), t1);
        assert_eq!(pace.ready_at(4, SPACING, t1), t1 + ms(100));
    }

    #[test]
    fn a_late_turn_counts_from_its_due_time() {
        let t0 = origin();
        let single = Spacing {
            burst: 1,
            interval: ms(10),
        };
        let mut pace = Pace::default();
        pace.take(1, single, t0);
        pace.take(1, single, t0 + ms(12));
        assert_eq!(pace.ready_at(1, single, t0 + ms(12)), t0 + ms(20));
        pace.take(1, single, t0 + ms(23));
        assert_eq!(pace.ready_at(1, single, t0 + ms(23)), t0 + ms(33));
    }

    #[test]
    fn give_back_and_restart() {
        let t0 = origin();
        let mut pace = Pace::default();
        pace.take(3, SPACING, t0);
        pace.give_back(2, SPACING);
        assert_eq!(pace.ready_at(2, SPACING, t0), t0);
        pace.restart(ms(500), t0);
        let single = Spacing {
            burst: 1,
            ..SPACING
        };
        assert_eq!(pace.ready_at(1, single, t0), t0 + ms(500));
    }

    #[test]
    fn arithmetic_holds_at_the_edges() {
        let t0 = origin();
        let endless = Spacing {
            burst: 1,
            interval: Duration::MAX,
        };
        let mut pace = Pace::default();
        pace.take(u32::MAX, endless, t0);
        assert!(pace.ready_at(u64::MAX, endless, t0) > t0);
        pace.give_back(u32::MAX, endless);
        assert!(pace.ready_at(1, endless, t0) >= t0);
    }
}
