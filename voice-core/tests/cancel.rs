//! Dropping a request wherever it waits costs nobody anything: no turn, no place in flight, no probe, no retry token.
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
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use common::{GET, Sample, client_with};
use http::HeaderMap;
use secrecy::SecretString;
use voice_core::breaker::BreakerSettings;
use voice_core::client::{Answer, Client, ClientOptions, Dialect, Outgoing, Refusal};
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::limits::{Limiter, RateLimiter};
use voice_core::testkit::{Reply, ScriptedTransport};
use voice_core::transport::{BaseUrl, Body};

const SEC: Duration = Duration::from_secs(1);

/// Signs like the sample, but may never come to an end with it.
#[derive(Debug, Default)]
struct SlowToSign(AtomicBool);

#[async_trait]
impl Dialect for SlowToSign {
    fn provider(&self) -> &'static str {
        "slow"
    }
    async fn authorize(&self, request: &mut Outgoing<'_>) -> Result<(), Error> {
        if self.0.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        Sample.authorize(request).await
    }
    fn judge(&self, answer: &Answer<'_>) -> Option<Refusal> {
        Sample.judge(answer)
    }
    fn request_id<'h>(&self, headers: &'h HeaderMap) -> Option<&'h str> {
        Sample.request_id(headers)
    }
    fn secrets(&self) -> Vec<SecretString> {
        Vec::new()
    }
}

/// A client whose breaker is half open and whose limiter lets two through an hour, one at a time.
struct Bench {
    transport: ScriptedTransport,
    dialect: Arc<SlowToSign>,
    limiter: Limiter,
    client: Client,
}

async fn bench(turns: u32) -> Bench {
    let transport = ScriptedTransport::new([Reply::status(500, "")]);
    let limiter = Limiter::builder()
        .per_hour(turns + 1)
        .max_in_flight(1)
        .build()
        .unwrap();
    let dialect = Arc::new(SlowToSign::default());
    let options = ClientOptions::new()
        .retries(0)
        .breaker(BreakerSettings::new(1, SEC))
        .limiter(limiter.clone())
        .transport(Arc::new(transport.clone()));
    let base = BaseUrl::parse("https://api.sample.example").unwrap();
    let client = Client::new(Arc::clone(&dialect) as _, base, "x/1", options).unwrap();
    let error = client.request(&GET).path("id", "1").send_raw().await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Server);
    tokio::time::sleep(2 * SEC).await;
    Bench {
        transport,
        dialect,
        limiter,
        client,
    }
}

impl Bench {
    /// Sends one request and drops it after a second.
    async fn drop_one(&self) {
        let request = self.client.request(&GET).path("id", "1").send_raw();
        assert!(
            tokio::time::timeout(SEC, request).await.is_err(),
            "dropped while it waited"
        );
        assert_eq!(self.limiter.waiting(), 0);
    }

    /// The probe's place and (still) a turn are there for the next request, at once.
    async fn next_goes_through(&self) {
        self.transport.push(Reply::status(204, ""));
        let start = tokio::time::Instant::now();
        let answer = self.client.request(&GET).path("id", "1").send_raw().await;
        assert_eq!(answer.unwrap().status(), 204);
        assert_eq!(start.elapsed(), Duration::ZERO, "{:?}", self.limiter);
    }
}

#[tokio::test(start_paused = true)]
async fn dropped_in_the_limiter() {
    let bench = bench(2).await;
    let held = bench.limiter.try_acquire(1).unwrap();
    bench.drop_one().await;
    held.give_back();
    bench.next_goes_through().await;
    assert!(
        bench.limiter.try_acquire(1).is_ok(),
        "the other turn is left"
    );
}

#[tokio::test(start_paused = true)]
async fn dropped_while_signing() {
    let bench = bench(1).await;
    bench.dialect.0.store(true, Ordering::SeqCst);
    bench.drop_one().await;
    bench.dialect.0.store(false, Ordering::SeqCst);
    assert_eq!(bench.transport.sent().len(), 1, "nothing was sent");
    // The turn of a request that was never sent is given back: there was only one.
    bench.next_goes_through().await;
}

#[tokio::test(start_paused = true)]
async fn dropped_while_it_is_sent() {
    let bench = bench(2).await;
    bench.transport.push(Reply::hang());
    bench.drop_one().await;
    bench.next_goes_through().await;
    assert!(
        bench.limiter.try_acquire(1).is_err(),
        "what was sent has used its turn"
    );
}

