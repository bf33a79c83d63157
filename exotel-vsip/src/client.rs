//! The client: one account in one region, cheap to clone, a resource per accessor.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use voice_core::client::{Client, Operation, RequestBuilder, RequestOptions};

use crate::account::AccountName;
use crate::builder::{AddressCheck, ExotelClientBuilder};
use crate::region::Region;
use crate::trunk::TrunkParts;
use crate::trunk_maps::TrunkMaps;
use crate::trunks::Trunks;
use crate::types::TrunkSid;

/// A client for one Exotel account. Cloning is cheap and shares the connection pool, the limiter, the breaker and the
/// retry budget; it can be used from any thread.
///
/// ```
/// use exotel_vsip::{AccountName, ExotelClient, Region};
///
/// let client = ExotelClient::builder()
///     .account(AccountName::parse("exampleacc")?)
///     .api_key("0123456789abcdef0123456789abcdef0123456789abcdef")
///     .api_token("fedcba9876543210fedcba9876543210fedcba9876543210")
///     .region(Region::Singapore)
///     .build()?;
/// assert_eq!(client.region().base_url(), "https://api.exotel.com");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct ExotelClient {
    core: Client,
    about: Arc<About>,
}

/// What does not change from request to request.
pub(crate) struct About {
    pub(crate) account: AccountName,
    pub(crate) region: Region,
    pub(crate) address_check: AddressCheck,
    pub(crate) settle: Duration,
}

impl ExotelClient {
    /// Begins building a client.
    pub fn builder() -> ExotelClientBuilder {
        ExotelClientBuilder::default()
    }

    pub(crate) fn new(core: Client, about: About) -> Self {
        Self {
            core,
            about: Arc::new(about),
        }
    }

    /// The same client with settings for the requests made through it: timeout, deadline, retries, headers.
    #[must_use]
    pub fn with(&self, options: RequestOptions) -> Self {
        Self {
            core: self.core.with(options),
            about: Arc::clone(&self.about),
        }
    }

    /// The account it acts on.
    #[must_use]
    pub fn account(&self) -> &AccountName {
        &self.about.account
    }

    /// The region it speaks to.
    #[must_use]
    pub fn region(&self) -> &Region {
        &self.about.region
    }

    /// What becomes of addresses that the public internet cannot reach.
    #[must_use]
    pub fn address_check(&self) -> AddressCheck {
        self.about.address_check
    }

    /// Voice v1: calls, their details and lists, number metadata, balance.
    #[must_use]
    pub fn voice(&self) -> crate::voice::Voice<'_> {
        crate::voice::Voice::new(self)
    }

    /// How long after an unknown outcome a list is trusted to show what was made.
    #[must_use]
    pub fn settle(&self) -> Duration {
        self.about.settle
    }

    /// Trunks: create, read, list, change, delete.
    #[must_use]
    pub fn trunks(&self) -> Trunks<'_> {
        Trunks::new(self)
    }

    /// What belongs to one trunk: numbers, access list, destinations, credentials, settings. Nothing is sent.
    #[must_use]
    pub fn trunk<'a>(&'a self, sid: &'a TrunkSid) -> TrunkParts<'a> {
        TrunkParts::new(self, sid)
    }

    /// From a number to its trunk.
    #[must_use]
    pub fn trunk_maps(&self) -> TrunkMaps<'_> {
        TrunkMaps::new(self)
    }

    /// The request pipeline itself, for an endpoint no typed method covers: requests made through it are signed, limited,
    /// retried and reported like any other.
    ///
    /// ```no_run
    /// # async fn example(client: exotel_vsip::ExotelClient) -> Result<(), voice_core::error::Error> {
    /// use voice_core::client::Operation;
    ///
    /// static NUMBERS: Operation = Operation::get("exophones.list", "/v2/accounts/{account_sid}/exophones");
    /// let request = client.raw().request(&NUMBERS).path("account_sid", client.account());
    /// let answer = request.send::<serde_json::Value>().await?;
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn raw(&self) -> &Client {
        &self.core
    }

    /// Begins a request; the account, the first parameter of every path, is filled in.
    pub(crate) fn request<'a>(&'a self, operation: &'a Operation) -> RequestBuilder<'a> {
        self.core
            .request(operation)
            .path("account_sid", self.account())
    }
}

impl fmt::Debug for ExotelClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExotelClient")
            .field("account", &self.about.account)
            .field("region", &self.about.region)
            .field("address_check", &self.about.address_check)
            .finish_non_exhaustive()
    }
}
