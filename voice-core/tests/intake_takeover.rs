//! A process that stalls in the middle of an accept for longer than its claims hold: another takes the call over, and what
//! the first does when it wakes up must not hurt it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod intake_common;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use intake_common::{ACME, Bench, Mood, Places, Script, Seen};
use voice_core::clock::{Clock, SharedClock, Sleep, SystemClock};
use voice_core::intake::{Happened, IntakeSettings};

/// A clock that the test sets ahead: the stores' time, which goes on while a process sleeps.
#[derive(Debug, Default)]
struct Ahead {
    base: SystemClock,
    by: Mutex<Duration>,
}

impl Ahead {
    fn set(&self, by: Duration) {
        *self.by.lock().unwrap() = by;
    }
}

impl Clock for Ahead {
    fn now(&self) -> Instant {
        self.base.now() + *self.by.lock().unwrap()
    }
    fn wall(&self) -> SystemTime {
        self.base.wall() + *self.by.lock().unwrap()
    }
    fn sleep(&self, duration: Duration) -> Sleep {
        self.base.sleep(duration)
    }
    fn unit(&self) -> f64 {
        self.base.unit()
    }
}

/// A bench over stores that are shared.
fn process(seen: &Arc<Seen>, places: &Arc<Places>) -> Bench {
    let script = Script::default();
    let share = Places::new(&script, Arc::clone(&places.inner));
    let known = Seen::new(&script, Arc::clone(&seen.inner));
    Bench::over(
        script,
        SystemClock::shared(),
        Arc::new(known),
        Arc::new(share),
        IntakeSettings::default(),
        |builder| builder,
    )
}

async fn stalls(mood: Mood, session: Mood) {
    let clock = Arc::new(Ahead::default());
    let shared: SharedClock = clock.clone();
    let script = Script::default();
    let seen = Arc::new(Seen::memory(&script, shared.clone()));
    let places = Arc::new(Places::memory(&script, shared));
    let stalled = Arc::new(process(&seen, &places));
    let other = process(&seen, &places);

    stalled.script.next("accept", [mood]);
    stalled.script.next("start", [session]);
    let first = tokio::spawn({
        let stalled = Arc::clone(&stalled);
        async move { stalled.ring("w1", "c1", ACME).await }
    });
    SystemClock::default().sleep(Duration::from_secs(1)).await;
    // The first sleeps for ten minutes, by the stores' time.
    clock.set(Duration::from_secs(600));
    let outcome = other.ring("w1", "c1", ACME).await;
    assert!(
        matches!(outcome.happened(), Happened::Accepted { .. }),
        "{outcome:?}"
    );
    assert_eq!(other.in_use("acme").await.tenant, 1);

    let woken = first.await.unwrap();
    assert!(
        !matches!(woken.happened(), Happened::Accepted { .. }),
        "{woken:?}"
    );
    stalled.settle().await;
    assert!(
        !stalled.phone.done_to("c1").contains(&"hang_up".to_owned()),
        "the call is another's"
    );
    assert_eq!(
        other.in_use("acme").await.tenant,
        1,
        "the call stands, and so must its place"
    );
    other.sessions.end_all();
    other.settle_all().await;
    assert_eq!(other.in_use("acme").await.tenant, 0);
}

#[tokio::test(start_paused = true)]
async fn an_accept_that_is_refused_late_leaves_the_place_to_whoever_took_the_call_over() {
    stalls(Mood::SlowFail(Duration::from_secs(2)), Mood::Well).await;
}

#[tokio::test(start_paused = true)]
async fn so_does_a_session_that_fails_late() {
    stalls(Mood::Slow(Duration::from_secs(2)), Mood::Fail).await;
}
