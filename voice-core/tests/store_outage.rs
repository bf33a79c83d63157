//! Stores while Redis is gone, hangs, forgets its scripts or talks nonsense, and what each policy makes of it.
#![cfg(all(feature = "redis", feature = "testkit"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "test code, in real time"
)]

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use voice_core::breaker::BreakerSettings;
use voice_core::clock::{Clock, SystemClock};
use voice_core::limits::{Observed, RateLimiter, RateLimits};
use voice_core::store::redis::{
    RedisCapacity, RedisConnection, RedisDedup, RedisLimiter, RedisOptions,
};
use voice_core::store::{
    CapacityStore, Claim, ClaimOwner, DedupStore, GuardedCapacity, GuardedDedup, Held, InUse,
    KEEP_DONE, Lease, LeaseLimits, Renewal, Reservation, StoreError, StoreState, Tier, WhenDown,
};
use voice_core::testkit::RedisServer;

const LONG: Duration = Duration::from_secs(60);
const LIMITS: LeaseLimits = LeaseLimits::new(6, 4);

async fn server() -> RedisServer {
    RedisServer::start().await.expect("a redis-server")
}

fn open(url: &str) -> RedisConnection {
    let options = RedisOptions::parse(url)
        .unwrap()
        .connect_timeout(Duration::from_millis(300))
        .command_timeout(Duration::from_millis(300))
        .breaker(BreakerSettings::new(3, Duration::from_millis(100)));
    RedisConnection::open(options).unwrap()
}

fn guarded_dedup(url: &str, when_down: WhenDown) -> GuardedDedup {
    let store = Arc::new(RedisDedup::new(open(url)));
    GuardedDedup::new(store, when_down, SystemClock::shared())
}

fn guarded_capacity(url: &str, when_down: WhenDown) -> GuardedCapacity {
    let store = Arc::new(RedisCapacity::new(open(url)));
    GuardedCapacity::new(store, when_down, SystemClock::shared()).share(2)
}

fn owner() -> ClaimOwner {
    ClaimOwner::unique(&SystemClock::default())
}

fn lease(id: &str) -> Lease {
    Lease::new("acme", id)
}

async fn pause(millis: u64) {
    tokio::time::sleep(Duration::from_millis(millis)).await;
}

/// Starts the server again and waits until the breaker lets a probe through.
async fn back(server: &mut RedisServer) {
    server.restart().await.unwrap();
    pause(150).await;
}

