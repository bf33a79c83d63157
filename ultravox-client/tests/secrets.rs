//! Planted secrets, phone numbers and personal text: none may show.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::collections::BTreeMap;
use std::sync::Arc;

use common::{KEY, agent_id, call_id};
use serde_json::json;
use ultravox_client::UltravoxClient;
use ultravox_client::accounts::Account;
use ultravox_client::agents::{Agent, AgentUpdate, TemplateSpec};
use ultravox_client::calls::{Call, DataMessage, ListCalls, StartAgentCall};
use ultravox_client::types::{
    CallMedium, Callback, Callbacks, DataConnection, ExternalVoice, GenericVoice, Message,
    OutgoingCall, ParameterLocation, Secret, SelectedTool, SipMedium, SipOutgoing, StaticParameter,
    TelephonyMedium, ToolDefinition,
};
use voice_core::client::ClientOptions;
use voice_core::testkit::{Reply, ScriptedTransport};

const PHONE: &str = "+14155550123";

fn clean(shown: &str) {
    for planted in ["planted", "Planted", "5550123", "0123456789"] {
        assert!(!shown.contains(planted), "{planted} in {shown}");
    }
}

fn headers() -> BTreeMap<String, Secret> {
    BTreeMap::from([("authorization".to_owned(), Secret::from("Bearer planted"))])
}

#[test]
fn requests_show_nothing() {
    let tool = ToolDefinition::http_tool("t", "GET", "https://me.example").static_parameters([
        StaticParameter::new("key", ParameterLocation::Header, "planted"),
    ]);
    let spec = TemplateSpec::new("planted prompt")
        .external_voice(ExternalVoice::Generic(Box::new(
            GenericVoice::new("https://tts.example", [("apiKey", "planted")]).headers(headers()),
        )))
        .data_connection(DataConnection::new("wss://me.example/calls/planted").headers(headers()))
        .shared_secrets([Secret::from("planted-planted-planted")])
        .selected_tools([
            SelectedTool::temporary(tool),
            SelectedTool::by_id("x")
                .auth_tokens([("k".to_owned(), Secret::from("planted"))])
                .parameter_overrides([("secret", "planted")]),
        ])
        .with_extra("future", "planted");
    let update = AgentUpdate::new().template(spec.clone());
    let call = StartAgentCall::new()
        .variable("name", "Planted")
        .tag("name", "Planted")
        .initial_messages([Message::user("planted")])
        .medium(CallMedium::Twilio(TelephonyMedium::new().outgoing(
            OutgoingCall::new(PHONE, PHONE).additional_params([("SipAuthPassword", "planted")]),
        )))
        .callbacks(
            Callbacks::new()
                .ended(Callback::new("https://me.example").secrets([Secret::from("planted")])),
        )
        .shared_secrets([Secret::from("planted-planted-planted")])
        .experimental_settings([("x", "planted")]);
    let sip = CallMedium::Sip(SipMedium::Outgoing(
        SipOutgoing::new("sip:+14155550123@example.com", "sip:me@example.com")
            .username("u")
            .password("planted"),
    ));
    let filter = ListCalls::new()
        .metadata("name", "Planted")
        .search("planted");
    let messages = [
        DataMessage::text("planted"),
        DataMessage::say("planted"),
        DataMessage::hang_up_saying("planted"),
    ];
    clean(&format!(
        "{spec:?} {update:?} {call:?} {sip:?} {filter:?} {messages:?}"
    ));
    clean(&format!(
        "{spec:#?} {update:#?} {call:#?} {sip:#?} {filter:#?} {messages:#?}"
    ));
    let shown = format!("{call:?}");
    assert!(
        shown.contains("outgoing") && shown.contains("+14*******23"),
        "but what is there shows: {shown}"
    );
}

#[test]
fn answers_show_nothing() {
    let call: Call = serde_json::from_value(json!({
        "callId": "c", "joinUrl": "wss://voice.ultravox.ai/calls/planted/x", "systemPrompt": "planted",
        "summary": "Planted", "shortSummary": "Planted", "metadata": {"name": "Planted"},
        "requestContext": {"from": "planted"}, "initialState": {"x": "planted"}, "experimentalSettings": "planted",
        "callbacks": {"ended": {"url": "https://me.example", "secrets": ["planted"]}},
        "dataConnectionConfig": {"headers": {"k": "planted"}},
        "medium": {"telnyx": {"outgoing": {"to": PHONE, "from": PHONE}}},
        "externalVoice": {"generic": {"headers": {"k": "planted"}}},
        "future": "planted",
    }))
    .unwrap();
    let agent: Agent = serde_json::from_value(json!({
        "agentId": "a", "future": "planted",
        "callTemplate": {"systemPrompt": "planted", "sharedSecrets": ["planted"], "future": "planted"},
    }))
    .unwrap();
    let account: Account =
        serde_json::from_value(json!({"billingUrl": "https://bill.example/planted"})).unwrap();
    clean(&format!("{call:?} {agent:?} {account:?}"));
    clean(&format!("{call:#?} {agent:#?} {account:#?}"));
    assert!(format!("{agent:?}").contains("callId") || format!("{agent:?}").contains("agent_id"));
}

#[tokio::test]
async fn errors_quote_no_secret_even_when_the_server_does() {
    let echo = format!(
        r#"{{"detail": "bad key {KEY} for {PHONE}", "joinUrl": "wss://voice.ultravox.ai/calls/planted/x"}}"#
    );
    let fields =
        format!(r#"{{"metadata": ["{KEY} and {PHONE}"], "callbacks": {{"secrets": ["{KEY}"]}}}}"#);
    for body in [echo, fields, format!("<title>{KEY} {PHONE}</title>")] {
        let (client, _) = common::scripted([Reply::status(400, body)]);
        let error = client.calls().get(&call_id()).await.unwrap_err();
        clean(&format!(
            "{error} {error:?} {error:#?} {}",
            error.log_value()
        ));
        clean(&format!("{:?} {:?}", error.fields(), error.body_excerpt()));
    }
}

/// A key of a form nobody has documented is found as well, also in messages about fields.
#[tokio::test]
async fn a_key_of_any_form_is_hidden() {
    let key = "planted-key-of-another-form";
    for body in [
        format!(r#"{{"detail": "{key}"}}"#),
        format!(r#"{{"field": ["{key}"]}}"#),
        format!(r#"["{key}"]"#),
        format!(r#"{{"detail": "no", "code": "{key}"}}"#),
        format!("not json {key}"),
    ] {
        let transport = ScriptedTransport::new([Reply::status(403, body)]);
        let options = ClientOptions::new().transport(Arc::new(transport));
        let client = UltravoxClient::builder()
            .api_key(key)
            .options(options)
            .build()
            .unwrap();
        let error = client.agents().get(&agent_id()).await.unwrap_err();
        clean(&format!(
            "{error} {error:?} {} {:?}",
            error.log_value(),
            error.fields()
        ));
    }
}

#[tokio::test]
async fn an_unreadable_success_shows_no_join_url() {
    let body = r#"{"joinUrl": "wss://voice.ultravox.ai/calls/planted/x", "sharedSecrets": ["planted"], "temperature": "planted-not"#;
    let (client, _) = common::scripted([Reply::status(201, body)]);
    let order = StartAgentCall::new();
    let error = client
        .agents()
        .calls(&agent_id())
        .create(&order)
        .await
        .unwrap_err();
    let shown = format!("{error} {error:?} {}", error.log_value());
    assert!(
        !shown.contains("calls/planted") && !shown.contains(r#"["planted"#),
        "{shown}"
    );
}
