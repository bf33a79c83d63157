//! The limiter of a fleet: without Redis, with a Redis that hangs, with many who wait, and with a clock that was set back.
#![cfg(all(feature = "redis", feature = "testkit"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "test code, in real time"
)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use voice_core::breaker::BreakerSettings;
use voice_core::clock::{Clock, SystemClock};
use voice_core::limits::{LimitRule, Observed, RateLimiter, RateLimits, RateWindow, Scope};
use voice_core::store::redis::{RedisConnection, RedisLimiter, RedisOptions};
use voice_core::store::{StoreState, WhenDown};
use voice_core::testkit::RedisServer;

const POLICIES: [WhenDown; 3] = [WhenDown::Local, WhenDown::FailOpen, WhenDown::FailClosed];

async fn server() -> RedisServer {
    RedisServer::start().await.expect("a redis-server")
}

fn open(url: &str) -> RedisConnection {
    let options = RedisOptions::parse(url)
        .unwrap()
        .command_timeout(Duration::from_millis(300))
        .breaker(BreakerSettings::new(3, Duration::from_millis(100)));
    RedisConnection::open(options).unwrap()
}

fn within(millis: u64) -> Instant {
    SystemClock::default().now() + Duration::from_millis(millis)
}

async fn pause(millis: u64) {
    tokio::time::sleep(Duration::from_millis(millis)).await;
}

/// Starts the server again and waits until the breaker lets a probe through.
async fn back(server: &mut RedisServer) {
    server.restart().await.unwrap();
    pause(150).await;
}

