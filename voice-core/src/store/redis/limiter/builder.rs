//! [`RedisLimiterBuilder`]: the rule of a shared limiter, checked.

use std::sync::Arc;
use std::time::Duration;

use super::bucket::{Bucket, Place};
#[cfg(feature = "testkit")]
use super::memory::MemoryBucket;
use super::queue::Queue;
use super::script::Pace;
use super::{Core, RedisLimiter};
use crate::clock::SharedClock;
use crate::limits::Limiter;
use crate::store::guard::Watch;
use crate::store::redis::RedisConnection;
use crate::store::{StoreError, WhenDown};

/// The longest window, and the longest time a bucket may take to empty: 31 days.
const MAX_WINDOW: Duration = Duration::from_secs(31 * 24 * 60 * 60);
/// The longest hold, unless set: one hour.
const MAX_HOLD: Duration = Duration::from_secs(60 * 60);

/// Builds a [`RedisLimiter`]. A rule is needed, all else may stay as it is.
#[derive(Debug, Clone)]
#[must_use]
pub struct RedisLimiterBuilder {
    place: Place,
    name: String,
    rule: Option<(u32, Duration)>,
    /// What a late turn may be late by, and how much of the window is left unused.
    quota: Option<(Duration, Duration)>,
    burst: u32,
    max_hold: Duration,
    when_down: WhenDown,
    share: u32,
    clock: Option<SharedClock>,
}

impl RedisLimiterBuilder {
    pub(super) fn new(redis: RedisConnection, name: &str) -> Self {
        Self::at(Place::Redis(redis), name)
    }

    #[cfg(feature = "testkit")]
    pub(super) fn in_memory(bucket: MemoryBucket) -> Self {
        Self::at(Place::Memory(bucket), "memory")
    }

    fn at(place: Place, name: &str) -> Self {
        Self {
            place,
            name: name.to_owned(),
            rule: None,
            quota: None,
            burst: 1,
            max_hold: MAX_HOLD,
            when_down: WhenDown::default(),
            share: 1,
            clock: None,
        }
    }

    /// So many per second on average.
    pub fn per_second(self, requests: u32) -> Self {
        self.rule(requests, Duration::from_secs(1))
    }

    /// So many per minute on average.
    pub fn per_minute(self, requests: u32) -> Self {
        self.rule(requests, Duration::from_secs(60))
    }

    /// So many per window on average, 31 days at most. The last rule set holds. The time between two requests is rounded up
    /// to whole microseconds.
    pub fn rule(mut self, requests: u32, window: Duration) -> Self {
        self.rule = Some((requests, window));
        self.quota = None;
        self
    }

    /// What the provider allows, however it counts: requests go evenly, a hundredth of them at once, so that the fleet never
    /// sends more than `requests` within any `window` and a queue that is never empty uses 98 % of it. Sets rule and burst.
    ///
    /// Of the window 1 % is left unused, of one under a second and a half 1.5 % and of one that lets more than 100 requests
    /// through 0.5 %, since requests do not all travel equally fast; at most 1 s.
    pub fn quota(mut self, requests: u32, window: Duration) -> Self {
        let burst = (requests / 100).max(1);
        // Of so many as go one by one only the last may come too soon; a burst has room for the others as well.
        let margin = match (burst, window) {
            (2.., _) => window / 200,
            _ if window < Duration::from_millis(1_500) => window * 3 / 200,
            _ => (window / 100).min(Duration::from_secs(1)),
        };
        self.rule = Some((requests, window));
        self.burst = burst;
        self.quota = Some((margin, margin / 8));
        self
    }

    /// So many at once; 1 unless set. It is also the most a request may cost.
    pub fn burst(mut self, requests: u32) -> Self {
        self.burst = requests;
        self
    }

    /// The longest that one refusal of the provider may hold everybody; an hour unless set, 31 days at most.
    pub fn max_hold(mut self, hold: Duration) -> Self {
        self.max_hold = hold;
        self
    }

    /// What to do while Redis does not answer; [`WhenDown::Local`] unless set.
    pub fn when_down(mut self, when_down: WhenDown) -> Self {
        self.when_down = when_down;
        self
    }

    /// How many processes share the rule: with [`WhenDown::Local`] each takes one part of so many of rate and burst while
    /// Redis is away. 1 unless set, and 0 counts as 1. A burst is divided to 1 at least, and what costs more than that part
    /// is refused meanwhile.
    pub fn share(mut self, processes: u32) -> Self {
        self.share = processes.max(1);
        self
    }

