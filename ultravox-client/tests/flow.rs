//! Whole calls, with a telephone that exists in this test only.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use common::session::{key, with_agent};
use ultravox_client::testkit::UltravoxSimulator;
use ultravox_client::types::EndReason;
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::flow::{OutboundAgentCall, outbound_agent_call};
use voice_core::provider::{
    Call, CallId, CallProvider, CallStatus, Connect, FindCall, Found, MediaKind, PlaceCall,
};
use voice_core::testkit::Mishap;

/// A telephone whose every call is picked up, speaks with the agent, and is over.
#[derive(Debug)]
struct Phone {
    simulator: Arc<UltravoxSimulator>,
    rung: Mutex<usize>,
    engaged: bool,
}

#[async_trait]
impl CallProvider for Phone {
    fn media(&self) -> MediaKind {
        MediaKind::Twilio
    }

    async fn place_call(&self, request: &PlaceCall) -> Result<Call, Error> {
        let Connect::Session(url) = &request.connect else {
            panic!("{request:?}");
        };
        if self.engaged {
            return Err(Error::new(ErrorKind::InvalidInput, "no such number")
                .with_delivery(Delivery::Answered));
        }
        *self.rung.lock().unwrap() += 1;
        let path = url.expose().split("/calls/").nth(1).unwrap();
        let session = CallId::new(path.split('/').next().unwrap()).unwrap();
        assert!(self.simulator.join(&session), "the session waits");
        assert!(self.simulator.end(&session, &EndReason::Hangup));
        Ok(Call::new(session, CallStatus::Completed))
    }

    async fn get_call(&self, id: &CallId) -> Result<Call, Error> {
        Ok(Call::new(id.clone(), CallStatus::Completed))
    }

    async fn hang_up(&self, _: &CallId) -> Result<(), Error> {
        Ok(())
    }

    async fn find_call(&self, _: &FindCall) -> Result<Found, Error> {
        Ok(Found::Nothing)
    }
}

fn order(agent: &voice_core::provider::AgentId) -> OutboundAgentCall {
    let (to, from) = (
        "+14155550123".parse().unwrap(),
        "+14155550100".parse().unwrap(),
    );
    OutboundAgentCall::new(agent.clone(), to, from).variable("name", "Ada")
}

#[tokio::test]
async fn a_lost_session_is_found_again_and_one_person_is_rung_once() {
    let (simulator, client, agent) = with_agent().await;
    let simulator = Arc::new(simulator);
    for mishap in [None, Some(Mishap::ServerErrorAfterActing)] {
        let phone = Phone {
            simulator: Arc::clone(&simulator),
            rung: Mutex::default(),
            engaged: false,
        };
        if let Some(mishap) = mishap {
            simulator.mishaps().next_of("agents.calls.create", mishap);
        }
        let key = key();
        let request = order(&agent).key(key.clone());
        let report = outbound_agent_call(&client, &phone, &request)
            .await
            .unwrap();
        assert_eq!(report.call.status, CallStatus::Completed);
        assert_eq!(
            (*phone.rung.lock().unwrap(), simulator.created_with(&key)),
            (1, 1)
        );
        let call = simulator
            .call(&CallId::new(report.session.as_str()).unwrap())
            .unwrap();
        assert_eq!(call["systemPrompt"], "Greet Ada.");
    }
}

#[tokio::test]
async fn a_session_whose_dial_failed_is_taken_away() {
    let (simulator, client, agent) = with_agent().await;
    let simulator = Arc::new(simulator);
    let phone = Phone {
        simulator: Arc::clone(&simulator),
        rung: Mutex::default(),
        engaged: true,
    };
    let error = outbound_agent_call(&client, &phone, &order(&agent))
        .await
        .unwrap_err();
    let session = CallId::new(error.context_value("session").unwrap()).unwrap();
    assert!(
        simulator.call(&session).is_none(),
        "nobody joined, so nothing is kept"
    );
    assert_eq!(
        (
            simulator.created_calls(),
            simulator.requests("calls.delete")
        ),
        (1, 1)
    );
}
