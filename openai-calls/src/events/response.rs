//! Responses: what a client asks for, and what becomes of it.

use super::item::{FunctionCall, Item};
use super::usage::ResponseUsage;
use super::{ApiError, ConversationId, ResponseId};
use crate::session::{
    AudioOutput, JsonMap, MaxOutputTokens, OutputModality, Problems, PromptTemplate, Reasoning,
    Tool, ToolChoice,
};
use crate::wire::{model, words};

model! {
    /// What a response is to be like, where it differs from the session.
    plain ResponseParams {
        /// Speech or text.
        output_modalities: OutputModality => "output_modalities",
        /// What the model is told, **in place of** the session's instructions.
        instructions: String => "instructions" quiet,
        /// What is said.
        audio: ResponseAudio => "audio",
        /// What the model may call.
        tools: Vec<Tool> => "tools",
        /// How freely it may.
        tool_choice: ToolChoice => "tool_choice",
        /// Whether it may call several at once. Reasoning models only.
        parallel_tool_calls: bool => "parallel_tool_calls",
        /// How it thinks. Reasoning models only.
        reasoning: Reasoning => "reasoning",
        /// The longest answer.
        max_output_tokens: MaxOutputTokens => "max_output_tokens",
        /// Which conversation it belongs to; the session's own by default.
        conversation: ConversationMode => "conversation",
        /// Up to 16 values to recognise it by; names of up to 64 characters, texts of up to 512.
        metadata: JsonMap => "metadata" null,
        /// A prompt that is kept with the account.
        prompt: PromptTemplate => "prompt" null,
        /// What the model reads in place of the conversation; an empty list is nothing at all.
        input: Vec<Item> => "input",
    }
}

impl ResponseParams {
    /// A response to these instructions, such as a greeting.
    #[must_use]
    pub fn with_instructions(instructions: impl Into<String>) -> Self {
        Self::new().instructions(instructions)
    }

    pub(crate) fn check(&self, problems: &mut Problems) {
        let output = self.audio.as_ref().and_then(|audio| audio.output.as_ref());
        if let Some(output) = output {
            problems.output(output);
        }
        problems.tools(self.tools.as_deref());
        problems.max_output_tokens(self.max_output_tokens);
        let Some(metadata) = self.metadata.value() else {
            return;
        };
        problems.rule(
            metadata.len() > 16,
            "metadata",
            "must have at most 16 values",
        );
        for (name, value) in metadata.iter() {
            problems.rule(
                name.chars().count() > 64,
                "metadata",
                "names must have at most 64 characters",
            );
            let fits = value
                .as_str()
                .is_some_and(|text| text.chars().count() <= 512);
            problems.rule(
                !fits,
                "metadata",
                "values must be texts of at most 512 characters",
            );
        }
    }
}

words! {
    /// Which conversation a response belongs to. Any other word is a conversation's id.
    pub enum ConversationMode {
        /// The session's own, to which it is added.
        Auto = "auto",
        /// None: it leaves no trace in the conversation.
        None = "none",
    }
}

model! {
    /// The audio of a response.
    plain ResponseAudio {
        /// What is said.
        output: AudioOutput => "output",
    }
}

model! {
    /// A response.
    plain RealtimeResponse {
        /// Its id.
        id: ResponseId => "id",
        /// What kind of object it is.
        object: String => "object",
        /// How far it is.
        status: ResponseStatus => "status",
        /// Why it ended as it did.
        status_details: StatusDetails => "status_details",
        /// What came of it.
        output: Vec<Item> => "output",
        /// What the client gave it to be recognised by.
        metadata: JsonMap => "metadata" null,
        /// What was said.
        audio: ResponseAudio => "audio",
        /// What it used up.
        usage: ResponseUsage => "usage",
        /// The conversation it was added to, if any.
        conversation_id: ConversationId => "conversation_id",
        /// Speech or text.
        output_modalities: OutputModality => "output_modalities",
        /// How long it could be.
        max_output_tokens: MaxOutputTokens => "max_output_tokens",
    }
}

impl RealtimeResponse {
    /// The functions it calls.
    pub fn function_calls(&self) -> impl Iterator<Item = &FunctionCall> {
        self.output.iter().flatten().filter_map(|item| match item {
            Item::FunctionCall(call) => Some(call),
            _ => None,
        })
    }
}

words! {
    /// How far a response is.
    pub enum ResponseStatus {
        /// Complete.
        Completed = "completed",
        /// Cut off by the caller or the client.
        Cancelled = "cancelled",
        /// It went wrong.
        Failed = "failed",
        /// Cut off by a limit or a filter.
        Incomplete = "incomplete",
        /// Under way.
        InProgress = "in_progress",
    }
}

model! {
    /// Why a response ended as it did.
    plain StatusDetails {
        /// How it ended.
        kind: ResponseStatus => "type",
        /// Why.
        reason: StatusReason => "reason",
        /// What went wrong.
        error: ApiError => "error",
    }
}

words! {
    /// Why a response is not complete.
    pub enum StatusReason {
        /// The caller spoke.
        TurnDetected = "turn_detected",
        /// The client cancelled it.
        ClientCancelled = "client_cancelled",
        /// It became too long.
        MaxOutputTokens = "max_output_tokens",
        /// A filter stopped it.
        ContentFilter = "content_filter",
    }
}
