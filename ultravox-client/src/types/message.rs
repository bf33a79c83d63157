//! What was said in a call.

use super::{JsonMap, MessageMedium, MessageRole, UvDuration};

model! {
    /// One message of a conversation. Its text is personal data and does not show in `Debug`.
    both Message {
        /// Who it is from.
        role: MessageRole => "role",
        /// What was said; of a tool call its arguments, of a tool result the result.
        text: String => "text" quiet,
        /// Pairs a tool call with its result.
        invocation_id: String => "invocationId",
        /// The tool.
        tool_name: String => "toolName",
        /// What went wrong in a tool call, in more detail than the model gets.
        error_details: String => "errorDetails" quiet,
        /// Speech or text.
        medium: MessageMedium => "medium",
        /// Its place within the stage, from 0.
        call_stage_message_index: i32 => "callStageMessageIndex",
        /// The stage.
        call_stage_id: String => "callStageId",
        /// The call's state, if this message changed it.
        call_state: JsonMap => "callState",
        /// When it was said, by the audio that came in; not for initial messages.
        timespan: CallTimespan => "timespan",
        /// When it was said, by the clock, from the moment of joining; not for initial messages.
        wall_clock_timespan: CallTimespan => "wallClockTimespan",
        /// Anything.
        metadata: JsonMap => "metadata",
    }
}

impl Message {
    /// Said by the person.
    #[must_use]
    pub fn user(text: impl Into<String>) -> Self {
        Self::default().role(MessageRole::User).text(text)
    }

    /// Said by the agent.
    #[must_use]
    pub fn agent(text: impl Into<String>) -> Self {
        Self::default().role(MessageRole::Agent).text(text)
    }
}

model! {
    /// A stretch of a call, from its start.
    plain CallTimespan {
        /// Where it begins.
        start: UvDuration => "start",
        /// Where it ends.
        end: UvDuration => "end",
    }
}
