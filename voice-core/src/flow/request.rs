//! What an agent call is made of.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};

use super::event::{Listener, TimelineEntry};
use crate::clock::{SharedClock, SystemClock};
use crate::ident::{AgentName, E164};
use crate::provider::{AgentId, CallKey};
use crate::webhook::WebhookUrl;

/// Which agent speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AgentRef {
    /// By id.
    Id(AgentId),
    /// By its exact name.
    Name(AgentName),
}

impl From<AgentId> for AgentRef {
    fn from(id: AgentId) -> Self {
        Self::Id(id)
    }
}

impl From<AgentName> for AgentRef {
    fn from(name: AgentName) -> Self {
        Self::Name(name)
    }
}

/// An agent call to be made; see [`outbound_agent_call`](super::outbound_agent_call).
#[derive(Clone)]
pub struct OutboundAgentCall {
    pub(super) agent: AgentRef,
    pub(super) to: E164,
    pub(super) from: E164,
    pub(super) context: Map<String, Value>,
    pub(super) key: Option<CallKey>,
    pub(super) ring_timeout: Duration,
    pub(super) max_duration: Duration,
    pub(super) look_every: Duration,
    pub(super) status_callback: Option<WebhookUrl>,
    pub(super) clock: SharedClock,
    pub(super) listener: Option<Listener>,
}

impl OutboundAgentCall {
    /// `agent` rings `to` and shows `from`.
    ///
    /// It rings for 30 s, may last one hour, and is looked at every second.
    pub fn new(agent: impl Into<AgentRef>, to: E164, from: E164) -> Self {
        Self {
            agent: agent.into(),
            to,
            from,
            context: Map::new(),
            key: None,
            ring_timeout: Duration::from_secs(30),
            max_duration: Duration::from_secs(3600),
            look_every: Duration::from_secs(1),
            status_callback: None,
            clock: SystemClock::shared(),
            listener: None,
        }
    }

    /// A value for one of the agent's template variables.
    #[must_use]
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.context.insert(name.into(), value.into());
        self
    }

    /// The caller's key for this call; a fresh one unless given. A call journal uses its own, so that a restart finds the
    /// call again.
    #[must_use]
    pub fn key(mut self, key: CallKey) -> Self {
        self.key = Some(key);
        self
    }

    /// How long it rings.
    #[must_use]
    pub fn ring_timeout(mut self, limit: Duration) -> Self {
        self.ring_timeout = limit;
        self
    }

    /// Longest call.
    #[must_use]
    pub fn max_duration(mut self, limit: Duration) -> Self {
        self.max_duration = limit;
        self
    }

    /// How often the call's status is read during its first minute; afterwards at a quarter of the rate. At least 100 ms.
    #[must_use]
    pub fn look_every(mut self, pause: Duration) -> Self {
        self.look_every = pause.max(Duration::from_millis(100));
        self
    }

    /// Where the telephone provider reports progress as well.
    #[must_use]
    pub fn status_callback(mut self, url: WebhookUrl) -> Self {
        self.status_callback = Some(url);
        self
    }

    /// Another clock.
    #[must_use]
    pub fn clock(mut self, clock: SharedClock) -> Self {
        self.clock = clock;
        self
    }

    /// Hears of each step as it happens.
    #[must_use]
    pub fn on_event(mut self, listener: impl Fn(&TimelineEntry) + Send + Sync + 'static) -> Self {
        self.listener = Some(Arc::new(listener));
        self
    }
}

impl fmt::Debug for OutboundAgentCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let variables: Vec<&String> = self.context.keys().collect();
        f.debug_struct("OutboundAgentCall")
            .field("agent", &self.agent)
            .field("to", &self.to)
            .field("from", &self.from)
            .field("variables", &variables)
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}
