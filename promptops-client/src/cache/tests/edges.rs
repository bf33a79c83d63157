//! What lies at the edges of the rules: other accounts, other clocks, other callers' terms, a store that hangs.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use bytes::Bytes;
use voice_core::clock::{Clock, Sleep, SystemClock};
use voice_core::error::{Error, ErrorKind};
use voice_core::store::{CacheStore, MemoryCache, StoreError};

use super::super::*;
use super::support::*;
use crate::error::IdMismatch;
use crate::models::Prompt;
use crate::operations::GET_PROMPT;

fn store() -> Arc<MemoryCache> {
    Arc::new(MemoryCache::new(1_000, SystemClock::shared()))
}

fn with(
    service: &Arc<Service>,
    store: &Arc<MemoryCache>,
    clock: Calendar,
) -> PromptCacheBuilder<Prompt> {
    let store: Arc<dyn CacheStore> = store.clone();
    builder(service).second_level(store).clock(clock.ahead(0))
}

/// Keys often begin alike: `po_live_…`. What is shown of one is no account.
#[tokio::test(start_paused = true)]
async fn accounts_whose_keys_begin_alike_do_not_share_a_store() {
    let (service, store) = (Service::start(), store());
    let origin = "https://api.promptops.com";
    let scopes = ["po_live_aaaaaaaaaaaaaaaa", "po_live_bbbbbbbbbbbbbbbb"]
        .map(|credential| CacheScope::new(origin, credential));
    assert_ne!(scopes[0], scopes[1]);
    for (scope, text) in scopes.iter().zip(["one", "two"]) {
        service.says(text);
        let shared: Arc<dyn CacheStore> = store.clone();
        let cache = PromptCache::builder(scope.clone(), service.clone())
            .second_level(shared)
            .build()
            .unwrap();
        let found = cache
            .get(&cache.key("greet".parse().unwrap()))
            .await
            .unwrap();
        assert_eq!(found.content, text);
        settle().await;
    }
    let again = CacheScope::new(origin, "po_live_aaaaaaaaaaaaaaaa");
    assert_eq!(scopes[0], again, "the same in every process");
}

/// A calendar that goes with tokio's time and may be ahead of the others'.
#[derive(Debug, Clone, Copy)]
struct Calendar {
    since: Instant,
    ahead: Duration,
}

impl Calendar {
    fn start() -> Self {
        let since = SystemClock::default().now();
        Self {
            since,
            ahead: Duration::ZERO,
        }
    }

    fn ahead(mut self, seconds: u64) -> Arc<Self> {
        self.ahead = Duration::from_secs(seconds);
        Arc::new(self)
    }
}

impl Clock for Calendar {
    fn now(&self) -> Instant {
        SystemClock::default().now()
    }
    fn wall(&self) -> SystemTime {
        let passed = self.now().saturating_duration_since(self.since);
        UNIX_EPOCH + Duration::from_secs(1_700_000_000) + self.ahead + passed
    }
    fn sleep(&self, duration: Duration) -> Sleep {
        SystemClock::default().sleep(duration)
    }
    fn unit(&self) -> f64 {
        0.5
    }
}

#[tokio::test(start_paused = true)]
async fn what_comes_from_the_future_is_not_fresh_for_ever() {
    for (ahead, source) in [
        (1, Source::SecondLevel),
        (3_600, Source::Service),
        (10 * 86_400, Source::Service),
    ] {
        let (service, store) = (Service::start(), store());
        let clock = Calendar::start();
        let writer = with(&service, &store, clock).clock(clock.ahead(ahead));
        writer.build().unwrap().get(&key("a")).await.unwrap();
        settle().await;
        service.says("two");
        let reader = with(&service, &store, clock)
            .refresh(RefreshMode::Blocking)
            .build()
            .unwrap();
        let found = reader.get(&key("a")).await.unwrap();
        assert_eq!(found.source(), source, "{ahead} s ahead");
    }
}

/// Old in the store: one caller takes it, the other's terms forbid it.
#[tokio::test(start_paused = true)]
async fn who_joins_anothers_load_keeps_its_own_terms() {
    let clock = Calendar::start();
    let (service, store) = (Service::start(), store());
    with(&service, &store, clock)
        .build()
        .unwrap()
        .get(&key("a"))
        .await
        .unwrap();
    settle().await;
    pass(2 * TTL).await;
    service.says("two");
    service.delays(SECOND);
    let cache = with(&service, &store, clock).build().unwrap();
    let strict = GetOptions::new().ttl(SECOND).max_stale(Duration::ZERO);
    let (a, lenient) = (key("a"), GetOptions::new());
    let (first, second) = tokio::join!(cache.get_with(&a, &lenient), cache.get_with(&a, &strict));
    assert_eq!(first.unwrap().source(), Source::SecondLevel);
    let second = second.unwrap();
    assert_eq!(
        (&*second.content, second.source()),
        ("two", Source::Service)
    );
}

