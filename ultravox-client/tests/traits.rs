//! The shared traits: conformance, health, agents.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::sync::Arc;

use common::{AGENT, agent_id, scripted};
use serde_json::{Value, json};
use ultravox_client::UltravoxClient;
use ultravox_client::testkit::{RESTRICTED_KEY, SimSettings, UltravoxSimulator};
use voice_core::client::ClientOptions;
use voice_core::provider::{
    AgentChange, AgentId, AgentProvider, AgentSpec, HealthCheck, MediaKind,
};
use voice_core::testkit::{Reply, conformance};

#[tokio::test]
async fn the_agent_suite_passes_for_every_way_of_travelling() {
    for media in [
        MediaKind::Twilio,
        MediaKind::Telnyx,
        MediaKind::Plivo,
        MediaKind::Exotel,
        MediaKind::WebSocket,
        MediaKind::WebRtc,
    ] {
        let simulator = UltravoxSimulator::start_with(SimSettings::new().page_size(1)).await;
        let client = simulator.client().build().unwrap();
        let unknown = AgentId::new("00000000-0000-4000-8000-00000000ffff").unwrap();
        conformance::agent_provider(&client, &unknown, media).await;
    }
}

#[tokio::test]
async fn the_health_suites_pass() {
    let simulator = UltravoxSimulator::start().await;
    conformance::health_ok(&simulator.client().build().unwrap()).await;
    for key in ["wrong", RESTRICTED_KEY] {
        conformance::health_of_refused(&simulator.client().api_key(key).build().unwrap()).await;
    }
    let nobody = UltravoxClient::builder()
        .api_key("k")
        .base_url("http://127.0.0.1:1")
        .build()
        .unwrap();
    conformance::health_of_unreachable(&nobody).await;
    assert_eq!(simulator.requests("accounts.me"), 3, "one request each");
}

#[tokio::test]
async fn a_probe_is_sent_once_even_when_it_fails() {
    let (client, transport) = scripted([Reply::status(500, ""), Reply::json(&json!({}))]);
    let health = client.health().await;
    assert_eq!(health.status.as_str(), "error");
    assert_eq!(transport.sent().len(), 1);
}

#[tokio::test]
async fn a_change_of_an_agent_keeps_what_it_does_not_name() {
    for mode in [
        ultravox_client::testkit::PatchMode::Replace,
        ultravox_client::testkit::PatchMode::Merge,
    ] {
        let simulator = UltravoxSimulator::start_with(SimSettings::new().patch(mode)).await;
        let client = simulator.client().build().unwrap();
        let mut spec = AgentSpec::new("A".parse().unwrap(), "Hi.").voice("Mark");
        spec.temperature = Some(0.3);
        spec.extra.insert("languageHint".to_owned(), "de".into());
        spec.extra.insert("unheardOf".to_owned(), json!({"x": 1}));
        let agent = client.create_agent(&spec).await.unwrap();
        let mut change = AgentChange::new().prompt("Hello.");
        change
            .extra
            .insert("temperature".to_owned(), Value::from(0.9));
        let changed = client.update_agent(&agent.id, &change).await.unwrap();
        let template = &changed.raw["callTemplate"];
        assert_eq!(template["systemPrompt"], "Hello.");
        assert_eq!(template["temperature"], 0.9);
        assert_eq!(
            (&template["voice"], &template["languageHint"]),
            (&json!("Mark"), &json!("de"))
        );
        assert_eq!(template["unheardOf"], json!({"x": 1}), "{mode:?}");
    }
}

#[tokio::test]
async fn a_client_keeps_working_as_a_trait_object() {
    let transport = voice_core::testkit::ScriptedTransport::new([Reply::json(&common::agent())]);
    let options = ClientOptions::new().transport(Arc::new(transport));
    let client = UltravoxClient::builder()
        .api_key("k")
        .options(options)
        .build()
        .unwrap();
    let provider: Arc<dyn AgentProvider> = Arc::new(client);
    let agent = provider.get_agent(&agent_id()).await.unwrap();
    assert_eq!(
        (agent.id.as_str(), agent.prompt.as_deref()),
        (AGENT, Some("Be brief."))
    );
}
