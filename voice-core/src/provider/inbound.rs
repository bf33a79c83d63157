//! Ringing calls: take them or leave them.

use std::fmt;

use async_trait::async_trait;
use serde_json::{Map, Value};

use super::CallId;
use crate::error::Error;
use crate::ident::{E164, SipUri};

/// Decides on a call that rings here.
#[async_trait]
pub trait InboundCallProvider: fmt::Debug + Send + Sync {
    /// Takes a call and lets an agent speak.
    ///
    /// # Errors
    /// The provider's; a caller who has gone is [`Presence::AlreadyGone`], not an error.
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
    /// Tools, in the provider's form.
    pub tools: Vec<Value>,
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
