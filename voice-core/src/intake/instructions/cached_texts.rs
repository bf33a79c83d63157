//! [`CachedTexts`]: a second level of cache in front of a store, which several processes may share.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{InstructionState, InstructionStore, PromptKind};
use crate::clock::{SharedClock, SystemClock, timeout};
use crate::error::Error;
use crate::intake::tenant::TenantId;
use crate::store::CacheStore;

/// Keeps what a store answered in a [`CacheStore`], such as Redis, so that a fleet asks the database once, and a process
/// that starts during an outage of the database finds texts for as long as they are [kept](Self::keep_for).
///
/// A cache that fails or is slow is left out and [counted](Self::cache_failures); the store is asked then. That something
/// is not there is never kept. Times add up: a change is heard after the time set here and the fresh time of the
/// [`InstructionResolver`](super::InstructionResolver) above.
pub struct CachedTexts {
    store: Arc<dyn InstructionStore>,
    cache: Arc<dyn CacheStore>,
    state_ttl: Duration,
    text_ttl: Duration,
    limit: Duration,
    clock: SharedClock,
    failures: AtomicU64,
}

impl CachedTexts {
    /// `cache` in front of `store`.
    #[must_use]
    pub fn new(store: Arc<dyn InstructionStore>, cache: Arc<dyn CacheStore>) -> Self {
        Self {
            store,
            cache,
            state_ttl: Duration::from_secs(60),
            text_ttl: Duration::from_secs(600),
            limit: Duration::from_millis(250),
            clock: SystemClock::shared(),
            failures: AtomicU64::new(0),
        }
    }

    /// How long states and texts are kept; 60 s and 600 s unless set. With zero they are not.
    #[must_use]
    pub const fn keep_for(mut self, states: Duration, texts: Duration) -> Self {
        (self.state_ttl, self.text_ttl) = (states, texts);
        self
    }

    /// How long the cache may take for one answer; 250 ms unless set.
    #[must_use]
    pub const fn time_limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Another clock.
    #[must_use]
    pub fn clock(mut self, clock: SharedClock) -> Self {
        self.clock = clock;
        self
    }

    /// How often the cache failed, was too slow, or held something that cannot be read.
    #[must_use]
    pub fn cache_failures(&self) -> u64 {
        self.failures.load(Ordering::Relaxed)
    }

    /// Has the next question for the tenant's state reach the store.
    pub async fn forget_state(&self, tenant: &TenantId) {
        self.try_cache(self.cache.remove(&state_key(tenant))).await;
    }

    /// Has the next question for this text reach the store.
    pub async fn forget_text(&self, tenant: &TenantId, kind: PromptKind, id: &str) {
        let key = text_key(tenant, kind, id);
        self.try_cache(self.cache.remove(&key)).await;
    }

    async fn try_cache<T>(
        &self,
        question: impl Future<Output = Result<T, crate::store::StoreError>>,
    ) -> Option<T> {
        let answer = timeout(&*self.clock, self.limit, question).await;
        if let Ok(Ok(answer)) = answer {
            return Some(answer);
        }
        self.failures.fetch_add(1, Ordering::Relaxed);
        None
    }

    async fn get<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        let bytes = self.try_cache(self.cache.get(key)).await??;
        let value = serde_json::from_slice(&bytes).ok();
        if value.is_none() {
            self.failures.fetch_add(1, Ordering::Relaxed);
        }
        value
    }

    async fn put<T: Serialize + Sync + ?Sized>(&self, key: &str, value: &T, ttl: Duration) {
        if let Ok(bytes) = serde_json::to_vec(value) {
            self.try_cache(self.cache.put(key, Bytes::from(bytes), ttl))
                .await;
        }
    }
}

/// Ids of texts may have any character; those of tenants and their names cannot be mistaken for one another.
fn state_key(tenant: &TenantId) -> String {
    format!("instructions:{tenant}:state")
}

fn text_key(tenant: &TenantId, kind: PromptKind, id: &str) -> String {
    let kind = match kind {
        PromptKind::Greeting => "greeting",
        PromptKind::Instruction => "instruction",
    };
    let id = utf8_percent_encode(id, NON_ALPHANUMERIC);
    format!("instructions:{tenant}:{kind}:{id}")
}

