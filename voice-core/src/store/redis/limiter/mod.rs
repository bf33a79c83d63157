//! [`RedisLimiter`]: the limiter of a fleet.
//!
//! `script` has what Redis decides, `memory` the same without Redis, `bucket` the choice between them, `builder` the settings, `queue` what this process knows by itself, `turn` the way of one
//! question and what becomes of its answer.

mod bucket;
mod builder;
#[cfg(feature = "testkit")]
mod memory;
mod queue;
mod script;
mod turn;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use tokio::runtime::Handle;

pub use builder::RedisLimiterBuilder;
#[cfg(feature = "testkit")]
pub use memory::MemoryBucket;

use super::connection::RedisConnection;
use crate::clock::{SharedClock, later, timeout};
use crate::limits::{
    LimitExceeded, LimitRule, Limiter, Observed, Permit, RateLimiter, RateLimits, Unit,
};
use crate::store::guard::Watch;
use crate::store::{GuardStats, StoreError, WhenDown};
use bucket::Bucket;
use queue::Queue;
use script::Pace;
use turn::Answer;

/// What a refusal that does not say for how long holds everybody.
const UNEXPLAINED: Duration = Duration::from_secs(1);
/// Servers round resets up to whole seconds. One that is no later than the next turn says nothing new.
const ROUNDING: Duration = Duration::from_secs(1);

/// Lets requests through at a pace that all processes share which use the same name and prefix: a bucket in Redis (GCRA), on
/// the server's clock. Cloning is cheap, and clones share everything.
///
/// # The rule
///
/// "N per window, burst B" lets B requests through at once and then one every N-th of the window; unused turns come back at
/// that pace, up to B. Within any stretch of time t it lets through B + N·t/window at most. For a provider that counts N per
/// window, B and the rate together must stay below N: 180 per minute with a burst of 20 for a quota of 200.
/// [`quota`](RedisLimiterBuilder::quota) chooses both for a queue that is never empty.
///
/// # Waiting
///
/// Within a process turns are given in the order of asking. Only the first in the queue asks Redis, and it sleeps until
/// its turn may come before it asks again, so that a thousand waiters cost one question per turn. Processes race for a turn;
/// those that lose spread out. Who cannot have a turn before the deadline is told at once, as far as can be foreseen.
/// One turn costs about 0.3 ms of Redis and takes a round trip: where the deadline is nearer than that, there is none.
///
/// [`try_acquire`](RateLimiter::try_acquire) cannot ask another process without waiting. It says no while Redis decides.
///
/// # What it learns
///
/// - A refusal holds **the whole fleet** until the wait it came with is over ([`RateLimits::wait_hint`]), or for a second when
///   it came with none; at most [`max_hold`](RedisLimiterBuilder::max_hold), and after it turns come one by one.
/// - A quota of requests that is used up holds the fleet until its reset, also when the request itself was accepted; unless
///   the reset, which servers round up to a second, comes no later than the next turn.
/// - [`Permit::give_back`] returns a turn if that is told within the time the turn took to fill up again; later it would let
///   through more than the rule does.
///
/// # With Redis down
///
/// [`when_down`](RedisLimiterBuilder::when_down) decides, and each change of state is one log event:
///
/// | | a turn | the risk |
/// |---|---|---|
/// | [`Local`](WhenDown::Local) (default) | comes from a [`Limiter`] of this process with its [`share`](RedisLimiterBuilder::share) of rate and burst | at the change each process may spend its part of the burst again; without a share, each has the whole rate |
/// | [`FailOpen`](WhenDown::FailOpen) | is granted at once | there is no limit: the provider refuses, and may block the account |
/// | [`FailClosed`](WhenDown::FailClosed) | is refused at once | nothing is sent while Redis is away |
///
/// ```no_run
/// use voice_core::limits::RateLimiter;
/// use voice_core::store::redis::{RedisConnection, RedisLimiter, RedisOptions};
///
/// # async fn run(deadline: std::time::Instant) -> Result<(), Box<dyn std::error::Error>> {
/// let redis = RedisConnection::open(RedisOptions::parse("redis://10.0.0.5")?)?;
/// let limiter = RedisLimiter::builder(redis, "ultravox:acme").per_minute(180).burst(20).share(4).build()?;
/// let permit = limiter.acquire(1, deadline).await?;
/// # drop(permit);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct RedisLimiter {
    core: Arc<Core>,
}

/// What clones, permits and questions under way share.
struct Core {
    bucket: Bucket,
    pace: Pace,
    max_hold: Duration,
    clock: SharedClock,
    watch: Watch,
    local: Limiter,
    queue: Queue,
    /// Whose turn it is to ask Redis; tokio serves those who wait for it in order.
    lead: tokio::sync::Mutex<()>,
}

impl RedisLimiter {
    /// A limiter without a rule so far. The name stands for one quota of a provider, usually one account.
    pub fn builder(redis: RedisConnection, name: &str) -> RedisLimiterBuilder {
        RedisLimiterBuilder::new(redis, name)
    }

    /// The limiter of a fleet in a test, on a bucket that its members share in memory.
    #[cfg(feature = "testkit")]
    #[cfg_attr(docsrs, doc(cfg(feature = "testkit")))]
    pub fn in_memory(bucket: &MemoryBucket) -> RedisLimiterBuilder {
        RedisLimiterBuilder::in_memory(bucket.clone())
    }

    /// Requests of this process that wait for a turn.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.core.queue.waiting()
    }

    /// What happened so far. A limiter owes nothing and has no conflicts.
    #[must_use]
    pub fn stats(&self) -> GuardStats {
        self.core.watch.stats(0)
    }
}

