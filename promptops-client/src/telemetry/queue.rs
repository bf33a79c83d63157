//! [`Telemetry`]: the queue, and the task that empties it.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::Notify;
use voice_core::clock::{SharedClock, timeout};

use super::clean::clean;
use super::{TelemetrySettings, UsageSink};
use crate::models::UsageRecord;

/// Reports usage in the background; see the [module page](super). Cloning is cheap, and clones share the queue.
#[derive(Clone)]
pub struct Telemetry(Option<Arc<Inner>>);

struct Inner {
    settings: TelemetrySettings,
    sink: Arc<dyn UsageSink>,
    clock: SharedClock,
    state: Mutex<State>,
    /// A batch is complete, or the queue is closed.
    ready: Notify,
    /// One sender at a time, so that records go in order.
    sending: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    queue: VecDeque<UsageRecord>,
    stats: TelemetryStats,
    is_on: bool,
    is_closed: bool,
    has_task: bool,
}

/// What became of the records so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TelemetryStats {
    /// Records that entered the queue.
    pub recorded: u64,
    /// Records that the sample left out.
    pub sampled_out: u64,
    /// Records that gave way to newer ones, or came or waited when it was closed.
    pub dropped: u64,
    /// Records that were sent.
    pub sent: u64,
    /// Records that were sent in vain, or nobody knows.
    pub failed: u64,
    /// Records that wait.
    pub pending: u64,
}

/// What a flush did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FlushReport {
    /// Records sent, while it lasted.
    pub sent: u64,
    /// Records sent in vain, or nobody knows.
    pub failed: u64,
    /// Records given up because time was over.
    pub abandoned: u64,
}

impl Telemetry {
    /// The default: takes nothing and sends nothing.
    #[must_use]
    pub const fn off() -> Self {
        Self(None)
    }

    /// Reports to `sink`.
    #[must_use]
    pub fn new(settings: TelemetrySettings, sink: Arc<dyn UsageSink>, clock: SharedClock) -> Self {
        Self(Some(Arc::new(Inner {
            settings,
            sink,
            clock,
            state: Mutex::new(State {
                is_on: true,
                ..State::default()
            }),
            ready: Notify::new(),
            sending: tokio::sync::Mutex::new(()),
        })))
    }

    /// Whether records are taken.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.0.as_ref().is_some_and(|inner| {
            let state = inner.lock();
            state.is_on && !state.is_closed
        })
    }

    /// Takes records again, after [`pause`](Self::pause). What was never given a sink stays off.
    pub fn resume(&self) {
        if let Some(inner) = &self.0 {
            inner.lock().is_on = true;
        }
    }

    /// Takes no records until [`resume`](Self::resume); those that wait are still sent.
    pub fn pause(&self) {
        if let Some(inner) = &self.0 {
            inner.lock().is_on = false;
        }
    }

    /// Queues a record. Never waits and never fails.
    pub fn record(&self, record: UsageRecord) {
        let Some(inner) = &self.0 else {
            return;
        };
        let is_chosen = inner.clock.unit() < inner.settings.sample;
        let record = is_chosen.then(|| clean(record, &inner.settings.redactor));
        let mut state = inner.lock();
        if !state.is_on {
            return;
        }
        let Some(record) = record else {
            state.stats.sampled_out += 1;
            return;
        };
        state.stats.recorded += 1;
        if state.is_closed {
            state.stats.dropped += 1;
            return;
        }
        if state.queue.len() >= inner.settings.capacity {
            state.queue.pop_front();
            state.stats.dropped += 1;
        }
        state.queue.push_back(record);
        let is_batch = state.queue.len() >= inner.settings.batch;
        let runtime = match state.has_task {
            true => None,
            false => Handle::try_current().ok(),
        };
        state.has_task |= runtime.is_some();
        drop(state);
        if let Some(runtime) = runtime {
            let task = Task {
                inner: Arc::clone(inner),
                has_ended: false,
            };
            // It ends by itself; nobody needs its handle. Not under the lock: a runtime that shuts down drops the task here
            // and now, and the task takes the lock then.
            drop(runtime.spawn(task.run()));
        }
        if is_batch {
            inner.ready.notify_one();
        }
    }

    /// Sends what waits now; no longer than `limit`, after which the rest goes on waiting.
    pub async fn flush(&self, limit: Duration) -> FlushReport {
        let Some(inner) = &self.0 else {
            return FlushReport::default();
        };
        let before = inner.lock().stats;
        // What is late stays in the queue.
        let _ = timeout(&*inner.clock, limit, inner.send_all()).await;
        let after = inner.lock().stats;
        FlushReport {
            sent: after.sent - before.sent,
            failed: after.failed - before.failed,
            abandoned: 0,
        }
    }

    /// Takes no more records, sends what waits for at most `limit`, and gives up the rest.
    pub async fn close(&self, limit: Duration) -> FlushReport {
        let Some(inner) = &self.0 else {
            return FlushReport::default();
        };
        inner.lock().is_closed = true;
        let mut report = self.flush(limit).await;
        let mut state = inner.lock();
        report.abandoned = state.queue.len() as u64;
        state.queue.clear();
        state.stats.dropped += report.abandoned;
        drop(state);
        inner.ready.notify_one();
        report
    }

    /// What became of the records so far.
    #[must_use]
    pub fn stats(&self) -> TelemetryStats {
        self.0
            .as_ref()
            .map_or_else(TelemetryStats::default, |inner| {
                let state = inner.lock();
                TelemetryStats {
                    pending: state.queue.len() as u64,
                    ..state.stats
                }
            })
    }
}

impl Default for Telemetry {
    fn default() -> Self {
        Self::off()
    }
}

impl fmt::Debug for Telemetry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Telemetry")
            .field("is_on", &self.is_on())
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends until the queue is empty, one request per record.
    async fn send_all(&self) {
        let _turn = self.sending.lock().await;
        loop {
            let Some(record) = self.lock().queue.pop_front() else {
                return;
            };
            let verdict = Verdict {
                inner: self,
                is_sent: false,
            };
            match self.sink.send(&record).await {
                Ok(()) => verdict.sent(),
                Err(error) => tracing::debug!(%error, "a usage record could not be sent"),
            }
        }
    }
}

/// Counts one record as failed unless it was sent, also when its sending is broken off.
struct Verdict<'a> {
    inner: &'a Inner,
    is_sent: bool,
}

impl Verdict<'_> {
    fn sent(mut self) {
        self.is_sent = true;
    }
}

impl Drop for Verdict<'_> {
    fn drop(&mut self) {
        let mut state = self.inner.lock();
        if self.is_sent {
            state.stats.sent += 1;
        } else {
            state.stats.failed += 1;
        }
    }
}

/// The task that empties the queue; when it ends, however it ends, the next record starts another.
struct Task {
    inner: Arc<Inner>,
    has_ended: bool,
}

impl Task {
    async fn run(mut self) {
        let inner = Arc::clone(&self.inner);
        loop {
            let is_batch = inner.lock().queue.len() >= inner.settings.batch;
            if !is_batch {
                // That the time was over is as good a reason to send as a full batch.
                let _ = timeout(
                    &*inner.clock,
                    inner.settings.interval,
                    inner.ready.notified(),
                )
                .await;
            }
            inner.send_all().await;
            let mut state = inner.lock();
            if state.queue.is_empty() {
                // Under the lock, so that no record comes in between and finds a task that is about to end.
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
            self.inner.lock().has_task = false;
        }
    }
}