#[async_trait]
impl InstructionStore for CachedTexts {
    async fn state(&self, tenant: &TenantId) -> Result<Option<InstructionState>, Error> {
        let key = state_key(tenant);
        if self.state_ttl.is_zero() {
            return self.store.state(tenant).await;
        }
        if let Some(state) = self.get(&key).await {
            return Ok(Some(state));
        }
        let state = self.store.state(tenant).await?;
        if let Some(state) = &state {
            self.put(&key, state, self.state_ttl).await;
        }
        Ok(state)
    }

    async fn text(
        &self,
        tenant: &TenantId,
        kind: PromptKind,
        id: &str,
    ) -> Result<Option<String>, Error> {
        let key = text_key(tenant, kind, id);
        if self.text_ttl.is_zero() {
            return self.store.text(tenant, kind, id).await;
        }
        if let Some(text) = self.get(&key).await {
            return Ok(Some(text));
        }
        let text = self.store.text(tenant, kind, id).await?;
        if let Some(text) = text.as_deref().filter(|text| !text.trim().is_empty()) {
            self.put(&key, text, self.text_ttl).await;
        }
        Ok(text)
    }
}

impl fmt::Debug for CachedTexts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachedTexts")
            .field("store", &self.store)
            .field("cache", &self.cache)
            .field("cache_failures", &self.cache_failures())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{MemoryInstructions, StoreTrouble};
    use super::*;
    use crate::store::{MemoryCache, StoreError};

    const G: PromptKind = PromptKind::Greeting;

    fn parts() -> (
        Arc<MemoryInstructions>,
        Arc<MemoryCache>,
        CachedTexts,
        TenantId,
    ) {
        let store = Arc::new(MemoryInstructions::new());
        let acme = TenantId::parse("acme").unwrap();
        store.set_texts(&acme, "Hello.", "Work.");
        let cache = Arc::new(MemoryCache::new(100, SystemClock::shared()));
        let texts = CachedTexts::new(store.clone(), cache.clone());
        (store, cache, texts, acme)
    }

    #[tokio::test(start_paused = true)]
    async fn a_second_process_finds_texts_while_the_store_is_down() {
        let (store, cache, texts, acme) = parts();
        let state = texts.state(&acme).await.unwrap();
        assert!(state.is_some());
        assert_eq!(
            texts.text(&acme, G, "greeting").await.unwrap().unwrap(),
            "Hello."
        );
        store.trouble(StoreTrouble::Down);
        let second = CachedTexts::new(store.clone(), cache);
        assert_eq!(second.state(&acme).await.unwrap(), state);
        assert_eq!(
            second.text(&acme, G, "greeting").await.unwrap().unwrap(),
            "Hello."
        );
        assert_eq!(store.reads(), 2);
        second.forget_text(&acme, G, "greeting").await;
        second.text(&acme, G, "greeting").await.unwrap_err();
        second.forget_state(&acme).await;
        second.state(&acme).await.unwrap_err();
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_and_blank_are_not_kept_and_ids_do_not_collide() {
        let (store, cache, texts, acme) = parts();
        assert_eq!(texts.text(&acme, G, "no").await.unwrap(), None);
        store.set_text(&acme, G, "blank", " ");
        texts.text(&acme, G, "blank").await.unwrap();
        assert!(cache.is_empty());
        assert_ne!(text_key(&acme, G, "a:b"), text_key(&acme, G, "a%3Ab"));
        assert!(!text_key(&acme, G, "{x} :\n").contains(['{', '}', ' ', '\n']));
    }

    #[tokio::test(start_paused = true)]
    async fn a_cache_that_fails_hangs_or_lies_is_left_out_and_counted() {
        #[derive(Debug)]
        struct Bad(Option<&'static str>);
        #[async_trait]
        impl CacheStore for Bad {
            async fn get(&self, _: &str) -> Result<Option<Bytes>, StoreError> {
                match self.0 {
                    Some(text) => Ok(Some(text.into())),
                    None => std::future::pending().await,
                }
            }
            async fn put(&self, _: &str, _: Bytes, _: Duration) -> Result<(), StoreError> {
                Err(StoreError::Unreachable("down".to_owned()))
            }
            async fn remove(&self, _: &str) -> Result<(), StoreError> {
                Ok(())
            }
        }
        let (store, _, _, acme) = parts();
        for bad in [Bad(None), Bad(Some("{\"no"))] {
            let texts = CachedTexts::new(store.clone(), Arc::new(bad));
            assert_eq!(
                texts.text(&acme, G, "greeting").await.unwrap().unwrap(),
                "Hello."
            );
            assert_eq!(texts.cache_failures(), 2, "one to read, one to write");
        }
    }
}