    /// The clock to wait on; that of the connection unless set.
    pub fn clock(mut self, clock: SharedClock) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Checks the parts and builds the limiter; asks nothing of Redis yet.
    ///
    /// # Errors
    /// [`StoreError::Config`] when there is no rule, a part would let nothing through, or a window, a hold or the time in
    /// which a whole burst comes back is longer than 31 days.
    pub fn build(self) -> Result<RedisLimiter, StoreError> {
        let pace = self.pace()?;
        let clock = self.clock.unwrap_or_else(|| match &self.place {
            Place::Redis(redis) => redis.clock().clone(),
            #[cfg(feature = "testkit")]
            Place::Memory(bucket) => bucket.clock().clone(),
        });
        let local = local(&pace, self.share, self.max_hold, clock.clone())?;
        Ok(RedisLimiter {
            core: Arc::new(Core {
                bucket: Bucket::at(self.place, &self.name),
                pace,
                max_hold: self.max_hold,
                clock,
                watch: Watch::new("limiter", self.when_down),
                local,
                queue: Queue::default(),
                lead: tokio::sync::Mutex::default(),
            }),
        })
    }

    fn pace(&self) -> Result<Pace, StoreError> {
        let wrong = |text: &str| StoreError::Config(text.to_owned());
        let (limit, window) = self
            .rule
            .ok_or_else(|| wrong("a limiter needs a rule of requests per window"))?;
        if limit == 0 || window.is_zero() || self.burst == 0 {
            return Err(wrong("a rule or burst of 0 would let nothing through"));
        }
        if window > MAX_WINDOW || self.max_hold > MAX_WINDOW {
            return Err(wrong("a window or hold is longer than 31 days"));
        }
        // With a burst of B and one per step, B - 1 + t/step go within t.
        let (margin, slack, steps) = match self.quota {
            Some((margin, slack)) => (margin, slack, limit - (self.burst - 1).min(limit - 1)),
            None => (Duration::ZERO, Duration::ZERO, limit),
        };
        let span = window.saturating_add(margin);
        let step = span.as_nanos().div_ceil(1_000 * u128::from(steps));
        let pace = Pace {
            step: u64::try_from(step).unwrap_or(u64::MAX),
            burst: self.burst,
            slack: u64::try_from(slack.as_micros().min(step / 50)).unwrap_or(u64::MAX),
            limit,
            window,
        };
        if pace.time(u64::from(self.burst)) > MAX_WINDOW {
            return Err(wrong(
                "a whole burst would take longer than 31 days to come back",
            ));
        }
        Ok(pace)
    }
}

/// The limiter of one process for its part of the rule.
fn local(
    pace: &Pace,
    share: u32,
    max_hold: Duration,
    clock: SharedClock,
) -> Result<Limiter, StoreError> {
    let (limit, window) = match pace.limit / share {
        0 => (1, pace.time(u64::from(share)).min(MAX_WINDOW)),
        limit => (limit, pace.window),
    };
    Limiter::builder()
        .rule(limit, window)
        .burst((pace.burst / share).clamp(1, limit))
        .max_hold(max_hold)
        .clock(clock)
        .build()
        .map_err(|error| StoreError::Config(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::redis::RedisOptions;

    fn builder() -> RedisLimiterBuilder {
        let redis = RedisConnection::open(RedisOptions::parse("redis://h").unwrap()).unwrap();
        RedisLimiter::builder(redis, "a")
    }

    #[test]
    fn rules_that_make_no_sense_are_refused() {
        let day = Duration::from_secs(24 * 60 * 60);
        for bad in [
            builder(),
            builder().per_second(0),
            builder().rule(1, Duration::ZERO),
            builder().rule(1, day * 32),
            builder().per_second(1).burst(0),
            builder().per_second(1).max_hold(Duration::MAX),
            builder().rule(1, day).burst(32),
        ] {
            assert!(matches!(bad.build(), Err(StoreError::Config(_))));
        }
        for good in [
            builder().per_second(u32::MAX).burst(u32::MAX).share(0),
            builder().rule(1, day * 31).share(u32::MAX),
            builder().per_minute(200).burst(20).share(500),
        ] {
            assert!(good.build().is_ok());
        }
    }

    #[test]
    fn the_step_is_rounded_so_that_never_more_go() {
        assert_eq!(builder().per_second(3).pace().unwrap().step, 333_334);
        assert_eq!(builder().per_minute(200).pace().unwrap().step, 300_000);
        assert_eq!(builder().per_second(u32::MAX).pace().unwrap().step, 1);
    }
}
