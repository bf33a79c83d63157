//! What a client says to the server.

use serde_json::Number;
use voice_core::client::Operation;
use voice_core::error::Error;
use voice_core::retry::Repeat;

use super::{ForcedMessage, HangUp, OutputMedium, SpawnThread, ToolResult, UserText, messages};
use crate::calls::DataMessage;
use crate::check::Problems;

messages! {
    /// What a client says to the server.
    ///
    /// ```
    /// use ultravox_client::realtime::message::{ClientMessage, MessageUrgency, UserText};
    ///
    /// let message = ClientMessage::UserTextMessage(UserText::new().text("Go on.").urgency(MessageUrgency::Later));
    /// assert_eq!(
    ///     serde_json::to_value(&message)?,
    ///     serde_json::json!({"type": "user_text_message", "text": "Go on.", "urgency": "later"})
    /// );
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    ClientMessage {
        /// Asks for a [`Pong`](super::Pong), to measure latency.
        Ping(Ping) => "ping",
        /// A text to the agent, as if the person had typed it.
        UserTextMessage(UserText) => "user_text_message",
        /// Whether the agent speaks or writes from now on.
        SetOutputMedium(SetOutputMedium) => "set_output_medium",
        /// What a client tool gave.
        ClientToolResult(ToolResult) => "client_tool_result",
        /// Something the agent is made to say or do.
        ForcedAgentMessage(ForcedMessage) => "forced_agent_message",
        /// Ends the call.
        HangUp(HangUp) => "hang_up",
        /// Starts a thread.
        SpawnThread(SpawnThread) => "spawn_thread",
        /// What a data-connection tool gave.
        DataConnectionToolResult(ToolResult) => "data_connection_tool_result",
    }
}

impl ClientMessage {
    /// A text to the agent, taken up soon.
    pub fn text(text: impl Into<String>) -> Self {
        Self::UserTextMessage(UserText::new().text(text))
    }

    /// Words put into the agent's mouth.
    pub fn say(content: impl Into<String>) -> Self {
        Self::ForcedAgentMessage(ForcedMessage::new().content(content))
    }

    /// Ends the call, without a word.
    #[must_use]
    pub fn hang_up() -> Self {
        Self::HangUp(HangUp::new())
    }
}

model! {
    /// Asks for a pong.
    both Ping {
        /// Comes back in the pong; the API gives it no unit.
        timestamp: Number => "timestamp",
    }
}

impl Ping {
    /// A ping with a timestamp of the caller's.
    #[must_use]
    pub fn new(timestamp: impl Into<Number>) -> Self {
        Self::default().timestamp(timestamp)
    }
}

model! {
    /// Whether the agent speaks or writes from now on.
    both SetOutputMedium {
        /// Speech or text.
        medium: OutputMedium => "medium",
    }
}

impl SetOutputMedium {
    /// Speech or text.
    #[must_use]
    pub fn new(medium: OutputMedium) -> Self {
        Self::default().medium(medium)
    }
}

/// Only the name is used: nothing goes over HTTP.
static SEND: Operation = Operation::post("realtime.send", "/", Repeat::Once);

impl ClientMessage {
    /// The rules that REST has for the same messages, and the id a result must have.
    pub(crate) fn check(&self) -> Result<(), Error> {
        match self {
            Self::UserTextMessage(text) => DataMessage::UserTextMessage(text.clone()).check(&SEND),
            Self::ForcedAgentMessage(forced) => {
                DataMessage::ForcedAgentMessage(forced.clone()).check(&SEND)
            }
            Self::ClientToolResult(result) | Self::DataConnectionToolResult(result) => {
                let mut problems = Problems::default();
                let has_id = result
                    .invocation_id
                    .as_ref()
                    .is_some_and(|id| !id.is_empty());
                problems.rule(!has_id, "invocationId", "must be that of the invocation");
                problems.finish(&SEND)
            }
            _ => Ok(()),
        }
    }
}
