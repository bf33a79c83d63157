//! What the targets share: inputs in a readable form, a clock that stands still, a transport that answers from memory, and
//! the properties that hold of many types alike.

pub mod hold;
pub mod input;
pub mod place;
pub mod transport;

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::runtime::{Builder, Runtime};
use voice_core::clock::{Clock, SharedClock, Sleep, SystemClock};

/// The moment at which everything happens: 2025-01-13T10:30:00Z.
pub fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_736_764_200)
}

/// A clock whose calendar stands still at [`now`]; waits follow the paused time of [`wait`].
#[derive(Debug)]
struct Still(SystemClock);

impl Clock for Still {
    fn now(&self) -> Instant {
        self.0.now()
    }

    fn wall(&self) -> SystemTime {
        now()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        self.0.sleep(duration)
    }

    fn unit(&self) -> f64 {
        0.5
    }
}

/// The clock every client and verifier gets here.
pub fn clock() -> SharedClock {
    Arc::new(Still(SystemClock::default()))
}

thread_local! {
    static RUNTIME: Runtime = Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
}

/// Runs a future to its end under paused time: a wait of hours passes at once, and one that never ends hangs, which a
/// fuzzer notices.
pub fn wait<F: Future>(future: F) -> F::Output {
    RUNTIME.with(|runtime| runtime.block_on(future))
}
