//! A credential, by its user.

use voice_core::client::{Operation, Response};
use voice_core::error::Error;

use super::ensure::{Before, Kind, Seen, ensure};
use super::explain::{CreateError, explain};
use super::look::{Asked, find};
use super::{Ensured, Mismatch};
use crate::client::ExotelClient;
use crate::credentials::{self, Credential, Credentials, NewCredential};
use crate::list::List;
use crate::types::TrunkSid;

/// A user of a trunk.
pub(crate) struct CredentialOf<'a> {
    pub(crate) client: &'a ExotelClient,
    pub(crate) trunk: &'a TrunkSid,
    pub(crate) credential: &'a NewCredential,
}

impl Kind for CredentialOf<'_> {
    type Item = Credential;

    const SERVER_REFUSES_A_SECOND: bool = false;

    fn operation(&self) -> &'static Operation {
        &credentials::CREATE
    }

    fn client(&self) -> &ExotelClient {
        self.client
    }

    async fn create(&self) -> Result<Response<Credential>, Error> {
        let credentials = self.client.trunk(self.trunk).credentials();
        credentials.create(self.credential).await
    }

    async fn look(&self, asked: &Asked) -> Result<Seen<Credential>, Error> {
        let list = List::new(self.client, &credentials::LIST).of(self.trunk);
        let wanted = self.credential.user_name.as_str();
        let found = find(list, asked, |entry: &Credential| {
            entry.user_name.as_deref() == Some(wanted)
        });
        Ok(found.await?.map_or(Seen::Absent, |entry| {
            let mut mismatches = vec![Mismatch::PasswordUnverified];
            let wanted = self.credential.friendly_name.as_ref();
            if let Some(wanted) = wanted
                && entry.friendly_name.as_deref() != Some(wanted.as_str())
            {
                mismatches.push(Mismatch::FriendlyName);
            }
            Seen::Here(entry, mismatches)
        }))
    }
}

impl Credentials<'_> {
    fn kind<'s>(&'s self, credential: &'s NewCredential) -> CredentialOf<'s> {
        CredentialOf {
            client: self.client,
            trunk: self.trunk,
            credential,
        }
    }

    /// Creates a credential unless its user is there. One that was there is always [`Ensured::Differs`] with
    /// [`Mismatch::PasswordUnverified`]: the API does not give passwords back. The list is read first, since the server may
    /// take a second one. See [`create_or_get`](crate::create_or_get).
    ///
    /// # Errors
    /// As for [`create`](Self::create).
    pub async fn create_or_get(
        &self,
        credential: &NewCredential,
    ) -> Result<Ensured<Credential>, Error> {
        credential.check()?;
        let before = Before::of::<CredentialOf<'_>>();
        ensure(&self.kind(credential), before, &Asked::default()).await
    }

    /// Creates a credential by one request; when the server refuses it as a duplicate, the error carries the one that is
    /// there. Nothing is looked for before: a server that takes a second one takes it.
    ///
    /// # Errors
    /// [`CreateError`] with the API's error. It is sent once, as by [`create`](Self::create).
    pub async fn create_or_explain(
        &self,
        credential: &NewCredential,
    ) -> Result<Response<Credential>, CreateError<Credential>> {
        let id = |entry: &Credential| Some(entry.id.as_ref()?.to_string());
        explain(&self.kind(credential), id).await
    }
}
