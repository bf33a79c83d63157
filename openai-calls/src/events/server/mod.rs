//! What a server says.

mod buffer;
mod conversation;
mod output;
mod session;
mod tool;
mod transcription;

use serde_json::Value;

pub use buffer::{
    DtmfEvent, InputCommitted, OutputBufferEvent, PlainEvent, SpeechStarted, SpeechStopped,
    TimeoutTriggered,
};
pub use conversation::{
    Conversation, ConversationCreated, ItemEvent, ItemReference, ItemTruncated,
};
pub use output::{
    AudioDelta, AudioDone, ContentPartEvent, OutputItemEvent, ResponseEvent, TextDelta, TextDone,
    TranscriptDone,
};
pub use session::{ErrorEvent, RateLimitsUpdated, SessionEvent};
pub use tool::{
    FunctionArgumentsDelta, FunctionArgumentsDone, McpArgumentsDelta, McpArgumentsDone,
    McpCallEvent,
};
pub use transcription::{
    LogProb, TranscriptionCompleted, TranscriptionFailed, TranscriptionLanguage,
    TranscriptionPartial, TranscriptionSegment,
};

use super::{EventError, events};

events! {
    /// What a server says.
    ServerEvent {
        /// Something went wrong; most of the time the session goes on.
        Error(ErrorEvent) => "error",
        /// The session has begun: always the first.
        SessionCreated(SessionEvent) => "session.created",
        /// The session has changed.
        SessionUpdated(SessionEvent) => "session.updated",
        /// What is left of the limits.
        RateLimitsUpdated(RateLimitsUpdated) => "rate_limits.updated",
        /// There is a conversation.
        ConversationCreated(ConversationCreated) => "conversation.created",
        /// There is an item. Servers of today send `conversation.item.added` instead.
        ConversationItemCreated(ItemEvent) => "conversation.item.created",
        /// There is an item; it may not be complete.
        ConversationItemAdded(ItemEvent) => "conversation.item.added",
        /// An item is complete.
        ConversationItemDone(ItemEvent) => "conversation.item.done",
        /// An item that was asked for.
        ConversationItemRetrieved(ItemEvent) => "conversation.item.retrieved",
        /// Audio was taken back.
        ConversationItemTruncated(ItemTruncated) => "conversation.item.truncated",
        /// An item was removed.
        ConversationItemDeleted(ItemReference) => "conversation.item.deleted",
        /// More of what the caller said.
        InputTranscriptionDelta(TranscriptionPartial) => "conversation.item.input_audio_transcription.delta",
        /// All of what the caller said.
        InputTranscriptionCompleted(TranscriptionCompleted) => "conversation.item.input_audio_transcription.completed",
        /// What one speaker said.
        InputTranscriptionSegment(TranscriptionSegment) => "conversation.item.input_audio_transcription.segment",
        /// What the caller said cannot be transcribed.
        InputTranscriptionFailed(TranscriptionFailed) => "conversation.item.input_audio_transcription.failed",
        /// What was heard became a message.
        InputAudioBufferCommitted(InputCommitted) => "input_audio_buffer.committed",
        /// What was heard is forgotten.
        InputAudioBufferCleared(PlainEvent) => "input_audio_buffer.cleared",
        /// The caller begins to speak.
        SpeechStarted(SpeechStarted) => "input_audio_buffer.speech_started",
        /// The caller has spoken.
        SpeechStopped(SpeechStopped) => "input_audio_buffer.speech_stopped",
        /// The caller was silent for the idle timeout.
        TimeoutTriggered(TimeoutTriggered) => "input_audio_buffer.timeout_triggered",
        /// The caller pressed a key. It has no event id.
        DtmfReceived(DtmfEvent) => "input_audio_buffer.dtmf_event_received",
        /// The caller begins to hear a response.
        OutputAudioBufferStarted(OutputBufferEvent) => "output_audio_buffer.started",
        /// The caller has heard all of it.
        OutputAudioBufferStopped(OutputBufferEvent) => "output_audio_buffer.stopped",
        /// The rest of it is not to be heard.
        OutputAudioBufferCleared(OutputBufferEvent) => "output_audio_buffer.cleared",
        /// A response begins.
        ResponseCreated(ResponseEvent) => "response.created",
        /// A response has ended, one way or another.
        ResponseDone(ResponseEvent) => "response.done",
        /// A response has a new item.
        OutputItemAdded(OutputItemEvent) => "response.output_item.added",
        /// An item of a response is complete.
        OutputItemDone(OutputItemEvent) => "response.output_item.done",
        /// A message of a response has a new part.
        ContentPartAdded(ContentPartEvent) => "response.content_part.added",
        /// A part is complete.
        ContentPartDone(ContentPartEvent) => "response.content_part.done",
        /// More text.
        OutputTextDelta(TextDelta) => "response.output_text.delta",
        /// All of the text.
        OutputTextDone(TextDone) => "response.output_text.done",
        /// More audio.
        OutputAudioDelta(AudioDelta) => "response.output_audio.delta",
        /// There is no more audio.
        OutputAudioDone(AudioDone) => "response.output_audio.done",
        /// More of what the agent says.
        OutputTranscriptDelta(TextDelta) => "response.output_audio_transcript.delta",
        /// All of what the agent says.
        OutputTranscriptDone(TranscriptDone) => "response.output_audio_transcript.done",
        /// More of a function call's arguments.
        FunctionCallArgumentsDelta(FunctionArgumentsDelta) => "response.function_call_arguments.delta",
        /// All of a function call's arguments: it is to be answered.
        FunctionCallArgumentsDone(FunctionArgumentsDone) => "response.function_call_arguments.done",
        /// More of the arguments for an MCP server.
        McpCallArgumentsDelta(McpArgumentsDelta) => "response.mcp_call_arguments.delta",
        /// All of the arguments for an MCP server.
        McpCallArgumentsDone(McpArgumentsDone) => "response.mcp_call_arguments.done",
        /// An MCP server is being called.
        McpCallInProgress(McpCallEvent) => "response.mcp_call.in_progress",
        /// An MCP server has answered.
        McpCallCompleted(McpCallEvent) => "response.mcp_call.completed",
        /// An MCP server could not be called.
        McpCallFailed(McpCallEvent) => "response.mcp_call.failed",
        /// The tools of an MCP server are being listed.
        McpListToolsInProgress(ItemReference) => "mcp_list_tools.in_progress",
        /// The tools of an MCP server are listed.
        McpListToolsCompleted(ItemReference) => "mcp_list_tools.completed",
        /// The tools of an MCP server cannot be listed.
        McpListToolsFailed(ItemReference) => "mcp_list_tools.failed",
    }
}

impl ServerEvent {
    /// Reads an event. Nothing but a `type` is needed; what is not known or not as documented is kept.
    ///
    /// # Errors
    /// [`EventError`] for what is not JSON, or no object, or has no `type` that is a text.
    ///
    /// ```
    /// use openai_calls::events::ServerEvent;
    ///
    /// let event = ServerEvent::parse(r#"{"type": "response.sung", "song": "Erlkönig"}"#)?;
    /// assert_eq!(event.kind(), "response.sung");
    /// assert_eq!(format!("{event:?}"), r#"Unknown { kind: "response.sung", raw: {"song", "type"} }"#);
    /// assert!(ServerEvent::parse("{}").is_err());
    /// # Ok::<(), openai_calls::events::EventError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, EventError> {
        let value: Value = serde_json::from_str(text).map_err(|error| EventError::from(&error))?;
        let Value::Object(map) = value else {
            return Err(EventError::NotAnObject);
        };
        if !map.get("type").is_some_and(Value::is_string) {
            return Err(EventError::NoType);
        }
        Ok(Self::read_map(map))
    }
}
