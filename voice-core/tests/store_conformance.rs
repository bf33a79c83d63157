//! One suite for each kind of store, on every implementation, and on flawed ones, which it must find out.
#![cfg(all(feature = "redis", feature = "testkit"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "test code, in real time"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use voice_core::clock::{SharedClock, SystemClock};
use voice_core::limits::{Limiter, RateLimiter};
use voice_core::store::redis::{
    RedisCapacity, RedisConnection, RedisDedup, RedisLimiter, RedisOptions,
};
use voice_core::store::{
    CapacityStore, DedupStore, GuardedCapacity, GuardedDedup, MemoryCapacity, MemoryDedup,
    StoreState, WhenDown,
};
use voice_core::testkit::RedisServer;
use voice_core::testkit::conformance::{LimiterFixture, capacity_store, dedup_store, rate_limiter};

fn clock() -> SharedClock {
    SystemClock::shared()
}

async fn server() -> RedisServer {
    RedisServer::start().await.expect("a redis-server")
}

fn connection(server: &RedisServer) -> RedisConnection {
    RedisConnection::open(RedisOptions::parse(&server.url()).unwrap()).unwrap()
}

/// Three of one fleet, each with a connection of its own.
fn fleet<S: ?Sized>(server: &RedisServer, make: impl Fn(RedisConnection) -> Arc<S>) -> Vec<Arc<S>> {
    (0..3).map(|_| make(connection(server))).collect()
}

