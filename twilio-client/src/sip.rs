//! Programmable SIP: domains that take calls and registrations, and who may use them.
//!
//! A [domain](Domains) receives the calls of your SIP equipment. Who may send them is said by lists, which stand beside the
//! domains and are [mapped](CredentialListMappings) to them: [credential lists](CredentialLists) hold users and passwords,
//! [IP access control lists](IpAccessControlLists) hold addresses. Elastic SIP trunks use the same lists; see
//! [`crate::trunks`].
//!
//! ```no_run
//! # async fn example(client: twilio_client::TwilioClient) -> Result<(), Box<dyn std::error::Error>> {
//! use secrecy::SecretString;
//! use twilio_client::sip::{CreateCredential, CreateDomain, NameCredentialList};
//! use voice_core::webhook::WebhookUrl;
//!
//! let sip = client.sip();
//! let domain = CreateDomain::new("office.sip.twilio.com").voice_url(WebhookUrl::parse("https://app.example.com/voice")?);
//! let domain = sip.domains().create(&domain).await?.into_inner();
//! let list = sip.credential_lists().create(&NameCredentialList::new("desk phones")).await?.into_inner();
//! if let (Some(domain), Some(list)) = (domain.sid, list.sid) {
//!     let password = SecretString::from("Str0ng-enough-for-SIP");
//!     sip.credential_lists().credentials(list).create(&CreateCredential::new("anna", password)).await?;
//!     sip.domains().call_credential_lists(domain).create(list).await?;
//! }
//! # Ok(()) }
//! ```

mod access_lists;
mod addresses;
mod credential_lists;
mod credentials;
mod domains;
mod mappings;
mod mappings_of;

use crate::client::TwilioClient;
use crate::operation::accessor;
use crate::types::{Encode, Problems, Sink};
use voice_core::ident::Ipv4Cidr;

pub use access_lists::{
    IpAccessControlList, IpAccessControlLists, ListIpAccessControlLists, NameIpAccessControlList,
};
pub use addresses::{CreateIpAddress, IpAddress, IpAddresses, ListIpAddresses, UpdateIpAddress};
pub use credential_lists::{
    CredentialList, CredentialLists, ListCredentialLists, NameCredentialList,
};
pub use credentials::{
    CreateCredential, Credential, Credentials, ListCredentials, UpdateCredential,
};
pub use domains::{CreateDomain, Domain, Domains, ListDomains, UpdateDomain};
pub use mappings::{
    CredentialListMapping, CredentialListMappings, IpAccessControlListMapping,
    IpAccessControlListMappings, ListMappings,
};

pub(crate) use access_lists::OPERATIONS as ACCESS_LIST_OPERATIONS;
pub(crate) use addresses::OPERATIONS as ADDRESS_OPERATIONS;
pub(crate) use credential_lists::OPERATIONS as CREDENTIAL_LIST_OPERATIONS;
pub(crate) use credentials::OPERATIONS as CREDENTIAL_OPERATIONS;
pub(crate) use domains::OPERATIONS as DOMAIN_OPERATIONS;
pub(crate) use mappings_of::OPERATIONS as MAPPING_OPERATIONS;

accessor! {
    /// Programmable SIP; see [`TwilioClient::sip`].
    Sip
}

impl TwilioClient {
    /// SIP domains, and the lists that say who may use domains and trunks.
    #[must_use]
    pub fn sip(&self) -> Sip<'_> {
        Sip::new(self)
    }
}

impl<'c> Sip<'c> {
    /// Domains: where calls of SIP equipment arrive.
    #[must_use]
    pub fn domains(&self) -> Domains<'c> {
        Domains::new(self.client)
    }

    /// Lists of users with passwords.
    #[must_use]
    pub fn credential_lists(&self) -> CredentialLists<'c> {
        CredentialLists::new(self.client)
    }

    /// Lists of addresses.
    #[must_use]
    pub fn ip_access_control_lists(&self) -> IpAccessControlLists<'c> {
        IpAccessControlLists::new(self.client)
    }
}

/// A name of 1 to `most` characters.
pub(crate) fn name_rule(name: Option<&String>, most: usize, problems: &mut Problems) {
    problems.unless(
        name.is_none_or(|name| (1..=most).contains(&name.chars().count())),
        "FriendlyName",
        &format!("must have 1 to {most} characters"),
    );
}

/// A name below one of Twilio's domains: letters, digits, hyphens, and dots between its labels.
pub(crate) fn domain_rule(name: Option<&String>, zone: &str, problems: &mut Problems) {
    let good = name.is_none_or(|name| {
        let name = name.to_ascii_lowercase();
        let own = name
            .strip_suffix(zone)
            .and_then(|rest| rest.strip_suffix('.'));
        own.is_some_and(|own| {
            own.split('.').all(|label| {
                !label.is_empty()
                    && label
                        .bytes()
                        .all(|b| b.is_ascii_alphanumeric() || b == b'-')
            })
        })
    });
    problems.unless(
        good,
        "DomainName",
        &format!("must be letters, digits and hyphens before .{zone}"),
    );
}

/// A range goes out as its address and the length of its prefix.
impl Encode for Ipv4Cidr {
    fn encode(&self, name: &str, sink: Sink<'_>) {
        sink(name, &self.network().to_string());
        sink("CidrPrefixLength", &self.mask().to_string());
    }
}
