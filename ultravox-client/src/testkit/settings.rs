//! What a simulator is to be like.

use std::time::Duration;

use voice_core::clock::{SharedClock, SystemClock};
use voice_core::provider::MediaKind;

/// What a PATCH does with a `callTemplate` in part. The vendor's pages say one thing, a production user the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum PatchMode {
    /// It replaces the whole template, as a user reports. The default here: it is the harsher one.
    #[default]
    Replace,
    /// Its fields replace single fields of the template, as the pages say.
    Merge,
}

/// How too many calls at a time are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Overload {
    /// 429, as for most plans.
    #[default]
    TooManyRequests,
    /// 503, as for plans with a priority quota.
    Unavailable,
}

/// Whether refusals say how long to wait. It is not known whether the API always does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum RetryAfter {
    /// In seconds.
    #[default]
    Sent,
    /// Not at all.
    Absent,
}

/// Where recordings come from. The API is documented to do either.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum MediaFrom {
    /// A storage on another port, by a redirect.
    #[default]
    Storage,
    /// The API itself.
    Api,
}

/// What a simulator is to be like.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SimSettings {
    pub(super) clock: SharedClock,
    pub(super) patch: PatchMode,
    pub(super) page_size: usize,
    pub(super) next_origin: Option<String>,
    pub(super) call_rate: Option<(usize, Duration)>,
    pub(super) concurrency: Option<(usize, Overload)>,
    pub(super) throttles: Vec<(String, usize, Duration)>,
    pub(super) retry_after: RetryAfter,
    pub(super) media: MediaFrom,
    pub(super) sip_logs_after: Duration,
    pub(super) telephony: Vec<MediaKind>,
    #[cfg(feature = "realtime")]
    pub(super) realtime: Option<std::sync::Arc<super::realtime::RealtimeSim>>,
    pub(super) corpora: usize,
    pub(super) load_time: Duration,
}

impl Default for SimSettings {
    fn default() -> Self {
        Self {
            clock: SystemClock::shared(),
            patch: PatchMode::default(),
            page_size: 20,
            next_origin: None,
            call_rate: None,
            concurrency: None,
            throttles: Vec::new(),
            retry_after: RetryAfter::default(),
            media: MediaFrom::default(),
            sip_logs_after: Duration::from_secs(5),
            telephony: Vec::new(),
            #[cfg(feature = "realtime")]
            realtime: None,
            corpora: 2,
            load_time: Duration::from_millis(200),
        }
    }
}

impl SimSettings {
    /// No limits, the system's clock, 20 items to a page.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The clock by which calls time out and limits count.
    #[must_use]
    pub fn clock(mut self, clock: SharedClock) -> Self {
        self.clock = clock;
        self
    }

    /// What a PATCH of an agent does.
    #[must_use]
    pub fn patch(mut self, mode: PatchMode) -> Self {
        self.patch = mode;
        self
    }

    /// How many items a page has when the client does not say.
    #[must_use]
    pub fn page_size(mut self, items: usize) -> Self {
        self.page_size = items.max(1);
        self
    }

    /// Puts another origin into `next` links than the simulator's own, such as `https://api.ultravox.ai`.
    #[must_use]
    pub fn next_origin(mut self, origin: impl Into<String>) -> Self {
        self.next_origin = Some(origin.into());
        self
    }

    /// At most so many calls created within a window; more are refused with 429.
    #[must_use]
    pub fn call_rate(mut self, calls: usize, window: Duration) -> Self {
        self.call_rate = Some((calls, window));
        self
    }

    /// At most so many calls that wait or go on at a time.
    #[must_use]
    pub fn concurrency(mut self, calls: usize, refusal: Overload) -> Self {
        self.concurrency = Some((calls, refusal));
        self
    }

    /// A call throttle of the account's, by name: so many calls within a window.
    #[must_use]
    pub fn throttle(mut self, name: impl Into<String>, calls: usize, window: Duration) -> Self {
        self.throttles.push((name.into(), calls, window));
        self
    }

    /// How many corpora the account may have; 2.
    #[must_use]
    pub fn corpora(mut self, corpora: usize) -> Self {
        self.corpora = corpora;
        self
    }

    /// How long a source of a corpus loads its documents, by the clock; 200 ms.
    #[must_use]
    pub fn load_time(mut self, time: Duration) -> Self {
        self.load_time = time;
        self
    }

    /// Whether refusals say how long to wait.
    #[must_use]
    pub fn retry_after(mut self, header: RetryAfter) -> Self {
        self.retry_after = header;
        self
    }

    /// Where recordings come from.
    #[must_use]
    pub fn media(mut self, from: MediaFrom) -> Self {
        self.media = from;
        self
    }

    /// How long after a call its SIP logs are ready; 5 s unless set. Until then they are 425.
    #[must_use]
    pub fn sip_logs_after(mut self, wait: Duration) -> Self {
        self.sip_logs_after = wait;
        self
    }

    /// The account has credentials at this telephone provider, so that calls can be dialled through it. At first it has
    /// none, and they can be set through the API as well; SIP needs none.
    #[must_use]
    pub fn telephony(mut self, provider: MediaKind) -> Self {
        self.telephony.push(provider);
        self
    }

    /// Calls with the `serverWebSocket` medium can be joined over there: their join URLs lead to it, and it says when they
    /// are joined and end.
    #[cfg(feature = "realtime")]
    #[cfg_attr(docsrs, doc(cfg(feature = "realtime")))]
    #[must_use]
    pub fn realtime(mut self, sessions: std::sync::Arc<super::realtime::RealtimeSim>) -> Self {
        self.realtime = Some(sessions);
        self
    }
}
