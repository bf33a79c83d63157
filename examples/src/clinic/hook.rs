//! The application's own webhook.

use std::net::SocketAddr;
use std::sync::Arc;

use voice_core::testkit::{Service, SimAnswer, SimRequest, SimServer};

use super::Fault;

/// Where it is, as the providers would know it.
pub(super) const URL: &str = "https://hooks.example.com/voice";

/// A server that checks signatures, or does not.
pub(super) struct Hook(SimServer);

#[derive(Debug)]
struct Handler(Vec<Fault>);

impl Hook {
    pub(super) async fn start(faults: &[Fault]) -> Self {
        Self(SimServer::start(Arc::new(Handler(faults.to_vec()))).await)
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.0.addr()
    }
}

impl Service for Handler {
    /// Every request here is the doctor's own, and so forged.
    fn answer(&self, _request: &SimRequest) -> SimAnswer {
        let has = |fault| self.0.contains(&fault);
        if has(Fault::WebhookDown) {
            return SimAnswer::empty(502);
        }
        if has(Fault::WebhookRedirect) {
            let mut answer = SimAnswer::empty(301);
            let there = ("location", "https://www.example.com/voice".to_owned());
            answer.headers.push(there);
            return answer;
        }
        SimAnswer::empty(if has(Fault::Webhook) { 200 } else { 401 })
    }
}
