//! Where records live: a store that compares before it writes.
//!
//! All rules are in [`ClickRecord`]; a store only keeps records, whole. So that two requests at the same moment cannot both
//! take a step, a record is replaced only if it is still the one that was read ([`ClickRecord::version`]).

use std::fmt;

use async_trait::async_trait;

use super::{ClickId, ClickRecord};
use crate::error::{Error, ErrorKind};
use crate::provider::CallKey;

/// What became of a new record.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Inserted {
    /// It was written.
    New,
    /// There is one of this key (or id) already: this one. Nothing was written.
    Existing(Box<ClickRecord>),
}

/// What became of a changed record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Replaced {
    /// It was written, with its version counted up by one.
    Done,
    /// Somebody else has changed or removed it since it was read. Nothing was written.
    Changed,
}

/// Keeps the records of click-to-calls. [`MemoryClickStore`](super::MemoryClickStore) does for one process; for several, keep
/// the record as JSON with its version in a database: it implements `Serialize`.
///
/// Keep a record for as long as its key may be repeated, a day or more. It holds personal data: numbers, and answers that
/// name them.
#[async_trait]
pub trait ClickStore: fmt::Debug + Send + Sync {
    /// Writes a record unless there is one of the same key or id, in one step.
    ///
    /// # Errors
    /// The store's.
    async fn insert(&self, record: &ClickRecord) -> Result<Inserted, Error>;

    /// Reads a record by its id.
    ///
    /// # Errors
    /// The store's.
    async fn get(&self, id: &ClickId) -> Result<Option<ClickRecord>, Error>;

    /// Reads a record by the caller's key.
    ///
    /// # Errors
    /// The store's.
    async fn find(&self, key: &CallKey) -> Result<Option<ClickRecord>, Error>;

    /// Replaces the record of the same id if its version still is `record.version`, and counts the stored version up, in one
    /// step.
    ///
    /// # Errors
    /// The store's.
    async fn replace(&self, record: &ClickRecord) -> Result<Replaced, Error>;
}

/// How often a change is tried when others change the same record.
const ROUNDS: usize = 16;

/// Reads a record, changes it, and writes it back; begins again if somebody was faster. `None` when there is no such record.
/// A change that leaves the record as it is is not written.
///
/// # Errors
/// The store's; [`ErrorKind::Conflict`] when the record was never left alone.
pub async fn edit<T: Send>(
    store: &dyn ClickStore,
    id: &ClickId,
    mut change: impl FnMut(&mut ClickRecord) -> T + Send,
) -> Result<Option<(T, ClickRecord)>, Error> {
    for _ in 0..ROUNDS {
        let Some(before) = store.get(id).await? else {
            return Ok(None);
        };
        let mut record = before.clone();
        let value = change(&mut record);
        if record == before {
            return Ok(Some((value, record)));
        }
        if store.replace(&record).await? == Replaced::Done {
            record.version = record.version.saturating_add(1);
            return Ok(Some((value, record)));
        }
    }
    Err(Error::new(
        ErrorKind::Conflict,
        "the record of a click-to-call was changed by others each time it was to be written",
    ))
}
