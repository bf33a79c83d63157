//! [`JournalError`]: why a journal cannot be trusted with a dial.

use std::io;

use crate::error::{Error, ErrorKind};
use crate::provider::CallKey;
use crate::store::StoreError;

/// Why a journal could not do what it was asked. Nobody may be dialled then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// The disk refused: full, read-only, gone. The journal takes nothing more until it is opened again.
    #[error("the call journal cannot {doing}: {message}")]
    Io {
        /// What was tried.
        doing: &'static str,
        /// The system's kind.
        kind: io::ErrorKind,
        /// The system's words.
        message: String,
    },
    /// Another process holds the journal: two that dial from one journal would ring people twice.
    #[error("the call journal is held by another process")]
    Locked,
    /// The hold on the journal was lost to another process.
    #[error("the call journal was taken over by another process")]
    Lost,
    /// It is no journal, or one of a version this program does not know. Nothing in it was changed.
    #[error("this is no call journal of version 1: {found}")]
    Format {
        /// What was found.
        found: String,
    },
    /// A line within the journal cannot be read. Nothing in it was changed.
    #[error(
        "entry {line} of the call journal cannot be read; mend or remove that line, and look at the provider's call list before anyone dials"
    )]
    Corrupt {
        /// The line, counted from 1.
        line: u64,
    },
    /// An outcome for an entry that is not being dialled: two work on one journal, or a key is used twice.
    #[error("the call journal has no open intent for {0}")]
    NoIntent(CallKey),
    /// The store behind it failed.
    #[error("the call journal's store failed: {0}")]
    Store(#[from] StoreError),
}

impl JournalError {
    #[cfg(feature = "file-journal")]
    pub(super) fn io(doing: &'static str) -> impl Fn(io::Error) -> Self {
        move |error| Self::Io {
            doing,
            kind: error.kind(),
            message: error.to_string(),
        }
    }
}

impl From<JournalError> for Error {
    fn from(error: JournalError) -> Self {
        let kind = match &error {
            JournalError::Locked | JournalError::Lost | JournalError::NoIntent(_) => {
                ErrorKind::Conflict
            }
            JournalError::Format { .. } | JournalError::Corrupt { .. } => ErrorKind::Config,
            JournalError::Io { .. } => ErrorKind::Unavailable,
            JournalError::Store(store) => return Error::from(store.clone()).with_source(error),
        };
        Self::new(kind, error.to_string()).with_source(error)
    }
}
