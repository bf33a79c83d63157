//! What every webhook has: a content type, a kind, and a key by which a repeated delivery is known.

use http::{HeaderMap, header};
use voice_core::webhook::WebhookRequest;

use super::forms::{FormKind, Numbered};
use super::{IDEMPOTENCY_HEADER, Params};

/// A webhook without the SID that names what it is about, or with one that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the webhook has no valid {0}")]
pub struct FormError(pub &'static str);

impl From<FormError> for voice_core::error::Error {
    fn from(error: FormError) -> Self {
        Self::new(voice_core::error::ErrorKind::Webhook, error.to_string()).with_source(error)
    }
}

/// Whether there is a form to read.
pub(super) fn has_form(request: &WebhookRequest<'_>) -> bool {
    !request.body.is_empty() && is_form(request.headers)
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

/// What happened, in Twilio's word where it has one: the event or the call's status; `recording-` and the recording's
/// status; `voice` for a request for TwiML; else the name of the form, and `webhook` for what is none.
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
    let Some(kind) = FormKind::of(params) else {
        return "webhook".to_owned();
    };
    match params.filled("CallStatus") {
        Some(status) if kind == FormKind::StatusCallback => status.to_owned(),
        _ if kind.wants_twiml() => "voice".to_owned(),
        _ => kind.info().name().to_lowercase().replace(' ', "-"),
    }
}

/// A key that every delivery of one webhook shares, to tell a repeated delivery from a new one.
///
/// It is Twilio's `I-Twilio-Idempotency-Token`, which is the same on every retry of one webhook and another on the next.
/// Where it is missing, for instance because a proxy drops it, it is what the callback is about with its kind and number:
/// `CallSid` and `SequenceNumber` for the progress of a call, `ConferenceSid` and `SequenceNumber` for the events of a
/// conference, `TranscriptionSid` and `SequenceId` for real-time transcription. Other forms are not numbered, or begin
/// anew within a call; for them there is no key without the token, and the answer is `None`.
///
/// The header is not signed. Someone who replays a captured webhook can give it a new token, so whoever has to withstand
/// that uses [`sequence_key`], which is made of what is signed.
///
/// ```
/// use http::HeaderMap;
/// use twilio_client::webhook::{IDEMPOTENCY_HEADER, Params, dedup_key};
///
/// let body = b"CallSid=CA0123456789abcdef0123456789abcdef&CallStatus=ringing&SequenceNumber=1";
/// let params = Params::parse(body);
/// let mut headers = HeaderMap::new();
/// assert_eq!(dedup_key(&headers, &params).as_deref(), Some("CA0123456789abcdef0123456789abcdef/ringing/1"));
///
/// headers.insert(IDEMPOTENCY_HEADER, "f81d4fae-7dec".parse()?);
/// assert_eq!(dedup_key(&headers, &params).as_deref(), Some("f81d4fae-7dec"));
/// # Ok::<(), http::header::InvalidHeaderValue>(())
/// ```
#[must_use]
pub fn dedup_key(headers: &HeaderMap, params: &Params) -> Option<String> {
    let token = headers
        .get(IDEMPOTENCY_HEADER)
        .and_then(|value| value.to_str().ok());
    match token.filter(|token| !token.is_empty()) {
        Some(token) => Some(token.to_owned()),
        None => sequence_key(params),
    }
}

/// The key of a numbered callback, out of what is signed: what it is about, its kind, its number. `None` for a callback
/// that is not numbered.
#[must_use]
pub fn sequence_key(params: &Params) -> Option<String> {
    let Numbered { about, number } = Numbered::of(params)?;
    Some(format!("{about}/{}/{number}", kind_of(params)))
}
