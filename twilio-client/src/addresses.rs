//! Addresses: where the people behind numbers are, for emergency calls and for countries that ask.
//!
//! ```no_run
//! # async fn example(client: twilio_client::TwilioClient) -> Result<(), Box<dyn std::error::Error>> {
//! use twilio_client::addresses::{CreateAddress, PostalAddress};
//! use twilio_client::types::Toggle;
//!
//! let office = PostalAddress {
//!     customer_name: "Example Ltd".into(),
//!     street: "1 Example Street".into(),
//!     city: "Dublin".into(),
//!     region: "Dublin".into(),
//!     postal_code: "D02 X285".into(),
//!     iso_country: "IE".into(),
//! };
//! let address = client.addresses().create(&CreateAddress::new(office).emergency_enabled(Toggle::On)).await?;
//! println!("{:?} {:?}", address.sid, address.validated);
//! # Ok(()) }
//! ```
//!
//! What is in an address is personal and stays out of `Debug`.

use std::fmt;

use voice_core::client::{Cursor, Pager};
use voice_core::ident::{AccountSid, AddressSid};

use crate::client::TwilioClient;
use crate::incoming_phone_numbers::IncomingPhoneNumber;
use crate::operation::{accessor, crud, operations};
use crate::paging;
use crate::types::{
    ApiTime, Encode, Problems, Sink, Toggle, list_request, request, resource, settings,
};

operations! { Api "api_v2010":
    LIST = get "addresses.list" ListAddress "/2010-04-01/Accounts/{AccountSid}/Addresses.json";
    CREATE = once "addresses.create" CreateAddress "/2010-04-01/Accounts/{AccountSid}/Addresses.json";
    GET = get "addresses.get" FetchAddress "/2010-04-01/Accounts/{AccountSid}/Addresses/{Sid}.json";
    UPDATE = idempotent "addresses.update" UpdateAddress "/2010-04-01/Accounts/{AccountSid}/Addresses/{Sid}.json";
    DELETE = delete "addresses.delete" DeleteAddress "/2010-04-01/Accounts/{AccountSid}/Addresses/{Sid}.json";
    DEPENDENTS = get "addresses.dependent_numbers.list" ListDependentPhoneNumber "/2010-04-01/Accounts/{AccountSid}/Addresses/{AddressSid}/DependentPhoneNumbers.json";
}

/// What every address has.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PostalAddress {
    /// Whose it is.
    pub customer_name: String,
    /// House number and street.
    pub street: String,
    /// The city.
    pub city: String,
    /// The state or region.
    pub region: String,
    /// The postal code.
    pub postal_code: String,
    /// The country (ISO 3166-1, two letters).
    pub iso_country: String,
}

impl PostalAddress {
    fn parts(&self) -> [(&'static str, &str); 6] {
        [
            ("CustomerName", &self.customer_name),
            ("Street", &self.street),
            ("City", &self.city),
            ("Region", &self.region),
            ("PostalCode", &self.postal_code),
            ("IsoCountry", &self.iso_country),
        ]
    }
}

/// The country alone.
impl fmt::Debug for PostalAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostalAddress")
            .field("iso_country", &self.iso_country)
            .finish_non_exhaustive()
    }
}

/// Six parameters, each by its own name.
impl Encode for PostalAddress {
    fn encode(&self, _: &str, sink: Sink<'_>) {
        for (name, value) in self.parts() {
            sink(name, value);
        }
    }
}

list_request! {
    /// Which addresses to list: all of them unless filtered.
    ListAddresses {
        /// Only those of this customer.
        customer_name = "CustomerName": String => secret,
        /// Only those of this name.
        friendly_name = "FriendlyName": String => secret,
        /// Only those that can, or cannot, be told to emergency services.
        emergency_enabled = "EmergencyEnabled": Toggle,
        /// Only those in this country (ISO 3166-1, two letters).
        iso_country = "IsoCountry": String,
    }
}

request! {
    /// An address to be created.
    CreateAddress {
        address = "": PostalAddress,
        ..
        /// Its name, at most 64 characters; 32 when it is for emergency calls.
        friendly_name = "FriendlyName": String => secret,
        /// Whether it can be told to emergency services.
        emergency_enabled = "EmergencyEnabled": Toggle,
        /// Whether Twilio corrects it; on unless set.
        auto_correct_address = "AutoCorrectAddress": Toggle,
        /// A second line of the street.
        street_secondary = "StreetSecondary": String => secret,
    } rules |new, problems| {
        for (parameter, value) in new.address.parts() {
            problems.unless(!value.trim().is_empty(), parameter, "must not be empty");
        }
        let country = &new.address.iso_country;
        problems.unless(
            country.trim().is_empty() || country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_alphabetic()),
            "IsoCountry",
            "must be two letters (ISO 3166-1)",
        );
        name_rule(new.friendly_name.as_ref(), new.emergency_enabled, problems);
    }
}

