//! A destination, by where it leads.

use voice_core::client::{Operation, Response};
use voice_core::error::Error;
use voice_core::ident::SipDestination;

use super::Ensured;
use super::ensure::{Before, Kind, Seen, ensure};
use super::explain::{CreateError, explain};
use super::look::{Asked, find};
use crate::client::ExotelClient;
use crate::destinations::{self, DestinationUri, Destinations};
use crate::list::List;
use crate::types::TrunkSid;

/// A destination of a trunk.
pub(crate) struct DestinationOf<'a> {
    pub(crate) client: &'a ExotelClient,
    pub(crate) trunk: &'a TrunkSid,
    pub(crate) destination: &'a SipDestination,
}

impl Kind for DestinationOf<'_> {
    type Item = DestinationUri;

    const SERVER_REFUSES_A_SECOND: bool = false;

    fn operation(&self) -> &'static Operation {
        &destinations::ADD
    }

    fn client(&self) -> &ExotelClient {
        self.client
    }

    async fn create(&self) -> Result<Response<DestinationUri>, Error> {
        let destinations = self.client.trunk(self.trunk).destinations();
        destinations.add_one(self.destination).await
    }

    async fn look(&self, asked: &Asked) -> Result<Seen<DestinationUri>, Error> {
        let list = List::new(self.client, &destinations::LIST).of(self.trunk);
        let wanted = self.destination;
        let found = find(list, asked, |entry: &DestinationUri| entry.leads_to(wanted));
        Ok(found
            .await?
            .map_or(Seen::Absent, |entry| Seen::Here(entry, Vec::new())))
    }
}

impl Destinations<'_> {
    fn kind<'s>(&'s self, destination: &'s SipDestination) -> DestinationOf<'s> {
        DestinationOf {
            client: self.client,
            trunk: self.trunk,
            destination,
        }
    }

    /// Adds a destination unless it is there, whatever its priority and weight. The list is read first, since the server may
    /// take a second one. See [`create_or_get`](crate::create_or_get).
    ///
    /// # Errors
    /// As for [`add_one`](Self::add_one).
    pub async fn create_or_get(
        &self,
        destination: &SipDestination,
    ) -> Result<Ensured<DestinationUri>, Error> {
        let before = Before::of::<DestinationOf<'_>>();
        ensure(&self.kind(destination), before, &Asked::default()).await
    }

    /// Adds a destination by one request; when the server refuses it as a duplicate, the error carries the one that is
    /// there. Nothing is looked for before: a server that takes a second one takes it.
    ///
    /// # Errors
    /// [`CreateError`] with the API's error. It is sent once, as by [`add_one`](Self::add_one).
    pub async fn create_or_explain(
        &self,
        destination: &SipDestination,
    ) -> Result<Response<DestinationUri>, CreateError<DestinationUri>> {
        let id = |entry: &DestinationUri| Some(entry.id.as_ref()?.to_string());
        explain(&self.kind(destination), id).await
    }
}
