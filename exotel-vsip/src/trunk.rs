//! What belongs to one trunk.

use crate::client::ExotelClient;
use crate::credentials::Credentials;
use crate::destinations::Destinations;
use crate::numbers::PhoneNumbers;
use crate::settings::Settings;
use crate::types::TrunkSid;
use crate::whitelisted_ips::WhitelistedIps;

/// What belongs to one trunk; from [`ExotelClient::trunk`].
#[derive(Debug, Clone, Copy)]
pub struct TrunkParts<'a> {
    client: &'a ExotelClient,
    trunk: &'a TrunkSid,
}

impl<'a> TrunkParts<'a> {
    pub(crate) fn new(client: &'a ExotelClient, trunk: &'a TrunkSid) -> Self {
        Self { client, trunk }
    }

    /// Its id.
    #[must_use]
    pub fn sid(&self) -> &'a TrunkSid {
        self.trunk
    }

    /// The numbers mapped to it.
    #[must_use]
    pub fn phone_numbers(&self) -> PhoneNumbers<'a> {
        PhoneNumbers::new(self.client, self.trunk)
    }

    /// Its access list: who may send calls to it.
    #[must_use]
    pub fn whitelisted_ips(&self) -> WhitelistedIps<'a> {
        WhitelistedIps::new(self.client, self.trunk)
    }

    /// Where it sends calls.
    #[must_use]
    pub fn destinations(&self) -> Destinations<'a> {
        Destinations::new(self.client, self.trunk)
    }

    /// Its users for SIP digest authentication.
    #[must_use]
    pub fn credentials(&self) -> Credentials<'a> {
        Credentials::new(self.client, self.trunk)
    }

    /// Its settings.
    #[must_use]
    pub fn settings(&self) -> Settings<'a> {
        Settings::new(self.client, self.trunk)
    }
}
