//! Verbs without nouns: speak, play, wait, end, go elsewhere.

use std::time::Duration;

use super::macros::{begins_empty, takes_parameters, takes_text, twiml_element};
use super::{Element, LanguageTag, Link, Parameter, RejectReason, Voice, Within, ssml};
use crate::types::{Endpoint, HttpMethod};

twiml_element! {
    /// `<Say>`: speaks a text.
    ///
    /// The text may hold [`ssml`] elements. A text beyond what a voice takes is refused (error 13521): 3,000 bytes for
    /// Polly's voices, 4,096 for the basic ones, 5,000 for Google's and where no voice is named.
    ///
    /// ```
    /// use std::time::Duration;
    /// use twilio_client::twiml::ssml::{Break, InterpretAs, SayAs};
    /// use twilio_client::twiml::{Response, Say, Voice};
    ///
    /// let say = Say::new("Your code is ")
    ///     .with(SayAs::new("4711").interpret_as(InterpretAs::Digits))
    ///     .with(Break::new().time(Duration::from_millis(300)))
    ///     .text(" Goodbye.")
    ///     .voice(Voice::POLLY_AMY_NEURAL);
    /// let document = Response::new().with(say).to_twiml()?;
    /// assert!(document.as_str().contains(r#"<say-as interpret-as="digits">4711</say-as><break time="300ms"/>"#));
    /// # Ok::<(), twilio_client::twiml::TwimlError>(())
    /// ```
    Say = "Say" [
        ssml::Break, ssml::Emphasis, ssml::Lang, ssml::P, ssml::Phoneme, ssml::Prosody, ssml::S, ssml::SayAs, ssml::Sub,
        ssml::W
    ] {
        /// The voice, such as `Polly.Joanna-Neural`.
        voice = "voice": Voice,
        /// The language, such as `en-GB`.
        language = "language": LanguageTag,
        /// How often; once unless set, 0 is up to 1,000 times.
        repeat = "loop": u32,
    }
}

takes_text! { Say }

impl Say {
    /// Speaks `text`.
    pub fn new(text: impl Into<String>) -> Self {
        Self::holding(text)
    }

    /// Adds an SSML element, as [`with`](Self::with) does.
    #[must_use]
    pub fn child(self, child: impl Within<Self>) -> Self {
        self.with(child)
    }
}

twiml_element! {
    /// `<Pause>`: waits.
    Pause = "Pause" [] {
        /// How long, in whole seconds; one second unless set.
        length = "length": Duration,
    }
}

impl Pause {
    /// Waits for `length`, in whole seconds (rounded up).
    #[must_use]
    pub fn new(length: Duration) -> Self {
        Self::empty().length(length)
    }
}

twiml_element! {
    /// `<Hangup>`: ends the call.
    Hangup = "Hangup" [Parameter] {}
}

twiml_element! {
    /// `<Leave>`: leaves the queue the call waits in, from the document of its `waitUrl`; it goes on after the Enqueue.
    Leave = "Leave" [] {}
}

twiml_element! {
    /// `<Echo>`: plays back what the caller says.
    Echo = "Echo" [] {}
}

begins_empty! {
    /// Ends the call.
    Hangup,
    /// Leaves the queue.
    Leave,
    /// Plays back what is heard.
    Echo,
    /// Refuses the call.
    Reject,
}

takes_parameters! { Hangup, Reject }

twiml_element! {
    /// `<Play>`: plays an audio file, or keys.
    Play = "Play" [] {
        /// How often; once unless set, 0 is up to 1,000 times.
        repeat = "loop": u32,
        /// Keys to play as tones, `w` is half a second of silence (error 13430 for anything else).
        digits = "digits": String,
    }
}

impl Play {
    /// Plays the audio at a URL.
    #[must_use]
    pub fn new(url: impl Into<Link>) -> Self {
        Self(Element::new("Play").link(&url.into()))
    }

    /// Plays keys as tones, such as `ww1234#`.
    pub fn keys(digits: impl Into<String>) -> Self {
        Self::empty().digits(digits)
    }
}

twiml_element! {
    /// `<Redirect>`: goes on with the document at another URL. Verbs after it are never reached.
    Redirect = "Redirect" [] {
        /// How it is requested; POST unless set.
        method = "method": HttpMethod,
    }
}

impl Redirect {
    /// Goes on at a URL.
    #[must_use]
    pub fn new(url: impl Into<Link>) -> Self {
        Self(Element::new("Redirect").link(&url.into()))
    }
}

twiml_element! {
    /// `<Reject>`: refuses an incoming call without answering it; it costs nothing. As the first verb only.
    Reject = "Reject" [Parameter] {
        /// What the caller hears.
        reason = "reason": RejectReason,
    }
}

twiml_element! {
    /// `<Sms>`: sends a text message during the call. Numbers of some regions cannot (error 13803); the Messages API can.
    Sms = "Sms" [] {
        /// To whom; the caller unless set.
        to = "to": Endpoint,
        /// From which number; the called one unless set.
        from = "from": Endpoint,
        /// What is requested once it is sent; then verbs after it are not reached.
        action = "action": Link,
        /// How the action is requested; POST unless set.
        method = "method": HttpMethod,
        /// Where the message's progress is reported.
        status_callback = "statusCallback": Link,
    }
}

impl Sms {
    /// Sends `text`.
    pub fn new(text: impl Into<String>) -> Self {
        Self::holding(text)
    }
}
