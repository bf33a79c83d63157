//! [`MemoryBucket`]: the scripts' algorithm without Redis, for tests under paused time.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::script::Pace;
use crate::clock::SharedClock;

/// Stands in for Redis behind a [`RedisLimiter`](crate::store::redis::RedisLimiter), in tests: the same numbers decide, on the
/// clock that is given, after half of a round trip and before the other half. Clones are one bucket. What Redis itself does
/// (outages, expiry of keys, failing over) is not in it.
///
/// A socket and tokio's paused time do not go together; with this a fleet's hour takes a second.
#[derive(Clone)]
pub struct MemoryBucket {
    state: Arc<Mutex<State>>,
    clock: SharedClock,
    since: Instant,
    round_trip: Duration,
}

/// In microseconds of the bucket's clock.
#[derive(Debug, Default)]
struct State {
    empty_at: u64,
    hold: u64,
}

/// The clock of the bucket begins here, so that a moment before now can be told.
const EPOCH: u64 = 1_000_000_000;

impl MemoryBucket {
    /// A full bucket; each question takes `round_trip` on `clock`, give or take a half by the clock's jitter, without which the
    /// same process would win every race.
    #[must_use]
    pub fn new(clock: SharedClock, round_trip: Duration) -> Self {
        Self {
            state: Arc::default(),
            since: clock.now(),
            clock,
            round_trip,
        }
    }

    pub(super) fn clock(&self) -> &SharedClock {
        &self.clock
    }

    pub(super) async fn take(&self, pace: &Pace, cost: u32, max_hold: Duration) -> [i64; 3] {
        self.travel().await;
        let answer = self.decide(pace, cost, max_hold);
        self.travel().await;
        answer.map(|number| i64::try_from(number).unwrap_or(i64::MAX))
    }

    fn decide(&self, pace: &Pace, cost: u32, max_hold: Duration) -> [i128; 3] {
        let now = self.now();
        let mut state = self.lock();
        let room = pace.step.saturating_mul(u64::from(pace.burst));
        state.hold = state.hold.min(now.saturating_add(micros(max_hold)));
        let most = now.max(state.hold).saturating_add(room);
        state.empty_at = state.empty_at.min(most);
        let from = pace.base(state.empty_at, now);
        let taken = from.saturating_add(pace.step.saturating_mul(u64::from(cost)));
        let ready = taken.saturating_sub(room);
        if state.hold > now && state.hold >= ready {
            return [0, i128::from(state.hold - now), 1];
        }
        if ready > now {
            return [0, i128::from(ready - now), 0];
        }
        if cost > 0 {
            state.empty_at = taken;
        }
        let next = i128::from(taken) + i128::from(pace.step) - i128::from(room) - i128::from(now);
        [1, i128::from(now), next]
    }

    pub(super) async fn give_back(&self, pace: &Pace, cost: u32, granted: u64) {
        self.travel().await;
        let now = self.now();
        let mut state = self.lock();
        let worth = pace.step.saturating_mul(u64::from(cost));
        if now >= granted.saturating_add(worth) {
            return;
        }
        state.empty_at = state.empty_at.saturating_sub(worth);
        if state.hold > now {
            let one_by_one = state.hold.saturating_add(pace.rest());
            state.empty_at = state.empty_at.max(one_by_one);
        }
    }

    pub(super) async fn hold(&self, pace: &Pace, hold: Duration, max_hold: Duration) {
        self.travel().await;
        let now = self.now();
        let till = now.saturating_add(micros(hold));
        let mut state = self.lock();
        if state.hold.min(now.saturating_add(micros(max_hold))) < till {
            state.hold = till;
            state.empty_at = state.empty_at.max(till.saturating_add(pace.rest()));
        }
    }

    async fn travel(&self) {
        let half = (self.round_trip / 2).mul_f64(0.5 + self.clock.unit());
        if !half.is_zero() {
            self.clock.sleep(half).await;
        }
    }

    fn now(&self) -> u64 {
        micros(self.clock.now().saturating_duration_since(self.since)).saturating_add(EPOCH)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

impl fmt::Debug for MemoryBucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryBucket")
            .field("round_trip", &self.round_trip)
            .finish_non_exhaustive()
    }
}
