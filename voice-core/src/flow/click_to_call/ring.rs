//! What a provider must be able to do: ring the agent, and then ask a URL what to do.

use std::time::Duration;

use async_trait::async_trait;

use crate::error::Error;
use crate::ident::E164;
use crate::provider::{Call, CallKey, CallProvider};
use crate::webhook::WebhookUrl;

/// Whether the provider finds out, before it asks the handler, whether a machine answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum MachineCheck {
    /// No: the agent is spoken to at once.
    Off,
    /// Yes, which takes a few seconds; the agent hears silence meanwhile. The default.
    #[default]
    BeforeConnecting,
}

/// The agent's leg of a click-to-call.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct AgentLeg {
    /// The agent.
    pub to: E164,
    /// The number shown.
    pub from: E164,
    /// Recognises the call later.
    pub key: CallKey,
    /// What is asked when the agent has answered.
    pub connect: WebhookUrl,
    /// What is asked when an answer cannot be got or used.
    pub fallback: WebhookUrl,
    /// Where progress is reported.
    pub status: WebhookUrl,
    /// How long it rings.
    pub ring_timeout: Duration,
    /// Longest call, both legs together.
    pub time_limit: Option<Duration>,
    /// Whether a machine is looked for.
    pub machine_check: MachineCheck,
}

/// A [`CallProvider`] that can ring somebody and then ask a URL.
#[async_trait]
pub trait RingAgent: CallProvider {
    /// Rings the agent. Never repeated by itself once it may have left.
    ///
    /// # Errors
    /// As for [`CallProvider::place_call`].
    async fn ring_agent(&self, leg: &AgentLeg) -> Result<Call, Error>;
}
