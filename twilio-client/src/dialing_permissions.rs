//! Dialling permissions: which countries the account may call.
//!
//! ```no_run
//! # async fn example(client: twilio_client::TwilioClient) -> Result<(), Box<dyn std::error::Error>> {
//! use twilio_client::dialing_permissions::CountryPermission;
//! use twilio_client::types::Toggle;
//!
//! let ireland = CountryPermission::new("IE").low_risk_numbers(Toggle::On);
//! client.dialing_permissions().update_countries(&[ireland]).await?;
//! # Ok(()) }
//! ```
//!
//! A call to a country that is off is refused with code 21215.

use serde::Serialize;
use serde_json::{Map, Value};
use voice_core::client::{Cursor, Form, Pager, Response};
use voice_core::error::Error;

use crate::client::TwilioClient;
use crate::operation::{accessor, operations};
use crate::paging;
use crate::types::{Numeric, Problems, Toggle, list_request, resource};

operations! { Voice "voice_v1":
    LIST = get "dialing_permissions.countries.list" ListDialingPermissionsCountry "/v1/DialingPermissions/Countries";
    GET = get "dialing_permissions.countries.get" FetchDialingPermissionsCountry "/v1/DialingPermissions/Countries/{IsoCode}";
    PREFIXES = get "dialing_permissions.prefixes.list" ListDialingPermissionsHrsPrefixes "/v1/DialingPermissions/Countries/{IsoCode}/HighRiskSpecialPrefixes";
    SET = idempotent "dialing_permissions.countries.update" CreateDialingPermissionsCountryBulkUpdate "/v1/DialingPermissions/BulkCountryUpdates";
    SETTINGS = get "dialing_permissions.settings.get" FetchDialingPermissionsSettings "/v1/Settings";
    SET_SETTINGS = idempotent "dialing_permissions.settings.update" UpdateDialingPermissionsSettings "/v1/Settings";
}

list_request! {
    /// Which countries to list.
    ListCountries {
        /// Only this one (ISO 3166-1, two letters).
        iso_code = "IsoCode": String,
        /// Only those of this continent.
        continent = "Continent": String,
        /// Only those of this calling code.
        country_code = "CountryCode": String,
        /// Only those whose ordinary numbers are on, or off.
        low_risk_numbers_enabled = "LowRiskNumbersEnabled": Toggle,
        /// Only those whose special services are on, or off.
        high_risk_special_numbers_enabled = "HighRiskSpecialNumbersEnabled": Toggle,
        /// Only those whose numbers known for toll fraud are on, or off.
        high_risk_tollfraud_numbers_enabled = "HighRiskTollfraudNumbersEnabled": Toggle,
    }
}

list_request! {
    /// Which prefixes to list: all of the country.
    ListPrefixes {}
}

resource! {
    /// What may be called in a country.
    Country {
        /// Its code (ISO 3166-1, two letters).
        iso_code: String,
        /// Its name.
        name: String,
        /// Its continent.
        continent: String,
        /// Its calling codes.
        country_codes: Vec<String>,
        /// Whether ordinary numbers may be called.
        low_risk_numbers_enabled: bool,
        /// Whether special services may be called, which are dear.
        high_risk_special_numbers_enabled: bool,
        /// Whether numbers known for toll fraud may be called.
        high_risk_tollfraud_numbers_enabled: bool,
        /// Its own address.
        url: String,
        /// The addresses of what belongs to it.
        links: Map<String, Value>,
    }
}

resource! {
    /// A prefix of special services.
    HighRiskPrefix {
        /// The digits the numbers begin with, the calling code among them.
        prefix: String,
    }
}

resource! {
    /// What a bulk update has done.
    CountriesUpdated {
        /// How many countries have changed.
        update_count: Numeric,
        /// What was asked for.
        update_request: String,
    }
}

resource! {
    /// Where a subaccount's permissions come from.
    PermissionSettings {
        /// From the main account, or its own.
        dialing_permissions_inheritance: bool,
        /// Its own address.
        url: String,
    }
}

/// What may be called in a country from now on; what is not set stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[must_use = "a request does nothing until it is sent"]
pub struct CountryPermission {
    iso_code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    low_risk_numbers_enabled: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    high_risk_special_numbers_enabled: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    high_risk_tollfraud_numbers_enabled: Option<&'static str>,
}

