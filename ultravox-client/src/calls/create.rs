//! A call without an agent, to be started.

use std::collections::BTreeMap;
use std::fmt;

use voice_core::client::Operation;
use voice_core::error::Error;
use voice_core::provider::{CallId, CallKey};

use super::KEY_METADATA;
use crate::check::{self, Least, Problems};
use crate::types::{
    CallMedium, Callbacks, DataConnection, ExternalVoice, FirstSpeaker, FirstSpeakerWord, JsonMap,
    Message, MessageMedium, RetentionPolicy, Secret, SelectedTool, TimedMessage, UvDuration,
    VadSettings,
};

model! {
    /// A call without an agent, to be started: everything an agent would have stands in the request itself. What is unset
    /// has the API's default, or is as in the [prior call](CreateOptions::prior_call).
    ///
    /// ```
    /// use ultravox_client::calls::StartCall;
    /// use ultravox_client::types::{CallMedium, FirstSpeaker};
    ///
    /// let call = StartCall::new("You take orders for flowers.")
    ///     .voice("Mark")
    ///     .temperature(0.3)
    ///     .medium(CallMedium::server_web_socket(16_000))
    ///     .first_speaker_settings(FirstSpeaker::user());
    /// assert_eq!(
    ///     serde_json::to_value(&call)?,
    ///     serde_json::json!({
    ///         "systemPrompt": "You take orders for flowers.",
    ///         "temperature": 0.3,
    ///         "voice": "Mark",
    ///         "medium": {"serverWebSocket": {"inputSampleRate": 16000}},
    ///         "firstSpeakerSettings": {"user": {}},
    ///     })
    /// );
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    both StartCall {
        /// What the model is told to be. No template: nothing is filled in.
        system_prompt: String => "systemPrompt" quiet,
        /// How freely it speaks: 0 to 1; 0 by default.
        temperature: f64 => "temperature",
        /// The model; `ultravox-v0.7` by default.
        model: String => "model",
        /// A voice of Ultravox's, by name or id. Not together with `external_voice`.
        voice: String => "voice",
        /// A voice of another provider, for which the account has a key. Not together with `voice`.
        external_voice: ExternalVoice => "externalVoice",
        /// Changes to `voice`, of the same provider, that do not change its price; valid only together with it.
        voice_overrides: ExternalVoice => "voiceOverrides",
        /// A BCP 47 language tag that helps recognition and speech.
        language_hint: String => "languageHint",
        /// What was said before the call. Not together with a [prior call](CreateOptions::prior_call), which has its own.
        initial_messages: Vec<Message> => "initialMessages",
        /// How long it waits to be joined; 30 s by default. Queueing and ringing must fit in.
        join_timeout: UvDuration => "joinTimeout",
        /// The longest it may last; 1 h by default.
        max_duration: UvDuration => "maxDuration",
        /// What is said when the time is up.
        time_exceeded_message: String => "timeExceededMessage",
        /// What is said into silence. Durations add up.
        inactivity_messages: Vec<TimedMessage> => "inactivityMessages",
        /// The tools of the call's first stage.
        selected_tools: Vec<SelectedTool> => "selectedTools",
        /// How the call travels; WebRTC by default. **A medium that dials rings somebody as soon as the call is created.**
        medium: CallMedium => "medium",
        /// Whether it is recorded.
        recording_enabled: bool => "recordingEnabled",
        /// Who speaks first; deprecated by the API in favour of `first_speaker_settings`, which it must agree with.
        first_speaker: FirstSpeakerWord => "firstSpeaker",
        /// Who speaks first; the agent by default.
        first_speaker_settings: FirstSpeaker => "firstSpeakerSettings",
        /// Deprecated by the API.
        transcript_optional: bool => "transcriptOptional",
        /// Speech or text at first; speech by default.
        initial_output_medium: MessageMedium => "initialOutputMedium",
        /// When the person has spoken.
        vad_settings: VadSettings => "vadSettings",
        /// Settings without a promise.
        experimental_settings: JsonMap => "experimentalSettings",
        /// Anything worth knowing of the call, for filters and webhooks. Keys must not start with `ultravox.`.
        metadata: BTreeMap<String, String> => "metadata" quiet,
        /// The state tools read and write, at the start.
        initial_state: JsonMap => "initialState",
        /// A second WebSocket for data.
        data_connection: DataConnection => "dataConnection",
        /// Where Ultravox reports what becomes of the call.
        callbacks: Callbacks => "callbacks",
        /// How long data is kept.
        retention_policy: RetentionPolicy => "retentionPolicy",
        /// 16 to 127 characters each; sign what Ultravox sends to data connections. Write-only: no answer has them.
        shared_secrets: Vec<Secret> => "sharedSecrets",
    }
}

