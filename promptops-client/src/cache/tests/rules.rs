//! Keys, times, sizes, numbers.

use proptest::prelude::*;
use std::time::Duration;
use voice_core::clock::{Clock, SystemClock};
use voice_core::error::ErrorKind;

use super::super::memory::{self, Freshness, Terms};
use super::super::*;
use super::support::*;

#[tokio::test(start_paused = true)]
async fn a_fresh_hit_is_given_at_once_until_its_time_is_over() {
    let (service, cache) = start();
    let key = key("greet");
    assert_eq!(cache.get(&key).await.unwrap().source(), Source::Service);
    pass(TTL - SECOND).await;
    let hit = at_once(cache.get(&key)).await.unwrap();
    assert_eq!(
        (hit.source(), hit.content.as_str()),
        (Source::Memory, "one")
    );
    assert_eq!(hit.age().as_secs(), 299);
    assert_eq!(service.loads(), 1);
    pass(SECOND).await;
    assert_eq!(cache.get(&key).await.unwrap().source(), Source::Stale);
}

#[tokio::test(start_paused = true)]
async fn every_part_of_the_key_counts() {
    let (service, cache) = start();
    let base = || key("greet");
    let other = CacheScope::new("https://api.promptops.com", "po_xyz999def456ghi789jkl012");
    let elsewhere = CacheScope::new("https://staging", "po_abc123def456ghi789jkl012");
    let keys = [
        base(),
        key("greet-v"),
        base().version(VersionSelector::exact("1.0.0")),
        base().version(VersionSelector::exact("1.0.1")),
        base().for_model("openai", "gpt-4"),
        base().for_model("anthropic", "gpt-4"),
        base().for_model("openai", "gpt-5"),
        base().in_project("p".parse().unwrap()),
        PromptKey::new(other, "greet".parse().unwrap()),
        PromptKey::new(elsewhere, "greet".parse().unwrap()),
    ];
    for key in keys.iter().chain(&keys) {
        cache.get(key).await.unwrap();
    }
    assert_eq!(service.loads(), keys.len());
    let stats = cache.stats();
    assert_eq!((stats.hits, stats.misses), (10, 10));
}

