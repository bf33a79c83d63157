//! An incoming SIP call that no agent is allowed to take: what shall become of it?

use std::fmt;

use http::{HeaderValue, Response, header};
use serde::Serialize;
use serde_json::{Value, json};
use voice_core::error::Error;
use voice_core::provider::AgentId;

use crate::PROVIDER;
use crate::agents::CREATE_CALL;
use crate::calls::StartAgentCall;
use crate::types::JsonMap;

const OPERATION: &str = "sip.fallback";

/// The request to a SIP fallback handler; from [`WebhookVerifier::sip_fallback`](super::WebhookVerifier::sip_fallback).
///
/// The vendor does not document its fields, so it is kept as it came. Fields of SIP that are documented elsewhere to reach
/// a call's template context are the headers `X-…` and `ultravox.sip.caller_id`, `.from_display_name`, `.from_uri`.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct SipFallbackRequest {
    /// The body: JSON, or, if it is none, its text. Personal data.
    pub payload: Value,
}

impl SipFallbackRequest {
    pub(super) fn read(body: &[u8]) -> Self {
        // A caller waits: nothing that was signed by Ultravox is turned away for its form.
        let payload = serde_json::from_slice(body)
            .unwrap_or_else(|_| String::from_utf8_lossy(body).into_owned().into());
        Self { payload }
    }
}

impl fmt::Debug for SipFallbackRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SipFallbackRequest").finish_non_exhaustive()
    }
}

/// What becomes of the call: an agent takes it, a call of its own takes it, or it is refused. Exactly one of them.
///
/// ```
/// use ultravox_client::calls::StartAgentCall;
/// use ultravox_client::webhooks::{SipFallbackReply, SipRejectCode, SipRejection};
/// use voice_core::provider::AgentId;
///
/// let agent = AgentId::new("3c90c3cc-0d44-4b50-8888-8dd25736052a")?;
/// let open = SipFallbackReply::start_agent_call(agent, StartAgentCall::new().variable("line", "sales"));
/// let response = open.into_response()?; // 200 with the JSON Ultravox asks for
///
/// let closed = SipFallbackReply::reject(SipRejection::new().code(SipRejectCode::BUSY).message("after hours"));
/// assert_eq!(closed.into_response()?.body(), r#"{"reject":{"message":"after hours","sipRejectCode":486}}"#);
/// # Ok::<(), voice_core::error::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct SipFallbackReply(Choice);

#[derive(Debug, Clone, PartialEq)]
enum Choice {
    Agent(Box<StartAgentCall>),
    Call(JsonMap),
    Reject(SipRejection),
}

impl SipFallbackReply {
    /// Lets an agent take the call. `call` is what starting a call of that agent takes.
    #[must_use]
    pub fn start_agent_call(agent: AgentId, call: StartAgentCall) -> Self {
        Self(Choice::Agent(Box::new(call.agent_id(agent))))
    }

    /// Takes the call without an agent. `call` is the body of `POST /api/calls`: prompt, voice, tools and all.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) when it does not serialise to a JSON object.
    pub fn start_call(call: &impl Serialize) -> Result<Self, Error> {
        let object = serde_json::to_value(call)
            .ok()
            .and_then(|value| JsonMap::try_from(value).ok());
        match object {
            Some(object) => Ok(Self(Choice::Call(object))),
            None => Err(invalid("startCall", "must be a JSON object")),
        }
    }

    /// Refuses the call.
    #[must_use]
    pub fn reject(rejection: SipRejection) -> Self {
        Self(Choice::Reject(rejection))
    }

    /// The answer to send: 200 with JSON.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) when the call breaks a rule the API states for calls.
    pub fn into_response(self) -> Result<Response<String>, Error> {
        let body = match self.0 {
            Choice::Agent(call) => {
                call.check(&CREATE_CALL, None)?;
                // serde's errors may quote a value.
                let call = serde_json::to_value(&*call)
                    .map_err(|_| invalid("startAgentCall", "cannot be written as JSON"))?;
                json!({"startAgentCall": call})
            }
            Choice::Call(call) => json!({"startCall": call}),
            Choice::Reject(rejection) => {
                let mut fields = JsonMap::new();
                if let Some(code) = rejection.code {
                    fields.insert("sipRejectCode".to_owned(), code.0.into());
                }
                if let Some(message) = rejection.message {
                    fields.insert("message".to_owned(), message.into());
                }
                json!({"reject": fields})
            }
        };
        let mut response = Response::new(body.to_string());
        response.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
        Ok(response)
    }
}

/// How a call is refused.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SipRejection {
    /// The SIP status the caller gets; 603 (Decline) unless set.
    pub code: Option<SipRejectCode>,
    /// Why, in short, for logs.
    pub message: Option<String>,
}

impl SipRejection {
    /// A refusal with 603 (Decline) and without a message.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Refuses with this status.
    #[must_use]
    pub fn code(mut self, code: SipRejectCode) -> Self {
        self.code = Some(code);
        self
    }

    /// Says why, for logs.
    #[must_use]
    pub fn message(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }
}

/// A SIP status that refuses a call: 400 to 699.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SipRejectCode(u16);

/// A number is no SIP status that refuses a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a SIP rejection has a status from 400 to 699, not {0}")]
pub struct SipRejectCodeError(pub u16);

impl SipRejectCode {
    /// 404: there is nobody of that name here (RFC 3261).
    pub const NOT_FOUND: Self = Self(404);
    /// 480: not reachable for now (RFC 3261).
    pub const TEMPORARILY_UNAVAILABLE: Self = Self(480);
    /// 486: busy here (RFC 3261).
    pub const BUSY: Self = Self(486);
    /// 603: declined, here and anywhere else (RFC 3261). The API's default.
    pub const DECLINE: Self = Self(603);

    /// Checks a status.
    ///
    /// # Errors
    /// [`SipRejectCodeError`] outside 400 to 699.
    pub const fn new(status: u16) -> Result<Self, SipRejectCodeError> {
        match status {
            400..=699 => Ok(Self(status)),
            _ => Err(SipRejectCodeError(status)),
        }
    }

    /// The status.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl TryFrom<u16> for SipRejectCode {
    type Error = SipRejectCodeError;

    fn try_from(status: u16) -> Result<Self, SipRejectCodeError> {
        Self::new(status)
    }
}

impl From<SipRejectCodeError> for Error {
    fn from(error: SipRejectCodeError) -> Self {
        invalid("sipRejectCode", &error.to_string()).with_source(error)
    }
}

fn invalid(field: &str, message: &str) -> Error {
    Error::invalid_input(field, message).with_operation(PROVIDER, OPERATION)
}
