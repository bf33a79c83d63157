//! SIP domains.

use serde_json::{Map, Value};
use voice_core::ident::{AccountSid, ByocTrunkSid, PhoneNumberSid, SipDomainSid};
use voice_core::webhook::WebhookUrl;

use super::mappings::{CredentialListMappings, IpAccessControlListMappings};
use super::{domain_rule, mappings_of, name_rule};
use crate::operation::{accessor, crud, operations};
use crate::types::{
    ApiTime, HttpMethod, Problems, Toggle, list_request, request, resource, settings,
};

operations! { Api "api_v2010":
    LIST = get "sip.domains.list" ListSipDomain "/2010-04-01/Accounts/{AccountSid}/SIP/Domains.json";
    CREATE = once "sip.domains.create" CreateSipDomain "/2010-04-01/Accounts/{AccountSid}/SIP/Domains.json";
    GET = get "sip.domains.get" FetchSipDomain "/2010-04-01/Accounts/{AccountSid}/SIP/Domains/{Sid}.json";
    UPDATE = idempotent "sip.domains.update" UpdateSipDomain "/2010-04-01/Accounts/{AccountSid}/SIP/Domains/{Sid}.json";
    DELETE = delete "sip.domains.delete" DeleteSipDomain "/2010-04-01/Accounts/{AccountSid}/SIP/Domains/{Sid}.json";
}

list_request! {
    /// Which domains to list: all of the account.
    ListDomains {}
}

request! {
    /// A domain to be created.
    CreateDomain {
        domain_name = "DomainName": String,
        ..
        /// A name for people, 1 to 64 characters.
        friendly_name = "FriendlyName": String,
        /// Where its calls fetch their TwiML.
        voice_url = "VoiceUrl": WebhookUrl,
        /// How it is requested; POST unless set.
        voice_method = "VoiceMethod": HttpMethod,
        /// What is requested when the `VoiceUrl` fails.
        voice_fallback_url = "VoiceFallbackUrl": WebhookUrl,
        /// How it is requested; POST unless set.
        voice_fallback_method = "VoiceFallbackMethod": HttpMethod,
        /// Where the end of a call is reported.
        voice_status_callback_url = "VoiceStatusCallbackUrl": WebhookUrl,
        /// How it is reported; POST unless set.
        voice_status_callback_method = "VoiceStatusCallbackMethod": HttpMethod,
        /// Whether SIP endpoints may register here to be called.
        sip_registration = "SipRegistration": Toggle,
        /// Whether emergency calls may be made, from numbers with validated addresses.
        emergency_calling_enabled = "EmergencyCallingEnabled": Toggle,
        /// Whether TLS is demanded, and SRTP negotiated, on calls that come in.
        secure = "Secure": Toggle,
        /// The BYOC trunk that calls to phone numbers leave by.
        byoc_trunk_sid = "ByocTrunkSid": ByocTrunkSid,
        /// The number that is called back after an emergency call.
        emergency_caller_sid = "EmergencyCallerSid": PhoneNumberSid,
    } rules |domain, problems| {
        rules(Some(&domain.domain_name), domain.friendly_name.as_ref(), problems);
    }
}

impl CreateDomain {
    /// A domain at this address, such as `office.sip.twilio.com`: letters, digits and hyphens before `.sip.twilio.com`. No
    /// two domains of Twilio's have the same.
    pub fn new(domain_name: impl Into<String>) -> Self {
        Self::required(domain_name.into())
    }
}

settings! {
    /// Changes of a domain.
    UpdateDomain {
        /// Another address, below `sip.twilio.com`.
        domain_name = "DomainName": String,
        /// Another name for people, 1 to 64 characters.
        friendly_name = "FriendlyName": String,
        /// Where its calls fetch their TwiML.
        voice_url = "VoiceUrl": WebhookUrl,
        /// How it is requested.
        voice_method = "VoiceMethod": HttpMethod,
        /// What is requested when the `VoiceUrl` fails.
        voice_fallback_url = "VoiceFallbackUrl": WebhookUrl,
        /// How it is requested.
        voice_fallback_method = "VoiceFallbackMethod": HttpMethod,
        /// Where the end of a call is reported.
        voice_status_callback_url = "VoiceStatusCallbackUrl": WebhookUrl,
        /// How it is reported.
        voice_status_callback_method = "VoiceStatusCallbackMethod": HttpMethod,
        /// Whether SIP endpoints may register here to be called.
        sip_registration = "SipRegistration": Toggle,
        /// Whether emergency calls may be made, from numbers with validated addresses.
        emergency_calling_enabled = "EmergencyCallingEnabled": Toggle,
        /// Whether TLS is demanded, and SRTP negotiated, on calls that come in.
        secure = "Secure": Toggle,
        /// The BYOC trunk that calls to phone numbers leave by.
        byoc_trunk_sid = "ByocTrunkSid": ByocTrunkSid,
        /// The number that is called back after an emergency call.
        emergency_caller_sid = "EmergencyCallerSid": PhoneNumberSid,
    } rules |domain, problems| {
        rules(domain.domain_name.as_ref(), domain.friendly_name.as_ref(), problems);
    }
}

