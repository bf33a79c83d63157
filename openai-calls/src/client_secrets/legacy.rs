//! The two operations of the beta that client secrets have replaced. They are here so that the API is covered whole.
#![allow(deprecated, reason = "this is where the deprecated is defined")]

use serde_json::{Map, Value};
use voice_core::client::{Operation, Response};
use voice_core::error::Error;
use voice_core::retry::Repeat;
use voice_core::wire::Secret;

use super::{ClientSecret, ClientSecrets};
use crate::wire::model;

/// `POST /realtime/sessions`
pub static LEGACY_SESSION: Operation = Operation::post(
    "client_secrets.legacy_session",
    "/realtime/sessions",
    Repeat::Idempotent,
);
/// `POST /realtime/transcription_sessions`
pub static LEGACY_TRANSCRIPTION_SESSION: Operation = Operation::post(
    "client_secrets.legacy_transcription_session",
    "/realtime/transcription_sessions",
    Repeat::Idempotent,
);

impl ClientSecrets<'_> {
    /// Creates a session of the beta, and a secret that opens it. The body is the beta's own flat form.
    ///
    /// # Errors
    /// The API's.
    #[deprecated = "of the beta; use create()"]
    pub async fn legacy_session(
        &self,
        session: &Map<String, Value>,
    ) -> Result<Response<LegacySession>, Error> {
        self.send(&LEGACY_SESSION, session).await
    }

    /// Creates a transcription session of the beta, and a secret that opens it.
    ///
    /// # Errors
    /// The API's.
    #[deprecated = "of the beta; use create() with a TranscriptionSession"]
    pub async fn legacy_transcription_session(
        &self,
        session: &Map<String, Value>,
    ) -> Result<Response<LegacySession>, Error> {
        self.send(&LEGACY_TRANSCRIPTION_SESSION, session).await
    }
}

model! {
    /// A session of the beta; what it is made of is in `extra`.
    both LegacySession {
        /// Its id.
        id: String => "id",
        /// The secret that opens it.
        client_secret: ClientSecret => "client_secret",
    }
}

impl LegacySession {
    /// The secret that opens it.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`](voice_core::error::ErrorKind::Decode) for an answer without one.
    pub fn secret(&self) -> Result<&Secret, Error> {
        let secret = self.client_secret.as_ref();
        let secret = secret.and_then(|secret| secret.value.as_ref());
        secret.ok_or_else(|| crate::missing(LEGACY_SESSION.name(), "client_secret"))
    }
}
