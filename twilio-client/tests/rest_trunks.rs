//! Elastic SIP trunks, held against the official OpenAPI files.
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
use serde_json::json;
use twilio_client::trunks::{
    CreateOriginationUrl, ListOriginationUrls, ListPhoneNumbers, ListTrunkLists, ListTrunks,
    RecordingMode, RecordingSettings, RecordingTrim, TransferCallerId, TransferMode, TrunkSettings,
    UpdateOriginationUrl,
};
use twilio_client::types::{HttpMethod, Toggle};
use voice_core::error::{Delivery, ErrorKind};
use voice_core::ident::{
    CredentialListSid, IpAccessControlListSid, OriginationUrlSid, PhoneNumberSid, SipUri, TrunkSid,
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

fn settings() -> TrunkSettings {
    TrunkSettings::new()
        .friendly_name("office")
        .domain_name("office-1.pstn.twilio.com")
        .disaster_recovery_url(WebhookUrl::parse("https://app.example.com/down").unwrap())
        .disaster_recovery_method(HttpMethod::Post)
        .transfer_mode(TransferMode::SipOnly)
        .secure(Toggle::On)
        .cnam_lookup_enabled(Toggle::Off)
        .transfer_caller_id(TransferCallerId::FromTransferor)
}

fn uri() -> SipUri {
    SipUri::parse("sip:sbc.example.com:5061").unwrap()
}

#[tokio::test]
async fn every_operation_is_as_documented() {
    let Some(mut on) = Exercise::of(&["trunking_v1"]) else {
        return;
    };
    let trunk = sid!(TrunkSid);
    on.call("ListTrunk", async |c| {
        c.trunks().list(paged!(ListTrunks)).collect().await
    })
    .await;
    on.call("CreateTrunk", async |c| {
        c.trunks().create(&settings()).await
    })
    .await;
    on.call("FetchTrunk", async |c| c.trunks().get(trunk).await)
        .await;
    on.call("UpdateTrunk", async |c| {
        c.trunks().update(trunk, &settings()).await
    })
    .await;
    on.call("DeleteTrunk", async |c| c.trunks().delete(trunk).await)
        .await;

    let one = sid!(OriginationUrlSid);
    on.call("ListOriginationUrl", async |c| {
        let urls = c.trunks().origination_urls(trunk);
        urls.list(paged!(ListOriginationUrls)).collect().await
    })
    .await;
    on.call("CreateOriginationUrl", async |c| {
        let new = CreateOriginationUrl::new("sbc", uri())
            .priority(0)
            .weight(65_535)
            .enabled(Toggle::Off);
        c.trunks().origination_urls(trunk).create(&new).await
    })
    .await;
    on.call("FetchOriginationUrl", async |c| {
        c.trunks().origination_urls(trunk).get(one).await
    })
    .await;
    on.call("UpdateOriginationUrl", async |c| {
        let change = UpdateOriginationUrl::new()
            .weight(1_u32)
            .priority(65_535_u32)
            .enabled(Toggle::On)
            .friendly_name("other")
            .sip_url(uri());
        c.trunks()
            .origination_urls(trunk)
            .update(one, &change)
            .await
    })
    .await;
    on.call("DeleteOriginationUrl", async |c| {
        c.trunks().origination_urls(trunk).delete(one).await
    })
    .await;
    lists(&mut on).await;
    numbers(&mut on).await;
    on.finish();
}

async fn lists(on: &mut Exercise) {
    let (trunk, users) = (sid!(TrunkSid), sid!(CredentialListSid));
    on.call("ListCredentialList", async |c| {
        let lists = c.trunks().credential_lists(trunk);
        lists.list(paged!(ListTrunkLists)).collect().await
    })
    .await;
    on.call("CreateCredentialList", async |c| {
        c.trunks().credential_lists(trunk).create(users).await
    })
    .await;
    on.call("FetchCredentialList", async |c| {
        c.trunks().credential_lists(trunk).get(users).await
    })
    .await;
    on.call("DeleteCredentialList", async |c| {
        c.trunks().credential_lists(trunk).delete(users).await
    })
    .await;
    let addresses = sid!(IpAccessControlListSid);
    on.call("ListIpAccessControlList", async |c| {
        let lists = c.trunks().ip_access_control_lists(trunk);
        lists.list(paged!(ListTrunkLists)).collect().await
    })
    .await;
    on.call("CreateIpAccessControlList", async |c| {
        let lists = c.trunks().ip_access_control_lists(trunk);
        lists.create(addresses).await
    })
    .await;
    on.call("FetchIpAccessControlList", async |c| {
        let lists = c.trunks().ip_access_control_lists(trunk);
        lists.get(addresses).await
    })
    .await;
    on.call("DeleteIpAccessControlList", async |c| {
        let lists = c.trunks().ip_access_control_lists(trunk);
        lists.delete(addresses).await
    })
    .await;
}

async fn numbers(on: &mut Exercise) {
    let (trunk, number) = (sid!(TrunkSid), sid!(PhoneNumberSid));
    on.call("ListPhoneNumber", async |c| {
        let numbers = c.trunks().phone_numbers(trunk);
        numbers.list(paged!(ListPhoneNumbers)).collect().await
    })
    .await;
    on.call("CreatePhoneNumber", async |c| {
        c.trunks().phone_numbers(trunk).create(number).await
    })
    .await;
    on.call("FetchPhoneNumber", async |c| {
        c.trunks().phone_numbers(trunk).get(number).await
    })
    .await;
    on.call("DeletePhoneNumber", async |c| {
        c.trunks().phone_numbers(trunk).delete(number).await
    })
    .await;
    on.call("FetchRecording", async |c| {
        c.trunks().recording(trunk).get().await
    })
    .await;
    on.call("UpdateRecording", async |c| {
        let settings = RecordingSettings::new()
            .mode(RecordingMode::FromAnswerDual)
            .trim(RecordingTrim::TrimSilence);
        c.trunks().recording(trunk).update(&settings).await
    })
    .await;
}

#[tokio::test]
async fn what_twilio_would_refuse_is_not_sent() {
    let (client, transport) = common::scripted([]);
    let named = |name: &str| TrunkSettings::new().friendly_name(name);
    let at = |domain: &str| TrunkSettings::new().domain_name(domain);
    for (settings, field) in [
        (named(""), "FriendlyName"),
        (named(&"x".repeat(65)), "FriendlyName"),
        (at("office.sip.twilio.com"), "DomainName"),
        (at("office"), "DomainName"),
    ] {
        let error = client.trunks().create(&settings).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert_eq!(error.fields()[0].field, field);
    }
    let urls = client.trunks().origination_urls(sid!(TrunkSid));
    let secure = SipUri::parse("sips:sbc.example.com").unwrap();
    for (new, field) in [
        (CreateOriginationUrl::new("a", secure), "SipUrl"),
        (
            CreateOriginationUrl::new("a", uri()).priority(65_536),
            "Priority",
        ),
        (CreateOriginationUrl::new("a", uri()).weight(0), "Weight"),
        (
            CreateOriginationUrl::new("x".repeat(65), uri()),
            "FriendlyName",
        ),
    ] {
        let error = urls.create(&new).await.unwrap_err();
        assert_eq!(error.fields()[0].field, field);
    }
    let change = UpdateOriginationUrl::new().weight(65_536_u32);
    assert!(urls.update(sid!(OriginationUrlSid), &change).await.is_err());
    assert!(transport.sent().is_empty());
}

#[tokio::test]
async fn an_address_is_sent_with_the_usual_priority_and_weight() {
    let (client, transport) = common::scripted([Reply::status(201, "{}")]);
    let urls = client.trunks().origination_urls(sid!(TrunkSid));
    urls.create(&CreateOriginationUrl::new("sbc", uri()))
        .await
        .unwrap();
    assert_eq!(
        transport.sent()[0].text(),
        "Weight=10&Priority=10&Enabled=true&FriendlyName=sbc&SipUrl=sip%3Asbc.example.com%3A5061"
    );
}

#[tokio::test]
async fn a_trunk_is_created_once_and_changed_until_it_is_clear() {
    let (client, transport) = common::scripted([Reply::status(500, "")]);
    let error = client.trunks().create(&settings()).await.unwrap_err();
    assert_eq!(error.delivery(), Delivery::Unknown);
    assert_eq!(transport.sent().len(), 1);

    let (client, transport) = common::scripted([Reply::status(503, ""), Reply::status(200, "{}")]);
    let trunk = client.trunks().update(sid!(TrunkSid), &settings()).await;
    assert!(trunk.unwrap().sid.is_none());
    assert_eq!(transport.sent().len(), 2);
}

#[tokio::test]
async fn odd_answers_are_kept() {
    let body = json!({
        "recording": {"mode": "do-not-record", "trim": "do-not-trim"},
        "transfer_mode": "teleport",
        "auth_type_set": ["IP_ACL"],
        "auth_type": "",
        "secure": "yes",
    });
    let (client, _) = common::scripted([Reply::status(200, body.to_string())]);
    let trunk = client.trunks().get(sid!(TrunkSid)).await.unwrap();
    let recording = trunk.recording.as_ref().unwrap();
    assert_eq!(recording["mode"], "do-not-record");
    assert_eq!(
        trunk.transfer_mode,
        Some(TransferMode::Other("teleport".into()))
    );
    assert_eq!(
        trunk.auth_type_set.as_deref(),
        Some(&["IP_ACL".to_owned()][..])
    );
    assert_eq!(
        (trunk.secure, &trunk.extra["secure"]),
        (None, &json!("yes"))
    );
}

#[tokio::test]
async fn pages_of_the_newer_envelope_are_followed_on_the_own_host() {
    let page = |sid: char, next: Option<&str>| {
        let sid = format!("TK{}", sid.to_string().repeat(32));
        let body = json!({
            "trunks": [{"sid": sid}],
            "meta": {"key": "trunks", "page": 0, "page_size": 1, "next_page_url": next},
        });
        Reply::status(200, body.to_string())
    };
    let next = "https://trunking.twilio.com/v1/Trunks?PageSize=1&Page=1&PageToken=PATK1";
    let (client, transport) = common::scripted([page('1', Some(next)), page('2', None)]);
    let trunks = client.trunks().list(&ListTrunks::new().page_size(1_u32));
    assert_eq!(trunks.collect().await.unwrap().len(), 2);
    assert_eq!(transport.sent()[1].uri.to_string(), next);

    let elsewhere = "https://trunking.example.com/v1/Trunks?Page=1";
    let (client, transport) = common::scripted([page('1', Some(elsewhere))]);
    let error = client.trunks().list(&ListTrunks::new()).collect().await;
    assert_eq!(error.unwrap_err().delivery(), Delivery::NotSent);
    assert_eq!(transport.sent().len(), 1);
}
