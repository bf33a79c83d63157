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

use common::live::{FORMAT, all, within};
use common::new_agent;
use serde_json::json;
use ultravox_client::calls::StartAgentCall;
use ultravox_client::realtime::{CloseReason, RealtimeSession, SessionOptions};
use ultravox_client::testkit::realtime::{RealtimeSim, Script};
use ultravox_client::testkit::{SimSettings, UltravoxSimulator};
use ultravox_client::types::{CallMedium, EndReason, WebSocketMedium};
use voice_core::provider::{CallId, JoinUrl};

struct Stage {
    simulator: UltravoxSimulator,
    client: ultravox_client::UltravoxClient,
    call: CallId,
    join_url: JoinUrl,
}

async fn stage(script: Script, medium: WebSocketMedium) -> Stage {
    let sessions = Arc::new(RealtimeSim::start().await.unwrap());
    sessions.usual_script(script);
    let settings = SimSettings::new().realtime(sessions);
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
