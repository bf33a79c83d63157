//! The end of a session: joined or not, and whatever happens meanwhile.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::sync::Arc;
use std::time::Duration;

use common::session::{key, order, with_agent};
use common::{CALL, scripted};
use serde_json::json;
use ultravox_client::testkit::{SimSettings, UltravoxSimulator};
use ultravox_client::types::EndReason;
use voice_core::error::ErrorKind;
use voice_core::provider::{
    AgentProvider, AgentSpec, CallId, MediaKind, SessionId, SessionRequest,
};
use voice_core::testkit::{Reply, TestClock};

/// Methods and paths of a session's end, against a script.
async fn ending(script: Vec<Reply>) -> (Result<(), voice_core::error::Error>, Vec<String>) {
    let (client, transport) = scripted(script);
    let outcome = client.end_session(&SessionId::new(CALL).unwrap()).await;
    let sent = transport.sent();
    let steps = sent.iter().map(|sent| {
        let last = sent
            .uri
            .path()
            .rsplit('/')
            .next()
            .unwrap()
            .replace(CALL, "call");
        format!("{} {last}", sent.method)
    });
    (outcome, steps.collect())
}

fn waiting() -> Reply {
    Reply::json(&json!({"callId": CALL, "joined": null, "ended": null}))
}

fn live() -> Reply {
    Reply::json(&json!({"callId": CALL, "joined": "2026-01-01T00:00:00Z", "ended": null}))
}

fn over() -> Reply {
    Reply::json(&json!({"callId": CALL, "ended": "2026-01-01T00:00:00Z", "endReason": "unjoined"}))
}

#[tokio::test]
async fn ending_a_session_in_every_state_and_race() {
    const GET: &str = "GET call";
    const DELETE: &str = "DELETE call";
    const HANG_UP: &str = "POST send_data_message";
    let gone = || Reply::status(404, "");
    let done = || Reply::status(204, "");
    let not_live = || Reply::status(422, r#"{"detail": "not live"}"#);
    let refused = || Reply::status(400, r#"{"detail": "ongoing"}"#);
    for (what, script, steps) in [
        ("over already", vec![over()], vec![GET]),
        ("gone", vec![gone()], vec![GET]),
        ("waiting", vec![waiting(), done()], vec![GET, DELETE]),
        (
            "waiting, then gone",
            vec![waiting(), gone()],
            vec![GET, DELETE],
        ),
        ("live", vec![live(), done()], vec![GET, HANG_UP]),
        ("live, then gone", vec![live(), gone()], vec![GET, HANG_UP]),
        (
            "live, then over",
            vec![live(), not_live(), over()],
            vec![GET, HANG_UP, GET],
        ),
        (
            "live, then over and deleted",
            vec![live(), not_live(), gone()],
            vec![GET, HANG_UP, GET],
        ),
        (
            "joined meanwhile",
            vec![waiting(), refused(), done()],
            vec![GET, DELETE, HANG_UP],
        ),
    ] {
        let (outcome, sent) = ending(script).await;
        assert!(outcome.is_ok(), "{what}: {outcome:?}");
        assert_eq!(sent, steps, "{what}");
    }
    let (outcome, _) = ending(vec![waiting(), refused(), not_live(), waiting()]).await;
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(error.hint().unwrap().contains("join timeout"), "{error}");
    let (outcome, sent) = ending(vec![waiting(), Reply::status(401, "")]).await;
    assert_eq!(
        outcome.unwrap_err().kind(),
        ErrorKind::Authentication,
        "{sent:?}"
    );
}

#[tokio::test]
async fn a_live_session_is_hung_up_and_keeps_its_record() {
    let (simulator, client, agent) = with_agent().await;
    let key = key();
    let session = client.open_session(&order(&agent, &key)).await.unwrap();
    let id = CallId::new(session.id.as_str()).unwrap();
    assert!(simulator.join(&id));
    client.end_session(&session.id).await.unwrap();
    let call = simulator.call(&id).expect("what was recorded is kept");
    assert_eq!(call["endReason"], "hangup");
    assert_eq!(simulator.messages(&id), [json!({"type": "hang_up"})]);
    client.end_session(&session.id).await.unwrap();
    assert!(
        client.find_session(&key).await.unwrap().is_some(),
        "over, and still found by its key"
    );
    assert!(!simulator.end(&id, &EndReason::Hangup));
}

#[tokio::test]
async fn a_session_nobody_joins_ends_by_itself() {
    let clock = Arc::new(TestClock::at(1_800_000_000));
    let simulator = UltravoxSimulator::start_with(SimSettings::new().clock(clock.clone())).await;
    let client = simulator.client().build().unwrap();
    let spec = AgentSpec::new("A".parse().unwrap(), "Hi.");
    let agent = client.create_agent(&spec).await.unwrap();
    let request = SessionRequest::new(agent.id, key(), MediaKind::Twilio);
    let session = client.open_session(&request).await.unwrap();
    let id = CallId::new(session.id.as_str()).unwrap();
    clock.step(Ok(Duration::from_secs(61)));
    assert_eq!(simulator.call(&id).unwrap()["endReason"], "unjoined");
    assert!(!simulator.join(&id), "too late");
    client.end_session(&session.id).await.unwrap();
    assert_eq!(simulator.requests("calls.delete"), 0);
}
