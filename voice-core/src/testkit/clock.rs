//! A clock for tests under paused time.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::clock::{Clock, Sleep, SystemClock};

/// Follows tokio's (paused) clock; its calendar starts at a given second and can be stepped; its jitter is fixed; it
/// remembers every wait.
#[derive(Debug)]
pub struct TestClock {
    inner: SystemClock,
    start: Instant,
    wall: Mutex<SystemTime>,
    unit: Unit,
    sleeps: Mutex<Vec<Duration>>,
}

/// Where the jitter comes from.
#[derive(Debug)]
enum Unit {
    Fixed(f64),
    Random(Mutex<fastrand::Rng>),
}

impl TestClock {
    /// A clock whose calendar says `epoch_seconds` (since 1970) now, with a jitter of 0.5.
    #[must_use]
    pub fn at(epoch_seconds: u64) -> Self {
        let inner = SystemClock::default();
        Self {
            start: inner.now(),
            inner,
            wall: Mutex::new(UNIX_EPOCH + Duration::from_secs(epoch_seconds)),
            unit: Unit::Fixed(0.5),
            sleeps: Mutex::new(Vec::new()),
        }
    }

    /// Another jitter, in `[0, 1)`.
    #[must_use]
    pub fn with_unit(mut self, unit: f64) -> Self {
        self.unit = Unit::Fixed(unit);
        self
    }

    /// Jitter that varies, the same in every run with that seed: for several clients that must not move in step.
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.unit = Unit::Random(Mutex::new(fastrand::Rng::with_seed(seed)));
        self
    }

    /// Steps the calendar forward or, with `Err`, back, as an administrator or NTP does; waits are not touched.
    pub fn step(&self, by: Result<Duration, Duration>) {
        let mut wall = self.wall.lock().unwrap_or_else(PoisonError::into_inner);
        *wall = match by {
            Ok(forward) => *wall + forward,
            Err(back) => *wall - back,
        };
    }

    /// Every wait asked for so far, in order.
    #[must_use]
    pub fn sleeps(&self) -> Vec<Duration> {
        self.sleeps
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Time since the clock was made.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.inner.now().saturating_duration_since(self.start)
    }
}

impl Clock for TestClock {
    fn now(&self) -> Instant {
        self.inner.now()
    }

    fn wall(&self) -> SystemTime {
        *self.wall.lock().unwrap_or_else(PoisonError::into_inner) + self.elapsed()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        self.sleeps
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(duration);
        self.inner.sleep(duration)
    }

    fn unit(&self) -> f64 {
        match &self.unit {
            Unit::Fixed(unit) => *unit,
            Unit::Random(random) => random.lock().unwrap_or_else(PoisonError::into_inner).f64(),
        }
    }
}
