//! Stores on a real Redis: shared, expiring, through outages and restarts.
#![cfg(feature = "redis")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "test code, in real time"
)]

use std::time::{Duration, Instant};

use voice_core::breaker::BreakerSettings;
use voice_core::error::Delivery;
use voice_core::retry::Repeat;
use voice_core::store::redis::{RedisCache, RedisConnection, RedisOptions, Script};
use voice_core::store::{CacheStore, StoreError};
use voice_core::testkit::RedisServer;

const MINUTE: Duration = Duration::from_secs(60);

async fn server() -> RedisServer {
    RedisServer::start().await.expect("a redis-server")
}

fn options(server: &RedisServer) -> RedisOptions {
    RedisOptions::parse(&server.url())
        .unwrap()
        .command_timeout(Duration::from_millis(300))
        .breaker(BreakerSettings::new(3, Duration::from_millis(200)))
}

fn connection(server: &RedisServer) -> RedisConnection {
    RedisConnection::open(options(server)).unwrap()
}

fn cache(server: &RedisServer) -> RedisCache {
    RedisCache::new(connection(server))
}

async fn pause(millis: u64) {
    tokio::time::sleep(Duration::from_millis(millis)).await;
}

#[tokio::test]
async fn two_processes_share_what_one_of_them_put() {
    let server = server().await;
    let (one, other) = (cache(&server), cache(&server));
    one.put("a", "first".into(), MINUTE).await.unwrap();
    assert_eq!(other.get("a").await.unwrap(), Some("first".into()));
    other.put("a", "second".into(), MINUTE).await.unwrap();
    assert_eq!(one.get("a").await.unwrap(), Some("second".into()));
    one.remove("a").await.unwrap();
    one.remove("a").await.unwrap();
    assert_eq!(other.get("a").await.unwrap(), None);
    let binary: &'static [u8] = &[0, 255, 13, 10, 0];
    one.put("", binary.into(), MINUTE).await.unwrap();
    assert_eq!(other.get("").await.unwrap().unwrap(), binary);
}

#[tokio::test]
async fn values_expire_by_the_millisecond_and_no_time_removes() {
    let server = server().await;
    let cache = cache(&server);
    let ttl = Duration::from_micros(99_500);
    cache.put("a", "1".into(), ttl).await.unwrap();
    let left = server.tell("PTTL voice:cache:{a}").await.unwrap();
    let left: u64 = left.trim_start_matches(':').parse().unwrap();
    assert!((1..=100).contains(&left), "{left}");
    pause(150).await;
    assert_eq!(cache.get("a").await.unwrap(), None);
    cache.put("a", "1".into(), Duration::MAX).await.unwrap();
    assert!(cache.get("a").await.unwrap().is_some());
    cache.put("a", "2".into(), Duration::ZERO).await.unwrap();
    assert_eq!(cache.get("a").await.unwrap(), None);
}

#[tokio::test]
async fn prefixes_and_other_users_of_the_server_do_not_meet() {
    let server = server().await;
    server.tell("SET foreign 1").await.unwrap();
    let ours = options(&server).prefix("promptops:").unwrap();
    let ours = RedisCache::new(RedisConnection::open(ours).unwrap());
    let theirs = cache(&server);
    ours.put("a", "1".into(), MINUTE).await.unwrap();
    assert_eq!(theirs.get("a").await.unwrap(), None);
    theirs.remove("a").await.unwrap();
    assert!(ours.get("a").await.unwrap().is_some());
    let exists = "EXISTS foreign promptops:cache:{a}";
    assert_eq!(server.tell(exists).await.unwrap(), ":2");
}

#[tokio::test]
async fn a_restart_in_between_goes_unnoticed() {
    let mut server = server().await;
    let cache = cache(&server);
    for _ in 0..5 {
        cache.put("a", "1".into(), MINUTE).await.unwrap();
        server.restart().await.unwrap();
        assert_eq!(cache.get("a").await, Ok(None), "it came back empty");
    }
}

#[tokio::test]
async fn an_outage_costs_errors_at_once_and_ends_by_itself() {
    let mut server = server().await;
    let cache = cache(&server);
    cache.put("a", "1".into(), MINUTE).await.unwrap();
    server.stop();
    let start = Instant::now();
    for _ in 0..3 {
        let error = cache.get("a").await.unwrap_err();
        assert!(
            matches!(error, StoreError::Unreachable(_) | StoreError::Lost(_)),
            "{error:?}"
        );
    }
    let error = cache.get("a").await.unwrap_err();
    assert!(matches!(error, StoreError::CircuitOpen { .. }), "{error:?}");
    assert_eq!(error.delivery(), Delivery::NotSent);
    assert!(start.elapsed() < Duration::from_secs(1), "nobody waited");
    server.restart().await.unwrap();
    pause(250).await;
    cache.put("a", "2".into(), MINUTE).await.unwrap();
    assert_eq!(cache.get("a").await.unwrap(), Some("2".into()));
}

