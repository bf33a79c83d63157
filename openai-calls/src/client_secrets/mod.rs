//! Client secrets: ephemeral keys (`ek_…`) for browsers and apps, each bound to a session.
//!
//! A secret may open several sessions until it expires, so it is to be kept like a key. Nothing here shows one in `Debug`, and
//! no error quotes one.
//!
//! Creating one is [`Repeat::Idempotent`](voice_core::retry::Repeat): a second one that nobody fetches opens nothing, costs
//! nothing and expires by itself, so that a lost answer need not fail a page that waits for it.

mod legacy;
mod lifetime;
mod request;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::Serialize;
use serde::de::DeserializeOwned;
use voice_core::client::{Client, Operation, Response};
use voice_core::error::Error;
use voice_core::retry::Repeat;
use voice_core::wire::Secret;

pub use self::legacy::LegacySession;
#[allow(deprecated, reason = "they are operations of the API all the same")]
pub use self::legacy::{LEGACY_SESSION, LEGACY_TRANSCRIPTION_SESSION};
pub use self::lifetime::{SecretLifetime, SecretLifetimeError};
pub use self::request::{NewClientSecret, NewTranslationSecret};

use crate::calls::checked;
use crate::wire::{JsonMap, model, secrets_of};

/// `POST /realtime/client_secrets`
pub static CREATE: Operation = Operation::post(
    "client_secrets.create",
    "/realtime/client_secrets",
    Repeat::Idempotent,
);
/// `POST /realtime/translations/client_secrets`
pub static CREATE_TRANSLATION: Operation = Operation::post(
    "client_secrets.create_translation",
    "/realtime/translations/client_secrets",
    Repeat::Idempotent,
);

/// Client secrets; from [`OpenAiClient::client_secrets`](crate::OpenAiClient::client_secrets).
#[derive(Debug, Clone, Copy)]
pub struct ClientSecrets<'a> {
    client: &'a Client,
}

impl<'a> ClientSecrets<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Creates a secret for a session that speaks or listens.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) before anything is sent if the session breaks a
    /// rule; otherwise the API's.
    pub async fn create(&self, request: &NewClientSecret) -> Result<Response<ClientSecret>, Error> {
        checked(&CREATE, request.check())?;
        self.send(&CREATE, request).await
    }

    /// Creates a secret for a session that interprets.
    ///
    /// # Errors
    /// As [`create`](Self::create).
    pub async fn create_translation(
        &self,
        request: &NewTranslationSecret,
    ) -> Result<Response<ClientSecret>, Error> {
        checked(&CREATE_TRANSLATION, request.check())?;
        self.send(&CREATE_TRANSLATION, request).await
    }

    async fn send<T: DeserializeOwned>(
        &self,
        operation: &Operation,
        body: &impl Serialize,
    ) -> Result<Response<T>, Error> {
        let request = self.client.request(operation).json(body);
        request.carries(&secrets_of(body)).send().await
    }
}

model! {
    /// A secret that was created.
    both ClientSecret {
        /// The secret itself, `ek_…`.
        value: Secret => "value",
        /// When it stops opening sessions, in Unix seconds. Sessions that are open then go on.
        expires_at: i64 => "expires_at",
        /// The session it opens, as the server completed it. Read it with `serde_json` as a
        /// [`Session`](crate::session::Session) or its kind.
        session: JsonMap => "session" quiet,
    }
}

impl ClientSecret {
    /// The secret itself.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`](voice_core::error::ErrorKind::Decode) for an answer without one, which the API does not give.
    pub fn secret(&self) -> Result<&Secret, Error> {
        self.value
            .as_ref()
            .ok_or_else(|| crate::missing(CREATE.name(), "value"))
    }

    /// When it stops opening sessions; `None` when the answer does not say.
    #[must_use]
    pub fn expires(&self) -> Option<SystemTime> {
        let seconds = u64::try_from(self.expires_at?).ok()?;
        UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
    }
}
