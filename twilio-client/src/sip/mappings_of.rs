//! The operations of the five kinds of mappings.

use voice_core::client::Operation;

use crate::operation::operations;

operations! { Api "api_v2010":
    LIST_CALL_CL = get "sip.domains.call_credential_lists.list" ListSipAuthCallsCredentialListMapping "/2010-04-01/Accounts/{AccountSid}/SIP/Domains/{DomainSid}/Auth/Calls/CredentialListMappings.json";
    CREATE_CALL_CL = once "sip.domains.call_credential_lists.create" CreateSipAuthCallsCredentialListMapping "/2010-04-01/Accounts/{AccountSid}/SIP/Domains/{DomainSid}/Auth/Calls/CredentialListMappings.json";
    GET_CALL_CL = get "sip.domains.call_credential_lists.get" FetchSipAuthCallsCredentialListMapping "/2010-04-01/Accounts/{AccountSid}/SIP/Domains/{DomainSid}/Auth/Calls/CredentialListMappings/{Sid}.json";
    DELETE_CALL_CL = delete "sip.domains.call_credential_lists.delete" DeleteSipAuthCallsCredentialListMapping "/2010-04-01/Accounts/{AccountSid}/SIP/Domains/{DomainSid}/Auth/Calls/CredentialListMappings/{Sid}.json";

    LIST_CALL_AL = get "sip.domains.call_ip_access_control_lists.list" ListSipAuthCallsIpAccessControlListMapping "/2010-04-01/Accounts/{AccountSid}/SIP/Domains/{DomainSid}/Auth/Calls/IpAccessControlListMappings.json";
    CREATE_CALL_AL = once "sip.domains.call_ip_access_control_lists.create" CreateSipAuthCallsIpAccessControlListMapping "/2010-04-01/Accounts/{AccountSid}/SIP/Domains/{DomainSid}/Auth/Calls/IpAccessControlListMappings.json";
    GET_CALL_AL = get "sip.domains.call_ip_access_control_lists.get" FetchSipAuthCallsIpAccessControlListMapping "/2010-04-01/Accounts/{AccountSid}/SIP/Domains/{DomainSid}/Auth/Calls/IpAccessControlListMappings/{Sid}.json";
    DELETE_CALL_AL = delete "sip.domains.call_ip_access_control_lists.delete" DeleteSipAuthCallsIpAccessControlListMapping "/2010-04-01/Accounts/{AccountSid}/SIP/Domains/{DomainSid}/Auth/Calls/IpAccessControlListMappings/{Sid}.json";

    LIST_REGISTRATION_CL = get "sip.domains.registration_credential_lists.list" ListSipAuthRegistrationsCredentialListMapping "/2010-04-01/Accounts/{AccountSid}/SIP/Domains/{DomainSid}/Auth/Registrations/CredentialListMappings.json";
    CREATE_REGISTRATION_CL = once "sip.domains.registration_credential_lists.create" CreateSipAuthRegistrationsCredentialListMapping "/2010-04-01/Accounts/{AccountSid}/SIP/Domains/{DomainSid}/Auth/Registrations/CredentialListMappings.json";
    GET_REGISTRATION_CL = get "sip.domains.registration_credential_lists.get" FetchSipAuthRegistrationsCredentialListMapping "/2010-04-01/Accounts/{AccountSid}/SIP/Domains/{DomainSid}/Auth/Registrations/CredentialListMappings/{Sid}.json";
    DELETE_REGISTRATION_CL = delete "sip.domains.registration_credential_lists.delete" DeleteSipAuthRegistrationsCredentialListMapping "/2010-04-01/Accounts/{AccountSid}/SIP/Domains/{DomainSid}/Auth/Registrations/CredentialListMappings/{Sid}.json";

    LIST_CL = get "sip.domains.credential_list_mappings.list" ListSipCredentialListMapping "/2010-04-01/Accounts/{AccountSid}/SIP/Domains/{DomainSid}/CredentialListMappings.json";
    CREATE_CL = once "sip.domains.credential_list_mappings.create" CreateSipCredentialListMapping "/2010-04-01/Accounts/{AccountSid}/SIP/Domains/{DomainSid}/CredentialListMappings.json";
    GET_CL = get "sip.domains.credential_list_mappings.get" FetchSipCredentialListMapping "/2010-04-01/Accounts/{AccountSid}/SIP/Domains/{DomainSid}/CredentialListMappings/{Sid}.json";
    DELETE_CL = delete "sip.domains.credential_list_mappings.delete" DeleteSipCredentialListMapping "/2010-04-01/Accounts/{AccountSid}/SIP/Domains/{DomainSid}/CredentialListMappings/{Sid}.json";

    LIST_AL = get "sip.domains.ip_access_control_list_mappings.list" ListSipIpAccessControlListMapping "/2010-04-01/Accounts/{AccountSid}/SIP/Domains/{DomainSid}/IpAccessControlListMappings.json";
    CREATE_AL = once "sip.domains.ip_access_control_list_mappings.create" CreateSipIpAccessControlListMapping "/2010-04-01/Accounts/{AccountSid}/SIP/Domains/{DomainSid}/IpAccessControlListMappings.json";
    GET_AL = get "sip.domains.ip_access_control_list_mappings.get" FetchSipIpAccessControlListMapping "/2010-04-01/Accounts/{AccountSid}/SIP/Domains/{DomainSid}/IpAccessControlListMappings/{Sid}.json";
    DELETE_AL = delete "sip.domains.ip_access_control_list_mappings.delete" DeleteSipIpAccessControlListMapping "/2010-04-01/Accounts/{AccountSid}/SIP/Domains/{DomainSid}/IpAccessControlListMappings/{Sid}.json";
}

/// The four operations of one kind.
#[derive(Debug)]
pub(crate) struct View {
    pub(super) list: &'static Operation,
    /// The property of a page that holds the items.
    pub(super) items: &'static str,
    pub(super) create: &'static Operation,
    pub(super) get: &'static Operation,
    pub(super) delete: &'static Operation,
}

pub(super) static CALL_CREDENTIALS: View = View {
    list: &LIST_CALL_CL,
    items: "contents",
    create: &CREATE_CALL_CL,
    get: &GET_CALL_CL,
    delete: &DELETE_CALL_CL,
};

pub(super) static CALL_ADDRESSES: View = View {
    list: &LIST_CALL_AL,
    items: "contents",
    create: &CREATE_CALL_AL,
    get: &GET_CALL_AL,
    delete: &DELETE_CALL_AL,
};

pub(super) static REGISTRATION_CREDENTIALS: View = View {
    list: &LIST_REGISTRATION_CL,
    items: "contents",
    create: &CREATE_REGISTRATION_CL,
    get: &GET_REGISTRATION_CL,
    delete: &DELETE_REGISTRATION_CL,
};

pub(super) static CREDENTIALS: View = View {
    list: &LIST_CL,
    items: "credential_list_mappings",
    create: &CREATE_CL,
    get: &GET_CL,
    delete: &DELETE_CL,
};

pub(super) static ADDRESSES: View = View {
    list: &LIST_AL,
    items: "ip_access_control_list_mappings",
    create: &CREATE_AL,
    get: &GET_AL,
    delete: &DELETE_AL,
};

/// Where all of them are.
pub(super) const PRODUCT: crate::Product = ON;
