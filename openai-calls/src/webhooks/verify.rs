//! Signature first, reading after.

use std::time::SystemTime;

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use voice_core::clock::SharedClock;
use voice_core::config::Environment;
use voice_core::error::Error;
use voice_core::provider::{InboundNotice, InboundSource, WebhookVerifier};
use voice_core::webhook::standard::{SigningKey, StandardWebhooks, Verified};
use voice_core::webhook::{ReplayWindow, WebhookError, WebhookEvent, WebhookRequest};

use super::event::Event;
use super::outline::Outline;
use crate::PROVIDER;

/// The environment variable with the secret, or several apart by commas.
pub const SECRET_VARIABLE: &str = "OPENAI_WEBHOOK_SECRET";

/// Proves that webhooks come from OpenAI, and reads them.
///
/// It takes several secrets, since after a rotation the old one may go on signing for 24 h. Timestamps may be 300 s from now,
/// either way.
#[derive(Debug, Clone)]
pub struct OpenAiWebhooks(StandardWebhooks);

/// A webhook that is genuine.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Delivery {
    /// The id that repeated deliveries share (`wh_…`).
    pub webhook_id: String,
    /// When this delivery was sent.
    pub sent: SystemTime,
    /// What it says.
    pub event: Event,
}

impl OpenAiWebhooks {
    /// Checks with one secret, in the form the dashboard gives it: `whsec_` and base64. A text without that prefix is the
    /// key as it stands, as in OpenAI's own libraries.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](voice_core::error::ErrorKind::Config) when it is empty, blank or nothing but the prefix, since
    /// anybody could sign with it, or when it has the prefix and is not base64.
    pub fn new(secret: impl Into<SecretString>) -> Result<Self, Error> {
        Self::with_secrets([secret.into()])
    }

    /// Checks with several secrets, any of which may have signed.
    ///
    /// # Errors
    /// As [`new`](Self::new), and when there is none.
    pub fn with_secrets(secrets: impl IntoIterator<Item = SecretString>) -> Result<Self, Error> {
        let keys: Result<Vec<SigningKey>, Error> = secrets
            .into_iter()
            .map(|secret| SigningKey::from_text(secret.expose_secret()))
            .collect();
        keys.and_then(Self::with_keys).map_err(named)
    }

    /// Checks with keys whose form is settled.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](voice_core::error::ErrorKind::Config) when there is none.
    pub fn with_keys(keys: impl IntoIterator<Item = SigningKey>) -> Result<Self, Error> {
        StandardWebhooks::new(keys).map(Self).map_err(named)
    }

    /// Checks with the secrets in [`OPENAI_WEBHOOK_SECRET`](SECRET_VARIABLE), apart by commas.
    ///
    /// # Errors
    /// When it is not set, or one of them is no secret.
    pub fn from_env() -> Result<Self, Error> {
        Self::from_environment(&Environment::process())
    }

    /// The same with settings from elsewhere.
    ///
    /// ```
    /// use openai_calls::webhooks::OpenAiWebhooks;
    /// use voice_core::config::Environment;
    ///
    /// let both = [("OPENAI_WEBHOOK_SECRET", "whsec_bmV3LXNlY3JldA==,whsec_b2xkLXNlY3JldA==")];
    /// OpenAiWebhooks::from_environment(&Environment::from_pairs(both))?;
    /// assert!(OpenAiWebhooks::from_environment(&Environment::from_pairs([("A", "b")])).is_err());
    /// # Ok::<(), voice_core::error::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`from_env`](Self::from_env).
    pub fn from_environment(environment: &Environment) -> Result<Self, Error> {
        let mut reader = environment.reader(PROVIDER);
        let mut keys = Vec::new();
        if let Some(secrets) = reader.secret(&[SECRET_VARIABLE]) {
            for secret in secrets.expose_secret().split(',') {
                match SigningKey::from_text(secret.trim()) {
                    Ok(key) => keys.push(key),
                    Err(error) => reader.malformed(SECRET_VARIABLE, error.message()),
                }
            }
        }
        reader.finish()?;
        Self::with_keys(keys)
    }

    /// Another window for the timestamp; bounds are inclusive, in whole seconds.
    #[must_use]
    pub fn window(self, window: ReplayWindow) -> Self {
        Self(self.0.window(window))
    }

    /// Another clock; the system's unless set.
    #[must_use]
    pub fn clock(self, clock: SharedClock) -> Self {
        Self(self.0.clock(clock))
    }

    /// Checks signature and time, and reads nothing of the body.
    ///
    /// # Errors
    /// Those of [`StandardWebhooks::check`].
    pub fn check(&self, request: &WebhookRequest<'_>) -> Result<Verified, WebhookError> {
        self.0.check(request)
    }

    /// Checks a webhook and reads it.
    ///
    /// # Errors
    /// Those of [`check`](Self::check), and [`WebhookError::Unreadable`] when the body is not of the documented form. The
    /// error names the field and quotes nothing.
    pub fn event(&self, request: &WebhookRequest<'_>) -> Result<Delivery, WebhookError> {
        let verified = self.check(request)?;
        Ok(Delivery {
            webhook_id: verified.id,
            sent: verified.sent,
            event: Event::parse(request.body)?,
        })
    }
}

fn named(error: Error) -> Error {
    error.with_operation(PROVIDER, "webhook")
}

/// Reads less than [`OpenAiWebhooks::event`]: any JSON object with a `type` will do.
impl WebhookVerifier for OpenAiWebhooks {
    fn verify(&self, request: &WebhookRequest<'_>) -> Result<WebhookEvent, WebhookError> {
        let verified = self.check(request)?;
        let outline = Outline::read(request.body)?;
        let call = outline.call();
        let payload = Value::Object(outline.fields);
        Ok(WebhookEvent::new(PROVIDER, outline.kind, payload)
            .with_dedup_key(Some(verified.id))
            .with_call(call))
    }
}

/// Reads only what a ringing call needs, so that no odd field elsewhere loses a caller.
impl InboundSource for OpenAiWebhooks {
    fn read(&self, request: &WebhookRequest<'_>) -> Result<InboundNotice, WebhookError> {
        let verified = self.check(request)?;
        let outline = Outline::read(request.body)?;
        let event = outline.inbound();
        let id = Some(verified.id);
        Ok(InboundNotice::new(PROVIDER, id, outline.kind, event))
    }
}
