//! SIP domains, their lists, and which domain uses which list.

use serde_json::Value;

use super::super::table::{Identity, Kind, Need, Object, Parameter, Table, Unset, Verb};
use super::super::world::{Row, World};

pub(super) const CREDENTIAL_LISTS: &str = "sip.credential_lists";
pub(super) const ACCESS_LISTS: &str = "sip.ip_access_control_lists";
const DOMAINS: &str = "sip.domains";

/// A mapping of a list has no changes.
pub(super) const MAPPING: &[Verb] = &[Verb::List, Verb::Create, Verb::Get, Verb::Delete];

pub(super) const USERS: Identity = Identity::Of("CredentialListSid", CREDENTIAL_LISTS);
pub(super) const ADDRESSES: Identity = Identity::Of("IpAccessControlListSid", ACCESS_LISTS);

pub(super) static TABLES: &[Table] = &[
    Table {
        name: DOMAINS,
        path: "SIP/Domains",
        items: "domains",
        identity: Identity::New("SD"),
        parameters: &[
            Parameter::new("DomainName", Kind::Zone("sip.twilio.com")).needed(Need::OnCreate),
            Parameter::text("FriendlyName", 64),
            Parameter::new("VoiceUrl", Kind::Url),
            Parameter::new("VoiceMethod", Kind::Method),
            Parameter::new("VoiceFallbackUrl", Kind::Url),
            Parameter::new("VoiceFallbackMethod", Kind::Method),
            Parameter::new("VoiceStatusCallbackUrl", Kind::Url),
            Parameter::new("VoiceStatusCallbackMethod", Kind::Method),
            Parameter::new("SipRegistration", Kind::Toggle),
            Parameter::new("EmergencyCallingEnabled", Kind::Toggle),
            Parameter::new("Secure", Kind::Toggle),
            Parameter::new("ByocTrunkSid", Kind::Sid("BY")),
            Parameter::new("EmergencyCallerSid", Kind::Sid("PN")),
        ],
        links: &[
            ("auth", "Auth"),
            ("credential_list_mappings", "CredentialListMappings"),
            (
                "ip_access_control_list_mappings",
                "IpAccessControlListMappings",
            ),
        ],
        fault: 21231,
        unique: Some(("domain_name", 21232)),
        show: |world, row, shown| {
            let has = |tables: [&str; 2]| {
                let mut tables = tables.into_iter();
                tables.any(|table| world.children(table, &row.sid).next().is_some())
            };
            let addresses = has([
                "sip.domains.call_ip_access_control_lists",
                "sip.domains.ip_access_control_list_mappings",
            ]);
            let users = has([
                "sip.domains.call_credential_lists",
                "sip.domains.credential_list_mappings",
            ]);
            shown.insert("auth_type".to_owned(), auth_type(addresses, users));
            shown.insert("api_version".to_owned(), "2010-04-01".into());
        },
        ..Table::PLAIN
    },
    Table {
        name: CREDENTIAL_LISTS,
        path: "SIP/CredentialLists",
        items: "credential_lists",
        identity: Identity::New("CL"),
        parameters: &[Parameter::text("FriendlyName", 64).needed(Need::Always)],
        links: &[("credentials", "Credentials")],
        fault: 21240,
        most: Some((100, 21239)),
        in_use: Some(21241),
        ..Table::PLAIN
    },
    Table {
        name: "sip.credentials",
        path: "SIP/CredentialLists/{}/Credentials",
        items: "credentials",
        identity: Identity::New("CR"),
        parent: Some(CREDENTIAL_LISTS),
        parent_property: Some("credential_list_sid"),
        parameters: &[
            Parameter::text("Username", 32)
                .needed(Need::OnCreate)
                .fixed(),
            Parameter::new("Password", Kind::Password).needed(Need::OnCreate),
        ],
        fault: 21243,
        most: Some((1000, 21242)),
        unique: Some(("username", 21243)),
        ..Table::PLAIN
    },
    Table {
        name: ACCESS_LISTS,
        path: "SIP/IpAccessControlLists",
        items: "ip_access_control_lists",
        identity: Identity::New("AL"),
        parameters: &[Parameter::text("FriendlyName", 255).needed(Need::Always)],
        links: &[("ip_addresses", "IpAddresses")],
        fault: 21235,
        most: Some((1000, 21255)),
        in_use: Some(21236),
        ..Table::PLAIN
    },
    Table {
        name: "sip.ip_addresses",
        path: "SIP/IpAccessControlLists/{}/IpAddresses",
        items: "ip_addresses",
        identity: Identity::New("IP"),
        parent: Some(ACCESS_LISTS),
        parent_property: Some("ip_access_control_list_sid"),
        parameters: &[
            Parameter::text("FriendlyName", 255).needed(Need::OnCreate),
            Parameter::new("IpAddress", Kind::Ipv4).needed(Need::OnCreate),
            Parameter::new("CidrPrefixLength", Kind::Number(0, 32)).or(Unset::Number(32)),
        ],
        fault: 21238,
        most: Some((25, 21237)),
        unique: Some(("ip_address", 21238)),
        ..Table::PLAIN
    },
    Table {
        name: "sip.domains.call_credential_lists",
        path: "SIP/Domains/{}/Auth/Calls/CredentialListMappings",
        identity: USERS,
        show: |world, row, shown| show_name(world, CREDENTIAL_LISTS, row, shown),
        ..AUTH
    },
    Table {
        name: "sip.domains.call_ip_access_control_lists",
        path: "SIP/Domains/{}/Auth/Calls/IpAccessControlListMappings",
        identity: ADDRESSES,
        show: |world, row, shown| show_name(world, ACCESS_LISTS, row, shown),
        ..AUTH
    },
    Table {
        name: "sip.domains.registration_credential_lists",
        path: "SIP/Domains/{}/Auth/Registrations/CredentialListMappings",
        identity: USERS,
        show: |world, row, shown| show_name(world, CREDENTIAL_LISTS, row, shown),
        ..AUTH
    },
    Table {
        name: "sip.domains.credential_list_mappings",
        path: "SIP/Domains/{}/CredentialListMappings",
        items: "credential_list_mappings",
        identity: USERS,
        addressed: true,
        parent_property: Some("domain_sid"),
        show: |world, row, shown| show_name(world, CREDENTIAL_LISTS, row, shown),
        ..AUTH
    },
    Table {
        name: "sip.domains.ip_access_control_list_mappings",
        path: "SIP/Domains/{}/IpAccessControlListMappings",
        items: "ip_access_control_list_mappings",
        identity: ADDRESSES,
        addressed: true,
        parent_property: Some("domain_sid"),
        show: |world, row, shown| show_name(world, ACCESS_LISTS, row, shown),
        ..AUTH
    },
];

/// A list of a domain, in the newer form.
const AUTH: Table = Table {
    items: "contents",
    parent: Some(DOMAINS),
    verbs: MAPPING,
    addressed: false,
    fault: 21231,
    ..Table::PLAIN
};

/// A mapping shows the name of its list.
pub(super) fn show_name(world: &World, lists: &str, row: &Row, shown: &mut Object) {
    let list = world.find(lists, &row.sid);
    let name = list.and_then(|list| list.fields.get("friendly_name"));
    let name = name.cloned().unwrap_or(Value::Null);
    shown.insert("friendly_name".to_owned(), name);
}

/// What a domain or trunk asks of who calls it.
pub(super) fn auth_type(addresses: bool, users: bool) -> Value {
    match (addresses, users) {
        (true, true) => "IP_ACL,CREDENTIAL_LIST",
        (true, false) => "IP_ACL",
        (false, true) => "CREDENTIAL_LIST",
        (false, false) => "",
    }
    .into()
}
