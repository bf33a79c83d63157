//! What a secret is asked for with.

use serde::Serialize;
use voice_core::error::Error;

use super::SecretLifetime;
use crate::session::{AnySession, TranslationSession};

/// A client secret to be created, for a session that speaks or listens.
///
/// ```
/// use openai_calls::client_secrets::{NewClientSecret, SecretLifetime};
/// use openai_calls::session::Session;
///
/// let request = NewClientSecret::new(Session::new("You sell flowers.")).lifetime(SecretLifetime::from_secs(60)?);
/// let body = serde_json::to_value(&request)?;
/// assert_eq!(body["expires_after"]["seconds"], 60);
/// assert_eq!(body["session"]["type"], "realtime");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct NewClientSecret {
    /// How long it opens sessions; 600 s unless set.
    #[serde(rename = "expires_after", skip_serializing_if = "Option::is_none")]
    pub lifetime: Option<SecretLifetime>,
    /// The session it opens; the API's default unless set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<AnySession>,
}

impl NewClientSecret {
    /// A secret for this session: a [`Session`](crate::session::Session) or a
    /// [`TranscriptionSession`](crate::session::TranscriptionSession).
    #[must_use]
    pub fn new(session: impl Into<AnySession>) -> Self {
        Self {
            session: Some(session.into()),
            lifetime: None,
        }
    }

    /// How long it opens sessions.
    #[must_use]
    pub fn lifetime(mut self, lifetime: SecretLifetime) -> Self {
        self.lifetime = Some(lifetime);
        self
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        self.session.as_ref().map_or(Ok(()), AnySession::check)
    }
}

/// A client secret to be created, for a session that interprets.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct NewTranslationSecret {
    /// How long it opens sessions; 600 s unless set.
    #[serde(rename = "expires_after", skip_serializing_if = "Option::is_none")]
    pub lifetime: Option<SecretLifetime>,
    /// The session it opens.
    pub session: TranslationSession,
}

impl NewTranslationSecret {
    /// A secret for this session.
    #[must_use]
    pub fn new(session: TranslationSession) -> Self {
        Self {
            session,
            lifetime: None,
        }
    }

    /// How long it opens sessions.
    #[must_use]
    pub fn lifetime(mut self, lifetime: SecretLifetime) -> Self {
        self.lifetime = Some(lifetime);
        self
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        self.session.check()
    }
}
