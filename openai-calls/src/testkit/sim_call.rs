//! A test's hands on one call.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use voice_core::provider::CallId;

use super::call_state::{CallState, Phase};
use super::router::Router;
use super::seen::{CallCounts, Seen};
use super::socket::Order;
use super::talk::Turn;

/// One call of the simulator's, to look at and to drive. Cheap to clone.
#[derive(Clone)]
pub struct SimCall {
    id: CallId,
    router: Arc<Router>,
}

impl SimCall {
    pub(super) fn new(id: CallId, router: Arc<Router>) -> Self {
        Self { id, router }
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &CallId {
        &self.id
    }

    /// How far it is.
    #[must_use]
    pub fn phase(&self) -> Phase {
        self.look(|call| call.phase.clone())
    }

    /// What was asked of it, and what was done.
    #[must_use]
    pub fn counts(&self) -> CallCounts {
        self.look(|call| call.counts.clone())
    }

    /// What came over its sockets.
    #[must_use]
    pub fn seen(&self) -> Seen {
        self.look(|call| call.seen.clone())
    }

    /// The session it was accepted with, as updates left it; null before.
    #[must_use]
    pub fn session(&self) -> Value {
        self.look(|call| call.session.clone())
    }

    /// How many sockets are attached.
    #[must_use]
    pub fn attached(&self) -> usize {
        self.look(|call| {
            call.sockets.retain(|socket| !socket.is_closed());
            call.sockets.len()
        })
    }

    /// Looks until what came over the sockets is as it should be, for 5 s at most; gives what came last.
    pub async fn wait_seen(&self, done: impl Fn(&Seen) -> bool) -> Seen {
        self.wait(|call| call.seen(), done).await
    }

    /// Looks until the call is as far as it should be, for 5 s at most; gives how far it is.
    pub async fn wait_phase(&self, done: impl Fn(&Phase) -> bool) -> Phase {
        self.wait(Self::phase, done).await
    }

    /// Looks until so many sockets are attached, for 5 s at most; says whether they are.
    pub async fn wait_attached(&self, sockets: usize) -> bool {
        let is_so = |count: &usize| *count == sockets;
        self.wait(Self::attached, is_so).await == sockets
    }

    async fn wait<T>(&self, look: impl Fn(&Self) -> T, done: impl Fn(&T) -> bool) -> T {
        let clock = self.router.clock();
        for _ in 0..500 {
            let now = look(self);
            if done(&now) {
                return now;
            }
            clock.sleep(Duration::from_millis(10)).await;
        }
        look(self)
    }

    /// The model takes this turn in its next response; several wait in line. Without one it says something short.
    pub fn then(&self, turn: Turn) -> &Self {
        self.look(|call| call.talk.turns.push_back(turn));
        self
    }

    /// The model says something now, unasked.
    pub fn say(&self, text: impl Into<String>) {
        self.talk(|call| call.talk.take(Turn::Say(text.into())));
    }

    /// The model calls a function now, with arguments as a text; gives the function call's id.
    pub fn call_function(&self, name: &str, arguments: &str) -> String {
        self.look(|call| {
            let (id, events) = call.talk.call_now(name, arguments);
            call.emit(events);
            id
        })
    }

    /// The response that is [held](Turn::Hold) ends with these words.
    pub fn finish(&self, text: &str) {
        self.talk(|call| call.talk.finish(text));
    }

    /// The caller says something: speech, item, transcript if the session asks for one, and an answer if it has it so.
    pub fn caller_says(&self, text: &str) {
        self.talk(|call| {
            let session = call.session.clone();
            call.talk.hear(&session, text)
        });
    }

    /// The caller presses a key.
    pub fn caller_presses(&self, key: &str) {
        let at = self.router.world(|world| world.unix());
        // The one event without an `event_id`.
        let event = json!({"type": "input_audio_buffer.dtmf_event_received", "event": key, "received_at": at});
        self.emit(event);
    }

    /// The caller hangs up: while it rings, or the sockets end without a close frame.
    pub fn caller_hangs_up(&self) {
        self.look(|call| match call.phase {
            Phase::Ringing => call.end(Phase::Abandoned),
            Phase::Accepted => call.end(Phase::CallerGone),
            _ => {}
        });
    }

    /// Sends any event to every socket.
    pub fn emit(&self, event: Value) {
        self.talk(|_| vec![event]);
    }

    /// Sends any text frame.
    pub fn emit_text(&self, text: impl Into<String>) {
        self.order(&Order::Send(text.into()));
    }

    /// Sends a binary frame.
    pub fn emit_binary(&self, bytes: impl Into<Vec<u8>>) {
        self.order(&Order::Binary(bytes.into()));
    }

    /// Ends every socket without a close frame, and the call goes on: a network that broke.
    pub fn drop_sockets(&self) {
        self.look(|call| {
            call.order(&Order::Drop);
            call.sockets.clear();
        });
    }

    /// Closes every socket with this code and these words, and the call goes on.
    pub fn close_sockets(&self, code: u16, reason: &str) {
        self.order(&Order::Close(code, reason.to_owned()));
    }

    /// Neither reads nor writes for so long.
    pub fn stall(&self, length: Duration) {
        self.order(&Order::Stall(length));
    }

    /// Refuses so many of the next handshakes with this status.
    pub fn refuse_attaches(&self, times: usize, status: u16) {
        self.look(|call| call.refusals.extend(std::iter::repeat_n(status, times)));
    }

    fn order(&self, order: &Order) {
        self.look(|call| call.order(order));
    }

    fn talk(&self, talk: impl FnOnce(&mut CallState) -> Vec<Value>) {
        self.look(|call| {
            let events = talk(call);
            call.emit(events);
        });
    }

    /// Calls are never forgotten, so that a handle always finds its own.
    fn look<T: Default>(&self, look: impl FnOnce(&mut CallState) -> T) -> T {
        self.router
            .world(|world| world.call(self.id.as_str()).map(look))
            .unwrap_or_default()
    }
}

impl fmt::Debug for SimCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimCall")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
