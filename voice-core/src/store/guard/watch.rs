//! [`Watch`]: whether a store is there, told once when it changes, and counted.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use super::WhenDown;
use crate::store::StoreError;

/// Whether a store answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StoreState {
    /// It answered last time, or was not asked yet.
    Up,
    /// It did not answer last time.
    Down,
}

/// Counters of a wrapper, since it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct GuardStats {
    /// Whether the store answers.
    pub state: StoreState,
    /// How often it went from answering to not answering.
    pub outages: u64,
    /// Questions the store did not answer.
    pub failures: u64,
    /// Questions that were answered without the store, by [`WhenDown::FailOpen`] or [`WhenDown::Local`].
    pub fallbacks: u64,
    /// Claims made here while the store was away that turned out to be somebody else's as well.
    pub conflicts: u64,
    /// What the store has not been told yet.
    pub owed: usize,
}

/// Knows a store's state, and writes one log event when it changes: `store_down` (WARN) or `store_up` (INFO).
#[derive(Debug)]
pub(in crate::store) struct Watch {
    store: &'static str,
    when_down: WhenDown,
    is_down: AtomicBool,
    outages: AtomicU64,
    failures: AtomicU64,
    fallbacks: AtomicU64,
    conflicts: AtomicU64,
}

impl Watch {
    pub(in crate::store) fn new(store: &'static str, when_down: WhenDown) -> Self {
        Self {
            store,
            when_down,
            is_down: AtomicBool::new(false),
            outages: AtomicU64::new(0),
            failures: AtomicU64::new(0),
            fallbacks: AtomicU64::new(0),
            conflicts: AtomicU64::new(0),
        }
    }

    pub(in crate::store) fn when_down(&self) -> WhenDown {
        self.when_down
    }

    /// The store answered.
    pub(in crate::store) fn answered(&self) {
        // The plain look first: the usual case writes nothing that processors share.
        if self.is_down.load(Relaxed) && self.is_down.swap(false, Relaxed) {
            tracing::info!(
                event = "store_up",
                store = self.store,
                outages = self.outages.load(Relaxed),
                fallbacks = self.fallbacks.load(Relaxed),
                "the store answers again"
            );
        }
    }

    /// The store did not answer.
    pub(in crate::store) fn failed(&self, error: &StoreError) {
        self.failures.fetch_add(1, Relaxed);
        if !self.is_down.swap(true, Relaxed) {
            self.outages.fetch_add(1, Relaxed);
            tracing::warn!(
                event = "store_down",
                store = self.store,
                when_down = ?self.when_down,
                %error,
                "the store does not answer"
            );
        }
    }

    /// Something was decided without the store.
    pub(in crate::store) fn fell_back(&self) {
        self.fallbacks.fetch_add(1, Relaxed);
    }

    pub(in crate::store) fn conflict(&self) {
        self.conflicts.fetch_add(1, Relaxed);
    }

    pub(in crate::store) fn stats(&self, owed: usize) -> GuardStats {
        GuardStats {
            state: if self.is_down.load(Relaxed) {
                StoreState::Down
            } else {
                StoreState::Up
            },
            outages: self.outages.load(Relaxed),
            failures: self.failures.load(Relaxed),
            fallbacks: self.fallbacks.load(Relaxed),
            conflicts: self.conflicts.load(Relaxed),
            owed,
        }
    }
}
