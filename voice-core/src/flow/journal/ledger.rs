//! The states of all entries in memory, and the rules by which they change.

use std::collections::HashMap;

use super::{Begun, DialOutcome, EntryState, Intent, JournalError};
use crate::provider::{CallId, CallKey};

/// What is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Change {
    Begin(Intent),
    Finish(CallKey, DialOutcome),
}

/// Everything a journal holds.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    entries: HashMap<CallKey, EntryState>,
    calls: HashMap<CallId, CallKey>,
}

impl Ledger {
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn state(&self, key: &CallKey) -> EntryState {
        self.entries.get(key).cloned().unwrap_or(EntryState::New)
    }

    pub(super) fn owner(&self, call: &CallId) -> Option<CallKey> {
        self.calls.get(call).cloned()
    }

    /// Applies a change if the rules allow it. [`Begun::No`] and an error change nothing.
    pub(super) fn apply(&mut self, change: &Change) -> Result<Begun, JournalError> {
        match change {
            Change::Begin(intent) => match self.entries.get(&intent.key) {
                Some(state) => return Ok(Begun::No(Box::new(state.clone()))),
                None => {
                    let state = EntryState::Dialling(intent.clone());
                    self.entries.insert(intent.key.clone(), state);
                }
            },
            Change::Finish(key, outcome) => {
                match after(&self.state(key), outcome) {
                    Some(EntryState::New) => self.entries.remove(key),
                    Some(state) => self.entries.insert(key.clone(), state),
                    None => return Err(JournalError::NoIntent(key.clone())),
                };
                if let DialOutcome::Placed { call, .. } = outcome {
                    self.calls.insert(call.clone(), key.clone());
                }
            }
        }
        Ok(Begun::Yes)
    }
}

/// The state an outcome leads to; `None` where it must not come.
pub(super) fn after(state: &EntryState, outcome: &DialOutcome) -> Option<EntryState> {
    let intent = match (state, outcome) {
        (EntryState::Dialling(_), DialOutcome::NotDialled) => return Some(EntryState::New),
        (EntryState::Dialling(intent), _) => intent,
        (
            EntryState::Done {
                intent,
                outcome: DialOutcome::Placed { call, .. },
            },
            DialOutcome::Placed { call: now, .. },
        ) if call == now => intent,
        _ => return None,
    };
    Some(EntryState::Done {
        intent: intent.clone(),
        outcome: outcome.clone(),
    })
}