#[tokio::test(start_paused = true)]
async fn dedup_in_memory() {
    let store: Arc<dyn DedupStore> = Arc::new(MemoryDedup::new(clock()));
    dedup_store(std::slice::from_ref(&store), &clock()).await;
    dedup_store(&[store], &clock()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dedup_in_memory_on_many_threads() {
    let store: Arc<dyn DedupStore> = Arc::new(MemoryDedup::new(clock()));
    dedup_store(&[store], &clock()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dedup_on_redis() {
    let server = server().await;
    let stores = fleet(&server, |redis| {
        Arc::new(RedisDedup::new(redis)) as Arc<dyn DedupStore>
    });
    dedup_store(&stores, &clock()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dedup_on_redis_guarded() {
    let server = server().await;
    for when_down in [WhenDown::Local, WhenDown::FailOpen, WhenDown::FailClosed] {
        let guards: Vec<_> = fleet(&server, |redis| {
            let store = Arc::new(RedisDedup::new(redis));
            Arc::new(GuardedDedup::new(store, when_down, clock()))
        });
        let stores: Vec<_> = guards
            .iter()
            .map(|guard| Arc::clone(guard) as Arc<dyn DedupStore>)
            .collect();
        dedup_store(&stores, &clock()).await;
        for guard in guards {
            let stats = guard.stats();
            assert_eq!(stats.state, StoreState::Up);
            assert_eq!((stats.failures, stats.fallbacks, stats.owed), (0, 0, 0));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn capacity_in_memory() {
    let store: Arc<dyn CapacityStore> = Arc::new(MemoryCapacity::new(clock()));
    capacity_store(std::slice::from_ref(&store), &clock()).await;
    capacity_store(&[store], &clock()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn capacity_on_redis() {
    let server = server().await;
    let stores = fleet(&server, |redis| {
        Arc::new(RedisCapacity::new(redis)) as Arc<dyn CapacityStore>
    });
    capacity_store(&stores, &clock()).await;
    let left = server.tell("EXISTS voice:capacity:{cap}:g").await.unwrap();
    assert_eq!(left, ":0", "nothing is left behind");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn capacity_on_redis_guarded() {
    let server = server().await;
    for when_down in [WhenDown::Local, WhenDown::FailOpen, WhenDown::FailClosed] {
        let guards = fleet(&server, |redis| {
            let store = Arc::new(RedisCapacity::new(redis));
            Arc::new(GuardedCapacity::new(store, when_down, clock()).share(3))
        });
        let stores: Vec<_> = guards
            .iter()
            .map(|guard| Arc::clone(guard) as Arc<dyn CapacityStore>)
            .collect();
        capacity_store(&stores, &clock()).await;
        for guard in guards {
            let stats = guard.stats();
            assert_eq!((stats.failures, stats.fallbacks, stats.owed), (0, 0, 0));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn limiter_in_memory() {
    let make = |per_second: u32, burst| {
        let builder = Limiter::builder()
            .per_minute(per_second * 60)
            .burst(burst)
            .margin(std::time::Duration::ZERO);
        let limiter = builder.build().unwrap();
        vec![
            Arc::new(limiter.clone()) as Arc<dyn RateLimiter>,
            Arc::new(limiter),
        ]
    };
    rate_limiter(&LimiterFixture::new(make, clock())).await;
}

/// Makes fleets of three on one server, each with a name of its own.
fn shared_limiters(server: &RedisServer) -> LimiterFixture {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let url = server.url();
    let make = move |per_second, burst| {
        let name = COUNT.fetch_add(1, Ordering::Relaxed).to_string();
        (0..3)
            .map(|_| {
                let redis = RedisConnection::open(RedisOptions::parse(&url).unwrap()).unwrap();
                let builder = RedisLimiter::builder(redis, &name).per_second(per_second);
                Arc::new(builder.burst(burst).build().unwrap()) as Arc<dyn RateLimiter>
            })
            .collect()
    };
    LimiterFixture::new(make, clock())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn limiter_on_redis() {
    let server = server().await;
    rate_limiter(&shared_limiters(&server)).await;
}

#[path = "common/flawed_stores.rs"]
mod flawed;

/// Whether the suite found a flaw, and what it said.
async fn complaint(suite: impl Future<Output = ()> + Send + 'static) -> Option<String> {
    let panic = tokio::spawn(suite).await.err()?.into_panic();
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
}

#[tokio::test(start_paused = true)]
async fn flawed_dedup_stores_are_found_out() {
    for (flaw, said) in [
        (flawed::Dedup::LooksThenWrites, "exactly one wins"),
        (flawed::Dedup::LateCompletes, "too late does not complete"),
        (flawed::Dedup::ForgetsDone, "done is done"),
        (flawed::Dedup::AnybodyReleases, "another has is not held"),
    ] {
        let store: Arc<dyn DedupStore> = Arc::new(flawed::FlawedDedup::new(flaw, clock()));
        let suite = async move { dedup_store(&[store], &clock()).await };
        let found = complaint(suite).await.unwrap_or_default();
        assert!(found.contains(said), "{flaw:?}: {found}");
    }
}

#[tokio::test(start_paused = true)]
async fn flawed_capacity_stores_are_found_out() {
    for (flaw, said) in [
        (flawed::Capacity::LooksThenTakes, "reached and kept"),
        (
            flawed::Capacity::LastLeaseExpiresAll,
            "no longer one with it",
        ),
        (flawed::Capacity::CountsTwice, "takes no second place"),
        (flawed::Capacity::RenewsTheLost, "not renewed"),
    ] {
        let store: Arc<dyn CapacityStore> = Arc::new(flawed::FlawedCapacity::new(flaw, clock()));
        let suite = async move { capacity_store(&[store], &clock()).await };
        let found = complaint(suite).await.unwrap_or_default();
        assert!(found.contains(said), "{flaw:?}: {found}");
    }
}

#[tokio::test(start_paused = true)]
async fn flawed_limiters_are_found_out() {
    for (flaw, said) in [
        (flawed::Limit::WholeRateAtOnce, "more than the burst"),
        (flawed::Limit::EachItsOwn, "more than the burst"),
        (flawed::Limit::Deaf, "asked to wait"),
        (flawed::Limit::Lazy, "the rate is used"),
        (flawed::Limit::KeepsAll, "given back can be had"),
    ] {
        let fixture = LimiterFixture::new(move |n, b| flawed::limiters(flaw, n, b), clock());
        let suite = async move { rate_limiter(&fixture).await };
        let found = complaint(suite).await.unwrap_or_default();
        assert!(found.contains(said), "{flaw:?}: {found}");
    }
}
