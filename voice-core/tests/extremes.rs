//! No duration a caller can set makes anything panic or wait for less than it says.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and may look at the clock"
)]

mod common;

use std::time::Duration;

use common::{DIAL, GET, client_with};
use serde_json::{Value, json};
use voice_core::breaker::{Breaker, BreakerSettings, BreakerState};
use voice_core::client::{ClientOptions, RequestOptions};
use voice_core::clock::SystemClock;
use voice_core::error::ErrorKind;
use voice_core::limits::Limiter;
use voice_core::retry::{Backoff, ExponentialBackoff, JitterMode};
use voice_core::testkit::{Reply, ScriptedTransport};

const SEC: Duration = Duration::from_secs(1);
const EVER: Duration = Duration::MAX;

#[derive(Debug)]
struct Patience(Duration);

impl Backoff for Patience {
    fn delay(&self, _: u32, _: f64) -> Duration {
        self.0
    }
}

#[tokio::test(start_paused = true)]
async fn a_deadline_without_end_is_one() {
    let transport = ScriptedTransport::new([
        Reply::status(429, "").header("retry-after", "5"),
        Reply::json(&json!({})),
    ]);
    let options = ClientOptions::new()
        .deadline(EVER)
        .attempt_timeout(EVER)
        .retry_after_cap(EVER)
        .limiter(Limiter::builder().per_second(10).build().unwrap());
    let client = client_with(&transport, options);
    let answer = client.request(&DIAL).json(&json!({})).send::<Value>().await;
    assert_eq!(answer.unwrap().attempts(), 2);
    transport.push(Reply::json(&json!({})));
    let client = client.with(RequestOptions::new().deadline(EVER).attempt_timeout(EVER));
    assert!(
        client
            .request(&GET)
            .path("id", "1")
            .send_raw()
            .await
            .is_ok()
    );
}

#[tokio::test(start_paused = true)]
async fn a_wait_without_end_is_past_every_deadline() {
    for (wait, deadline) in [(EVER, 90 * SEC), (EVER, EVER), (EVER - SEC, EVER)] {
        let transport = ScriptedTransport::new([Reply::status(500, "")]);
        let options = ClientOptions::new()
            .backoff(Patience(wait))
            .deadline(deadline);
        let client = client_with(&transport, options);
        let request = client.request(&GET).path("id", "1").send_raw();
        let outcome = tokio::time::timeout(3600 * SEC, request).await;
        // Either it gave up at once, or it waits as long as it was told to.
        if let Ok(outcome) = outcome {
            assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Server);
        }
    }
}

#[test]
fn a_schedule_takes_any_bounds_and_any_jitter() {
    for unit in [0.0, 0.5, 1.0, 7.0, -1.0, f64::NAN, f64::INFINITY] {
        for jitter in [JitterMode::Full, JitterMode::Equal, JitterMode::None] {
            let backoff = ExponentialBackoff::new(EVER, EVER).with_jitter(jitter);
            assert!(backoff.delay(u32::MAX, unit) <= EVER);
            let short = ExponentialBackoff::new(SEC, 20 * SEC).with_jitter(jitter);
            assert!(short.delay(3, unit) <= 4 * SEC, "{unit} {jitter:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_breaker_may_stay_open_for_good() {
    let breaker = Breaker::new(BreakerSettings::new(1, EVER), SystemClock::shared());
    breaker.acquire().unwrap().failure();
    assert_eq!(breaker.state(), BreakerState::Open);
    assert!(breaker.acquire().is_err());
}
