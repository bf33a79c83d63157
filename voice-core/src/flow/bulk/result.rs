//! What became of one entry, and of all.

use std::fmt;
use std::time::Duration;

use crate::error::Error;
use crate::flow::journal::{CallEnd, DialOutcome};
use crate::ident::E164;
use crate::provider::{CallId, CallKey};

/// What became of an entry.
#[derive(Debug)]
#[non_exhaustive]
pub struct EntryResult {
    /// The entry.
    pub key: CallKey,
    /// Who is meant. `Debug` masks it.
    pub to: E164,
    /// What became of it.
    pub outcome: EntryOutcome,
    /// How many dials left for it in this run; more than one only where the provider refused those before, or had none of them.
    pub dials: u32,
    /// From its turn to its end.
    pub took: Duration,
}

/// What became of an entry.
#[derive(Debug)]
#[non_exhaustive]
pub enum EntryOutcome {
    /// There is a call.
    Placed {
        /// Which one.
        call: CallId,
        /// How it is known.
        how: HowPlaced,
        /// How it ended, when calls are followed and its end was seen.
        end: Option<CallEnd>,
    },
    /// Nobody was rung.
    Refused {
        /// Why not.
        error: Error,
    },
    /// The person may have been rung. Look at the provider's list of calls before anyone dials again: the campaign never does.
    Unknown {
        /// Why it cannot be told; the candidates are in its context under `calls`.
        error: Error,
    },
    /// Nothing was done.
    Skipped {
        /// Why.
        why: SkipReason,
    },
}

impl EntryOutcome {
    /// `placed`, `refused`, `unknown` or `skipped`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Placed { .. } => "placed",
            Self::Refused { .. } => "refused",
            Self::Unknown { .. } => "unknown",
            Self::Skipped { .. } => "skipped",
        }
    }
}

/// How a call is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HowPlaced {
    /// The provider answered the dial.
    Answered,
    /// It was looked for and found, after a crash or an answer that got lost.
    Found,
    /// An earlier run placed it, and this one saw its end.
    Before,
}

/// Why an entry was skipped.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SkipReason {
    /// An earlier run, or this one, is done with it.
    Done(DialOutcome),
    /// An entry of the same key is being dialled in this run.
    Repeated,
}

/// How a campaign went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BulkReport {
    /// Calls, of which [`found`](Self::found) were found.
    pub placed: u64,
    /// Calls that were looked for and found.
    pub found: u64,
    /// Entries nobody was rung for.
    pub refused: u64,
    /// Entries of which nobody can say.
    pub unknown: u64,
    /// Entries that were done already.
    pub skipped: u64,
    /// Entries that were taken from the list and not begun, since the campaign was stopped. They are new in the journal.
    pub left: u64,
    /// Dials that left.
    pub dials: u64,
    /// Refusals for a limit (429).
    pub limited: u64,
    /// How long it took.
    pub took: Duration,
}

impl BulkReport {
    /// Entries with a result.
    #[must_use]
    pub const fn finished(&self) -> u64 {
        self.placed + self.refused + self.unknown + self.skipped
    }
}

impl fmt::Display for BulkReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} placed ({} found), {} refused, {} unknown, {} skipped, {} not begun, in {:.1?}",
            self.placed, self.found, self.refused, self.unknown, self.skipped, self.left, self.took
        )
    }
}
