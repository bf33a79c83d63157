//! [`MemoryCache`]: the cache store of one process.

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use bytes::Bytes;
use lru::LruCache;

use super::{CacheStore, StoreError};
use crate::clock::{SharedClock, later};

/// Keeps a bounded number of values in this process; the one that was not used for longest goes first.
pub struct MemoryCache {
    clock: SharedClock,
    /// None when it keeps nothing.
    entries: Option<Mutex<LruCache<String, Entry>>>,
}

struct Entry {
    value: Bytes,
    until: Instant,
}

impl MemoryCache {
    /// A cache for at most `capacity` values; one for 0 keeps nothing.
    #[must_use]
    pub fn new(capacity: usize, clock: SharedClock) -> Self {
        Self {
            clock,
            // Not sized beforehand: a large bound is no reason to take the memory at once.
            entries: NonZeroUsize::new(capacity).map(|cap| Mutex::new(LruCache::sparse(cap))),
        }
    }

    /// How many values are kept, those whose time is over and that nobody asked for since included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lock().map_or(0, |entries| entries.len())
    }

    /// Whether nothing is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn lock(&self) -> Option<MutexGuard<'_, LruCache<String, Entry>>> {
        let entries = self.entries.as_ref()?;
        Some(entries.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl fmt::Debug for MemoryCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryCache")
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl CacheStore for MemoryCache {
    async fn get(&self, key: &str) -> Result<Option<Bytes>, StoreError> {
        let now = self.clock.now();
        let Some(mut entries) = self.lock() else {
            return Ok(None);
        };
        match entries.get(key) {
            Some(entry) if now < entry.until => Ok(Some(entry.value.clone())),
            Some(_) => {
                entries.pop(key);
                Ok(None)
            }
            None => Ok(None),
        }
    }

    async fn put(&self, key: &str, value: Bytes, ttl: Duration) -> Result<(), StoreError> {
        let until = later(self.clock.now(), ttl);
        if let Some(mut entries) = self.lock() {
            if ttl.is_zero() {
                entries.pop(key);
            } else {
                entries.put(key.to_owned(), Entry { value, until });
            }
        }
        Ok(())
    }

    async fn remove(&self, key: &str) -> Result<(), StoreError> {
        if let Some(mut entries) = self.lock() {
            entries.pop(key);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Clock, SystemClock};

    const MINUTE: Duration = Duration::from_secs(60);

    fn cache(capacity: usize) -> MemoryCache {
        MemoryCache::new(capacity, SystemClock::shared())
    }

    #[tokio::test(start_paused = true)]
    async fn a_value_is_there_until_its_time_is_over() {
        let cache = cache(2);
        cache.put("a", "1".into(), MINUTE).await.unwrap();
        let almost = MINUTE - Duration::from_millis(1);
        SystemClock::default().sleep(almost).await;
        assert_eq!(cache.get("a").await.unwrap(), Some("1".into()));
        SystemClock::default().sleep(Duration::from_millis(1)).await;
        assert_eq!(cache.get("a").await.unwrap(), None);
        assert!(
            cache.is_empty(),
            "it was dropped when it was found to be old"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn the_least_recently_used_goes_first() {
        let cache = cache(2);
        cache.put("a", "1".into(), MINUTE).await.unwrap();
        cache.put("b", "2".into(), MINUTE * 9).await.unwrap();
        cache.get("a").await.unwrap();
        cache.put("c", "3".into(), MINUTE).await.unwrap();
        assert_eq!(cache.get("b").await.unwrap(), None, "used longest ago");
        assert!(cache.get("a").await.unwrap().is_some());
        assert_eq!(cache.len(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn no_capacity_and_no_time_keep_nothing() {
        let none = cache(0);
        none.put("a", "1".into(), MINUTE).await.unwrap();
        assert_eq!(none.get("a").await.unwrap(), None);
        let cache = cache(1);
        cache.put("a", "1".into(), MINUTE).await.unwrap();
        cache.put("a", "2".into(), Duration::ZERO).await.unwrap();
        assert_eq!(cache.get("a").await.unwrap(), None);
        cache.put("a", "3".into(), Duration::MAX).await.unwrap();
        cache.remove("a").await.unwrap();
        cache.remove("a").await.unwrap();
        assert!(cache.is_empty());
    }
}