impl StartCall {
    /// A call with a prompt. One that goes on from a prior call needs none: begin with `StartCall::default()`.
    #[must_use]
    pub fn new(system_prompt: impl Into<String>) -> Self {
        Self::default().system_prompt(system_prompt)
    }

    /// Adds a piece of metadata.
    #[must_use]
    pub fn tag(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.metadata
            .get_or_insert_default()
            .insert(name.into(), value.into());
        self
    }

    /// Marks the call with a key of the caller's, in the metadata under [`KEY_METADATA`], so that it can be
    /// [found again](super::Calls::find_by_key) after an unknown outcome.
    #[must_use]
    pub fn key(self, key: &CallKey) -> Self {
        self.tag(KEY_METADATA, key.as_str())
    }

    pub(crate) fn check(
        &self,
        operation: &Operation,
        options: &CreateOptions,
    ) -> Result<(), Error> {
        let mut found = Problems::default();
        let problems = &mut found;
        problems.range("temperature", self.temperature, 0.0..=1.0);
        problems.rule(
            self.voice.is_some() && self.external_voice.is_some(),
            "externalVoice",
            "must not be set together with voice",
        );
        problems.rule(
            self.voice_overrides.is_some() && self.voice.is_none(),
            "voiceOverrides",
            "is valid only together with voice in the same request",
        );
        check::voices(
            problems,
            self.external_voice.as_ref(),
            self.voice_overrides.as_ref(),
        );
        problems.rule(
            self.initial_messages.is_some() && options.prior_call.is_some(),
            "initialMessages",
            "must not be set together with a prior call, whose messages are taken",
        );
        problems.rule(
            options.throttle.as_ref().is_some_and(String::is_empty),
            "throttle",
            "must not be empty",
        );
        let contradicts = matches!(
            (&self.first_speaker, &self.first_speaker_settings),
            (Some(FirstSpeakerWord::Agent), Some(FirstSpeaker::User(_)))
                | (Some(FirstSpeakerWord::User), Some(FirstSpeaker::Agent(_)))
        );
        problems.rule(
            contradicts,
            "firstSpeaker",
            "must agree with firstSpeakerSettings",
        );
        problems.duration("joinTimeout", self.join_timeout.as_ref(), Least::Positive);
        problems.duration("maxDuration", self.max_duration.as_ref(), Least::Positive);
        check::metadata(problems, self.metadata.as_ref());
        check::medium(problems, self.medium.as_ref());
        check::vad(problems, self.vad_settings.as_ref());
        check::inactivity(problems, self.inactivity_messages.as_ref());
        check::first_speaker(problems, self.first_speaker_settings.as_ref());
        check::tools(problems, "selectedTools", self.selected_tools.as_ref());
        check::shared_secrets(problems, self.shared_secrets.as_ref());
        found.finish(operation)
    }
}

/// What does not stand in a call itself, but beside it when it is created.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CreateOptions {
    /// The call this one goes on from.
    pub prior_call: Option<CallId>,
    /// Whether the model is told to greet; it is unless set.
    pub greeting_prompt: Option<GreetingPrompt>,
    /// A call throttle of the account's.
    pub throttle: Option<String>,
}

/// Whether the model is told to greet where nothing in the initial messages asks for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GreetingPrompt {
    /// It is: the API's default.
    Added,
    /// It is not.
    LeftOut,
}

impl GreetingPrompt {
    pub(super) fn as_query(self) -> &'static str {
        match self {
            Self::Added => "true",
            Self::LeftOut => "false",
        }
    }
}

impl CreateOptions {
    /// Nothing beside the call.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Goes on from an earlier call: its settings hold where the new call has none, and its messages come before.
    #[must_use]
    pub fn prior_call(mut self, id: CallId) -> Self {
        self.prior_call = Some(id);
        self
    }

    /// Whether the model is told to greet.
    #[must_use]
    pub fn greeting_prompt(mut self, prompt: GreetingPrompt) -> Self {
        self.greeting_prompt = Some(prompt);
        self
    }

    /// Creates the call under a call throttle of the account's, by its name or id. A call too many is refused with 429.
    #[must_use]
    pub fn throttled_by(mut self, throttle: impl Into<String>) -> Self {
        self.throttle = Some(throttle.into());
        self
    }
}

impl fmt::Debug for CreateOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("CreateOptions");
        if let Some(id) = &self.prior_call {
            out.field("prior_call", id);
        }
        if let Some(prompt) = &self.greeting_prompt {
            out.field("greeting_prompt", prompt);
        }
        if let Some(throttle) = &self.throttle {
            out.field("throttle", throttle);
        }
        out.finish()
    }
}
