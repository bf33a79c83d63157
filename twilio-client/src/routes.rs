//! Where incoming calls are processed: the region of each number, SIP domain and trunk.
//!
//! ```no_run
//! # async fn example(client: twilio_client::TwilioClient) -> Result<(), Box<dyn std::error::Error>> {
//! use twilio_client::Region;
//! use twilio_client::routes::UpdateRoute;
//! use voice_core::ident::E164;
//!
//! let number = E164::parse("+14155550100")?;
//! let route = client.routes().set_number(number, &UpdateRoute::to(&Region::parse("ie1")?)).await?;
//! println!("{:?}", route.voice_region);
//! # Ok(()) }
//! ```

use voice_core::client::{Operation, RequestBuilder, Response};
use voice_core::error::Error;
use voice_core::ident::{AccountSid, E164};

use crate::client::TwilioClient;
use crate::host::Region;
use crate::operation::{accessor, operations};
use crate::types::{ApiTime, Parameters, resource, settings};

operations! { Routes "routes_v2":
    GET_NUMBER = get "routes.numbers.get" FetchPhoneNumber "/v2/PhoneNumbers/{PhoneNumber}";
    SET_NUMBER = idempotent "routes.numbers.update" UpdatePhoneNumber "/v2/PhoneNumbers/{PhoneNumber}";
    GET_DOMAIN = get "routes.sip_domains.get" FetchSipDomain "/v2/SipDomains/{SipDomain}";
    SET_DOMAIN = idempotent "routes.sip_domains.update" UpdateSipDomain "/v2/SipDomains/{SipDomain}";
    GET_TRUNK = get "routes.trunks.get" FetchTrunks "/v2/Trunks/{SipTrunkDomain}";
    SET_TRUNK = idempotent "routes.trunks.update" UpdateTrunks "/v2/Trunks/{SipTrunkDomain}";
}

settings! {
    /// Another region for incoming calls.
    UpdateRoute {
        /// The region that processes them, such as `ie1`.
        voice_region = "VoiceRegion": String,
        /// A description, at most 64 characters.
        friendly_name = "FriendlyName": String,
    } rules |route, problems| problems.unless(
        route.friendly_name.as_ref().is_none_or(|name| name.chars().count() <= 64),
        "FriendlyName",
        "must have at most 64 characters",
    )
}

impl UpdateRoute {
    /// Incoming calls are processed in this region.
    pub fn to(region: &Region) -> Self {
        Self::new().voice_region(region.as_str())
    }
}

resource! {
    /// Where incoming calls of a number, SIP domain or trunk are processed.
    Route {
        /// The number, where it is one's.
        phone_number: String => personal,
        /// The SIP domain, where it is one's.
        sip_domain: String,
        /// The trunk's domain, where it is one's.
        sip_trunk_domain: String,
        /// The SID of the assignment (`QQ…`).
        sid: String,
        /// The account it belongs to.
        account_sid: AccountSid,
        /// Its description.
        friendly_name: String,
        /// The region that processes incoming calls.
        voice_region: String,
        /// When a region was first assigned.
        date_created: ApiTime,
        /// When it was last changed.
        date_updated: ApiTime,
        /// Its own address.
        url: String,
    }
}

accessor! {
    /// Where incoming calls are processed; see [`TwilioClient::routes`].
    Routes
}

impl TwilioClient {
    /// Where incoming calls are processed, by number, SIP domain and trunk.
    #[must_use]
    pub fn routes(&self) -> Routes<'_> {
        Routes::new(self)
    }
}

impl Routes<'_> {
    /// Reads the region of a number of the account.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) (code 20404) for what the account does not have.
    pub async fn number(&self, number: E164) -> Result<Response<Route>, Error> {
        self.read(&GET_NUMBER, "PhoneNumber", number.as_str()).await
    }

    /// Sets the region of a number of the account.
    ///
    /// # Errors
    /// As for [`number`](Self::number), and [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) for a
    /// description that is too long.
    pub async fn set_number(
        &self,
        number: E164,
        route: &UpdateRoute,
    ) -> Result<Response<Route>, Error> {
        self.set(&SET_NUMBER, "PhoneNumber", number.as_str(), route)
            .await
    }

    /// Reads the region of a SIP domain, by its full name (`example.sip.twilio.com`).
    ///
    /// # Errors
    /// As for [`number`](Self::number).
    pub async fn sip_domain(&self, domain: &str) -> Result<Response<Route>, Error> {
        self.read(&GET_DOMAIN, "SipDomain", domain).await
    }

    /// Sets the region of a SIP domain.
    ///
    /// # Errors
    /// As for [`set_number`](Self::set_number).
    pub async fn set_sip_domain(
        &self,
        domain: &str,
        route: &UpdateRoute,
    ) -> Result<Response<Route>, Error> {
        self.set(&SET_DOMAIN, "SipDomain", domain, route).await
    }

    /// Reads the region of a trunk, by its domain (`example.pstn.twilio.com`).
    ///
    /// # Errors
    /// As for [`number`](Self::number).
    pub async fn trunk(&self, domain: &str) -> Result<Response<Route>, Error> {
        self.read(&GET_TRUNK, "SipTrunkDomain", domain).await
    }

    /// Sets the region of a trunk.
    ///
    /// # Errors
    /// As for [`set_number`](Self::set_number).
    pub async fn set_trunk(
        &self,
        domain: &str,
        route: &UpdateRoute,
    ) -> Result<Response<Route>, Error> {
        self.set(&SET_TRUNK, "SipTrunkDomain", domain, route).await
    }

    async fn read(
        &self,
        operation: &'static Operation,
        name: &str,
        value: &str,
    ) -> Result<Response<Route>, Error> {
        self.begin(operation, name, value).send().await
    }

    async fn set(
        &self,
        operation: &'static Operation,
        name: &str,
        value: &str,
        route: &UpdateRoute,
    ) -> Result<Response<Route>, Error> {
        let form = route.form(operation)?;
        self.begin(operation, name, value).form(form).send().await
    }

    fn begin(&self, operation: &'static Operation, name: &str, value: &str) -> RequestBuilder<'_> {
        self.client.at(ON, operation).path(name, value)
    }
}