#[tokio::test(start_paused = true)]
async fn dropped_in_the_body() {
    let bench = bench(2).await;
    let endless = Body::from_stream(futures_util::stream::pending());
    bench.transport.push(Reply::body(200, endless));
    bench.drop_one().await;
    bench.next_goes_through().await;
    assert!(
        bench.limiter.try_acquire(1).is_err(),
        "what was sent has used its turn"
    );
}

#[tokio::test(start_paused = true)]
async fn dropped_in_the_wait_before_a_retry() {
    let busy = || Reply::status(429, "").header("retry-after", "10");
    let transport = ScriptedTransport::new([busy(), busy(), Reply::status(204, "")]);
    let options = ClientOptions::new().retry_budget(1, 0.0);
    let client = client_with(&transport, options);
    let request = client.request(&GET).path("id", "1").send_raw();
    assert!(tokio::time::timeout(SEC, request).await.is_err());
    // The only token is still there.
    let answer = client.request(&GET).path("id", "1").send_raw().await;
    assert_eq!(answer.unwrap().attempts(), 2);
}

#[tokio::test(start_paused = true)]
async fn dropped_in_the_limiter_before_a_retry_is_sent() {
    let transport = ScriptedTransport::new([Reply::status(500, "")]);
    let limiter = Limiter::builder().max_in_flight(1).build().unwrap();
    let options = ClientOptions::new()
        .retry_budget(1, 0.0)
        .limiter(limiter.clone());
    let client = client_with(&transport, options);
    let request = client.request(&GET).path("id", "1").send_raw();
    let blocker = async {
        tokio::time::sleep(Duration::from_millis(1)).await;
        let held = limiter.try_acquire(1).unwrap();
        tokio::time::sleep(60 * SEC).await;
        drop(held);
    };
    let both = async { tokio::join!(request, blocker) };
    assert!(tokio::time::timeout(10 * SEC, both).await.is_err());
    assert_eq!(transport.sent().len(), 1, "the retry was not sent");
    transport.push(Reply::status(500, ""));
    transport.push(Reply::status(204, ""));
    let answer = client.request(&GET).path("id", "1").send_raw().await;
    assert_eq!(answer.unwrap().attempts(), 2, "its token was not spent");
}

/// The half-open breaker has one place for a probe: it is not taken by a request that only waits for its turn.
#[tokio::test(start_paused = true)]
async fn a_request_that_waits_for_a_turn_does_not_hold_the_probe() {
    let bench = bench(2).await;
    let held = bench.limiter.try_acquire(1).unwrap();
    let first = bench.client.request(&GET).path("id", "1").send_raw();
    let hasty = bench
        .client
        .with(voice_core::client::RequestOptions::new().deadline(SEC));
    let second = hasty.request(&GET).path("id", "2").send_raw();
    let release = async {
        tokio::time::sleep(SEC / 2).await;
        drop(held);
    };
    bench.transport.push(Reply::status(204, ""));
    let (first, second, ()) = tokio::join!(first, second, release);
    assert!(first.is_ok());
    let error = second.unwrap_err();
    assert_ne!(error.kind(), ErrorKind::CircuitOpen, "{error}");
}

/// A breaker that opens while requests wait for their turn keeps them back, and their turns are not used up.
#[tokio::test(start_paused = true)]
async fn a_breaker_that_opens_during_the_wait_for_a_turn_is_heeded() {
    let transport = ScriptedTransport::new([Reply::status(500, "").after(SEC)]);
    let limiter = Limiter::builder()
        .per_hour(5)
        .max_in_flight(1)
        .build()
        .unwrap();
    let options = ClientOptions::new()
        .retries(0)
        .breaker(BreakerSettings::new(1, 30 * SEC))
        .limiter(limiter.clone());
    let client = client_with(&transport, options);
    let one = || client.request(&GET).path("id", "1").send_raw();
    let (first, second) = tokio::join!(one(), one());
    assert_eq!(first.unwrap_err().kind(), ErrorKind::Server);
    let error = second.unwrap_err();
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::CircuitOpen, Delivery::NotSent)
    );
    assert_eq!(transport.sent().len(), 1);
    let turns: Vec<_> = (0..5).map(|_| limiter.try_acquire(1).map(drop)).collect();
    assert_eq!(turns.iter().filter(|turn| turn.is_ok()).count(), 4);
}
