//! What became of a click-to-call, and why the handler refused.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::provider::CallStatus;

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Outcome {
    /// Agent and lead spoke.
    Connected {
        /// How long, if the provider said.
        length: Option<Duration>,
    },
    /// The agent was not reached; the lead was not rung.
    AgentUnreachable(AgentFailure),
    /// A machine answered at the agent's; the lead was not rung.
    AgentMachine,
    /// The agent hung up, or pressed no key, before the lead answered.
    AgentGaveUp,
    /// The lead was rung and not reached.
    LeadUnreachable(LeadFailure),
    /// The handler refused to connect the lead, who was not rung.
    NotConnected(Refusal),
    /// Nothing is known for certain; [`reconcile`](super::reconcile) asks the provider.
    Unknown,
}

/// Why the agent was not reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum AgentFailure {
    /// The line was busy.
    Busy,
    /// Nobody answered.
    NoAnswer,
    /// It could not be connected.
    Failed,
    /// The call was ended before anybody answered.
    Canceled,
    /// The provider refused the dial: nobody was rung.
    NotDialled,
}

impl AgentFailure {
    pub(super) fn of(status: &CallStatus) -> Option<Self> {
        match status {
            CallStatus::Busy => Some(Self::Busy),
            CallStatus::NoAnswer => Some(Self::NoAnswer),
            CallStatus::Failed => Some(Self::Failed),
            CallStatus::Canceled => Some(Self::Canceled),
            _ => None,
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Busy => "busy",
            Self::NoAnswer => "no answer",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
            Self::NotDialled => "not dialled",
        }
    }
}

/// Why the lead was not reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum LeadFailure {
    /// The line was busy.
    Busy,
    /// Nobody answered.
    NoAnswer,
    /// It could not be connected.
    Failed,
}

impl LeadFailure {
    const fn words(self) -> &'static str {
        match self {
            Self::Busy => "busy",
            Self::NoAnswer => "no answer",
            Self::Failed => "failed",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connected { .. } => f.write_str("connected"),
            Self::AgentUnreachable(why) => write!(f, "agent unreachable: {}", why.words()),
            Self::AgentMachine => f.write_str("a machine answered at the agent's"),
            Self::AgentGaveUp => f.write_str("the agent gave up"),
            Self::LeadUnreachable(why) => write!(f, "lead unreachable: {}", why.words()),
            Self::NotConnected(why) => write!(f, "not connected: {why}"),
            Self::Unknown => f.write_str("unknown"),
        }
    }
}

/// Why the handler did not do what a request asked for. [`Display`](fmt::Display) is the reason as logs have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Refusal {
    /// Not proven to come from the provider.
    #[error("bad signature")]
    BadSignature,
    /// Signed, but it names no call.
    #[error("malformed request")]
    Malformed,
    /// The URL has no token.
    #[error("missing token")]
    MissingToken,
    /// The token is none of ours, or for another step.
    #[error("invalid token")]
    InvalidToken,
    /// The token's time is over.
    #[error("expired token")]
    Expired,
    /// The token was used, by another call or by one that is over.
    #[error("replayed token")]
    Replayed,
    /// The token belongs to another call.
    #[error("token of another call")]
    WrongCall,
    /// The token is good, but there is no record of it.
    #[error("no record of this click-to-call")]
    UnknownClick,
    /// The application knows no such contact.
    #[error("unknown contact")]
    UnknownContact,
    /// The application said no.
    #[error("declined by the application")]
    Declined,
    /// The application's callback failed.
    #[error("the contact callback failed")]
    CallbackFailed,
    /// The application's callback panicked.
    #[error("the contact callback panicked")]
    CallbackPanicked,
    /// The application's callback took too long.
    #[error("the contact callback was too slow")]
    CallbackSlow,
    /// The record could not be read or written.
    #[error("the record store failed")]
    StoreFailed,
    /// The provider could not get or use an earlier answer.
    #[error("the provider could not use an earlier answer")]
    Fallback,
    /// Something in the handler itself went wrong.
    #[error("internal error")]
    Internal,
}

impl From<super::TokenError> for Refusal {
    fn from(error: super::TokenError) -> Self {
        match error {
            super::TokenError::Missing => Self::MissingToken,
            super::TokenError::Invalid => Self::InvalidToken,
            super::TokenError::Expired => Self::Expired,
        }
    }
}
