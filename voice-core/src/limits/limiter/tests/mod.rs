//! The limiter as its users meet it, on tokio's paused clock: time passes only where somebody waits, so every wait is
//! exact to tokio's millisecond.

mod bounds;
mod feed;
mod goodput;
mod news;
mod queue;
mod rules;
mod speed;
mod told;
mod turns;
mod window_end;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::{LimitExceeded, LimitRule, Limiter, LimiterBuilder, Observed, Permit, RateLimiter};
use crate::clock::{Clock, SystemClock};

fn now() -> Instant {
    SystemClock::default().now()
}

async fn sleep(duration: Duration) {
    SystemClock::default().sleep(duration).await;
}

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// No deadline that matters.
fn whenever() -> Instant {
    now() + secs(1_000_000)
}

/// Acquires one and returns the permit and when, in milliseconds since `start`.
async fn take(limiter: &Limiter, start: Instant) -> (Permit, u128) {
    let permit = limiter.acquire(1, whenever()).await.unwrap();
    (permit, (now() - start).as_millis())
}

/// Whether `at` is `expected` or up to two milliseconds of timer later.
#[track_caller]
fn assert_about(at: u128, expected: u128) {
    assert!(
        (expected..=expected + 2).contains(&at),
        "at {at} ms and not at {expected} ms"
    );
}

/// A record of who got a turn, in order.
#[derive(Debug, Clone, Default)]
struct Record(Arc<Mutex<Vec<usize>>>);

impl Record {
    fn push(&self, who: usize) {
        self.0.lock().unwrap().push(who);
    }

    fn all(&self) -> Vec<usize> {
        self.0.lock().unwrap().clone()
    }
}
