//! The capabilities providers share, as object-safe traits.
//!
//! An application written against these swaps one provider for another by changing one constructor. The traits that provider
//! crates implement so far (health, agents, calls, ringing calls, webhooks) have a conformance suite in the test kit that every
//! implementor passes.
//!
//! | trait | does |
//! |---|---|
//! | [`HealthCheck`] | one cheap authenticated probe: reachable, authorised, latency |
//! | [`AgentProvider`] | create, read, list, update agents; open a session with template context; end it |
//! | [`CallProvider`] | place a call, read its status, hang up, find the call a key placed |
//! | [`InboundSource`] | raw webhooks in, notices of ringing calls out |
//! | [`InboundCallProvider`] | accept, reject, transfer, hang up a ringing call |
//! | [`TrunkProvider`] | create, list, delete trunks; map numbers; allow IPs; destinations; credentials |
//! | [`PromptProvider`] | fetch, render, list prompts |
//! | [`WebhookVerifier`] | raw bytes and headers in, an event out, or a reason |
//!
//! All of them report [`Error`](crate::error::Error), whose [`delivery`](crate::error::Error::delivery) tells whether a
//! person may have been rung.

mod agent;
mod call;
mod dials;
mod health;
mod id;
mod inbound;
mod prompt;
mod trunk;
mod webhook;

pub use agent::{
    Agent, AgentChange, AgentProvider, AgentSession, AgentSpec, JoinUrl, ListAgents, SessionRequest,
};
pub use call::{
    Call, CallProvider, CallStatus, Connect, FindCall, Found, MediaKind, OwnAgent, PlaceCall,
};
pub use dials::{DialLedger, DialOwner};
pub use health::{Health, HealthCheck, HealthStatus};
pub use id::{AgentId, CallId, CallKey, IdError, SessionId, TrunkId};
pub use inbound::{
    AcceptCall, InboundCallProvider, InboundEvent, InboundNotice, InboundSource, Presence,
    RejectReason, RingingCall, SipHeader, ToolChoice, ToolSpec, TransferTarget,
};
pub use prompt::{Prompt, PromptProvider, PromptRequest, PromptSummary, RenderedPrompt};
pub use trunk::{
    AllowedIp, CreateTrunk, MappedNumber, SipCredential, Trunk, TrunkDestination, TrunkProvider,
};
pub use webhook::WebhookVerifier;
