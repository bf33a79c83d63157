//! Sessions with keys: opened once, and found again.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::time::Duration;

use common::session::{key, order, with_agent};
use common::{AGENT, CALL, agent_id, scripted};
use serde_json::json;
use voice_core::error::{Delivery, ErrorKind};
use voice_core::provider::{AgentProvider, CallId, CallKey, MediaKind, SessionRequest};
use voice_core::testkit::{Mishap, Reply};

#[tokio::test]
async fn a_lost_answer_is_reconciled_by_key_and_exactly_one_call_exists() {
    let (simulator, client, agent) = with_agent().await;
    for mishap in [
        Mishap::ServerErrorAfterActing,
        Mishap::UnreadableSuccess,
        Mishap::Slow(Duration::from_secs(30)),
    ] {
        let key = key();
        let before = simulator.requests("agents.calls.create");
        simulator
            .mishaps()
            .next_of("agents.calls.create", mishap.clone());
        let hasty =
            voice_core::client::RequestOptions::new().attempt_timeout(Duration::from_millis(500));
        let error = client
            .with(hasty)
            .open_session(&order(&agent, &key))
            .await
            .unwrap_err();
        let unreadable = mishap == Mishap::UnreadableSuccess;
        let expected = if unreadable {
            Delivery::Answered
        } else {
            Delivery::Unknown
        };
        assert_eq!(error.delivery(), expected, "{mishap:?}: {error}");
        assert_eq!(
            simulator.requests("agents.calls.create"),
            before + 1,
            "{mishap:?}: sent once"
        );

        let session = client
            .find_session(&key)
            .await
            .unwrap()
            .expect("the session is there");
        assert_eq!(simulator.created_with(&key), 1, "{mishap:?}");
        let id = CallId::new(session.id.as_str()).unwrap();
        assert_eq!(
            simulator.call(&id).unwrap()["metadata"]["voice_call_key"],
            key.as_str()
        );
        assert!(session.join_url.expose().starts_with("ws://127.0.0.1:"));
    }
}

#[tokio::test]
async fn a_request_that_was_not_acted_on_leaves_nothing_to_find() {
    let (simulator, client, agent) = with_agent().await;
    for mishap in [Mishap::ServerError, Mishap::BadGateway] {
        let key = key();
        simulator.mishaps().next_of("agents.calls.create", mishap);
        let error = client.open_session(&order(&agent, &key)).await.unwrap_err();
        assert!(error.may_have_happened(), "{error}");
        assert!(client.find_session(&key).await.unwrap().is_none());
        assert_eq!(simulator.created_with(&key), 0);
    }
    assert_eq!(simulator.created_calls(), 0);
}

#[tokio::test]
async fn a_refusal_is_sent_again_and_makes_one_call() {
    let (simulator, client, agent) = with_agent().await;
    let key = key();
    let wait = Some(Duration::ZERO);
    simulator
        .mishaps()
        .next_of("agents.calls.create", Mishap::RateLimited(wait));
    simulator
        .mishaps()
        .next_of("agents.calls.create", Mishap::Unavailable(None));
    client.open_session(&order(&agent, &key)).await.unwrap();
    assert_eq!(simulator.requests("agents.calls.create"), 3);
    assert_eq!(simulator.created_with(&key), 1);
}

#[tokio::test]
async fn a_session_carries_context_medium_and_times() {
    let (simulator, client, agent) = with_agent().await;
    let mut request = order(&agent, &key());
    request.join_timeout = Duration::from_secs(77);
    request.max_duration = Some(Duration::from_secs(120));
    let session = client.open_session(&request).await.unwrap();
    let call = simulator
        .call(&CallId::new(session.id.as_str()).unwrap())
        .unwrap();
    assert_eq!(call["systemPrompt"], "Greet Ada.");
    assert_eq!(call["medium"], json!({"twilio": {}}));
    assert_eq!(
        (&call["joinTimeout"], &call["maxDuration"]),
        (&json!("77s"), &json!("120s"))
    );
}

#[tokio::test]
async fn a_missing_variable_is_the_servers_field_error() {
    let (simulator, client, agent) = with_agent().await;
    let mut request = order(&agent, &key());
    request.context.clear();
    let error = client.open_session(&request).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::InvalidInput, Delivery::Answered)
    );
    assert_eq!(error.fields()[0].field, "templateContext");
    assert_eq!(simulator.created_calls(), 0);
}

#[tokio::test]
async fn what_a_filter_lets_through_wrongly_is_not_taken_for_the_session() {
    let key: CallKey = "k1".parse().unwrap();
    let call = |id: &str, key: &str| json!({"callId": id, "joinUrl": "wss://x.example/calls/c/y", "metadata": {"voice_call_key": key}});
    let foreign = json!({"results": [call("a", "other")]});
    let (client, _) = scripted([Reply::json(&foreign)]);
    assert_eq!(
        client.find_session(&key).await.unwrap_err().kind(),
        ErrorKind::Protocol
    );

    let two = json!({"results": [call("a", "k1"), call("b", "k1")]});
    let (client, _) = scripted([Reply::json(&two)]);
    let error = client.find_session(&key).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert_eq!(
        (error.context_value("first"), error.context_value("second")),
        (Some("a"), Some("b"))
    );

    let (client, transport) = scripted([Reply::json(&json!({"results": [call("a", "k1")]}))]);
    let session = client.find_session(&key).await.unwrap().unwrap();
    assert_eq!(session.id.as_str(), "a");
    assert_eq!(
        transport.sent()[0].uri.query(),
        Some("metadata.voice_call_key=k1&pageSize=10")
    );
}

#[tokio::test]
async fn media_without_a_join_url_name_the_call_that_was_made() {
    let answer = json!({"callId": CALL, "joinUrl": null});
    let (client, _) = scripted([common::created(&answer)]);
    let request = SessionRequest::new(agent_id(), key(), MediaKind::Sip);
    let error = client.open_session(&request).await.unwrap_err();
    assert_eq!(error.context_value("call"), Some(CALL));
    assert!(!error.may_have_happened(), "it has happened: {error}");
    assert!(!AGENT.is_empty());
}
