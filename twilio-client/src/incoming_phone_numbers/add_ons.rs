//! Add-ons assigned to a number: services of others that are asked when it receives a call.

use serde_json::{Map, Value};
use voice_core::ident::{AccountSid, InstalledAddOnSid, PhoneNumberSid};

use super::AddOnExtensions;
use crate::operation::{accessor, crud, operations};
use crate::types::{ApiTime, list_request, request, resource};

operations! { Api "api_v2010":
    LIST = get "incoming_phone_numbers.add_ons.list" ListIncomingPhoneNumberAssignedAddOn "/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers/{ResourceSid}/AssignedAddOns.json";
    CREATE = once "incoming_phone_numbers.add_ons.create" CreateIncomingPhoneNumberAssignedAddOn "/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers/{ResourceSid}/AssignedAddOns.json";
    GET = get "incoming_phone_numbers.add_ons.get" FetchIncomingPhoneNumberAssignedAddOn "/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers/{ResourceSid}/AssignedAddOns/{Sid}.json";
    DELETE = delete "incoming_phone_numbers.add_ons.delete" DeleteIncomingPhoneNumberAssignedAddOn "/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers/{ResourceSid}/AssignedAddOns/{Sid}.json";
}

list_request! {
    /// Which assigned add-ons to list: all of the number.
    ListAssignedAddOns {}
}

request! {
    /// An add-on to be assigned.
    AssignAddOn {
        installed_add_on = "InstalledAddOnSid": InstalledAddOnSid,
        ..
    }
}

impl AssignAddOn {
    /// This installation of an add-on.
    pub fn new(installed_add_on: InstalledAddOnSid) -> Self {
        Self::required(installed_add_on)
    }
}

resource! {
    /// An add-on that is assigned to a number.
    AssignedAddOn {
        /// The SID of its installation.
        sid: InstalledAddOnSid,
        /// The account it belongs to.
        account_sid: AccountSid,
        /// The number.
        resource_sid: PhoneNumberSid,
        /// Its name.
        friendly_name: String,
        /// What it does, in short.
        description: String,
        /// How it is configured; the shape is its maker's, and may hold keys of theirs.
        configuration: Value => secret,
        /// The name the application gave it.
        unique_name: String,
        /// When it was assigned.
        date_created: ApiTime,
        /// When it was last changed.
        date_updated: ApiTime,
        /// Its own address, relative to the API's host.
        uri: String,
        /// The addresses of what belongs to it.
        subresource_uris: Map<String, Value>,
    }
}

accessor! {
    /// The add-ons assigned to a number; see
    /// [`IncomingPhoneNumbers::assigned_add_ons`](super::IncomingPhoneNumbers::assigned_add_ons).
    AssignedAddOns { number: PhoneNumberSid }
}

crud! {
    AssignedAddOns of AssignedAddOn, id InstalledAddOnSid, items "assigned_add_ons", parent [number "ResourceSid"];
    /// Lists assigned add-ons, page by page.
    list LIST (ListAssignedAddOns);
    /// Assigns an add-on.
    create CREATE (AssignAddOn);
    /// Reads an assigned add-on.
    get GET;
    /// Takes an add-on away from the number; its installation stays.
    delete DELETE;
}

impl<'c> AssignedAddOns<'c> {
    /// The parts of an assigned add-on.
    #[must_use]
    pub fn extensions(&self, add_on: InstalledAddOnSid) -> AddOnExtensions<'c> {
        AddOnExtensions::new(self.client, self.number, add_on)
    }
}
