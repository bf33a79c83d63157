//! The form every voice webhook shares, and what kind of webhook it is.

use std::fmt;

use http::{HeaderMap, header};
use voice_core::ident::{AccountSid, CallSid};
use voice_core::webhook::WebhookRequest;

use super::{IDEMPOTENCY_HEADER, Params, url};
use crate::calls::{AnsweredBy, CallDirection, CallStatus};
use crate::types::Masked;

/// A webhook without the SID that names what it is about, or with one that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the webhook has no valid {0}")]
pub struct FormError(pub &'static str);

impl From<FormError> for voice_core::error::Error {
    fn from(error: FormError) -> Self {
        Self::new(voice_core::error::ErrorKind::Webhook, error.to_string()).with_source(error)
    }
}

/// Whether the body is said to be a form; parameters such as a charset are ignored.
pub(super) fn is_form(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|essence| {
            essence
                .trim()
                .eq_ignore_ascii_case("application/x-www-form-urlencoded")
        })
}

/// The parameters of a webhook: those of its form, or those of its query when it has no form.
pub(super) fn params_of(request: &WebhookRequest<'_>) -> Params {
    if is_form(request.headers) && !request.body.is_empty() {
        Params::parse(request.body)
    } else {
        Params::parse(url::query(request.url).as_bytes())
    }
}

/// The call a webhook is about.
pub(super) fn call_of(params: &Params) -> Result<CallSid, FormError> {
    params.parsed("CallSid").ok_or(FormError("CallSid"))
}

/// What happened, in Twilio's word where it has one: the event or the call's status; `recording-` and the recording's
/// status; `voice` for a request for TwiML.
pub(super) fn kind_of(params: &Params) -> String {
    const EVENTS: [&str; 4] = [
        "StatusCallbackEvent",
        "StreamEvent",
        "TranscriptionEvent",
        "SiprecEvent",
    ];
    if let Some(event) = EVENTS.iter().find_map(|name| params.filled(name)) {
        return event.to_owned();
    }
    if let Some(status) = params.filled("RecordingStatus") {
        return format!("recording-{status}");
    }
    let progress = params.get("CallbackSource").is_some() || params.get("SequenceNumber").is_some();
    match params.filled("CallStatus") {
        Some(status) if progress => status.to_owned(),
        Some(_) => "voice".to_owned(),
        None => "webhook".to_owned(),
    }
}

/// A key that every delivery of one webhook shares: Twilio's `I-Twilio-Idempotency-Token`, or else the call with the
/// number and status of the callback. `None` when there is neither.
#[must_use]
pub fn dedup_key(headers: &HeaderMap, params: &Params) -> Option<String> {
    let token = headers
        .get(IDEMPOTENCY_HEADER)
        .and_then(|value| value.to_str().ok());
    if let Some(token) = token.filter(|token| !token.is_empty()) {
        return Some(token.to_owned());
    }
    let (call, number) = (params.filled("CallSid")?, params.filled("SequenceNumber")?);
    Some(format!("{call}/{}/{number}", kind_of(params)))
}

macro_rules! accessors {
    ($($(#[$doc:meta])* $name:ident = $parameter:literal;)*) => {$(
        $(#[$doc])*
        #[must_use]
        pub fn $name(&self) -> Option<&str> {
            self.params.get($parameter)
        }
    )*};
}

pub(super) use accessors;

/// Declares a form that is about one call: the parameters, and what every such form says.
macro_rules! call_form {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name {
            call: CallSid,
            params: Params,
        }

        impl $name {
            /// Reads the parameters of a webhook whose signature was checked.
            ///
            /// # Errors
            /// [`FormError`] without a valid `CallSid`; nothing else is required.
            pub fn from_request(request: &WebhookRequest<'_>) -> Result<Self, FormError> {
                Self::new(params_of(request))
            }

            /// Takes parameters.
            ///
            /// # Errors
            /// [`FormError`] without a valid `CallSid`.
            pub fn new(params: Params) -> Result<Self, FormError> {
                let call = call_of(&params)?;
                Ok(Self { call, params })
            }

            /// The call.
            #[must_use]
            pub fn call_sid(&self) -> CallSid {
                self.call
            }

            /// The account.
            #[must_use]
            pub fn account_sid(&self) -> Option<AccountSid> {
                self.params.parsed("AccountSid")
            }

            /// Where the call came from.
            #[must_use]
            pub fn direction(&self) -> Option<CallDirection> {
                self.params
                    .filled("Direction")
                    .map(CallDirection::from_word)
            }

            /// The call that created this leg.
            #[must_use]
            pub fn parent_call_sid(&self) -> Option<CallSid> {
                self.params.parsed("ParentCallSid")
            }

            /// Everything that came.
            #[must_use]
            pub fn params(&self) -> &Params {
                &self.params
            }
        }
    };
}

pub(super) use call_form;

call_form! {
    /// A request for TwiML: somebody called a number of the account, or a call that was placed is answered, or a verb's
    /// action is due.
    ///
    /// Every parameter that came is in [`params`](Self::params), known here or not; absent and empty are different things.
    VoiceRequest
}

impl VoiceRequest {
    /// How far the call is.
    #[must_use]
    pub fn status(&self) -> Option<CallStatus> {
        self.params.filled("CallStatus").map(CallStatus::from_word)
    }

    /// Who answered, if that was to be detected.
    #[must_use]
    pub fn answered_by(&self) -> Option<AnsweredBy> {
        self.params.filled("AnsweredBy").map(AnsweredBy::from_word)
    }

    accessors! {
        /// Who calls. Personal.
        from = "From";
        /// Who is called. Personal.
        to = "To";
        /// The number the call was forwarded from. Personal.
        forwarded_from = "ForwardedFrom";
        /// The caller's name, where lookup is on. Personal.
        caller_name = "CallerName";
        /// Keys that were pressed, after `<Gather>` or `<Record>`. Personal, perhaps secret.
        digits = "Digits";
        /// What was said, after `<Gather>`. Personal.
        speech = "SpeechResult";
        /// How far the caller id is attested (STIR/SHAKEN), such as `TN-Validation-Passed-A`.
        stir_verstat = "StirVerstat";
        /// How the leg that `<Dial>` rang ended.
        dial_status = "DialCallStatus";
        /// Why a fallback URL is asked: the error's code.
        error_code = "ErrorCode";
        /// Why a fallback URL is asked: the URL that failed.
        error_url = "ErrorUrl";
    }
}

impl fmt::Debug for VoiceRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VoiceRequest")
            .field("call_sid", &self.call)
            .field("status", &self.status())
            .field("from", &self.from().map(Masked))
            .field("to", &self.to().map(Masked))
            .field("params", &self.params)
            .finish()
    }
}
