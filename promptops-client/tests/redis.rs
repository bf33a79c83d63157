//! The cache over a real Redis: shared by processes, through outages, restarts and garbage.
#![cfg(feature = "redis")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "test code, in real time"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use promptops_client::cache::{CacheScope, PromptCache, PromptKey, PromptLoader, Source};
use promptops_client::models::Prompt;
use voice_core::breaker::BreakerSettings;
use voice_core::error::Error;
use voice_core::store::redis::{RedisCache, RedisConnection, RedisOptions};
use voice_core::testkit::RedisServer;

#[derive(Debug, Default)]
struct Service(AtomicUsize);

#[async_trait::async_trait]
impl PromptLoader<Prompt> for Service {
    async fn load(&self, key: &PromptKey) -> Result<Arc<Prompt>, Error> {
        let count = self.0.fetch_add(1, Ordering::SeqCst) + 1;
        let text = format!("load {count}");
        Ok(Arc::new(Prompt::new(key.id().as_str(), "1.0.0", text)))
    }
}

async fn server() -> RedisServer {
    RedisServer::start().await.expect("a redis-server")
}

/// A process of its own: its memory, its connection.
fn process(server: &RedisServer, service: &Arc<Service>) -> PromptCache {
    let options = RedisOptions::parse(&server.url())
        .unwrap()
        .prefix("promptops:")
        .unwrap()
        .breaker(BreakerSettings::new(3, Duration::from_millis(100)));
    let store = RedisCache::new(RedisConnection::open(options).unwrap());
    let scope = CacheScope::new("https://api.promptops.com", "po_abc123def456ghi789jkl012");
    PromptCache::builder(scope, service.clone())
        .second_level(Arc::new(store))
        .build()
        .unwrap()
}

async fn pause(millis: u64) {
    tokio::time::sleep(Duration::from_millis(millis)).await;
}

fn key(cache: &PromptCache, id: &str) -> PromptKey {
    cache.key(id.parse().unwrap())
}

#[tokio::test]
async fn a_fleet_loads_a_prompt_once_and_forgets_it_together() {
    let (server, service) = (server().await, Arc::new(Service::default()));
    let one = process(&server, &service);
    let a = key(&one, "a");
    one.get(&a).await.unwrap();
    one.get(&key(&one, "ab")).await.unwrap();
    pause(50).await;
    for _ in 0..3 {
        let found = process(&server, &service).get(&a).await.unwrap();
        assert_eq!(
            (found.source(), found.content.as_str()),
            (Source::SecondLevel, "load 1")
        );
    }
    server.tell("SET foreign 1").await.unwrap();
    one.invalidate(a.id()).await;
    pause(5).await;
    let fresh = process(&server, &service).get(&a).await.unwrap();
    assert_eq!(fresh.content, "load 3");
    let other = process(&server, &service);
    let ab = key(&other, "ab");
    assert_eq!(other.get(&ab).await.unwrap().content, "load 2");
    other.clear().await;
    pause(5).await;
    let fresh = process(&server, &service).get(&ab).await.unwrap();
    assert_eq!(fresh.content, "load 4");
    let foreign = server.tell("EXISTS foreign").await.unwrap();
    assert_eq!(foreign, ":1", "nothing was flushed");
}

#[tokio::test]
async fn an_outage_in_the_middle_fails_no_request_and_a_restart_is_used_again() {
    let (mut server, service) = (server().await, Arc::new(Service::default()));
    let cache = process(&server, &service);
    cache.get(&key(&cache, "a")).await.unwrap();
    server.stop();
    let start = Instant::now();
    for n in 0..50 {
        cache.get(&key(&cache, "a")).await.unwrap();
        cache.get(&key(&cache, &format!("p{n}"))).await.unwrap();
    }
    assert!(start.elapsed() < Duration::from_secs(3));
    assert!(cache.stats().second_level_errors > 0);
    server.restart().await.unwrap();
    pause(150).await;
    // The first one is the probe, and alone.
    cache.get(&key(&cache, "probe")).await.unwrap();
    pause(50).await;
    cache.get(&key(&cache, "later")).await.unwrap();
    pause(50).await;
    let other = process(&server, &service);
    let found = other.get(&key(&other, "later")).await.unwrap();
    assert_eq!(found.source(), Source::SecondLevel);
}

#[tokio::test]
async fn garbage_and_a_server_that_hangs_are_misses_and_counted() {
    let (server, service) = (server().await, Arc::new(Service::default()));
    let one = process(&server, &service);
    let a = key(&one, "a");
    one.get(&a).await.unwrap();
    pause(50).await;
    // Whatever is there now holds no prompt any more.
    let script = "EVAL \"for _, k in ipairs(redis.call('KEYS', 'promptops:cache:{prompt:*')) do \
                  redis.call('SET', k, 'garbage') end return 1\" 0";
    assert_eq!(server.tell(script).await.unwrap(), ":1");
    let other = process(&server, &service);
    assert_eq!(other.get(&a).await.unwrap().content, "load 2");
    assert_eq!(other.stats().second_level_garbage, 1);
    pause(50).await;
    server.tell("CLIENT PAUSE 2000 ALL").await.unwrap();
    let third = process(&server, &service);
    let start = Instant::now();
    assert_eq!(third.get(&a).await.unwrap().source(), Source::Service);
    assert!(start.elapsed() < Duration::from_millis(1_500));
    assert!(third.stats().second_level_errors > 0);
}

#[tokio::test]
async fn neither_the_account_nor_the_id_is_in_a_redis_key() {
    let (server, service) = (server().await, Arc::new(Service::default()));
    let cache = process(&server, &service);
    let named = key(&cache, "confidential-name");
    cache.get(&named).await.unwrap();
    pause(50).await;
    let count = |pattern: &str| format!("EVAL \"return #redis.call('KEYS', '{pattern}')\" 0");
    for (pattern, expected) in [
        ("promptops:cache:{prompt:*}", ":1"),
        ("*", ":1"),
        ("*po_abc*", ":0"),
        ("*confidential*", ":0"),
    ] {
        assert_eq!(server.tell(&count(pattern)).await.unwrap(), expected);
    }
}
