//! Everything held against the list of operations: names, methods, paths, repeat classes, fields.
//!
//! The list is not part of the repository. `VOICE_SPECS_DIR` names the directory that holds `exotel/endpoints.json`;
//! without it these tests say so and pass.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use common::{KEY, TOKEN, number, reply, scripted, sid, spec, success};
use exotel_vsip::credentials::{CredentialUpdate, NewCredential};
use exotel_vsip::destinations::DestinationUpdate;
use exotel_vsip::error::{ErrorClass, ErrorCode};
use exotel_vsip::numbers::MapNumber;
use exotel_vsip::settings::NewSetting;
use exotel_vsip::trunks::{ConfirmDeletion, ListTrunks, NewTrunk, TrunkUpdate};
use exotel_vsip::types::{
    AuthType, CredentialId, DestinationId, FriendlyName, NumberMode, PhoneNumberId, SettingName,
    WhitelistedIpId,
};
use exotel_vsip::{ExotelClient, OPERATIONS, Paging};
use serde_json::{Value, json};
use voice_core::client::Operation;
use voice_core::ident::{Ipv4Cidr, NsoCode, SipDestination};
use voice_core::retry::Repeat;
use voice_core::testkit::Sent;

fn rows() -> Option<Vec<Value>> {
    Some(serde_json::from_str(&spec("endpoints.json")?).unwrap())
}

fn named(name: &str) -> Option<&'static Operation> {
    OPERATIONS
        .iter()
        .copied()
        .find(|operation| operation.name() == name)
}

#[test]
fn every_operation_of_v2_is_there_as_the_list_has_it() {
    let Some(rows) = rows() else { return };
    let v2: Vec<&Value> = rows.iter().filter(|row| row["api"] == "v2").collect();
    assert_eq!(v2.len(), 25);
    for row in v2 {
        let name = row["op"].as_str().unwrap();
        let operation = named(name).unwrap_or_else(|| panic!("{name} is missing"));
        agrees(operation, row);
    }
}

#[test]
fn no_operation_is_made_up() {
    let Some(rows) = rows() else { return };
    for operation in OPERATIONS {
        let row = rows.iter().find(|row| row["op"] == operation.name());
        agrees(
            operation,
            row.unwrap_or_else(|| panic!("{} is in no list", operation.name())),
        );
    }
    println!(
        "coverage: {} of {} operations",
        OPERATIONS.len(),
        rows.len()
    );
}

fn agrees(operation: &Operation, row: &Value) {
    let name = operation.name();
    assert_eq!(operation.method().as_str(), row["method"], "{name}");
    assert_eq!(operation.path(), row["path"], "{name}");
    let repeat = match row["repeat"].as_str().unwrap() {
        "safe" => Repeat::Safe,
        "idempotent" => Repeat::Idempotent,
        once if once.starts_with("once") => Repeat::Once,
        other => panic!("{name}: {other}"),
    };
    assert_eq!(operation.repeat(), repeat, "{name}");
}

#[test]
fn names_are_unique() {
    for (at, operation) in OPERATIONS.iter().enumerate() {
        let later = OPERATIONS.iter().skip(at + 1);
        assert!(
            later
                .into_iter()
                .all(|other| other.name() != operation.name())
        );
    }
}

/// Every operation with everything set that it takes.
async fn in_full(client: &ExotelClient, operation: &str) -> Result<(), voice_core::error::Error> {
    let sid = sid();
    let trunk = client.trunk(&sid);
    let paging = Paging::new().page_size(10).offset(20);
    let address = Ipv4Cidr::from(Ipv4Addr::new(8, 8, 4, 17));
    let label = FriendlyName::parse("desk").unwrap();
    let (number_id, ip_id) = (
        PhoneNumberId::parse("7").unwrap(),
        WhitelistedIpId::parse("7").unwrap(),
    );
    let (destination_id, credential_id) = (
        DestinationId::parse("7").unwrap(),
        CredentialId::parse("7").unwrap(),
    );
    let destination = SipDestination::tls("sip.example.com", 5061).unwrap();
    match operation {
        "trunks.create" => drop(
            client
                .trunks()
                .create(&NewTrunk::new(common::name("t")))
                .await?,
        ),
        "trunks.list" => {
            let filter = ListTrunks::new()
                .trunk_sid(sid.clone())
                .page_size(10)
                .offset(20);
            drop(client.trunks().page(&filter).await?);
        }
        "trunks.get" => drop(client.trunks().get_by_path(&sid).await?),
        "trunks.update" => {
            let change = TrunkUpdate::new()
                .trunk_name(common::name("t"))
                .auth_type(AuthType::IpWhitelist)
                .nso_code(NsoCode::default());
            drop(client.trunks().update(&sid, &change).await?);
        }
        "trunks.delete" => drop(
            client
                .trunks()
                .delete(&sid, &ConfirmDeletion::of(common::SID))
                .await?,
        ),
        "phone_numbers.map" => {
            let number = MapNumber::new(number()).mode(NumberMode::Flow);
            drop(trunk.phone_numbers().map(&number).await?);
        }
        "phone_numbers.list" => drop(trunk.phone_numbers().page(&paging).await?),
        "phone_numbers.update_mode" => {
            drop(
                trunk
                    .phone_numbers()
                    .set_mode(&number_id, &number(), &NumberMode::Pstn)
                    .await?,
            );
        }
        "phone_numbers.unmap" => drop(trunk.phone_numbers().unmap(&number_id).await?),
        "trunk_maps.lookup" => drop(client.trunk_maps().lookup_in(&number(), &sid).await?),
        "whitelisted_ips.add" => drop(trunk.whitelisted_ips().add(address).await?),
        "whitelisted_ips.list" => drop(trunk.whitelisted_ips().page(&paging).await?),
        "whitelisted_ips.update" => drop(trunk.whitelisted_ips().update(&ip_id, address).await?),
        "whitelisted_ips.remove" => drop(trunk.whitelisted_ips().remove(&ip_id).await?),
        "destination_uris.add" => drop(trunk.destinations().add(&[destination]).await?),
        "destination_uris.list" => drop(trunk.destinations().page(&paging).await?),
        "destination_uris.update" => {
            let change = DestinationUpdate::new().priority(1).weight(2);
            drop(
                trunk
                    .destinations()
                    .update(&destination_id, &change)
                    .await?,
            );
        }
        "destination_uris.remove" => drop(trunk.destinations().remove(&destination_id).await?),
        "credentials.create" => {
            let credential = NewCredential::new("u", "p").friendly_name(label);
            drop(trunk.credentials().create(&credential).await?);
        }
        "credentials.list" => drop(trunk.credentials().page(&paging).await?),
        "credentials.update" => {
            let change = CredentialUpdate::new()
                .user_name("u")
                .password("p")
                .friendly_name(label);
            drop(trunk.credentials().update(&credential_id, &change).await?);
        }
        "credentials.delete" => drop(trunk.credentials().delete(&credential_id).await?),
        "settings.list" => drop(trunk.settings().page().await?),
        "settings.set" => drop(
            trunk
                .settings()
                .set(&[NewSetting::external_alias(&number())])
                .await?,
        ),
        "settings.delete" => drop(trunk.settings().delete(&SettingName::ExternalAlias).await?),
        other => panic!("{other} is not called here"),
    }
    Ok(())
}

