//! Records in memory, for one process.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::{ClickId, ClickRecord, ClickStore, Inserted, Replaced};
use crate::error::{Error, ErrorKind};
use crate::provider::CallKey;

/// Keeps up to 10,000 records unless told otherwise. When it is full, the oldest that is over makes place; when none is, a new
/// one is refused: forgetting an open one could ring somebody twice.
pub struct MemoryClickStore {
    capacity: usize,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    records: HashMap<ClickId, ClickRecord>,
    keys: HashMap<CallKey, ClickId>,
    order: VecDeque<ClickId>,
}

impl MemoryClickStore {
    /// A store of 10,000 records.
    #[must_use]
    pub fn new() -> Self {
        Self::with_capacity(10_000)
    }

    /// A store of at most `capacity` records, at least one.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self {
            capacity: capacity.max(1),
            inner: Mutex::default(),
        }
    }

    /// How many records there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lock().records.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryClickStore {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MemoryClickStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemoryClickStore({} of {})", self.len(), self.capacity)
    }
}

impl Inner {
    /// Forgets the oldest record that is over.
    fn make_place(&mut self) -> Result<(), Error> {
        let over = |id: &ClickId| self.records.get(id).is_none_or(ClickRecord::is_over);
        let at = self.order.iter().position(over).ok_or_else(|| {
            Error::new(
                ErrorKind::Quota,
                "the store of click-to-calls is full of ones that are not over",
            )
        })?;
        if let Some(record) = self
            .order
            .remove(at)
            .and_then(|id| self.records.remove(&id))
        {
            self.keys.remove(&record.key);
        }
        Ok(())
    }
}

#[async_trait]
impl ClickStore for MemoryClickStore {
    async fn insert(&self, record: &ClickRecord) -> Result<Inserted, Error> {
        let mut inner = self.lock();
        let id = inner.keys.get(&record.key).copied().unwrap_or(record.id);
        if let Some(existing) = inner.records.get(&id) {
            return Ok(Inserted::Existing(Box::new(existing.clone())));
        }
        if inner.records.len() >= self.capacity {
            inner.make_place()?;
        }
        inner.keys.insert(record.key.clone(), record.id);
        inner.order.push_back(record.id);
        inner.records.insert(record.id, record.clone());
        Ok(Inserted::New)
    }

    async fn get(&self, id: &ClickId) -> Result<Option<ClickRecord>, Error> {
        Ok(self.lock().records.get(id).cloned())
    }

    async fn find(&self, key: &CallKey) -> Result<Option<ClickRecord>, Error> {
        let inner = self.lock();
        Ok(inner
            .keys
            .get(key)
            .and_then(|id| inner.records.get(id))
            .cloned())
    }

    async fn replace(&self, record: &ClickRecord) -> Result<Replaced, Error> {
        let mut inner = self.lock();
        match inner.records.get_mut(&record.id) {
            Some(stored) if stored.version == record.version => {
                stored.clone_from(record);
                stored.version = record.version.saturating_add(1);
                Ok(Replaced::Done)
            }
            _ => Ok(Replaced::Changed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::record::tests::record;
    use super::super::{Outcome, edit};
    use super::*;

    #[tokio::test]
    async fn a_key_is_written_once_and_a_change_from_an_old_reading_not_at_all() {
        let store = MemoryClickStore::new();
        let first = record("a");
        assert_eq!(store.insert(&first).await.unwrap(), Inserted::New);
        let again = store.insert(&record("a")).await.unwrap();
        assert!(matches!(again, Inserted::Existing(found) if *found == first));

        let (old, mut new) = (first.clone(), first.clone());
        new.outcome = Some(Outcome::AgentGaveUp);
        assert_eq!(store.replace(&new).await.unwrap(), Replaced::Done);
        assert_eq!(store.replace(&old).await.unwrap(), Replaced::Changed);
        let stored = store.find(&first.key).await.unwrap().unwrap();
        assert_eq!(
            (stored.version, stored.outcome),
            (1, Some(Outcome::AgentGaveUp))
        );
        assert_eq!(
            store.replace(&record("other")).await.unwrap(),
            Replaced::Changed
        );
    }

    #[tokio::test]
    async fn only_what_is_over_makes_place() {
        let store = MemoryClickStore::with_capacity(2);
        let (open, over) = (record("open"), {
            let mut over = record("over");
            over.outcome = Some(Outcome::AgentMachine);
            over
        });
        store.insert(&open).await.unwrap();
        store.insert(&over).await.unwrap();
        store.insert(&record("third")).await.unwrap();
        assert!(store.get(&over.id).await.unwrap().is_none());
        assert!(store.find(&over.key).await.unwrap().is_none());
        assert!(store.get(&open.id).await.unwrap().is_some());
        let error = store.insert(&record("fourth")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Quota);
        assert_eq!(store.len(), 2);
    }

    #[tokio::test]
    async fn an_edit_that_changes_nothing_writes_nothing() {
        let store = MemoryClickStore::new();
        let record = record("a");
        store.insert(&record).await.unwrap();
        let (seen, same) = edit(&store, &record.id, |r| r.version)
            .await
            .unwrap()
            .unwrap();
        assert_eq!((seen, same.version), (0, 0));
        let none = edit(&store, &super::super::record::tests::record("b").id, |_| ()).await;
        assert!(none.unwrap().is_none());
    }
}