/// Answers every command with the same bytes.
async fn nonsense(answer: &'static [u8]) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("redis://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut buffer = [0; 4096];
                while let Ok(count @ 1..) = stream.read(&mut buffer).await {
                    let text = String::from_utf8_lossy(&buffer[..count]);
                    let commands = text.lines().filter(|line| line.starts_with('*')).count();
                    if stream.write_all(&answer.repeat(commands)).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    url
}

#[tokio::test]
async fn forgotten_scripts_and_a_restart_go_unnoticed() {
    let mut server = server().await;
    let redis = open(&server.url());
    let (dedup, capacity) = (
        RedisDedup::new(redis.clone()),
        RedisCapacity::new(redis.clone()),
    );
    let limiter = RedisLimiter::builder(redis, "a").per_second(1).burst(9);
    let limiter = limiter.when_down(WhenDown::FailClosed).build().unwrap();
    for round in 0..6 {
        let (key, me) = (round.to_string(), owner());
        let held = lease(&key);
        let claim = dedup.claim(&key, &me, LONG).await;
        assert_eq!(claim, Ok(Claim::Claimed));
        let place = capacity.reserve(&held, LIMITS, LONG).await;
        assert_eq!(place, Ok(Reservation::Granted));
        let soon = SystemClock::default().now() + Duration::from_secs(2);
        limiter.acquire(1, soon).await.unwrap().give_back();
        // It is given back in the background.
        pause(30).await;
        let (mine, renewed) = if round % 2 == 0 {
            server.tell("SCRIPT FLUSH").await.unwrap();
            (Held::Yes, Renewal::Renewed)
        } else {
            // It comes back empty.
            server.restart().await.unwrap();
            (Held::No, Renewal::Lost)
        };
        assert_eq!(dedup.complete(&key, &me, KEEP_DONE).await, Ok(mine));
        assert_eq!(capacity.renew(&held, LONG).await, Ok(renewed));
        assert_eq!(capacity.release(&held).await, Ok(()));
        let none = InUse::new(0, 0);
        assert_eq!(capacity.in_use("acme").await, Ok(none));
    }
    assert_eq!(limiter.stats().failures, 0);
}

#[tokio::test]
async fn everything_written_expires_and_nothing_is_rounded() {
    let server = server().await;
    let redis = open(&server.url());
    let (dedup, capacity) = (
        RedisDedup::new(redis.clone()),
        RedisCapacity::new(redis.clone()),
    );
    let ttl = async |key: &str| -> i64 {
        let left = server.tell(&format!("PTTL {key}")).await.unwrap();
        left.trim_start_matches(':').parse().unwrap()
    };
    let me = owner();
    dedup.claim("a", &me, LONG).await.unwrap();
    assert!((55_000..=60_000).contains(&ttl("voice:dedup:{a}").await));
    dedup.complete("a", &me, KEEP_DONE).await.unwrap();
    let days = i64::try_from(KEEP_DONE.as_millis()).unwrap();
    assert!((days - 5_000..=days).contains(&ttl("voice:dedup:{a}").await));

    capacity
        .reserve(&lease("a"), LIMITS, LONG * 2)
        .await
        .unwrap();
    capacity.reserve(&lease("b"), LIMITS, LONG).await.unwrap();
    for key in ["voice:capacity:{cap}:g", "voice:capacity:{cap}:t:acme"] {
        let left = ttl(key).await;
        assert!((115_000..=120_001).contains(&left), "{key}: {left}");
    }

    let limiter = RedisLimiter::builder(redis, "x").per_minute(1).burst(2);
    let limiter = limiter.build().unwrap();
    let soon = SystemClock::default().now() + Duration::from_secs(2);
    drop(limiter.acquire(1, soon).await.unwrap());
    let left = ttl("voice:limit:{x}").await;
    assert!((55_000..=60_000).contains(&left), "{left}");
    // The length of the value, for `tell` gives one line: a `$` and sixteen digits of microseconds.
    assert_eq!(server.tell("GET voice:limit:{x}").await.unwrap(), "$16");
    let asked = RateLimits::default().with_retry_after(Duration::from_secs(30));
    limiter.observe(&asked, Observed::Limited);
    pause(100).await;
    let left = ttl("voice:limit:{x}:hold").await;
    assert!((25_000..=30_000).contains(&left), "{left}");
    let keys = server.tell("DBSIZE").await.unwrap();
    assert_eq!(keys, ":5", "no key but these");
}

/// Writes down the event of each log line of the stores.
#[derive(Debug, Default, Clone)]
struct Scribe(Arc<Mutex<Vec<String>>>);

struct Pen<'a>(&'a Scribe);

impl Visit for Pen<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == "event" {
            self.0.0.lock().unwrap().push(format!("{value:?}"));
        }
    }
}