/// What the operation sent, whatever came of it.
async fn sent(operation: &str) -> Sent {
    let object = json!({"trunk_sid": "t", "id": "7", "name": "n", "exophone": "e"});
    let (client, transport) = scripted([reply(200, &success(object))]);
    in_full(&client, operation)
        .await
        .unwrap_or_else(|error| panic!("{operation}: {error}"));
    let mut sent = transport.sent();
    assert_eq!(sent.len(), 1, "{operation}");
    sent.remove(0)
}

fn keys(value: &Value) -> Vec<String> {
    let mut keys: Vec<String> = match value {
        Value::Object(map) => map.keys().cloned().collect(),
        _ => Vec::new(),
    };
    keys.sort();
    keys
}

#[tokio::test]
async fn every_request_has_every_documented_field_in_its_place_and_no_other() {
    let Some(rows) = rows() else { return };
    for row in rows.iter().filter(|row| row["api"] == "v2") {
        let name = row["op"].as_str().unwrap();
        let sent = sent(name).await;
        assert_eq!(sent.method.as_str(), row["method"], "{name}");
        let path = row["path"].as_str().unwrap();
        let path = path
            .replace("{account_sid}", common::ACCOUNT)
            .replace("{trunk_sid}", common::SID)
            .replace("{id}", "7");
        assert_eq!(sent.uri.path(), path, "{name}");
        let query: BTreeMap<&str, &str> = sent
            .uri
            .query()
            .unwrap_or_default()
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .collect();
        assert_eq!(
            query.keys().copied().collect::<Vec<_>>(),
            keys(&row["query"]),
            "{name}"
        );
        let body = match sent.text() {
            text if text.is_empty() => Value::Null,
            text => serde_json::from_str(&text).unwrap(),
        };
        assert_eq!(keys(&body), keys(&row["body"]), "{name}");
        for part in ["destinations", "settings"] {
            assert_eq!(keys(&body[part][0]), keys(&row["body"][part][0]), "{name}");
        }
        let writes = matches!(sent.method.as_str(), "POST" | "PUT");
        let expected = if writes { "application/json" } else { "" };
        assert_eq!(sent.header("content-type"), expected, "{name}");
        assert_eq!(
            row["content_type"].as_str().unwrap_or_default(),
            expected,
            "{name}"
        );
        let basic = sent.header("authorization");
        assert!(basic.starts_with("Basic ") && !basic.contains(KEY) && !basic.contains(TOKEN));
    }
}

#[tokio::test]
async fn a_plus_in_a_query_is_encoded() {
    let sent = sent("trunk_maps.lookup").await;
    assert!(
        sent.uri
            .query()
            .unwrap()
            .starts_with("exophone=%2B918000000001&")
    );
}

#[test]
fn every_code_of_the_catalogue_is_known_by_its_name() {
    let Some(catalogue) = spec("error_catalog.json") else {
        return;
    };
    let rows: Vec<Value> = serde_json::from_str(&catalogue).unwrap();
    assert_eq!(rows.len(), 10);
    for row in rows {
        let code = ErrorCode::from(row["code"].to_string());
        assert_eq!(code.name(), row["kind"]);
        assert_eq!(
            code.class() == ErrorClass::Retry,
            row["retryable"].as_bool().unwrap()
        );
        assert!(code.cause().is_some() && code.remedy().is_some() && code.kind().is_some());
    }
    assert_eq!(ErrorCode::KNOWN.len(), 16);
    let other = ErrorCode::from("4711");
    assert_eq!(
        (other.name(), other.cause(), other.remedy(), other.kind()),
        ("4711", None, None, None)
    );
}
