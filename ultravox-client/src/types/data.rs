//! Data messages and data connections.

use std::collections::BTreeMap;

use super::{ChannelMode, Secret};

model! {
    /// Which data messages a connection gets. What is unset has the API's default.
    plain DataMessages {
        /// Answers to pings; on by default.
        pong: bool => "pong",
        /// The agent's state has changed; on by default.
        state: bool => "state",
        /// What was said; on by default.
        transcript: bool => "transcript",
        /// A client tool is to be run; on by default.
        client_tool_invocation: bool => "clientToolInvocation",
        /// A data-connection tool is to be run; on by default for data connections.
        data_connection_tool_invocation: bool => "dataConnectionToolInvocation",
        /// Audio not played yet is to be dropped; on by default for WebSocket.
        playback_clear_buffer: bool => "playbackClearBuffer",
        /// The call has started; on by default.
        call_started: bool => "callStarted",
        /// For debugging; off by default.
        debug: bool => "debug",
        /// A call event was recorded; off by default.
        call_event: bool => "callEvent",
        /// A tool was used; off by default.
        tool_used: bool => "toolUsed",
        /// The person began to speak; off by default.
        user_started_speaking: bool => "userStartedSpeaking",
        /// The person stopped speaking; off by default.
        user_stopped_speaking: bool => "userStoppedSpeaking",
        /// A tool is about to run; off by default.
        invoking_tool: bool => "invokingTool",
    }
}

model! {
    /// A second WebSocket, opened by Ultravox, for data messages and perhaps audio.
    both DataConnection {
        /// Where it connects to.
        websocket_url: String => "websocketUrl",
        /// The audio it gets; none unless set.
        audio_config: DataConnectionAudio => "audioConfig",
        /// Which messages it gets.
        data_messages: DataMessages => "dataMessages",
        /// Headers to connect with; they often hold credentials.
        headers: BTreeMap<String, Secret> => "headers",
    }
}

impl DataConnection {
    /// Connects to `websocket_url`.
    #[must_use]
    pub fn new(websocket_url: impl Into<String>) -> Self {
        Self::default().websocket_url(websocket_url)
    }
}

model! {
    /// The audio of a data connection.
    plain DataConnectionAudio {
        /// In Hz; 16,000 by default.
        sample_rate: i32 => "sampleRate",
        /// One channel or two; two by default.
        channel_mode: ChannelMode => "channelMode",
    }
}
