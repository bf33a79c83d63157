//! `<Dial>` and the number in it.

use std::time::Duration;

use voice_core::ident::E164;

use super::{Element, Link, twiml_element};
use crate::types::{CallEvent, HttpMethod, Toggle};

twiml_element! {
    /// `<Dial>`: connects the caller to somebody else.
    ///
    /// With an [`action`](Self::action), verbs after it are not reached.
    Dial = "Dial" {
        /// What is requested when the other leg has ended, with its outcome.
        action = "action": Link,
        /// How the action is requested; POST unless set.
        method = "method": HttpMethod,
        /// How long it rings; 30 s unless set.
        timeout = "timeout": Duration,
        /// Longest time connected; 4 h unless set.
        time_limit = "timeLimit": Duration,
        /// The number shown: one of the account's, a verified one, or the call's own From or To.
        caller_id = "callerId": E164,
        /// Whether the caller hears ringing until the other side answers.
        answer_on_bridge = "answerOnBridge": Toggle,
        /// Whether the caller can end the other leg with `*`.
        hangup_on_star = "hangupOnStar": Toggle,
    }
}

impl Dial {
    /// Dials one number.
    #[must_use]
    pub fn number(number: E164) -> Self {
        Self(Element::new("Dial").text(number.as_str()))
    }

    /// Dials nobody yet; add nouns with [`to`](Self::to).
    #[must_use]
    pub fn new() -> Self {
        Self::empty()
    }

    /// Adds a noun. Several are rung at once; who answers first is connected.
    #[must_use]
    pub fn to(self, noun: impl Into<Element>) -> Self {
        Self(self.0.child(noun))
    }
}

impl Default for Dial {
    fn default() -> Self {
        Self::new()
    }
}

twiml_element! {
    /// `<Number>`: a number to dial, with settings of its own.
    Number = "Number" {
        /// Keys to send once it is answered.
        send_digits = "sendDigits": String,
        /// TwiML the called person hears before being connected.
        url = "url": Link,
        /// How the URL is requested; POST unless set.
        method = "method": HttpMethod,
        /// Where this leg's progress is reported.
        status_callback = "statusCallback": Link,
        /// Which progress; `completed` unless set.
        status_callback_event = "statusCallbackEvent": Vec<CallEvent>,
        /// How it is reported; POST unless set.
        status_callback_method = "statusCallbackMethod": HttpMethod,
    }
}

impl Number {
    /// A number to dial.
    #[must_use]
    pub fn new(number: E164) -> Self {
        Self(Element::new("Number").text(number.as_str()))
    }
}
