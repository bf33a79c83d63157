//! What changes at the service changes here.

use promptops_client::cache::{GetOptions, RefreshMode, Source, VersionSelector};
use promptops_client::testkit::Outage;
use voice_core::error::ErrorKind;

use super::support::*;

#[tokio::test(start_paused = true)]
async fn a_removed_prompt_is_forgotten_by_the_next_refresh() {
    let world = World::new().await;
    world.sim.add("greet", "1.0.0", "Hello");
    let cache = world.cache().build().unwrap();
    cache.get(&key("greet")).await.unwrap();
    world.sim.remove_prompt("greet");
    assert_eq!(
        cache.get(&key("greet")).await.unwrap().source(),
        Source::Memory
    );
    world.pass(301 * SECOND).await;
    assert_eq!(
        cache.get(&key("greet")).await.unwrap().source(),
        Source::Stale
    );
    settle().await;
    for _ in 0..2 {
        let error = cache.get(&key("greet")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
    }
    world.sim.add("greet", "1.0.0", "Hello again");
    assert_eq!(
        cache.get(&key("greet")).await.unwrap().content,
        "Hello again"
    );
}

#[tokio::test(start_paused = true)]
async fn a_pinned_version_stays_and_the_latest_moves() {
    let world = World::new().await;
    world.sim.add("greet", "1.0.0", "one");
    let cache = world
        .cache()
        .refresh(RefreshMode::Blocking)
        .build()
        .unwrap();
    let pinned = key("greet").version(VersionSelector::exact("v1.0.0"));
    let texts = async || {
        let latest = cache.get(&key("greet")).await.unwrap();
        let pinned = cache.get(&pinned).await.unwrap();
        (latest.content.clone(), pinned.content.clone())
    };
    assert_eq!(texts().await, ("one".to_owned(), "one".to_owned()));
    world.sim.add("greet", "1.1.0", "two");
    world.pass(301 * SECOND).await;
    assert_eq!(texts().await, ("two".to_owned(), "one".to_owned()));
    world.sim.remove_version("greet", "1.1.0");
    assert_eq!(
        cache.refresh_now(&key("greet")).await.unwrap().content,
        "one"
    );
}

#[tokio::test(start_paused = true)]
async fn a_refresh_that_is_rate_limited_keeps_what_is_there() {
    let builder = promptops_client::testkit::PromptOpsSimulator::builder();
    let world = World::with(builder.limits(1, 100, 100)).await;
    world.sim.add("greet", "1.0.0", "Hello");
    let cache = world.cache().build().unwrap();
    cache.get(&key("greet")).await.unwrap();
    let at_once = GetOptions::new().ttl(SECOND);
    world.pass(2 * SECOND).await;
    for _ in 0..5 {
        let found = world.at_once(cache.get_with(&key("greet"), &at_once)).await;
        assert_eq!(found.unwrap().content, "Hello");
        settle().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_time_to_live_of_zero_asks_each_time_and_shows_the_failure() {
    let world = World::new().await;
    world.sim.add("greet", "1.0.0", "Hello");
    let cache = world.cache().build().unwrap();
    let fresh = GetOptions::new().ttl(std::time::Duration::ZERO);
    for asked in 1..=3 {
        cache.get_with(&key("greet"), &fresh).await.unwrap();
        assert_eq!(world.sim.requests("prompts.get"), asked);
    }
    world.sim.set_outage(Outage::Down);
    let error = cache.get_with(&key("greet"), &fresh).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
}
