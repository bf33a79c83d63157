//! Verbs without nouns: speak, play, wait, end, go elsewhere.

use std::time::Duration;

use super::{Element, Link, twiml_element};
use crate::types::{HttpMethod, open_enum};

twiml_element! {
    /// `<Say>`: speaks a text.
    Say = "Say" {
        /// The voice, such as `Polly.Joanna-Neural`.
        voice = "voice": String,
        /// The language, such as `en-GB`.
        language = "language": String,
        /// How often; once unless set, 0 is up to 1,000 times.
        repeat = "loop": u32,
    }
}

impl Say {
    /// Speaks `text`.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Element::new("Say").text(text))
    }

    /// Adds text or an SSML element (`<break>`, `<prosody>` …) after what is there.
    #[must_use]
    pub fn child(self, child: impl Into<Element>) -> Self {
        Self(self.0.child(child))
    }

    /// Adds text after what is there.
    #[must_use]
    pub fn text(self, text: impl Into<String>) -> Self {
        Self(self.0.text(text))
    }
}

twiml_element! {
    /// `<Pause>`: waits.
    Pause = "Pause" {
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
    Hangup = "Hangup" {}
}

impl Hangup {
    /// Ends the call.
    #[must_use]
    pub fn new() -> Self {
        Self::empty()
    }
}

impl Default for Hangup {
    fn default() -> Self {
        Self::new()
    }
}

twiml_element! {
    /// `<Play>`: plays an audio file, or keys.
    Play = "Play" {
        /// How often; once unless set, 0 is up to 1,000 times.
        repeat = "loop": u32,
        /// Keys to play as tones, `w` is half a second of silence.
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
    Redirect = "Redirect" {
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

open_enum! {
    /// What a rejected caller hears.
    RejectReason {
        /// That the number is not in service; the default.
        Rejected = "rejected",
        /// The busy tone.
        Busy = "busy",
    }
}

impl super::AttributeText for RejectReason {
    fn put(&self, element: Element, name: &'static str) -> Element {
        element.attribute(name, self.as_str())
    }
}

twiml_element! {
    /// `<Reject>`: refuses an incoming call without answering it; it costs nothing. As the first verb only.
    Reject = "Reject" {
        /// What the caller hears.
        reason = "reason": RejectReason,
    }
}

impl Reject {
    /// Refuses the call.
    #[must_use]
    pub fn new() -> Self {
        Self::empty()
    }

    /// Adds a `<Parameter>`.
    #[must_use]
    pub fn parameter(self, name: &str, value: &str) -> Self {
        Self(self.0.parameter(name, value))
    }
}

impl Default for Reject {
    fn default() -> Self {
        Self::new()
    }
}
