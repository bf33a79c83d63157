//! Lists of addresses.

use serde_json::{Map, Value};
use voice_core::ident::{AccountSid, IpAccessControlListSid};

use super::addresses::IpAddresses;
use super::name_rule;
use crate::operation::{accessor, crud, operations};
use crate::types::{ApiTime, list_request, request, resource};

operations! { Api "api_v2010":
    LIST = get "sip.ip_access_control_lists.list" ListSipIpAccessControlList "/2010-04-01/Accounts/{AccountSid}/SIP/IpAccessControlLists.json";
    CREATE = once "sip.ip_access_control_lists.create" CreateSipIpAccessControlList "/2010-04-01/Accounts/{AccountSid}/SIP/IpAccessControlLists.json";
    GET = get "sip.ip_access_control_lists.get" FetchSipIpAccessControlList "/2010-04-01/Accounts/{AccountSid}/SIP/IpAccessControlLists/{Sid}.json";
    UPDATE = idempotent "sip.ip_access_control_lists.update" UpdateSipIpAccessControlList "/2010-04-01/Accounts/{AccountSid}/SIP/IpAccessControlLists/{Sid}.json";
    DELETE = delete "sip.ip_access_control_lists.delete" DeleteSipIpAccessControlList "/2010-04-01/Accounts/{AccountSid}/SIP/IpAccessControlLists/{Sid}.json";
}

list_request! {
    /// Which lists to list: all of the account, at most 1,000.
    ListIpAccessControlLists {}
}

request! {
    /// The name of a list, new or another.
    NameIpAccessControlList {
        friendly_name = "FriendlyName": String,
        ..
    } rules |list, problems| name_rule(Some(&list.friendly_name), 255, problems)
}

impl NameIpAccessControlList {
    /// This name, 1 to 255 characters.
    pub fn new(friendly_name: impl Into<String>) -> Self {
        Self::required(friendly_name.into())
    }
}

resource! {
    /// An IP access control list.
    IpAccessControlList {
        /// Its SID.
        sid: IpAccessControlListSid,
        /// The account it belongs to.
        account_sid: AccountSid,
        /// Its name.
        friendly_name: String,
        /// When it was created.
        date_created: ApiTime,
        /// When it was last changed.
        date_updated: ApiTime,
        /// The address of its entries.
        subresource_uris: Map<String, Value>,
        /// Its own address, relative to the API's host.
        uri: String,
    }
}

accessor! {
    /// The IP access control lists of an account; see
    /// [`Sip::ip_access_control_lists`](super::Sip::ip_access_control_lists).
    IpAccessControlLists
}

crud! {
    IpAccessControlLists of IpAccessControlList, id IpAccessControlListSid, items "ip_access_control_lists", parent [];
    /// Lists IP access control lists, page by page.
    list LIST (ListIpAccessControlLists);
    /// Creates a list, still empty. Code 21235 for a name that is refused, 21255 when the account has as many as it may.
    create CREATE (NameIpAccessControlList);
    /// Reads a list.
    get GET;
    /// Gives a list another name.
    update UPDATE (NameIpAccessControlList);
    /// Deletes a list with its addresses. Code 21236 while a domain or trunk uses it.
    delete DELETE;
}

impl<'c> IpAccessControlLists<'c> {
    /// The addresses in a list.
    #[must_use]
    pub fn addresses(&self, list: IpAccessControlListSid) -> IpAddresses<'c> {
        IpAddresses::new(self.client, list)
    }
}
