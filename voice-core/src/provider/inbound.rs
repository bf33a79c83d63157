//! Ringing calls: hear of them, take them or leave them.

use std::fmt;

use async_trait::async_trait;
use serde_json::{Map, Value};

use super::CallId;
use crate::error::Error;
use crate::ident::{E164, SipUri};
use crate::webhook::{WebhookError, WebhookRequest};

/// Tells of calls that ring: raw webhooks in, notices out.
pub trait InboundSource: fmt::Debug + Send + Sync {
    /// Verifies the signature over the raw request first, and reads it only then.
    ///
    /// # Errors
    /// [`WebhookError`] says why it is refused, and which HTTP status to answer with.
    fn read(&self, request: &WebhookRequest<'_>) -> Result<InboundNotice, WebhookError>;
}

/// A webhook that was proven to come from the provider, as far as ringing calls are concerned.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct InboundNotice {
    /// The provider.
    pub provider: &'static str,
    /// The id that repeated deliveries of this webhook share; `None` when it came without one.
    pub webhook_id: Option<String>,
    /// What happened, in the provider's word (`realtime.call.incoming` …).
    pub kind: String,
    /// What that means here.
    pub event: InboundEvent,
}

impl InboundNotice {
    /// A notice of `kind`.
    pub fn new(
        provider: &'static str,
        webhook_id: Option<String>,
        kind: impl Into<String>,
        event: InboundEvent,
    ) -> Self {
        Self {
            provider,
            webhook_id,
            kind: kind.into(),
            event,
        }
    }
}

/// What a webhook means for ringing calls.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum InboundEvent {
    /// A call rings.
    Ringing(RingingCall),
    /// A call rings, but the webhook does not say which one.
    RingingWithoutId,
    /// A call is over.
    Ended(CallId),
    /// Nothing to do with ringing calls.
    Other,
}

/// A call that waits to be taken.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct RingingCall {
    /// Its id.
    pub id: CallId,
    /// The SIP headers of its INVITE, in order, repeats kept. **Untrusted**: whoever calls can write them.
    pub sip_headers: Vec<SipHeader>,
}

impl RingingCall {
    /// A call with the headers it came with.
    #[must_use]
    pub fn new(id: CallId, sip_headers: Vec<SipHeader>) -> Self {
        Self { id, sip_headers }
    }
}

/// Headers hold numbers and names: only their count is shown.
impl fmt::Debug for RingingCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RingingCall")
            .field("id", &self.id)
            .field("sip_headers", &self.sip_headers.len())
            .finish()
    }
}

/// One header of a SIP request, as it was sent.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SipHeader {
    /// The name, in whatever case or compact form it came.
    pub name: String,
    /// The text.
    pub value: String,
}

impl SipHeader {
    /// A header.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
        }
    }
}

/// The value holds numbers and names.
impl fmt::Debug for SipHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SipHeader")
            .field("name", &self.name)
            .field("value_bytes", &self.value.len())
            .finish()
    }
}

/// Decides on a call that rings here.
#[async_trait]
pub trait InboundCallProvider: fmt::Debug + Send + Sync {
    /// Takes a call and lets an agent speak.
    ///
    /// # Errors
    /// The provider's; a caller who has gone is [`Presence::AlreadyGone`], not an error. If the error's
    /// [`may_have_happened`](Error::may_have_happened) says so, the call may be taken all the same: join it to find out.
    /// [`Conflict`](crate::error::ErrorKind::Conflict) says that it was decided on already, perhaps by an earlier accept.
    async fn accept(&self, id: &CallId, request: &AcceptCall) -> Result<Presence, Error>;

    /// Refuses a call.
    ///
    /// # Errors
    /// The provider's.
    async fn reject(&self, id: &CallId, reason: RejectReason) -> Result<Presence, Error>;

    /// Hands a call on. That the provider took the order does not prove that the transfer happened.
    ///
    /// # Errors
    /// The provider's.
    async fn transfer(&self, id: &CallId, target: &TransferTarget) -> Result<Presence, Error>;

    /// Ends a call.
    ///
    /// # Errors
    /// The provider's.
    async fn hang_up(&self, id: &CallId) -> Result<Presence, Error>;
}

/// Whether there was still a call to act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Presence {
    /// Done.
    Done,
    /// The call was over already.
    AlreadyGone,
}

/// How an agent takes a call.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct AcceptCall {
    /// What the agent is told to be.
    pub instructions: String,
    /// A model, by the provider's name; its default when unset.
    pub model: Option<String>,
    /// A voice.
    pub voice: Option<String>,
    /// Functions the agent may call.
    pub tools: Vec<ToolSpec>,
    /// How freely it may; the provider's default when unset.
    pub tool_choice: Option<ToolChoice>,
    /// Whatever else the provider takes, in its own spelling; merged last.
    pub extra: Map<String, Value>,
}

impl AcceptCall {
    /// Takes the call with these instructions.
    pub fn new(instructions: impl Into<String>) -> Self {
        Self {
            instructions: instructions.into(),
            ..Self::default()
        }
    }
}

impl fmt::Debug for AcceptCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AcceptCall")
            .field("instructions_bytes", &self.instructions.len())
            .field("model", &self.model)
            .field("voice", &self.voice)
            .field("tools", &self.tools.len())
            .finish_non_exhaustive()
    }
}

/// A function an agent may call.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ToolSpec {
    /// The name the agent calls it by: 1 to 64 of `A-Z a-z 0-9 _ -`.
    pub name: String,
    /// What it does and when to use it, for the agent.
    pub description: String,
    /// A JSON Schema of its arguments, an object.
    pub parameters: Value,
}

impl ToolSpec {
    /// A function with a description and a JSON Schema of its arguments.
    pub fn new(name: impl Into<String>, description: impl Into<String>, parameters: Value) -> Self {
        Self {
            name: name.into(),
            description: description.into(),
            parameters,
        }
    }
}

impl ToolSpec {
    /// A function that takes nothing.
    pub fn without_arguments(name: impl Into<String>, description: impl Into<String>) -> Self {
        let nothing = serde_json::json!({
            "type": "object",
            "properties": {},
            "additionalProperties": false,
        });
        Self::new(name, description, nothing)
    }
}

/// How freely an agent may call its functions.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ToolChoice {
    /// As it sees fit.
    Auto,
    /// Never.
    None,
    /// It must call one.
    Required,
    /// It must call this one.
    Named(String),
}

/// Why a call is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RejectReason {
    /// 486: the called party is busy.
    Busy,
    /// 503: no capacity at present.
    NoCapacity,
    /// 603: declined.
    Declined,
    /// 404: nobody here has this number.
    UnknownNumber,
}

impl RejectReason {
    /// The SIP status (RFC 3261 section 21).
    #[must_use]
    pub const fn sip_status(self) -> u16 {
        match self {
            Self::Busy => 486,
            Self::NoCapacity => 503,
            Self::Declined => 603,
            Self::UnknownNumber => 404,
        }
    }
}

/// Where a call is handed on to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransferTarget {
    /// A telephone.
    Phone(E164),
    /// A SIP address.
    Sip(SipUri),
}
