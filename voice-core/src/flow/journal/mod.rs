//! What a dialler remembers across a crash: a journal of intents and outcomes.
//!
//! Before a dial leaves, an [`Intent`] is written; after it, its [`DialOutcome`]. A process that is killed in between leaves an
//! intent without an outcome, and whoever starts next knows exactly for whom it must ask the provider before anybody is dialled
//! again. [`bulk`](super::bulk) does so.
//!
//! | journal | survives | for |
//! |---|---|---|
//! | [`MemoryJournal`] | nothing | tests, and campaigns that may be forgotten |
//! | `FileJournal` (feature `file-journal`) | a crash of the process and, by fsync, of the machine | one machine |
//! | `RedisJournal` (feature `redis`) | a crash of the dialler; one of Redis as far as its own persistence goes | several machines, one at a time |
//!
//! # What is in it
//! Entries are known by the campaign's own key ([`CallKey`]), which must be the same after a restart and is the key the provider
//! is given: `spring/row-17`, say, and never a number. **No phone number is written**, not even masked. With
//! [`BulkDial::number_key`](super::bulk::BulkDial::number_key) an intent also holds a [`NumberMark`], a keyed hash, by which a
//! list whose rows have moved is found out. Texts of errors are those of [`Error`](crate::error::Error), without secrets and
//! numbers.
//!
//! # States of an entry
//! | is | `begin` | `finish` |
//! |---|---|---|
//! | new | dialling | [`JournalError::NoIntent`] |
//! | dialling | [`Begun::No`] | done; new again with [`DialOutcome::NotDialled`] |
//! | done | [`Begun::No`] | [`JournalError::NoIntent`], but for a placed call of the same id (its end) |

mod entry;
mod error;
#[cfg(feature = "file-journal")]
mod file;
#[cfg(any(feature = "file-journal", feature = "redis"))]
mod form;
mod ledger;
mod memory;
#[cfg(feature = "redis")]
mod redis;

#[cfg(test)]
mod contract;

use std::fmt;

use async_trait::async_trait;

pub use entry::{Begun, CallEnd, DialOutcome, EntryState, Intent, NumberMark};
pub use error::JournalError;
#[cfg(feature = "file-journal")]
#[cfg_attr(docsrs, doc(cfg(feature = "file-journal")))]
pub use file::FileJournal;
pub use memory::MemoryJournal;
#[cfg(feature = "redis")]
#[cfg_attr(docsrs, doc(cfg(feature = "redis")))]
pub use redis::{RedisJournal, RedisJournalOptions};

use crate::provider::{CallId, CallKey};

/// Remembers dials. See the [module page](self) for the states of an entry.
///
/// When a method returns `Ok`, what it wrote is as safe as the journal promises; a method whose future is dropped may have
/// written all the same. After an error the caller must not dial: whether the intent was written is then unknown, and the next
/// start finds out.
#[async_trait]
pub trait CallJournal: fmt::Debug + Send + Sync + 'static {
    /// Writes that an entry is about to be dialled, if it is new, in one step.
    ///
    /// # Errors
    /// [`JournalError`]; nobody may be dialled then.
    async fn begin(&self, intent: &Intent) -> Result<Begun, JournalError>;

    /// Writes what became of the dial that was begun.
    ///
    /// # Errors
    /// [`JournalError`]; the entry may stay as dialling, and is then looked for at the next start.
    async fn finish(&self, key: &CallKey, outcome: &DialOutcome) -> Result<(), JournalError>;

    /// What is known of an entry.
    ///
    /// # Errors
    /// [`JournalError`].
    async fn state(&self, key: &CallKey) -> Result<EntryState, JournalError>;

    /// The entry a call was written down for, so that no call is taken for the dial of two entries.
    ///
    /// # Errors
    /// [`JournalError`].
    async fn owner(&self, call: &CallId) -> Result<Option<CallKey>, JournalError>;
}
