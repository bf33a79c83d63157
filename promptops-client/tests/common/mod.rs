//! What the tests share.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::path::PathBuf;
use std::sync::Arc;

use promptops_client::{PromptOpsClient, PromptOpsClientBuilder};
use serde_json::Value;
use voice_core::client::ClientOptions;
use voice_core::testkit::{Reply, ScriptedTransport, TestClock};

pub(crate) const KEY: &str = "po_planted1key1planted1key";
pub(crate) const SECRET: &str = "planted2secret2planted2secret2pl";
pub(crate) const TOKEN: &str = "planted3token3planted3token3";

pub(crate) fn builder() -> PromptOpsClientBuilder {
    PromptOpsClient::builder()
        .api_key(KEY)
        .secret_key(SECRET)
        .token(TOKEN)
        .base_url("https://api.example.com")
}

/// Settings that answer from a script and live by a clock that stands at 2024-01-01T12:00:45Z when the test begins.
pub(crate) fn options(transport: &ScriptedTransport) -> ClientOptions {
    ClientOptions::new()
        .transport(Arc::new(transport.clone()))
        .clock(Arc::new(TestClock::at(1_704_110_445)))
}

pub(crate) fn scripted_with(
    builder: PromptOpsClientBuilder,
    script: impl IntoIterator<Item = Reply>,
) -> (PromptOpsClient, ScriptedTransport) {
    let transport = ScriptedTransport::new(script);
    let client = builder.options(options(&transport)).build().unwrap();
    (client, transport)
}

/// A client whose transport answers from a script.
pub(crate) fn scripted(
    script: impl IntoIterator<Item = Reply>,
) -> (PromptOpsClient, ScriptedTransport) {
    scripted_with(builder(), script)
}

pub(crate) fn reply(status: u16, body: &Value) -> Reply {
    Reply::status(status, body.to_string()).header("content-type", "application/json")
}

pub(crate) fn prompt(id: &str, version: &str) -> Value {
    serde_json::json!({"id": id, "version": version, "content": "Hello {{name}}"})
}

/// Path and query of what was sent.
pub(crate) fn targets(transport: &ScriptedTransport) -> Vec<String> {
    let sent = transport.sent();
    sent.iter()
        .map(|sent| format!("{} {}", sent.method, sent.uri.path_and_query().unwrap()))
        .collect()
}

/// The directory of the specs, if it is known.
#[allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test's own setting, and what it says when that is missing"
)]
pub(crate) fn specs() -> Option<PathBuf> {
    let Some(directory) = std::env::var_os("VOICE_SPECS_DIR") else {
        println!("skipped: VOICE_SPECS_DIR is not set");
        return None;
    };
    Some(PathBuf::from(directory).join("promptops"))
}

pub(crate) fn json_file(path: &std::path::Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path:?}: {error}"))
}
