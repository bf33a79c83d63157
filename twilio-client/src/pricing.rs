//! What calls cost: by country, and by number.
//!
//! ```no_run
//! # async fn example(client: twilio_client::TwilioClient) -> Result<(), Box<dyn std::error::Error>> {
//! use voice_core::ident::E164;
//!
//! let price = client.pricing().number(E164::parse("+14155550123")?, None).await?;
//! for outbound in price.outbound_call_prices.iter().flatten() {
//!     println!("{:?} {:?} per minute", outbound.current_price, price.price_unit);
//! }
//! # Ok(()) }
//! ```
//!
//! Prices are decimal texts in [`price_unit`](VoicePrices::price_unit), for a minute, and those of this account: `current_price`
//! has its discounts, `base_price` has not.

mod trunking;

use serde::de::DeserializeOwned;
use voice_core::client::{Cursor, Operation, Pager, Response};
use voice_core::error::Error;
use voice_core::ident::E164;

use crate::client::TwilioClient;
use crate::operation::{accessor, operations};
use crate::paging;
use crate::types::{Numeric, list_request, resource};

pub(crate) use trunking::OPERATIONS as TRUNKING_OPERATIONS;
pub use trunking::{TrunkingNumberPrices, TrunkingPrices, TrunkingPricing};

operations! { Pricing "pricing_v2":
    LIST = get "pricing.countries.list" ListVoiceCountry "/v2/Voice/Countries";
    GET = get "pricing.countries.get" FetchVoiceCountry "/v2/Voice/Countries/{IsoCountry}";
    NUMBER = get "pricing.numbers.get" FetchVoiceNumber "/v2/Voice/Numbers/{DestinationNumber}";
}

list_request! {
    /// Which countries to list: all that have prices.
    ListCountries {}
}

resource! {
    /// A country that has prices.
    PricedCountry {
        /// Its name.
        country: String,
        /// Its code (ISO 3166-1, two letters).
        iso_country: String,
        /// Its own address.
        url: String,
    }
}

resource! {
    /// What incoming calls to a kind of number cost.
    NumberPrice {
        /// The list price.
        base_price: Numeric,
        /// The account's price.
        current_price: Numeric,
        /// `local`, `mobile`, `toll free`, …
        number_type: String,
    }
}

resource! {
    /// What calls to numbers of some prefixes cost.
    PrefixPrice {
        /// The prefixes of callers it holds for; `ALL` for any.
        origination_prefixes: Vec<String>,
        /// The prefixes of the numbers called.
        destination_prefixes: Vec<String>,
        /// The list price.
        base_price: Numeric,
        /// The account's price.
        current_price: Numeric,
        /// What the prefixes are called.
        friendly_name: String,
    }
}

resource! {
    /// What a call to a number costs, by where it comes from.
    OutboundPrice {
        /// The list price.
        base_price: Numeric,
        /// The account's price.
        current_price: Numeric,
        /// The prefixes of callers it holds for; `ALL` for any.
        origination_prefixes: Vec<String>,
    }
}

resource! {
    /// What calls to and from a country cost.
    VoicePrices {
        /// The country's name.
        country: String,
        /// Its code (ISO 3166-1, two letters).
        iso_country: String,
        /// Calls to it.
        outbound_prefix_prices: Vec<PrefixPrice>,
        /// Calls to the account's numbers in it.
        inbound_call_prices: Vec<NumberPrice>,
        /// The currency (ISO 4217).
        price_unit: String,
        /// Its own address.
        url: String,
    }
}

resource! {
    /// What calls to a number cost.
    VoiceNumberPrices {
        /// The number called.
        destination_number: String => personal,
        /// The number that calls, where one was named.
        origination_number: String => personal,
        /// The called number's country.
        country: String,
        /// Its code (ISO 3166-1, two letters).
        iso_country: String,
        /// Calls to it.
        outbound_call_prices: Vec<OutboundPrice>,
        /// Calls to the number, where it is the account's own.
        inbound_call_price: NumberPrice,
        /// The currency (ISO 4217).
        price_unit: String,
        /// Its own address.
        url: String,
    }
}

accessor! {
    /// Prices of voice calls; see [`TwilioClient::pricing`].
    Pricing
}

impl TwilioClient {
    /// What calls cost, by country and number.
    #[must_use]
    pub fn pricing(&self) -> Pricing<'_> {
        Pricing::new(self)
    }
}

impl<'c> Pricing<'c> {
    /// Lists the countries that have prices, page by page.
    #[must_use]
    pub fn countries(&self, request: &ListCountries) -> Pager<'static, PricedCountry> {
        paging::items(self.client, ON, &LIST, "countries", &[], request)
    }

    /// Takes a list up again at a stored cursor.
    #[must_use]
    pub fn resume(&self, cursor: Cursor) -> Pager<'static, PricedCountry> {
        paging::resumed(self.client, ON, &LIST, "countries", cursor)
    }

    /// Reads a country's prices, by its code (ISO 3166-1, two letters).
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) (code 20404) for a country without prices.
    pub async fn country(&self, iso_country: &str) -> Result<Response<VoicePrices>, Error> {
        let request = self.client.at(ON, &GET);
        request.path("IsoCountry", iso_country).send().await
    }

    /// Reads what calls to a number cost, from a number if it matters where the call comes from.
    ///
    /// # Errors
    /// As for [`country`](Self::country).
    pub async fn number(
        &self,
        to: E164,
        from: Option<E164>,
    ) -> Result<Response<VoiceNumberPrices>, Error> {
        number(self.client, &NUMBER, to, from).await
    }

    /// Prices of elastic SIP trunking.
    #[must_use]
    pub fn trunking(&self) -> TrunkingPricing<'c> {
        TrunkingPricing::new(self.client)
    }
}

async fn number<T: DeserializeOwned>(
    client: &TwilioClient,
    operation: &'static Operation,
    to: E164,
    from: Option<E164>,
) -> Result<Response<T>, Error> {
    client
        .at(ON, operation)
        .path("DestinationNumber", to)
        .query_option("OriginationNumber", from.as_ref().map(E164::as_str))
        .send()
        .await
}