/// What only a clock that was set back, or another rule of before, can have left.
#[tokio::test]
async fn moments_far_in_the_future_hold_nobody_for_longer_than_the_rule_does() {
    let server = server().await;
    let limiter = RedisLimiter::builder(open(&server.url()), "a")
        .per_second(10)
        .burst(3)
        .max_hold(Duration::from_millis(400))
        .build()
        .unwrap();
    server
        .tell("SET voice:limit:{a} 8999999999999999")
        .await
        .unwrap();
    let start = Instant::now();
    drop(limiter.acquire(1, within(2_000)).await.unwrap());
    assert!(
        start.elapsed() >= Duration::from_millis(95),
        "the bucket was empty"
    );
    assert!(
        start.elapsed() < Duration::from_millis(400),
        "and no more than that"
    );
    server
        .tell("SET voice:limit:{a}:hold 8999999999999999")
        .await
        .unwrap();
    let refused = limiter.acquire(1, within(200)).await.unwrap_err();
    assert_eq!(refused.rule(), &LimitRule::Hold);
    assert!(refused.wait().unwrap() <= Duration::from_millis(400));
    drop(limiter.acquire(1, within(2_000)).await.unwrap());
    assert!(start.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn a_quota_that_is_used_up_holds_the_fleet_until_its_reset() {
    let server = server().await;
    let make = || {
        let builder = RedisLimiter::builder(open(&server.url()), "a").per_second(100);
        builder.burst(10).build().unwrap()
    };
    let (one, other) = (make(), make());
    let window = RateWindow::new(Scope::Requests).with_limit(60);
    let some_left = RateLimits::default().with_window(
        window
            .clone()
            .with_remaining(1)
            .with_reset(Duration::from_secs(9)),
    );
    one.observe(&some_left, Observed::Accepted);
    pause(50).await;
    drop(other.acquire(1, within(500)).await.unwrap());
    let used_up = RateLimits::default()
        .with_window(window.with_remaining(0).with_reset(Duration::from_secs(9)));
    one.observe(&used_up, Observed::Accepted);
    let refused = one.acquire(1, within(500)).await.unwrap_err();
    assert_eq!(
        refused.rule(),
        &LimitRule::Hold,
        "at once in the same process"
    );
    pause(50).await;
    let refused = other.acquire(1, within(500)).await.unwrap_err();
    assert_eq!(refused.rule(), &LimitRule::Hold, "and soon in the others");
    let wait = refused.wait().unwrap();
    assert!(
        wait > Duration::from_secs(8) && wait <= Duration::from_secs(9),
        "{wait:?}"
    );
}

#[tokio::test]
async fn a_turn_given_back_after_it_filled_up_again_is_not_had_twice() {
    let server = server().await;
    let limiter = RedisLimiter::builder(open(&server.url()), "a").per_second(2);
    let limiter = limiter.burst(3).build().unwrap();
    let early = limiter.acquire(1, within(1_000)).await.unwrap();
    pause(600).await;
    for _ in 0..3 {
        drop(limiter.acquire(1, within(300)).await.unwrap());
    }
    early.give_back();
    pause(50).await;
    assert!(limiter.acquire(1, within(100)).await.is_err());
}

#[tokio::test]
async fn turns_given_back_during_a_hold_do_not_come_all_at_once_after_it() {
    let server = server().await;
    let limiter = RedisLimiter::builder(open(&server.url()), "a").per_second(2);
    let limiter = limiter.burst(5).build().unwrap();
    let mut permits = Vec::new();
    for _ in 0..4 {
        permits.push(limiter.acquire(1, within(300)).await.unwrap());
    }
    let refused = RateLimits::default().with_retry_after(Duration::from_millis(300));
    limiter.observe(&refused, Observed::Limited);
    pause(50).await;
    for permit in permits {
        permit.give_back();
    }
    pause(50).await;
    drop(limiter.acquire(1, within(1_000)).await.unwrap());
    let second = limiter.acquire(1, within(100)).await;
    assert!(second.is_err(), "one by one");
}

#[tokio::test]
async fn nobody_is_let_through_without_asking_redis() {
    let server = server().await;
    let limiter = RedisLimiter::builder(open(&server.url()), "a").per_second(100);
    let limiter = limiter.build().unwrap();
    assert!(limiter.try_acquire(1).is_err());
    let shown = format!("{limiter:?}");
    assert!(shown.contains("waiting: 0"), "{shown}");
}

#[tokio::test]
async fn a_limiter_goes_on_without_redis_as_it_was_told() {
    for when_down in POLICIES {
        let mut server = server().await;
        let limiter = RedisLimiter::builder(open(&server.url()), "a")
            .per_second(2)
            .burst(8)
            .share(4)
            .when_down(when_down)
            .build()
            .unwrap();
        let soon = || within(400);
        for _ in 0..8 {
            drop(limiter.acquire(1, soon()).await.unwrap());
        }
        assert!(
            limiter
                .acquire(1, soon() - Duration::from_millis(200))
                .await
                .is_err()
        );
        server.stop();
        pause(600).await;
        let start = Instant::now();
        let mut turns = 0;
        for _ in 0..20 {
            turns += i32::from(limiter.acquire(1, soon()).await.is_ok());
        }
        let expected = match when_down {
            // A quarter of the rate: one each two seconds, and its part of the burst is held to that.
            WhenDown::Local => 1,
            WhenDown::FailOpen => 20,
            _ => 0,
        };
        assert_eq!(turns, expected, "{when_down:?}");
        assert!(
            start.elapsed() < Duration::from_secs(1),
            "nobody waits in vain"
        );
        assert_eq!(limiter.stats().state, StoreState::Down);
        back(&mut server).await;
        drop(limiter.acquire(1, soon()).await.unwrap());
        let stats = limiter.stats();
        assert_eq!((stats.state, stats.outages), (StoreState::Up, 1));
    }
}

#[tokio::test]
async fn a_limiter_keeps_its_deadline_while_redis_hangs() {
    let server = server().await;
    let limiter = RedisLimiter::builder(open(&server.url()), "a").per_second(10);
    let limiter = limiter.build().unwrap();
    drop(limiter.acquire(1, within(1_000)).await.unwrap());
    pause(120).await;
    server.tell("CLIENT PAUSE 500 ALL").await.unwrap();
    let start = Instant::now();
    assert!(limiter.acquire(1, within(100)).await.is_err());
    assert!(start.elapsed() < Duration::from_millis(250));
    pause(700).await;
    assert!(limiter.acquire(1, within(1_000)).await.is_ok());
}

#[tokio::test]
async fn a_herd_that_waits_does_not_storm_redis() {
    let server = server().await;
    let redis = open(&server.url());
    let limiter = RedisLimiter::builder(redis, "a").per_second(50).burst(5);
    let limiter = Arc::new(limiter.build().unwrap());
    let deadline = within(1_000);
    let tasks: Vec<_> = (0..500)
        .map(|_| {
            let limiter = Arc::clone(&limiter);
            tokio::spawn(async move { limiter.acquire(1, deadline).await.is_ok() })
        })
        .collect();
    let mut granted = 0;
    for task in tasks {
        granted += u32::from(task.await.unwrap());
    }
    assert!((30..=55).contains(&granted), "{granted}");
    assert_eq!(limiter.waiting(), 0);
    let calls = commands(&server, "evalsha").await + commands(&server, "eval").await;
    assert!(
        calls <= u64::from(granted) * 2 + 10,
        "{calls} questions for {granted} turns"
    );
}

/// How often a command was called.
async fn commands(server: &RedisServer, name: &str) -> u64 {
    let mut stream = tokio::net::TcpStream::connect(server.addr()).await.unwrap();
    stream
        .write_all(b"INFO commandstats\r\nQUIT\r\n")
        .await
        .unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    let start = format!("cmdstat_{name}:calls=");
    let line = text.lines().find_map(|line| line.strip_prefix(&start));
    let count = line.and_then(|line| line.split(',').next());
    count.map_or(0, |count| count.parse().unwrap())
}

/// Eight handles, as eight processes have them, on a real server: never more than the quota, and most of it.
#[tokio::test]
async fn a_fleet_keeps_to_a_quota_and_uses_it() {
    const QUOTA: u32 = 200;
    let server = server().await;
    let start = Instant::now();
    let deadline = within(2_000);
    let tasks: Vec<_> = (0..8)
        .map(|number| {
            let redis = open(&server.url());
            tokio::spawn(async move {
                let limiter =
                    RedisLimiter::builder(redis, "quota").quota(QUOTA, Duration::from_secs(1));
                let limiter = limiter.build().unwrap();
                let mut granted = 0;
                while let Ok(turn) = limiter.acquire(1, deadline).await {
                    granted += 1;
                    drop(turn);
                }
                assert_eq!(limiter.stats().state, StoreState::Up, "handle {number}");
                granted
            })
        })
        .collect();
    let mut granted = 0;
    for task in tasks {
        granted += task.await.unwrap();
    }
    // Whole windows, the one begun included; how long it took is measured, not assumed.
    let windows = u32::try_from(start.elapsed().as_secs()).unwrap() + 1;
    assert!(granted <= QUOTA * windows, "{granted} in {windows}");
    // A loaded machine grants late, and hardly ever so late as this.
    assert!(granted >= QUOTA / 4, "{granted}");
}
