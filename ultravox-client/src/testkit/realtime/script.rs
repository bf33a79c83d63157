//! What a simulated agent does, step by step.

use std::time::Duration;

use bytes::Bytes;
use serde_json::json;

use crate::realtime::PcmFormat;
use crate::realtime::message::{
    AgentState, OutputMedium, PlaybackClearBuffer, ServerMessage, Speaker, State, Transcript,
};
use crate::types::JsonMap;

/// What a simulated agent does, step by step. `call_started` comes first, by itself. When it is through, it listens until
/// somebody hangs up.
#[derive(Debug, Clone)]
#[must_use = "a script does nothing by itself"]
pub struct Script {
    pub(super) format: PcmFormat,
    pub(super) steps: Vec<Step>,
    ordinal: u64,
}

/// Whose tool an agent calls.
#[derive(Debug, Clone, Copy)]
pub(super) enum Side {
    Client,
    DataConnection,
}

#[derive(Debug, Clone)]
pub(super) enum Step {
    Message(ServerMessage),
    Text(String),
    Binary(Bytes),
    Audio(Duration),
    Invoke(String, JsonMap, Side),
    Wait(Duration),
    AwaitAudio(Duration),
    AwaitMessage(String),
    Stall(Duration),
    Close(u16, String),
    HangUp,
    Drop,
    DropWithinFrame,
}

impl Default for Script {
    fn default() -> Self {
        Self::new()
    }
}

impl Script {
    /// An agent that only listens. Its audio has 16,000 Hz.
    pub fn new() -> Self {
        Self {
            format: PcmFormat::HZ_16000,
            steps: Vec::new(),
            ordinal: 0,
        }
    }

    /// The form of the agent's audio.
    pub fn format(mut self, format: PcmFormat) -> Self {
        self.format = format;
        self
    }

    /// The same by a number; one that is no sample rate is passed over.
    pub(super) fn rate(mut self, rate: i64) -> Self {
        let format = u32::try_from(rate)
            .ok()
            .and_then(|rate| PcmFormat::new(rate).ok());
        self.format = format.unwrap_or(self.format);
        self
    }

    fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// Sends a message.
    pub fn message(self, message: ServerMessage) -> Self {
        self.step(Step::Message(message))
    }

    /// Sends a text frame, whatever is in it.
    pub fn text_frame(self, text: impl Into<String>) -> Self {
        self.step(Step::Text(text.into()))
    }

    /// Sends a binary frame, whatever is in it.
    pub fn binary_frame(self, bytes: impl Into<Bytes>) -> Self {
        self.step(Step::Binary(bytes.into()))
    }

    /// Goes into a state.
    pub fn state(self, state: AgentState) -> Self {
        self.message(ServerMessage::State(State::new(state)))
    }

    /// Says something: state, transcript word by word with audio of 60 ms for each, and the transcript's end.
    pub fn say(mut self, text: &str) -> Self {
        let ordinal = self.next_ordinal();
        self = self.state(AgentState::Speaking);
        let part = || {
            Transcript::new(Speaker::Agent, ordinal)
                .medium(OutputMedium::Voice)
                .is_final(false)
        };
        for word in text.split_inclusive(' ') {
            self = self
                .message(ServerMessage::Transcript(part().delta(word)))
                .audio(Duration::from_millis(60));
        }
        let whole = part().text(text).is_final(true);
        self.message(ServerMessage::Transcript(whole))
            .state(AgentState::Listening)
    }

    /// Hears the person say something: a transcript, whatever the audio was.
    pub fn hear(mut self, text: &str) -> Self {
        let ordinal = self.next_ordinal();
        let heard = Transcript::new(Speaker::User, ordinal)
            .medium(OutputMedium::Voice)
            .text(text)
            .is_final(true);
        self.message(ServerMessage::Transcript(heard))
            .state(AgentState::Thinking)
    }

    fn next_ordinal(&mut self) -> u64 {
        let ordinal = self.ordinal;
        self.ordinal += 1;
        ordinal
    }

    /// Sends audio in frames of 20 ms, in real time.
    pub fn audio(self, length: Duration) -> Self {
        self.step(Step::Audio(length))
    }

    /// Has audio dropped that was not played.
    pub fn clear_buffer(self) -> Self {
        self.message(ServerMessage::PlaybackClearBuffer(
            PlaybackClearBuffer::new(),
        ))
    }

    /// Calls a client tool, and waits for its result, 5 s at most.
    pub fn invoke_tool(self, tool: impl Into<String>, parameters: impl Into<JsonMap>) -> Self {
        self.step(Step::Invoke(tool.into(), parameters.into(), Side::Client))
    }

    /// Calls a data-connection tool, and waits for its result, 5 s at most.
    pub fn invoke_data_tool(self, tool: impl Into<String>, parameters: impl Into<JsonMap>) -> Self {
        self.step(Step::Invoke(
            tool.into(),
            parameters.into(),
            Side::DataConnection,
        ))
    }

    /// Lets time pass, and listens.
    pub fn wait(self, length: Duration) -> Self {
        self.step(Step::Wait(length))
    }

    /// Listens until so much audio has come in all, 10 s at most.
    pub fn await_audio(self, length: Duration) -> Self {
        self.step(Step::AwaitAudio(length))
    }

    /// Listens until a message of this type has come, 10 s at most.
    pub fn await_message(self, kind: impl Into<String>) -> Self {
        self.step(Step::AwaitMessage(kind.into()))
    }

    /// Neither reads nor writes for so long.
    pub fn stall(self, length: Duration) -> Self {
        self.step(Step::Stall(length))
    }

    /// Hangs up: the state goes to idle, and the connection closes with 1000.
    pub fn hang_up(self) -> Self {
        self.state(AgentState::Idle).step(Step::HangUp)
    }

    /// Closes with this code and these words.
    pub fn close(self, code: u16, text: impl Into<String>) -> Self {
        self.step(Step::Close(code, text.into()))
    }

    /// Drops the connection without a word.
    pub fn drop_connection(self) -> Self {
        self.step(Step::Drop)
    }

    /// Drops the connection in the middle of a frame.
    pub fn drop_within_frame(self) -> Self {
        self.step(Step::DropWithinFrame)
    }

    /// Sends a text frame that is no JSON.
    pub fn garbage(self) -> Self {
        self.text_frame("}not json{")
    }

    /// Sends audio that ends within a sample.
    pub fn half_sample(self) -> Self {
        self.binary_frame(vec![1, 2, 3])
    }

    /// Sends a message of about this size, in bytes.
    pub fn huge(self, bytes: usize) -> Self {
        let message = json!({"type": "debug", "message": "x".repeat(bytes)});
        self.text_frame(message.to_string())
    }

    /// Sends a message of a type that nobody knows.
    pub fn unknown_type(self) -> Self {
        self.text_frame(json!({"type": "from_the_future", "answer": 42}).to_string())
    }
}
