//! What the proxy saw and did.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::fault::{Fault, Forwarded};
use crate::secret::redact;

/// One request, or one refused connection.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exchange {
    /// Its place in the log, from 0.
    pub index: u64,
    /// The number of its connection, from 0.
    pub connection: u64,
    /// What was done to it.
    pub fault: Fault,
    /// `POST /calls HTTP/1.1`; empty for a refused connection.
    pub request_line: String,
    /// Whether the upstream got it, all of it.
    pub forwarded: Forwarded,
    /// Bytes of the request that were read, head and body.
    pub request_bytes: u64,
    /// The status with which the upstream answered.
    pub answer_status: Option<u16>,
    /// Bytes that were passed to the client, of whatever answer.
    pub answer_bytes: u64,
    /// What went wrong that was not planned: the upstream refused the connection, the client went away.
    pub note: Option<String>,
}

/// With the request line fit for a log: its query may hold phone numbers.
impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange")
            .field("index", &self.index)
            .field("connection", &self.connection)
            .field("fault", &self.fault)
            .field("request_line", &redact(&self.request_line))
            .field("forwarded", &self.forwarded)
            .field("request_bytes", &self.request_bytes)
            .field("answer_status", &self.answer_status)
            .field("answer_bytes", &self.answer_bytes)
            .field("note", &self.note)
            .finish()
    }
}

/// The log in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counters {
    /// Connections accepted, the refused ones included.
    pub connections: u64,
    /// Connections refused at once.
    pub refused: u64,
    /// Requests whose head was read.
    pub requests: u64,
    /// Requests that the upstream got.
    pub forwarded: u64,
    /// Requests and connections that met another fault than [`Fault::None`].
    pub faults: u64,
}

/// The log itself.
#[derive(Debug)]
pub(super) struct Log {
    state: Mutex<State>,
    forwarded: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct State {
    exchanges: Vec<Exchange>,
    counters: Counters,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            state: Mutex::default(),
            forwarded: watch::Sender::new(0),
        }
    }
}

impl Log {
    /// Counts a connection and gives it its number.
    pub(super) fn connected(&self) -> u64 {
        let counters = &mut self.state().counters;
        counters.connections += 1;
        counters.connections - 1
    }

    pub(super) fn refused(&self, connection: u64) {
        let mut state = self.state();
        state.counters.refused += 1;
        state.counters.faults += 1;
        state.open(connection, String::new(), Fault::RefuseConnection);
    }

    /// Opens the entry of a request. Its fault is not yet known: choosing it takes the index.
    pub(super) fn requested(&self, connection: u64, request_line: String) -> u64 {
        let mut state = self.state();
        state.counters.requests += 1;
        state.open(connection, request_line, Fault::None)
    }

    pub(super) fn chosen(&self, index: u64, fault: &Fault) {
        if *fault != Fault::None {
            self.state().counters.faults += 1;
        }
        self.note(index, |exchange| exchange.fault = fault.clone());
    }

    pub(super) fn forwarded(&self, index: u64) {
        self.note(index, |exchange| exchange.forwarded = Forwarded::Yes);
        self.state().counters.forwarded += 1;
        self.forwarded.send_modify(|count| *count += 1);
    }

    /// Changes an entry.
    pub(super) fn note(&self, index: u64, change: impl FnOnce(&mut Exchange)) {
        let mut state = self.state();
        let exchange = usize::try_from(index)
            .ok()
            .and_then(|index| state.exchanges.get_mut(index));
        if let Some(exchange) = exchange {
            change(exchange);
        }
    }

    pub(super) fn exchanges(&self) -> Vec<Exchange> {
        self.state().exchanges.clone()
    }

    pub(super) fn counters(&self) -> Counters {
        self.state().counters
    }

    pub(super) async fn until_forwarded(&self, count: u64) {
        let mut forwarded = self.forwarded.subscribe();
        // The sender lives as long as `self`, so this cannot fail.
        let _ = forwarded.wait_for(|forwarded| *forwarded >= count).await;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn open(&mut self, connection: u64, request_line: String, fault: Fault) -> u64 {
        let index = self.exchanges.len() as u64;
        self.exchanges.push(Exchange {
            index,
            connection,
            fault,
            request_line,
            forwarded: Forwarded::No,
            request_bytes: 0,
            answer_status: None,
            answer_bytes: 0,
            note: None,
        });
        index
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_tells_no_full_number() {
        let log = Log::default();
        let index = log.requested(0, "GET /?To=%2B14155552671 HTTP/1.1".to_owned());
        log.chosen(index, &Fault::Stall);
        let debug = format!("{:?}", log.exchanges());
        assert!(debug.contains("To=%2B14*******71"), "{debug}");
        assert!(debug.contains("fault: Stall"), "{debug}");
    }
}
