//! From a number to its trunk.

use voice_core::client::{Operation, Response};
use voice_core::error::Error;
use voice_core::ident::E164;

use crate::client::ExotelClient;
use crate::envelope::Single;
use crate::types::{NumberMode, PhoneNumberId, TrunkSid};

/// `GET /trunk-maps?exophone=…`
pub static LOOKUP: Operation =
    Operation::get("trunk_maps.lookup", "/v2/accounts/{account_sid}/trunk-maps");

resource! {
    /// Which trunk a number is mapped to.
    TrunkMap, "trunk_maps", ["exophone" "phone_number_id" "trunk_sid"] {
        /// The number.
        exophone: String => "exophone" | "phone_number";
        /// The trunk.
        trunk_sid: TrunkSid => "trunk_sid";
        /// The mapping's id.
        phone_number_id: PhoneNumberId => "phone_number_id";
        /// What becomes of its calls.
        mode: NumberMode => "mode";
    }
}

/// Mappings of the whole account; from [`ExotelClient::trunk_maps`].
#[derive(Debug, Clone, Copy)]
pub struct TrunkMaps<'a> {
    client: &'a ExotelClient,
}

impl<'a> TrunkMaps<'a> {
    pub(crate) fn new(client: &'a ExotelClient) -> Self {
        Self { client }
    }

    /// The trunk that a number is mapped to.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when it is mapped to none.
    pub async fn lookup(&self, number: &E164) -> Result<Response<TrunkMap>, Error> {
        self.find(number, None).await
    }

    /// The mapping of a number to one trunk.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when it is not mapped to that trunk.
    pub async fn lookup_in(
        &self,
        number: &E164,
        trunk: &TrunkSid,
    ) -> Result<Response<TrunkMap>, Error> {
        self.find(number, Some(trunk)).await
    }

    async fn find(
        &self,
        number: &E164,
        trunk: Option<&TrunkSid>,
    ) -> Result<Response<TrunkMap>, Error> {
        let request = self
            .client
            .request(&LOOKUP)
            .query("exophone", number)
            .query_option("trunk_sid", trunk);
        Ok(request.send::<Single<TrunkMap>>().await?.map(|read| read.0))
    }
}
