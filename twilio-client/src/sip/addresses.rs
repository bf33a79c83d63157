//! Addresses in an IP access control list.

use voice_core::ident::{AccountSid, IpAccessControlListSid, IpAddressSid, Ipv4Cidr};

use super::name_rule;
use crate::operation::{accessor, crud, operations};
use crate::types::{ApiTime, Numeric, list_request, request, resource, settings};

operations! { Api "api_v2010":
    LIST = get "sip.ip_addresses.list" ListSipIpAddress "/2010-04-01/Accounts/{AccountSid}/SIP/IpAccessControlLists/{IpAccessControlListSid}/IpAddresses.json";
    CREATE = once "sip.ip_addresses.create" CreateSipIpAddress "/2010-04-01/Accounts/{AccountSid}/SIP/IpAccessControlLists/{IpAccessControlListSid}/IpAddresses.json";
    GET = get "sip.ip_addresses.get" FetchSipIpAddress "/2010-04-01/Accounts/{AccountSid}/SIP/IpAccessControlLists/{IpAccessControlListSid}/IpAddresses/{Sid}.json";
    UPDATE = idempotent "sip.ip_addresses.update" UpdateSipIpAddress "/2010-04-01/Accounts/{AccountSid}/SIP/IpAccessControlLists/{IpAccessControlListSid}/IpAddresses/{Sid}.json";
    DELETE = delete "sip.ip_addresses.delete" DeleteSipIpAddress "/2010-04-01/Accounts/{AccountSid}/SIP/IpAccessControlLists/{IpAccessControlListSid}/IpAddresses/{Sid}.json";
}

list_request! {
    /// Which addresses to list: all of the list, at most 25.
    ListIpAddresses {}
}

request! {
    /// Addresses to be added.
    CreateIpAddress {
        friendly_name = "FriendlyName": String,
        range = "IpAddress": Ipv4Cidr,
        ..
    } rules |address, problems| name_rule(Some(&address.friendly_name), 255, problems)
}

impl CreateIpAddress {
    /// Addresses by a name of 1 to 255 characters; IPv4 only.
    pub fn new(friendly_name: impl Into<String>, range: Ipv4Cidr) -> Self {
        Self::required(friendly_name.into(), range)
    }
}

settings! {
    /// Changes of an entry.
    UpdateIpAddress {
        /// Another name, 1 to 255 characters.
        friendly_name = "FriendlyName": String,
        /// Other addresses; IPv4 only. Sets `CidrPrefixLength` too.
        range = "IpAddress": Ipv4Cidr,
    } rules |address, problems| name_rule(address.friendly_name.as_ref(), 255, problems)
}

resource! {
    /// Addresses that may send calls.
    IpAddress {
        /// Its SID.
        sid: IpAddressSid,
        /// The account it belongs to.
        account_sid: AccountSid,
        /// Its name.
        friendly_name: String,
        /// The address.
        ip_address: String,
        /// The length of the prefix, 32 for one address.
        cidr_prefix_length: Numeric,
        /// The list it is in.
        ip_access_control_list_sid: IpAccessControlListSid,
        /// When it was created.
        date_created: ApiTime,
        /// When it was last changed.
        date_updated: ApiTime,
        /// Its own address at the API, relative to its host.
        uri: String,
    }
}

impl IpAddress {
    /// The addresses, where they can be read. Without a length of the prefix it is one.
    #[must_use]
    pub fn range(&self) -> Option<Ipv4Cidr> {
        let address = self.ip_address.as_deref()?.trim().parse().ok()?;
        let mask = match &self.cidr_prefix_length {
            Some(length) => length.to_u64()?.try_into().ok()?,
            None => 32,
        };
        Ipv4Cidr::new(address, mask).ok()
    }
}

accessor! {
    /// The addresses in a list; see [`IpAccessControlLists::addresses`](super::IpAccessControlLists::addresses).
    IpAddresses { list: IpAccessControlListSid }
}

crud! {
    IpAddresses of IpAddress, id IpAddressSid, items "ip_addresses", parent [list "IpAccessControlListSid"];
    /// Lists entries, page by page.
    list LIST (ListIpAddresses);
    /// Adds addresses. Code 21238 for one that is refused, 21237 when the list has its 25.
    create CREATE (CreateIpAddress);
    /// Reads an entry.
    get GET;
    /// Changes an entry; what is not set stays.
    update UPDATE (UpdateIpAddress);
    /// Takes addresses away.
    delete DELETE;
}
