//! `<ConversationRelay>`: Twilio hears and speaks, the application reads and writes text over a WebSocket.

use voice_core::provider::JoinUrl;

use super::macros::{takes_parameters, twiml_element};
use super::{
    Hints, InterruptSensitivity, Interruptible, LanguageTag, Parameter, RelaySpeechTimeout,
    TwimlError, stream,
};
use crate::types::Toggle;

twiml_element! {
    /// `<ConversationRelay>` in a Connect: the caller's speech as text to a WebSocket, and text from there as speech.
    ///
    /// ```
    /// use twilio_client::twiml::{Connect, ConversationRelay, Interruptible, Language, LanguageTag, Response};
    ///
    /// let relay = ConversationRelay::new("wss://agent.example.com/relay")?
    ///     .welcome_greeting("Hello! How can I help?")
    ///     .interruptible(Interruptible::Speech)
    ///     .with(Language::new(LanguageTag::DE_DE).voice("Vicki-Neural"))
    ///     .parameter("lead", "42");
    /// assert!(Response::new().with(Connect::to(relay)).to_twiml().is_ok());
    /// # Ok::<(), twilio_client::twiml::TwimlError>(())
    /// ```
    ConversationRelay = "ConversationRelay" [Language, Parameter] {
        /// The socket's URL as it is, without the check of [`new`](Self::new).
        unchecked_url = "url": String,
        /// What is said first.
        welcome_greeting = "welcomeGreeting": String,
        /// What interrupts the greeting.
        welcome_greeting_interruptible = "welcomeGreetingInterruptible": Interruptible,
        /// The language spoken both ways; `en-US` unless set.
        language = "language": LanguageTag,
        /// The language spoken to the caller.
        tts_language = "ttsLanguage": LanguageTag,
        /// The language the caller speaks.
        transcription_language = "transcriptionLanguage": LanguageTag,
        /// Who speaks, such as `ElevenLabs`.
        tts_provider = "ttsProvider": String,
        /// The provider's name of the voice.
        voice = "voice": String,
        /// Who transcribes, such as `Deepgram`.
        transcription_provider = "transcriptionProvider": String,
        /// The transcriber's model.
        speech_model = "speechModel": String,
        /// What is likely to be said.
        hints = "hints": Hints,
        /// What interrupts the agent's speech.
        interruptible = "interruptible": Interruptible,
        /// How easily it is interrupted.
        interrupt_sensitivity = "interruptSensitivity": InterruptSensitivity,
        /// Whether new text takes the place of what is being spoken.
        preemptible = "preemptible": Toggle,
        /// Which input is reported while the agent speaks; none unless set.
        report_input_during_agent_speech = "reportInputDuringAgentSpeech": Interruptible,
        /// Whether short words of agreement interrupt.
        ignore_backchannel = "ignoreBackchannel": Toggle,
        /// Whether keys are reported.
        dtmf_detection = "dtmfDetection": Toggle,
        /// Whether speech is reported while it goes on.
        partial_prompts = "partialPrompts": Toggle,
        /// Whether unfinished speech is reported when the caller hangs up.
        partial_prompt_on_hangup = "partialPromptOnHangup": Toggle,
        /// The silence after which speech counts as finished.
        speech_timeout = "speechTimeout": RelaySpeechTimeout,
        /// How ends of turns are found.
        turn_detection = "turnDetection": String,
        /// How certain the end of a turn must be: 0.5 to 0.9.
        eot_threshold = "eotThreshold": f64,
        /// How certain it must be for an early, tentative end.
        eager_eot_threshold = "eagerEotThreshold": f64,
        /// Whether profanities are masked; they are unless set.
        profanity_filter = "profanityFilter": Toggle,
        /// How background noise is reduced.
        background_noise_reduction = "backgroundNoiseReduction": String,
        /// Whether the agent's own speech is kept from coming back as a prompt.
        echo_prompt_filtering = "echoPromptFiltering": String,
        /// Whether numbers and dates are formatted, with Deepgram.
        deepgram_smart_format = "deepgramSmartFormat": Toggle,
        /// Whether numbers and dates are formatted, with any transcriber.
        asr_smart_format = "asrSmartFormat": String,
        /// How text is made speakable, with ElevenLabs.
        elevenlabs_text_normalization = "elevenlabsTextNormalization": String,
        /// The same by language, with ElevenLabs.
        elevenlabs_language_text_normalization = "elevenlabsLanguageTextNormalization": String,
        /// How text is made speakable, with any voice.
        tts_text_normalization = "ttsTextNormalization": String,
        /// The same by language, with any voice.
        tts_language_text_normalization = "ttsLanguageTextNormalization": String,
        /// What is reported besides, joined by blanks: `speaker-events`, `tokens-played`.
        events = "events": String,
        /// What is reported for finding faults, joined by blanks.
        debug = "debug": String,
        /// What comes along with a prompt.
        include_in_prompt = "includeInPrompt": String,
        /// Who the caller is.
        customer_name = "customerName": String,
        /// The Conversational Intelligence service that analyses the call.
        intelligence_service = "intelligenceService": String,
        /// What happens when the socket is lost.
        application_reconnect = "applicationReconnect": String,
        /// The configuration of the conversation this belongs to.
        conversation_configuration = "conversationConfiguration": String,
        /// The conversation this belongs to.
        conversation_id = "conversationId": String,
    }
}

impl ConversationRelay {
    /// A relay to a server of one's own.
    ///
    /// # Errors
    /// [`TwimlError::RelayScheme`] unless it is `wss://host…`.
    pub fn new(url: impl AsRef<str>) -> Result<Self, TwimlError> {
        let join = stream::secure(url.as_ref()).ok_or(TwimlError::RelayScheme)?;
        Ok(Self::to(&join))
    }

    /// A relay to a session's own URL, such as a simulator's.
    #[must_use]
    pub fn to(join: &JoinUrl) -> Self {
        Self::empty().unchecked_url(join.expose())
    }
}

takes_parameters! { ConversationRelay }

twiml_element! {
    /// `<Language>` in a [`ConversationRelay`]: how one of its languages is spoken and understood.
    Language = "Language" [] {
        /// Which language; `multi` for whichever is spoken.
        code = "code": LanguageTag,
        /// Who speaks it.
        tts_provider = "ttsProvider": String,
        /// The provider's name of the voice.
        voice = "voice": String,
        /// Who transcribes it.
        transcription_provider = "transcriptionProvider": String,
        /// The transcriber's model.
        speech_model = "speechModel": String,
        /// What is likely to be said in it.
        hints = "hints": Hints,
        /// Whether numbers and dates are formatted.
        asr_smart_format = "asrSmartFormat": String,
        /// How text is made speakable.
        tts_text_normalization = "ttsTextNormalization": String,
        /// The same by language.
        tts_language_text_normalization = "ttsLanguageTextNormalization": String,
    }
}

impl Language {
    /// A language.
    pub fn new(code: impl Into<LanguageTag>) -> Self {
        Self::empty().code(code)
    }
}