fn rules(domain: Option<&String>, name: Option<&String>, problems: &mut Problems) {
    domain_rule(domain, "sip.twilio.com", problems);
    name_rule(name, 64, problems);
}

resource! {
    /// A SIP domain.
    Domain {
        /// The account it belongs to.
        account_sid: AccountSid,
        /// The version of the API its calls are handled with.
        api_version: String,
        /// What is mapped to it: `IP_ACL`, `CREDENTIAL_LIST`, or both with a comma between. Without either it takes no calls.
        auth_type: String,
        /// When it was created.
        date_created: ApiTime,
        /// When it was last changed.
        date_updated: ApiTime,
        /// Its address.
        domain_name: String,
        /// Its name for people.
        friendly_name: String,
        /// Its SID.
        sid: SipDomainSid,
        /// Its own address, relative to the API's host.
        uri: String,
        /// How the fallback is requested.
        voice_fallback_method: HttpMethod,
        /// What is requested when the `voice_url` fails.
        voice_fallback_url: String,
        /// How the `voice_url` is requested.
        voice_method: HttpMethod,
        /// How the end of a call is reported.
        voice_status_callback_method: HttpMethod,
        /// Where the end of a call is reported.
        voice_status_callback_url: String,
        /// Where its calls fetch their TwiML.
        voice_url: String,
        /// The addresses of what belongs to it.
        subresource_uris: Map<String, Value>,
        /// Whether SIP endpoints may register here.
        sip_registration: bool,
        /// Whether emergency calls may be made.
        emergency_calling_enabled: bool,
        /// Whether TLS is demanded, and SRTP negotiated.
        secure: bool,
        /// The BYOC trunk that calls to phone numbers leave by.
        byoc_trunk_sid: ByocTrunkSid,
        /// The number that is called back after an emergency call.
        emergency_caller_sid: PhoneNumberSid,
    }
}

accessor! {
    /// The SIP domains of an account; see [`Sip::domains`](super::Sip::domains).
    Domains
}

crud! {
    Domains of Domain, id SipDomainSid, items "domains", parent [];
    /// Lists domains, page by page.
    list LIST (ListDomains);
    /// Creates a domain. Code 21232 for an address that cannot be had, 21230 when the account has as many as it may.
    create CREATE (CreateDomain);
    /// Reads a domain.
    get GET;
    /// Changes a domain; what is not set stays.
    update UPDATE (UpdateDomain);
    /// Deletes a domain: what calls it is refused from now on. Code 21233 while it has subdomains.
    delete DELETE;
}

impl<'c> Domains<'c> {
    /// Users who may call into a domain.
    #[must_use]
    pub fn call_credential_lists(&self, domain: SipDomainSid) -> CredentialListMappings<'c> {
        CredentialListMappings::new(self.client, domain, &mappings_of::CALL_CREDENTIALS)
    }

    /// Addresses that may call into a domain.
    #[must_use]
    pub fn call_ip_access_control_lists(
        &self,
        domain: SipDomainSid,
    ) -> IpAccessControlListMappings<'c> {
        IpAccessControlListMappings::new(self.client, domain, &mappings_of::CALL_ADDRESSES)
    }

    /// Users who may register at a domain.
    #[must_use]
    pub fn registration_credential_lists(
        &self,
        domain: SipDomainSid,
    ) -> CredentialListMappings<'c> {
        CredentialListMappings::new(self.client, domain, &mappings_of::REGISTRATION_CREDENTIALS)
    }

    /// The older form of [`call_credential_lists`](Self::call_credential_lists), which the newer one replaces.
    #[must_use]
    pub fn credential_list_mappings(&self, domain: SipDomainSid) -> CredentialListMappings<'c> {
        CredentialListMappings::new(self.client, domain, &mappings_of::CREDENTIALS)
    }

    /// The older form of [`call_ip_access_control_lists`](Self::call_ip_access_control_lists), which the newer one replaces.
    #[must_use]
    pub fn ip_access_control_list_mappings(
        &self,
        domain: SipDomainSid,
    ) -> IpAccessControlListMappings<'c> {
        IpAccessControlListMappings::new(self.client, domain, &mappings_of::ADDRESSES)
    }
}
