//! What an HTTP tool answers.

use std::fmt;
use std::fmt::Write as _;

use http::{HeaderName, HeaderValue, Response, StatusCode, header};
use serde::Serialize;
use serde_json::{Map, Value};
use voice_core::error::Error;
use voice_core::wire::open_enum;

use super::NewStage;
use crate::PROVIDER;
use crate::types::AgentReaction;

/// The header that says what the answer is.
pub const RESPONSE_TYPE_HEADER: &str = "x-ultravox-response-type";
/// The header that says what the agent does then.
pub const AGENT_REACTION_HEADER: &str = "x-ultravox-agent-reaction";
/// The header with a new state of the call, as a JSON object.
pub const UPDATE_STATE_HEADER: &str = "x-ultravox-update-call-state";

open_enum! {
    /// What a tool's answer is.
    pub enum ToolResponseType {
        /// A result for the model; the default.
        ToolResponse = "tool-response",
        /// The end of the call.
        HangUp = "hang-up",
        /// A new stage of the call.
        NewStage = "new-stage",
        /// A message to another thread.
        SendToThread = "send-to-thread",
    }
}

/// The answer of an HTTP tool: status, headers, body.
///
/// ```
/// use ultravox_client::tool_calls::ToolReply;
/// use ultravox_client::types::{AgentReaction, JsonMap};
///
/// let response = ToolReply::json(&[("seats", 4)])?
///     .reaction(AgentReaction::Speaks)
///     .update_state(&JsonMap::from([("café", 1)]))
///     .into_response();
/// assert_eq!(response.headers()["x-ultravox-agent-reaction"], "speaks");
/// assert_eq!(response.headers()["x-ultravox-update-call-state"], r#"{"caf\u00e9":1}"#);
/// assert_eq!(response.body(), r#"[["seats",4]]"#);
/// # Ok::<(), voice_core::error::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct ToolReply {
    status: StatusCode,
    kind: ToolResponseType,
    reaction: Option<HeaderValue>,
    state: Option<HeaderValue>,
    content_type: &'static str,
    body: String,
}

const TEXT: &str = "text/plain; charset=utf-8";
const JSON: &str = "application/json";

