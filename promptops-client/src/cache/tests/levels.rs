//! The second level: shared, mistrusted, and never in the way.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use proptest::prelude::*;
use voice_core::clock::SystemClock;
use voice_core::error::ErrorKind;
use voice_core::store::{CacheStore, MemoryCache, StoreError};

use super::super::*;
use super::support::*;

fn store() -> Arc<MemoryCache> {
    Arc::new(MemoryCache::new(1_000, SystemClock::shared()))
}

fn with(service: &Arc<Service>, store: &Arc<MemoryCache>) -> PromptCache {
    let store: Arc<dyn CacheStore> = store.clone();
    builder(service).second_level(store).build().unwrap()
}

#[tokio::test]
async fn what_one_process_loaded_the_other_finds() {
    let (service, store) = (Service::start(), store());
    let (one, other) = (with(&service, &store), with(&service, &store));
    one.get(&key("a")).await.unwrap();
    tokio::task::yield_now().await;
    let found = other.get(&key("a")).await.unwrap();
    assert_eq!((found.source(), service.loads()), (Source::SecondLevel, 1));
    assert_eq!(other.get(&key("a")).await.unwrap().source(), Source::Memory);
    assert_eq!(other.stats().second_level_hits, 1);
    assert_eq!(one.stats().second_level_misses, 1);
}

#[tokio::test]
async fn an_invalidation_holds_for_all_selectors_and_survives_a_restart() {
    let (service, store) = (Service::start(), store());
    let one = with(&service, &store);
    let keys = [
        key("a"),
        key("a").version(VersionSelector::exact("1")),
        key("ab"),
    ];
    for key in &keys {
        one.get(key).await.unwrap();
    }
    pass(Duration::from_millis(5)).await;
    one.invalidate(&"a".parse().unwrap()).await;
    pass(Duration::from_millis(5)).await;
    service.says("two");
    let restarted = with(&service, &store);
    assert_eq!(restarted.get(&keys[0]).await.unwrap().content, "two");
    assert_eq!(restarted.get(&keys[1]).await.unwrap().content, "two");
    assert_eq!(restarted.get(&keys[2]).await.unwrap().content, "one");
    restarted.clear().await;
    let restarted = with(&service, &store);
    assert_eq!(restarted.get(&keys[2]).await.unwrap().content, "two");
}

#[tokio::test]
async fn not_found_is_taken_out_of_the_second_level() {
    let (service, store) = (Service::start(), store());
    let one = with(&service, &store);
    one.get(&key("a")).await.unwrap();
    tokio::task::yield_now().await;
    service.becomes(Mood::Fails(ErrorKind::NotFound));
    assert!(one.refresh_now(&key("a")).await.is_err());
    tokio::task::yield_now().await;
    assert!(with(&service, &store).get(&key("a")).await.is_err());
}

#[tokio::test]
async fn a_prompt_that_expired_there_still_serves_when_the_service_is_down() {
    let (service, store) = (Service::start(), store());
    with(&service, &store).get(&key("a")).await.unwrap();
    pass(Duration::from_millis(20)).await;
    service.becomes(Mood::Fails(ErrorKind::Unavailable));
    let cache = with(&service, &store);
    let short = GetOptions::new().ttl(Duration::from_millis(10));
    for mode in [RefreshMode::Blocking, RefreshMode::StaleWhileRevalidate] {
        let found = cache
            .get_with(&key("a"), &short.clone().refresh(mode))
            .await
            .unwrap();
        assert_eq!(found.content, "one");
    }
}

/// A store that is down, or hangs.
#[derive(Debug)]
struct Broken(AtomicBool);

#[async_trait]
impl CacheStore for Broken {
    async fn get(&self, _: &str) -> Result<Option<Bytes>, StoreError> {
        self.fail().await.map(|()| None)
    }
    async fn put(&self, _: &str, _: Bytes, _: Duration) -> Result<(), StoreError> {
        self.fail().await
    }
    async fn remove(&self, _: &str) -> Result<(), StoreError> {
        self.fail().await
    }
}

impl Broken {
    async fn fail(&self) -> Result<(), StoreError> {
        if self.0.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
        Err(StoreError::Unreachable("down".into()))
    }
}

/// Of the reference client: faults of the store are fatal.
#[tokio::test(start_paused = true)]
async fn a_store_that_is_down_or_hangs_fails_no_request() {
    for hangs in [false, true] {
        let service = Service::start();
        let cache = builder(&service)
            .second_level(Arc::new(Broken(AtomicBool::new(hangs))))
            .build()
            .unwrap();
        assert_eq!(cache.get(&key("a")).await.unwrap().content, "one");
        at_once(cache.get(&key("a"))).await.unwrap();
        cache.invalidate(&"a".parse().unwrap()).await;
        cache.clear().await;
        assert!(cache.get(&key("a")).await.is_ok());
        assert!(cache.stats().second_level_errors >= 3);
    }
}

/// Fails whenever it is asked for a stamp.
#[derive(Debug)]
struct Forgetful(Arc<MemoryCache>);

#[async_trait]
impl CacheStore for Forgetful {
    async fn get(&self, key: &str) -> Result<Option<Bytes>, StoreError> {
        if key.starts_with("outdated:") {
            return Err(StoreError::Timeout(Duration::ZERO));
        }
        self.0.get(key).await
    }
    async fn put(&self, key: &str, value: Bytes, ttl: Duration) -> Result<(), StoreError> {
        self.0.put(key, value, ttl).await
    }
    async fn remove(&self, key: &str) -> Result<(), StoreError> {
        self.0.remove(key).await
    }
}

#[tokio::test]
async fn what_may_have_been_invalidated_is_not_believed() {
    let (service, store) = (Service::start(), store());
    with(&service, &store).get(&key("a")).await.unwrap();
    tokio::task::yield_now().await;
    service.says("two");
    let forgetful = Arc::new(Forgetful(store));
    let cache = builder(&service).second_level(forgetful).build().unwrap();
    assert_eq!(cache.get(&key("a")).await.unwrap().content, "two");
}

/// Gives the same bytes for every key.
#[derive(Debug)]
struct Garbage(Bytes);

#[async_trait]
impl CacheStore for Garbage {
    async fn get(&self, _: &str) -> Result<Option<Bytes>, StoreError> {
        Ok(Some(self.0.clone()))
    }
    async fn put(&self, _: &str, _: Bytes, _: Duration) -> Result<(), StoreError> {
        Ok(())
    }
    async fn remove(&self, _: &str) -> Result<(), StoreError> {
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn garbage_in_the_store_is_a_miss_and_counted(
        bytes in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..64),
            Just(br#"{"schema":2,"key":{"origin":"","credential":"","id":"a"},"asked_at_ms":1,"prompt":{"id":"a","version":"1","content":"x"}}"#.to_vec()),
            Just(br#"{"schema":1,"key":{"origin":"","credential":"","id":"b"},"asked_at_ms":1,"prompt":{"id":"a","version":"1","content":"x"}}"#.to_vec()),
        ],
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let service = Service::start();
            let cache = builder(&service).second_level(Arc::new(Garbage(bytes.into()))).build().unwrap();
            let found = cache.get(&key("a")).await.unwrap();
            assert_eq!((found.source(), found.content.as_str()), (Source::Service, "one"));
            assert_eq!(cache.stats().second_level_garbage, 1);
        });
    }
}
