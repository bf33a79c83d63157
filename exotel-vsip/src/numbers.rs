//! Numbers of a trunk: map, list, set the mode, unmap.

use serde::Serialize;
use voice_core::client::{Operation, Page, Pager, Response};
use voice_core::error::Error;
use voice_core::ident::E164;
use voice_core::retry::Repeat;

use crate::check::Problems;
use crate::client::ExotelClient;
use crate::envelope::{Deleted, Single};
use crate::list::{List, Paging};
use crate::types::{ApiTime, NumberMode, PhoneNumberId, TrunkSid};

/// `POST /trunks/{trunk_sid}/phone-numbers`: a number that is mapped is refused with 1008.
pub static MAP: Operation = Operation::post(
    "phone_numbers.map",
    "/v2/accounts/{account_sid}/trunks/{trunk_sid}/phone-numbers",
    Repeat::Once,
);
/// `GET /trunks/{trunk_sid}/phone-numbers`
pub static LIST: Operation = Operation::get(
    "phone_numbers.list",
    "/v2/accounts/{account_sid}/trunks/{trunk_sid}/phone-numbers",
);
/// `PUT /trunks/{trunk_sid}/phone-numbers/{id}`
pub static UPDATE_MODE: Operation = Operation::put(
    "phone_numbers.update_mode",
    "/v2/accounts/{account_sid}/trunks/{trunk_sid}/phone-numbers/{id}",
);
/// `DELETE /trunks/{trunk_sid}/phone-numbers?id=…`: the id stands in the query.
pub static UNMAP: Operation = Operation::delete(
    "phone_numbers.unmap",
    "/v2/accounts/{account_sid}/trunks/{trunk_sid}/phone-numbers",
);

resource! {
    /// A number mapped to a trunk.
    PhoneNumber, "phone_numbers", ["id" "phone_number"] {
        /// The mapping's id; never the number.
        id: PhoneNumberId => "id" | "sid";
        /// The number.
        phone_number: String => "phone_number";
        /// The trunk.
        trunk_sid: TrunkSid => "trunk_sid";
        /// What becomes of its calls; see [`effective_mode`](PhoneNumber::effective_mode).
        mode: NumberMode => "mode";
        /// When it was mapped.
        date_created: ApiTime => "date_created" | "created_at";
        /// When it was changed last.
        date_updated: ApiTime => "date_updated" | "updated_at";
    }
}

impl PhoneNumber {
    /// The mapping's id.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`](voice_core::error::ErrorKind::Decode) when the answer had none.
    pub fn id(&self) -> Result<&PhoneNumberId, Error> {
        self.id
            .as_ref()
            .ok_or_else(|| crate::missing("phone_numbers", "id"))
    }

    /// The number; `None` when the answer had none that is E.164.
    #[must_use]
    pub fn number(&self) -> Option<E164> {
        E164::parse(self.phone_number.as_deref()?).ok()
    }

    /// The mode, and `pstn` where the answer has none: that is what a mapping made without one is.
    #[must_use]
    pub fn effective_mode(&self) -> NumberMode {
        self.mode.clone().unwrap_or(NumberMode::Pstn)
    }
}

/// A number to be mapped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct MapNumber {
    /// The number.
    pub phone_number: E164,
    /// What becomes of its calls; `pstn` at the server unless set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<NumberMode>,
}

impl MapNumber {
    /// This number, in the mode that is the server's own (`pstn`).
    #[must_use]
    pub fn new(phone_number: E164) -> Self {
        Self {
            phone_number,
            mode: None,
        }
    }

    /// In this mode.
    #[must_use]
    pub fn mode(mut self, mode: NumberMode) -> Self {
        self.mode = Some(mode);
        self
    }
}

pub(crate) fn check_mode(mode: Option<&NumberMode>, operation: &Operation) -> Result<(), Error> {
    let mut problems = Problems::default();
    let unknown = matches!(mode, Some(NumberMode::Other(_)));
    problems.rule(unknown, "mode", "must be pstn or flow, in lower case");
    problems.finish(operation)
}

#[derive(Serialize)]
struct ModeBody<'a> {
    phone_number: &'a E164,
    mode: &'a NumberMode,
}

/// The numbers of one trunk; from [`TrunkParts::phone_numbers`](crate::TrunkParts::phone_numbers).
#[derive(Debug, Clone, Copy)]
pub struct PhoneNumbers<'a> {
    pub(crate) client: &'a ExotelClient,
    pub(crate) trunk: &'a TrunkSid,
}

impl<'a> PhoneNumbers<'a> {
    pub(crate) fn new(client: &'a ExotelClient, trunk: &'a TrunkSid) -> Self {
        Self { client, trunk }
    }

    /// Maps a number. It is sent once: after an unknown outcome look for the number in the list before mapping it again.
    ///
    /// # Errors
    /// [`ErrorKind::AlreadyExists`](voice_core::error::ErrorKind::AlreadyExists) (code 1008) when the number is mapped, to
    /// this trunk or to another: [`TrunkMaps::lookup`](crate::trunk_maps::TrunkMaps::lookup) tells which.
    pub async fn map(&self, number: &MapNumber) -> Result<Response<PhoneNumber>, Error> {
        check_mode(number.mode.as_ref(), &MAP)?;
        let request = self.client.request(&MAP).path("trunk_sid", self.trunk);
        let answer = request.json(number).send::<Single<PhoneNumber>>().await?;
        Ok(answer.map(|read| read.0))
    }

    /// All numbers, as a stream that fetches page after page.
    pub fn list(&self, paging: &Paging) -> Pager<'static, PhoneNumber> {
        self.listed(paging).pager()
    }

    /// One page of them.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) before anything is sent for a page size of
    /// 0; otherwise the API's.
    pub async fn page(&self, paging: &Paging) -> Result<Response<Page<PhoneNumber>>, Error> {
        self.listed(paging).page().await
    }

    fn listed(&self, paging: &Paging) -> List {
        List::new(self.client, &LIST).of(self.trunk).paging(paging)
    }

    /// Sets the mode of a mapping. `number` must be the one of that mapping.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) before anything is sent for another mode
    /// than `pstn` and `flow`; otherwise the API's.
    pub async fn set_mode(
        &self,
        id: &PhoneNumberId,
        number: &E164,
        mode: &NumberMode,
    ) -> Result<Response<PhoneNumber>, Error> {
        check_mode(Some(mode), &UPDATE_MODE)?;
        let body = ModeBody {
            phone_number: number,
            mode,
        };
        let request = self
            .client
            .request(&UPDATE_MODE)
            .path("trunk_sid", self.trunk)
            .path("id", id);
        let answer = request.json(&body).send::<Single<PhoneNumber>>().await?;
        Ok(answer.map(|read| read.0))
    }

    /// Takes a mapping away. Gives it as far as the answer holds it.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there is none, unless an earlier try of the
    /// same call may have taken it away.
    pub async fn unmap(&self, id: &PhoneNumberId) -> Result<Response<Option<PhoneNumber>>, Error> {
        let request = self.client.request(&UNMAP).path("trunk_sid", self.trunk);
        let answer = request.query("id", id).send_raw().await?;
        Ok(answer.map(|body| Deleted::read(&body).0))
    }
}