impl ToolReply {
    /// A text for the model.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::of(ToolResponseType::ToolResponse, TEXT, text.into())
    }

    /// JSON for the model.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) when it cannot be written as JSON.
    pub fn json(value: &impl Serialize) -> Result<Self, Error> {
        Self::of_type(ToolResponseType::ToolResponse, value)
    }

    /// Ends the call. With [`AgentReaction::Speaks`] the agent is left a last word.
    #[must_use]
    pub fn hang_up() -> Self {
        Self::of(ToolResponseType::HangUp, TEXT, String::new())
    }

    /// Begins a new stage of the call.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) when the stage breaks a rule the API states.
    pub fn new_stage(stage: &NewStage) -> Result<Self, Error> {
        stage.check()?;
        Self::of_type(ToolResponseType::NewStage, stage)
    }

    /// Sends a message to another thread of the call. The form of the message is not in this crate's sources: it is sent
    /// as given.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) when it cannot be written as JSON.
    pub fn send_to_thread(message: &impl Serialize) -> Result<Self, Error> {
        Self::of_type(ToolResponseType::SendToThread, message)
    }

    /// An answer of any type, also of one this version does not know.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) when the body cannot be written as JSON, or
    /// the type is no header value.
    pub fn of_type(kind: ToolResponseType, body: &impl Serialize) -> Result<Self, Error> {
        if HeaderValue::from_str(kind.as_str()).is_err() {
            return Err(invalid("responseType", "is no header value"));
        }
        // serde's errors may quote a value.
        let body = serde_json::to_string(body)
            .map_err(|_| invalid("body", "cannot be written as JSON"))?;
        Ok(Self::of(kind, JSON, body))
    }

    /// Says that the tool failed. The text may reach the model, and through it the person: no secrets, no stack traces.
    ///
    /// A status that is no error's (below 400) becomes 500. What Ultravox makes of a failure is up to it; an HTTP tool has
    /// no field of its own for one.
    #[must_use]
    pub fn failure(status: StatusCode, text: impl Into<String>) -> Self {
        let is_error = status.is_client_error() || status.is_server_error();
        Self {
            status: if is_error {
                status
            } else {
                StatusCode::INTERNAL_SERVER_ERROR
            },
            ..Self::text(text)
        }
    }

    fn of(kind: ToolResponseType, content_type: &'static str, body: String) -> Self {
        Self {
            status: StatusCode::OK,
            kind,
            reaction: None,
            state: None,
            content_type,
            body,
        }
    }

    /// What the agent does then, instead of the tool's `default_reaction`.
    ///
    /// The header has words of its own (`speaks`, `listens`, `speaks-once`); a word this version does not know goes as it
    /// is, if a header can hold it, and [`AgentReaction::Unspecified`] takes the header away.
    #[must_use]
    pub fn reaction(mut self, reaction: AgentReaction) -> Self {
        self.reaction = match reaction {
            AgentReaction::Speaks => Some(HeaderValue::from_static("speaks")),
            AgentReaction::Listens => Some(HeaderValue::from_static("listens")),
            AgentReaction::SpeaksOnce => Some(HeaderValue::from_static("speaks-once")),
            AgentReaction::Other(word) => HeaderValue::try_from(word).ok(),
            AgentReaction::Unspecified => None,
        };
        self
    }

    /// Gives the call a new state, which later tools get and the model does not see.
    ///
    /// It travels in a header, where JSON is written in ASCII alone. Keep it small: many servers and proxies take no header
    /// of more than 8 KB.
    #[must_use]
    pub fn update_state(mut self, state: &Map<String, Value>) -> Self {
        self.state = ascii_json(state).and_then(|json| HeaderValue::try_from(json).ok());
        self
    }

    /// The answer to send.
    #[must_use]
    pub fn into_response(self) -> Response<String> {
        let mut response = Response::new(self.body);
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static(self.content_type),
        );
        let kind = match self.kind {
            ToolResponseType::ToolResponse => None,
            other => HeaderValue::from_str(other.as_str()).ok(),
        };
        for (name, value) in [
            (RESPONSE_TYPE_HEADER, kind),
            (AGENT_REACTION_HEADER, self.reaction),
            (UPDATE_STATE_HEADER, self.state),
        ] {
            if let Some(value) = value {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        response
    }
}

/// Compact JSON without a character that a header cannot hold. Outside of texts JSON has none; within them, what is not
/// visible ASCII is escaped as UTF-16 (RFC 8259, section 7).
fn ascii_json(object: &Map<String, Value>) -> Option<String> {
    let json = serde_json::to_string(object).ok()?;
    if json.bytes().all(|byte| matches!(byte, 0x20..=0x7e)) {
        return Some(json);
    }
    let mut ascii = String::with_capacity(json.len() + 16);
    for character in json.chars() {
        if matches!(character, ' '..='~') {
            ascii.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            let _ = write!(ascii, "\\u{unit:04x}");
        }
    }
    Some(ascii)
}

fn invalid(field: &str, message: &str) -> Error {
    Error::invalid_input(field, message).with_operation(PROVIDER, "tool_reply")
}

/// What goes to the model is often personal: only its outline is shown.
impl fmt::Debug for ToolReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolReply")
            .field("status", &self.status)
            .field("kind", &self.kind)
            .field("reaction", &self.reaction)
            .field("updates_state", &self.state.is_some())
            .field("body_bytes", &self.body.len())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_state_fits_into_a_header_and_comes_out_the_same(
            pairs in proptest::collection::vec((any::<String>(), any::<String>()), 0..5),
        ) {
            let state: Map<String, Value> = pairs.into_iter().map(|(k, v)| (k, v.into())).collect();
            let header = HeaderValue::try_from(ascii_json(&state).unwrap()).unwrap();
            let text = header.to_str().unwrap();
            prop_assert_eq!(serde_json::from_str::<Map<String, Value>>(text).unwrap(), state);
        }
    }

    #[test]
    fn characters_beyond_16_bits_and_del_are_escaped() {
        let state = Map::from_iter([("a".to_owned(), "🙂\u{7f}\n".into())]);
        let escaped = r#"{"a":"\ud83d\ude42\u007f\n"}"#;
        assert_eq!(ascii_json(&state).as_deref(), Some(escaped));
    }
}
