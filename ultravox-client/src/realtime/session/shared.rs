//! What the session's handles and its task have in common.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{mpsc, watch};
use voice_core::clock::SharedClock;
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::socket::Ledger;

use super::pings::Pings;
use crate::PROVIDER;
use crate::realtime::audio::AudioQueue;
use crate::realtime::message::ClientMessage;
use crate::realtime::{SessionOptions, SessionStats};

/// The operation's name in errors about what is sent.
const OPERATION: &str = "realtime.send";

pub(crate) struct Shared {
    pub(crate) clock: SharedClock,
    pub(crate) audio: AudioQueue,
    outbox: mpsc::Sender<String>,
    closing: watch::Sender<bool>,
    max_message_bytes: usize,
    book: Mutex<Book>,
}

/// What changes.
struct Book {
    stats: SessionStats,
    pings: Pings,
    invoked: Ledger,
    answered: Ledger,
}

impl Shared {
    pub(super) fn new(options: &SessionOptions, outbox: mpsc::Sender<String>) -> Arc<Self> {
        let clock = options.clock.clone();
        let pings = Pings::new(clock.now());
        Arc::new(Self {
            clock,
            audio: AudioQueue::new(options.input, options.audio_queue, options.underflow),
            outbox,
            closing: watch::Sender::new(false),
            max_message_bytes: options.max_message_bytes,
            book: Mutex::new(Book {
                stats: SessionStats::default(),
                pings,
                invoked: Ledger::default(),
                answered: Ledger::default(),
            }),
        })
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the counts.
    pub(super) fn count(&self, change: impl FnOnce(&mut SessionStats)) {
        change(&mut self.book().stats);
    }

    pub(super) fn stats(&self) -> SessionStats {
        let mut stats = self.book().stats;
        let audio = self.audio.counts();
        stats.frames_sent = audio.sent;
        stats.silent_frames_sent = audio.silent;
        stats.underruns = audio.underruns;
        stats.audio_dropped = audio.dropped;
        stats
    }

    pub(super) fn pings<T>(&self, act: impl FnOnce(&mut Pings) -> T) -> T {
        act(&mut self.book().pings)
    }

    /// Whether this invocation was not seen before; one that was is counted.
    pub(crate) fn first_time(&self, invocation: &str) -> bool {
        let mut book = self.book();
        let is_first = book.invoked.enter(invocation);
        book.stats.repeated_invocations += u64::from(!is_first);
        is_first
    }

    /// Asks the task to close the connection.
    pub(super) fn close(&self) {
        self.closing.send_replace(true);
        self.audio.close();
    }

    pub(super) fn closing(&self) -> watch::Receiver<bool> {
        self.closing.subscribe()
    }

    /// Whether a message is within the limit.
    pub(crate) fn fits(&self, message: &ClientMessage) -> bool {
        self.text_of(message).is_ok()
    }

    fn text_of(&self, message: &ClientMessage) -> Result<String, Error> {
        let text = serde_json::to_string(message)
            .map_err(|_| refused("the message cannot be written as JSON"))?;
        if text.len() > self.max_message_bytes {
            return Err(refused("the message is above the session's limit"));
        }
        Ok(text)
    }

    /// Queues a message. Dropped before it is ready, nothing is queued.
    pub(crate) async fn send(&self, message: &ClientMessage) -> Result<(), Error> {
        message.check()?;
        let text = self.text_of(message)?;
        let place = self.outbox.reserve().await.map_err(|_| over())?;
        if *self.closing.borrow() {
            return Err(over());
        }
        if let ClientMessage::ClientToolResult(result)
        | ClientMessage::DataConnectionToolResult(result) = message
        {
            let id = result.invocation_id.as_deref().unwrap_or_default();
            if !self.book().answered.enter(id) {
                return Err(Error::new(
                    ErrorKind::AlreadyExists,
                    "this invocation of a tool was answered already",
                )
                .with_operation(PROVIDER, OPERATION));
            }
        }
        place.send(text);
        Ok(())
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}

fn refused(text: &str) -> Error {
    Error::new(ErrorKind::InvalidInput, text).with_operation(PROVIDER, OPERATION)
}

/// The session is over.
pub(super) fn over() -> Error {
    Error::new(ErrorKind::Conflict, "the session is over")
        .with_operation(PROVIDER, OPERATION)
        .with_delivery(Delivery::NotSent)
}
