//! What Twilio says.

use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value};
use voice_core::ident::{AccountSid, CallSid, RelaySessionSid};

use super::{CustomParameters, MAX_MESSAGE_BYTES, RelayError};
use crate::calls::{CallDirection, CallStatus};
use crate::types::{Numeric, resource, unreadable};

/// One message from Twilio. Open: a type that is not known here is kept whole.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum RelayMessage {
    /// The first message: which call.
    Setup(Box<RelaySetup>),
    /// What the caller said.
    Prompt(RelayPrompt),
    /// A key was pressed; only with `dtmfDetection`.
    Dtmf(RelayDtmf),
    /// The caller broke in.
    Interrupt(RelayInterrupt),
    /// Something went wrong; the session goes on.
    Error(RelayFault),
    /// Who speaks, and what was played; only with `events`.
    Info(RelayInfo),
    /// A type this version does not know.
    Other(OtherRelayMessage),
}

resource! {
    /// Which call, and what the TwiML says.
    RelaySetup {
        /// The session.
        session_id as "sessionId": RelaySessionSid,
        /// The account.
        account_sid as "accountSid": AccountSid,
        /// The call that created this leg.
        parent_call_sid as "parentCallSid": CallSid,
        /// The call.
        call_sid as "callSid": CallSid,
        /// Who calls. Personal.
        from: String => personal,
        /// Who is called. Personal.
        to: String => personal,
        /// The number the call was forwarded from. Personal.
        forwarded_from as "forwardedFrom": String => personal,
        /// Such as `PSTN`.
        call_type as "callType": String,
        /// The caller's name. Personal.
        caller_name as "callerName": String => personal,
        /// Where the call came from.
        direction: CallDirection,
        /// The call's status in upper case, such as `RINGING`; see [`status`](RelaySetup::status).
        call_status as "callStatus": String,
        /// The `<Parameter>`s of the TwiML.
        custom_parameters as "customParameters": CustomParameters,
    }
}

impl RelaySetup {
    /// The call's status, in the words of the rest of the API.
    #[must_use]
    pub fn status(&self) -> Option<CallStatus> {
        let word = self.call_status.as_deref()?;
        let word = word.to_ascii_lowercase().replace('_', "-");
        Some(CallStatus::from_word(&word))
    }
}

resource! {
    /// What the caller said.
    RelayPrompt {
        /// The words. Personal.
        voice_prompt as "voicePrompt": String => personal,
        /// Their language, such as `en-US`.
        lang: String,
        /// Whether the utterance is complete; false only with `partialPrompts`.
        last: bool,
    }
}

resource! {
    /// A key that was pressed. Personal, perhaps secret.
    RelayDtmf {
        /// `0` to `9`, `*`, `#`.
        digit: String => secret,
    }
}

resource! {
    /// The caller broke in while something was spoken.
    RelayInterrupt {
        /// What was spoken until then.
        utterance as "utteranceUntilInterrupt": String => personal,
        /// How long that took, in milliseconds. Twilio writes a number or a text.
        duration_ms as "durationUntilInterruptMs": Numeric,
    }
}

resource! {
    /// Something went wrong.
    RelayFault {
        /// What. It may quote what was sent, and so is personal.
        description: String => personal,
    }
}

voice_core::open_enum! {
    /// What an [`info`](RelayInfo) is about.
    pub enum InfoName {
        /// The agent begins (`on`) or stops (`off`) to speak.
        AgentSpeaking = "agentSpeaking",
        /// The caller begins or stops to speak.
        ClientSpeaking = "clientSpeaking",
        /// This text was played.
        TokensPlayed = "tokensPlayed",
    }
}

resource! {
    /// Who speaks, or what was played.
    RelayInfo {
        /// What it is about.
        name: InfoName,
        /// `on`, `off`, or the text.
        value: String => personal,
        /// When, in milliseconds.
        timestamp_ms as "ts": Numeric,
    }
}

/// A message of a type this version does not know. `Debug` shows its type and the names of its fields.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct OtherRelayMessage {
    /// Its type.
    pub kind: String,
    /// The whole message, as it came.
    pub message: Map<String, Value>,
}

impl RelayMessage {
    /// Reads a text frame.
    ///
    /// # Errors
    /// [`RelayError::TooLong`] beyond [`MAX_MESSAGE_BYTES`], [`RelayError::NotJson`], [`RelayError::Missing`] without a
    /// `type`. A field of another form than documented is kept in `extra`, and fails nothing.
    pub fn parse(text: &str) -> Result<Self, RelayError> {
        if text.len() > MAX_MESSAGE_BYTES {
            return Err(RelayError::TooLong(text.len()));
        }
        let mut map: Map<String, Value> =
            serde_json::from_str(text).map_err(|_| RelayError::NotJson)?;
        let Some(Value::String(kind)) = map.remove("type") else {
            return Err(RelayError::Missing("type"));
        };
        Ok(match kind.as_str() {
            "setup" => Self::Setup(Box::new(map.into())),
            "prompt" => Self::Prompt(map.into()),
            "dtmf" => Self::Dtmf(map.into()),
            "interrupt" => Self::Interrupt(map.into()),
            "error" => Self::Error(map.into()),
            "info" => Self::Info(map.into()),
            _ => {
                map.insert("type".to_owned(), kind.as_str().into());
                Self::Other(OtherRelayMessage { kind, message: map })
            }
        })
    }

    /// The text frame, for simulators and tests.
    #[must_use]
    pub fn to_text(&self) -> String {
        let (kind, mut map) = match self {
            Self::Setup(setup) => ("setup", object(setup)),
            Self::Prompt(prompt) => ("prompt", object(prompt)),
            Self::Dtmf(dtmf) => ("dtmf", object(dtmf)),
            Self::Interrupt(interrupt) => ("interrupt", object(interrupt)),
            Self::Error(fault) => ("error", object(fault)),
            Self::Info(info) => ("info", object(info)),
            Self::Other(other) => (other.kind.as_str(), other.message.clone()),
        };
        map.insert("type".to_owned(), kind.into());
        Value::Object(map).to_string()
    }
}

fn object(value: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(value) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

impl fmt::Debug for OtherRelayMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OtherRelayMessage")
            .field("kind", &self.kind)
            .field("fields", &unreadable(&self.message))
            .finish()
    }
}
