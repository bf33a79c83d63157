//! A simulator whose calendar stands still until it is stepped, however long a test takes.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use ultravox_client::testkit::{SimSettings, UltravoxSimulator};
use voice_core::clock::{Clock, Sleep, SystemClock};
use voice_core::testkit::TestClock;
use voice_core::transport::HttpTransport;

use super::hand::Hand;

/// A clock whose calendar stands still.
#[derive(Debug)]
pub(crate) struct StillClock {
    inner: SystemClock,
    wall: Mutex<SystemTime>,
}

impl StillClock {
    pub(crate) fn step(&self, by: Duration) {
        *self.wall.lock().unwrap_or_else(PoisonError::into_inner) += by;
    }
}

impl Clock for StillClock {
    fn now(&self) -> Instant {
        self.inner.now()
    }

    fn wall(&self) -> SystemTime {
        *self.wall.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        self.inner.sleep(duration)
    }

    fn unit(&self) -> f64 {
        0.5
    }
}

/// A hand, and the clock of its simulator, which says 2027-01-15T08:00:00Z. The hand's own clock is nobody's.
pub(crate) async fn still(settings: SimSettings) -> (Hand, Arc<StillClock>) {
    let clock = Arc::new(StillClock {
        inner: SystemClock::default(),
        wall: Mutex::new(UNIX_EPOCH + Duration::from_secs(1_800_000_000)),
    });
    let hand = Hand {
        simulator: UltravoxSimulator::start_with(settings.clock(clock.clone())).await,
        transport: HttpTransport::builder().build().unwrap(),
        clock: Arc::new(TestClock::at(0)),
    };
    (hand, clock)
}
