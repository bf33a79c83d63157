//! The suite for ringing calls: a switchboard outside the crate passes it, and one that breaks a promise is caught.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::provider::{
    AcceptCall, CallId, InboundCallProvider, Presence, RejectReason, TransferTarget,
};
use voice_core::testkit::conformance::{InboundFixture, InboundState, inbound_call_provider};

#[derive(Debug, Clone, Copy, PartialEq)]
enum Flaw {
    None,
    /// Says so by an error that tells that it may have happened: that is no flaw.
    ReportsALostAnswer,
    DropsTheInstructions,
    DropsTheTools,
    DropsModelAndVoice,
    RemembersTheLastCall,
    TakesACallTwice,
    AcceptsWithoutDoingSo,
    AcceptsAnAbandonedCall,
    FailsForAnAbandonedCall,
    FailsForASecondHangUp,
    HangsUpInWordsOnly,
    MixesUpReasons,
    RefusesInWordsOnly,
    SaysGoneAfterALostAnswer,
    SaysForSureAfterALostAnswer,
    TransfersToNobody,
    TransfersInWordsOnly,
    FollowsPaths,
    ActsOnPaths,
}

#[derive(Debug)]
struct Leg {
    state: InboundState,
    accepts: usize,
    with: String,
}

#[derive(Debug, Default)]
struct Board {
    legs: BTreeMap<String, Leg>,
    last: String,
    lose: bool,
}

/// Calls in memory, with ways to be wrong.
#[derive(Debug)]
struct Switchboard {
    flaw: Flaw,
    board: Mutex<Board>,
}

impl Switchboard {
    fn board(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap()
    }

    fn is(&self, flaw: Flaw) -> bool {
        self.flaw == flaw
    }

    /// An id that is a path is refused; whoever follows paths reads the last part.
    fn id<'i>(&self, id: &'i CallId) -> Result<&'i str, Error> {
        let id = id.as_str();
        if self.is(Flaw::FollowsPaths) {
            return Ok(id.rsplit('/').next().unwrap());
        }
        if id.contains('/') || matches!(id, "." | "..") {
            let error = Error::invalid_input("id", "is a path");
            return Err(match self.flaw {
                Flaw::ActsOnPaths => error.with_delivery(Delivery::Unknown),
                _ => error,
            });
        }
        Ok(id)
    }
}

fn over(state: &InboundState) -> bool {
    !matches!(state, InboundState::Ringing | InboundState::Taken)
}

#[async_trait]
impl InboundCallProvider for Switchboard {
    async fn accept(&self, id: &CallId, request: &AcceptCall) -> Result<Presence, Error> {
        let id = self.id(id)?;
        let mut board = self.board();
        let mut with = String::new();
        if !self.is(Flaw::DropsTheInstructions) {
            with.push_str(&request.instructions);
        }
        if !self.is(Flaw::DropsTheTools) {
            for tool in &request.tools {
                with.push_str(&format!(
                    "{} {} {}",
                    tool.name, tool.description, tool.parameters
                ));
            }
        }
        if !self.is(Flaw::DropsModelAndVoice) {
            with.push_str(&format!("{:?} {:?}", request.model, request.voice));
        }
        if self.is(Flaw::RemembersTheLastCall) {
            with.push_str(&board.last.clone());
        }
        board.last.clone_from(&with);
        let lost = std::mem::take(&mut board.lose);
        let Some(leg) = board.legs.get_mut(id) else {
            return Ok(Presence::AlreadyGone);
        };
        if over(&leg.state) && !self.is(Flaw::AcceptsAnAbandonedCall) {
            return match self.flaw {
                Flaw::FailsForAnAbandonedCall => Err(Error::new(ErrorKind::NotFound, "gone")),
                _ => Ok(Presence::AlreadyGone),
            };
        }
        if self.is(Flaw::AcceptsWithoutDoingSo) {
            return Ok(Presence::Done);
        }
        leg.state = InboundState::Taken;
        leg.accepts += 1 + usize::from(self.is(Flaw::TakesACallTwice));
        leg.with = with;
        let timeout = Error::new(ErrorKind::Timeout, "no answer");
        match self.flaw {
            Flaw::ReportsALostAnswer if lost => Err(timeout.with_delivery(Delivery::Unknown)),
            Flaw::SaysForSureAfterALostAnswer if lost => Err(timeout),
            Flaw::SaysGoneAfterALostAnswer if lost => Ok(Presence::AlreadyGone),
            _ => Ok(Presence::Done),
        }
    }

