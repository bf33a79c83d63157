//! The parts of an add-on that is assigned to a number, one for each product it works in.

use voice_core::ident::{AccountSid, AddOnExtensionSid, InstalledAddOnSid, PhoneNumberSid};

use crate::operation::{accessor, crud, operations};
use crate::types::{list_request, resource};

operations! { Api "api_v2010":
    LIST = get "incoming_phone_numbers.add_ons.extensions.list" ListIncomingPhoneNumberAssignedAddOnExtension "/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers/{ResourceSid}/AssignedAddOns/{AssignedAddOnSid}/Extensions.json";
    GET = get "incoming_phone_numbers.add_ons.extensions.get" FetchIncomingPhoneNumberAssignedAddOnExtension "/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers/{ResourceSid}/AssignedAddOns/{AssignedAddOnSid}/Extensions/{Sid}.json";
}

list_request! {
    /// Which parts to list: all of the add-on.
    ListAddOnExtensions {}
}

resource! {
    /// A part of an assigned add-on.
    AddOnExtension {
        /// Its SID.
        sid: AddOnExtensionSid,
        /// The account it belongs to.
        account_sid: AccountSid,
        /// The number.
        resource_sid: PhoneNumberSid,
        /// The add-on.
        assigned_add_on_sid: InstalledAddOnSid,
        /// Its name.
        friendly_name: String,
        /// The product it works in.
        product_name: String,
        /// The name the application gave it.
        unique_name: String,
        /// Its own address, relative to the API's host.
        uri: String,
        /// Whether it is asked.
        enabled: bool,
    }
}

accessor! {
    /// The parts of an assigned add-on; see [`AssignedAddOns::extensions`](super::AssignedAddOns::extensions).
    AddOnExtensions { number: PhoneNumberSid, add_on: InstalledAddOnSid }
}

crud! {
    AddOnExtensions of AddOnExtension, id AddOnExtensionSid, items "extensions",
        parent [number "ResourceSid", add_on "AssignedAddOnSid"];
    /// Lists parts, page by page.
    list LIST (ListAddOnExtensions);
    /// Reads a part.
    get GET;
}
