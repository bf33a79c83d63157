//! [`Queue`]: what this process knows without asking: who waits, and before when nobody's turn comes.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::script::Pace;
use crate::clock::later;
use crate::limits::{LimitExceeded, LimitRule};

/// How much later a hold must end than the one before to be told to Redis. A batch of refusals comes with nearly the same
/// end.
const NEWS: Duration = Duration::from_millis(100);

#[derive(Debug, Default)]
pub(super) struct Queue(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    waiting: usize,
    /// What all who wait ask for, together.
    turns: u64,
    /// No turn comes before this, and the n-th one not before n − 1 steps later.
    next: Option<Instant>,
    hold: Option<Instant>,
}

/// A place among those who wait, given up by being dropped.
#[derive(Debug)]
pub(super) struct Seat<'a> {
    queue: &'a Queue,
    cost: u32,
}

impl Queue {
    pub(super) fn waiting(&self) -> usize {
        self.lock().waiting
    }

    /// Takes the last place, unless it is certain that the turn would come after `deadline`.
    pub(super) fn join(
        &self,
        cost: u32,
        pace: &Pace,
        now: Instant,
        deadline: Instant,
    ) -> Result<Seat<'_>, LimitExceeded> {
        let mut known = self.lock();
        let turns = known.turns.saturating_add(u64::from(cost));
        if let Some((ready, rule)) = known.ready(turns, pace, now)
            && ready > deadline
        {
            let wait = ready.saturating_duration_since(now);
            return Err(LimitExceeded::new(Some(wait), rule));
        }
        known.turns = turns;
        known.waiting = known.waiting.saturating_add(1);
        drop(known);
        Ok(Seat { queue: self, cost })
    }

    /// Before when the first in the queue need not ask, and why.
    pub(super) fn ready(
        &self,
        cost: u32,
        pace: &Pace,
        now: Instant,
    ) -> Option<(Instant, LimitRule)> {
        self.lock().ready(u64::from(cost), pace, now)
    }

    /// After a grant: how long after `asked` the next single turn comes at the earliest, or how long before it might have.
    pub(super) fn learn(&self, asked: Instant, next: Result<Duration, Duration>) {
        self.lock().next = match next {
            Ok(after) => Some(later(asked, after)),
            Err(before) => asked.checked_sub(before),
        };
    }

    /// After a denial: `cost` turns come `wait` after `asked` at the earliest.
    pub(super) fn denied(&self, asked: Instant, wait: Duration, cost: u32, pace: &Pace) {
        let more = pace.time(u64::from(cost.saturating_sub(1)));
        self.lock().next = later(asked, wait).checked_sub(more);
    }

    /// A turn was given back: what was known holds no longer.
    pub(super) fn forget(&self) {
        self.lock().next = None;
    }

    /// Nobody goes before `until`. Whether that is news.
    pub(super) fn hold(&self, until: Instant) -> bool {
        let mut known = self.lock();
        match known.hold {
            Some(hold) if until <= later(hold, NEWS) => false,
            _ => {
                known.hold = Some(until);
                true
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        // No code under the lock panics, and what is known is never left half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn ready(&mut self, turns: u64, pace: &Pace, now: Instant) -> Option<(Instant, LimitRule)> {
        self.hold = self.hold.filter(|hold| *hold > now);
        let after = pace.time(turns.saturating_sub(1));
        let next = self.next.map(|next| later(next, after));
        match (self.hold, next.filter(|next| *next > now)) {
            (Some(hold), next) if next.is_none_or(|next| hold >= next) => {
                Some((hold, LimitRule::Hold))
            }
            (_, Some(next)) => Some((next, pace.rule())),
            (_, None) => None,
        }
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        let mut known = self.queue.lock();
        known.turns = known.turns.saturating_sub(u64::from(self.cost));
        known.waiting = known.waiting.saturating_sub(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Clock, SystemClock};

    const PACE: Pace = Pace {
        step: 100_000,
        burst: 5,
        slack: 0,
        limit: 10,
        window: Duration::from_secs(1),
    };

    fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    fn now() -> Instant {
        SystemClock::default().now()
    }

    #[test]
    fn who_certainly_comes_too_late_is_told_at_once() {
        let (queue, t0) = (Queue::default(), now());
        // The first turn comes in 100 ms, and each further one 100 ms later.
        queue.denied(t0, ms(100), 1, &PACE);
        let first = queue.join(1, &PACE, t0, t0 + ms(100)).unwrap();
        let second = queue.join(2, &PACE, t0, t0 + ms(300)).unwrap();
        let late = queue.join(1, &PACE, t0, t0 + ms(399)).unwrap_err();
        assert_eq!(late.wait(), Some(ms(400)));
        assert_eq!(queue.waiting(), 2, "who was refused does not wait");
        drop((first, second));
        assert_eq!(queue.waiting(), 0);
        let again = queue.join(1, &PACE, t0, t0 + ms(100));
        assert!(again.is_ok(), "who went left the place");
    }

    #[test]
    fn turns_that_were_left_in_the_bucket_are_not_waited_for() {
        let (queue, t0) = (Queue::default(), now());
        // Three more may go at once: the next single one was due 200 ms ago.
        queue.learn(t0, Err(ms(200)));
        assert!(queue.ready(3, &PACE, t0).is_none());
        let (ready, _) = queue.ready(4, &PACE, t0).unwrap();
        assert_eq!(ready, t0 + ms(100));
        queue.forget();
        assert!(queue.ready(4, &PACE, t0).is_none());
    }

    #[test]
    fn the_longer_of_two_reasons_is_told_and_a_hold_only_grows() {
        let (queue, t0) = (Queue::default(), now());
        assert!(queue.hold(t0 + ms(500)));
        assert!(!queue.hold(t0 + ms(550)), "nearly the same is no news");
        assert!(!queue.hold(t0 + ms(100)));
        queue.learn(t0, Ok(ms(100)));
        let (ready, rule) = queue.ready(1, &PACE, t0).unwrap();
        assert_eq!((ready, rule), (t0 + ms(500), LimitRule::Hold));
        let (ready, rule) = queue.ready(6, &PACE, t0).unwrap();
        assert_eq!((ready, rule), (t0 + ms(600), PACE.rule()));
        assert!(
            queue.ready(1, &PACE, t0 + ms(500)).is_none(),
            "both are over"
        );
    }
}