    async fn reject(&self, id: &CallId, reason: RejectReason) -> Result<Presence, Error> {
        let id = self.id(id)?;
        let mut board = self.board();
        match board.legs.get_mut(id) {
            Some(leg) if !over(&leg.state) => {
                let status = match self.flaw {
                    Flaw::MixesUpReasons => 603,
                    _ => reason.sip_status(),
                };
                if !self.is(Flaw::RefusesInWordsOnly) {
                    leg.state = InboundState::Rejected(Some(status));
                }
                Ok(Presence::Done)
            }
            _ => Ok(Presence::AlreadyGone),
        }
    }

    async fn transfer(&self, id: &CallId, target: &TransferTarget) -> Result<Presence, Error> {
        let id = self.id(id)?;
        let mut board = self.board();
        let to = match target {
            _ if self.is(Flaw::TransfersToNobody) => "tel:",
            TransferTarget::Phone(number) => number.as_str(),
            TransferTarget::Sip(uri) => uri.as_str(),
            _ => "",
        };
        match board.legs.get_mut(id) {
            Some(leg) if !over(&leg.state) => {
                if !self.is(Flaw::TransfersInWordsOnly) {
                    leg.state = InboundState::Transferred(to.to_owned());
                }
                Ok(Presence::Done)
            }
            _ => Ok(Presence::AlreadyGone),
        }
    }

    async fn hang_up(&self, id: &CallId) -> Result<Presence, Error> {
        let id = self.id(id)?;
        let mut board = self.board();
        match board.legs.get_mut(id) {
            Some(leg) if !over(&leg.state) => {
                if !self.is(Flaw::HangsUpInWordsOnly) {
                    leg.state = InboundState::Over;
                }
                Ok(Presence::Done)
            }
            _ if self.is(Flaw::FailsForASecondHangUp) => {
                Err(Error::new(ErrorKind::NotFound, "no such call"))
            }
            _ => Ok(Presence::AlreadyGone),
        }
    }
}

#[async_trait]
impl InboundFixture for Switchboard {
    async fn ring(&self) -> CallId {
        let mut board = self.board();
        let id = format!("call-{}", board.legs.len());
        let leg = Leg {
            state: InboundState::Ringing,
            accepts: 0,
            with: String::new(),
        };
        board.legs.insert(id.clone(), leg);
        CallId::new(id).unwrap()
    }

    async fn abandon(&self, id: &CallId) {
        self.board().legs.get_mut(id.as_str()).unwrap().state = InboundState::Over;
    }

    async fn state(&self, id: &CallId) -> InboundState {
        self.board().legs[id.as_str()].state.clone()
    }

    async fn accepts(&self, id: &CallId) -> usize {
        self.board().legs[id.as_str()].accepts
    }

    async fn accepted_with(&self, id: &CallId) -> String {
        self.board().legs[id.as_str()].with.clone()
    }

    async fn lose_the_next_answer(&self) {
        self.board().lose = true;
    }
}

async fn suite(flaw: Flaw) {
    let board = Arc::new(Switchboard {
        flaw,
        board: Mutex::default(),
    });
    let provider: Arc<dyn InboundCallProvider> = board.clone();
    inbound_call_provider(&*provider, &*board).await;
}

#[tokio::test]
async fn a_switchboard_that_keeps_its_promises_passes() {
    suite(Flaw::None).await;
    suite(Flaw::ReportsALostAnswer).await;
}

#[tokio::test]
async fn each_broken_promise_is_noticed() {
    for flaw in [
        Flaw::DropsTheInstructions,
        Flaw::DropsTheTools,
        Flaw::DropsModelAndVoice,
        Flaw::RemembersTheLastCall,
        Flaw::TakesACallTwice,
        Flaw::AcceptsWithoutDoingSo,
        Flaw::AcceptsAnAbandonedCall,
        Flaw::FailsForAnAbandonedCall,
        Flaw::FailsForASecondHangUp,
        Flaw::HangsUpInWordsOnly,
        Flaw::MixesUpReasons,
        Flaw::RefusesInWordsOnly,
        Flaw::SaysGoneAfterALostAnswer,
        Flaw::SaysForSureAfterALostAnswer,
        Flaw::TransfersToNobody,
        Flaw::TransfersInWordsOnly,
        Flaw::FollowsPaths,
        Flaw::ActsOnPaths,
    ] {
        let caught = tokio::spawn(suite(flaw)).await;
        assert!(caught.is_err(), "{flaw:?} went unnoticed");
    }
}
