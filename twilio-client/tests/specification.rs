//! The official OpenAPI files hold what this crate has: operations, parameters, properties.
//!
//! Skipped, with a line that says so, where `VOICE_SPECS_DIR` does not lead to them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod common;

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;

use common::{call_sid, full, pairs, scripted};
use serde_json::{Value, json};
use twilio_client::accounts::Account;
use twilio_client::calls::Call;
use twilio_client::error::ErrorCode;
use twilio_client::{OPERATIONS, SpecOperation};
use voice_core::testkit::Reply;

#[allow(
    clippy::disallowed_methods,
    reason = "where the specification lies is not a setting of the crate"
)]
fn spec(file: &str) -> Option<Value> {
    let Some(dir) = std::env::var_os("VOICE_SPECS_DIR") else {
        println!("skipped: VOICE_SPECS_DIR is not set");
        return None;
    };
    let path = PathBuf::from(dir).join("twilio").join(file);
    let text = std::fs::read_to_string(&path);
    let Ok(text) = text else {
        println!("skipped: {} cannot be read", path.display());
        return None;
    };
    Some(serde_json::from_str(&text).expect("the specification is JSON"))
}

fn ours() -> impl Iterator<Item = &'static SpecOperation> {
    OPERATIONS.iter().copied().flatten()
}

fn texts(value: &Value) -> BTreeSet<String> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_operation_is_in_the_specification_with_its_method_and_path() {
    let Some(operations) = spec("operations.json") else {
        return;
    };
    let all = operations.as_array().unwrap();
    let mut seen = BTreeSet::new();
    let mut names = BTreeSet::new();
    for own in ours() {
        let found = all
            .iter()
            .find(|op| op["spec"] == own.spec && op["op"] == own.id);
        let found =
            found.unwrap_or_else(|| panic!("{} {} is not in the specification", own.spec, own.id));
        assert_eq!(
            found["method"],
            own.operation.method().as_str(),
            "{}",
            own.id
        );
        assert_eq!(found["path"], own.operation.path(), "{}", own.id);
        assert!(seen.insert((own.spec, own.id)), "{} stands twice", own.id);
        assert!(
            names.insert(own.operation.name()),
            "{} stands twice",
            own.operation.name()
        );
    }
    println!("coverage: {} of {}", seen.len(), all.len());
    assert_eq!((seen.len(), all.len()), (305, 305));
}

#[tokio::test]
async fn every_parameter_of_a_covered_operation_can_be_sent_and_no_other_is() {
    let Some(operations) = spec("operations.json") else {
        return;
    };
    let call = || Reply::json(&json!({"sid": common::CALL}));
    let list = || Reply::json(&json!({"calls": []}));
    let mut sent: HashMap<&str, BTreeSet<String>> = HashMap::new();
    let mut names = |id: &'static str, text: &str| {
        sent.entry(id)
            .or_default()
            .extend(pairs(text).into_iter().map(|(name, _)| name));
    };

    let (client, transport) = scripted((0..7).map(|n| if n == 5 { list() } else { call() }));
    for request in full::all_creates() {
        client.calls().create(&request).await.unwrap();
        names("CreateCall", &transport.sent().last().unwrap().text());
    }
    for request in full::all_updates() {
        client.calls().update(call_sid(), &request).await.unwrap();
        names("UpdateCall", &transport.sent().last().unwrap().text());
    }
    client
        .calls()
        .list(&full::all_filters())
        .collect()
        .await
        .unwrap();
    names(
        "ListCall",
        transport.sent().last().unwrap().uri.query().unwrap(),
    );
    client.calls().get(call_sid()).await.unwrap();
    names(
        "FetchCall",
        transport
            .sent()
            .last()
            .unwrap()
            .uri
            .query()
            .unwrap_or_default(),
    );
    names("FetchAccount", "");

    // The others are held against the specification in the files named rest_*.
    for own in ours().filter(|own| own.spec == "api_v2010" && sent.contains_key(own.id)) {
        let found = operations
            .as_array()
            .unwrap()
            .iter()
            .find(|op| op["spec"] == own.spec && op["op"] == own.id)
            .unwrap();
        let mut documented = texts(&found["query"]);
        documented.extend(texts(&found["body"]));
        let sent = sent
            .get(own.id)
            .unwrap_or_else(|| panic!("{} is not tried here", own.id));
        assert_eq!(*sent, documented, "{}", own.id);
    }
}

#[test]
fn every_property_of_the_answers_has_a_field() {
    let Some(api) = spec("twilio_api_v2010.json") else {
        return;
    };
    for (schema, fields) in [
        ("api.v2010.account.call", Call::PROPERTIES),
        ("api.v2010.account", Account::PROPERTIES),
    ] {
        let properties = api["components"]["schemas"][schema]["properties"]
            .as_object()
            .unwrap();
        let documented: BTreeSet<&str> = properties.keys().map(String::as_str).collect();
        let own: BTreeSet<&str> = fields.iter().copied().collect();
        assert_eq!(own, documented, "{schema}");
    }
}

#[test]
fn every_error_code_has_its_name_a_class_and_a_hint() {
    let Some(codes) = spec("error_codes.json") else {
        return;
    };
    let plain = |name: &str| {
        name.replace(['\u{2018}', '\u{2019}'], "'")
            .trim()
            .to_owned()
    };
    for entry in codes.as_array().unwrap() {
        let code = ErrorCode::new(u32::try_from(entry["code"].as_u64().unwrap()).unwrap());
        assert_eq!(
            code.name().map(plain),
            entry["name"].as_str().map(plain),
            "{code:?}"
        );
        assert!(code.class().is_some() && code.hint().is_some(), "{code:?}");
    }
}
