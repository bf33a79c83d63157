//! What goes over the wire for agents, to the letter.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::time::Duration;

use common::{AGENT, KEY, agent, agent_id, call, call_id, created, new_agent, only, scripted};
use serde_json::{Value, json};
use ultravox_client::agents::{AgentUpdate, ListAgents, TemplateSpec};
use ultravox_client::types::{
    AgentGreeting, CallMedium, DataConnection, ExternalVoice, FirstSpeaker, LmntVoice,
    MessageMedium, RetentionPolicy, Secret, SelectedTool, TimedMessage, UvDuration, VadSettings,
    WebSocketMedium,
};
use voice_core::client::RequestOptions;
use voice_core::ident::AgentName;
use voice_core::testkit::Reply;

#[tokio::test]
async fn every_request_carries_the_key_in_its_own_header_and_says_who_it_is() {
    let (client, transport) = scripted([Reply::json(&json!({}))]);
    client.accounts().me().await.unwrap();
    let sent = &transport.sent()[0];
    assert_eq!(sent.uri, "https://api.ultravox.ai/api/accounts/me");
    assert_eq!(sent.header("x-api-key"), KEY);
    assert!(sent.headers["x-api-key"].is_sensitive());
    assert!(!sent.headers.contains_key("authorization"));
    assert_eq!(sent.header("accept"), "application/json");
    assert!(sent.header("user-agent").starts_with("ultravox-client/"));
    assert!(
        !sent.headers.contains_key("content-type"),
        "no body, no type"
    );
}

#[tokio::test]
async fn an_agent_is_created_with_what_was_set_and_nothing_else() {
    let (client, transport) = scripted([created(&agent())]);
    let agent = client
        .agents()
        .create(&new_agent("Front desk", "Be brief."))
        .await
        .unwrap();
    assert_eq!(agent.id().unwrap().as_str(), AGENT);
    assert_eq!(
        transport.sent()[0].header("content-type"),
        "application/json"
    );
    assert_eq!(
        only(&transport),
        (
            "POST".to_owned(),
            "/api/agents".to_owned(),
            json!({"name": "Front desk", "callTemplate": {"systemPrompt": "Be brief."}}),
        )
    );
}

#[tokio::test]
async fn zeros_and_noes_are_sent_when_they_were_set() {
    let (client, transport) = scripted([created(&agent())]);
    let mut order = new_agent("A", "");
    order.call_template = order.call_template.temperature(0).recording_enabled(false);
    client.agents().create(&order).await.unwrap();
    let (_, _, body) = only(&transport);
    assert_eq!(
        body["callTemplate"],
        json!({"systemPrompt": "", "temperature": 0.0, "recordingEnabled": false})
    );
}

#[tokio::test]
async fn a_full_template() {
    let (client, transport) = scripted([created(&agent())]);
    let mut order = new_agent("Full", "Greet {{name}}.");
    order.call_template = order
        .call_template
        .model("ultravox-v0.7")
        .temperature(0.4)
        .voice("Mark")
        .voice_overrides(ExternalVoice::Lmnt(LmntVoice::new().speed(1.1)))
        .language_hint("de-DE")
        .medium(CallMedium::ServerWebSocket(
            WebSocketMedium::new(48_000).media_idle_timeout(UvDuration::seconds(45)),
        ))
        .initial_output_medium(MessageMedium::Voice)
        .join_timeout(Duration::from_secs(45))
        .max_duration(UvDuration::seconds(600))
        .time_exceeded_message("Time is up.")
        .inactivity_messages([TimedMessage::new(
            Duration::from_millis(12_500),
            "Still there?",
        )])
        .first_speaker_settings(FirstSpeaker::Agent(
            AgentGreeting::new().text("Hello.").uninterruptible(true),
        ))
        .vad_settings(VadSettings::new().turn_endpoint_delay(UvDuration::millis(384)))
        .selected_tools([SelectedTool::by_name("hangUp")])
        .data_connection(
            DataConnection::new("wss://me.example/data")
                .headers([("authorization".to_owned(), Secret::from("planted"))]),
        )
        .shared_secrets([Secret::from("sixteen-characters")])
        .retention_policy(RetentionPolicy::AutoDelete)
        .with_extra("futureField", json!({"on": true}));
    client.agents().create(&order).await.unwrap();
    let (_, _, body) = only(&transport);
    assert_eq!(
        body["callTemplate"],
        json!({
            "systemPrompt": "Greet {{name}}.",
            "model": "ultravox-v0.7",
            "temperature": 0.4,
            "voice": "Mark",
            "voiceOverrides": {"lmnt": {"speed": 1.1}},
            "languageHint": "de-DE",
            "medium": {"serverWebSocket": {"inputSampleRate": 48000, "mediaIdleTimeout": "45s"}},
            "initialOutputMedium": "MESSAGE_MEDIUM_VOICE",
            "joinTimeout": "45s",
            "maxDuration": "600s",
            "timeExceededMessage": "Time is up.",
            "inactivityMessages": [{"duration": "12.5s", "message": "Still there?"}],
            "firstSpeakerSettings": {"agent": {"uninterruptible": true, "text": "Hello."}},
            "vadSettings": {"turnEndpointDelay": "0.384s"},
            "selectedTools": [{"toolName": "hangUp"}],
            "dataConnection": {"websocketUrl": "wss://me.example/data", "headers": {"authorization": "planted"}},
            "sharedSecrets": ["sixteen-characters"],
            "retentionPolicy": "CALL_RETENTION_POLICY_AUTO_DELETE",
            "futureField": {"on": true},
        })
    );
}

