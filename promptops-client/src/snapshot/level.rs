//! The snapshot as a level of the cache: read at start, written as prompts are loaded.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use voice_core::clock::SharedClock;

use super::{SnapshotEntry, SnapshotError, SnapshotFile};
use crate::cache::{CacheScope, CacheValue, PromptKey};

/// Most prompts in a file.
const MAX_ENTRIES: usize = 10_000;

/// Whose prompts in a file count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum SnapshotScope {
    /// Those of the same origin and credential.
    #[default]
    Exact,
    /// All: for a file that is shipped with an application and serves every account and environment.
    Any,
}

type Entries<V> = HashMap<PromptKey, (Arc<V>, SystemTime)>;

/// The file, and what was in it.
pub(crate) struct SnapshotLevel<V> {
    file: SnapshotFile<V>,
    scope: SnapshotScope,
    every: Duration,
    entries: Mutex<Entries<V>>,
    last_saved: Mutex<Option<Instant>>,
    /// One save at a time, so that the newer one is not overtaken by the older.
    saving: Arc<tokio::sync::Mutex<()>>,
}

impl<V: CacheValue> SnapshotLevel<V> {
    /// Reads the file; also tells how much of it could not be read.
    pub(crate) fn open(path: PathBuf, scope: SnapshotScope, every: Duration) -> (Self, u64) {
        let file = SnapshotFile::new(path);
        let (read, errors) = file.read().unwrap_or_else(|error| {
            tracing::warn!(%error, "the snapshot of the prompts could not be read");
            (Vec::new(), 1)
        });
        let mut level = Self {
            file,
            scope,
            every,
            entries: Mutex::default(),
            last_saved: Mutex::new(None),
            saving: Arc::default(),
        };
        let entries = read
            .into_iter()
            .map(|entry| (level.known_as(&entry.key), (entry.prompt, entry.stored_at)))
            .collect();
        level.entries = Mutex::new(entries);
        (level, errors)
    }

    fn known_as(&self, key: &PromptKey) -> PromptKey {
        match self.scope {
            SnapshotScope::Exact => key.clone(),
            SnapshotScope::Any => key.clone().in_scope(CacheScope::new("", "")),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Entries<V>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn get(&self, key: &PromptKey) -> Option<(Arc<V>, SystemTime)> {
        self.lock().get(&self.known_as(key)).cloned()
    }

    pub(crate) fn holds(&self, key: &PromptKey) -> bool {
        self.lock().contains_key(&self.known_as(key))
    }

    pub(crate) fn remove(&self, key: &PromptKey) {
        let old = self.lock().remove(&self.known_as(key));
        drop(old);
    }

    pub(crate) fn retain(&self, keep: impl Fn(&PromptKey) -> bool) {
        self.lock().retain(|key, _| keep(key));
    }

    /// Whether the file is written without being asked.
    pub(crate) fn is_automatic(&self) -> bool {
        !self.every.is_zero()
    }

    /// Whether it is time to write the file, which the caller then does: it is told so once.
    pub(crate) fn is_due(&self, now: Instant) -> bool {
        if !self.is_automatic() {
            return false;
        }
        let mut last = self
            .last_saved
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let is_due = last.is_none_or(|at| now.saturating_duration_since(at) >= self.every);
        if is_due {
            *last = Some(now);
        }
        is_due
    }

    /// Writes what the cache holds and, after it, what was in the file and is not in the cache.
    pub(crate) async fn save(
        &self,
        clock: &SharedClock,
        current: impl FnOnce(Instant) -> Vec<(PromptKey, Arc<V>, Duration)>,
    ) -> Result<usize, SnapshotError> {
        let turn = Arc::clone(&self.saving).lock_owned().await;
        let (now, wall) = (clock.now(), clock.wall());
        let entries = self.merge(|| current(now), wall);
        let count = entries.len();
        let file = SnapshotFile::<V>::new(self.file.path());
        let writing = tokio::runtime::Handle::try_current()
            .map_err(|_| SnapshotError::Runtime)?
            .spawn_blocking(move || {
                // It goes on when whoever asked for it has gone, and so does its turn.
                let _turn = turn;
                file.write(&entries, wall)
            });
        writing.await.map_err(|_| SnapshotError::Runtime)??;
        *self
            .last_saved
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(now);
        Ok(count)
    }

    /// What is current is asked for under the lock, so that nothing is forgotten in between.
    fn merge(
        &self,
        current: impl FnOnce() -> Vec<(PromptKey, Arc<V>, Duration)>,
        wall: SystemTime,
    ) -> Vec<SnapshotEntry<V>> {
        let mut known = self.lock();
        for (key, value, age) in current() {
            let stored_at = wall.checked_sub(age).unwrap_or(SystemTime::UNIX_EPOCH);
            let room = known.len() < MAX_ENTRIES;
            match known.entry(self.known_as(&key)) {
                Entry::Occupied(mut old) => {
                    old.insert((value, stored_at));
                }
                Entry::Vacant(place) if room => {
                    place.insert((value, stored_at));
                }
                Entry::Vacant(_) => {}
            }
        }
        let mut entries: Vec<_> = known
            .iter()
            .map(|(key, (value, at))| SnapshotEntry::new(key.clone(), *at, Arc::clone(value)))
            .collect();
        drop(known);
        // The same prompts make the same file.
        entries.sort_by(|a, b| a.key.cmp(&b.key));
        entries
    }
}
