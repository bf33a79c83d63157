//! Numbers that can be bought: countries, and a search in one of them.
//!
//! ```no_run
//! # async fn example(client: twilio_client::TwilioClient) -> Result<(), Box<dyn std::error::Error>> {
//! use twilio_client::available_phone_numbers::{AreaCode, NumberKind, SearchNumbers};
//! use twilio_client::incoming_phone_numbers::BuyNumber;
//! use twilio_client::types::Toggle;
//!
//! let search = SearchNumbers::new().area_code(AreaCode::new(415)?).voice_enabled(Toggle::On);
//! let found = client.available_phone_numbers().search(NumberKind::Local, "US", &search).await?;
//! if let Some(number) = found.first().and_then(|number| number.phone_number.as_deref()) {
//!     let number = voice_core::ident::E164::parse(number)?;
//!     client.incoming_phone_numbers().buy(&BuyNumber::new(number)).await?;
//! }
//! # Ok(()) }
//! ```
//!
//! A number that was found is not reserved: buying it may answer code 21422 because somebody else was faster.

mod search;

use serde::Deserialize;
use serde_json::{Map, Value};
use voice_core::client::{Operation, RequestBuilder, Response};
use voice_core::error::Error;

use crate::client::TwilioClient;
use crate::operation::{accessor, operations};
use crate::types::{Numeric, Parameters, Problems, list_request, resource};

pub use crate::numbers::{AddressRequirement, AreaCode, AreaCodeError, Capabilities};
pub use search::{Coordinates, SearchNumbers};

operations! { Api "api_v2010":
    COUNTRIES = get "available_phone_numbers.countries" ListAvailablePhoneNumberCountry "/2010-04-01/Accounts/{AccountSid}/AvailablePhoneNumbers.json";
    COUNTRY = get "available_phone_numbers.country" FetchAvailablePhoneNumberCountry "/2010-04-01/Accounts/{AccountSid}/AvailablePhoneNumbers/{CountryCode}.json";
    LOCAL = get "available_phone_numbers.local" ListAvailablePhoneNumberLocal "/2010-04-01/Accounts/{AccountSid}/AvailablePhoneNumbers/{CountryCode}/Local.json";
    MACHINE_TO_MACHINE = get "available_phone_numbers.machine_to_machine" ListAvailablePhoneNumberMachineToMachine "/2010-04-01/Accounts/{AccountSid}/AvailablePhoneNumbers/{CountryCode}/MachineToMachine.json";
    MOBILE = get "available_phone_numbers.mobile" ListAvailablePhoneNumberMobile "/2010-04-01/Accounts/{AccountSid}/AvailablePhoneNumbers/{CountryCode}/Mobile.json";
    NATIONAL = get "available_phone_numbers.national" ListAvailablePhoneNumberNational "/2010-04-01/Accounts/{AccountSid}/AvailablePhoneNumbers/{CountryCode}/National.json";
    SHARED_COST = get "available_phone_numbers.shared_cost" ListAvailablePhoneNumberSharedCost "/2010-04-01/Accounts/{AccountSid}/AvailablePhoneNumbers/{CountryCode}/SharedCost.json";
    TOLL_FREE = get "available_phone_numbers.toll_free" ListAvailablePhoneNumberTollFree "/2010-04-01/Accounts/{AccountSid}/AvailablePhoneNumbers/{CountryCode}/TollFree.json";
    VOIP = get "available_phone_numbers.voip" ListAvailablePhoneNumberVoip "/2010-04-01/Accounts/{AccountSid}/AvailablePhoneNumbers/{CountryCode}/Voip.json";
}

/// What kind of number is looked for. Not every country has every kind: its [`NumberCountry::subresource_uris`] say which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NumberKind {
    /// A number of a place.
    Local,
    /// A number for devices that talk to each other.
    MachineToMachine,
    /// A mobile number.
    Mobile,
    /// A number of the whole country.
    National,
    /// A number whose calls are paid for by both ends.
    SharedCost,
    /// A number whose calls are paid for by the called party.
    TollFree,
    /// A number reserved for telephony over the internet.
    Voip,
}

impl NumberKind {
    /// All seven.
    pub const ALL: [Self; 7] = [
        Self::Local,
        Self::MachineToMachine,
        Self::Mobile,
        Self::National,
        Self::SharedCost,
        Self::TollFree,
        Self::Voip,
    ];

