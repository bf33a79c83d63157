//! The main flow with another telephone: an Ultravox agent over Exotel, with one constructor changed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::sync::Arc;
use std::time::Duration;

use exotel_vsip::provider::{CallRoute, ExotelCalls};
use exotel_vsip::testkit::ExotelSimulator;
use ultravox_client::testkit::UltravoxSimulator;
use ultravox_client::types::EndReason;
use voice_core::flow::{OutboundAgentCall, outbound_agent_call};
use voice_core::ident::{AgentName, E164};
use voice_core::provider::{AgentProvider, AgentSpec, CallId, CallStatus};
use voice_core::testkit::Mishap;

fn session_of(stream: &str) -> CallId {
    let (_, rest) = stream.split_once("/calls/").unwrap();
    CallId::new(rest.split(['/', '?']).next().unwrap()).unwrap()
}

#[tokio::test]
async fn an_ultravox_agent_rings_somebody_over_exotel_once() {
    for lost in [false, true] {
        let ultravox = Arc::new(UltravoxSimulator::start().await);
        let exotel = ExotelSimulator::start().await;
        let agent_side = Arc::clone(&ultravox);
        exotel.on_answered(move |_, stream| {
            assert!(agent_side.join(&session_of(stream)), "the agent waits");
        });
        let agent_side = Arc::clone(&ultravox);
        exotel.on_ended(move |_, stream| {
            agent_side.end(&session_of(stream), &EndReason::Hangup);
        });
        if lost {
            exotel
                .mishaps()
                .next_of("calls.connect", Mishap::ServerErrorAfterActing);
        }

        let agents = ultravox.client().build().unwrap();
        let name = AgentName::parse("Support Agent").unwrap();
        let spec = AgentSpec::new(name.clone(), "Hello {{customer_name}}.");
        agents.create_agent(&spec).await.unwrap();
        let phone = ExotelCalls::new(exotel.client().unwrap(), CallRoute::Stream);
        let to = E164::parse("+919876543210").unwrap();
        let from = E164::parse("+918047112345").unwrap();
        let call = OutboundAgentCall::new(name, to, from)
            .variable("customer_name", "Ada")
            .look_every(Duration::from_millis(50));
        let report = outbound_agent_call(&agents, &phone, &call).await.unwrap();
        assert_eq!(report.call.status, CallStatus::Completed);
        assert_eq!(exotel.dialled(&to), 1, "rung once, lost answer: {lost}");
        let session = CallId::new(report.session.as_str()).unwrap();
        let session = ultravox.call(&session).unwrap();
        assert_eq!(session.get("endReason").unwrap(), "hangup");
        assert_eq!(session.get("systemPrompt").unwrap(), "Hello Ada.");
    }
}
