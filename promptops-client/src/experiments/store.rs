//! Where sticky assignments are remembered.

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use lru::LruCache;
use voice_core::error::Error;

/// What an assignment is remembered under: experiment and unit. `Debug` does not show the unit, which is somebody's id.
#[derive(Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct AssignmentKey {
    /// The experiment.
    pub experiment_id: String,
    /// The unit.
    pub unit: String,
}

impl AssignmentKey {
    /// A key.
    pub fn new(experiment_id: impl Into<String>, unit: impl Into<String>) -> Self {
        Self {
            experiment_id: experiment_id.into(),
            unit: unit.into(),
        }
    }
}

impl fmt::Debug for AssignmentKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AssignmentKey")
            .field("experiment_id", &self.experiment_id)
            .finish_non_exhaustive()
    }
}

/// Remembers which variant somebody got, for the `sticky` strategy.
///
/// In memory by default; an application with several processes brings one of its own. A store that fails changes no
/// answer for the worse: the hash decides then, and the assignment says so.
#[async_trait]
pub trait AssignmentStore: fmt::Debug + Send + Sync {
    /// The id of the stored variant.
    ///
    /// # Errors
    /// The store's.
    async fn get(&self, key: &AssignmentKey) -> Result<Option<String>, Error>;

    /// Stores `variant_id` if what is stored now is `instead_of`, and returns what is stored then. Of two that store at
    /// the same time one wins, and both get the winner's.
    ///
    /// # Errors
    /// The store's.
    async fn put(
        &self,
        key: &AssignmentKey,
        variant_id: &str,
        instead_of: Option<&str>,
    ) -> Result<String, Error>;
}

/// Assignments in memory, for one process. The least recently used go first when it is full.
pub struct MemoryAssignments {
    stored: Mutex<LruCache<AssignmentKey, String>>,
}

impl MemoryAssignments {
    /// Room for 100,000 assignments.
    pub const DEFAULT_CAPACITY: usize = 100_000;

    /// Room for `capacity` assignments, at least one.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        let capacity = NonZeroUsize::new(capacity).unwrap_or(NonZeroUsize::MIN);
        Self {
            // Not sized beforehand: a large bound is no reason to take the memory at once.
            stored: Mutex::new(LruCache::sparse(capacity)),
        }
    }

    /// How many are stored.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lock().len()
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, LruCache<AssignmentKey, String>> {
        self.stored.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryAssignments {
    fn default() -> Self {
        Self::new(Self::DEFAULT_CAPACITY)
    }
}

impl fmt::Debug for MemoryAssignments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryAssignments")
            .field("len", &self.len())
            .finish()
    }
}

#[async_trait]
impl AssignmentStore for MemoryAssignments {
    async fn get(&self, key: &AssignmentKey) -> Result<Option<String>, Error> {
        Ok(self.lock().get(key).cloned())
    }

    async fn put(
        &self,
        key: &AssignmentKey,
        variant_id: &str,
        instead_of: Option<&str>,
    ) -> Result<String, Error> {
        let mut stored = self.lock();
        let now = stored.get(key).map(String::as_str);
        match now {
            Some(other) if Some(other) != instead_of => Ok(other.to_owned()),
            _ => {
                stored.put(key.clone(), variant_id.to_owned());
                Ok(variant_id.to_owned())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_first_wins_and_only_the_named_is_replaced() {
        let store = MemoryAssignments::default();
        let key = AssignmentKey::new("e", "u");
        assert_eq!(store.get(&key).await.unwrap(), None);
        assert_eq!(store.put(&key, "a", None).await.unwrap(), "a");
        assert_eq!(store.put(&key, "b", None).await.unwrap(), "a");
        assert_eq!(store.put(&key, "b", Some("x")).await.unwrap(), "a");
        assert_eq!(store.put(&key, "b", Some("a")).await.unwrap(), "b");
        assert_eq!(store.get(&key).await.unwrap().as_deref(), Some("b"));
        assert!(!format!("{key:?}").contains("\"u\""));
    }

    #[tokio::test]
    async fn memory_is_bounded_and_forgets_what_was_used_least_recently() {
        let store = MemoryAssignments::new(2);
        let key = |unit: &str| AssignmentKey::new("e", unit);
        for unit in ["1", "2"] {
            store.put(&key(unit), "a", None).await.unwrap();
        }
        store.get(&key("1")).await.unwrap();
        store.put(&key("3"), "a", None).await.unwrap();
        assert_eq!(store.len(), 2);
        assert_eq!(store.get(&key("2")).await.unwrap(), None);
        assert!(store.get(&key("1")).await.unwrap().is_some());
        assert_eq!(MemoryAssignments::new(0).lock().cap().get(), 1);
        let boundless = MemoryAssignments::new(usize::MAX);
        assert_eq!(boundless.put(&key("1"), "a", None).await.unwrap(), "a");
    }
}
