//! What the tests share.
#![allow(dead_code, reason = "each test file uses its own part")]

pub(crate) mod hand;
pub(crate) mod live;
pub(crate) mod schema;
pub(crate) mod session;
pub(crate) mod still;

use std::sync::Arc;

use serde_json::{Value, json};
use ultravox_client::UltravoxClient;
use ultravox_client::agents::{NewAgent, TemplateSpec};
use voice_core::client::ClientOptions;
use voice_core::ident::AgentName;
use voice_core::provider::{AgentId, CallId};
use voice_core::testkit::{Reply, ScriptedTransport};

pub(crate) const KEY: &str = "abcdefgh.0123456789abcdefghijklmnopqrstuv";
pub(crate) const AGENT: &str = "3c90c3cc-0d44-4b50-8888-8dd25736052a";
pub(crate) const CALL: &str = "7f000000-0d44-4b50-8888-8dd25736052a";

/// A client whose transport answers from a script.
pub(crate) fn scripted(
    script: impl IntoIterator<Item = Reply>,
) -> (UltravoxClient, ScriptedTransport) {
    let transport = ScriptedTransport::new(script);
    let options = ClientOptions::new().transport(Arc::new(transport.clone()));
    let client = UltravoxClient::builder()
        .api_key(KEY)
        .options(options)
        .build()
        .unwrap();
    (client, transport)
}

pub(crate) fn agent_id() -> AgentId {
    AgentId::new(AGENT).unwrap()
}

pub(crate) fn call_id() -> CallId {
    CallId::new(CALL).unwrap()
}

pub(crate) fn new_agent(name: &str, prompt: &str) -> NewAgent {
    NewAgent::new(AgentName::parse(name).unwrap(), TemplateSpec::new(prompt))
}

/// An answer with an agent.
pub(crate) fn agent() -> Value {
    json!({"agentId": AGENT, "name": "Front desk", "callTemplate": {"systemPrompt": "Be brief."}})
}

/// An answer with a call.
pub(crate) fn call() -> Value {
    json!({"callId": CALL, "joinUrl": format!("wss://voice.ultravox.ai/calls/{CALL}/twilio")})
}

pub(crate) fn created(body: &Value) -> Reply {
    Reply::status(201, body.to_string()).header("content-type", "application/json")
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
