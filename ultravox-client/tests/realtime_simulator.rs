//! From the REST API to the live call, on both simulators.
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

use common::live::{FORMAT, all, within};
use common::new_agent;
use serde_json::json;
use ultravox_client::calls::StartAgentCall;
use ultravox_client::realtime::{CloseReason, RealtimeSession, SessionOptions};
use ultravox_client::testkit::realtime::{RealtimeSim, Script};
use ultravox_client::testkit::{SimSettings, UltravoxSimulator};
use ultravox_client::types::{CallMedium, EndReason, WebSocketMedium};
use voice_core::error::ErrorKind;
use voice_core::provider::{CallId, JoinUrl};
use voice_core::testkit::TestClock;

struct Stage {
    simulator: UltravoxSimulator,
    client: ultravox_client::UltravoxClient,
    call: CallId,
    join_url: JoinUrl,
    clock: Arc<TestClock>,
}

async fn stage(script: Script, medium: WebSocketMedium) -> Stage {
    let clock = Arc::new(TestClock::at(1_800_000_000));
    let sessions = Arc::new(RealtimeSim::start().await.unwrap());
    sessions.usual_script(script);
    let settings = SimSettings::new().realtime(sessions).clock(clock.clone());
    let simulator = UltravoxSimulator::start_with(settings).await;
    let client = simulator.client().build().unwrap();
    let agent = client
        .agents()
        .create(&new_agent("A", "Be brief."))
        .await
        .unwrap();
    let call = StartAgentCall::new().medium(CallMedium::ServerWebSocket(medium));
    let call = client
        .agents()
        .calls(agent.id().unwrap())
        .create(&call)
        .await
        .unwrap();
    Stage {
        call: call.id().unwrap().clone(),
        join_url: call.join_url().unwrap(),
        simulator,
        client,
        clock,
    }
}

#[tokio::test]
async fn a_call_is_joined_and_ends_over_its_socket() {
    let medium = WebSocketMedium::new(8_000).output_sample_rate(16_000);
    let options = SessionOptions::of_medium(&medium).unwrap();
    let stage = stage(Script::new().say("Bye.").hang_up(), medium).await;
    assert_eq!(
        stage.simulator.call(&stage.call).unwrap()["joined"],
        json!(null)
    );
    let mut session = RealtimeSession::connect(&stage.join_url, options)
        .await
        .unwrap();
    let (events, end) = all(&mut session).await;
    assert_eq!(end.reason, CloseReason::Normal);
    let audio = events.iter().find_map(|event| match event {
        Ok(ultravox_client::realtime::Event::Audio(frame)) => Some(frame.as_bytes().len()),
        _ => None,
    });
    assert_eq!(audio, Some(FORMAT.frame_bytes()));
    // The simulator's word comes just behind the end.
    within(async {
        while stage.simulator.call(&stage.call).unwrap()["ended"].is_null() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let call = stage.client.calls().get(&stage.call).await.unwrap();
    assert!(call.joined.is_some());
    assert_eq!(call.end_reason, Some(EndReason::AgentHangup));
}

#[tokio::test]
async fn hanging_up_over_rest_ends_the_session() {
    let stage = stage(Script::new(), WebSocketMedium::new(16_000)).await;
    let mut session = RealtimeSession::connect(&stage.join_url, SessionOptions::new(FORMAT))
        .await
        .unwrap();
    stage.client.calls().hang_up(&stage.call).await.unwrap();
    let (_, end) = all(&mut session).await;
    assert_eq!(end.reason, CloseReason::Normal);
}

#[tokio::test]
async fn a_call_that_nobody_joined_in_time_cannot_be_joined_and_neither_can_a_deleted_one() {
    let medium = || WebSocketMedium::new(16_000);
    let connect = |url: JoinUrl| async move {
        RealtimeSession::connect(&url, SessionOptions::new(FORMAT)).await
    };
    let late = stage(Script::new(), medium()).await;
    late.clock.step(Ok(Duration::from_secs(31)));
    let error = connect(late.join_url).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    let call = late.client.calls().get(&late.call).await.unwrap();
    assert_eq!(
        (call.joined.clone(), call.end_reason.clone()),
        (None, Some(EndReason::Unjoined))
    );
    let deleted = stage(Script::new(), medium()).await;
    deleted.client.calls().delete(&deleted.call).await.unwrap();
    let error = connect(deleted.join_url).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
}

#[tokio::test]
async fn who_is_connected_has_joined() {
    let stage = stage(Script::new(), WebSocketMedium::new(16_000)).await;
    let _session = RealtimeSession::connect(&stage.join_url, SessionOptions::new(FORMAT))
        .await
        .unwrap();
    let call = stage.simulator.call(&stage.call).unwrap();
    assert!(call["joined"].is_string(), "{call}");
}
