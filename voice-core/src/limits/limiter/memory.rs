//! [`Limiter`]: the limiter of one process.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use async_trait::async_trait;

use super::acquire::Acquire;
use super::state::State;
use super::{
    Grant, LimitExceeded, LimiterBuilder, Observed, Permit, PermitOwner, RateLimiter, RateLimits,
};
use crate::clock::SharedClock;

/// A limiter for one process, in memory. Cloning is cheap, and clones share everything.
///
/// # What it learns from answers
///
/// Only quotas that count requests are heeded; those of tokens or bytes matter after a refusal alone.
///
/// - A **limit** for a window of known length lowers the rule of that length, never above what was set; where there is no
///   such rule it becomes one.
/// - A **remainder** smaller than the limiter's own count explains means that somebody else uses the quota as well. Until
///   the reset no more than that are let through; with 0 left that is a hold until the reset.
/// - A refusal **with a wait** (`Retry-After`, or the reset of an exhausted window) holds everybody until then, at most
///   [`max_hold`](LimiterBuilder::max_hold). Who cannot wait that long is told at once.
/// - A refusal **without** one, or another one while the last is not forgotten, cuts the rate to 70 %, at most once a
///   second and down to 5 %. Each accepted answer gives 2 % of the full rate back, at most 10 % a second; from nine tenths of
///   a rate that was refused after at least five answers, one 2000th of the present rate, doubled every 100 answers. Places in flight
///   are cut and given back alike. When the refusal carries `Twilio-Concurrent-Requests` it is about requests in flight:
///   the places become 70 % of those in use.
/// - After any refusal requests go one by one, evenly spaced, until 50 answers were accepted and three times the longest
///   window (at least a minute) has passed without another one. Each relapse doubles that time, up to an hour.
#[derive(Clone)]
pub struct Limiter {
    /// None when it does not limit.
    core: Option<Arc<Core>>,
}

impl Limiter {
    /// A limiter without rules so far; see [`LimiterBuilder`].
    pub fn builder() -> LimiterBuilder {
        LimiterBuilder::new()
    }

    /// A limiter that lets everything through at once and learns nothing. (One built without rules, in contrast, still
    /// obeys what the server says.)
    #[must_use]
    pub const fn unlimited() -> Self {
        Self { core: None }
    }

    pub(super) fn from_parts(state: State, clock: SharedClock) -> Self {
        let state = Mutex::new(state);
        Self {
            core: Some(Arc::new(Core { state, clock })),
        }
    }

    /// Requests let through whose permit still lives. Always 0 for [`unlimited`](Self::unlimited).
    #[must_use]
    pub fn in_flight(&self) -> u32 {
        self.core.as_ref().map_or(0, |core| core.lock().in_flight())
    }

    /// Requests that wait for a turn.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.core.as_ref().map_or(0, |core| core.lock().waiting())
    }
}

impl fmt::Debug for Limiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Limiter");
        if self.core.is_none() {
            return out.field("unlimited", &true).finish();
        }
        out.field("in_flight", &self.in_flight())
            .field("waiting", &self.waiting())
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl RateLimiter for Limiter {
    async fn acquire(&self, cost: u32, deadline: Instant) -> Result<Permit, LimitExceeded> {
        match &self.core {
            None => Ok(Permit::free()),
            Some(core) => Acquire::new(core.clone(), cost, deadline).await,
        }
    }

    fn try_acquire(&self, cost: u32) -> Result<Permit, LimitExceeded> {
        let Some(core) = &self.core else {
            return Ok(Permit::free());
        };
        let now = core.clock.now();
        let grant = core.lock().try_now(cost, now)?;
        Ok(Permit::new(core.clone(), grant))
    }

    fn observe(&self, limits: &RateLimits, outcome: Observed) {
        let Some(core) = &self.core else {
            return;
        };
        let now = core.clock.now();
        let woken = core.lock().observe(limits, outcome, now);
        for waker in woken {
            waker.wake();
        }
    }
}

/// What clones of a limiter, its permits and its waiters share.
#[derive(Debug)]
pub(super) struct Core {
    /// Locked for short computations only, never across an await and never while a waker runs.
    state: Mutex<State>,
    clock: SharedClock,
}

impl Core {
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        // No code under the lock panics, and the state is never left half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn clock(&self) -> &SharedClock {
        &self.clock
    }
}

impl PermitOwner for Core {
    fn release(&self, grant: Grant) {
        let now = self.clock.now();
        let next = self.lock().release(grant, now);
        if let Some(next) = next {
            next.wake();
        }
    }

    fn give_back(&self, grant: Grant) {
        let next = self.lock().give_back(grant);
        if let Some(next) = next {
            next.wake();
        }
    }
}
