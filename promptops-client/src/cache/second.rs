//! The second level: prompts in a store that processes share.
//!
//! A value is JSON with a schema number, the whole key and the time it was asked for. Anything else under its key is
//! counted and taken for nothing. An invalidation leaves a stamp for the id (and `clear` one for the scope): what was asked
//! for before it is not believed, which is how all selectors of an id go without a search for keys. The stamps are also kept
//! here, so that this process keeps to its own invalidations while the store is away.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use futures_util::future::join3;
use lru::LruCache;
use serde::{Deserialize, Serialize};
use voice_core::clock::{SharedClock, timeout};
use voice_core::ident::PromptId;
use voice_core::store::{CacheStore, StoreError};

use super::key::{KeyForm, scope_digest};
use super::stats::Counters;
use super::{CacheScope, CacheValue, PromptKey};

/// The number of this form; a value with another is none of ours.
const SCHEMA: u32 = 1;
/// Invalidations this process remembers.
const STAMPS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(1_023);

#[derive(Serialize)]
struct Written<'a, V> {
    schema: u32,
    key: KeyForm,
    asked_at_ms: u64,
    prompt: &'a V,
}

#[derive(Deserialize)]
struct Read<V> {
    schema: u32,
    key: KeyForm,
    asked_at_ms: u64,
    prompt: V,
}

/// A store, and what is known of it.
pub(super) struct Second {
    store: Arc<dyn CacheStore>,
    limit: Duration,
    clock: SharedClock,
    counters: Arc<Counters>,
    stamps: Mutex<LruCache<String, u64>>,
}

impl Second {
    pub(super) fn new(
        store: Arc<dyn CacheStore>,
        limit: Duration,
        clock: SharedClock,
        counters: Arc<Counters>,
    ) -> Self {
        Self {
            store,
            limit,
            clock,
            counters,
            stamps: Mutex::new(LruCache::sparse(STAMPS)),
        }
    }

    /// The prompt and its age, if there is one and it can be believed.
    pub(super) async fn read<V: CacheValue>(&self, key: &PromptKey) -> Option<(Arc<V>, Duration)> {
        let of_id = scope_digest(key.scope(), Some(key.id()));
        let of_scope = scope_digest(key.scope(), None);
        let (value, id_stamp, scope_stamp) = join3(
            self.get(entry_name(key)),
            self.get(stamp_name(&of_id)),
            self.get(stamp_name(&of_scope)),
        )
        .await;
        let found = value.flatten().and_then(|bytes| {
            let read = self.decode::<V>(key, &bytes)?;
            let own = {
                let mut stamps = self.stamps();
                stamps
                    .get(&of_id)
                    .copied()
                    .max(stamps.get(&of_scope).copied())
            };
            // A stamp that could not be read may be there: then nothing is believed.
            let stamp = own.max(stamp(id_stamp?)).max(stamp(scope_stamp?));
            if stamp.is_some_and(|stamp| read.asked_at_ms <= stamp) {
                return None;
            }
            // The clocks of two machines differ a little. What seems to come from far ahead is taken for as old as it is
            // young, so that it is not fresh for ever.
            let age = millis(self.clock.wall()).abs_diff(read.asked_at_ms);
            Some((Arc::new(read.prompt), Duration::from_millis(age)))
        });
        match &found {
            Some(_) => self.counters.second_level_hits.up(),
            None => self.counters.second_level_misses.up(),
        }
        found
    }

    fn decode<V: CacheValue>(&self, key: &PromptKey, bytes: &[u8]) -> Option<Read<V>> {
        let read = serde_json::from_slice::<Read<V>>(bytes)
            .ok()
            .filter(|read| read.schema == SCHEMA && read.key == KeyForm::from(key));
        if read.is_none() {
            self.counters.second_level_garbage.up();
            tracing::warn!(prompt = %key.id(), "a value in the second level of the cache is no prompt of this form");
        }
        read
    }

    /// Keeps what was asked for at `asked_at`.
    pub(super) async fn write<V: CacheValue>(
        &self,
        key: &PromptKey,
        value: &V,
        asked_at: SystemTime,
        keep: Duration,
    ) {
        let written = Written {
            schema: SCHEMA,
            key: key.into(),
            asked_at_ms: millis(asked_at),
            prompt: value,
        };
        match serde_json::to_vec(&written) {
            Ok(json) => self.put(entry_name(key), json.into(), keep).await,
            Err(_) => self.failed("a prompt does not go into JSON"),
        }
    }

    pub(super) async fn remove(&self, key: &PromptKey) {
        let name = entry_name(key);
        self.guard(self.store.remove(&name)).await;
    }

    /// Makes everything outdated that was asked for until now: of an id, or of the whole scope.
    pub(super) async fn stamp(&self, scope: &CacheScope, id: Option<&PromptId>, keep: Duration) {
        let digest = scope_digest(scope, id);
        let now = millis(self.clock.wall());
        self.stamps().put(digest.clone(), now);
        self.put(stamp_name(&digest), now.to_string().into(), keep)
            .await;
    }

    fn stamps(&self) -> MutexGuard<'_, LruCache<String, u64>> {
        self.stamps.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is there; nothing at all when the store could not say.
    async fn get(&self, name: String) -> Option<Option<Bytes>> {
        self.guard(self.store.get(&name)).await
    }

    async fn put(&self, name: String, value: Bytes, keep: Duration) {
        self.guard(self.store.put(&name, value, keep)).await;
    }

    /// Waits for the store, not for long, and counts what it fails.
    async fn guard<T>(&self, future: impl Future<Output = Result<T, StoreError>>) -> Option<T> {
        let outcome = match timeout(&*self.clock, self.limit, future).await {
            Ok(outcome) => outcome,
            Err(late) => Err(StoreError::Timeout(late.0)),
        };
        match outcome {
            Ok(value) => Some(value),
            Err(error) => {
                self.failed(&error.to_string());
                None
            }
        }
    }

    fn failed(&self, why: &str) {
        self.counters.second_level_errors.up();
        tracing::warn!(why, "the second level of the cache failed");
    }
}

fn entry_name(key: &PromptKey) -> String {
    format!("prompt:{}", key.digest())
}

fn stamp_name(digest: &str) -> String {
    format!("outdated:{digest}")
}

/// A stamp that is no number says that something was outdated, but not when: nothing is believed.
fn stamp(bytes: Option<Bytes>) -> Option<u64> {
    let number = std::str::from_utf8(&bytes?)
        .ok()
        .and_then(|text| text.parse().ok());
    Some(number.unwrap_or(u64::MAX))
}

pub(super) fn millis(at: SystemTime) -> u64 {
    at.duration_since(UNIX_EPOCH).map_or(0, |since| {
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    })
}
