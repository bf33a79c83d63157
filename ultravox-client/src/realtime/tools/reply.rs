//! What a tool's handler gets and gives.

use std::error::Error as StdError;
use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::Value;
use voice_core::secret::redact;

use crate::realtime::message::{ToolInvocation, ToolReaction, ToolResponseType, ToolResult};
use crate::types::{JsonMap, NotShown};

/// An invocation of a tool. `Debug` shows the names of the parameters, not their values.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ToolCall {
    /// The tool, as the model knows it.
    pub name: String,
    /// The invocation.
    pub invocation_id: String,
    /// The parameters the model and the tool's definition gave. What a model writes is to be checked like any input.
    pub parameters: JsonMap,
}

impl ToolCall {
    pub(super) fn of(invocation: &ToolInvocation) -> Self {
        Self {
            name: invocation.tool_name.clone().unwrap_or_default(),
            invocation_id: invocation.invocation_id.clone().unwrap_or_default(),
            parameters: invocation.parameters.clone().unwrap_or_default(),
        }
    }

    /// All parameters, as a type.
    ///
    /// # Errors
    /// [`ToolError`] that tells the agent that the parameters are not as expected.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, ToolError> {
        let parameters = Value::Object(self.parameters.clone().into());
        serde_json::from_value(parameters)
            .map_err(|_| ToolError::new("The tool's parameters are not as expected."))
    }

    /// One parameter, as a type. One that is absent is read as null.
    ///
    /// # Errors
    /// [`ToolError`] that tells the agent which parameter is missing or not as expected.
    pub fn parameter<T: DeserializeOwned>(&self, name: &str) -> Result<T, ToolError> {
        let value = self.parameters.get(name);
        serde_json::from_value(value.cloned().unwrap_or_default()).map_err(|_| {
            ToolError::new(if value.is_some() {
                format!("The parameter {name} is not as expected.")
            } else {
                format!("The parameter {name} is missing.")
            })
        })
    }
}

/// What a tool gives: a text or JSON for the agent, and what is to happen then.
///
/// Made of text or a [`Value`]; JSON that is not a text is sent as its text.
#[derive(Clone, Default, PartialEq)]
pub struct ToolReply {
    result: String,
    response_type: Option<ToolResponseType>,
    reaction: Option<ToolReaction>,
    state: Option<JsonMap>,
}

impl ToolReply {
    /// A result for the agent.
    #[must_use]
    pub fn new(result: impl Into<Value>) -> Self {
        let result = match result.into() {
            Value::String(text) => text,
            other => other.to_string(),
        };
        Self {
            result,
            ..Self::default()
        }
    }

    /// Ends the call.
    #[must_use]
    pub fn hang_up() -> Self {
        Self::default().response_type(ToolResponseType::HangUp)
    }

    /// Begins a new stage of the call; the object says what changes (`systemPrompt`, `temperature`, `voice`,
    /// `languageHint`, `initialMessages`, `selectedTools`).
    #[must_use]
    pub fn new_stage(stage: impl Into<JsonMap>) -> Self {
        let stage = Value::Object(stage.into().into());
        Self::new(stage).response_type(ToolResponseType::NewStage)
    }

    /// What the result does.
    #[must_use]
    pub fn response_type(mut self, response_type: ToolResponseType) -> Self {
        self.response_type = Some(response_type);
        self
    }

    /// What the agent does then; unset, as the tool's definition says.
    #[must_use]
    pub fn reaction(mut self, reaction: ToolReaction) -> Self {
        self.reaction = Some(reaction);
        self
    }

    /// Changes the call's state, which later tools get.
    #[must_use]
    pub fn update_call_state(mut self, state: impl Into<JsonMap>) -> Self {
        self.state = Some(state.into());
        self
    }

    pub(super) fn into_result(self, invocation_id: &str) -> ToolResult {
        let mut result = ToolResult::new(invocation_id, self.result);
        result.response_type = self.response_type;
        result.agent_reaction = self.reaction;
        result.update_call_state = self.state;
        result
    }
}

