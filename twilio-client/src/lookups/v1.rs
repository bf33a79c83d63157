//! The first version of Lookup, which still has add-ons.

use std::collections::BTreeMap;

use serde_json::Value;
use voice_core::client::Response;
use voice_core::error::Error;

use super::Lookups;
use crate::operation::operations;
use crate::types::{Encode, Parameters, Sink, open_enum, resource, settings};

operations! { Lookups "lookups_v1":
    GET = get "lookups.v1.get" FetchPhoneNumber "/v1/PhoneNumbers/{PhoneNumber}";
}

open_enum! {
    /// What is asked of a number; each costs.
    LookupType {
        /// The carrier.
        Carrier = "carrier",
        /// The name the carrier shows.
        CallerName = "caller-name",
    }
}

/// What add-ons want to know: `ADD_ON.KEY` and value, each sent as `AddOns.ADD_ON.KEY`.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct AddOnsData(BTreeMap<String, String>);

impl<K: Into<String>, V: Into<String>, I: IntoIterator<Item = (K, V)>> From<I> for AddOnsData {
    fn from(data: I) -> Self {
        Self(
            data.into_iter()
                .map(|(key, value)| (key.into(), value.into()))
                .collect(),
        )
    }
}

impl std::fmt::Debug for AddOnsData {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Encode for AddOnsData {
    fn encode(&self, _name: &str, sink: Sink<'_>) {
        for (key, value) in &self.0 {
            sink(&format!("AddOns.{key}"), value);
        }
    }
}

settings! {
    /// What is asked of a number.
    LookUpV1 {
        /// The country (ISO 3166-1, two letters) of a number in national form.
        country_code = "CountryCode": String,
        /// The facts.
        types = "Type": Vec<LookupType>,
        /// The unique names of add-ons installed in the account.
        add_ons = "AddOns": Vec<String>,
        /// What they want to know.
        add_ons_data = "AddOnsData": AddOnsData,
    }
}

resource! {
    /// What is known of a number.
    LookedUpV1 {
        /// The name the carrier shows, and its type.
        caller_name: Value => secret,
        /// The country (ISO 3166-1, two letters).
        country_code: String,
        /// The number in E.164.
        phone_number: String => personal,
        /// The number as its country writes it.
        national_format: String => secret,
        /// The carrier, its networks and the type of the line.
        carrier: Value,
        /// What the add-ons said.
        add_ons: Value => secret,
        /// Its own address, which holds the number.
        url: String => secret,
    }
}

impl Lookups<'_> {
    /// Looks a number up by the first version of the API.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) (code 20404) for a number that cannot exist.
    pub async fn get_v1(
        &self,
        number: impl AsRef<str>,
        request: &LookUpV1,
    ) -> Result<Response<LookedUpV1>, Error> {
        let mut ask = self.client.at(ON, &GET).path("PhoneNumber", number);
        for (name, value) in request.query(&GET)? {
            ask = ask.query(&name, value);
        }
        ask.send().await
    }
}
