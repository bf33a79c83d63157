//! How much of a provider's limit a client uses, and how often it is refused, under paused time: the whole pipeline against
//! a provider that enforces its limit exactly, with a queue that is never empty.
//!
//! The bar: at least 98 % of what is allowed, and fewer than 0.5 % of the answers refused. `benchmarks/GOODPUT.md` has the
//! full table, also of the cases that no client can meet.
#![cfg(all(feature = "redis", feature = "testkit"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and may look at the clock"
)]

mod common;

use std::sync::Arc;
use std::time::Duration;

use common::{GET, SEC, Sample};
use voice_core::client::{Client, ClientOptions};
use voice_core::clock::SharedClock;
use voice_core::limits::{Limiter, RateLimiter};
use voice_core::store::redis::{MemoryBucket, RedisLimiter};
use voice_core::testkit::{
    Goodput, LimitHeaders, LimitKind, LimitedProvider, RetryAfter, TestClock, saturate,
};
use voice_core::transport::BaseUrl;

/// What answers say of the limit, and whether a 429 says how long to wait: all or nothing.
const SAYS: [(LimitHeaders, RetryAfter); 2] = [
    (LimitHeaders::SecondsLeft, RetryAfter::Seconds),
    (LimitHeaders::None, RetryAfter::None),
];
const HOUR: Duration = Duration::from_secs(3_600);

fn clock() -> SharedClock {
    Arc::new(TestClock::at(1_700_000_000).with_seed(3))
}

fn client(
    provider: &LimitedProvider,
    clock: &SharedClock,
    limiter: Arc<dyn RateLimiter>,
) -> Client {
    let base = BaseUrl::parse("https://api.sample.example").unwrap();
    let options = ClientOptions::new()
        .transport(Arc::new(provider.clone()))
        .clock(Arc::clone(clock))
        .shared_limiter(limiter);
    Client::new(Arc::new(Sample), base, "sample-client/1.0", options).unwrap()
}

/// Keeps so many workers busy on each client.
async fn drive(
    provider: &LimitedProvider,
    clients: Vec<Client>,
    workers: usize,
    length: Duration,
) -> Goodput {
    let clients = Arc::new(clients);
    let count = clients.len();
    saturate(provider, workers * count, length, move |worker| {
        let client = clients.get(worker % count).unwrap().clone();
        async move {
            let request = client.request(&GET).path("id", "1");
            request.send_raw().await.is_ok()
        }
    })
    .await
}

#[track_caller]
fn assert_bar(case: &str, goodput: &Goodput) {
    let good = goodput.share >= 0.98 && goodput.refused < 0.005 && goodput.failed == 0;
    if std::env::var("GOODPUT_SHOW").is_err() {
        assert!(good, "{case}: {goodput:?}");
    }
}

/// One client whose limiter has the provider's own numbers.
async fn alone(kind: LimitKind, limit: u32, window: Duration, length: Duration, workers: usize) {
    for (headers, retry_after) in SAYS {
        let clock = clock();
        let provider = LimitedProvider::new(kind, limit, window, Arc::clone(&clock))
            .headers(headers)
            .retry_after(retry_after);
        let mut limiter = Limiter::builder()
            .rule(limit, window)
            .clock(Arc::clone(&clock));
        if let LimitKind::Gcra { burst } = kind {
            limiter = limiter.burst((burst / 2).max(1));
        }
        let client = client(&provider, &clock, Arc::new(limiter.build().unwrap()));
        let goodput = drive(&provider, vec![client], workers, length).await;
        let case = format!("{limit} per {window:?}, {kind:?}, {headers:?}, {retry_after:?}");
        assert_bar(&case, &goodput);
    }
}

/// Eight processes that share one account through a bucket.
async fn fleet(kind: LimitKind, limit: u32, window: Duration, length: Duration, workers: usize) {
    for (headers, retry_after) in SAYS {
        let clock = clock();
        let provider = LimitedProvider::new(kind, limit, window, Arc::clone(&clock))
            .headers(headers)
            .retry_after(retry_after);
        let bucket = MemoryBucket::new(Arc::clone(&clock), Duration::from_millis(2));
        let clients = (0..8).map(|_| {
            let limiter = RedisLimiter::in_memory(&bucket).quota(limit, window);
            client(&provider, &clock, Arc::new(limiter.build().unwrap()))
        });
        let goodput = drive(&provider, clients.collect(), workers, length).await;
        let case = format!("fleet, {limit} per {window:?}, {kind:?}, {headers:?}, {retry_after:?}");
        assert_bar(&case, &goodput);
    }
}

fn kinds(burst: u32) -> [LimitKind; 3] {
    [
        LimitKind::FixedWindow,
        LimitKind::SlidingWindow,
        LimitKind::Gcra { burst },
    ]
}

#[tokio::test(start_paused = true)]
async fn one_per_second_alone() {
    for kind in kinds(1) {
        alone(kind, 1, SEC, HOUR, 8).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_hundred_per_minute_alone() {
    for kind in kinds(10) {
        alone(kind, 100, 60 * SEC, HOUR / 3, 20).await;
    }
}

#[tokio::test(start_paused = true)]
async fn five_hundred_per_second_alone() {
    for kind in kinds(50) {
        alone(kind, 500, SEC, 6 * SEC, 200).await;
    }
}

#[tokio::test(start_paused = true)]
async fn one_per_second_by_a_fleet() {
    fleet(LimitKind::SlidingWindow, 1, SEC, HOUR / 2, 2).await;
}

#[tokio::test(start_paused = true)]
async fn a_hundred_per_minute_by_a_fleet() {
    for kind in kinds(10) {
        fleet(kind, 100, 60 * SEC, HOUR / 6, 4).await;
    }
}

#[tokio::test(start_paused = true)]
async fn five_hundred_per_second_by_a_fleet() {
    for kind in kinds(50) {
        fleet(kind, 500, SEC, 4 * SEC, 30).await;
    }
}
