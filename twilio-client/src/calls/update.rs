//! The request that changes a call.

use voice_core::error::Error;
use voice_core::retry::Repeat;
use voice_core::webhook::WebhookUrl;

use super::create::host;
use crate::calls::UPDATE;
use crate::twiml::InlineTwiml;
use crate::types::{HttpMethod, Problems, Seconds, open_enum, request};

open_enum! {
    /// What a call can be set to.
    CallUpdateStatus {
        /// Ends it if it is queued or ringing; a call in progress goes on.
        Canceled = "canceled",
        /// Ends it, in progress or not.
        Completed = "completed",
    }
}

request! {
    /// A change of a call: its end, or new instructions.
    UpdateCall {
        ..
        /// New instructions: Twilio fetches TwiML from here. Not together with `Twiml`.
        url = "Url": WebhookUrl,
        /// How the `Url` is requested; POST unless set.
        method = "Method": HttpMethod,
        /// Ends the call.
        status = "Status": CallUpdateStatus,
        /// What is requested when the `Url` fails.
        fallback_url = "FallbackUrl": WebhookUrl,
        /// How it is requested; POST unless set.
        fallback_method = "FallbackMethod": HttpMethod,
        /// Where progress is reported from now on; a host without underscore.
        status_callback = "StatusCallback": WebhookUrl,
        /// How it is reported; POST unless set.
        status_callback_method = "StatusCallbackMethod": HttpMethod,
        /// New instructions, given inline. Not together with `Url`.
        twiml = "Twiml": InlineTwiml,
        /// Longest time, at least 1 s.
        time_limit = "TimeLimit": Seconds,
    }
}

impl UpdateCall {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::required()
    }

    /// Ends the call if it is not answered yet.
    pub fn cancel() -> Self {
        Self::new().status(CallUpdateStatus::Canceled)
    }

    /// Ends the call.
    pub fn complete() -> Self {
        Self::new().status(CallUpdateStatus::Completed)
    }

    /// Checks the values, as [`Calls::update`](super::Calls::update) does by itself.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) with one field message for each rule that
    /// is broken.
    pub fn check(&self) -> Result<(), Error> {
        let mut problems = Problems::default();
        let mut any = false;
        self.encode(&mut |_, _| any = true);
        problems.unless(
            any,
            "Status",
            "nothing is to be changed: set at least one value",
        );
        problems.unless(
            self.url.is_none() || self.twiml.is_none(),
            "Twiml",
            "excludes Url: give one of them",
        );
        problems.unless(
            self.status_callback
                .as_ref()
                .is_none_or(|url| !host(url.as_str()).contains('_')),
            "StatusCallback",
            "its host must not have an underscore",
        );
        problems.unless(
            self.time_limit.is_none_or(|limit| limit.get() > 0),
            "TimeLimit",
            "must be at least 1 s",
        );
        problems.into_result(&UPDATE)
    }

    /// New instructions begin anew each time they arrive; states are only set. What this crate does not know may be
    /// either.
    pub(super) fn repeat_class(&self) -> Repeat {
        if self.url.is_some() || self.twiml.is_some() || !self.more.is_empty() {
            Repeat::Once
        } else {
            Repeat::Idempotent
        }
    }
}

impl Default for UpdateCall {
    fn default() -> Self {
        Self::new()
    }
}

impl crate::types::Encode for InlineTwiml {
    fn encode(&self, name: &str, sink: crate::types::Sink<'_>) {
        sink(name, self.as_str());
    }
}