    fn operation(self) -> &'static Operation {
        match self {
            Self::Local => &LOCAL,
            Self::MachineToMachine => &MACHINE_TO_MACHINE,
            Self::Mobile => &MOBILE,
            Self::National => &NATIONAL,
            Self::SharedCost => &SHARED_COST,
            Self::TollFree => &TOLL_FREE,
            Self::Voip => &VOIP,
        }
    }
}

list_request! {
    /// Which countries to list: all of them, on a single page.
    ListNumberCountries {}
}

resource! {
    /// A country Twilio has numbers of.
    NumberCountry {
        /// Its code (ISO 3166-1, two letters).
        country_code: String,
        /// Its name.
        country: String,
        /// Its own address, relative to the API's host.
        uri: String,
        /// Whether all its numbers are new to Twilio.
        beta: bool,
        /// The searches there are, one for each kind of number it has.
        subresource_uris: Map<String, Value>,
    }
}

resource! {
    /// A number that can be bought.
    AvailableNumber {
        /// The number as its country writes it.
        friendly_name: String => personal,
        /// The number in E.164.
        phone_number: String => personal,
        /// Its local access and transport area (United States and Canada).
        lata: String,
        /// Its place.
        locality: String,
        /// Its rate centre (United States and Canada).
        rate_center: String,
        /// Its latitude in degrees (United States and Canada).
        latitude: Numeric,
        /// Its longitude in degrees (United States and Canada).
        longitude: Numeric,
        /// Its state or province, two letters (United States and Canada).
        region: String,
        /// Its postal code (United States and Canada).
        postal_code: String,
        /// Its country (ISO 3166-1, two letters).
        iso_country: String,
        /// Which address it asks for.
        address_requirements: AddressRequirement,
        /// Whether it is new to Twilio.
        beta: bool,
        /// What it can do.
        capabilities: Capabilities,
    }
}

#[derive(Deserialize)]
struct Countries {
    countries: Vec<NumberCountry>,
}

#[derive(Deserialize)]
struct Found {
    available_phone_numbers: Vec<AvailableNumber>,
}

accessor! {
    /// Numbers that can be bought; see [`TwilioClient::available_phone_numbers`].
    AvailablePhoneNumbers
}

impl TwilioClient {
    /// Numbers that can be bought.
    #[must_use]
    pub fn available_phone_numbers(&self) -> AvailablePhoneNumbers<'_> {
        AvailablePhoneNumbers::new(self)
    }
}

impl AvailablePhoneNumbers<'_> {
    /// Reads the countries Twilio has numbers of: one answer, no pages.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) for a page size out of range.
    pub async fn countries(
        &self,
        request: &ListNumberCountries,
    ) -> Result<Response<Vec<NumberCountry>>, Error> {
        let query = request.query(&COUNTRIES)?;
        let request = with(self.client.at(ON, &COUNTRIES), query);
        Ok(request
            .send::<Countries>()
            .await?
            .map(|page| page.countries))
    }

    /// Reads a country, by its code (ISO 3166-1, two letters).
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) (code 20404) where Twilio has no numbers.
    pub async fn country(&self, iso_code: &str) -> Result<Response<NumberCountry>, Error> {
        country_rule(iso_code, &COUNTRY)?;
        self.client
            .at(ON, &COUNTRY)
            .path("CountryCode", iso_code)
            .send()
            .await
    }

    /// Searches a country, named by its code (ISO 3166-1, two letters), for numbers.
    ///
    /// The answer never names a next page: ask for more at once by the page size, or for other numbers by other filters.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) for values out of range, before anything is
    /// sent; [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) (code 20404) where the country has no numbers
    /// of this kind.
    pub async fn search(
        &self,
        kind: NumberKind,
        iso_code: &str,
        request: &SearchNumbers,
    ) -> Result<Response<Vec<AvailableNumber>>, Error> {
        let operation = kind.operation();
        country_rule(iso_code, operation)?;
        let query = request.query(operation)?;
        let request = self.client.at(ON, operation).path("CountryCode", iso_code);
        let found = with(request, query).send::<Found>().await?;
        Ok(found.map(|page| page.available_phone_numbers))
    }
}

fn with(request: RequestBuilder<'_>, query: Vec<(String, String)>) -> RequestBuilder<'_> {
    query.into_iter().fold(request, |request, (name, value)| {
        request.query(&name, value)
    })
}

fn country_rule(iso_code: &str, operation: &Operation) -> Result<(), Error> {
    let mut problems = Problems::default();
    problems.unless(
        iso_code.len() == 2 && iso_code.bytes().all(|byte| byte.is_ascii_alphabetic()),
        "CountryCode",
        "must be two letters (ISO 3166-1)",
    );
    problems.into_result(operation)
}
