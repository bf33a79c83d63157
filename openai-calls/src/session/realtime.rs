//! The session of an agent that speaks.

use voice_core::error::Error;
use voice_core::wire::Secret;

use super::{
    AudioInput, AudioOutput, Include, MaxOutputTokens, Model, OutputModality, Problems,
    PromptTemplate, Reasoning, SessionAudio, Tool, ToolChoice, Tracing, TranscriptionSession,
    Truncation, Voice,
};
use crate::wire::{from_variants, model, tagged};

model! {
    /// A session of an agent that speaks: how a call is accepted, what `session.update` changes, and what the server tells
    /// about it. What is unset has the API's default, or stays as it is.
    ///
    /// `Debug` shows no instructions.
    both Session as "realtime" {
        /// The model. An update cannot change it.
        model: Model => "model",
        /// Speech or text; speech by default.
        output_modalities: OutputModality => "output_modalities",
        /// What the agent is told to be; the API has a text of its own unless set.
        instructions: String => "instructions" quiet,
        /// What is heard and what is said.
        audio: SessionAudio => "audio",
        /// What the agent may call.
        tools: Vec<Tool> => "tools",
        /// How freely it may; as it sees fit by default.
        tool_choice: ToolChoice => "tool_choice",
        /// Whether it may call several at once. Reasoning models only.
        parallel_tool_calls: bool => "parallel_tool_calls",
        /// How it thinks. Reasoning models only.
        reasoning: Reasoning => "reasoning",
        /// The longest answer; no limit by default.
        max_output_tokens: MaxOutputTokens => "max_output_tokens",
        /// What happens when the conversation outgrows the model.
        truncation: Truncation => "truncation",
        /// A prompt that is kept with the account.
        prompt: PromptTemplate => "prompt" null,
        /// What else the server is to tell.
        include: Vec<Include> => "include",
        /// Whether the API keeps a trace; `null` turns it off. It cannot change once it is on.
        tracing: Tracing => "tracing" null,
        /// Its id. The server's.
        id: String => "id",
        /// What kind of object it is. The server's.
        object: String => "object",
        /// When it ends, in Unix seconds. The server's.
        expires_at: i64 => "expires_at",
    }
}

impl Session {
    /// A session with instructions and [`DEFAULT_MODEL`](super::DEFAULT_MODEL).
    #[must_use]
    pub fn new(instructions: impl Into<String>) -> Self {
        Self::default()
            .model(Model::default())
            .instructions(instructions)
    }

    /// Nothing set, not even the model: to be filled with what an update changes.
    #[must_use]
    pub fn changes() -> Self {
        Self::default()
    }

    /// Sets the voice, beside whatever else is set of the audio.
    #[must_use]
    pub fn voice(self, voice: impl Into<Voice>) -> Self {
        self.with_audio(|audio| {
            let output = audio.output.take().unwrap_or_default();
            audio.output = Some(output.voice(voice));
        })
    }

    /// Sets how fast the agent speaks: 0.25 to 1.5, beside whatever else is set of the audio.
    #[must_use]
    pub fn speed(self, speed: f64) -> Self {
        self.with_audio(|audio| {
            let output = audio.output.take().unwrap_or_default();
            audio.output = Some(output.speed(speed));
        })
    }

    /// Sets what is heard, and leaves what is said.
    #[must_use]
    pub fn input(self, input: AudioInput) -> Self {
        self.with_audio(|audio| audio.input = Some(input))
    }

    /// Sets what is said, and leaves what is heard.
    #[must_use]
    pub fn output(self, output: AudioOutput) -> Self {
        self.with_audio(|audio| audio.output = Some(output))
    }

    /// Adds a tool.
    #[must_use]
    pub fn tool(mut self, tool: impl Into<Tool>) -> Self {
        self.extra.remove("tools");
        self.tools.get_or_insert_default().push(tool.into());
        self
    }

    fn with_audio(mut self, change: impl FnOnce(&mut SessionAudio)) -> Self {
        self.extra.remove("audio");
        change(self.audio.get_or_insert_default());
        self
    }

    /// The secrets in it, so that an error about it can leave them out.
    #[must_use]
    pub fn secrets(&self) -> Vec<&Secret> {
        super::check::secrets(self.tools.as_deref())
    }

    /// Checks the ranges the API documents, all at once.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) names every field that is out of its range.
    ///
    /// ```
    /// use openai_calls::session::Session;
    ///
    /// let error = Session::new("").speed(2.0).max_output_tokens(0).check().unwrap_err();
    /// let fields: Vec<_> = error.fields().iter().map(|field| field.field.as_str()).collect();
    /// assert_eq!(fields, ["audio.output.speed", "max_output_tokens"]);
    /// ```
    pub fn check(&self) -> Result<(), Error> {
        let mut problems = Problems::default();
        problems.session(self);
        problems.finish()
    }
}

tagged! {
    /// A session of either kind, as events and client secrets carry it.
    AnySession {
        /// Speaks.
        Realtime(Box<Session>) => "realtime",
        /// Listens.
        Transcription(Box<TranscriptionSession>) => "transcription",
    }
}

from_variants!(AnySession: Realtime(Session), Transcription(TranscriptionSession));

impl AnySession {
    /// Checks the ranges the API documents, all at once; nothing is known about an unknown kind.
    ///
    /// # Errors
    /// As [`Session::check`].
    pub fn check(&self) -> Result<(), Error> {
        match self {
            Self::Realtime(session) => session.check(),
            Self::Transcription(session) => session.check(),
            Self::Unknown { .. } => Ok(()),
        }
    }

    /// The secrets in it, so that an error about it can leave them out.
    #[must_use]
    pub fn secrets(&self) -> Vec<&Secret> {
        self.as_realtime().map_or_else(Vec::new, Session::secrets)
    }

    /// The session, if it speaks.
    #[must_use]
    pub fn as_realtime(&self) -> Option<&Session> {
        match self {
            Self::Realtime(session) => Some(session),
            _ => None,
        }
    }
}