impl CountryPermission {
    /// For this country (ISO 3166-1, two letters).
    pub fn new(iso_code: impl Into<String>) -> Self {
        Self {
            iso_code: iso_code.into(),
            low_risk_numbers_enabled: None,
            high_risk_special_numbers_enabled: None,
            high_risk_tollfraud_numbers_enabled: None,
        }
    }

    /// Ordinary numbers.
    pub fn low_risk_numbers(mut self, enabled: Toggle) -> Self {
        self.low_risk_numbers_enabled = Some(enabled.as_str());
        self
    }

    /// Special services, which are dear.
    pub fn high_risk_special_numbers(mut self, enabled: Toggle) -> Self {
        self.high_risk_special_numbers_enabled = Some(enabled.as_str());
        self
    }

    /// Numbers known for toll fraud.
    pub fn high_risk_tollfraud_numbers(mut self, enabled: Toggle) -> Self {
        self.high_risk_tollfraud_numbers_enabled = Some(enabled.as_str());
        self
    }
}

accessor! {
    /// Which countries the account may call; see [`TwilioClient::dialing_permissions`].
    DialingPermissions
}

impl TwilioClient {
    /// Which countries the account may call.
    #[must_use]
    pub fn dialing_permissions(&self) -> DialingPermissions<'_> {
        DialingPermissions::new(self)
    }
}

impl DialingPermissions<'_> {
    /// Lists countries, page by page.
    #[must_use]
    pub fn countries(&self, request: &ListCountries) -> Pager<'static, Country> {
        paging::items(self.client, ON, &LIST, "content", &[], request)
    }

    /// Takes a list of countries up again at a stored cursor.
    #[must_use]
    pub fn resume_countries(&self, cursor: Cursor) -> Pager<'static, Country> {
        paging::resumed(self.client, ON, &LIST, "content", cursor)
    }

    /// Reads a country, by its code (ISO 3166-1, two letters).
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) (code 20404) for no country.
    pub async fn country(&self, iso_code: &str) -> Result<Response<Country>, Error> {
        self.client
            .at(ON, &GET)
            .path("IsoCode", iso_code)
            .send()
            .await
    }

    /// Lists the prefixes of a country's special services, page by page.
    #[must_use]
    pub fn high_risk_prefixes(
        &self,
        iso_code: &str,
        request: &ListPrefixes,
    ) -> Pager<'static, HighRiskPrefix> {
        paging::items(
            self.client,
            ON,
            &PREFIXES,
            "content",
            &[("IsoCode", iso_code)],
            request,
        )
    }

    /// Takes a list of prefixes up again at a stored cursor.
    #[must_use]
    pub fn resume_prefixes(&self, cursor: Cursor) -> Pager<'static, HighRiskPrefix> {
        paging::resumed(self.client, ON, &PREFIXES, "content", cursor)
    }

    /// Sets what may be called, for any number of countries. It sets a state, so it is repeated when its outcome is unknown.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) for no country, or a code that is not two
    /// letters.
    pub async fn update_countries(
        &self,
        countries: &[CountryPermission],
    ) -> Result<Response<CountriesUpdated>, Error> {
        let mut problems = Problems::default();
        let two_letters =
            |code: &str| code.len() == 2 && code.bytes().all(|b| b.is_ascii_alphabetic());
        problems.unless(
            !countries.is_empty()
                && countries
                    .iter()
                    .all(|country| two_letters(&country.iso_code)),
            "UpdateRequest",
            "must be countries by their two letters",
        );
        problems.into_result(&SET)?;
        let update = serde_json::to_string(countries).unwrap_or_default();
        let form = Form::new().with("UpdateRequest", update);
        self.client.at(ON, &SET).form(form).send().await
    }

    /// Reads where the permissions of the account come from.
    ///
    /// # Errors
    /// [`ErrorKind::Authentication`](voice_core::error::ErrorKind::Authentication) for credentials that may not ask.
    pub async fn settings(&self) -> Result<Response<PermissionSettings>, Error> {
        self.client.at(ON, &SETTINGS).send().await
    }

    /// Takes the permissions of a subaccount from its main account, or gives it its own.
    ///
    /// # Errors
    /// As for [`settings`](Self::settings).
    pub async fn inherit(
        &self,
        inheritance: Toggle,
    ) -> Result<Response<PermissionSettings>, Error> {
        let form = Form::new().with("DialingPermissionsInheritance", inheritance.as_str());
        self.client.at(ON, &SET_SETTINGS).form(form).send().await
    }
}
