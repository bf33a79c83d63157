//! SIP domains and their lists, held against the official OpenAPI files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod common;

use common::exercise::Exercise;
use secrecy::SecretString;
use serde_json::json;
use twilio_client::sip::{
    CreateCredential, CreateDomain, CreateIpAddress, ListCredentialLists, ListCredentials,
    ListDomains, ListIpAccessControlLists, ListIpAddresses, ListMappings, NameCredentialList,
    NameIpAccessControlList, UpdateCredential, UpdateDomain, UpdateIpAddress,
};
use twilio_client::types::{HttpMethod, Toggle};
use voice_core::error::{Delivery, ErrorKind};
use voice_core::ident::{
    ByocTrunkSid, CredentialListSid, CredentialSid, IpAccessControlListSid, IpAddressSid, Ipv4Cidr,
    PhoneNumberSid, SipDomainSid,
};
use voice_core::testkit::Reply;
use voice_core::webhook::WebhookUrl;

macro_rules! sid {
    ($type:ty) => {
        <$type>::parse(&format!(
            "{}{}",
            <$type>::PREFIX,
            "0123456789abcdef".repeat(2)
        ))
        .unwrap()
    };
}

macro_rules! paged {
    ($type:ty) => {
        &<$type>::new()
            .page_size(20_u32)
            .page(0_u32)
            .page_token("PA1")
    };
}

const PASSWORD: &str = "Corr3ct-Horse-Battery";

fn url(path: &str) -> WebhookUrl {
    WebhookUrl::parse(&format!("https://app.example.com/{path}")).unwrap()
}

fn range() -> Ipv4Cidr {
    Ipv4Cidr::parse("198.51.100.7/28").unwrap()
}

fn password() -> SecretString {
    SecretString::from(PASSWORD)
}

fn domain() -> CreateDomain {
    CreateDomain::new("office-1.sip.twilio.com")
        .friendly_name("office")
        .voice_url(url("voice"))
        .voice_method(HttpMethod::Post)
        .voice_fallback_url(url("fallback"))
        .voice_fallback_method(HttpMethod::Get)
        .voice_status_callback_url(url("status"))
        .voice_status_callback_method(HttpMethod::Post)
        .sip_registration(Toggle::On)
        .emergency_calling_enabled(Toggle::Off)
        .secure(Toggle::On)
        .byoc_trunk_sid(sid!(ByocTrunkSid))
        .emergency_caller_sid(sid!(PhoneNumberSid))
}

fn other_domain() -> UpdateDomain {
    UpdateDomain::new()
        .domain_name("branch.office.sip.twilio.com")
        .friendly_name("branch")
        .voice_url(url("voice"))
        .voice_method(HttpMethod::Post)
        .voice_fallback_url(url("fallback"))
        .voice_fallback_method(HttpMethod::Get)
        .voice_status_callback_url(url("status"))
        .voice_status_callback_method(HttpMethod::Post)
        .sip_registration(Toggle::On)
        .emergency_calling_enabled(Toggle::Off)
        .secure(Toggle::On)
        .byoc_trunk_sid(sid!(ByocTrunkSid))
        .emergency_caller_sid(sid!(PhoneNumberSid))
}

/// The four operations of a kind of mapping.
macro_rules! mapping {
    ($on:ident, $kind:literal, $sid:ty, |$client:ident, $domain:ident| $mappings:expr) => {
        let ($domain, list) = (sid!(SipDomainSid), sid!($sid));
        $on.call(concat!("ListSip", $kind), async |$client| {
            $mappings.list(paged!(ListMappings)).collect().await
        })
        .await;
        $on.call(concat!("CreateSip", $kind), async |$client| {
            $mappings.create(list).await
        })
        .await;
        $on.call(concat!("FetchSip", $kind), async |$client| {
            $mappings.get(list).await
        })
        .await;
        $on.call(concat!("DeleteSip", $kind), async |$client| {
            $mappings.delete(list).await
        })
        .await;
    };
}

