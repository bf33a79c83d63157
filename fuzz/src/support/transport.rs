//! A transport that answers from memory, and what must hold of any client that speaks to it.

use std::collections::VecDeque;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use voice_core::client::{ClientOptions, Pager};
use voice_core::error::Error;
use voice_core::transport::{Body, Transport, TransportError};

use super::clock;
use super::input::{Message, parts};

/// The host of every client here, which the transport insists on.
pub const HOST: &str = "api.fuzz.example";
/// Its base URL.
pub const BASE: &str = "https://api.fuzz.example";
/// Stands in an answer where the client's own secret is to be put.
const SECRET_MARK: &[u8] = b"@SECRET@";
/// Stands between two answers.
const NEXT_ANSWER: &[u8] = b"\n---\n";
/// No input makes a client ask more often.
const MOST_REQUESTS: usize = 400;

/// One answer: `200 OK`-like first line, headers, body.
#[derive(Debug, Clone)]
struct Canned {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

/// Gives the answers of an input in turn, the last one for ever.
#[derive(Debug, Clone)]
pub struct FromMemory(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    answers: VecDeque<Canned>,
    asked: usize,
}

impl FromMemory {
    /// The answers in `data`; `@SECRET@` in a body becomes `secret`.
    pub fn new(data: &[u8], secret: &str) -> Self {
        let answers = parts(data, NEXT_ANSWER)
            .into_iter()
            .take(16)
            .map(|part| {
                let message = Message::read(part);
                let status = message.first.split_whitespace().next();
                Canned {
                    status: status
                        .and_then(|text| text.parse::<u16>().ok())
                        .filter(|status| (200..600).contains(status))
                        .and_then(|status| StatusCode::from_u16(status).ok())
                        .unwrap_or(StatusCode::OK),
                    headers: message.headers,
                    body: planted(message.body, secret).into(),
                }
            })
            .collect();
        Self(Arc::new(Mutex::new(State { answers, asked: 0 })))
    }

    /// Options for a client: this transport, no retries, and a clock that stands still.
    pub fn options(&self) -> ClientOptions {
        ClientOptions::new()
            .transport(Arc::new(self.clone()))
            .clock(clock())
            .retries(0)
            .without_breaker()
            .without_retry_budget()
            .body_cap(1 << 20)
    }
}

fn planted(body: &[u8], secret: &str) -> Vec<u8> {
    parts(body, SECRET_MARK).join(secret.as_bytes())
}

#[async_trait]
impl Transport for FromMemory {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Body>, TransportError> {
        assert_eq!(
            request.uri().host(),
            Some(HOST),
            "an answer led the client to another host"
        );
        assert_eq!(request.uri().scheme_str(), Some("https"));
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.asked += 1;
        assert!(state.asked <= MOST_REQUESTS, "the client asks for ever");
        let canned = match state.answers.len() {
            0 | 1 => state.answers.front().cloned(),
            _ => state.answers.pop_front(),
        };
        let canned = canned.expect("there is an answer");
        let mut response = Response::new(Body::from_bytes(canned.body));
        *response.status_mut() = canned.status;
        *response.headers_mut() = canned.headers;
        Ok(response)
    }
}

/// Whatever came, neither value nor error shows the secret, and no error is out of proportion.
pub fn sound<T: Debug>(outcome: &Result<T, Error>, secret: &str) {
    match outcome {
        Ok(value) => drop(format!("{value:?}")),
        Err(error) => {
            let limits = error.rate_limits().map(|limits| format!("{limits:?}"));
            let shown = format!("{error}\n{error:?}\n{error:#?}\n{limits:?}");
            assert!(
                !shown.contains(secret),
                "an error shows the secret: {shown}"
            );
            assert!(shown.len() < 200_000, "an error of {} bytes", shown.len());
            let mut source = std::error::Error::source(error);
            while let Some(cause) = source {
                assert!(
                    !format!("{cause} {cause:?}").contains(secret),
                    "a cause shows it"
                );
                source = cause.source();
            }
        }
    }
}

/// Reads a list to its end, at most 2,000 items.
pub async fn read_list<T: Debug>(pager: Pager<'_, T>, secret: &str) {
    let mut pager = pager.limit(2_000);
    while let Some(item) = pager.next().await {
        sound(&item, secret);
        if item.is_err() {
            assert!(
                pager.next().await.is_none(),
                "a list goes on behind an error"
            );
            break;
        }
    }
}