#[tokio::test(start_paused = true)]
async fn who_joins_anothers_load_gets_nothing_older_when_the_service_is_down() {
    let clock = Calendar::start();
    let (service, store) = (Service::start(), store());
    with(&service, &store, clock)
        .build()
        .unwrap()
        .get(&key("a"))
        .await
        .unwrap();
    settle().await;
    pass(2 * TTL).await;
    service.becomes(Mood::Fails(ErrorKind::Unavailable));
    let cache = with(&service, &store, clock).build().unwrap();
    let strict = GetOptions::new().ttl(SECOND).max_stale(Duration::ZERO);
    let (a, lenient) = (key("a"), GetOptions::new());
    let (first, second) = tokio::join!(cache.get_with(&a, &lenient), cache.get_with(&a, &strict));
    assert!(first.is_ok());
    assert_eq!(second.unwrap_err().kind(), ErrorKind::Unavailable);
}

/// What memory holds is too old to serve, what another process put into the store is not.
#[tokio::test(start_paused = true)]
async fn what_is_too_old_in_memory_does_not_stand_before_the_store() {
    let clock = Calendar::start();
    let (service, store) = (Service::start(), store());
    let build = || {
        with(&service, &store, clock)
            .max_stale(TTL)
            .refresh(RefreshMode::Blocking)
            .build()
            .unwrap()
    };
    let (one, other) = (build(), build());
    one.get(&key("a")).await.unwrap();
    settle().await;
    pass(TTL + SECOND).await;
    service.says("two");
    other.refresh_now(&key("a")).await.unwrap();
    settle().await;
    pass(TTL + SECOND).await;
    service.becomes(Mood::Fails(ErrorKind::Unavailable));
    let found = one.get(&key("a")).await.unwrap();
    assert_eq!(
        (&*found.content, found.source()),
        ("two", Source::SecondLevel)
    );
}

/// Takes orders and never answers.
#[derive(Debug)]
struct Hanging;

#[async_trait]
impl CacheStore for Hanging {
    async fn get(&self, _: &str) -> Result<Option<Bytes>, StoreError> {
        std::future::pending().await
    }
    async fn put(&self, _: &str, _: Bytes, _: Duration) -> Result<(), StoreError> {
        std::future::pending().await
    }
    async fn remove(&self, _: &str) -> Result<(), StoreError> {
        std::future::pending().await
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_that_hangs_holds_up_neither_a_warm_up_nor_those_who_wait_for_it() {
    let service = Service::start();
    let cache = builder(&service)
        .second_level(Arc::new(Hanging))
        .build()
        .unwrap();
    let keys: Vec<_> = (0..100).map(|n| key(&format!("p{n}"))).collect();
    let last = keys[99].clone();
    let before = SystemClock::default().now();
    let (report, found) = tokio::join!(cache.warmup(&keys), async {
        tokio::task::yield_now().await;
        let found = cache.get(&last).await;
        assert!(SystemClock::default().now() - before < SECOND / 2);
        found
    });
    assert!(report.is_complete() && found.is_ok());
    assert!(SystemClock::default().now() - before < SECOND);
}

/// Answers with another prompt for `odd`, slowly otherwise.
#[derive(Debug)]
struct Wild;

#[async_trait]
impl PromptLoader<Prompt> for Wild {
    async fn load(&self, key: &PromptKey) -> Result<Arc<Prompt>, Error> {
        if key.id().as_str() == "odd" {
            return Err(IdMismatch::new("odd", "odd-one").into_error(&GET_PROMPT));
        }
        pass(SECOND).await;
        Ok(Arc::new(Prompt::new(key.id().as_str(), "1.0.0", "true")))
    }
}

/// That one prompt is not what it should be says nothing about the service.
#[tokio::test(start_paused = true)]
async fn another_prompt_than_asked_for_is_no_trouble_of_the_service() {
    let bare = PromptCache::builder(scope(), Arc::new(Wild))
        .build()
        .unwrap();
    let error = bare.get(&key("odd")).await.unwrap_err();
    assert_eq!(IdMismatch::of(&error).unwrap().answered, "odd-one");
    let cache = PromptCache::builder(scope(), Arc::new(Wild))
        .fallback(Fallback::text("fallback"))
        .build()
        .unwrap();
    assert!(cache.get(&key("odd")).await.unwrap().is_fallback());
    assert_eq!(cache.get(&key("fine")).await.unwrap().content, "true");
}
