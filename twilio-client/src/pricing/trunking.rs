//! What calls over elastic SIP trunks cost.

use voice_core::client::{Cursor, Pager, Response};
use voice_core::error::Error;
use voice_core::ident::E164;

use super::{ListCountries, NumberPrice, PrefixPrice, PricedCountry};
use crate::operation::{accessor, operations};
use crate::paging;
use crate::types::resource;

operations! { Pricing "pricing_v2":
    LIST = get "pricing.trunking.countries.list" ListTrunkingCountry "/v2/Trunking/Countries";
    GET = get "pricing.trunking.countries.get" FetchTrunkingCountry "/v2/Trunking/Countries/{IsoCountry}";
    NUMBER = get "pricing.trunking.numbers.get" FetchTrunkingNumber "/v2/Trunking/Numbers/{DestinationNumber}";
}

resource! {
    /// What trunk calls to and from a country cost.
    TrunkingPrices {
        /// The country's name.
        country: String,
        /// Its code (ISO 3166-1, two letters).
        iso_country: String,
        /// Calls to it, out of your infrastructure.
        terminating_prefix_prices: Vec<PrefixPrice>,
        /// Calls to the account's numbers in it, into your infrastructure.
        originating_call_prices: Vec<NumberPrice>,
        /// The currency (ISO 4217).
        price_unit: String,
        /// Its own address.
        url: String,
    }
}

resource! {
    /// What trunk calls to a number cost.
    TrunkingNumberPrices {
        /// The number called.
        destination_number: String => personal,
        /// The number that calls, where one was named.
        origination_number: String => personal,
        /// The called number's country.
        country: String,
        /// Its code (ISO 3166-1, two letters).
        iso_country: String,
        /// Calls to it.
        terminating_prefix_prices: Vec<PrefixPrice>,
        /// Calls to the number, where it is the account's own.
        originating_call_price: NumberPrice,
        /// The currency (ISO 4217).
        price_unit: String,
        /// Its own address.
        url: String,
    }
}

accessor! {
    /// Prices of elastic SIP trunking; see [`Pricing::trunking`](super::Pricing::trunking).
    TrunkingPricing
}

impl TrunkingPricing<'_> {
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
    pub async fn country(&self, iso_country: &str) -> Result<Response<TrunkingPrices>, Error> {
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
    ) -> Result<Response<TrunkingNumberPrices>, Error> {
        super::number(self.client, &NUMBER, to, from).await
    }
}
