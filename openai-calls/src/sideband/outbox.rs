//! What waits to be sent, and what was sent.
//!
//! An event is in one of three states, and never goes back: it waits, it was handed to the connection, or it is known to
//! have arrived, since a ping that left after it was answered. What was handed and is not known to have arrived when the
//! connection breaks is reported and not sent again.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::socket::Text;

use super::{PROVIDER, SEND, SentEvent};
use crate::events::{ClientEvent, EventId};

/// Sent events that are remembered at most, to match errors and to report after a break.
const REMEMBERED: usize = 1024;

/// The queue of events to be sent, and the memory of those that were.
#[derive(Debug)]
pub(super) struct Outbox {
    limit: usize,
    room: Arc<Semaphore>,
    wake: Notify,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Queued>,
    /// Handed over and not known to have arrived, each with its number.
    handed: VecDeque<(u64, SentEvent)>,
    recent: VecDeque<SentEvent>,
    count: u64,
    ping: Option<u64>,
    named: u64,
    is_closed: bool,
}

/// An event that waits. It takes up room until it is handed over.
#[derive(Debug)]
pub(super) struct Queued {
    event: ClientEvent,
    text: Text,
    sent: SentEvent,
    _room: Option<OwnedSemaphorePermit>,
}

impl Queued {
    pub(super) fn text(&self) -> Text {
        self.text.clone()
    }
}

impl Outbox {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            limit,
            room: Arc::new(Semaphore::new(limit)),
            wake: Notify::new(),
            state: Mutex::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Checks an event and gives it an id unless it has one.
    fn prepare(&self, event: ClientEvent) -> Result<Queued, Error> {
        let event = match event.event_id() {
            Some(_) => event,
            None => {
                let number = {
                    let mut state = self.state();
                    state.named += 1;
                    state.named
                };
                event.with_event_id(format!("sideband_{number}"))
            }
        };
        let text = event
            .to_text()
            .map_err(|error| error.with_operation(PROVIDER, SEND))?;
        if text.len() > self.limit {
            return Err(refused(
                "the event is larger than all that may wait to be sent",
            ));
        }
        let sent = SentEvent {
            event_id: EventId::new(event.event_id().unwrap_or_default()),
            kind: event.kind().to_owned(),
        };
        Ok(Queued {
            event,
            text: text.into(),
            sent,
            _room: None,
        })
    }

    /// Queues an event; waits while there is no room. Dropped before it is ready, nothing is queued.
    pub(super) async fn send(&self, event: ClientEvent) -> Result<EventId, Error> {
        let mut queued = self.prepare(event)?;
        let bytes = u32::try_from(queued.text.len()).unwrap_or(u32::MAX);
        let room = Arc::clone(&self.room).acquire_many_owned(bytes).await;
        queued._room = Some(room.map_err(|_| over())?);
        self.push(queued)
    }

    /// Queues an event of the sideband's own, which need not wait for room.
    pub(super) fn send_now(&self, event: ClientEvent) -> Result<EventId, Error> {
        let queued = self.prepare(event)?;
        self.push(queued)
    }

    fn push(&self, queued: Queued) -> Result<EventId, Error> {
        let id = queued.sent.event_id.clone();
        let mut state = self.state();
        if state.is_closed {
            return Err(over());
        }
        state.waiting.push_back(queued);
        drop(state);
        self.wake.notify_one();
        Ok(id)
    }

