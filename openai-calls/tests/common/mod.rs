//! What the tests share.
#![allow(dead_code, reason = "each test file uses its own part")]

pub(crate) mod exchange;

use std::sync::Arc;

use openai_calls::OpenAiClient;
use serde_json::{Value, json};
use voice_core::client::ClientOptions;
use voice_core::error::Error;
use voice_core::provider::CallId;
use voice_core::testkit::{Reply, ScriptedTransport};

pub(crate) const KEY: &str = "sk-proj-planted0123456789abcdefXYZ";
pub(crate) const CALL: &str = "rtc_u1_9c6574da8b8a41a18da9308f4ad974ce";

/// A client whose transport answers from a script.
pub(crate) fn scripted(
    script: impl IntoIterator<Item = Reply>,
) -> (OpenAiClient, ScriptedTransport) {
    scripted_with(script, ClientOptions::new())
}

pub(crate) fn scripted_with(
    script: impl IntoIterator<Item = Reply>,
    options: ClientOptions,
) -> (OpenAiClient, ScriptedTransport) {
    let transport = ScriptedTransport::new(script);
    let options = options.transport(Arc::new(transport.clone()));
    let client = OpenAiClient::builder()
        .api_key(KEY)
        .options(options)
        .build()
        .unwrap();
    (client, transport)
}

pub(crate) fn call() -> CallId {
    CallId::new(CALL).unwrap()
}

/// An error in the documented envelope.
pub(crate) fn refusal(status: u16, kind: &str, code: Option<&str>, message: &str) -> Reply {
    let body = json!({"error": {"message": message, "type": kind, "param": null, "code": code}});
    Reply::status(status, body.to_string())
        .header("content-type", "application/json")
        .header("x-request-id", "req_1")
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

/// Everything an error shows.
pub(crate) fn shown(error: &Error) -> String {
    format!("{error} {error:?} {error:#?} {}", error.log_value())
}