impl From<Value> for ToolReply {
    fn from(result: Value) -> Self {
        Self::new(result)
    }
}

impl From<JsonMap> for ToolReply {
    fn from(result: JsonMap) -> Self {
        Self::new(Value::Object(result.into()))
    }
}

impl From<String> for ToolReply {
    fn from(result: String) -> Self {
        Self::new(result)
    }
}

impl From<&str> for ToolReply {
    fn from(result: &str) -> Self {
        Self::new(result)
    }
}

impl fmt::Debug for ToolReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolReply")
            .field("result", &NotShown)
            .field("response_type", &self.response_type)
            .field("reaction", &self.reaction)
            .field("state", &self.state)
            .finish()
    }
}

/// A tool failed. What [`new`](Self::new) is given is read by the agent, who may say it.
///
/// Any error becomes one by `?`; its text stays here, since it was not written for the person on the phone. For that
/// reason this is no [`std::error::Error`] itself.
pub struct ToolError {
    message: String,
}

impl ToolError {
    /// A failure in words that are fit for the agent; redacted when they are sent.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
        }
    }

    pub(super) fn into_result(self, invocation_id: &str) -> ToolResult {
        ToolResult::failed(invocation_id, redact(&self.message))
    }
}

impl<E: StdError> From<E> for ToolError {
    fn from(_: E) -> Self {
        Self::new("The tool failed.")
    }
}

impl fmt::Debug for ToolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ToolError({:?})", redact(&self.message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn call(parameters: Value) -> ToolCall {
        let parameters = JsonMap::try_from(parameters).unwrap();
        ToolCall::of(&ToolInvocation::new("t", "i", parameters))
    }

    #[test]
    fn parameters_are_read_or_named() {
        let call = call(json!({"n": 5, "s": "x"}));
        assert_eq!(call.parameter::<u8>("n").unwrap(), 5);
        assert_eq!(call.parameter::<Option<u8>>("absent").unwrap(), None);
        let missing = call.parameter::<u8>("absent").unwrap_err();
        assert_eq!(missing.message, "The parameter absent is missing.");
        assert!(
            call.parameter::<u8>("s")
                .unwrap_err()
                .message
                .contains("not as expected")
        );
        assert!(call.parse::<Vec<u8>>().is_err());
        assert!(!format!("{call:?}").contains('x'));
    }

    #[test]
    fn replies_become_results() {
        let wire = |reply: ToolReply| serde_json::to_value(reply.into_result("i")).unwrap();
        assert_eq!(
            wire("a".into()),
            json!({"invocationId": "i", "result": "a"})
        );
        assert_eq!(
            wire(json!({"a": 1}).into()),
            json!({"invocationId": "i", "result": "{\"a\":1}"})
        );
        assert_eq!(
            wire(ToolReply::hang_up()),
            json!({"invocationId": "i", "result": "", "responseType": "hang-up"})
        );
        assert_eq!(
            wire(
                ToolReply::new_stage([("temperature", 1)])
                    .reaction(ToolReaction::Listens)
                    .update_call_state([("k", "v")])
            ),
            json!({
                "invocationId": "i", "result": "{\"temperature\":1}", "responseType": "new-stage",
                "agentReaction": "listens", "updateCallState": {"k": "v"},
            })
        );
    }

    #[test]
    fn a_foreign_error_keeps_its_text_to_itself() {
        let error = ToolError::from(std::io::Error::other("password=planted"));
        let wire = serde_json::to_string(&error.into_result("i")).unwrap();
        assert!(
            !wire.contains("planted") && wire.contains("implementation-error"),
            "{wire}"
        );
        let said = ToolError::new("Call +14155550123 instead.").into_result("i");
        assert!(!said.error_message.unwrap().contains("5550123"));
    }
}