impl fmt::Debug for RedisLimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.core.fmt(f)
    }
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisLimiter")
            .field("pace", &self.pace)
            .field("when_down", &self.watch.when_down())
            .field("waiting", &self.queue.waiting())
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl RateLimiter for RedisLimiter {
    async fn acquire(&self, cost: u32, deadline: Instant) -> Result<Permit, LimitExceeded> {
        let core = &self.core;
        core.pace.check(cost)?;
        let now = core.clock.now();
        if now > deadline {
            return Err(LimitExceeded::new(
                Some(Duration::ZERO),
                LimitRule::Deadline,
            ));
        }
        let seat = core.queue.join(cost, &core.pace, now, deadline)?;
        let left = deadline.saturating_duration_since(now);
        let Ok(lead) = timeout(&*core.clock, left, core.lead.lock()).await else {
            return Err(LimitExceeded::new(None, LimitRule::Queue));
        };
        let outcome = Core::lead(core, cost, deadline).await;
        drop((lead, seat));
        match outcome {
            Ok(granted_or_not) => granted_or_not,
            Err(error) => core.without_redis(&error, cost, deadline).await,
        }
    }

    fn try_acquire(&self, _cost: u32) -> Result<Permit, LimitExceeded> {
        Err(LimitExceeded::new(
            None,
            LimitRule::Other("a shared turn cannot be had without waiting for Redis".to_owned()),
        ))
    }

    fn observe(&self, limits: &RateLimits, outcome: Observed) {
        let core = &self.core;
        core.local.observe(limits, outcome);
        let hold = match outcome {
            Observed::Limited => limits
                .wait_hint()
                .filter(|wait| !wait.is_zero())
                .or(Some(UNEXPLAINED)),
            Observed::Accepted => limits
                .windows()
                .filter(|window| *window.unit() == Unit::Requests && window.remaining() == Some(0))
                .filter_map(crate::limits::RateWindow::reset)
                .max()
                .filter(|reset| *reset > core.pace.time(1).saturating_add(ROUNDING)),
        };
        let Some(hold) = hold.map(|hold| hold.min(core.max_hold)) else {
            return;
        };
        let is_news = core.queue.hold(later(core.clock.now(), hold));
        // Without a runtime it is this process alone that keeps to it.
        if is_news && let Ok(runtime) = Handle::try_current() {
            let core = Arc::clone(core);
            runtime.spawn(async move { core.tell_hold(hold).await });
        }
    }
}

impl Core {
    /// Asks Redis for a turn until there is one, or cannot be in time.
    async fn lead(
        core: &Arc<Self>,
        cost: u32,
        deadline: Instant,
    ) -> Result<Result<Permit, LimitExceeded>, StoreError> {
        let mut lost_races = 0;
        loop {
            let asked = core.clock.now();
            if let Some((ready, rule)) = core.queue.ready(cost, &core.pace, asked) {
                if ready > deadline {
                    let wait = ready.saturating_duration_since(asked);
                    return Ok(Err(LimitExceeded::new(Some(wait), rule)));
                }
                let wait = ready.saturating_duration_since(asked);
                core.clock.sleep(wait).await;
                continue;
            }
            let left = deadline.saturating_duration_since(asked);
            let Ok(answer) = timeout(&*core.clock, left, turn::ask(core, cost)).await else {
                let rule = LimitRule::Other("Redis did not answer before the deadline".to_owned());
                return Ok(Err(LimitExceeded::new(None, rule)));
            };
            let (wait, rule) = match answer? {
                Answer::Granted(permit, next) => {
                    // Who has just won against others lets those go first who asked as long ago: else it would win again.
                    let took = core.clock.now().saturating_duration_since(asked);
                    let politely = if lost_races > 0 {
                        later(asked, took)
                    } else {
                        asked
                    };
                    core.queue.learn(politely, next);
                    return Ok(Ok(permit));
                }
                Answer::Denied(wait, rule) => (wait, rule),
            };
            core.queue.denied(asked, wait, cost, &core.pace);
            // Counted from the asking: the next question travels as long as this one did.
            let now = core.clock.now();
            let ready = later(asked, wait).max(now);
            if ready > deadline {
                return Ok(Err(LimitExceeded::new(Some(wait), rule)));
            }
            let spread = core.pace.spread(lost_races, core.clock.unit());
            let until = later(ready, spread).min(deadline);
            core.clock.sleep(until.saturating_duration_since(now)).await;
            lost_races += 1;
        }
    }

    async fn without_redis(
        &self,
        error: &StoreError,
        cost: u32,
        deadline: Instant,
    ) -> Result<Permit, LimitExceeded> {
        match self.watch.when_down() {
            WhenDown::FailOpen => {
                self.watch.fell_back();
                Ok(Permit::free())
            }
            WhenDown::Local => {
                self.watch.fell_back();
                self.local.acquire(cost, deadline).await
            }
            WhenDown::FailClosed => {
                let wait = match error {
                    StoreError::CircuitOpen { retry_in } => Some(*retry_in),
                    _ => None,
                };
                let rule = LimitRule::Other("Redis, which the limit is shared by, is away".into());
                Err(LimitExceeded::new(wait, rule))
            }
        }
    }

    async fn tell_hold(&self, hold: Duration) {
        let outcome = self.bucket.hold(&self.pace, hold, self.max_hold).await;
        self.noted(&outcome);
    }

    fn noted<T>(&self, outcome: &Result<T, StoreError>) {
        match outcome {
            Ok(_) => self.watch.answered(),
            Err(error) => self.watch.failed(error),
        }
    }
}
