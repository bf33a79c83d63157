//! The family's main flow with Twilio as the telephone: an agent rings a person, whatever goes wrong on the way.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod common;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use common::{from, join_url, quick, to};
use twilio_client::testkit::{Outcome, Pace, TwilioSimulator};
use voice_core::client::Page;
use voice_core::error::Error;
use voice_core::flow::{OutboundAgentCall, outbound_agent_call};
use voice_core::provider::{
    Agent, AgentChange, AgentId, AgentProvider, AgentSession, AgentSpec, CallKey, CallStatus,
    ListAgents, SessionId, SessionRequest,
};
use voice_core::testkit::Mishap;

/// An agent that opens a session for whoever asks, and writes down which were ended.
#[derive(Debug, Default)]
struct Agents {
    ended: Mutex<Vec<SessionId>>,
}

fn nothing<T>() -> Result<T, Error> {
    Err(Error::new(
        voice_core::error::ErrorKind::Unsupported,
        "not in this test",
    ))
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
        Ok(AgentSession::new(
            SessionId::new("session-1").unwrap(),
            join_url(),
        ))
    }

    async fn find_session(&self, _: &CallKey) -> Result<Option<AgentSession>, Error> {
        Ok(None)
    }

    async fn end_session(&self, id: &SessionId) -> Result<(), Error> {
        self.ended.lock().unwrap().push(id.clone());
        Ok(())
    }
}

fn order() -> OutboundAgentCall {
    OutboundAgentCall::new(AgentId::new("agent-1").unwrap(), to(), from())
        .look_every(Duration::from_millis(100))
}

#[tokio::test]
async fn a_call_is_made_joined_and_followed_to_its_end() {
    let simulator = TwilioSimulator::start().await;
    let joined = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&joined);
    simulator.on_answered(move |_, url| seen.lock().unwrap().push(url.to_owned()));
    let (agents, client) = (Agents::default(), simulator.client_with(quick()).unwrap());
    let report = outbound_agent_call(&agents, &client, &order())
        .await
        .unwrap();
    assert_eq!(report.call.status, CallStatus::Completed);
    assert_eq!(*joined.lock().unwrap(), [join_url().expose()]);
    assert_eq!(simulator.dialled(&to()), 1);
}

#[tokio::test]
async fn a_dial_without_an_answer_is_found_and_followed_and_rung_once() {
    for mishap in [Mishap::ServerErrorAfterActing, Mishap::UnreadableSuccess] {
        let simulator = TwilioSimulator::start().await;
        let (agents, client) = (Agents::default(), simulator.client_with(quick()).unwrap());
        simulator.mishaps().next_of("calls.create", mishap);
        let report = outbound_agent_call(&agents, &client, &order())
            .await
            .unwrap();
        assert_eq!(
            report.call.status,
            CallStatus::Completed,
            "{}",
            report.timeline
        );
        assert_eq!(simulator.dialled(&to()), 1);
        assert!(agents.ended.lock().unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_call_nobody_takes_ends_the_session() {
    let simulator = TwilioSimulator::builder().pace(Pace::FAST).start().await;
    simulator.set_outcome(&to(), Outcome::NoAnswer);
    let (agents, client) = (Agents::default(), simulator.client_with(quick()).unwrap());
    let report = outbound_agent_call(&agents, &client, &order())
        .await
        .unwrap();
    assert_eq!(report.call.status, CallStatus::NoAnswer);
    assert_eq!(agents.ended.lock().unwrap().len(), 1);
}
