//! With the service down, slow, or answering garbage, prompts are there: from memory, from the file, from the fallback.

use std::time::Duration;

use promptops_client::cache::{Fallback, Source};
use promptops_client::snapshot::SnapshotScope;
use promptops_client::testkit::Outage;

use super::support::*;

const OUTAGES: [Outage; 5] = [
    Outage::Down,
    Outage::Garbage,
    Outage::Cut,
    Outage::Slow(Duration::from_secs(40)),
    Outage::Hang,
];

#[tokio::test(start_paused = true)]
async fn a_warmed_cache_answers_at_once_through_any_outage() {
    for outage in OUTAGES {
        let world = World::new().await;
        world.sim.add("greet", "1.0.0", "Hello");
        let cache = world.cache().build().unwrap();
        assert!(cache.warmup(&[key("greet")]).await.is_complete());
        world.sim.set_outage(outage);
        world.pass(301 * SECOND).await;
        // An hour of reads, one each 30 s, with refreshes failing behind them.
        for _ in 0..120 {
            let found = world.at_once(cache.get(&key("greet"))).await.unwrap();
            assert_eq!(
                (found.source(), &*found.content),
                (Source::Stale, "Hello"),
                "{outage:?}"
            );
            world.pass(30 * SECOND).await;
        }
        assert!(cache.stats().refresh_errors > 0, "{outage:?}");

        world.sim.set_outage(Outage::None);
        world.sim.add("greet", "1.0.0", "Hello again");
        world.pass(200 * SECOND).await;
        cache.get(&key("greet")).await.unwrap();
        world.pass(200 * SECOND).await;
        let found = cache.get(&key("greet")).await.unwrap();
        assert_eq!(found.content, "Hello again", "{outage:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_cold_start_lives_on_the_snapshot() {
    for outage in OUTAGES {
        let (world, folder) = (World::new().await, Folder::new());
        world.sim.add("greet", "1.0.0", "Hello");
        let with_file = || world.cache().snapshot(folder.file(), SnapshotScope::Exact);
        let first = with_file().build().unwrap();
        first.get(&key("greet")).await.unwrap();
        assert_eq!(first.save_snapshot().await.unwrap(), 1);
        drop(first);

        world.sim.set_outage(outage);
        let impatient = with_file().patience(Duration::ZERO).build().unwrap();
        let found = world.at_once(impatient.get(&key("greet"))).await.unwrap();
        assert_eq!(
            (found.source(), &*found.content),
            (Source::Snapshot, "Hello")
        );

        let patient = with_file().build().unwrap();
        let before = world.clock.elapsed();
        assert_eq!(patient.get(&key("greet")).await.unwrap().content, "Hello");
        assert!(world.clock.elapsed() - before <= 2 * SECOND + Duration::from_millis(5));
        for _ in 0..10 {
            let found = world.at_once(patient.get(&key("greet"))).await.unwrap();
            assert_eq!(found.content, "Hello", "{outage:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn without_anything_else_the_fallback_answers_and_says_so() {
    for outage in OUTAGES {
        let world = World::new().await;
        world.sim.set_outage(outage);
        let cache = world
            .cache()
            .fallback(Fallback::text("How can I help?"))
            .patience(Duration::ZERO)
            .build()
            .unwrap();
        for _ in 0..3 {
            let found = world.at_once(cache.get(&key("greet"))).await.unwrap();
            assert!(found.is_fallback());
            assert_eq!((&*found.content, &*found.version), ("How can I help?", "0"));
        }
    }
}
