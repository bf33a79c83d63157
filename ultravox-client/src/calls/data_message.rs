//! Messages into a call that is going on.

use voice_core::wire::open_enum;

use serde::Serialize;
use voice_core::client::Operation;
use voice_core::error::Error;
use voice_core::retry::Repeat;

use crate::check::Problems;
use crate::types::JsonMap;

/// A message into a live call. Over REST the API takes exactly these three.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum DataMessage {
    /// A text to the agent, as if the person had typed it.
    UserTextMessage(UserText),
    /// Something the agent is made to say or do.
    ForcedAgentMessage(ForcedMessage),
    /// Ends the call.
    HangUp(HangUp),
}

impl DataMessage {
    /// A text to the agent.
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

    /// Ends the call after these words.
    pub fn hang_up_saying(message: impl Into<String>) -> Self {
        Self::HangUp(HangUp::new().message(message))
    }

    /// A call can be ended twice, the agent must not hear a text twice.
    pub(super) fn repeat(&self) -> Repeat {
        match self {
            Self::HangUp(_) => Repeat::Idempotent,
            Self::UserTextMessage(_) | Self::ForcedAgentMessage(_) => Repeat::Once,
        }
    }

    pub(crate) fn check(&self, operation: &Operation) -> Result<(), Error> {
        let mut problems = Problems::default();
        match self {
            Self::UserTextMessage(text) => problems.rule(
                text.text.as_ref().is_none_or(String::is_empty),
                "text",
                "must not be empty",
            ),
            Self::ForcedAgentMessage(forced) => {
                let is_empty = forced.content.as_ref().is_none_or(String::is_empty)
                    && forced.tool_calls.as_ref().is_none_or(Vec::is_empty);
                problems.rule(is_empty, "content", "must be set, or toolCalls");
                problems.rule(
                    forced.urgency == Some(MessageUrgency::Later),
                    "urgency",
                    "must be immediate or soon for a forced message",
                );
            }
            Self::HangUp(_) => {}
        }
        problems.finish(operation)
    }
}

open_enum! {
    /// How soon a data message is taken up. Not the words of [`Urgency`](crate::types::Urgency), which settings use.
    pub enum MessageUrgency {
        /// At once, interrupting.
        Immediate = "immediate",
        /// At the next turn.
        Soon = "soon",
        /// When there is nothing else.
        Later = "later",
    }
}

model! {
    /// A text to the agent, as if the person had typed it.
    plain UserText {
        /// The text; personal data.
        text: String => "text" quiet,
        /// How soon; soon by default.
        urgency: MessageUrgency => "urgency",
        /// The thread; `UI` by default.
        thread_id: String => "threadId",
    }
}

model! {
    /// Something the agent is made to say or do.
    plain ForcedMessage {
        /// What it says.
        content: String => "content" quiet,
        /// The tools it calls.
        tool_calls: Vec<ForcedToolCall> => "toolCalls",
        /// Results that are known already, as the API documents them.
        known_tool_results: Vec<JsonMap> => "knownToolResults",
        /// Whether the person is kept from interrupting it.
        uninterruptible: bool => "uninterruptible",
        /// How soon: immediate or soon.
        urgency: MessageUrgency => "urgency",
        /// The thread; `UI` by default.
        thread_id: String => "threadId",
    }
}

model! {
    /// A tool the agent is made to call.
    both ForcedToolCall {
        /// An id of the caller's.
        id: String => "id",
        /// The tool, as the model sees it.
        name: String => "name",
        /// Its arguments.
        arguments: JsonMap => "arguments",
    }
}

impl ForcedToolCall {
    /// A call of the tool `name`.
    #[must_use]
    pub fn new(name: impl Into<String>, arguments: impl Into<JsonMap>) -> Self {
        Self::default().name(name).arguments(arguments)
    }
}

model! {
    /// Ends the call.
    plain HangUp {
        /// What the agent says first.
        message: String => "message" quiet,
    }
}
