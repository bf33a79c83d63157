//! Which lists a domain uses: for calls, for registrations, and in the older form for calls.
//!
//! A mapping has no SID of its own; it goes by the SID of the list.

use voice_core::client::{Cursor, Form, Pager, Response};
use voice_core::error::Error;
use voice_core::ident::{AccountSid, CredentialListSid, IpAccessControlListSid, SipDomainSid};

use super::mappings_of::{PRODUCT, View};
use crate::operation::accessor;
use crate::paging;
use crate::types::{ApiTime, list_request, resource};

list_request! {
    /// Which mappings to list: all of the domain.
    ListMappings {}
}

resource! {
    /// A credential list of a domain.
    CredentialListMapping {
        /// The account it belongs to.
        account_sid: AccountSid,
        /// When it was mapped.
        date_created: ApiTime,
        /// When that was last changed.
        date_updated: ApiTime,
        /// The domain; only the older form says it.
        domain_sid: SipDomainSid,
        /// The name of the list.
        friendly_name: String,
        /// The list.
        sid: CredentialListSid,
        /// Its own address, relative to the API's host; only in the older form.
        uri: String,
    }
}

resource! {
    /// An IP access control list of a domain.
    IpAccessControlListMapping {
        /// The account it belongs to.
        account_sid: AccountSid,
        /// When it was mapped.
        date_created: ApiTime,
        /// When that was last changed.
        date_updated: ApiTime,
        /// The domain; only the older form says it.
        domain_sid: SipDomainSid,
        /// The name of the list.
        friendly_name: String,
        /// The list.
        sid: IpAccessControlListSid,
        /// Its own address, relative to the API's host; only in the older form.
        uri: String,
    }
}

accessor! {
    /// Credential lists of a domain; see [`Domains::call_credential_lists`](super::Domains::call_credential_lists) and
    /// [`Domains::registration_credential_lists`](super::Domains::registration_credential_lists).
    CredentialListMappings { domain: SipDomainSid, view: &'static View }
}

accessor! {
    /// IP access control lists of a domain; see
    /// [`Domains::call_ip_access_control_lists`](super::Domains::call_ip_access_control_lists).
    IpAccessControlListMappings { domain: SipDomainSid, view: &'static View }
}

/// The methods of both: the same, of another list.
macro_rules! mapping_methods {
    ($accessor:ident of $item:ident, $sid:ident $parameter:literal) => {
        impl $accessor<'_> {
            /// Lists mappings, page by page.
            #[must_use]
            pub fn list(&self, request: &ListMappings) -> Pager<'static, $item> {
                let domain = [("DomainSid", self.domain.as_str())];
                let (list, items) = (self.view.list, self.view.items);
                paging::items(self.client, PRODUCT, list, items, &domain, request)
            }

            /// Takes a list up again at a stored cursor.
            #[must_use]
            pub fn resume(&self, cursor: Cursor) -> Pager<'static, $item> {
                let (list, items) = (self.view.list, self.view.items);
                paging::resumed(self.client, PRODUCT, list, items, cursor)
            }

            /// Lets the domain use a list.
            ///
            /// # Errors
            /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) (code 20404) when there is no such domain. It
            /// is never sent again by itself: after an unknown outcome [`get`](Self::get) tells whether it is mapped.
            pub async fn create(&self, list: $sid) -> Result<Response<$item>, Error> {
                let mut form = Form::new();
                form.push($parameter, list.as_str());
                let create = self.client.at(PRODUCT, self.view.create);
                create
                    .path("DomainSid", self.domain)
                    .form(form)
                    .send()
                    .await
            }

            /// Reads a mapping, by the SID of its list.
            ///
            /// # Errors
            /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) (code 20404) when the domain does not use it.
            pub async fn get(&self, list: $sid) -> Result<Response<$item>, Error> {
                let get = self.client.at(PRODUCT, self.view.get);
                get.path("DomainSid", self.domain)
                    .path("Sid", list)
                    .send()
                    .await
            }

            /// Takes a list away from the domain; the list itself stays.
            ///
            /// # Errors
            /// As for [`get`](Self::get).
            pub async fn delete(&self, list: $sid) -> Result<Response<()>, Error> {
                let delete = self.client.at(PRODUCT, self.view.delete);
                let delete = delete.path("DomainSid", self.domain).path("Sid", list);
                delete.send_empty().await
            }
        }
    };
}

mapping_methods!(CredentialListMappings of CredentialListMapping, CredentialListSid "CredentialListSid");
mapping_methods!(IpAccessControlListMappings of IpAccessControlListMapping, IpAccessControlListSid "IpAccessControlListSid");
