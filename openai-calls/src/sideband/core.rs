//! What the handles of a sideband and its task have in common.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use voice_core::clock::SharedClock;
use voice_core::error::Error;

use super::SidebandOptions;
use super::functions::AfterAnswer;
use super::greeting;
use super::outbox::Outbox;
use super::rounds::{Ask, Rounds};
use crate::events::{ApiError, ClientEvent, EventId};

#[derive(Debug)]
pub(super) struct Core {
    pub(super) clock: SharedClock,
    pub(super) outbox: Outbox,
    closing: watch::Sender<bool>,
    rounds: Mutex<Rounds>,
    greeting: Option<String>,
}

impl Core {
    pub(super) fn new(options: &SidebandOptions) -> Arc<Self> {
        Arc::new(Self {
            clock: options.clock.clone(),
            outbox: Outbox::new(options.outgoing_bytes),
            closing: watch::Sender::new(false),
            rounds: Mutex::default(),
            greeting: options.greeting.clone(),
        })
    }

    fn locked(&self) -> MutexGuard<'_, Rounds> {
        self.rounds.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes what happened to responses and their calls, and asks the agent to go on if it is time.
    pub(super) fn rounds<T>(&self, note: impl FnOnce(&mut Rounds) -> T) -> T {
        let mut rounds = self.locked();
        let noted = note(&mut rounds);
        if let Some(what) = rounds.must_ask()
            && let Ok(event) = self.outbox.send_now(self.request(what))
        {
            rounds.asked(event, what);
        }
        noted
    }

    fn request(&self, what: Ask) -> ClientEvent {
        match (what, &self.greeting) {
            (Ask::Greet, Some(text)) => ClientEvent::respond(greeting::instructions(text)),
            _ => ClientEvent::go_on(),
        }
    }

    /// Asks for the greeting, if there is one.
    pub(super) fn greet(&self) -> Result<(), Error> {
        if self.greeting.is_some() {
            let event = self.outbox.send_now(self.request(Ask::Greet))?;
            self.rounds(|rounds| rounds.asked(event, Ask::Greet));
        }
        Ok(())
    }

    /// The answer to a function call is queued.
    pub(super) fn answered(&self, response: &str, then: AfterAnswer) {
        self.rounds(|rounds| rounds.answered(response, then));
    }

    /// An event of this side's was refused.
    pub(super) fn refused(&self, event: &EventId, error: &ApiError) {
        let code = error.code.value().map(String::as_str);
        self.rounds(|rounds| rounds.refused(event, code));
    }

    /// Asks the task to close the connection. What waits for room is refused; what is queued still leaves.
    pub(super) fn close(&self) {
        self.outbox.close();
        self.closing.send_replace(true);
    }

    /// Ready once somebody asked to close.
    pub(super) async fn closing(&self) {
        // The sender lives as long as this does.
        let _ = self.closing.subscribe().wait_for(|closing| *closing).await;
    }
}
