//! [`MemoryJournal`]: a journal that is gone with its process.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::ledger::{Change, Ledger};
use super::{Begun, CallJournal, DialOutcome, EntryState, Intent, JournalError};
use crate::provider::{CallId, CallKey};

/// Keeps the states of this process's dials. It survives no crash: after one, everybody is dialled again.
#[derive(Default)]
pub struct MemoryJournal(Mutex<Ledger>);

impl MemoryJournal {
    /// An empty journal.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> MutexGuard<'_, Ledger> {
        // No code under the lock panics half way through a change.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl CallJournal for MemoryJournal {
    async fn begin(&self, intent: &Intent) -> Result<Begun, JournalError> {
        self.lock().apply(&Change::Begin(intent.clone()))
    }

    async fn finish(&self, key: &CallKey, outcome: &DialOutcome) -> Result<(), JournalError> {
        let change = Change::Finish(key.clone(), outcome.clone());
        self.lock().apply(&change).map(drop)
    }

    async fn state(&self, key: &CallKey) -> Result<EntryState, JournalError> {
        Ok(self.lock().state(key))
    }

    async fn owner(&self, call: &CallId) -> Result<Option<CallKey>, JournalError> {
        Ok(self.lock().owner(call))
    }
}

impl fmt::Debug for MemoryJournal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryJournal")
            .field("entries", &self.lock().len())
            .finish()
    }
}
