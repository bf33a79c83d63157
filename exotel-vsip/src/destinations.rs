//! Destinations of a trunk: where it sends calls.

use serde::Serialize;
use voice_core::client::{Operation, Page, Pager, Response};
use voice_core::error::Error;
use voice_core::ident::SipDestination;
use voice_core::retry::Repeat;

use crate::batch::BatchOutcome;
use crate::check::Problems;
use crate::client::ExotelClient;
use crate::envelope::{BatchBody, Deleted, Single};
use crate::list::{List, Paging};
use crate::types::{ApiTime, DestinationId, DestinationType, TrunkSid};

/// `POST /trunks/{trunk_sid}/destination-uris`: a batch.
pub static ADD: Operation = Operation::post(
    "destination_uris.add",
    "/v2/accounts/{account_sid}/trunks/{trunk_sid}/destination-uris",
    Repeat::Once,
);
/// `GET /trunks/{trunk_sid}/destination-uris`
pub static LIST: Operation = Operation::get(
    "destination_uris.list",
    "/v2/accounts/{account_sid}/trunks/{trunk_sid}/destination-uris",
);
/// `PUT /trunks/{trunk_sid}/destination-uris/{id}`
pub static UPDATE: Operation = Operation::put(
    "destination_uris.update",
    "/v2/accounts/{account_sid}/trunks/{trunk_sid}/destination-uris/{id}",
);
/// `DELETE /trunks/{trunk_sid}/destination-uris?id=…`: the id stands in the query.
pub static REMOVE: Operation = Operation::delete(
    "destination_uris.remove",
    "/v2/accounts/{account_sid}/trunks/{trunk_sid}/destination-uris",
);

resource! {
    /// A destination of a trunk.
    DestinationUri, "destination_uris", ["id" "destination"] {
        /// Its id.
        id: DestinationId => "id" | "sid";
        /// Where it leads, with the `sip:` that the server puts before it.
        destination: String => "destination";
        /// What kind it is.
        kind: DestinationType => "type";
        /// Its priority: lower ones are tried first; 0 unless set.
        priority: i64 => "priority";
        /// Its weight among those of one priority: higher ones take more; 1 unless set.
        weight: i64 => "weight";
        /// The trunk.
        trunk_sid: TrunkSid => "trunk_sid";
        /// When it was made.
        date_created: ApiTime => "date_created" | "created_at";
        /// When it was changed last.
        date_updated: ApiTime => "date_updated" | "updated_at";
    }
}

impl DestinationUri {
    /// Its id.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`](voice_core::error::ErrorKind::Decode) when the answer had none.
    pub fn id(&self) -> Result<&DestinationId, Error> {
        self.id
            .as_ref()
            .ok_or_else(|| crate::missing("destination_uris", "id"))
    }

    /// Whether it leads to `wanted`: compared without `sip:`, and without regard to case.
    #[must_use]
    pub fn leads_to(&self, wanted: &SipDestination) -> bool {
        let Some(own) = self.destination.as_deref() else {
            return false;
        };
        let bare = match own.split_at_checked(4) {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("sip:") => rest,
            _ => own,
        };
        bare.eq_ignore_ascii_case(wanted.wire()) || bare.eq_ignore_ascii_case(wanted.as_str())
    }
}

/// A change of a destination: what is not set stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DestinationUpdate {
    /// Lower ones are tried first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<u32>,
    /// Higher ones take more of the calls of one priority.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<u32>,
}

impl DestinationUpdate {
    /// A change of nothing so far.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Lower ones are tried first.
    #[must_use]
    pub fn priority(mut self, priority: u32) -> Self {
        self.priority = Some(priority);
        self
    }

    /// Higher ones take more of the calls of one priority.
    #[must_use]
    pub fn weight(mut self, weight: u32) -> Self {
        self.weight = Some(weight);
        self
    }
}

#[derive(Serialize)]
struct AddBody<'a> {
    destinations: Vec<AddItem<'a>>,
}

#[derive(Serialize)]
struct AddItem<'a> {
    destination: &'a str,
}

