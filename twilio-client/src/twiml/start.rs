//! `<Start>` and `<Stop>`: what goes on beside the call, and how it ends.

use super::macros::{takes_parameters, twiml_element};
use super::{
    Config, Hints, LanguageTag, Link, Parameter, Recording, Stream, Track, TranscriptionEngine,
    Within,
};
use crate::types::{HttpMethod, Toggle};

twiml_element! {
    /// `<Start>`: starts something that goes on beside the call, while the next verb runs.
    ///
    /// ```
    /// use twilio_client::twiml::{Response, Start, Stop, Stream, Track};
    ///
    /// let listen = Stream::new("wss://media.example.com/listen")?.name("ears").track(Track::Both);
    /// let begin = Response::new().with(Start::new(listen));
    /// let end = Response::new().with(Stop::new(Stream::named("ears")));
    /// assert!(begin.to_twiml().is_ok() && end.to_twiml().is_ok());
    /// # Ok::<(), twilio_client::twiml::TwimlError>(())
    /// ```
    Start = "Start" [Recording, Siprec, Stream, Transcription] {
        /// What is requested afterwards.
        action = "action": Link,
        /// How the action is requested; POST unless set.
        method = "method": HttpMethod,
    }
}

impl Start {
    /// Starts a stream, a transcription, a recording or a SIPREC session.
    #[must_use]
    pub fn new(noun: impl Within<Self>) -> Self {
        Self::empty().with(noun)
    }
}

twiml_element! {
    /// `<Stop>`: stops what was started, by its name.
    Stop = "Stop" [Siprec, Stream, Transcription] {}
}

impl Stop {
    /// Stops a stream, a transcription or a SIPREC session.
    #[must_use]
    pub fn new(noun: impl Within<Self>) -> Self {
        Self::empty().with(noun)
    }
}

twiml_element! {
    /// `<Siprec>`: the call's audio to a recorder by SIPREC.
    Siprec = "Siprec" [Parameter] {
        /// A name by which it can be stopped.
        name = "name": String,
        /// The connector to the recorder.
        connector_name = "connectorName": String,
        /// Which side is sent.
        track = "track": Track,
        /// Where its progress is reported.
        status_callback = "statusCallback": Link,
        /// How it is reported; POST unless set.
        status_callback_method = "statusCallbackMethod": HttpMethod,
    }
}

impl Siprec {
    /// By this connector.
    pub fn new(connector_name: impl Into<String>) -> Self {
        Self::empty().connector_name(connector_name)
    }

    /// The one of this name, to stop it.
    pub fn named(name: impl Into<String>) -> Self {
        Self::empty().name(name)
    }
}

twiml_element! {
    /// `<Transcription>`: what is said as text, while the call goes on.
    Transcription = "Transcription" [Config, Parameter] {
        /// A name by which it can be stopped.
        name = "name": String,
        /// Where the text is sent.
        status_callback_url = "statusCallbackUrl": Link,
        /// How it is sent; POST unless set.
        status_callback_method = "statusCallbackMethod": HttpMethod,
        /// Which side is transcribed; both unless set.
        track = "track": Track,
        /// What to call the side Twilio hears: at most 128 characters.
        inbound_track_label = "inboundTrackLabel": String,
        /// What to call the side Twilio plays: at most 128 characters.
        outbound_track_label = "outboundTrackLabel": String,
        /// The language that is spoken; `en-US` unless set.
        language_code = "languageCode": LanguageTag,
        /// Who transcribes.
        transcription_engine = "transcriptionEngine": TranscriptionEngine,
        /// The engine's model.
        speech_model = "speechModel": String,
        /// What is likely to be said.
        hints = "hints": Hints,
        /// Whether speech is reported while it goes on.
        partial_results = "partialResults": Toggle,
        /// Whether profanities are masked.
        profanity_filter = "profanityFilter": Toggle,
        /// Whether the engine sets full stops and commas.
        enable_automatic_punctuation = "enableAutomaticPunctuation": Toggle,
        /// The Conversational Intelligence service that keeps the text.
        intelligence_service = "intelligenceService": String,
    }
}

impl Transcription {
    /// A transcription that is sent to this URL.
    #[must_use]
    pub fn new(status_callback_url: impl Into<Link>) -> Self {
        Self::empty().status_callback_url(status_callback_url)
    }

    /// The one of this name, to stop it.
    pub fn named(name: impl Into<String>) -> Self {
        Self::empty().name(name)
    }
}

takes_parameters! { Siprec, Transcription }
