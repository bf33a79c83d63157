//! Without sockets, under paused time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::Response;
use voice_core::client::ClientOptions;
use voice_core::clock::{Clock, SystemClock};
use voice_core::limits::Limiter;
use voice_core::observe::Stats;
use voice_core::observe::report::{ReportCollector, ReportOptions};
use voice_core::transport::{Body, Transport, TransportError};

use crate::parties::{CORE, Party, Read};
use crate::{live, volume};

/// What may stay behind, whatever the volume: room that a table or a queue keeps for the next time.
const TOLERANCE: i64 = 64 << 10;
const ANSWERS_AFTER: Duration = Duration::from_millis(50);

/// Answers well, badly or never.
#[derive(Debug, Clone)]
struct Steady {
    good: &'static str,
    status: Arc<AtomicU8>,
}

const GOOD: u8 = 0;
const BAD: u8 = 1;
const LOST: u8 = 2;

#[async_trait]
impl Transport for Steady {
    async fn send(&self, _: http::Request<Bytes>) -> Result<Response<Body>, TransportError> {
        tokio::time::sleep(ANSWERS_AFTER).await;
        let (status, body) = match self.status.load(Ordering::Relaxed) {
            GOOD => (200, self.good),
            BAD => (404, r#"{"message": "not here", "code": 20404, "id": "x"}"#),
            LOST => (500, "<html>oops</html>"),
            _ => std::future::pending().await,
        };
        let mut answer = Response::new(Body::from_bytes(body));
        *answer.status_mut() = http::StatusCode::from_u16(status).unwrap();
        Ok(answer)
    }
}

/// Sends so many at once; gives the longest time of one, and what each held meanwhile.
async fn wave(read: &Read, size: u32) -> (Duration, Duration, i64) {
    let clock = SystemClock::default();
    let before = live();
    let start = clock.now();
    let all: Vec<_> = (0..size)
        .map(|_| {
            let read = read.clone();
            tokio::spawn(async move {
                read().await.unwrap();
                SystemClock::default().now() - start
            })
        })
        .collect();
    tokio::time::sleep(ANSWERS_AFTER / 2).await;
    let each = (live() - before) / i64::from(size);
    let mut took = Vec::with_capacity(all.len());
    for one in all {
        took.push(one.await.unwrap());
    }
    took.sort();
    (took[took.len() / 2], took[took.len() - 1], each)
}

async fn cancelled(read: &Read, size: u32) {
    let mut chance = fastrand::Rng::with_seed(3);
    for _ in 0..size / 100 {
        let some: Vec<_> = (0..100)
            .map(|_| {
                let read = read.clone();
                let limit = Duration::from_micros(chance.u64(0..60_000));
                tokio::spawn(async move { tokio::time::timeout(limit, read()).await.is_ok() })
            })
            .collect();
        for one in some {
            one.await.unwrap();
        }
    }
}

pub(crate) async fn hold(party: &Party) {
    let transport = Steady {
        good: party.good,
        status: Arc::new(AtomicU8::new(GOOD)),
    };
    let limiter = Limiter::builder().per_second(1_000_000).build().unwrap();
    let options = ClientOptions::new()
        .transport(Arc::new(transport.clone()))
        .limiter(limiter)
        .observer(Stats::default())
        .observer(ReportCollector::new(ReportOptions::new()));
    let read = party.read(options, None);
    let name = party.name;
    let at_once = volume(10_000, 500);
    // Everything that is made once, such as the tables of the runtime for so many tasks.
    wave(&read, at_once).await;
    transport.status.store(BAD, Ordering::Relaxed);
    assert!(read().await.is_err());
    transport.status.store(GOOD, Ordering::Relaxed);

    let flat = |what: &str, before: i64| {
        let left = live() - before;
        println!("{name} | {what} | {left} bytes more than before");
        assert!(left <= TOLERANCE, "{name}, {what}: {left} bytes stay");
    };
    let before = live();
    for _ in 0..3 {
        let (median, longest, each) = wave(&read, at_once).await;
        println!(
            "{name} | {at_once} at once | {median:?} median, {longest:?} longest | {each} bytes each in flight"
        );
        assert!(
            longest <= median * 2 && longest >= ANSWERS_AFTER,
            "{name}: {longest:?}"
        );
    }
    flat(&format!("3 waves of {at_once}"), before);

    let in_turn = volume(100_000, 1_000);
    for _ in 0..in_turn {
        read().await.unwrap();
    }
    flat(&format!("{in_turn} one after another"), before);

    let some = volume(10_000, 500);
    cancelled(&read, some).await;
    flat(&format!("{some} cancelled"), before);

    for status in [BAD, LOST] {
        transport.status.store(status, Ordering::Relaxed);
        for _ in 0..some {
            assert!(read().await.is_err());
        }
    }
    flat(&format!("{} errors", 2 * some), before);
    drop(read);
}

/// 10,000 at once through a limiter of 1,000 a second: whoever came first goes first, and the last one goes in time.
pub(crate) async fn in_order_through_a_limiter() {
    let size = volume(10_000, 2_000);
    let transport = Steady {
        good: CORE.good,
        status: Arc::default(),
    };
    let limiter = Limiter::builder()
        .per_second(1_000)
        .clock(SystemClock::shared())
        .build()
        .unwrap();
    let options = ClientOptions::new()
        .transport(Arc::new(transport))
        .limiter(limiter.clone());
    let read = CORE.read(options, None);
    let start = SystemClock::default().now();
    let all: Vec<_> = (0..size)
        .map(|_| {
            let read = read.clone();
            tokio::spawn(async move {
                read().await.unwrap();
                SystemClock::default().now() - start
            })
        })
        .collect();
    let mut took = Vec::new();
    for one in all {
        took.push(one.await.unwrap());
    }
    let late = took.windows(2).filter(|pair| pair[0] > pair[1]).count();
    let longest = *took.last().unwrap();
    println!("limiter | {size} at 1,000 a second | the last after {longest:?}, {late} overtaken");
    assert_eq!(late, 0, "first come, first served");
    assert!(longest <= Duration::from_secs(u64::from(size) / 1_000) * 5 / 4);
    assert_eq!((limiter.waiting(), limiter.in_flight()), (0, 0));
}
