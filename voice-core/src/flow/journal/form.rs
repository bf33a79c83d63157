//! Intents and outcomes as JSON.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::{DialOutcome, Intent, NumberMark};
use crate::provider::CallKey;

/// An intent without its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Body {
    /// Milliseconds since 1970.
    pub(super) at: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) number: Option<NumberMark>,
}

impl Body {
    pub(super) fn of(intent: &Intent) -> Self {
        let since = intent.at.duration_since(UNIX_EPOCH).unwrap_or_default();
        Self {
            at: u64::try_from(since.as_millis()).unwrap_or(u64::MAX),
            number: intent.number.clone(),
        }
    }

    pub(super) fn intent(self, key: CallKey) -> Intent {
        let at = UNIX_EPOCH.checked_add(Duration::from_millis(self.at));
        Intent {
            key,
            at: at.unwrap_or(SystemTime::UNIX_EPOCH),
            number: self.number,
        }
    }
}

/// One line of a file: an intent or an outcome.
#[cfg(feature = "file-journal")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Line {
    key: CallKey,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    intent: Option<Body>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    outcome: Option<DialOutcome>,
}

#[cfg(feature = "file-journal")]
impl Line {
    pub(super) fn of(change: &super::ledger::Change) -> Self {
        use super::ledger::Change;
        match change {
            Change::Begin(intent) => Self {
                key: intent.key.clone(),
                intent: Some(Body::of(intent)),
                outcome: None,
            },
            Change::Finish(key, outcome) => Self {
                key: key.clone(),
                intent: None,
                outcome: Some(outcome.clone()),
            },
        }
    }

    /// What it says; `None` when it says neither or both.
    pub(super) fn change(self) -> Option<super::ledger::Change> {
        use super::ledger::Change;
        match (self.intent, self.outcome) {
            (Some(body), None) => Some(Change::Begin(body.intent(self.key))),
            (None, Some(outcome)) => Some(Change::Finish(self.key, outcome)),
            _ => None,
        }
    }
}

/// What Redis keeps for an entry.
#[cfg(feature = "redis")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stored {
    pub(super) intent: Body,
    /// Who wrote the intent.
    pub(super) by: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) outcome: Option<DialOutcome>,
}
