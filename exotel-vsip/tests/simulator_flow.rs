//! The family's main flow with Exotel as the telephone, on the simulator.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use exotel_vsip::provider::{CallRoute, ExotelCalls, SessionField};
use exotel_vsip::testkit::{CustomFieldEcho, ExotelSimulator, NumberSpelling, Outcome};
use exotel_vsip::voice::{AppId, india};
use voice_core::client::Page;
use voice_core::error::{Error, ErrorKind};
use voice_core::flow::{OutboundAgentCall, outbound_agent_call};
use voice_core::ident::E164;
use voice_core::provider::{
    Agent, AgentChange, AgentId, AgentProvider, AgentSession, AgentSpec, CallKey, CallStatus,
    JoinUrl, ListAgents, SessionId, SessionRequest,
};
use voice_core::testkit::Mishap;

const JOIN: &str = "wss://bot.example.com/calls/7";

/// An agent that opens a session for whoever asks, and writes down which were ended.
#[derive(Debug, Default)]
struct Agents {
    ended: Mutex<Vec<SessionId>>,
}

fn nothing<T>() -> Result<T, Error> {
    Err(Error::new(ErrorKind::Unsupported, "not in this test"))
}

#[async_trait]
impl AgentProvider for Agents {
    async fn create_agent(&self, _: &AgentSpec) -> Result<Agent, Error> {
        nothing()
    }

    async fn get_agent(&self, _: &AgentId) -> Result<Agent, Error> {
        nothing()
    }

    async fn list_agents(&self, _: &ListAgents) -> Result<Page<Agent>, Error> {
        nothing()
    }

    async fn update_agent(&self, _: &AgentId, _: &AgentChange) -> Result<Agent, Error> {
        nothing()
    }

    async fn open_session(&self, _: &SessionRequest) -> Result<AgentSession, Error> {
        let id = SessionId::new("session-1").unwrap();
        Ok(AgentSession::new(id, JoinUrl::new(JOIN).unwrap()))
    }

    async fn find_session(&self, _: &CallKey) -> Result<Option<AgentSession>, Error> {
        Ok(None)
    }

    async fn end_session(&self, id: &SessionId) -> Result<(), Error> {
        self.ended.lock().unwrap().push(id.clone());
        Ok(())
    }
}

fn to() -> E164 {
    E164::parse("+919876543210").unwrap()
}

fn order() -> OutboundAgentCall {
    let from = E164::parse("+918047112345").unwrap();
    OutboundAgentCall::new(AgentId::new("agent-1").unwrap(), to(), from)
        .look_every(Duration::from_millis(50))
}

#[tokio::test]
async fn whoever_answers_speaks_with_the_agent_by_every_route() {
    let app = AppId::parse("1262658").unwrap();
    for route in [
        CallRoute::Stream,
        CallRoute::Flow(app.clone()),
        CallRoute::FlowWithUrl(app),
    ] {
        let simulator = ExotelSimulator::start().await;
        let calls = ExotelCalls::new(simulator.client().unwrap(), route.clone());
        let joined = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&joined);
        simulator.on_answered(move |_, url| seen.lock().unwrap().push(url.to_owned()));
        // The server that the flow's voicebot asks.
        let server = calls.clone();
        simulator.on_voicebot(move |call| {
            let field = SessionField::parse(call.custom_field.as_deref()?)?;
            let url = field
                .join_url()
                .cloned()
                .or_else(|| server.join_url(field.key()))?;
            Some(url.expose().to_owned())
        });
        let report = outbound_agent_call(&Agents::default(), &calls, &order())
            .await
            .unwrap();
        assert_eq!(report.call.status, CallStatus::Completed, "{route:?}");
        assert_eq!(*joined.lock().unwrap(), [JOIN], "{route:?}");
        assert_eq!(simulator.dialled(&to()), 1);
    }
}

#[tokio::test]
async fn a_dial_whose_answer_is_lost_is_found_followed_and_rung_once() {
    for echo in [CustomFieldEcho::Everywhere, CustomFieldEcho::Callbacks] {
        for mishap in [Mishap::ServerErrorAfterActing, Mishap::UnreadableSuccess] {
            let simulator = ExotelSimulator::builder()
                .custom_field_echo(echo)
                .number_spelling(NumberSpelling::Local)
                .start()
                .await;
            let calls =
                ExotelCalls::new(simulator.client().unwrap(), CallRoute::Stream).zone(india());
            simulator.mishaps().next_of("calls.connect", mishap);
            let agents = Agents::default();
            let report = outbound_agent_call(&agents, &calls, &order())
                .await
                .unwrap();
            assert_eq!(
                report.call.status,
                CallStatus::Completed,
                "{}",
                report.timeline
            );
            assert_eq!(
                (
                    simulator.dialled(&to()),
                    simulator.requests_of("calls.connect")
                ),
                (1, 1)
            );
            assert!(agents.ended.lock().unwrap().is_empty());
        }
    }
}

#[tokio::test]
async fn a_call_nobody_takes_ends_the_session() {
    for (outcome, status) in [
        (Outcome::Busy, CallStatus::Busy),
        (Outcome::NoAnswer, CallStatus::NoAnswer),
    ] {
        let simulator = ExotelSimulator::start().await;
        simulator.set_outcome(&to(), outcome);
        let calls = ExotelCalls::new(simulator.client().unwrap(), CallRoute::Stream);
        let agents = Agents::default();
        let report = outbound_agent_call(&agents, &calls, &order())
            .await
            .unwrap();
        assert_eq!(report.call.status, status);
        assert_eq!(agents.ended.lock().unwrap().len(), 1);
    }
}
