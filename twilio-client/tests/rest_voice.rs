//! Voice v1, held against the official OpenAPI files.
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
use twilio_client::byoc_trunks::{ByocTrunkSettings, ListByocTrunks};
use twilio_client::connection_policies::{
    ConnectionPolicySettings, CreateTarget, ListConnectionPolicies, ListTargets, UpdateTarget,
};
use twilio_client::dialing_permissions::{CountryPermission, ListCountries, ListPrefixes};
use twilio_client::ip_records::{
    CreateIpRecord, CreateSourceIpMapping, ListIpRecords, ListSourceIpMappings, UpdateIpRecord,
    UpdateSourceIpMapping,
};
use twilio_client::types::{DateFilter, HttpMethod, Toggle};
use voice_core::error::{Delivery, ErrorKind};
use voice_core::ident::{
    ByocTrunkSid, ConnectionPolicySid, ConnectionPolicyTargetSid, IpRecordSid, Ipv4Cidr,
    SipDomainSid, SipUri, SourceIpMappingSid,
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

fn url(path: &str) -> WebhookUrl {
    WebhookUrl::parse(&format!("https://app.example.com/{path}")).unwrap()
}

fn target() -> SipUri {
    SipUri::parse("sip:sbc1.example.com:5060").unwrap()
}

fn range() -> Ipv4Cidr {
    Ipv4Cidr::parse("198.51.100.0/28").unwrap()
}

macro_rules! paged {
    ($type:ty) => {
        <$type>::new()
            .page_size(20_u32)
            .page(0_u32)
            .page_token("PA1")
    };
}

fn trunk_settings() -> ByocTrunkSettings {
    ByocTrunkSettings::new()
        .friendly_name("carrier")
        .voice_url(url("voice"))
        .voice_method(HttpMethod::Post)
        .voice_fallback_url(url("fallback"))
        .voice_fallback_method(HttpMethod::Get)
        .status_callback_url(url("status"))
        .status_callback_method(HttpMethod::Post)
        .cnam_lookup_enabled(Toggle::Off)
        .connection_policy_sid(sid!(ConnectionPolicySid))
        .from_domain_sid(sid!(SipDomainSid))
}

#[tokio::test]
async fn every_operation_is_as_documented() {
    let Some(mut on) = Exercise::of(&["voice_v1"]) else {
        return;
    };
    let day = DateFilter::parse("2025-01-31").unwrap();
    on.call("DeleteArchivedCall", async |c| {
        c.calls().delete_archived(&day, common::call_sid()).await
    })
    .await;

    let trunk = sid!(ByocTrunkSid);
    on.call("ListByocTrunk", async |c| {
        c.byoc_trunks()
            .list(&paged!(ListByocTrunks))
            .collect()
            .await
    })
    .await;
    on.call("CreateByocTrunk", async |c| {
        c.byoc_trunks().create(&trunk_settings()).await
    })
    .await;
    on.call("FetchByocTrunk", async |c| c.byoc_trunks().get(trunk).await)
        .await;
    on.call("UpdateByocTrunk", async |c| {
        c.byoc_trunks().update(trunk, &trunk_settings()).await
    })
    .await;
    on.call("DeleteByocTrunk", async |c| {
        c.byoc_trunks().delete(trunk).await
    })
    .await;

    let policy = sid!(ConnectionPolicySid);
    let named = ConnectionPolicySettings::new().friendly_name("edge");
    on.call("ListConnectionPolicy", async |c| {
        c.connection_policies()
            .list(&paged!(ListConnectionPolicies))
            .collect()
            .await
    })
    .await;
    on.call("CreateConnectionPolicy", async |c| {
        c.connection_policies().create(&named).await
    })
    .await;
    on.call("FetchConnectionPolicy", async |c| {
        c.connection_policies().get(policy).await
    })
    .await;
    on.call("UpdateConnectionPolicy", async |c| {
        c.connection_policies().update(policy, &named).await
    })
    .await;
    on.call("DeleteConnectionPolicy", async |c| {
        c.connection_policies().delete(policy).await
    })
    .await;

    let one = sid!(ConnectionPolicyTargetSid);
    on.call("ListConnectionPolicyTarget", async |c| {
        c.connection_policies()
            .targets(policy)
            .list(&paged!(ListTargets))
            .collect()
            .await
    })
    .await;
    on.call("CreateConnectionPolicyTarget", async |c| {
        let new = CreateTarget::new(target())
            .friendly_name("a")
            .priority(1_u32)
            .weight(2_u32)
            .enabled(Toggle::On);
        c.connection_policies().targets(policy).create(&new).await
    })
    .await;
    on.call("FetchConnectionPolicyTarget", async |c| {
        c.connection_policies().targets(policy).get(one).await
    })
    .await;
    on.call("UpdateConnectionPolicyTarget", async |c| {
        let change = UpdateTarget::new()
            .target(target())
            .friendly_name("a")
            .priority(1_u32)
            .weight(2_u32);
        c.connection_policies()
            .targets(policy)
            .update(one, &change.enabled(Toggle::Off))
            .await
    })
    .await;
    on.call("DeleteConnectionPolicyTarget", async |c| {
        c.connection_policies().targets(policy).delete(one).await
    })
    .await;

    let record = sid!(IpRecordSid);
    on.call("ListIpRecord", async |c| {
        c.ip_records().list(&paged!(ListIpRecords)).collect().await
    })
    .await;
    on.call("CreateIpRecord", async |c| {
        c.ip_records()
            .create(&CreateIpRecord::new(range()).friendly_name("office"))
            .await
    })
    .await;
    on.call("FetchIpRecord", async |c| c.ip_records().get(record).await)
        .await;
    on.call("UpdateIpRecord", async |c| {
        c.ip_records()
            .update(record, &UpdateIpRecord::new().friendly_name("x"))
            .await
    })
    .await;
    on.call("DeleteIpRecord", async |c| {
        c.ip_records().delete(record).await
    })
    .await;

    let (mapping, domain) = (sid!(SourceIpMappingSid), sid!(SipDomainSid));
    on.call("ListSourceIpMapping", async |c| {
        c.source_ip_mappings()
            .list(&paged!(ListSourceIpMappings))
            .collect()
            .await
    })
    .await;
    on.call("CreateSourceIpMapping", async |c| {
        c.source_ip_mappings()
            .create(&CreateSourceIpMapping::new(record, domain))
            .await
    })
    .await;
    on.call("FetchSourceIpMapping", async |c| {
        c.source_ip_mappings().get(mapping).await
    })
    .await;
    on.call("UpdateSourceIpMapping", async |c| {
        c.source_ip_mappings()
            .update(mapping, &UpdateSourceIpMapping::new(domain))
            .await
    })
    .await;
    on.call("DeleteSourceIpMapping", async |c| {
        c.source_ip_mappings().delete(mapping).await
    })
    .await;

    on.call("ListDialingPermissionsCountry", async |c| {
        let list = paged!(ListCountries)
            .iso_code("IE")
            .continent("Europe")
            .country_code("353")
            .low_risk_numbers_enabled(Toggle::On)
            .high_risk_special_numbers_enabled(Toggle::Off)
            .high_risk_tollfraud_numbers_enabled(Toggle::Off);
        c.dialing_permissions().countries(&list).collect().await
    })
    .await;
    on.call("FetchDialingPermissionsCountry", async |c| {
        c.dialing_permissions().country("IE").await
    })
    .await;
    on.call("ListDialingPermissionsHrsPrefixes", async |c| {
        c.dialing_permissions()
            .high_risk_prefixes("IE", &paged!(ListPrefixes))
            .collect()
            .await
    })
    .await;
    on.call("CreateDialingPermissionsCountryBulkUpdate", async |c| {
        c.dialing_permissions()
            .update_countries(&[CountryPermission::new("IE").low_risk_numbers(Toggle::On)])
            .await
    })
    .await;
    on.call("FetchDialingPermissionsSettings", async |c| {
        c.dialing_permissions().settings().await
    })
    .await;
    on.call("UpdateDialingPermissionsSettings", async |c| {
        c.dialing_permissions().inherit(Toggle::On).await
    })
    .await;
    on.finish();
}

#[tokio::test]
async fn a_range_is_two_parameters_and_permissions_are_one_json_text() {
    let ok = || Reply::json(&json!({}));
    let (client, transport) = common::scripted([ok(), ok()]);
    client
        .ip_records()
        .create(&CreateIpRecord::new(range()))
        .await
        .unwrap();
    assert_eq!(
        transport.sent()[0].text(),
        "IpAddress=198.51.100.0&CidrPrefixLength=28"
    );
    let two = [
        CountryPermission::new("IE").low_risk_numbers(Toggle::On),
        CountryPermission::new("GB")
            .high_risk_special_numbers(Toggle::Off)
            .high_risk_tollfraud_numbers(Toggle::Off),
    ];
    client
        .dialing_permissions()
        .update_countries(&two)
        .await
        .unwrap();
    let sent = common::pairs(&transport.sent()[1].text());
    assert_eq!(
        sent[0].1,
        r#"[{"iso_code":"IE","low_risk_numbers_enabled":"true"},{"iso_code":"GB","high_risk_special_numbers_enabled":"false","high_risk_tollfraud_numbers_enabled":"false"}]"#
    );
}

#[tokio::test]
async fn what_twilio_would_refuse_is_not_sent() {
    let (client, transport) = common::scripted([]);
    let targets = client
        .connection_policies()
        .targets(sid!(ConnectionPolicySid));
    let secure = SipUri::parse("sips:sbc1.example.com").unwrap();
    for bad in [
        CreateTarget::new(secure),
        CreateTarget::new(target()).priority(65_536_u32),
        CreateTarget::new(target()).weight(0_u32),
        CreateTarget::new(target()).friendly_name("x".repeat(256)),
    ] {
        let error = targets.create(&bad).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.fields().len()),
            (ErrorKind::InvalidInput, 1)
        );
    }
    let permissions = client.dialing_permissions();
    assert!(permissions.update_countries(&[]).await.is_err());
    assert!(
        permissions
            .update_countries(&[CountryPermission::new("IRL")])
            .await
            .is_err()
    );
    let moment = DateFilter::parse("2025-01-31T10:00:00Z").unwrap();
    let error = client
        .calls()
        .delete_archived(&moment, common::call_sid())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(transport.sent().is_empty());
}

#[tokio::test]
async fn creations_are_sent_once_and_what_sets_a_state_again() {
    let broken = || Reply::status(502, "");
    let (client, transport) =
        common::scripted([broken(), broken(), Reply::json(&json!({"update_count": 1}))]);
    let error = client
        .byoc_trunks()
        .create(&ByocTrunkSettings::new())
        .await
        .unwrap_err();
    assert_eq!(
        (error.delivery(), transport.sent().len()),
        (Delivery::Unknown, 1)
    );
}

#[tokio::test(start_paused = true)]
async fn permissions_are_set_again_after_an_unknown_outcome() {
    let (client, transport) = common::scripted([
        Reply::status(502, ""),
        Reply::json(&json!({"update_count": 1})),
    ]);
    let on = [CountryPermission::new("IE").low_risk_numbers(Toggle::On)];
    let done = client
        .dialing_permissions()
        .update_countries(&on)
        .await
        .unwrap();
    assert_eq!(
        (
            done.update_count.as_ref().and_then(|n| n.to_u64()),
            transport.sent().len()
        ),
        (Some(1), 2)
    );
}