#[tokio::test]
async fn every_operation_is_as_documented() {
    let Some(mut on) = Exercise::of(&["sip"]) else {
        return;
    };
    let one = sid!(SipDomainSid);
    on.call("ListSipDomain", async |c| {
        c.sip().domains().list(paged!(ListDomains)).collect().await
    })
    .await;
    on.call("CreateSipDomain", async |c| {
        c.sip().domains().create(&domain()).await
    })
    .await;
    on.call("FetchSipDomain", async |c| c.sip().domains().get(one).await)
        .await;
    on.call("UpdateSipDomain", async |c| {
        c.sip().domains().update(one, &other_domain()).await
    })
    .await;
    on.call("DeleteSipDomain", async |c| {
        c.sip().domains().delete(one).await
    })
    .await;

    mapping!(
        on,
        "AuthCallsCredentialListMapping",
        CredentialListSid,
        |c, domain| c.sip().domains().call_credential_lists(domain)
    );
    mapping!(
        on,
        "AuthCallsIpAccessControlListMapping",
        IpAccessControlListSid,
        |c, domain| c.sip().domains().call_ip_access_control_lists(domain)
    );
    mapping!(
        on,
        "AuthRegistrationsCredentialListMapping",
        CredentialListSid,
        |c, domain| c.sip().domains().registration_credential_lists(domain)
    );
    mapping!(
        on,
        "CredentialListMapping",
        CredentialListSid,
        |c, domain| c.sip().domains().credential_list_mappings(domain)
    );
    mapping!(
        on,
        "IpAccessControlListMapping",
        IpAccessControlListSid,
        |c, domain| c.sip().domains().ip_access_control_list_mappings(domain)
    );

    credentials(&mut on).await;
    addresses(&mut on).await;
    on.finish();
}

async fn credentials(on: &mut Exercise) {
    let (list, one) = (sid!(CredentialListSid), sid!(CredentialSid));
    let named = NameCredentialList::new("phones");
    on.call("ListSipCredentialList", async |c| {
        let lists = c.sip().credential_lists();
        lists.list(paged!(ListCredentialLists)).collect().await
    })
    .await;
    on.call("CreateSipCredentialList", async |c| {
        c.sip().credential_lists().create(&named).await
    })
    .await;
    on.call("FetchSipCredentialList", async |c| {
        c.sip().credential_lists().get(list).await
    })
    .await;
    on.call("UpdateSipCredentialList", async |c| {
        c.sip().credential_lists().update(list, &named).await
    })
    .await;
    on.call("DeleteSipCredentialList", async |c| {
        c.sip().credential_lists().delete(list).await
    })
    .await;
    on.call("ListSipCredential", async |c| {
        let users = c.sip().credential_lists().credentials(list);
        users.list(paged!(ListCredentials)).collect().await
    })
    .await;
    on.call("CreateSipCredential", async |c| {
        let users = c.sip().credential_lists().credentials(list);
        users
            .create(&CreateCredential::new("anna", password()))
            .await
    })
    .await;
    on.call("FetchSipCredential", async |c| {
        c.sip().credential_lists().credentials(list).get(one).await
    })
    .await;
    on.call("UpdateSipCredential", async |c| {
        let users = c.sip().credential_lists().credentials(list);
        users.update(one, &UpdateCredential::new(password())).await
    })
    .await;
    on.call("DeleteSipCredential", async |c| {
        let users = c.sip().credential_lists().credentials(list);
        users.delete(one).await
    })
    .await;
}

