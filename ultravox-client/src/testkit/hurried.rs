//! A clock for programs that show in a second what takes hours.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use voice_core::clock::{Clock, Sleep, SystemClock};

/// A clock whose waits take no time: it goes forward by them instead.
///
/// For examples and tests that show long schedules, such as the repeats of a webhook, beside real connections. Share it
/// between the simulator and whoever checks timestamps.
#[derive(Debug, Default)]
pub struct HurriedClock {
    inner: SystemClock,
    ahead: Mutex<Duration>,
}

impl HurriedClock {
    /// A clock that says what the system's does, until somebody waits.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Goes forward.
    pub fn advance(&self, by: Duration) {
        let mut ahead = self.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        *ahead = ahead.saturating_add(by);
    }

    /// How far it is ahead of the system's clock.
    #[must_use]
    pub fn ahead(&self) -> Duration {
        *self.ahead.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for HurriedClock {
    fn now(&self) -> Instant {
        let now = self.inner.now();
        now.checked_add(self.ahead()).unwrap_or(now)
    }

    fn wall(&self) -> SystemTime {
        let wall = self.inner.wall();
        wall.checked_add(self.ahead()).unwrap_or(wall)
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        self.advance(duration);
        Box::pin(std::future::ready(()))
    }

    fn unit(&self) -> f64 {
        self.inner.unit()
    }
}
