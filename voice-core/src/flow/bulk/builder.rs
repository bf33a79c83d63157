//! [`BulkDial`]: how a campaign dials.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use super::{BulkControl, BulkProgress, EntryResult, ResultLines};
use crate::clock::{SharedClock, SystemClock};
use crate::limits::{Limiter, LimiterBuildError, RateLimiter};
use crate::provider::FindCall;

pub(super) type OnResult = Arc<dyn Fn(&EntryResult) + Send + Sync>;
pub(super) type OnProgress = Arc<dyn Fn(&BulkProgress) + Send + Sync>;

/// How a campaign dials. See the [module page](super).
///
/// Unless set: one dial per second, 10 entries at once, 10 attempts, calls are not followed.
#[derive(Clone)]
#[must_use = "nobody is dialled until it runs"]
pub struct BulkDial {
    rate: (u32, Duration),
    limiter: Option<Arc<dyn RateLimiter>>,
    pub(super) at_once: usize,
    pub(super) attempts: u32,
    pub(super) settle: Duration,
    pub(super) longest_dial: Duration,
    pub(super) follow: Option<Duration>,
    pub(super) number_key: Option<SecretString>,
    pub(super) total: Option<u64>,
    pub(super) clock: SharedClock,
    pub(super) control: Option<BulkControl>,
    pub(super) on_result: Option<OnResult>,
    pub(super) on_progress: Option<OnProgress>,
    pub(super) results: Option<ResultLines>,
}

impl BulkDial {
    /// A campaign with the settings of the type's page.
    pub fn new() -> Self {
        Self {
            rate: (1, Duration::from_secs(1)),
            limiter: None,
            at_once: 10,
            attempts: 10,
            settle: FindCall::SETTLE,
            longest_dial: Duration::from_secs(90),
            follow: None,
            number_key: None,
            total: None,
            clock: SystemClock::shared(),
            control: None,
            on_result: None,
            on_progress: None,
            results: None,
        }
    }

    /// At most so many dials per second, evenly spaced; 1 unless set.
    pub fn per_second(self, dials: u32) -> Self {
        self.rate(dials, Duration::from_secs(1))
    }

    /// At most so many dials in any stretch of that length, evenly spaced.
    pub fn rate(mut self, dials: u32, per: Duration) -> Self {
        self.rate = (dials, per);
        self
    }

    /// A limiter of yours instead of [`rate`](Self::rate): to share one rate among campaigns, or among machines. It is told of every
    /// 429.
    pub fn limiter(mut self, limiter: Arc<dyn RateLimiter>) -> Self {
        self.limiter = Some(limiter);
        self
    }

    /// At most so many entries at work: waiting for their turn, dialling, looked for and, when calls are
    /// [followed](Self::follow), speaking. 10 unless set.
    pub fn at_once(mut self, entries: usize) -> Self {
        self.at_once = entries;
        self
    }

    /// How many dials may leave for one entry, as long as each but the last was refused for a passing reason or proven to have
    /// placed no call; 10 unless set, at least 1.
    pub fn attempts(mut self, dials: u32) -> Self {
        self.attempts = dials.max(1);
        self
    }

    /// How long after a dial was given up it may still turn into a call; [`FindCall::SETTLE`] unless set. A call that comes later
    /// than this is a second ring: shorten it only for a provider whose longest delay you know, such as a simulator.
    pub fn settle(mut self, time: Duration) -> Self {
        self.settle = time;
        self
    }

    /// How long the provider's client may try one dial, its own retries included; 90 s unless set, as the clients' total deadline.
    /// The call of a run that died is looked for in a window of this length after its intent.
    pub fn longest_dial(mut self, time: Duration) -> Self {
        self.longest_dial = time;
        self
    }

    /// Follows each call to its end, looking this often (at least every 100 ms) in its first minute and at a quarter of that after.
    /// A call of an earlier run whose end was not seen is followed as well.
    pub fn follow(mut self, every: Duration) -> Self {
        self.follow = Some(every.max(Duration::from_millis(100)));
        self
    }

    /// Marks each entry's number in the journal by a hash under this key, the same after every restart. An entry whose number is not
    /// the one it was dialled with is then refused, instead of being taken for done: the rows of the list have moved.
    pub fn number_key(mut self, key: SecretString) -> Self {
        self.number_key = Some(key);
        self
    }

    /// How many entries there are, for the progress of [`run`](Self::run); [`run_all`](Self::run_all) asks the iterator.
    pub fn total(mut self, entries: u64) -> Self {
        self.total = Some(entries);
        self
    }

    /// The clock of pace, waits and intents.
    pub fn clock(mut self, clock: SharedClock) -> Self {
        self.clock = clock;
        self
    }

    /// Hands the campaign to a control: pause, resume, stop, progress.
    pub fn control(mut self, control: &BulkControl) -> Self {
        self.control = Some(control.clone());
        self
    }

    /// Hears of each entry's result, in the order they come. Be quick: the campaign waits.
    pub fn on_result(mut self, listener: impl Fn(&EntryResult) + Send + Sync + 'static) -> Self {
        self.on_result = Some(Arc::new(listener));
        self
    }

    /// Hears of each dial and each result.
    pub fn on_progress(mut self, listener: impl Fn(&BulkProgress) + Send + Sync + 'static) -> Self {
        self.on_progress = Some(Arc::new(listener));
        self
    }

    /// Writes each result as a line of JSON.
    pub fn results(mut self, lines: &ResultLines) -> Self {
        self.results = Some(lines.clone());
        self
    }

    pub(super) fn pace(&self) -> Result<Arc<dyn RateLimiter>, LimiterBuildError> {
        if self.at_once == 0 {
            return Err(LimiterBuildError::ZeroInFlight);
        }
        if let Some(limiter) = &self.limiter {
            return Ok(Arc::clone(limiter));
        }
        let (dials, per) = self.rate;
        let limiter = Limiter::builder()
            .rule(dials, per)
            .burst(1)
            .clock(Arc::clone(&self.clock))
            .build()?;
        Ok(Arc::new(limiter))
    }
}

impl Default for BulkDial {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for BulkDial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BulkDial")
            .field("rate", &self.rate)
            .field("limiter", &self.limiter)
            .field("at_once", &self.at_once)
            .field("attempts", &self.attempts)
            .field("settle", &self.settle)
            .field("follow", &self.follow)
            .field("total", &self.total)
            .finish_non_exhaustive()
    }
}