async fn addresses(on: &mut Exercise) {
    let (list, one) = (sid!(IpAccessControlListSid), sid!(IpAddressSid));
    let named = NameIpAccessControlList::new("sbc");
    on.call("ListSipIpAccessControlList", async |c| {
        let lists = c.sip().ip_access_control_lists();
        lists.list(paged!(ListIpAccessControlLists)).collect().await
    })
    .await;
    on.call("CreateSipIpAccessControlList", async |c| {
        c.sip().ip_access_control_lists().create(&named).await
    })
    .await;
    on.call("FetchSipIpAccessControlList", async |c| {
        c.sip().ip_access_control_lists().get(list).await
    })
    .await;
    on.call("UpdateSipIpAccessControlList", async |c| {
        c.sip().ip_access_control_lists().update(list, &named).await
    })
    .await;
    on.call("DeleteSipIpAccessControlList", async |c| {
        c.sip().ip_access_control_lists().delete(list).await
    })
    .await;
    on.call("ListSipIpAddress", async |c| {
        let addresses = c.sip().ip_access_control_lists().addresses(list);
        addresses.list(paged!(ListIpAddresses)).collect().await
    })
    .await;
    on.call("CreateSipIpAddress", async |c| {
        let addresses = c.sip().ip_access_control_lists().addresses(list);
        addresses.create(&CreateIpAddress::new("a", range())).await
    })
    .await;
    on.call("FetchSipIpAddress", async |c| {
        let addresses = c.sip().ip_access_control_lists().addresses(list);
        addresses.get(one).await
    })
    .await;
    on.call("UpdateSipIpAddress", async |c| {
        let addresses = c.sip().ip_access_control_lists().addresses(list);
        let change = UpdateIpAddress::new().friendly_name("b").range(range());
        addresses.update(one, &change).await
    })
    .await;
    on.call("DeleteSipIpAddress", async |c| {
        let addresses = c.sip().ip_access_control_lists().addresses(list);
        addresses.delete(one).await
    })
    .await;
}

#[tokio::test]
async fn what_twilio_would_refuse_is_not_sent() {
    let (client, transport) = common::scripted([]);
    for name in [
        "office",
        "sip.twilio.com",
        ".sip.twilio.com",
        "a..b.sip.twilio.com",
        "of_fice.sip.twilio.com",
        "office.pstn.twilio.com",
        "offixsip.twilio.com",
    ] {
        let domain = CreateDomain::new(name);
        let error = client.sip().domains().create(&domain).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{name}");
        assert_eq!(error.fields()[0].field, "DomainName");
    }
    for name in [String::new(), "x".repeat(65)] {
        let lists = client.sip().credential_lists();
        let error = lists
            .create(&NameCredentialList::new(name))
            .await
            .unwrap_err();
        assert_eq!(error.fields()[0].field, "FriendlyName");
    }
    let long = NameIpAccessControlList::new("x".repeat(256));
    let lists = client.sip().ip_access_control_lists();
    assert!(lists.create(&long).await.is_err());

    let users = client
        .sip()
        .credential_lists()
        .credentials(sid!(CredentialListSid));
    for (user, password, field) in [
        ("", PASSWORD, "Username"),
        (&"x".repeat(33), PASSWORD, "Username"),
        ("anna", "Sh0rt-secre", "Password"),
        ("anna", "no-capital-l3tter", "Password"),
        ("anna", "NO-SMALL-L3TTER", "Password"),
        ("anna", "No-digit-in-here", "Password"),
    ] {
        let new = CreateCredential::new(user, SecretString::from(password));
        let error = users.create(&new).await.unwrap_err();
        assert_eq!(error.fields()[0].field, field, "{user} {password}");
        assert!(!format!("{error:?} {error}").contains(password));
    }
    assert!(transport.sent().is_empty());
}

#[tokio::test]
async fn a_range_goes_out_as_network_and_prefix_and_comes_back() {
    let body = json!({"ip_address": "198.51.100.0", "cidr_prefix_length": 28});
    let (client, transport) = common::scripted([Reply::status(201, body.to_string())]);
    let list = sid!(IpAccessControlListSid);
    let addresses = client.sip().ip_access_control_lists().addresses(list);
    let new = CreateIpAddress::new("sbc", range());
    let made = addresses.create(&new).await.unwrap();
    assert_eq!(
        transport.sent()[0].text(),
        "FriendlyName=sbc&IpAddress=198.51.100.0&CidrPrefixLength=28"
    );
    assert_eq!(
        made.range(),
        Some(Ipv4Cidr::parse("198.51.100.0/28").unwrap())
    );
    for (body, range) in [
        (
            json!({"ip_address": "198.51.100.1"}),
            Some("198.51.100.1/32"),
        ),
        (
            json!({"ip_address": "198.51.100.1", "cidr_prefix_length": "32"}),
            Some("198.51.100.1/32"),
        ),
        (
            json!({"ip_address": "198.51.100.1", "cidr_prefix_length": 33}),
            None,
        ),
        (json!({"ip_address": "fe80::1"}), None),
        (json!({}), None),
    ] {
        let read: twilio_client::sip::IpAddress = serde_json::from_value(body).unwrap();
        assert_eq!(read.range(), range.map(|r| Ipv4Cidr::parse(r).unwrap()));
    }
}

