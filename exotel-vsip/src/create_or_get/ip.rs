//! An entry of an access list, by its address.

use voice_core::client::{Operation, Response};
use voice_core::error::Error;
use voice_core::ident::Ipv4Cidr;

use super::ensure::{Before, Kind, Seen, ensure};
use super::explain::{CreateError, explain};
use super::look::{Asked, find};
use super::{Ensured, Mismatch};
use crate::client::ExotelClient;
use crate::list::List;
use crate::types::TrunkSid;
use crate::whitelisted_ips::{self, WhitelistedIp, WhitelistedIps};

/// An address on a trunk's access list.
pub(crate) struct IpOf<'a> {
    pub(crate) client: &'a ExotelClient,
    pub(crate) trunk: &'a TrunkSid,
    pub(crate) range: Ipv4Cidr,
}

impl Kind for IpOf<'_> {
    type Item = WhitelistedIp;

    const SERVER_REFUSES_A_SECOND: bool = true;

    fn operation(&self) -> &'static Operation {
        &whitelisted_ips::ADD
    }

    fn client(&self) -> &ExotelClient {
        self.client
    }

    async fn create(&self) -> Result<Response<WhitelistedIp>, Error> {
        let ips = self.client.trunk(self.trunk).whitelisted_ips();
        ips.add(self.range).await
    }

    async fn look(&self, asked: &Asked) -> Result<Seen<WhitelistedIp>, Error> {
        let list = List::new(self.client, &whitelisted_ips::LIST).of(self.trunk);
        let wanted = self.range;
        let found = find(list, asked, |entry: &WhitelistedIp| {
            entry
                .range()
                .is_some_and(|range| range.address() == wanted.address())
        });
        Ok(found.await?.map_or(Seen::Absent, |entry| {
            let mismatches = match entry.mask {
                Some(existing) if existing != wanted.mask() => vec![Mismatch::Mask {
                    wanted: wanted.mask(),
                    existing,
                }],
                _ => Vec::new(),
            };
            Seen::Here(entry, mismatches)
        }))
    }
}

impl WhitelistedIps<'_> {
    fn kind(&self, range: Ipv4Cidr) -> IpOf<'_> {
        IpOf {
            client: self.client,
            trunk: self.trunk,
            range,
        }
    }

    /// Adds an address or a range, or finds the entry of its address; one with another mask is
    /// [`Ensured::Differs`]. See [`create_or_get`](crate::create_or_get).
    ///
    /// # Errors
    /// As for [`add`](Self::add); [`ErrorKind::AlreadyExists`](voice_core::error::ErrorKind::AlreadyExists) only when the
    /// list does not show the address.
    pub async fn create_or_get(&self, range: Ipv4Cidr) -> Result<Ensured<WhitelistedIp>, Error> {
        let before = Before::of::<IpOf<'_>>();
        ensure(&self.kind(range), before, &Asked::default()).await
    }

    /// Adds an address or a range by one request; when the address is listed, the error carries its entry.
    ///
    /// # Errors
    /// [`CreateError`] with the API's error. It is sent once, as by [`add`](Self::add).
    pub async fn create_or_explain(
        &self,
        range: Ipv4Cidr,
    ) -> Result<Response<WhitelistedIp>, CreateError<WhitelistedIp>> {
        let id = |entry: &WhitelistedIp| Some(entry.id.as_ref()?.to_string());
        explain(&self.kind(range), id).await
    }
}
