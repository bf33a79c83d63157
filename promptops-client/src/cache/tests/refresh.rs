//! Expired entries: what is given meanwhile, and what becomes of them.

use std::time::Duration;

use voice_core::error::ErrorKind;

use super::super::*;
use super::support::*;

#[tokio::test(start_paused = true)]
async fn an_expired_prompt_is_given_at_once_and_refreshed_once_behind() {
    let (service, cache) = start();
    let key = key("greet");
    cache.get(&key).await.unwrap();
    pass(TTL).await;
    service.says("two");
    service.delays(SECOND * 60);
    for _ in 0..100 {
        let found = at_once(cache.get(&key)).await.unwrap();
        assert_eq!(
            (found.source(), found.content.as_str()),
            (Source::Stale, "one")
        );
    }
    pass(SECOND * 61).await;
    assert_eq!(service.loads(), 2);
    let found = cache.get(&key).await.unwrap();
    assert_eq!(
        (found.source(), found.content.as_str()),
        (Source::Memory, "two")
    );
    let stats = cache.stats();
    assert_eq!(
        (stats.refreshes, stats.refresh_errors, stats.stale_hits),
        (1, 0, 100)
    );
}

#[tokio::test(start_paused = true)]
async fn blocking_gives_the_new_one() {
    let (service, cache) = start();
    let key = key("greet");
    cache.get(&key).await.unwrap();
    pass(TTL).await;
    service.says("two");
    service.delays(SECOND);
    let blocking = GetOptions::new().refresh(RefreshMode::Blocking);
    assert_eq!(
        cache.get_with(&key, &blocking).await.unwrap().content,
        "two"
    );
    pass(TTL).await;
    service.becomes(Mood::Fails(ErrorKind::Unavailable));
    let kept = cache.get_with(&key, &blocking).await.unwrap();
    assert_eq!(
        (kept.source(), kept.content.as_str()),
        (Source::Stale, "two")
    );
    service.becomes(Mood::Hangs);
    let kept = at_once(cache.get_with(&key, &blocking)).await.unwrap();
    assert_eq!(kept.source(), Source::Stale, "it failed a moment ago");
}

#[tokio::test(start_paused = true)]
async fn staleness_is_bounded() {
    let (service, _) = start();
    let cache = builder(&service).max_stale(TTL).build().unwrap();
    let key = key("greet");
    cache.get(&key).await.unwrap();
    service.becomes(Mood::Fails(ErrorKind::Unavailable));
    pass(TTL * 2 - SECOND).await;
    assert_eq!(cache.get(&key).await.unwrap().source(), Source::Stale);
    pass(SECOND).await;
    assert!(cache.get(&key).await.is_err());
    let longer = GetOptions::new().max_stale(TTL * 2);
    assert_eq!(
        cache.get_with(&key, &longer).await.unwrap().source(),
        Source::Stale
    );
}

