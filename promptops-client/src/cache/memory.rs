//! The first level: entries in memory, the least recently used of which goes first.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use lru::LruCache;
use voice_core::error::Error;
use voice_core::ident::PromptId;

use super::PromptKey;

/// For how long an entry is good, as one read sees it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms {
    pub(super) ttl: Duration,
    pub(super) max_stale: Duration,
    pub(super) negative_ttl: Duration,
}

impl Terms {
    pub(super) fn judge(&self, age: Duration) -> Freshness {
        if age < self.ttl {
            Freshness::Fresh
        } else if age < self.ttl.saturating_add(self.max_stale) {
            Freshness::Stale
        } else {
            Freshness::Dead
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Freshness {
    Fresh,
    Stale,
    Dead,
}

/// What was found under a key.
pub(super) enum Found<V> {
    Fresh(Arc<V>, Duration),
    Stale(Arc<V>, Duration),
    /// It is known, for a short while, that there is none.
    Missing(Arc<Error>),
    Nothing,
}

struct Entry<V> {
    content: Content<V>,
    arrived: Instant,
    /// How old it was when it came here. Kept apart, since a moment before the machine started cannot be told.
    age_then: Duration,
}

enum Content<V> {
    Value(Arc<V>),
    Missing(Arc<Error>),
}

/// Entries in memory; none at all for a size of zero. Locked for single look-ups, never across an await.
pub(super) struct Memory<V> {
    entries: Option<Mutex<LruCache<PromptKey, Entry<V>>>>,
    max_size: usize,
}

impl<V> Memory<V> {
    pub(super) fn new(max_size: usize) -> Self {
        let entries = NonZeroUsize::new(max_size).map(|cap| Mutex::new(LruCache::sparse(cap)));
        Self { entries, max_size }
    }

    fn lock(&self) -> Option<MutexGuard<'_, LruCache<PromptKey, Entry<V>>>> {
        let entries = self.entries.as_ref()?;
        // Nothing under the lock runs foreign code but key comparison, and the state is never half changed.
        Some(entries.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn look(&self, key: &PromptKey, now: Instant, terms: &Terms) -> Found<V> {
        let Some(mut entries) = self.lock() else {
            return Found::Nothing;
        };
        let Some(entry) = entries.get(key) else {
            return Found::Nothing;
        };
        let since = now.saturating_duration_since(entry.arrived);
        match &entry.content {
            Content::Value(value) => {
                let age = entry.age_then.saturating_add(since);
                match terms.judge(age) {
                    Freshness::Fresh => Found::Fresh(Arc::clone(value), age),
                    Freshness::Stale => Found::Stale(Arc::clone(value), age),
                    // Not dropped: another read may allow more.
                    Freshness::Dead => Found::Nothing,
                }
            }
            Content::Missing(error) if since < terms.negative_ttl => {
                Found::Missing(Arc::clone(error))
            }
            Content::Missing(_) => Found::Nothing,
        }
    }

    /// Whether a prompt is there, of whatever age.
    pub(super) fn holds(&self, key: &PromptKey) -> bool {
        self.lock().is_some_and(|entries| {
            entries
                .peek(key)
                .is_some_and(|entry| matches!(entry.content, Content::Value(_)))
        })
    }

    /// Keeps a value; tells whether another entry gave way.
    pub(super) fn put(&self, key: PromptKey, value: Arc<V>, age: Duration, now: Instant) -> bool {
        self.insert(key, Content::Value(value), age, now)
    }

    /// Keeps for a while that there is none; tells whether another entry gave way.
    pub(super) fn put_missing(&self, key: PromptKey, error: Arc<Error>, now: Instant) -> bool {
        self.insert(key, Content::Missing(error), Duration::ZERO, now)
    }

    fn insert(&self, key: PromptKey, content: Content<V>, age: Duration, now: Instant) -> bool {
        let Some(mut entries) = self.lock() else {
            return false;
        };
        let is_full = entries.len() == self.max_size && !entries.contains(&key);
        let old = entries.put(
            key,
            Entry {
                content,
                arrived: now,
                age_then: age,
            },
        );
        drop(entries);
        // The old value is freed without the lock.
        drop(old);
        is_full
    }

    pub(super) fn remove(&self, key: &PromptKey) {
        let old = self.lock().and_then(|mut entries| entries.pop(key));
        drop(old);
    }

    /// Removes all selectors of exactly this id; tells how many there were.
    pub(super) fn remove_id(&self, id: &PromptId) -> usize {
        let Some(mut entries) = self.lock() else {
            return 0;
        };
        let before = entries.len();
        entries.retain(|key, _| key.id() != id);
        before - entries.len()
    }

    pub(super) fn clear(&self) {
        if let Some(mut entries) = self.lock() {
            entries.clear();
        }
    }

    pub(super) fn len(&self) -> usize {
        self.lock().map_or(0, |entries| entries.len())
    }

    pub(super) fn max_size(&self) -> usize {
        self.max_size
    }

    /// Every prompt with its age, the most recently used first.
    pub(super) fn values(&self, now: Instant) -> Vec<(PromptKey, Arc<V>, Duration)> {
        let Some(entries) = self.lock() else {
            return Vec::new();
        };
        entries
            .iter()
            .filter_map(|(key, entry)| match &entry.content {
                Content::Value(value) => {
                    let since = now.saturating_duration_since(entry.arrived);
                    let age = entry.age_then.saturating_add(since);
                    Some((key.clone(), Arc::clone(value), age))
                }
                Content::Missing(_) => None,
            })
            .collect()
    }
}