    /// Ready when something waits. For one writer at a time.
    pub(super) async fn ready(&self) {
        while self.is_empty() {
            self.wake.notified().await;
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.state().waiting.is_empty()
    }

    /// Whether this event has not left yet.
    pub(super) fn is_waiting(&self, id: &EventId) -> bool {
        let state = self.state();
        state
            .waiting
            .iter()
            .any(|queued| queued.sent.event_id == *id)
    }

    /// Takes the next one out. It must be [handed](Self::handed) over or [given back](Self::give_back) at once.
    pub(super) fn take(&self) -> Option<Queued> {
        self.state().waiting.pop_front()
    }

    /// The connection did not take it.
    pub(super) fn give_back(&self, queued: Queued) {
        self.state().waiting.push_front(queued);
    }

    /// The connection took it.
    pub(super) fn handed(&self, queued: Queued) {
        let mut state = self.state();
        state.count += 1;
        let number = state.count;
        state.recent.push_back(queued.sent.clone());
        if state.recent.len() > REMEMBERED {
            state.recent.pop_front();
        }
        state.handed.push_back((number, queued.sent));
        if state.handed.len() > REMEMBERED {
            state.handed.pop_front();
        }
    }

    /// The payload of a ping that leaves now.
    pub(super) fn ping(&self) -> [u8; 8] {
        let mut state = self.state();
        let count = state.count;
        state.ping = Some(count);
        count.to_be_bytes()
    }

    /// Whether something was handed over, and no ping is on its way that would tell of its arrival.
    pub(super) fn wants_ping(&self) -> bool {
        let state = self.state();
        state.ping.is_none() && !state.handed.is_empty()
    }

    /// A pong came: what left before its ping has arrived.
    pub(super) fn pong(&self, payload: &[u8]) {
        let Some(number) = payload.try_into().ok().map(u64::from_be_bytes) else {
            return;
        };
        let mut state = self.state();
        if state.ping == Some(number) {
            state.ping = None;
            state.handed.retain(|(handed, _)| *handed > number);
        }
    }

    /// All that was handed over has arrived.
    pub(super) fn arrived(&self) {
        self.state().handed.clear();
    }

    /// The event of this id, if it was sent not long ago.
    pub(super) fn sent(&self, id: &EventId) -> Option<SentEvent> {
        let state = self.state();
        let mut recent = state.recent.iter().rev();
        recent.find(|sent| sent.event_id == *id).cloned()
    }

    /// The connection is gone: what was handed to it and may not have arrived.
    pub(super) fn broke(&self) -> Vec<SentEvent> {
        let mut state = self.state();
        state.ping = None;
        state.handed.drain(..).map(|(_, sent)| sent).collect()
    }

    /// Nothing more is queued from now on.
    pub(super) fn close(&self) {
        self.state().is_closed = true;
        self.room.close();
    }

    /// What never left.
    pub(super) fn unsent(&self) -> Vec<ClientEvent> {
        let mut state = self.state();
        state.waiting.drain(..).map(|queued| queued.event).collect()
    }
}

fn refused(text: &str) -> Error {
    Error::new(ErrorKind::InvalidInput, text).with_operation(PROVIDER, SEND)
}

/// The sideband is over.
fn over() -> Error {
    Error::new(ErrorKind::Conflict, "the sideband is over")
        .with_operation(PROVIDER, SEND)
        .with_delivery(Delivery::NotSent)
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    fn ids(events: &[SentEvent]) -> Vec<&str> {
        events.iter().map(|sent| sent.event_id.as_str()).collect()
    }

    #[tokio::test]
    async fn what_may_not_have_arrived_is_told_apart() {
        let outbox = Outbox::new(1024);
        for id in ["a", "b", "c", "d"] {
            let event = ClientEvent::go_on().with_event_id(id);
            assert_eq!(outbox.send(event).await.unwrap().as_str(), id);
        }
        assert!(!outbox.wants_ping());
        outbox.handed(outbox.take().unwrap());
        assert!(outbox.wants_ping());
        let ping = outbox.ping();
        outbox.handed(outbox.take().unwrap());
        assert!(!outbox.wants_ping(), "one is on its way");
        outbox.pong(b"other");
        outbox.pong(&7_u64.to_be_bytes());
        outbox.pong(&ping);
        assert!(outbox.wants_ping());
        let third = outbox.take().unwrap();
        outbox.give_back(third);
        assert!(outbox.is_waiting(&"c".into()) && !outbox.is_waiting(&"b".into()));
        assert_eq!(ids(&outbox.broke()), ["b"]);
        assert!(outbox.broke().is_empty());
        assert_eq!(outbox.sent(&"a".into()).unwrap().kind, "response.create");
        assert!(outbox.sent(&"c".into()).is_none());
        outbox.close();
        let unsent: Vec<_> = outbox.unsent();
        let unsent: Vec<_> = unsent
            .iter()
            .map(|event| event.event_id().unwrap())
            .collect();
        assert_eq!(unsent, ["c", "d"]);
        let error = outbox.send(ClientEvent::go_on()).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.delivery()),
            (ErrorKind::Conflict, Delivery::NotSent)
        );
        assert!(outbox.send_now(ClientEvent::go_on()).is_err());
    }

    #[tokio::test]
    async fn the_queue_is_bounded_in_bytes() {
        let outbox = Outbox::new(1024);
        let event = || ClientEvent::respond("x".repeat(600));
        let first = outbox.send(event()).await.unwrap();
        let mut second = Box::pin(outbox.send(event()));
        assert!(second.as_mut().now_or_never().is_none());
        outbox.handed(outbox.take().unwrap());
        let second = second.await.unwrap();
        assert_ne!(first, second, "each has an id of its own");
        let large = outbox.send(ClientEvent::respond("x".repeat(1024))).await;
        assert_eq!(large.unwrap_err().kind(), ErrorKind::InvalidInput);
        // One that waits for room when it ends is refused, and was not queued.
        let mut third = Box::pin(outbox.send(event()));
        assert!(third.as_mut().now_or_never().is_none());
        outbox.close();
        assert!(third.await.is_err());
        assert_eq!(outbox.unsent().len(), 1);
    }

    #[test]
    fn an_event_that_breaks_a_rule_is_refused() {
        let outbox = Outbox::new(1024);
        let event = ClientEvent::go_on().with_event_id("x".repeat(513));
        let error = outbox.send_now(event).unwrap_err();
        assert_eq!(
            (error.kind(), error.operation()),
            (ErrorKind::InvalidInput, SEND)
        );
    }
}
