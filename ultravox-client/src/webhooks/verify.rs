//! Checks `X-Ultravox-Webhook-Signature`.

use std::fmt;

use http::HeaderName;
use secrecy::SecretString;
use serde_json::Value;
use voice_core::clock::SharedClock;
use voice_core::error::Error;
use voice_core::provider::CallId;
use voice_core::webhook::{ReplayWindow, Scheme, WebhookError, WebhookEvent, WebhookRequest};

use super::event::{self, Event, dedup_key};
use super::signed::Signed;
use super::{SipFallbackRequest, Verified};
use crate::PROVIDER;

/// The header the signatures stand in: lower-case hex, several apart by commas.
pub const SIGNATURE_HEADER: &str = "x-ultravox-webhook-signature";
/// The header with the time it was sent, which is signed as it stands there.
pub const TIMESTAMP_HEADER: &str = "x-ultravox-webhook-timestamp";

// Read once, not for every webhook.
static SIGNATURE: HeaderName = HeaderName::from_static(SIGNATURE_HEADER);
static TIMESTAMP: HeaderName = HeaderName::from_static(TIMESTAMP_HEADER);

/// The `X-Ultravox-Webhook-Signature` of a body that is sent at `timestamp`: HMAC-SHA256 over the body and then the
/// timestamp, nothing between them. For simulators and tests of one's own routes; [`WebhookVerifier`] verifies.
///
/// ```
/// use ultravox_client::webhooks::sign;
///
/// let body = br#"{"event":"call.ended","call":{"callId":"3c90c3cc-0d44-4b50-8888-8dd25736052a","endReason":"hangup"}}"#;
/// assert_eq!(
///     sign("test-webhook-secret", body, "2026-01-02T03:04:05.678901+00:00"),
///     "258557090a54cef5d1714facc8ef29c84654e44dabc822a72ceb97ad987e5768",
/// );
/// ```
#[must_use]
pub fn sign(secret: &str, body: &[u8], timestamp: &str) -> String {
    Scheme::HmacSha256Hex.sign(secret.as_bytes(), &[body, timestamp.as_bytes()])
}

/// Proves that a webhook comes from Ultravox, and lately.
///
/// A webhook is good when any of its signatures was made by any of the secrets. Both ends may have several: to change a
/// secret without a gap, give the verifier the old and the new one, then change the webhook, then take the old one away.
///
/// The signed timestamp may be [`DEFAULT_WINDOW`](super::DEFAULT_WINDOW) from now, either way; it is read with an offset,
/// with `Z`, or with neither, which is UTC.
#[derive(Clone)]
pub struct WebhookVerifier(Signed);

impl WebhookVerifier {
    /// Checks with one secret.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](voice_core::error::ErrorKind::Config) when it is empty or blank: anybody could sign with it.
    pub fn new(secret: impl Into<SecretString>) -> Result<Self, Error> {
        Self::with_secrets([secret.into()])
    }

    /// Checks with several secrets, any of which may have signed.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](voice_core::error::ErrorKind::Config) when there is none, or one is empty or blank.
    pub fn with_secrets(secrets: impl IntoIterator<Item = SecretString>) -> Result<Self, Error> {
        Signed::new("webhook", secrets).map(Self)
    }

    /// Another window for the signed timestamp; its bounds count in whole seconds.
    #[must_use]
    pub fn window(mut self, window: ReplayWindow) -> Self {
        self.0.window = window;
        self
    }

    /// Another clock; the system's unless set.
    #[must_use]
    pub fn clock(mut self, clock: SharedClock) -> Self {
        self.0.clock = clock;
        self
    }

    /// Checks signature and time, and reads nothing of the body.
    ///
    /// # Errors
    /// [`WebhookError::MissingHeader`], [`WebhookError::Malformed`], [`WebhookError::BadSignature`]; when the signature is
    /// good, [`WebhookError::TooOld`] or [`WebhookError::TooNew`].
    pub fn check(&self, request: &WebhookRequest<'_>) -> Result<Verified, WebhookError> {
        self.0
            .check(request.headers, &SIGNATURE, &TIMESTAMP, request.body)
    }

    /// Checks a webhook, a callback of one call or a webhook of a batch, and reads it.
    ///
    /// # Errors
    /// Those of [`check`](Self::check), and [`WebhookError::Unreadable`] when the body is not of the documented form. The
    /// error names the field and quotes nothing.
    pub fn event(&self, request: &WebhookRequest<'_>) -> Result<Event, WebhookError> {
        self.check(request)?;
        Event::parse(request.body)
    }

    /// Checks the request that asks what to do with an incoming SIP call. Answer it with a
    /// [`SipFallbackReply`](super::SipFallbackReply), promptly: the caller waits.
    ///
    /// # Errors
    /// Those of [`check`](Self::check).
    pub fn sip_fallback(
        &self,
        request: &WebhookRequest<'_>,
    ) -> Result<SipFallbackRequest, WebhookError> {
        self.check(request)?;
        Ok(SipFallbackRequest::read(request.body))
    }
}

/// Reads less than [`WebhookVerifier::event`]: any JSON object with an `event` will do.
impl voice_core::provider::WebhookVerifier for WebhookVerifier {
    fn verify(&self, request: &WebhookRequest<'_>) -> Result<WebhookEvent, WebhookError> {
        self.check(request)?;
        let (kind, payload) = event::outline(request.body)?;
        let call = payload
            .get("call")
            .and_then(|call| call.get("callId"))
            .and_then(Value::as_str)
            .and_then(|id| CallId::new(id).ok());
        let key = call.as_ref().map(|call| dedup_key(&kind, call));
        Ok(WebhookEvent::new(PROVIDER, kind, Value::Object(payload))
            .with_dedup_key(key)
            .with_call(call))
    }
}

impl fmt::Debug for WebhookVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WebhookVerifier({:?})", self.0)
    }
}