/// The destinations of one trunk; from [`TrunkParts::destinations`](crate::TrunkParts::destinations).
///
/// An address must be on the trunk's access list first, a host name need not. One that the public internet cannot reach is
/// refused by the server; here it is a warning, or an error with
/// [`AddressCheck::Refuse`](crate::AddressCheck::Refuse).
#[derive(Debug, Clone, Copy)]
pub struct Destinations<'a> {
    pub(crate) client: &'a ExotelClient,
    pub(crate) trunk: &'a TrunkSid,
}

impl<'a> Destinations<'a> {
    pub(crate) fn new(client: &'a ExotelClient, trunk: &'a TrunkSid) -> Self {
        Self { client, trunk }
    }

    /// Adds several destinations, each with its own outcome. It is sent once: after an unknown outcome read the list before
    /// adding any of them again.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) before anything is sent for none at all; the API's when it refuses the batch as a
    /// whole. Failures of single items are in the outcome.
    pub async fn add(
        &self,
        destinations: &[SipDestination],
    ) -> Result<Response<BatchOutcome<DestinationUri>>, Error> {
        let mut problems = Problems::default();
        problems.rule(
            destinations.is_empty(),
            "destinations",
            "must be at least one",
        );
        for (at, destination) in destinations.iter().enumerate() {
            problems.destination(
                &format!("destinations.{at}.destination"),
                destination,
                self.client.address_check(),
                &ADD,
            );
        }
        problems.finish(&ADD)?;
        let items = destinations.iter().map(|destination| AddItem {
            destination: destination.wire(),
        });
        let body = AddBody {
            destinations: items.collect(),
        };
        let request = self.client.request(&ADD).path("trunk_sid", self.trunk);
        let answer = request.json(&body).send::<BatchBody<_>>().await?;
        Ok(answer.map(|read| read.0.of_sent(destinations.len())))
    }

    /// Adds one destination.
    ///
    /// # Errors
    /// As for [`add`](Self::add), and the failure of the one item.
    pub async fn add_one(
        &self,
        destination: &SipDestination,
    ) -> Result<Response<DestinationUri>, Error> {
        let answer = self.add(std::slice::from_ref(destination)).await?;
        crate::batch::only(answer, &ADD)
    }

    /// All destinations, as a stream that fetches page after page.
    pub fn list(&self, paging: &Paging) -> Pager<'static, DestinationUri> {
        self.listed(paging).pager()
    }

    /// One page of them.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) before anything is sent for a page size of 0; otherwise the API's.
    pub async fn page(&self, paging: &Paging) -> Result<Response<Page<DestinationUri>>, Error> {
        self.listed(paging).page().await
    }

    fn listed(&self, paging: &Paging) -> List {
        List::new(self.client, &LIST).of(self.trunk).paging(paging)
    }

    /// Changes priority or weight.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) before anything is sent when it sets nothing; otherwise the API's.
    pub async fn update(
        &self,
        id: &DestinationId,
        change: &DestinationUpdate,
    ) -> Result<Response<DestinationUri>, Error> {
        let mut problems = Problems::default();
        let sets_nothing = *change == DestinationUpdate::default();
        problems.rule(sets_nothing, "body", "the change sets nothing");
        problems.finish(&UPDATE)?;
        let request = self
            .client
            .request(&UPDATE)
            .path("trunk_sid", self.trunk)
            .path("id", id);
        let answer = request
            .json(change)
            .send::<Single<DestinationUri>>()
            .await?;
        Ok(answer.map(|read| read.0))
    }

    /// Takes a destination away. Gives it as far as the answer holds it.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there is none, unless an earlier try of the same call may have taken it away.
    pub async fn remove(
        &self,
        id: &DestinationId,
    ) -> Result<Response<Option<DestinationUri>>, Error> {
        let request = self.client.request(&REMOVE).path("trunk_sid", self.trunk);
        let answer = request.query("id", id).send_raw().await?;
        Ok(answer.map(|body| Deleted::read(&body).0))
    }
}