impl Subscriber for Scribe {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("voice_core::store")
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        event.record(&mut Pen(self));
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn each_change_of_state_is_one_log_event() {
    let scribe = Scribe::default();
    let _guard = tracing::subscriber::set_default(scribe.clone());
    let mut server = server().await;
    let guard = guarded_capacity(&server.url(), WhenDown::Local);
    for outage in 1..=2_u64 {
        for _ in 0..5 {
            guard.in_use("acme").await.unwrap();
        }
        server.stop();
        for _ in 0..5 {
            guard.in_use("acme").await.unwrap();
        }
        back(&mut server).await;
        guard.in_use("acme").await.unwrap();
        assert_eq!(guard.stats().outages, outage);
    }
    let told = scribe.0.lock().unwrap().clone();
    let expected = ["\"store_down\"", "\"store_up\""].repeat(2);
    assert_eq!(told, expected);
}

#[tokio::test]
async fn local_claims_are_honoured_and_told_when_the_store_is_back() {
    let mut server = server().await;
    let guard = guarded_dedup(&server.url(), WhenDown::Local);
    let (me, other) = (owner(), owner());
    guard.claim("before", &me, LONG).await.unwrap();
    guard.claim("done before", &me, LONG).await.unwrap();
    guard.complete("done before", &me, KEEP_DONE).await.unwrap();
    server.stop();

    // What this process knows still holds.
    let claim = guard.claim("before", &other, LONG).await;
    assert_eq!(claim, Ok(Claim::InProgress));
    let claim = guard.claim("done before", &other, LONG).await;
    assert_eq!(claim, Ok(Claim::Done));
    // New claims are told apart as well.
    for (key, first, second) in [
        ("kept", Claim::Claimed, Claim::InProgress),
        ("done", Claim::Claimed, Claim::InProgress),
        ("released", Claim::Claimed, Claim::InProgress),
    ] {
        assert_eq!(guard.claim(key, &me, LONG).await, Ok(first));
        assert_eq!(guard.claim(key, &other, LONG).await, Ok(second));
    }
    assert_eq!(guard.complete("done", &me, KEEP_DONE).await, Ok(Held::Yes));
    assert_eq!(guard.complete("done", &me, KEEP_DONE).await, Ok(Held::No));
    assert_eq!(guard.claim("done", &other, LONG).await, Ok(Claim::Done));
    assert_eq!(guard.release("released", &me).await, Ok(Held::Yes));
    assert_eq!(guard.release("released", &me).await, Ok(Held::No));
    let stats = guard.stats();
    assert_eq!((stats.state, stats.outages), (StoreState::Down, 1));
    assert!(stats.failures >= 6 && stats.fallbacks >= 6, "{stats:?}");
    assert_eq!(stats.owed, 2);
    assert!(guard.settle().await.is_err());

    back(&mut server).await;
    guard.settle().await.unwrap();
    let stats = guard.stats();
    assert_eq!((stats.state, stats.owed), (StoreState::Up, 0));
    let elsewhere = RedisDedup::new(open(&server.url()));
    assert_eq!(elsewhere.claim("done", &other, LONG).await, Ok(Claim::Done));
    // A claim made meanwhile is completed there too, unless another has it by now.
    assert_eq!(guard.complete("kept", &me, KEEP_DONE).await, Ok(Held::Yes));
    assert_eq!(elsewhere.claim("kept", &other, LONG).await, Ok(Claim::Done));
    assert_eq!(
        elsewhere.claim("before", &other, LONG).await,
        Ok(Claim::Claimed)
    );
    assert_eq!(guard.complete("before", &me, KEEP_DONE).await, Ok(Held::No));
    assert_eq!(guard.stats().conflicts, 1);
    assert_eq!(
        elsewhere.complete("before", &other, KEEP_DONE).await,
        Ok(Held::Yes)
    );
}

#[tokio::test]
async fn local_leases_are_honoured_and_told_when_the_store_is_back() {
    let mut server = server().await;
    let guard = guarded_capacity(&server.url(), WhenDown::Local);
    let granted = Ok(Reservation::Granted);
    assert_eq!(guard.reserve(&lease("before"), LIMITS, LONG).await, granted);
    assert_eq!(guard.reserve(&lease("ended"), LIMITS, LONG).await, granted);
    server.stop();

    // Half of 6 and 4 is this process's share; two places are taken already.
    assert_eq!(
        guard.renew(&lease("before"), LONG).await,
        Ok(Renewal::Renewed)
    );
    let full = guard.reserve(&lease("third"), LIMITS, LONG).await;
    assert_eq!(full, Ok(Reservation::Full(Tier::Tenant)));
    assert_eq!(guard.release(&lease("ended")).await, Ok(()));
    assert_eq!(guard.reserve(&lease("third"), LIMITS, LONG).await, granted);
    let other = Lease::new("other", "x");
    assert_eq!(guard.reserve(&other, LIMITS, LONG).await, granted);
    let full = guard.reserve(&Lease::new("other", "y"), LIMITS, LONG).await;
    assert_eq!(full, Ok(Reservation::Full(Tier::Global)));
    assert_eq!(guard.in_use("acme").await, Ok(InUse::new(3, 2)));
    assert_eq!(guard.release(&other).await, Ok(()));
    assert_eq!(guard.renew(&other, LONG).await, Ok(Renewal::Lost));
    assert_eq!(guard.stats().state, StoreState::Down);

    // It comes back empty, and knows all of ours before it grants anything.
    back(&mut server).await;
    let elsewhere = RedisCapacity::new(open(&server.url()));
    let limits = LeaseLimits::new(3, 3);
    assert_eq!(guard.reserve(&lease("fourth"), limits, LONG).await, granted);
    assert_eq!(elsewhere.in_use("acme").await, Ok(InUse::new(3, 3)));
    let full = guard.reserve(&lease("fifth"), limits, LONG).await;
    assert_eq!(full, Ok(Reservation::Full(Tier::Global)));
    let stats = guard.stats();
    assert_eq!(
        (stats.state, stats.outages, stats.owed),
        (StoreState::Up, 1, 0)
    );
    for id in ["before", "third", "fourth"] {
        assert_eq!(guard.renew(&lease(id), LONG).await, Ok(Renewal::Renewed));
        assert_eq!(guard.release(&lease(id)).await, Ok(()));
    }
    assert_eq!(elsewhere.in_use("acme").await, Ok(InUse::new(0, 0)));
}

#[tokio::test]
async fn a_release_during_a_hang_is_made_up_for() {
    let server = server().await;
    let guard = guarded_capacity(&server.url(), WhenDown::Local);
    let dedup = guarded_dedup(&server.url(), WhenDown::Local);
    let (me, other) = (owner(), owner());
    let mine = lease("a");
    guard.reserve(&mine, LIMITS, LONG).await.unwrap();
    dedup.claim("a", &me, LONG).await.unwrap();
    server.tell("CLIENT PAUSE 900 ALL").await.unwrap();
    let start = Instant::now();
    let (released, unclaimed) = tokio::join!(guard.release(&mine), dedup.release("a", &me));
    assert_eq!((released, unclaimed), (Ok(()), Ok(Held::Yes)));
    let unknown = guard.reserve(&lease("b"), LIMITS, LONG).await;
    assert_eq!(unknown, Ok(Reservation::Granted));
    assert!(
        start.elapsed() < Duration::from_millis(850),
        "nobody waits for long"
    );
    pause(900).await;
    guard.settle().await.unwrap();
    dedup.settle().await.unwrap();
    let elsewhere = RedisCapacity::new(open(&server.url()));
    assert_eq!(elsewhere.in_use("acme").await, Ok(InUse::new(1, 1)));
    let elsewhere = RedisDedup::new(open(&server.url()));
    assert_eq!(elsewhere.claim("a", &other, LONG).await, Ok(Claim::Claimed));
}

#[tokio::test]
async fn open_and_closed_do_as_they_say() {
    let mut server = server().await;
    let url = server.url();
    let (open, closed) = (WhenDown::FailOpen, WhenDown::FailClosed);
    let dedup = [guarded_dedup(&url, open), guarded_dedup(&url, closed)];
    let places = [guarded_capacity(&url, open), guarded_capacity(&url, closed)];
    let me = owner();
    let none = LeaseLimits::new(0, 0);
    for (dedup, places) in dedup.iter().zip(&places) {
        dedup.claim("a", &me, LONG).await.unwrap();
        places.reserve(&lease("a"), LIMITS, LONG).await.unwrap();
    }
    server.stop();
    let [dedup_open, dedup_closed] = &dedup;
    let [places_open, places_closed] = &places;
    for _ in 0..5 {
        let claim = dedup_open.claim("a", &owner(), LONG).await;
        assert_eq!(claim, Ok(Claim::Claimed), "everybody");
        assert_eq!(
            dedup_open.complete("a", &owner(), LONG).await,
            Ok(Held::Yes)
        );
        assert_eq!(dedup_open.release("a", &owner()).await, Ok(Held::Yes));
        let place = places_open.reserve(&lease("b"), none, LONG).await;
        assert_eq!(place, Ok(Reservation::Granted), "whatever the limits");
        assert_eq!(
            places_open.renew(&lease("b"), LONG).await,
            Ok(Renewal::Renewed)
        );
        assert_eq!(places_open.release(&lease("b")).await, Ok(()));
        assert!(places_open.in_use("acme").await.is_err());

        assert!(dedup_closed.claim("b", &me, LONG).await.is_err());
        assert!(dedup_closed.complete("a", &me, LONG).await.is_err());
        assert!(dedup_closed.release("a", &me).await.is_err());
        assert!(
            places_closed
                .reserve(&lease("b"), LIMITS, LONG)
                .await
                .is_err()
        );
        assert!(places_closed.renew(&lease("a"), LONG).await.is_err());
        assert!(places_closed.release(&lease("a")).await.is_err());
    }
    assert_eq!(dedup_open.stats().fallbacks, 15);
    assert_eq!(dedup_closed.stats().fallbacks, 0);
    assert_eq!(dedup_closed.stats().failures, 15);
    back(&mut server).await;
    for (dedup, places) in dedup.iter().zip(&places) {
        assert_eq!(dedup.claim("new", &me, LONG).await, Ok(Claim::Claimed));
        let full = places.reserve(&lease("b"), none, LONG).await;
        assert_eq!(full, Ok(Reservation::Full(Tier::Global)));
        for stats in [dedup.stats(), places.stats()] {
            assert_eq!((stats.state, stats.outages), (StoreState::Up, 1));
        }
    }
}

#[tokio::test]
async fn nonsense_is_an_error_and_never_a_yes() {
    for answer in [
        &b"*1\r\n$3\r\nfoo\r\n"[..],
        b"$3\r\nfoo\r\n",
        b":7\r\n",
        b"$-1\r\n",
        b"*2\r\n:-1\r\n:-1\r\n",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"\xff\x00\xff\r\n",
        b"-ERR go away\r\n",
    ] {
        let url = nonsense(answer).await;
        let (dedup, places) = (RedisDedup::new(open(&url)), RedisCapacity::new(open(&url)));
        let me = owner();
        assert!(dedup.claim("a", &me, LONG).await.is_err());
        assert!(dedup.complete("a", &me, LONG).await.is_err());
        assert!(places.reserve(&lease("a"), LIMITS, LONG).await.is_err());
        assert!(places.in_use("acme").await.is_err());
        let limiter = RedisLimiter::builder(open(&url), "a").per_second(1);
        let limiter = limiter.when_down(WhenDown::FailClosed).build().unwrap();
        let soon = SystemClock::default().now() + Duration::from_secs(1);
        assert!(limiter.acquire(1, soon).await.is_err());
        let guard = guarded_dedup(&url, WhenDown::Local);
        assert_eq!(guard.claim("a", &me, LONG).await, Ok(Claim::Claimed));
        assert_eq!(
            guard.claim("a", &owner(), LONG).await,
            Ok(Claim::InProgress)
        );
        let guard = guarded_capacity(&url, WhenDown::Local);
        let one = LeaseLimits::new(1, 1);
        assert_eq!(
            guard.reserve(&lease("a"), one, LONG).await,
            Ok(Reservation::Granted)
        );
        let full = guard.reserve(&lease("b"), one, LONG).await;
        assert_eq!(full, Ok(Reservation::Full(Tier::Global)));
        assert_eq!(guard.stats().state, StoreState::Down);
    }
    let foreign = server().await;
    foreign.tell("SET voice:dedup:{a} what").await.unwrap();
    let dedup = RedisDedup::new(open(&foreign.url()));
    let error = dedup.claim("a", &owner(), LONG).await.unwrap_err();
    assert!(matches!(error, StoreError::Unexpected(_)), "{error:?}");
}
