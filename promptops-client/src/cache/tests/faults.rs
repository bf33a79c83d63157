//! What the reference clients do wrong, one test for each.

use std::time::Duration;

use voice_core::error::ErrorKind;

use super::super::*;
use super::support::*;

/// The key of their render cache leaves out provider and model.
#[tokio::test(start_paused = true)]
async fn render_cache_ignores_provider_and_model() {
    let (service, cache) = start();
    cache
        .get(&key("a").for_model("openai", "gpt-4"))
        .await
        .unwrap();
    service.says("for claude");
    let other = cache
        .get(&key("a").for_model("anthropic", "claude"))
        .await
        .unwrap();
    assert_eq!(other.content, "for claude");
}

/// Their writes clear the whole cache.
#[tokio::test(start_paused = true)]
async fn writes_clear_the_whole_cache() {
    let (_, cache) = start();
    cache.warmup(&[key("a"), key("b")]).await;
    cache.invalidate(&"a".parse().unwrap()).await;
    assert_eq!(
        at_once(cache.get(&key("b"))).await.unwrap().source(),
        Source::Memory
    );
}

/// Their `clearCache(id)` never matches, since its keys are hashed.
#[tokio::test(start_paused = true)]
async fn clear_cache_of_an_id_never_matches() {
    let (service, cache) = start();
    cache.get(&key("a")).await.unwrap();
    assert_eq!(cache.invalidate(&"a".parse().unwrap()).await, 1);
    service.says("two");
    assert_eq!(cache.get(&key("a")).await.unwrap().content, "two");
}

/// They take a time of zero for the default.
#[tokio::test(start_paused = true)]
async fn ttl_zero_means_the_default() {
    let service = Service::start();
    let cache = builder(&service).ttl(Duration::ZERO).build().unwrap();
    for _ in 0..3 {
        cache.get(&key("a")).await.unwrap();
    }
    assert_eq!(service.loads(), 3);
}

/// They evict what expires first.
#[tokio::test(start_paused = true)]
async fn eviction_takes_the_smallest_expiry() {
    let service = Service::start();
    let cache = builder(&service).max_size(2).build().unwrap();
    cache.get(&key("old")).await.unwrap();
    pass(SECOND).await;
    cache.get(&key("new")).await.unwrap();
    cache.get(&key("old")).await.unwrap();
    cache.get(&key("third")).await.unwrap();
    assert!(cache.get_now(&key("old"), &GetOptions::new()).is_some());
    assert!(cache.get_now(&key("new"), &GetOptions::new()).is_none());
}

/// Users of such services: stale text for ever after a label was removed.
#[tokio::test(start_paused = true)]
async fn stale_for_ever_after_removal() {
    let (service, cache) = start();
    cache.get(&key("a")).await.unwrap();
    service.becomes(Mood::Fails(ErrorKind::NotFound));
    pass(TTL).await;
    cache.get(&key("a")).await.unwrap();
    settle().await;
    assert!(cache.get(&key("a")).await.unwrap_err().is_not_found());
}

/// Users of such services: a refresh thread that is dead after a fork, or in another runtime.
#[test]
fn a_refresh_thread_that_died() {
    let run = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
    };
    let first = run();
    let (service, cache) = first.block_on(async {
        let (service, cache) = start();
        cache.get(&key("a")).await.unwrap();
        (service, cache)
    });
    // A refresh is under way when its runtime goes.
    let at_all = GetOptions::new().ttl(Duration::from_nanos(1));
    service.becomes(Mood::Hangs);
    first
        .block_on(async { cache.get_with(&key("a"), &at_all).await.map(|_| ()) })
        .unwrap();
    drop(first);
    service.becomes(Mood::Well);
    service.says("two");
    run().block_on(async {
        cache.get_with(&key("a"), &at_all).await.unwrap();
        pass(Duration::from_millis(20)).await;
        assert_eq!(cache.get(&key("a")).await.unwrap().content, "two");
    });
}
