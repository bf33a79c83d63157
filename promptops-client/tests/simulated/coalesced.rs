//! One key, one request.

use futures_util::future::join_all;
use promptops_client::cache::Source;

use super::support::*;

#[tokio::test(start_paused = true)]
async fn a_thousand_misses_of_one_key_make_one_request() {
    let builder = promptops_client::testkit::PromptOpsSimulator::builder();
    let world = World::with(builder.latency(SECOND)).await;
    world.sim.add("greet", "1.0.0", "Hello");
    let cache = world.cache().build().unwrap();
    let readers = (0..1000).map(|_| {
        let cache = cache.clone();
        tokio::spawn(async move { cache.get(&key("greet")).await.unwrap().content.clone() })
    });
    for text in join_all(readers).await {
        assert_eq!(text.unwrap(), "Hello");
    }
    assert_eq!(world.sim.requests("prompts.get"), 1);
    assert_eq!(
        cache.get(&key("greet")).await.unwrap().source(),
        Source::Memory
    );
}

#[tokio::test(start_paused = true)]
async fn a_thousand_expired_reads_make_one_refresh() {
    let world = World::new().await;
    world.sim.add("greet", "1.0.0", "Hello");
    let cache = world.cache().build().unwrap();
    cache.get(&key("greet")).await.unwrap();
    world.pass(301 * SECOND).await;
    let wanted = key("greet");
    for found in join_all((0..1000).map(|_| cache.get(&wanted))).await {
        assert_eq!(found.unwrap().content, "Hello");
    }
    settle().await;
    assert_eq!(world.sim.requests("prompts.get"), 2);
}