impl CreateAddress {
    /// This address.
    pub fn new(address: PostalAddress) -> Self {
        Self::required(address)
    }
}

settings! {
    /// Changes of an address. Its country stays.
    UpdateAddress {
        /// Another name, at most 64 characters; 32 when it is for emergency calls.
        friendly_name = "FriendlyName": String => secret,
        /// Whose it is.
        customer_name = "CustomerName": String => secret,
        /// House number and street.
        street = "Street": String => secret,
        /// The city.
        city = "City": String => secret,
        /// The state or region.
        region = "Region": String => secret,
        /// The postal code.
        postal_code = "PostalCode": String => secret,
        /// Whether it can be told to emergency services.
        emergency_enabled = "EmergencyEnabled": Toggle,
        /// Whether Twilio corrects it; on unless set.
        auto_correct_address = "AutoCorrectAddress": Toggle,
        /// A second line of the street.
        street_secondary = "StreetSecondary": String => secret,
    } rules |change, problems| name_rule(change.friendly_name.as_ref(), change.emergency_enabled, problems)
}

fn name_rule(name: Option<&String>, emergency: Option<Toggle>, problems: &mut Problems) {
    let (most, rule) = match emergency {
        Some(Toggle::On) => (32, "must have at most 32 characters for emergency calls"),
        _ => (64, "must have at most 64 characters"),
    };
    problems.unless(
        name.is_none_or(|name| name.chars().count() <= most),
        "FriendlyName",
        rule,
    );
}

list_request! {
    /// Which numbers to list: all that were bought with the address.
    ListDependentNumbers {}
}

resource! {
    /// An address.
    Address {
        /// The account it belongs to.
        account_sid: AccountSid,
        /// The city.
        city: String => personal,
        /// Whose it is.
        customer_name: String => personal,
        /// When it was created.
        date_created: ApiTime,
        /// When it was last changed.
        date_updated: ApiTime,
        /// Its name.
        friendly_name: String => personal,
        /// The country (ISO 3166-1, two letters).
        iso_country: String,
        /// The postal code.
        postal_code: String => personal,
        /// The state or region.
        region: String => personal,
        /// Its SID.
        sid: AddressSid,
        /// House number and street.
        street: String => personal,
        /// Its own address at the API, relative to its host.
        uri: String,
        /// Whether it can be told to emergency services.
        emergency_enabled: bool,
        /// Whether its form was found valid, in countries that ask for it.
        validated: bool,
        /// Whether it was found to be true, in countries that ask for it.
        verified: bool,
        /// A second line of the street.
        street_secondary: String => personal,
    }
}

accessor! {
    /// The addresses of an account; see [`TwilioClient::addresses`].
    Addresses
}

impl TwilioClient {
    /// Addresses, for emergency calls and for countries that ask.
    #[must_use]
    pub fn addresses(&self) -> Addresses<'_> {
        Addresses::new(self)
    }
}

crud! {
    Addresses of Address, id AddressSid, items "addresses", parent [];
    /// Lists addresses, page by page.
    list LIST (ListAddresses);
    /// Creates an address. Twilio checks and corrects it first: one it cannot make sense of is refused.
    create CREATE (CreateAddress);
    /// Reads an address.
    get GET;
    /// Changes an address; what is not set stays.
    update UPDATE (UpdateAddress);
    /// Deletes an address.
    delete DELETE;
}

impl Addresses<'_> {
    /// Lists the numbers that were bought with an address, page by page.
    #[must_use]
    pub fn dependent_numbers(
        &self,
        address: AddressSid,
        request: &ListDependentNumbers,
    ) -> Pager<'static, IncomingPhoneNumber> {
        let (key, path) = (
            "dependent_phone_numbers",
            [("AddressSid", address.as_str())],
        );
        paging::items(self.client, ON, &DEPENDENTS, key, &path, request)
    }

    /// Takes such a list up again at a stored cursor.
    #[must_use]
    pub fn resume_dependent_numbers(&self, cursor: Cursor) -> Pager<'static, IncomingPhoneNumber> {
        paging::resumed(
            self.client,
            ON,
            &DEPENDENTS,
            "dependent_phone_numbers",
            cursor,
        )
    }
}