#[tokio::test]
async fn a_domain_is_created_once_and_changed_until_it_is_clear() {
    let (client, transport) = common::scripted([Reply::status(500, "")]);
    let error = client.sip().domains().create(&domain()).await.unwrap_err();
    assert_eq!(error.delivery(), Delivery::Unknown);
    assert_eq!(transport.sent().len(), 1);

    let (client, transport) = common::scripted([
        Reply::status(500, ""),
        Reply::status(200, r#"{"secure": true, "auth_type": null}"#),
    ]);
    let client = client.with(voice_core::client::RequestOptions::new());
    let changed = client.sip().domains();
    let changed = changed
        .update(sid!(SipDomainSid), &other_domain())
        .await
        .unwrap();
    assert_eq!((changed.secure, &changed.auth_type), (Some(true), &None));
    assert_eq!(transport.sent().len(), 2);
}

#[tokio::test]
async fn users_and_passwords_do_not_show_even_when_the_server_quotes_them() {
    let new = CreateCredential::new("+14155550123", password());
    let shown = format!("{new:?}");
    assert!(
        !shown.contains("5550123") && !shown.contains(PASSWORD),
        "{shown}"
    );
    let refusal = json!({"code": 21243, "message": format!("{PASSWORD} is weak"), "status": 400});
    let (client, _) = common::scripted([Reply::status(400, refusal.to_string())]);
    let users = client
        .sip()
        .credential_lists()
        .credentials(sid!(CredentialListSid));
    let error = users.create(&new).await.unwrap_err();
    assert_eq!(error.code(), Some("21243"));
    assert!(!format!("{error} {error:?}").contains(PASSWORD), "{error}");
    let read: twilio_client::sip::Credential =
        serde_json::from_value(json!({"username": "+14155550123"})).unwrap();
    assert!(!format!("{read:?}").contains("5550123"));
}

#[tokio::test]
async fn mappings_are_listed_over_pages_and_taken_up_again() {
    let domain = sid!(SipDomainSid);
    let page = |sid: &str, next: Option<&str>| {
        let body = json!({"contents": [{"sid": sid, "friendly_name": "a"}], "next_page_uri": next});
        Reply::status(200, body.to_string())
    };
    let (one, two) = (
        format!("CL{}", "1".repeat(32)),
        format!("CL{}", "2".repeat(32)),
    );
    let next = format!(
        "/2010-04-01/Accounts/{}/SIP/Domains/{domain}/Auth/Registrations/CredentialListMappings.json?PageSize=1&Page=1&PageToken=PA{one}",
        common::ACCOUNT
    );
    let (client, transport) =
        common::scripted([page(&one, Some(&next)), page(&two, None), page(&two, None)]);
    let domains = client.sip().domains();
    let mappings = domains.registration_credential_lists(domain);
    let mut list = mappings.list(&ListMappings::new().page_size(1_u32));
    let mut seen = Vec::new();
    while let Some(item) = list.next().await {
        seen.push(item.unwrap().sid.unwrap().to_string());
    }
    assert_eq!(seen, [one, two.clone()]);
    let cursor = list.cursor().cloned().unwrap();
    let again = mappings.resume(cursor).collect().await.unwrap();
    assert_eq!(again[0].sid.unwrap().as_str(), two);
    let last = &transport.sent()[2].uri;
    assert_eq!(last.path_and_query().map(ToString::to_string), Some(next));
}
