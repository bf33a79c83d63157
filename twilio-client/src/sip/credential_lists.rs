//! Lists of users with passwords.

use serde_json::{Map, Value};
use voice_core::ident::{AccountSid, CredentialListSid};

use super::credentials::Credentials;
use super::name_rule;
use crate::operation::{accessor, crud, operations};
use crate::types::{ApiTime, list_request, request, resource};

operations! { Api "api_v2010":
    LIST = get "sip.credential_lists.list" ListSipCredentialList "/2010-04-01/Accounts/{AccountSid}/SIP/CredentialLists.json";
    CREATE = once "sip.credential_lists.create" CreateSipCredentialList "/2010-04-01/Accounts/{AccountSid}/SIP/CredentialLists.json";
    GET = get "sip.credential_lists.get" FetchSipCredentialList "/2010-04-01/Accounts/{AccountSid}/SIP/CredentialLists/{Sid}.json";
    UPDATE = idempotent "sip.credential_lists.update" UpdateSipCredentialList "/2010-04-01/Accounts/{AccountSid}/SIP/CredentialLists/{Sid}.json";
    DELETE = delete "sip.credential_lists.delete" DeleteSipCredentialList "/2010-04-01/Accounts/{AccountSid}/SIP/CredentialLists/{Sid}.json";
}

list_request! {
    /// Which lists to list: all of the account, at most 100.
    ListCredentialLists {}
}

request! {
    /// The name of a list, new or another.
    NameCredentialList {
        friendly_name = "FriendlyName": String,
        ..
    } rules |list, problems| name_rule(Some(&list.friendly_name), 64, problems)
}

impl NameCredentialList {
    /// This name, 1 to 64 characters.
    pub fn new(friendly_name: impl Into<String>) -> Self {
        Self::required(friendly_name.into())
    }
}

resource! {
    /// A credential list.
    CredentialList {
        /// The account it belongs to.
        account_sid: AccountSid,
        /// When it was created.
        date_created: ApiTime,
        /// When it was last changed.
        date_updated: ApiTime,
        /// Its name.
        friendly_name: String,
        /// Its SID.
        sid: CredentialListSid,
        /// The address of its credentials.
        subresource_uris: Map<String, Value>,
        /// Its own address, relative to the API's host.
        uri: String,
    }
}

accessor! {
    /// The credential lists of an account; see [`Sip::credential_lists`](super::Sip::credential_lists).
    CredentialLists
}

crud! {
    CredentialLists of CredentialList, id CredentialListSid, items "credential_lists", parent [];
    /// Lists credential lists, page by page.
    list LIST (ListCredentialLists);
    /// Creates a list, still empty. Code 21240 for a name that is refused, 21239 when the account has as many as it may.
    create CREATE (NameCredentialList);
    /// Reads a list.
    get GET;
    /// Gives a list another name.
    update UPDATE (NameCredentialList);
    /// Deletes a list with its credentials. Code 21241 while a domain or trunk uses it.
    delete DELETE;
}

impl<'c> CredentialLists<'c> {
    /// The users in a list.
    #[must_use]
    pub fn credentials(&self, list: CredentialListSid) -> Credentials<'c> {
        Credentials::new(self.client, list)
    }
}
