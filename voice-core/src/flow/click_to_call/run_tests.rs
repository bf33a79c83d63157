//! The dial: written down before, once for each key, and looked for when its answer is lost.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;

use super::record::tests::{call, record, tokens};
use super::*;
use crate::clock::{Clock, SharedClock, SystemClock};
use crate::error::{Delivery, Error, ErrorKind};
use crate::ident::{E164, PublicHttpsUrl};
use crate::provider::{
    Call, CallId, CallKey, CallProvider, CallStatus, FindCall, Found, MediaKind, PlaceCall,
};

/// A provider that does what it was told, and remembers.
#[derive(Debug, Default)]
struct Phone {
    answers: Mutex<VecDeque<Result<Call, Error>>>,
    finds: Mutex<VecDeque<Found>>,
    legs: Mutex<Vec<AgentLeg>>,
    looks: Mutex<u32>,
    state: Mutex<Option<Call>>,
}

impl Phone {
    fn that(answer: Result<Call, Error>) -> Self {
        let phone = Self::default();
        phone.answers.lock().unwrap().push_back(answer);
        phone
    }

    fn dials(&self) -> usize {
        self.legs.lock().unwrap().len()
    }
}

#[async_trait]
impl CallProvider for Phone {
    fn media(&self) -> MediaKind {
        MediaKind::Twilio
    }

    async fn place_call(&self, _: &PlaceCall) -> Result<Call, Error> {
        Err(Error::new(ErrorKind::Unsupported, "not here"))
    }

    async fn get_call(&self, _: &CallId) -> Result<Call, Error> {
        let state = self.state.lock().unwrap().clone();
        state.ok_or_else(|| Error::new(ErrorKind::NotFound, "no call"))
    }

    async fn hang_up(&self, _: &CallId) -> Result<(), Error> {
        Ok(())
    }

    async fn find_call(&self, _: &FindCall) -> Result<Found, Error> {
        *self.looks.lock().unwrap() += 1;
        let found = self.finds.lock().unwrap().pop_front();
        Ok(found.unwrap_or(Found::Nothing))
    }
}

#[async_trait]
impl RingAgent for Phone {
    async fn ring_agent(&self, leg: &AgentLeg) -> Result<Call, Error> {
        self.legs.lock().unwrap().push(leg.clone());
        self.answers.lock().unwrap().pop_front().unwrap()
    }
}

fn request(key: &str) -> ClickRequest {
    ClickRequest::new(
        E164::parse("+14155550111").unwrap(),
        E164::parse("+14155550100").unwrap(),
        ContactRef::new("lead-4711").unwrap(),
        CallKey::new(key).unwrap(),
    )
}

fn routes() -> ClickRoutes {
    ClickRoutes::new(PublicHttpsUrl::parse("https://crm.example.com").unwrap())
}

async fn click(phone: &Phone, store: &MemoryClickStore, key: &str) -> Result<Clicked, Error> {
    click_to_call(phone, store, &tokens(), &routes(), &request(key)).await
}

fn placed(id: &str) -> Call {
    Call::new(call(id), CallStatus::Queued)
}

fn lost() -> Error {
    Error::new(ErrorKind::Timeout, "no answer").with_delivery(Delivery::Unknown)
}

