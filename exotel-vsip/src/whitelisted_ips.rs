//! The access list of a trunk: who may send calls to it.

use std::net::Ipv4Addr;

use serde::Serialize;
use voice_core::client::{Operation, Page, Pager, Response};
use voice_core::error::Error;
use voice_core::ident::Ipv4Cidr;
use voice_core::retry::Repeat;

use crate::check::Problems;
use crate::client::ExotelClient;
use crate::envelope::{Deleted, Single};
use crate::list::{List, Paging};
use crate::types::{ApiTime, TrunkSid, WhitelistedIpId};

/// `POST /trunks/{trunk_sid}/whitelisted-ips`: an address that is listed is refused with 1008.
pub static ADD: Operation = Operation::post(
    "whitelisted_ips.add",
    "/v2/accounts/{account_sid}/trunks/{trunk_sid}/whitelisted-ips",
    Repeat::Once,
);
/// `GET /trunks/{trunk_sid}/whitelisted-ips`
pub static LIST: Operation = Operation::get(
    "whitelisted_ips.list",
    "/v2/accounts/{account_sid}/trunks/{trunk_sid}/whitelisted-ips",
);
/// `PUT /trunks/{trunk_sid}/whitelisted-ips/{id}`
pub static UPDATE: Operation = Operation::put(
    "whitelisted_ips.update",
    "/v2/accounts/{account_sid}/trunks/{trunk_sid}/whitelisted-ips/{id}",
);
/// `DELETE /trunks/{trunk_sid}/whitelisted-ips?id=…`: the id stands in the query.
pub static REMOVE: Operation = Operation::delete(
    "whitelisted_ips.remove",
    "/v2/accounts/{account_sid}/trunks/{trunk_sid}/whitelisted-ips",
);

resource! {
    /// An entry of a trunk's access list.
    WhitelistedIp, "whitelisted_ips", ["id" "ip"] {
        /// Its id.
        id: WhitelistedIpId => "id" | "sid";
        /// The address.
        ip: String => "ip";
        /// How many of its leading bits count.
        mask: u8 => "mask";
        /// The trunk.
        trunk_sid: TrunkSid => "trunk_sid";
        /// A name for people; null in every sample, and nothing sets it.
        friendly_name: String => "friendly_name";
        /// When it was made.
        date_created: ApiTime => "date_created" | "created_at";
        /// When it was changed last.
        date_updated: ApiTime => "date_updated" | "updated_at";
    }
}

impl WhitelistedIp {
    /// Its id.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`](voice_core::error::ErrorKind::Decode) when the answer had none.
    pub fn id(&self) -> Result<&WhitelistedIpId, Error> {
        self.id
            .as_ref()
            .ok_or_else(|| crate::missing("whitelisted_ips", "id"))
    }

    /// Address and mask in one, with 32 where the answer has no mask; `None` when they cannot be read.
    #[must_use]
    pub fn range(&self) -> Option<Ipv4Cidr> {
        let address: Ipv4Addr = self.ip.as_deref()?.parse().ok()?;
        Ipv4Cidr::new(address, self.mask.unwrap_or(Ipv4Cidr::MAX_MASK)).ok()
    }
}

#[derive(Serialize)]
struct Body {
    ip: Ipv4Addr,
    mask: u8,
}

impl From<Ipv4Cidr> for Body {
    fn from(range: Ipv4Cidr) -> Self {
        Self {
            ip: range.address(),
            mask: range.mask(),
        }
    }
}

/// The access list of one trunk; from [`TrunkParts::whitelisted_ips`](crate::TrunkParts::whitelisted_ips).
///
/// Masks of 16 to 32 are taken. In practice only single addresses (`/32`) let calls through, so the vendor's samples say.
/// An address that the public internet cannot reach is a warning, or an error with
/// [`AddressCheck::Refuse`](crate::AddressCheck::Refuse).
#[derive(Debug, Clone, Copy)]
pub struct WhitelistedIps<'a> {
    pub(crate) client: &'a ExotelClient,
    pub(crate) trunk: &'a TrunkSid,
}

impl<'a> WhitelistedIps<'a> {
    pub(crate) fn new(client: &'a ExotelClient, trunk: &'a TrunkSid) -> Self {
        Self { client, trunk }
    }

    /// Adds an address, or a range: `"203.0.113.10".parse::<Ipv4Addr>()?.into()` is one address. It is sent once: after an
    /// unknown outcome look for it in the list before adding it again.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) before anything is sent for a mask outside
    /// 16 to 32; [`ErrorKind::AlreadyExists`](voice_core::error::ErrorKind::AlreadyExists) (code 1008) when the address is
    /// listed, with this mask or another.
    pub async fn add(&self, range: Ipv4Cidr) -> Result<Response<WhitelistedIp>, Error> {
        self.check(range, &ADD)?;
        let request = self.client.request(&ADD).path("trunk_sid", self.trunk);
        let request = request.json(&Body::from(range));
        let answer = request.send::<Single<WhitelistedIp>>().await?;
        Ok(answer.map(|read| read.0))
    }

    /// All entries, as a stream that fetches page after page.
    pub fn list(&self, paging: &Paging) -> Pager<'static, WhitelistedIp> {
        self.listed(paging).pager()
    }

    /// One page of them.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) before anything is sent for a page size of
    /// 0; otherwise the API's.
    pub async fn page(&self, paging: &Paging) -> Result<Response<Page<WhitelistedIp>>, Error> {
        self.listed(paging).page().await
    }

    fn listed(&self, paging: &Paging) -> List {
        List::new(self.client, &LIST).of(self.trunk).paging(paging)
    }

    /// Puts another address or range in the place of an entry.
    ///
    /// # Errors
    /// As for [`add`](Self::add).
    pub async fn update(
        &self,
        id: &WhitelistedIpId,
        range: Ipv4Cidr,
    ) -> Result<Response<WhitelistedIp>, Error> {
        self.check(range, &UPDATE)?;
        let request = self
            .client
            .request(&UPDATE)
            .path("trunk_sid", self.trunk)
            .path("id", id);
        let request = request.json(&Body::from(range));
        let answer = request.send::<Single<WhitelistedIp>>().await?;
        Ok(answer.map(|read| read.0))
    }

    /// Takes an entry off. Gives it as far as the answer holds it.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there is none, unless an earlier try of the
    /// same call may have taken it off.
    pub async fn remove(
        &self,
        id: &WhitelistedIpId,
    ) -> Result<Response<Option<WhitelistedIp>>, Error> {
        let request = self.client.request(&REMOVE).path("trunk_sid", self.trunk);
        let answer = request.query("id", id).send_raw().await?;
        Ok(answer.map(|body| Deleted::read(&body).0))
    }

    fn check(&self, range: Ipv4Cidr, operation: &Operation) -> Result<(), Error> {
        let mut problems = Problems::default();
        problems.range(range, self.client.address_check(), operation);
        problems.finish(operation)
    }
}