#[tokio::test(start_paused = true)]
async fn not_found_on_refresh_evicts() {
    let (service, cache) = start();
    let key = key("greet");
    cache.get(&key).await.unwrap();
    pass(TTL).await;
    service.becomes(Mood::Fails(ErrorKind::NotFound));
    assert_eq!(cache.get(&key).await.unwrap().source(), Source::Stale);
    settle().await;
    assert!(cache.get(&key).await.unwrap_err().is_not_found());
    let stats = cache.stats();
    assert_eq!((stats.size, stats.refresh_errors), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn any_other_failure_keeps_the_entry_and_is_counted() {
    for kind in [
        ErrorKind::Authentication,
        ErrorKind::RateLimited,
        ErrorKind::Permission,
        ErrorKind::Decode,
        ErrorKind::Server,
    ] {
        let (service, cache) = start();
        let key = key("greet");
        cache.get(&key).await.unwrap();
        pass(TTL).await;
        service.becomes(Mood::Fails(kind));
        for _ in 0..3 {
            assert_eq!(
                at_once(cache.get(&key)).await.unwrap().content,
                "one",
                "{kind}"
            );
            settle().await;
        }
        assert_eq!(
            cache.stats().refresh_errors,
            1,
            "it is left alone for a while"
        );
        pass(SECOND * 5).await;
        service.becomes(Mood::Well);
        service.says("two");
        cache.get(&key).await.unwrap();
        settle().await;
        assert_eq!(cache.get(&key).await.unwrap().content, "two");
    }
}

#[tokio::test(start_paused = true)]
async fn a_load_from_before_an_invalidation_does_not_bring_the_old_text_back() {
    let (service, cache) = start();
    service.delays(SECOND);
    let old = tokio::spawn({
        let cache = cache.clone();
        async move { cache.get(&key("greet")).await }
    });
    settle().await;
    service.says("two");
    cache.invalidate(&"greet".parse().unwrap()).await;
    assert_eq!(cache.get(&key("greet")).await.unwrap().content, "two");
    assert_eq!(
        old.await.unwrap().unwrap().content,
        "one",
        "its waiter asked before"
    );
    pass(SECOND).await;
    let kept = cache.get(&key("greet")).await.unwrap();
    assert_eq!(
        (kept.source(), kept.content.as_str()),
        (Source::Memory, "two")
    );
}

#[tokio::test(start_paused = true)]
async fn a_refresh_now_asks_now_even_while_a_load_is_under_way() {
    let (service, cache) = start();
    service.delays(SECOND);
    let old = tokio::spawn({
        let cache = cache.clone();
        async move { cache.get(&key("greet")).await.map(|_| ()) }
    });
    settle().await;
    service.says("two");
    assert_eq!(
        cache.refresh_now(&key("greet")).await.unwrap().content,
        "two"
    );
    old.await.unwrap().unwrap();
    assert_eq!(
        at_once(cache.get(&key("greet"))).await.unwrap().content,
        "two"
    );
    service.becomes(Mood::Fails(ErrorKind::Server));
    assert!(cache.refresh_now(&key("greet")).await.is_err());
    assert_eq!(cache.get(&key("greet")).await.unwrap().content, "two");
}

#[tokio::test(start_paused = true)]
async fn with_the_service_in_trouble_only_the_first_waits_and_no_longer_than_its_patience() {
    let service = Service::start();
    service.becomes(Mood::Hangs);
    let cache = builder(&service)
        .fallback(Fallback::text("mine"))
        .build()
        .unwrap();
    let before = voice_core::clock::SystemClock::shared();
    let start = before.now();
    assert!(cache.get(&key("a")).await.unwrap().is_fallback());
    let waited = before.now() - start;
    assert!(waited >= SECOND * 2 && waited < SECOND * 3, "{waited:?}");
    for id in ["a", "b", "c", "d"] {
        assert!(at_once(cache.get(&key(id))).await.unwrap().is_fallback());
    }
    settle().await;
    assert_eq!(service.loads(), 4, "it is asked all the same, behind");
    service.becomes(Mood::Well);
    cache.refresh_now(&key("a")).await.unwrap();
    assert_eq!(
        cache.get(&key("e")).await.unwrap().content,
        "one",
        "all is well again"
    );
}

#[tokio::test(start_paused = true)]
async fn no_patience_never_waits() {
    let (service, cache) = start();
    service.delays(SECOND);
    let options = GetOptions::new()
        .patience(Duration::ZERO)
        .fallback(Fallback::with(|key| {
            crate::models::Prompt::new(key.id().as_str(), "0", "lazy")
        }));
    let found = at_once(cache.get_with(&key("a"), &options)).await.unwrap();
    assert_eq!(
        (found.is_fallback(), found.content.as_str()),
        (true, "lazy")
    );
    pass(SECOND * 2).await;
    assert_eq!(
        cache.get_with(&key("a"), &options).await.unwrap().content,
        "one"
    );
}

#[test]
fn outside_a_runtime_an_expired_prompt_is_still_given() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let (service, cache) = runtime.block_on(async { start() });
    runtime
        .block_on(async { cache.get(&key("a")).await.map(|_| ()) })
        .unwrap();
    drop(runtime);
    let at_all = GetOptions::new().ttl(Duration::from_nanos(1));
    assert_eq!(
        cache.get_now(&key("a"), &at_all).unwrap().source(),
        Source::Stale
    );
    assert_eq!(service.loads(), 1);
}
