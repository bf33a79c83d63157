//! One call: what it is, what was done to it, who listens.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::sync::mpsc;
use voice_core::provider::SipHeader;

use super::seen::{CallCounts, Seen};
use super::socket::Order;
use super::talk::Talk;

/// How far a call is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Phase {
    /// It waits for a decision.
    #[default]
    Ringing,
    /// The caller hung up before there was one.
    Abandoned,
    /// It was refused with this SIP status.
    Rejected(u16),
    /// It goes on.
    Accepted,
    /// It was handed on to this URI.
    Referred(String),
    /// The service hung up.
    HungUp,
    /// The caller hung up.
    CallerGone,
}

impl Phase {
    /// Whether the call is over.
    #[must_use]
    pub fn is_over(&self) -> bool {
        !matches!(self, Self::Ringing | Self::Accepted)
    }
}

#[derive(Debug)]
pub(super) struct CallState {
    pub(super) phase: Phase,
    /// When it began to ring.
    pub(super) since: Instant,
    /// How long the caller waits, if not as long as all do.
    pub(super) patience: Option<Duration>,
    pub(super) sip_headers: Vec<SipHeader>,
    pub(super) media_security: Option<String>,
    /// The session it was accepted with; null until then.
    pub(super) session: Value,
    pub(super) counts: CallCounts,
    pub(super) seen: Seen,
    pub(super) talk: Talk,
    /// Statuses that the next handshakes are refused with.
    pub(super) refusals: VecDeque<u16>,
    /// The sockets that are attached.
    pub(super) sockets: Vec<mpsc::UnboundedSender<Order>>,
}

impl CallState {
    pub(super) fn new(phase: Phase, since: Instant, sip_headers: Vec<SipHeader>) -> Self {
        Self {
            phase,
            since,
            patience: None,
            sip_headers,
            media_security: None,
            session: Value::Null,
            counts: CallCounts::default(),
            seen: Seen::default(),
            talk: Talk::default(),
            refusals: VecDeque::new(),
            sockets: Vec::new(),
        }
    }

    /// The call is over: sockets end without a close frame.
    pub(super) fn end(&mut self, phase: Phase) {
        self.phase = phase;
        self.order(&Order::Drop);
        self.sockets.clear();
    }

    /// Has every socket do something.
    pub(super) fn order(&mut self, order: &Order) {
        self.sockets
            .retain(|socket| socket.send(order.clone()).is_ok());
    }

    /// Sends events to every socket.
    pub(super) fn emit(&mut self, events: Vec<Value>) {
        for event in events {
            if event.get("type").and_then(Value::as_str) == Some("error") {
                self.seen.errors.push(event.clone());
            }
            self.order(&Order::Send(event.to_string()));
        }
    }
}
