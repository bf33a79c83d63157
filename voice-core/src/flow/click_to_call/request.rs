//! What a click-to-call is made of.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::{ContactRef, MachineCheck};
use crate::clock::{SharedClock, SystemClock};
use crate::flow::TimelineEntry;
use crate::flow::event::Listener;
use crate::ident::E164;
use crate::provider::CallKey;
use crate::webhook::WebhookUrl;

/// A click: this agent wants to speak with that contact; see [`click_to_call`](super::click_to_call).
#[derive(Clone)]
pub struct ClickRequest {
    pub(super) agent: E164,
    pub(super) from: E164,
    pub(super) contact: ContactRef,
    pub(super) key: CallKey,
    pub(super) ring_timeout: Duration,
    pub(super) queue_allowance: Duration,
    pub(super) time_limit: Option<Duration>,
    pub(super) machine_check: MachineCheck,
    pub(super) fallback: Option<WebhookUrl>,
    pub(super) clock: SharedClock,
    pub(super) listener: Option<Listener>,
}

impl ClickRequest {
    /// `agent` is rung, shown `from`, and connected to `contact`. The `key` stands for the click: a click that comes twice
    /// comes with the same key.
    ///
    /// It rings for 30 s, may have waited 10 minutes at the provider before that, may last 4 hours, and a machine that
    /// answers is looked for.
    #[must_use]
    pub fn new(agent: E164, from: E164, contact: ContactRef, key: CallKey) -> Self {
        Self {
            agent,
            from,
            contact,
            key,
            ring_timeout: Duration::from_secs(30),
            queue_allowance: Duration::from_secs(600),
            time_limit: Some(Duration::from_secs(4 * 3600)),
            machine_check: MachineCheck::default(),
            fallback: None,
            clock: SystemClock::shared(),
            listener: None,
        }
    }

    /// How long the agent's telephone rings. Shorter than the time after which the agent's mailbox answers is best.
    #[must_use]
    pub fn ring_timeout(mut self, limit: Duration) -> Self {
        self.ring_timeout = limit;
        self
    }

    /// How long the call may wait at the provider before it is dialled, without its token expiring.
    #[must_use]
    pub fn queue_allowance(mut self, limit: Duration) -> Self {
        self.queue_allowance = limit;
        self
    }

    /// Longest call; `None` leaves it to the provider.
    #[must_use]
    pub fn time_limit(mut self, limit: Option<Duration>) -> Self {
        self.time_limit = limit;
        self
    }

    /// Whether a machine at the agent's is looked for.
    #[must_use]
    pub fn machine_check(mut self, check: MachineCheck) -> Self {
        self.machine_check = check;
        self
    }

    /// What is asked when the handler cannot be reached; the handler's own fallback route unless set. A static document on
    /// another host helps when the whole host is down.
    #[must_use]
    pub fn fallback(mut self, url: WebhookUrl) -> Self {
        self.fallback = Some(url);
        self
    }

    /// Another clock.
    #[must_use]
    pub fn clock(mut self, clock: SharedClock) -> Self {
        self.clock = clock;
        self
    }

    /// Hears of each step of the dial as it happens.
    #[must_use]
    pub fn on_event(mut self, listener: impl Fn(&TimelineEntry) + Send + Sync + 'static) -> Self {
        self.listener = Some(Arc::new(listener));
        self
    }

    /// How long the token of the first step lives: queue, ringing, the provider's 5 s of its own, finding out who answered
    /// (30 s), and a minute.
    pub(super) fn life(&self) -> Duration {
        self.queue_allowance
            .saturating_add(self.ring_timeout)
            .saturating_add(Duration::from_secs(5 + 30 + 60))
            .min(LONGEST)
    }

    /// How long reports of the call may come.
    pub(super) fn whole_life(&self) -> Duration {
        // Twilio drops what waited for a day.
        let day = Duration::from_secs(24 * 3600);
        let talk = self.time_limit.unwrap_or(day);
        self.life()
            .saturating_add(talk)
            .saturating_add(day)
            .min(LONGEST)
    }
}

/// No token lives longer than a week.
const LONGEST: Duration = Duration::from_secs(7 * 24 * 3600);

impl fmt::Debug for ClickRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClickRequest")
            .field("agent", &self.agent)
            .field("contact", &self.contact)
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}
