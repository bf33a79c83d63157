//! What the tests share.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::sync::Arc;

use exotel_vsip::types::TrunkSid;
use exotel_vsip::{AccountName, ExotelClient, ExotelClientBuilder};
use serde_json::{Value, json};
use voice_core::client::ClientOptions;
use voice_core::config::Environment;
use voice_core::ident::{E164, TrunkName};
use voice_core::testkit::{Reply, ScriptedTransport, TestClock};

pub(crate) const ACCOUNT: &str = "exampleacc";
pub(crate) const KEY: &str = "planted1key1planted1key1planted1key1planted1key1";
pub(crate) const TOKEN: &str = "planted2token2planted2token2planted2token2planted";
pub(crate) const SID: &str = "trmum1000000000000000001aa1n";
pub(crate) const NUMBER: &str = "+918000000001";

pub(crate) fn sid() -> TrunkSid {
    TrunkSid::parse(SID).unwrap()
}

pub(crate) fn number() -> E164 {
    E164::parse(NUMBER).unwrap()
}

pub(crate) fn name(text: &str) -> TrunkName {
    TrunkName::parse(text).unwrap()
}

pub(crate) fn builder() -> ExotelClientBuilder {
    ExotelClient::builder()
        .account(AccountName::parse(ACCOUNT).unwrap())
        .api_key(KEY)
        .api_token(TOKEN)
}

/// Settings that answer from a script and live by a clock that stands at 2025-01-13T10:30:00Z when the test begins.
pub(crate) fn options(transport: &ScriptedTransport) -> ClientOptions {
    ClientOptions::new()
        .transport(Arc::new(transport.clone()))
        .clock(Arc::new(TestClock::at(1_736_764_200)))
}

/// A client whose transport answers from a script.
pub(crate) fn scripted(
    script: impl IntoIterator<Item = Reply>,
) -> (ExotelClient, ScriptedTransport) {
    let transport = ScriptedTransport::new(script);
    let client = builder().options(options(&transport)).build().unwrap();
    (client, transport)
}

/// An envelope around one object.
#[allow(clippy::needless_pass_by_value, reason = "literals read best by value")]
pub(crate) fn success(data: Value) -> Value {
    json!({"request_id": "0123", "method": "GET", "http_code": 200,
        "response": {"code": 200, "error_data": null, "status": "success", "data": data}})
}

/// An envelope around a failure.
pub(crate) fn failure(status: u16, code: u32, message: &str, description: &str) -> Value {
    json!({"request_id": "0123", "method": "POST", "http_code": status,
        "response": {"code": status, "status": "failure", "data": null,
            "error_data": {"code": code, "message": message, "description": description}}})
}

/// An envelope around a list.
pub(crate) fn page(items: &[Value], next: Option<&str>) -> Value {
    let items: Vec<Value> = items
        .iter()
        .map(|data| json!({"code": 200, "error_data": null, "status": "success", "data": data}))
        .collect();
    json!({"request_id": "0123", "http_code": 200, "response": items,
        "metadata": {"page_size": 50, "first_page_uri": "/x", "prev_page_uri": null, "next_page_uri": next}})
}

pub(crate) fn reply(status: u16, body: &Value) -> Reply {
    Reply::status(status, body.to_string()).header("content-type", "application/json")
}

/// The only request: method, path and query, and its JSON.
pub(crate) fn only(transport: &ScriptedTransport) -> (String, String, Value) {
    let sent = transport.sent();
    assert_eq!(sent.len(), 1, "one request");
    let body = match sent[0].text() {
        text if text.is_empty() => Value::Null,
        text => serde_json::from_str(&text).unwrap(),
    };
    let target = sent[0].uri.path_and_query().unwrap().to_string();
    (sent[0].method.to_string(), target, body)
}

/// The text of a file of the specs, if the directory is known.
#[allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test's own setting, and what it says when that is missing"
)]
pub(crate) fn spec(path: &str) -> Option<String> {
    let Some(directory) = std::env::var_os("VOICE_SPECS_DIR") else {
        println!("skipped: VOICE_SPECS_DIR is not set");
        return None;
    };
    let path = std::path::Path::new(&directory).join("exotel").join(path);
    Some(std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path:?}: {error}")))
}

pub(crate) fn environment(pairs: &[(&str, &str)]) -> Environment {
    Environment::from_pairs(pairs.iter().copied())
}
