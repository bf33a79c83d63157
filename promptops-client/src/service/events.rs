//! Events of experiments on their way to the service: bounded, in the background, never in anybody's way.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use voice_core::clock::{SharedClock, timeout};

use crate::client::PromptOpsClient;
use crate::experiments::{Assignment, ExposureRecorder, Recorded, Subject};
use crate::models::NewEvent;

/// Events other than exposures that wait; beyond that the oldest goes.
const ROOM: usize = 1_000;

/// What became of the events so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventStats {
    /// Events the service has.
    pub sent: u64,
    /// Events that were sent in vain, or nobody knows.
    pub failed: u64,
    /// Events that gave way to newer ones, or came or waited when all was closed.
    pub dropped: u64,
    /// Events that wait.
    pub waiting: u64,
}

/// The queue, and the task that empties it. Cloning shares it.
#[derive(Clone)]
pub(super) struct EventQueue(Arc<Shared>);

struct Shared {
    client: PromptOpsClient,
    clock: SharedClock,
    exposures: ExposureRecorder,
    state: Mutex<State>,
    /// One sender at a time.
    sending: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    queue: VecDeque<NewEvent>,
    stats: EventStats,
    has_task: bool,
    is_closed: bool,
}

/// Whether more can be sent now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    Empty,
    /// The service cannot be reached: what waits goes on waiting.
    Stuck,
}

impl EventQueue {
    pub(super) fn new(client: PromptOpsClient, clock: SharedClock) -> Self {
        Self(Arc::new(Shared {
            client,
            clock,
            exposures: ExposureRecorder::default(),
            state: Mutex::default(),
            sending: tokio::sync::Mutex::new(()),
        }))
    }

    /// Records that the subject saw its variant, once.
    pub(super) fn expose(&self, assignment: &Assignment, subject: &Subject) -> Recorded {
        if self.0.lock().is_closed {
            self.0.lock().stats.dropped += 1;
            return Recorded::Duplicate;
        }
        let at = self.0.clock.wall();
        let recorded = self.0.exposures.record(assignment, subject, at);
        if recorded == Recorded::Queued {
            self.kick();
        }
        recorded
    }

    /// Queues any other event. Never waits and never fails.
    pub(super) fn push(&self, event: NewEvent) {
        let mut state = self.0.lock();
        if state.is_closed {
            state.stats.dropped += 1;
            return;
        }
        if state.queue.len() >= ROOM {
            state.queue.pop_front();
            state.stats.dropped += 1;
        }
        state.queue.push_back(event);
        drop(state);
        self.kick();
    }

    pub(super) fn stats(&self) -> EventStats {
        let state = self.0.lock();
        let exposures = u64::try_from(self.0.exposures.waiting()).unwrap_or(u64::MAX);
        EventStats {
            waiting: exposures.saturating_add(state.queue.len() as u64),
            dropped: state.stats.dropped + self.0.exposures.dropped(),
            ..state.stats
        }
    }

    /// Sends what waits, for at most `limit`.
    pub(super) async fn flush(&self, limit: Duration) {
        // What is late goes on waiting.
        let _ = timeout(&*self.0.clock, limit, self.0.send_all()).await;
    }

    /// Takes no more, sends what waits for at most `limit`, and gives up the rest.
    pub(super) async fn close(&self, limit: Duration) {
        self.0.lock().is_closed = true;
        self.flush(limit).await;
        let given_up = self.0.exposures.take(usize::MAX).len() as u64;
        let mut state = self.0.lock();
        state.stats.dropped += given_up + state.queue.len() as u64;
        state.queue.clear();
    }

    /// Starts the task unless there is one.
    fn kick(&self) {
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        let mut state = self.0.lock();
        if state.has_task {
            return;
        }
        state.has_task = true;
        drop(state);
        let task = Task {
            shared: Arc::clone(&self.0),
            has_ended: false,
        };
        // It ends by itself; nobody needs its handle.
        drop(runtime.spawn(task.run()));
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next(&self) -> Option<(NewEvent, Kind)> {
        if let Some(event) = self.exposures.take(1).pop() {
            return Some((event, Kind::Exposure));
        }
        let event = self.lock().queue.pop_front()?;
        Some((event, Kind::Other))
    }

    async fn send_all(&self) -> Flow {
        let _turn = self.sending.lock().await;
        while let Some((event, kind)) = self.next() {
            let verdict = Verdict {
                shared: self,
                went: false,
            };
            let Err(error) = self.client.events().create(&event).await else {
                verdict.sent();
                continue;
            };
            if error.is_transient() && !error.may_have_happened() {
                verdict.none();
                match kind {
                    Kind::Exposure => self.exposures.give_back(vec![event]),
                    Kind::Other => self.lock().queue.push_front(event),
                }
                return Flow::Stuck;
            }
            tracing::debug!(%error, "an event of an experiment could not be sent");
        }
        Flow::Empty
    }

    fn is_empty(&self, state: &State) -> bool {
        state.queue.is_empty() && self.exposures.waiting() == 0
    }
}

enum Kind {
    Exposure,
    Other,
}

/// Counts one event as failed unless it was sent, also when its sending is broken off.
struct Verdict<'a> {
    shared: &'a Shared,
    went: bool,
}

impl Verdict<'_> {
    fn sent(mut self) {
        self.went = true;
        self.shared.lock().stats.sent += 1;
    }

    /// It is neither: it waits again.
    fn none(mut self) {
        self.went = true;
    }
}

impl Drop for Verdict<'_> {
    fn drop(&mut self) {
        if !self.went {
            self.shared.lock().stats.failed += 1;
        }
    }
}

/// The task that sends; when it ends, however it ends, the next event starts another.
struct Task {
    shared: Arc<Shared>,
    has_ended: bool,
}

impl Task {
    async fn run(mut self) {
        let shared = Arc::clone(&self.shared);
        loop {
            let flow = shared.send_all().await;
            let mut state = shared.lock();
            if flow == Flow::Stuck || shared.is_empty(&state) {
                // Under the lock, so that no event comes in between and finds a task that is about to end.
                state.has_task = false;
                self.has_ended = true;
                return;
            }
        }
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        if !self.has_ended {
            self.shared.lock().has_task = false;
        }
    }
}

impl fmt::Debug for EventQueue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("EventQueue").field(&self.stats()).finish()
    }
}
