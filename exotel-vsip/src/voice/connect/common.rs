//! What every call that is placed may say, whatever it is connected to.

use std::time::Duration;

use voice_core::client::Form;
use voice_core::provider::CallKey;
use voice_core::webhook::WebhookUrl;

use crate::check::Problems;
use crate::voice::amount::Seconds;
use crate::voice::number::Number;
use crate::voice::word::{CallEvent, CallType, CallbackFormat};

/// The longest call Exotel takes: four hours.
pub const MAX_TIME_LIMIT: Duration = Duration::from_secs(14_400);
/// Most characters of a `CustomField`.
pub const MAX_CUSTOM_FIELD: usize = 128;

/// The parts common to all ways of placing a call.
#[derive(Clone)]
pub(crate) struct Common {
    pub(crate) from: Number,
    pub(crate) caller_id: Number,
    pub(crate) call_type: Option<CallType>,
    pub(crate) time_limit: Option<Seconds>,
    pub(crate) ring_timeout: Option<Seconds>,
    pub(crate) custom_field: Option<String>,
    pub(crate) key: Option<CallKey>,
    pub(crate) status_callback: Option<WebhookUrl>,
    pub(crate) events: Option<Vec<CallEvent>>,
    pub(crate) callback_format: Option<CallbackFormat>,
    pub(crate) more: Vec<(String, String)>,
}

impl Common {
    pub(crate) fn new(from: Number, caller_id: Number) -> Self {
        Self {
            from,
            caller_id,
            call_type: None,
            time_limit: None,
            ring_timeout: None,
            custom_field: None,
            key: None,
            status_callback: None,
            events: None,
            callback_format: None,
            more: Vec::new(),
        }
    }

    pub(crate) fn check(&self, problems: &mut Problems) {
        let most = MAX_TIME_LIMIT.as_secs();
        problems.require(
            self.time_limit
                .is_none_or(|limit| (1..=most).contains(&limit.get())),
            "TimeLimit",
            "must be 1 to 14,400 s",
        );
        problems.require(
            self.ring_timeout.is_none_or(|limit| limit.get() > 0),
            "TimeOut",
            "must be at least 1 s",
        );
        let text = match (&self.custom_field, &self.key) {
            (Some(text), _) => Some(text.as_str()),
            (None, key) => key.as_ref().map(CallKey::as_str),
        };
        problems.require(
            text.is_none_or(|text| (1..=MAX_CUSTOM_FIELD).contains(&text.chars().count())),
            "CustomField",
            "must be 1 to 128 characters; so must the key that stands in it",
        );
        let reported = self.status_callback.is_some();
        problems.require(
            self.events
                .as_ref()
                .is_none_or(|events| reported && !events.is_empty()),
            "StatusCallbackEvents",
            "must not be empty, and needs a StatusCallback",
        );
        problems.require(
            self.callback_format.is_none() || reported,
            "StatusCallbackContentType",
            "needs a StatusCallback",
        );
    }

    /// The pairs before those that say what the call is connected to.
    pub(crate) fn begin(&self) -> Form {
        Form::new().with("From", self.from.as_str())
    }

    /// The pairs behind them; `key` stands in the `CustomField` that was left unset.
    pub(crate) fn finish(&self, form: &mut Form, key: &CallKey) {
        form.push("CallerId", self.caller_id.as_str());
        form.push_option("CallType", self.call_type.as_ref());
        form.push_option("TimeLimit", self.time_limit);
        form.push_option("TimeOut", self.ring_timeout);
        form.push(
            "CustomField",
            self.custom_field.as_deref().unwrap_or(key.as_str()),
        );
        if let Some(url) = &self.status_callback {
            form.push("StatusCallback", url.as_str());
            for (at, event) in self.events.iter().flatten().enumerate() {
                form.push(&format!("StatusCallbackEvents[{at}]"), event.as_str());
            }
            let format = self
                .callback_format
                .as_ref()
                .unwrap_or(&CallbackFormat::Json);
            form.push("StatusCallbackContentType", format.as_str());
        }
        for (name, value) in &self.more {
            form.push(name, value);
        }
    }

    pub(crate) fn show(&self, shown: &mut std::fmt::DebugStruct<'_, '_>) {
        let more: Vec<&str> = self.more.iter().map(|(name, _)| name.as_str()).collect();
        shown
            .field("from", &self.from)
            .field("caller_id", &self.caller_id)
            .field("time_limit", &self.time_limit)
            .field("ring_timeout", &self.ring_timeout)
            .field("key", &self.key)
            .field("status_callback", &self.status_callback)
            .field("events", &self.events)
            .field("more", &more);
    }
}

/// The setters every way of placing a call has.
macro_rules! common_setters {
    ($name:ident) => {
        impl $name {
            /// What kind of call it is.
            ///
            /// Sent as `CallType`.
            pub fn call_type(mut self, call_type: $crate::voice::CallType) -> Self {
                self.common.call_type = Some(call_type);
                self
            }

            /// Longest call: 1 s to 4 h.
            ///
            /// Sent as `TimeLimit`, in whole seconds.
            pub fn time_limit(mut self, limit: std::time::Duration) -> Self {
                self.common.time_limit = Some(limit.into());
                self
            }

            /// How long each leg rings, at least 1 s; Exotel's default unless set.
            ///
            /// Sent as `TimeOut`, in whole seconds.
            pub fn ring_timeout(mut self, limit: std::time::Duration) -> Self {
                self.common.ring_timeout = Some(limit.into());
                self
            }

            /// A text of 1 to 128 characters that comes back with callbacks and reaches the applets of a flow.
            ///
            /// Sent as `CustomField`. Unless it is set, the call's key stands there, by which a call whose dial had no clear
            /// outcome is recognised; who sets it looks for such a call without that help.
            pub fn custom_field(mut self, text: impl Into<String>) -> Self {
                self.common.custom_field = Some(text.into());
                self
            }

            /// The key that stands in an unset `CustomField`; one that nobody has used unless set. At most 128 characters.
            pub fn key(mut self, key: voice_core::provider::CallKey) -> Self {
                self.common.key = Some(key);
                self
            }

            /// Where the call's progress is reported. Put a token into its query and let
            /// [`CallbackReceiver`](crate::callback::CallbackReceiver) expect it: callbacks are not signed.
            ///
            /// Sent as `StatusCallback`.
            pub fn status_callback(mut self, url: voice_core::webhook::WebhookUrl) -> Self {
                self.common.status_callback = Some(url);
                self
            }

            /// What is reported: the end alone, and with few properties, unless set.
            ///
            /// Sent as `StatusCallbackEvents[0]`, `[1]` ….
            pub fn events(
                mut self,
                events: impl IntoIterator<Item = $crate::voice::CallEvent>,
            ) -> Self {
                self.common.events = Some(events.into_iter().collect());
                self
            }

            /// In what form it is reported; JSON unless set.
            ///
            /// Sent as `StatusCallbackContentType`.
            pub fn callback_format(mut self, format: $crate::voice::CallbackFormat) -> Self {
                self.common.callback_format = Some(format);
                self
            }

            /// Any parameter by its own name, sent last: for what Exotel adds before this crate knows it.
            pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
                self.common.more.push((name.into(), value.into()));
                self
            }
        }
    };
}

pub(crate) use common_setters;