#[tokio::test]
async fn a_server_that_hangs_is_given_up_in_time_and_found_again() {
    let server = server().await;
    let cache = cache(&server);
    cache.put("a", "1".into(), MINUTE).await.unwrap();
    server.tell("CLIENT PAUSE 700 ALL").await.unwrap();
    let start = Instant::now();
    let error = cache.get("a").await.unwrap_err();
    assert_eq!(error, StoreError::Timeout(Duration::from_millis(300)));
    assert_eq!(error.delivery(), Delivery::Unknown);
    assert!(start.elapsed() < Duration::from_millis(650));
    pause(600).await;
    assert_eq!(cache.get("a").await.unwrap(), Some("1".into()));
}

/// Passes on to the server; `freeze` makes the connections of before go silent without an end, as after a failover behind a
/// firewall. Later ones work.
async fn freezable(server: &RedisServer) -> (String, tokio::sync::watch::Sender<()>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("redis://{}", listener.local_addr().unwrap());
    let (freeze, _) = tokio::sync::watch::channel(());
    let (sender, upstream) = (freeze.clone(), server.addr());
    tokio::spawn(async move {
        while let Ok((mut near, _)) = listener.accept().await {
            let mut frozen = sender.subscribe();
            tokio::spawn(async move {
                let mut far = tokio::net::TcpStream::connect(upstream).await.unwrap();
                tokio::select! {
                    _ = tokio::io::copy_bidirectional(&mut near, &mut far) => {}
                    _ = frozen.changed() => std::future::pending().await,
                }
            });
        }
    });
    (url, freeze)
}

/// Callers that wait less long than the connection does must not keep a dead one alive.
#[tokio::test]
async fn a_dead_connection_is_replaced_though_every_caller_is_in_a_hurry() {
    let server = server().await;
    let (url, freeze) = freezable(&server).await;
    let options = RedisOptions::parse(&url)
        .unwrap()
        .command_timeout(Duration::from_millis(300))
        .breaker(BreakerSettings::new(3, Duration::from_millis(200)));
    let cache = RedisCache::new(RedisConnection::open(options).unwrap());
    cache.put("a", "1".into(), MINUTE).await.unwrap();
    freeze.send(()).unwrap();
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(2) {
        let hurried = tokio::time::timeout(Duration::from_millis(100), cache.get("a")).await;
        if let Ok(Ok(found)) = hurried {
            assert_eq!(found, Some("1".into()));
            return;
        }
        pause(50).await;
    }
    panic!("the dead connection was kept");
}

#[tokio::test]
async fn hundreds_at_once_in_an_outage_wait_no_longer_than_one() {
    let mut server = server().await;
    let cache = cache(&server);
    server.stop();
    let start = Instant::now();
    let tasks: Vec<_> = (0..500)
        .map(|_| {
            let cache = cache.clone();
            tokio::spawn(async move { cache.get("a").await })
        })
        .collect();
    for task in tasks {
        assert!(task.await.unwrap().is_err());
    }
    assert!(start.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn a_refused_command_is_told_from_a_sick_server() {
    let server = server().await;
    let cache = cache(&server);
    server.tell("LPUSH voice:cache:{a} x").await.unwrap();
    for _ in 0..10 {
        let error = cache.get("a").await.unwrap_err();
        let StoreError::Refused { code, .. } = &error else {
            panic!("{error:?}");
        };
        assert_eq!(code, "WRONGTYPE");
    }
    cache.put("a", "1".into(), MINUTE).await.unwrap();
    assert_eq!(cache.get("a").await.unwrap(), Some("1".into()));
}

#[tokio::test]
async fn scripts_run_by_digest_and_survive_that_the_server_forgot_them() {
    let mut server = server().await;
    let redis = connection(&server);
    let script = Script::new(
        "return {redis.call('INCRBY', KEYS[1], ARGV[1]), redis.call('PEXPIRE', KEYS[1], 60000)}",
        Repeat::Once,
    );
    let keys = [redis.key("counter", "calls", "")];
    let count = async |by: &str| {
        let list = redis.eval(&script, &keys, &[by]).await?.into_list()?;
        list.first().map_or(Ok(0), |first| first.integer())
    };
    assert_eq!(count("2").await, Ok(2), "sent in full");
    assert_eq!(count("3").await, Ok(5), "by digest");
    server.tell("SCRIPT FLUSH").await.unwrap();
    assert_eq!(count("1").await, Ok(6), "forgotten, run once");

    let broken = Script::new("return redis.call('NOSUCH', KEYS[1])", Repeat::Safe);
    let error = redis.eval(&broken, &keys, &[""; 0]).await.unwrap_err();
    assert!(matches!(error, StoreError::Refused { .. }), "{error:?}");

    server.stop();
    let error = count("1").await.unwrap_err();
    assert!(
        matches!(error, StoreError::Lost(_) | StoreError::Unreachable(_)),
        "{error:?}"
    );
}

#[tokio::test]
async fn neither_password_nor_key_nor_value_is_in_an_error() {
    let server = server().await;
    let url = format!("redis://ada:hunter2@{}/0", server.addr());
    let options = RedisOptions::parse(&url).unwrap();
    let cache = RedisCache::new(RedisConnection::open(options).unwrap());
    let error = cache.get("secret-key").await.unwrap_err();
    assert!(matches!(error, StoreError::Unreachable(_)), "{error:?}");
    for shown in [
        format!("{error} {error:?} {cache:?}"),
        voice_core::error::Error::from(error)
            .log_value()
            .to_string(),
    ] {
        for secret in ["hunter2", "ada", "secret-key"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}