#[tokio::test(start_paused = true)]
async fn the_same_key_dials_once_and_gets_the_first_result() {
    let (phone, store) = (Phone::that(Ok(placed("CA1"))), MemoryClickStore::new());
    let first = click(&phone, &store, "k").await.unwrap();
    assert_eq!(
        (first.turn, first.record.dial),
        (Turn::First, DialState::Placed)
    );
    let again = click(&phone, &store, "k").await.unwrap();
    assert_eq!(again.turn, Turn::Repeated);
    assert_eq!(again.record.call, Some(call("CA1")));
    assert_eq!(phone.dials(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_urls_carry_tokens_that_outlive_queue_and_ringing_and_nothing_else() {
    let (phone, store) = (Phone::that(Ok(placed("CA1"))), MemoryClickStore::new());
    click(&phone, &store, "click-of-anna").await.unwrap();
    let leg = phone.legs.lock().unwrap().pop().unwrap();
    let clock = SystemClock::shared();
    for (url, step) in [
        (&leg.connect, Step::Connect),
        (&leg.fallback, Step::Fallback),
        (&leg.status, Step::Status),
    ] {
        let (path, token) = url.as_str().split_once("?token=").unwrap();
        assert!(path.ends_with(step.as_str()), "{path}");
        let claims = tokens().read(token).unwrap();
        let later = clock.wall() + Duration::from_secs(600 + 30);
        assert_eq!(claims.check(step, later), Ok(()));
        for telling in ["lead-4711", "anna", "4155550"] {
            assert!(!url.as_str().contains(telling));
        }
    }
    assert_eq!(leg.machine_check, MachineCheck::BeforeConnecting);
    assert_eq!(leg.ring_timeout, Duration::from_secs(30));
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_looked_for_and_never_dialled_again() {
    let (phone, store) = (Phone::that(Err(lost())), MemoryClickStore::new());
    phone
        .finds
        .lock()
        .unwrap()
        .extend([Found::Nothing, Found::One(Box::new(placed("CA7")))]);
    let clicked = click(&phone, &store, "k").await.unwrap();
    assert_eq!(clicked.record.call, Some(call("CA7")));
    assert_eq!(clicked.record.outcome, None);
    assert_eq!(phone.dials(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_cannot_be_found_stays_unknown_and_its_key_dials_nothing() {
    for (found, said) in [
        (Found::Nothing, "no such call was found"),
        (
            Found::Several(vec![call("CA1"), call("CA2")]),
            "several calls could be it",
        ),
    ] {
        let (phone, store) = (Phone::that(Err(lost())), MemoryClickStore::new());
        phone.finds.lock().unwrap().extend(vec![found; 20]);
        let error = click(&phone, &store, "k").await.unwrap_err();
        assert!(error.may_have_happened());
        assert_eq!(error.context_value("reconcile"), Some(said));
        let again = click(&phone, &store, "k").await.unwrap();
        assert_eq!(again.turn, Turn::Repeated);
        assert_eq!(again.record.outcome, Some(Outcome::Unknown));
        assert_eq!(phone.dials(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_with_its_token_proves_a_call_that_cannot_be_found() {
    let (phone, store) = (Phone::that(Err(lost())), Arc::new(MemoryClickStore::new()));
    let id = tokens().id(&CallKey::new("k").unwrap());
    let later = Arc::clone(&store);
    let webhook = async move {
        SystemClock::default().sleep(Duration::from_secs(20)).await;
        edit(&*later, &id, |record| record.bind(&call("CA5")))
            .await
            .unwrap();
    };
    let (clicked, ()) = tokio::join!(click(&phone, &store, "k"), webhook);
    let record = clicked.unwrap().record;
    assert_eq!((record.call, record.outcome), (Some(call("CA5")), None));
}

#[tokio::test(start_paused = true)]
async fn a_refused_dial_rings_nobody_and_says_so() {
    let refused =
        Error::new(ErrorKind::Permission, "not allowed").with_delivery(Delivery::Answered);
    let (phone, store) = (Phone::that(Err(refused)), MemoryClickStore::new());
    let error = click(&phone, &store, "k").await.unwrap_err();
    assert_eq!(error.context_value("dialled"), Some("nobody was rung"));
    assert!(!error.may_have_happened());
    let again = click(&phone, &store, "k").await.unwrap();
    assert_eq!(
        again.record.outcome,
        Some(Outcome::AgentUnreachable(AgentFailure::NotDialled))
    );
    assert_eq!(phone.dials(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_dial_that_was_dropped_is_cleared_up_later() {
    let (phone, store) = (Phone::default(), MemoryClickStore::new());
    let key = CallKey::new("k").unwrap();
    // Written down, and then the process was gone.
    store.insert(&record("k")).await.unwrap();
    let clock: SharedClock = SystemClock::shared();
    phone
        .finds
        .lock()
        .unwrap()
        .push_back(Found::One(Box::new(placed("CA3"))));
    let record = reconcile(&phone, &store, &key, &clock)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(record.call, Some(call("CA3")));
    *phone.state.lock().unwrap() = Some(Call::new(call("CA3"), CallStatus::Busy));
    let record = reconcile(&phone, &store, &key, &clock)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        record.outcome,
        Some(Outcome::AgentUnreachable(AgentFailure::Busy))
    );
    let unknown = CallKey::new("another").unwrap();
    let none = reconcile(&phone, &store, &unknown, &clock).await.unwrap();
    assert!(none.is_none());
    assert_eq!(phone.dials(), 0);
}
