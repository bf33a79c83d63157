//! Calls in memory behind a transport: enough of the API for the conformance suite, without a socket.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};
use voice_core::error::{Delivery, ErrorKind};
use voice_core::provider::CallId;
use voice_core::testkit::conformance::{InboundFixture, InboundState};
use voice_core::transport::{Body, Transport, TransportError};

#[derive(Debug)]
struct Leg {
    state: InboundState,
    accepts: usize,
    with: String,
}

#[derive(Debug, Default)]
struct Board {
    legs: BTreeMap<String, Leg>,
    lose: bool,
    /// What a repeated accept is told.
    repeated: u16,
}

/// The other end of the client.
#[derive(Debug, Clone, Default)]
pub(crate) struct Exchange(Arc<Mutex<Board>>);

impl Exchange {
    /// A repeated accept is told this: the API does not say which it is.
    pub(crate) fn new(repeated: u16) -> Self {
        let exchange = Self::default();
        exchange.board().repeated = repeated;
        exchange
    }

    fn board(&self) -> MutexGuard<'_, Board> {
        self.0.lock().unwrap()
    }

    fn order(&self, path: &str, body: &str) -> (u16, &'static str) {
        let parts: Vec<&str> = path.trim_start_matches("/v1/").split('/').collect();
        let ["realtime", "calls", id, order] = parts[..] else {
            return (404, "Invalid URL (POST /v1)");
        };
        let mut board = self.board();
        let repeated = board.repeated;
        let Some(leg) = board.legs.get_mut(id) else {
            return (404, "No call found");
        };
        let json: Value = serde_json::from_str(body).unwrap_or_default();
        let ringing = leg.state == InboundState::Ringing;
        let going = ringing || leg.state == InboundState::Taken;
        match order {
            _ if !going => (404, "No call found"),
            "accept" if !ringing => (repeated, "Not ringing"),
            "accept" if json["type"] != "realtime" => (400, "type is required"),
            "accept" => {
                leg.state = InboundState::Taken;
                leg.accepts += 1;
                leg.with = body.to_owned();
                (200, "")
            }
            "reject" => {
                let status = json["status_code"].as_u64().unwrap_or(603);
                leg.state = InboundState::Rejected(u16::try_from(status).ok());
                (200, "")
            }
            "refer" => {
                let target = json["target_uri"].as_str().unwrap();
                leg.state = InboundState::Transferred(target.to_owned());
                (200, "")
            }
            "hangup" if body.is_empty() => {
                leg.state = InboundState::Over;
                (200, "")
            }
            _ => (400, "no such order"),
        }
    }
}

#[async_trait]
impl Transport for Exchange {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Body>, TransportError> {
        let body = String::from_utf8(request.body().to_vec()).unwrap();
        let (status, message) = self.order(request.uri().path(), &body);
        if std::mem::take(&mut self.board().lose) {
            return Err(TransportError::new(
                ErrorKind::Connection,
                Delivery::Unknown,
                "lost",
            ));
        }
        let text = match status {
            200 => String::new(),
            _ => json!({"error": {"message": message, "type": "invalid_request_error",
                                  "param": null, "code": null}})
            .to_string(),
        };
        let mut answer = Response::new(Body::from_bytes(text.into_bytes()));
        *answer.status_mut() = http::StatusCode::from_u16(status).unwrap();
        Ok(answer)
    }
}

#[async_trait]
impl InboundFixture for Exchange {
    async fn ring(&self) -> CallId {
        let mut board = self.board();
        let id = format!("rtc_{}", board.legs.len());
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