#[tokio::test]
async fn a_field_given_by_its_wire_name_wins_and_stands_there_once() {
    let spec = TemplateSpec::new("typed").with_extra("systemPrompt", "by name");
    assert_eq!(
        serde_json::to_string(&spec).unwrap(),
        r#"{"systemPrompt":"by name"}"#
    );
}

#[tokio::test]
async fn agents_are_read_listed_and_deleted() {
    let (client, transport) = scripted([Reply::json(&agent())]);
    client.agents().get(&agent_id()).await.unwrap();
    assert_eq!(
        only(&transport),
        (
            "GET".to_owned(),
            format!("/api/agents/{AGENT}"),
            Value::Null
        )
    );

    let (client, transport) = scripted([Reply::json(&json!({"results": []}))]);
    let filter = ListAgents::new()
        .search("front desk")
        .sort("-created")
        .page_size(5);
    client.agents().page(&filter).await.unwrap();
    let (_, target, _) = only(&transport);
    assert_eq!(
        target,
        "/api/agents?search=front+desk&sort=-created&pageSize=5"
    );

    let (client, transport) = scripted([Reply::status(204, "")]);
    client.agents().delete(&agent_id()).await.unwrap();
    assert_eq!(
        only(&transport),
        (
            "DELETE".to_owned(),
            format!("/api/agents/{AGENT}"),
            Value::Null
        )
    );
}

#[tokio::test]
async fn an_update_reads_first_and_sends_everything_back() {
    let before = json!({
        "agentId": AGENT, "name": "Old", "created": "2026-01-01T00:00:00Z", "statistics": {"calls": 1},
        "callTemplate": {
            "name": "Old", "created": "2026-01-01T00:00:00Z", "updated": "2026-01-01T00:00:00Z",
            "systemPrompt": "Old", "voice": "Mark", "medium": {"webRtc": {}}, "unheardOf": [1, {"a": null}],
        },
    });
    let (client, transport) = scripted([Reply::json(&before), Reply::json(&agent())]);
    let change = AgentUpdate::new().prompt("New").unset("voice");
    client.agents().update(&agent_id(), &change).await.unwrap();
    let sent = transport.sent();
    assert_eq!(
        (sent[0].method.as_str(), sent[1].method.as_str()),
        ("GET", "PATCH")
    );
    assert_eq!(sent[1].uri.path(), format!("/api/agents/{AGENT}"));
    assert_eq!(
        serde_json::from_str::<Value>(&sent[1].text()).unwrap(),
        json!({"callTemplate": {
            "name": "Old", "systemPrompt": "New", "voice": null, "medium": {"webRtc": {}},
            "unheardOf": [1, {"a": null}],
        }})
    );
}

#[tokio::test]
async fn a_new_name_alone_leaves_the_template_alone() {
    let (client, transport) = scripted([Reply::json(&agent())]);
    let change = AgentUpdate::new().name(AgentName::parse("New name").unwrap());
    client.agents().update(&agent_id(), &change).await.unwrap();
    let (method, _, body) = only(&transport);
    assert_eq!(
        (method.as_str(), body),
        ("PATCH", json!({"name": "New name"}))
    );
}

#[tokio::test]
async fn request_options_reach_every_resource() {
    let (client, transport) = scripted([Reply::json(&call())]);
    let options = RequestOptions::new()
        .header("x-correlation-id", "lead-42")
        .unwrap();
    client.with(options).calls().get(&call_id()).await.unwrap();
    assert_eq!(transport.sent()[0].header("x-correlation-id"), "lead-42");
}

#[tokio::test]
async fn an_operation_without_a_method_goes_through_the_raw_client() {
    use voice_core::client::Operation;
    static MODELS: Operation = Operation::get("models.list", "/api/models");
    let (client, transport) = scripted([Reply::json(&json!({"results": []}))]);
    client
        .raw()
        .request(&MODELS)
        .query("pageSize", "1")
        .send::<Value>()
        .await
        .unwrap();
    assert_eq!(only(&transport).1, "/api/models?pageSize=1");
    assert_eq!(transport.sent()[0].header("x-api-key"), KEY);
}
