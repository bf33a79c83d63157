//! [`Calls`]: the calls of this process that go on, and how each is told to end.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use crate::clock::SharedClock;
use crate::intake::tenant::TenantId;
use crate::provider::CallId;

/// A call that goes on in this process.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OngoingCall {
    /// The call.
    pub call: CallId,
    /// Whose it is.
    pub tenant: TenantId,
    /// How far it is.
    pub phase: CallPhase,
    /// For how long it has been there, from when it was about to be taken.
    pub age: Duration,
}

/// How far a call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CallPhase {
    /// It is being taken.
    Taking,
    /// The agent's session stands.
    Live,
    /// It is over, and is being cleared away.
    Ending,
}

/// Why a call is told to end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stop {
    /// It was handed on.
    HandedOn(String),
    /// It was hung up on the agent's order.
    HungUp,
    /// The provider says that it is over.
    Gone,
    /// The process wants it to end.
    Drained,
    /// Its place was lost, and calls without one are to end.
    PlaceLost,
}

/// The calls that go on, by id.
#[derive(Debug, Clone)]
pub(super) struct Calls(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    clock: SharedClock,
    entries: Mutex<Entries>,
}

#[derive(Debug, Default)]
struct Entries {
    next: u64,
    /// What whoever comes now is told at once.
    to_all: Option<Stop>,
    by_key: HashMap<u64, Entry>,
}

#[derive(Debug)]
struct Entry {
    call: CallId,
    tenant: TenantId,
    phase: CallPhase,
    since: Instant,
    stop: StopSender,
}

/// Tells one call to end. The first reason counts.
#[derive(Debug, Clone)]
pub(super) struct StopSender(watch::Sender<Option<Stop>>);

/// One call on the list, until this is dropped.
#[derive(Debug)]
pub(super) struct Listed {
    calls: Calls,
    key: u64,
    stop: StopSender,
}

impl StopSender {
    pub(super) fn send(&self, stop: Stop) {
        self.0.send_if_modified(|current| {
            let is_first = current.is_none();
            if is_first {
                *current = Some(stop);
            }
            is_first
        });
    }

    /// Waits until it is told to end.
    pub(super) async fn stopped(&self) -> Stop {
        let mut stops = self.0.subscribe();
        loop {
            if let Some(stop) = stops.borrow_and_update().clone() {
                return stop;
            }
            if stops.changed().await.is_err() {
                // Not to be had while the sender is ours.
                std::future::pending::<()>().await;
            }
        }
    }
}

impl Calls {
    pub(super) fn new(clock: SharedClock) -> Self {
        Self(Arc::new(Shared {
            clock,
            entries: Mutex::default(),
        }))
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0
            .entries
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a call on the list.
    pub(super) fn list(&self, call: &CallId, tenant: &TenantId) -> Listed {
        let since = self.0.clock.now();
        let mut entries = self.entries();
        let stop = StopSender(watch::Sender::new(entries.to_all.clone()));
        let key = entries.next;
        entries.next = key.wrapping_add(1);
        entries.by_key.insert(
            key,
            Entry {
                call: call.clone(),
                tenant: tenant.clone(),
                phase: CallPhase::Taking,
                since,
                stop: stop.clone(),
            },
        );
        drop(entries);
        Listed {
            calls: self.clone(),
            key,
            stop,
        }
    }

    /// Tells a call to end, if it is here.
    pub(super) fn stop(&self, call: &CallId, stop: &Stop) {
        for entry in self.entries().by_key.values() {
            if entry.call == *call {
                entry.stop.send(stop.clone());
            }
        }
    }

    /// Tells every call to end, also those that come from now on, and says how many there are.
    pub(super) fn stop_all(&self, stop: &Stop) -> usize {
        let mut entries = self.entries();
        entries.to_all = Some(stop.clone());
        for entry in entries.by_key.values() {
            entry.stop.send(stop.clone());
        }
        entries.by_key.len()
    }

    pub(super) fn snapshot(&self) -> Vec<OngoingCall> {
        let now = self.0.clock.now();
        let mut calls: Vec<OngoingCall> = self
            .entries()
            .by_key
            .values()
            .map(|entry| OngoingCall {
                call: entry.call.clone(),
                tenant: entry.tenant.clone(),
                phase: entry.phase,
                age: now.saturating_duration_since(entry.since),
            })
            .collect();
        calls.sort_by(|a, b| b.age.cmp(&a.age).then_with(|| a.call.cmp(&b.call)));
        calls
    }
}

impl Listed {
    pub(super) fn phase(&self, phase: CallPhase) {
        if let Some(entry) = self.calls.entries().by_key.get_mut(&self.key) {
            entry.phase = phase;
        }
    }

    pub(super) const fn stop(&self) -> &StopSender {
        &self.stop
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        self.calls.entries().by_key.remove(&self.key);
    }
}
