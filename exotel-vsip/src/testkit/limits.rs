//! How many requests an account may send, in a minute and at a time.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// The window in which requests are counted.
pub(super) const WINDOW: Duration = Duration::from_secs(60);

/// The requests of one account.
#[derive(Debug, Default)]
pub(super) struct Window {
    /// When each of the last minute was taken, oldest first.
    taken: VecDeque<Instant>,
    /// When the answers that are on their way will have arrived.
    busy_until: Vec<Instant>,
}

/// Where an account stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) limit: usize,
    pub(super) remaining: usize,
    /// Until one more may be sent than now.
    pub(super) reset: Duration,
}

impl Window {
    fn forget(&mut self, now: Instant) {
        while let Some(oldest) = self.taken.front()
            && now.saturating_duration_since(*oldest) >= WINDOW
        {
            self.taken.pop_front();
        }
        self.busy_until.retain(|until| *until > now);
    }

    /// Takes a request, or says for how long it is refused. What is refused does not count.
    pub(super) fn take(
        &mut self,
        now: Instant,
        limit: usize,
        connections: usize,
    ) -> Result<(), Duration> {
        self.forget(now);
        if self.taken.len() >= limit {
            return Err(self.standing(now, limit).reset);
        }
        if self.busy_until.len() >= connections {
            let first = self.busy_until.iter().min();
            return Err(first.map_or(Duration::ZERO, |until| until.saturating_duration_since(now)));
        }
        self.taken.push_back(now);
        Ok(())
    }

    /// An answer is on its way for so long.
    pub(super) fn occupy(&mut self, now: Instant, delay: Duration) {
        if let Some(until) = now.checked_add(delay).filter(|_| !delay.is_zero()) {
            self.busy_until.push(until);
        }
    }

    pub(super) fn standing(&self, now: Instant, limit: usize) -> Standing {
        let reset = self.taken.front().map_or(Duration::ZERO, |oldest| {
            WINDOW.saturating_sub(now.saturating_duration_since(*oldest))
        });
        Standing {
            limit,
            remaining: limit.saturating_sub(self.taken.len()),
            reset,
        }
    }
}

#[cfg(test)]
mod tests {
    use voice_core::clock::{Clock, SystemClock};

    use super::*;

    #[test]
    fn a_minute_slides_and_refusals_do_not_count() {
        let start = SystemClock::default().now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut window = Window::default();
        for second in [0, 20, 40] {
            assert_eq!(window.take(at(second), 3, 9), Ok(()));
        }
        for second in [40, 50, 59] {
            assert_eq!(
                window.take(at(second), 3, 9),
                Err(Duration::from_secs(60 - second))
            );
        }
        assert_eq!(window.take(at(60), 3, 9), Ok(()));
        assert_eq!(
            window.standing(at(60), 3),
            Standing {
                limit: 3,
                remaining: 0,
                reset: Duration::from_secs(20)
            }
        );
    }

    #[test]
    fn answers_on_their_way_hold_a_connection() {
        let now = SystemClock::default().now();
        let mut window = Window::default();
        for _ in 0..2 {
            assert_eq!(window.take(now, 99, 2), Ok(()));
            window.occupy(now, Duration::from_secs(5));
        }
        assert_eq!(
            window.take(now + Duration::from_secs(4), 99, 2),
            Err(Duration::from_secs(1))
        );
        assert_eq!(window.take(now + Duration::from_secs(5), 99, 2), Ok(()));
    }
}