#[tokio::test(start_paused = true)]
async fn no_time_asks_always_and_a_failure_is_not_hidden_by_what_is_cached() {
    let (service, cache) = start();
    let key = key("greet");
    cache.get(&key).await.unwrap();
    let fresh = GetOptions::new().ttl(Duration::ZERO);
    service.says("two");
    let asked = cache.get_with(&key, &fresh).await.unwrap();
    assert_eq!(
        (asked.source(), asked.content.as_str()),
        (Source::Service, "two")
    );
    assert_eq!(
        cache.get(&key).await.unwrap().content,
        "one",
        "it kept nothing"
    );
    service.becomes(Mood::Fails(ErrorKind::Unavailable));
    let error = cache.get_with(&key, &fresh).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    let with = fresh.fallback(Fallback::text("mine"));
    let fallback = cache.get_with(&key, &with).await.unwrap();
    assert!(fallback.is_fallback());
    assert_eq!(
        (fallback.content.as_str(), fallback.version.as_str()),
        ("mine", "0")
    );
    let stats = cache.stats();
    assert_eq!((stats.bypasses, stats.misses, stats.hits), (3, 1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_call_may_have_its_own_time_and_a_version_lives_longer() {
    let service = Service::start();
    let cache = builder(&service).pinned_ttl(TTL * 10).build().unwrap();
    let (latest, pinned) = (key("a"), key("a").version(VersionSelector::exact("v1")));
    cache.get(&latest).await.unwrap();
    cache.get(&pinned).await.unwrap();
    pass(TTL * 2).await;
    assert_eq!(cache.get(&pinned).await.unwrap().source(), Source::Memory);
    let long = GetOptions::new().ttl(TTL * 3);
    let short = GetOptions::new().ttl(TTL);
    assert_eq!(
        cache.get_with(&latest, &long).await.unwrap().source(),
        Source::Memory
    );
    assert_eq!(
        cache.get_with(&latest, &short).await.unwrap().source(),
        Source::Stale
    );
}

#[tokio::test(start_paused = true)]
async fn the_least_recently_used_goes_first_and_is_counted() {
    let service = Service::start();
    let cache = builder(&service).max_size(2).build().unwrap();
    let (a, b, c) = (key("a"), key("b"), key("c"));
    // `a` would be the first to expire, and is used most.
    for key in [&a, &b, &a, &c, &a] {
        cache.get(key).await.unwrap();
        pass(SECOND).await;
    }
    assert_eq!(service.loads(), 3);
    let stats = cache.stats();
    assert_eq!((stats.evictions, stats.size, stats.max_size), (1, 2, 2));
    assert!(cache.get_now(&b, &GetOptions::new()).is_none());
}

#[tokio::test(start_paused = true)]
async fn a_size_of_zero_keeps_nothing_and_still_shares_loads() {
    let service = Service::start();
    service.delays(SECOND);
    let cache = builder(&service).max_size(0).build().unwrap();
    let key = key("a");
    let (one, other) = tokio::join!(cache.get(&key), cache.get(&key));
    assert!(one.is_ok() && other.is_ok());
    assert_eq!(service.loads(), 1);
    cache.get(&key).await.unwrap();
    assert_eq!((service.loads(), cache.stats().size), (2, 0));
}

#[tokio::test(start_paused = true)]
async fn invalidation_takes_all_selectors_of_exactly_one_id() {
    let (service, cache) = start();
    let keys = [
        key("a"),
        key("a").version(VersionSelector::exact("1.0.0")),
        key("a").for_model("openai", "gpt-4"),
        key("a").in_project("p".parse().unwrap()),
    ];
    let others = [key("ab"), key("a-v"), key("b")];
    for key in keys.iter().chain(&others) {
        cache.get(key).await.unwrap();
    }
    assert_eq!(cache.invalidate(&"a".parse().unwrap()).await, 4);
    for key in &others {
        assert!(cache.get_now(key, &GetOptions::new()).is_some());
    }
    for key in &keys {
        assert!(cache.get_now(key, &GetOptions::new()).is_none());
    }
    assert_eq!(service.loads(), 7);
    cache.invalidate_key(&others[0]).await;
    assert_eq!(cache.stats().size, 2);
    cache.clear().await;
    assert_eq!(cache.stats().size, 0);
}

#[tokio::test(start_paused = true)]
async fn the_hit_rate_is_zero_without_traffic() {
    let (_, cache) = start();
    assert_eq!(cache.stats().hit_rate(), 0.0);
    let key = key("a");
    for _ in 0..4 {
        cache.get(&key).await.unwrap();
    }
    assert_eq!(cache.stats().hit_rate(), 0.75);
}

#[test]
fn wrong_settings_are_refused_when_the_cache_is_built() {
    let service = Service::start();
    let error = builder(&service).load_timeout(Duration::ZERO).build();
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Config);
    let error = builder(&service)
        .snapshot("/", crate::snapshot::SnapshotScope::Exact)
        .build();
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Config);
}

#[tokio::test]
async fn neither_key_nor_text_shows_in_debug() {
    let (_, cache) = start();
    let found = cache.get(&key("greet")).await.unwrap();
    let shown = format!(
        "{cache:?} {found:?} {:?} {:?}",
        key("greet"),
        GetOptions::new().fallback(Fallback::text("one"))
    );
    assert!(
        !shown.contains("def456") && !shown.contains("\"one\""),
        "{shown}"
    );
}

proptest! {
    #[test]
    fn an_age_is_fresh_then_stale_then_dead(ttl in 1..1_000_u64, stale in 0..1_000_u64, age in 0..3_000_u64) {
        let seconds = Duration::from_secs;
        let terms = Terms { ttl: seconds(ttl), max_stale: seconds(stale), negative_ttl: Duration::ZERO };
        let expected = if age < ttl { Freshness::Fresh } else if age < ttl + stale { Freshness::Stale } else { Freshness::Dead };
        prop_assert_eq!(terms.judge(seconds(age)), expected);
    }

    #[test]
    fn memory_is_never_larger_than_its_bound_and_the_newest_is_always_there(
        size in 1..6_usize, ids in prop::collection::vec("[a-h]", 1..40),
    ) {
        let memory = memory::Memory::new(size);
        let clock = SystemClock::default();
        let terms = Terms { ttl: TTL, max_stale: TTL, negative_ttl: Duration::ZERO };
        let mut recent: Vec<&str> = Vec::new();
        for id in &ids {
            memory.put(key(id), std::sync::Arc::new(()), Duration::ZERO, clock.now());
            recent.retain(|other| other != id);
            recent.insert(0, id);
            recent.truncate(size);
            prop_assert_eq!(memory.len(), recent.len());
        }
        for id in "abcdefgh".chars().map(String::from) {
            let found = !matches!(memory.look(&key(&id), clock.now(), &terms), memory::Found::Nothing);
            prop_assert_eq!(found, recent.contains(&id.as_str()));
        }
    }
}
