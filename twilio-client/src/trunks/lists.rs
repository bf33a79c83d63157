//! Who may send calls to a trunk: credential lists and IP access control lists that are mapped to it.
//!
//! A mapping has no SID of its own; it goes by the SID of the list, which is made in [`crate::sip`].

use voice_core::client::{Cursor, Form, Pager, Response};
use voice_core::error::Error;
use voice_core::ident::{AccountSid, CredentialListSid, IpAccessControlListSid, TrunkSid};

use crate::operation::{accessor, operations};
use crate::paging;
use crate::types::{ApiTime, list_request, resource};

operations! { Trunking "trunking_v1":
    LIST_CREDENTIALS = get "trunks.credential_lists.list" ListCredentialList "/v1/Trunks/{TrunkSid}/CredentialLists";
    CREATE_CREDENTIALS = once "trunks.credential_lists.create" CreateCredentialList "/v1/Trunks/{TrunkSid}/CredentialLists";
    GET_CREDENTIALS = get "trunks.credential_lists.get" FetchCredentialList "/v1/Trunks/{TrunkSid}/CredentialLists/{Sid}";
    DELETE_CREDENTIALS = delete "trunks.credential_lists.delete" DeleteCredentialList "/v1/Trunks/{TrunkSid}/CredentialLists/{Sid}";
    LIST_ADDRESSES = get "trunks.ip_access_control_lists.list" ListIpAccessControlList "/v1/Trunks/{TrunkSid}/IpAccessControlLists";
    CREATE_ADDRESSES = once "trunks.ip_access_control_lists.create" CreateIpAccessControlList "/v1/Trunks/{TrunkSid}/IpAccessControlLists";
    GET_ADDRESSES = get "trunks.ip_access_control_lists.get" FetchIpAccessControlList "/v1/Trunks/{TrunkSid}/IpAccessControlLists/{Sid}";
    DELETE_ADDRESSES = delete "trunks.ip_access_control_lists.delete" DeleteIpAccessControlList "/v1/Trunks/{TrunkSid}/IpAccessControlLists/{Sid}";
}

list_request! {
    /// Which lists of a trunk to list: all of them.
    ListTrunkLists {}
}

resource! {
    /// A credential list of a trunk.
    CredentialList {
        /// The account it belongs to.
        account_sid: AccountSid,
        /// The list.
        sid: CredentialListSid,
        /// The trunk.
        trunk_sid: TrunkSid,
        /// The name of the list.
        friendly_name: String,
        /// When it was mapped.
        date_created: ApiTime,
        /// When that was last changed.
        date_updated: ApiTime,
        /// Its own address.
        url: String,
    }
}

resource! {
    /// An IP access control list of a trunk.
    IpAccessControlList {
        /// The account it belongs to.
        account_sid: AccountSid,
        /// The list.
        sid: IpAccessControlListSid,
        /// The trunk.
        trunk_sid: TrunkSid,
        /// The name of the list.
        friendly_name: String,
        /// When it was mapped.
        date_created: ApiTime,
        /// When that was last changed.
        date_updated: ApiTime,
        /// Its own address.
        url: String,
    }
}

accessor! {
    /// The credential lists of a trunk; see [`Trunks::credential_lists`](super::Trunks::credential_lists).
    CredentialLists { trunk: TrunkSid }
}

accessor! {
    /// The IP access control lists of a trunk; see
    /// [`Trunks::ip_access_control_lists`](super::Trunks::ip_access_control_lists).
    IpAccessControlLists { trunk: TrunkSid }
}

/// The methods of both: the same, of another list.
macro_rules! list_methods {
    (
        $accessor:ident of $item:ident, $sid:ident $parameter:literal, items $items:literal;
        $list:ident $create:ident $get:ident $delete:ident
    ) => {
        impl $accessor<'_> {
            /// Lists the lists of the trunk, page by page.
            #[must_use]
            pub fn list(&self, request: &ListTrunkLists) -> Pager<'static, $item> {
                let trunk = [("TrunkSid", self.trunk.as_str())];
                paging::items(self.client, ON, &$list, $items, &trunk, request)
            }

            /// Takes a list up again at a stored cursor.
            #[must_use]
            pub fn resume(&self, cursor: Cursor) -> Pager<'static, $item> {
                paging::resumed(self.client, ON, &$list, $items, cursor)
            }

            /// Lets the trunk use a list.
            ///
            /// # Errors
            /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) (code 20404) when there is no such trunk; code
            /// 21245 for a list that is refused. It is never sent again by itself: after an unknown outcome
            /// [`get`](Self::get) tells whether it is mapped.
            pub async fn create(&self, list: $sid) -> Result<Response<$item>, Error> {
                let mut form = Form::new();
                form.push($parameter, list.as_str());
                let create = self.client.at(ON, &$create).path("TrunkSid", self.trunk);
                create.form(form).send().await
            }

            /// Reads a mapping, by the SID of its list.
            ///
            /// # Errors
            /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) (code 20404) when the trunk does not use it.
            pub async fn get(&self, list: $sid) -> Result<Response<$item>, Error> {
                let get = self.client.at(ON, &$get).path("TrunkSid", self.trunk);
                get.path("Sid", list).send().await
            }

            /// Takes a list away from the trunk; the list itself stays.
            ///
            /// # Errors
            /// As for [`get`](Self::get).
            pub async fn delete(&self, list: $sid) -> Result<Response<()>, Error> {
                let delete = self.client.at(ON, &$delete).path("TrunkSid", self.trunk);
                delete.path("Sid", list).send_empty().await
            }
        }
    };
}

list_methods! {
    CredentialLists of CredentialList, CredentialListSid "CredentialListSid", items "credential_lists";
    LIST_CREDENTIALS CREATE_CREDENTIALS GET_CREDENTIALS DELETE_CREDENTIALS
}

list_methods! {
    IpAccessControlLists of IpAccessControlList, IpAccessControlListSid "IpAccessControlListSid",
    items "ip_access_control_lists";
    LIST_ADDRESSES CREATE_ADDRESSES GET_ADDRESSES DELETE_ADDRESSES
}
