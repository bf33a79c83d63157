//! `<Gather>`: keys and speech.

use std::time::Duration;

use super::macros::{begins_empty, twiml_element};
use super::{GatherInput, Hints, LanguageTag, Link, Pause, Play, Say, SpeechModel, SpeechTimeout};
use crate::types::{HttpMethod, Toggle};

twiml_element! {
    /// `<Gather>`: collects keys or speech while it speaks or plays, and requests its action with what came.
    ///
    /// On no input at all the call goes on with the next verb, unless
    /// [`action_on_empty_result`](Self::action_on_empty_result).
    ///
    /// ```
    /// use twilio_client::twiml::{Gather, GatherInput, LanguageTag, Link, Redirect, Response, Say};
    ///
    /// let menu = Gather::new()
    ///     .input([GatherInput::Dtmf, GatherInput::Speech])
    ///     .hints(["sales", "support"])
    ///     .language(LanguageTag::EN_GB)
    ///     .num_digits(1u32)
    ///     .action(Link::parse("/chosen")?)
    ///     .with(Say::new("For sales say sales, or press 1."));
    /// let response = Response::new().with(menu).with(Redirect::new(Link::parse("/menu")?));
    /// assert!(response.to_twiml()?.as_str().contains(r#"<Gather input="dtmf speech" hints="sales,support""#));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    Gather = "Gather" [Pause, Play, Say] {
        /// What is requested with the input; the document itself unless set.
        action = "action": Link,
        /// How the action is requested; POST unless set.
        method = "method": HttpMethod,
        /// Keys, speech, or both; keys unless set.
        input = "input": Vec<GatherInput>,
        /// How long to wait for the next key, or for speech to begin; 5 s unless set.
        timeout = "timeout": Duration,
        /// The silence that ends speech; `timeout` unless set.
        speech_timeout = "speechTimeout": SpeechTimeout,
        /// How long speech may last.
        max_speech_time = "maxSpeechTime": Duration,
        /// The key that ends the input; `#` unless set, and none when empty (error 13310 for anything but `0-9 * #`).
        finish_on_key = "finishOnKey": String,
        /// How many keys end the input.
        num_digits = "numDigits": u32,
        /// Whether the action is requested without any input, too.
        action_on_empty_result = "actionOnEmptyResult": Toggle,
        /// Whether speech stops what is being said; it does unless set.
        barge_in = "bargeIn": Toggle,
        /// The language that is spoken; `en-US` unless set.
        language = "language": LanguageTag,
        /// What is likely to be said.
        hints = "hints": Hints,
        /// The model that turns speech into text.
        speech_model = "speechModel": SpeechModel,
        /// Whether the model's enhanced form is used, at a higher price.
        enhanced = "enhanced": Toggle,
        /// Whether profanities are masked; they are unless set.
        profanity_filter = "profanityFilter": Toggle,
        /// Where speech is reported while it goes on.
        partial_result_callback = "partialResultCallback": Link,
        /// How it is reported; POST unless set.
        partial_result_callback_method = "partialResultCallbackMethod": HttpMethod,
        /// Whether more is logged.
        debug = "debug": Toggle,
    }
}

begins_empty! {
    /// Waits for input in silence; add what is said with [`with`](Self::with).
    Gather,
}
