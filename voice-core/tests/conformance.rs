//! The suite for calls catches a provider that breaks a promise.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and may look at the clock"
)]

use std::collections::BTreeMap;
use std::sync::Mutex;

use async_trait::async_trait;
use http::StatusCode;
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::ident::E164;
use voice_core::provider::{
    Call, CallId, CallProvider, CallStatus, Connect, FindCall, Found, JoinUrl, MediaKind, PlaceCall,
};
use voice_core::testkit::conformance::{CallFixture, call_provider};

#[derive(Debug, Clone, Copy, PartialEq)]
enum Flaw {
    None,
    NeverFinds,
    FindsAnything,
    FindsAnother,
    StartsOver,
    LosesTheRequestId,
    ServerErrorForUnknown,
    HangUpDoesNothing,
    SecondHangUpFails,
}

#[derive(Debug)]
struct Exchange {
    flaw: Flaw,
    calls: Mutex<BTreeMap<String, (E164, CallStatus)>>,
}

fn missing(flaw: Flaw) -> Error {
    let kind = match flaw {
        Flaw::ServerErrorForUnknown => ErrorKind::Server,
        _ => ErrorKind::NotFound,
    };
    let error = Error::new(kind, "no such call")
        .with_delivery(Delivery::Answered)
        .with_status(StatusCode::NOT_FOUND);
    match flaw {
        Flaw::LosesTheRequestId => error,
        _ => error.with_request_id("r1"),
    }
}

#[async_trait]
impl CallProvider for Exchange {
    fn media(&self) -> MediaKind {
        MediaKind::Twilio
    }
    async fn place_call(&self, request: &PlaceCall) -> Result<Call, Error> {
        let mut calls = self.calls.lock().unwrap();
        let id = format!("C{}", calls.len());
        let status = match self.flaw {
            Flaw::StartsOver => CallStatus::Completed,
            _ => CallStatus::Queued,
        };
        calls.insert(id.clone(), (request.to, status.clone()));
        Ok(Call::new(CallId::new(id)?, status))
    }
    async fn get_call(&self, id: &CallId) -> Result<Call, Error> {
        let calls = self.calls.lock().unwrap();
        let (_, status) = calls.get(id.as_str()).ok_or_else(|| missing(self.flaw))?;
        Ok(Call::new(id.clone(), status.clone()))
    }
    async fn hang_up(&self, id: &CallId) -> Result<(), Error> {
        let mut calls = self.calls.lock().unwrap();
        let (_, status) = calls
            .get_mut(id.as_str())
            .ok_or_else(|| missing(self.flaw))?;
        match self.flaw {
            Flaw::HangUpDoesNothing => {}
            Flaw::SecondHangUpFails if status.is_final() => return Err(missing(self.flaw)),
            _ => *status = CallStatus::Canceled,
        }
        Ok(())
    }
    async fn find_call(&self, request: &FindCall) -> Result<Found, Error> {
        let calls = self.calls.lock().unwrap();
        let found = calls.iter().find(|(_, (to, _))| *to == request.to);
        let one = |id: &str| {
            Ok(Found::One(Box::new(Call::new(
                CallId::new(id)?,
                CallStatus::Queued,
            ))))
        };
        match (self.flaw, found) {
            (Flaw::NeverFinds, _) => Ok(Found::Nothing),
            (Flaw::FindsAnything, _) => one("C0"),
            (Flaw::FindsAnother, Some(_)) => one("C9"),
            (_, Some((id, _))) => one(id),
            (_, None) => Ok(Found::Nothing),
        }
    }
}

async fn suite(flaw: Flaw) {
    let number = |text| E164::parse(text).unwrap();
    let join = JoinUrl::new("wss://voice.example/x".to_owned()).unwrap();
    let fixture = CallFixture::new(
        number("+15551234567"),
        number("+15550000000"),
        number("+15557654321"),
        Connect::Session(join),
        CallId::new("unknown").unwrap(),
    );
    let calls = Mutex::default();
    call_provider(&Exchange { flaw, calls }, &fixture).await;
}

#[tokio::test]
async fn a_provider_that_keeps_its_promises_passes() {
    suite(Flaw::None).await;
}

#[tokio::test]
async fn each_broken_promise_is_noticed() {
    for flaw in [
        Flaw::NeverFinds,
        Flaw::FindsAnything,
        Flaw::FindsAnother,
        Flaw::StartsOver,
        Flaw::LosesTheRequestId,
        Flaw::ServerErrorForUnknown,
        Flaw::HangUpDoesNothing,
        Flaw::SecondHangUpFails,
    ] {
        let outcome = tokio::spawn(suite(flaw)).await;
        assert!(outcome.is_err(), "{flaw:?} went unnoticed");
    }
}
