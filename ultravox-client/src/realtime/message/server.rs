//! What the server says to a client.

use serde_json::Number;

use super::{
    AgentState, OutputMedium, SideGeneration, SideGenerationDelta, Speaker, ThreadRejected,
    ThreadSpawned, ThreadTerminated, ToolInvocation, messages,
};

messages! {
    /// What the server says to a client.
    ///
    /// `Debug` shows no transcript, no parameters and no generated text.
    ServerMessage {
        /// The answer to a [`Ping`](super::Ping).
        Pong(Pong) => "pong",
        /// The agent's state has changed.
        State(State) => "state",
        /// What was said, in whole or in part.
        Transcript(Transcript) => "transcript",
        /// A client tool is to be run.
        ClientToolInvocation(ToolInvocation) => "client_tool_invocation",
        /// For debugging.
        Debug(DebugMessage) => "debug",
        /// The call has started.
        CallStarted(CallStarted) => "call_started",
        /// Audio that was not played yet is to be dropped: the agent was interrupted.
        PlaybackClearBuffer(PlaybackClearBuffer) => "playback_clear_buffer",
        /// A thread has started.
        ThreadSpawned(ThreadSpawned) => "thread_spawned",
        /// A thread was refused.
        ThreadRejected(ThreadRejected) => "thread_rejected",
        /// A thread has ended.
        ThreadTerminated(ThreadTerminated) => "thread_terminated",
        /// More of a thread's text.
        SideGenerationDelta(SideGenerationDelta) => "side_generation_delta",
        /// A thread's generation is complete.
        SideGenerationCompleted(SideGeneration) => "side_generation_completed",
        /// A data-connection tool is to be run.
        DataConnectionToolInvocation(ToolInvocation) => "data_connection_tool_invocation",
    }
}

model! {
    /// The answer to a ping.
    both Pong {
        /// The ping's timestamp.
        timestamp: Number => "timestamp",
    }
}

impl Pong {
    /// Answers the ping with this timestamp.
    #[must_use]
    pub fn new(timestamp: impl Into<Number>) -> Self {
        Self::default().timestamp(timestamp)
    }
}

model! {
    /// The agent's state has changed.
    both State {
        /// To this.
        state: AgentState => "state",
    }
}

impl State {
    /// The agent is in this state now.
    #[must_use]
    pub fn new(state: AgentState) -> Self {
        Self::default().state(state)
    }
}

model! {
    /// What was said. A message has either the whole text so far or what is to be added; [`Transcripts`] puts them
    /// together.
    ///
    /// [`Transcripts`]: crate::realtime::Transcripts
    both Transcript {
        /// Whose words.
        role: Speaker => "role",
        /// Whether they were spoken or written.
        medium: OutputMedium => "medium",
        /// All of the text so far.
        text: String => "text" quiet,
        /// The text to be added.
        delta: String => "delta" quiet,
        /// Whether nothing more comes.
        is_final: bool => "final",
        /// Which utterance; they are in this order.
        ordinal: u64 => "ordinal",
    }
}

impl Transcript {
    /// A part of what `role` says; set its text or delta.
    #[must_use]
    pub fn new(role: Speaker, ordinal: u64) -> Self {
        Self::default().role(role).ordinal(ordinal)
    }
}

model! {
    /// For debugging.
    both DebugMessage {
        /// What there is to say.
        message: String => "message" quiet,
    }
}

impl DebugMessage {
    /// Says something.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self::default().message(message)
    }
}

model! {
    /// The call has started.
    both CallStarted {
        /// The call's id.
        call_id: String => "callId",
    }
}

impl CallStarted {
    /// The call `id` has started.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self::default().call_id(id)
    }
}

model! {
    /// Audio that was not played yet is to be dropped.
    plain PlaybackClearBuffer {}
}
