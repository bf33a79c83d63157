//! Clocks are stepped: an hour, a day, to 1970, to 2100, at once. Nothing sleeps for an hour because of it, nothing spins, and
//! what is measured in waits does not notice.
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
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use bytes::Bytes;
use common::{GET, Sample};
use http::{HeaderMap, Response, header};
use voice_core::breaker::{Breaker, BreakerSettings, BreakerState};
use voice_core::client::{Client, ClientOptions};
use voice_core::clock::{Clock, SharedClock, SystemClock};
use voice_core::error::ErrorKind;
use voice_core::limits::{self, Limiter, Observed, RateLimiter};
use voice_core::store::{
    CapacityStore, Claim, ClaimOwner, DedupStore, Lease, LeaseLimits, MemoryCapacity, MemoryDedup,
    Renewal, Reservation,
};
use voice_core::testkit::TestClock;
use voice_core::transport::{BaseUrl, Body, Transport, TransportError};
use voice_core::webhook::standard::{SigningKey, StandardWebhooks};
use voice_core::webhook::{WebhookError, WebhookRequest};

const SEC: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3_600);
/// 2025-06-15T15:06:40Z.
const NOW: u64 = 1_750_000_000;
/// 2100-01-01T00:00:00Z.
const IN_2100: u64 = 4_102_444_800;

type Step = Result<Duration, Duration>;

fn steps() -> Vec<Step> {
    let day = 24 * HOUR;
    vec![
        Ok(Duration::ZERO),
        Ok(HOUR),
        Err(HOUR),
        Ok(day),
        Err(day),
        Err(Duration::from_secs(NOW)),
        Ok(Duration::from_secs(IN_2100 - NOW)),
    ]
}

fn epoch(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

/// Refuses until the time it said, by the true clock, and says that time in every form there is.
#[derive(Debug)]
struct TrueTime {
    clock: TestClock,
    form: Form,
    dated: bool,
    sent: std::sync::atomic::AtomicU32,
}

#[derive(Debug, Clone, Copy)]
enum Form {
    RetryAfterDate,
    Epoch,
    EpochMillis,
    Rfc3339,
}

const FORMS: [Form; 4] = [
    Form::RetryAfterDate,
    Form::Epoch,
    Form::EpochMillis,
    Form::Rfc3339,
];

const REFUSES_FOR: u64 = 5;

#[async_trait]
impl Transport for TrueTime {
    async fn send(&self, _: http::Request<Bytes>) -> Result<Response<Body>, TransportError> {
        self.sent.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let now = self.clock.wall();
        let mut answer = Response::new(Body::from_bytes("{}"));
        let headers = answer.headers_mut();
        if self.dated {
            headers.insert(header::DATE, httpdate(now));
        }
        if now >= epoch(NOW + REFUSES_FOR) {
            return Ok(answer);
        }
        let reset = NOW + REFUSES_FOR;
        let (name, value) = match self.form {
            Form::RetryAfterDate => ("retry-after", httpdate(epoch(reset))),
            Form::Epoch => ("x-ratelimit-reset", reset.into()),
            Form::EpochMillis => ("x-ratelimit-reset", (reset * 1_000).into()),
            Form::Rfc3339 => (
                "x-ratelimit-reset",
                http::HeaderValue::from_static("2025-06-15T15:06:45Z"),
            ),
        };
        headers.insert(name, value);
        headers.insert("x-ratelimit-limit", 10.into());
        headers.insert("x-ratelimit-remaining", 0.into());
        *answer.status_mut() = http::StatusCode::TOO_MANY_REQUESTS;
        Ok(answer)
    }
}

fn httpdate(at: SystemTime) -> http::HeaderValue {
    let since = at.duration_since(epoch(NOW)).unwrap().as_secs();
    let text = format!("Sun, 15 Jun 2025 15:06:{:02} GMT", 40 + since);
    http::HeaderValue::from_str(&text).unwrap()
}

/// A client whose own calendar is off by `step`, and the server's that is not.
async fn read(
    step: Step,
    form: Form,
    dated: bool,
    limited: bool,
) -> (Option<ErrorKind>, Duration, u32) {
    let clock = Arc::new(TestClock::at(NOW));
    clock.step(step);
    let server = Arc::new(TrueTime {
        clock: TestClock::at(NOW),
        form,
        dated,
        sent: 0.into(),
    });
    let mut options = ClientOptions::new()
        .transport(Arc::clone(&server) as Arc<dyn Transport>)
        .clock(Arc::clone(&clock) as SharedClock);
    if limited {
        let limiter = Limiter::builder()
            .per_second(10)
            .clock(Arc::clone(&clock) as SharedClock)
            .build()
            .unwrap();
        options = options.limiter(limiter);
    }
    let base = BaseUrl::parse("https://api.sample.example").unwrap();
    // A date before 1970 would be a different thing: what is signed must have a time.
    let client = Client::new(Arc::new(Sample), base, "storm/1.0", options).unwrap();
    let start = clock.elapsed();
    let outcome = client.request(&GET).path("id", "1").send_raw().await;
    let sent = server.sent.load(std::sync::atomic::Ordering::Relaxed);
    (
        outcome.err().map(|e| e.kind()),
        clock.elapsed() - start,
        sent,
    )
}

/// With a `Date` beside it, a moment is a wait whatever this machine's clock says.
#[tokio::test(start_paused = true)]
async fn a_moment_is_held_against_the_servers_own_clock() {
    for step in steps() {
        for form in FORMS {
            for limited in [false, true] {
                let (error, took, sent) = read(step, form, true, limited).await;
                let said = format!("{step:?} {form:?} limited {limited}: {took:?}, {sent} sent");
                assert_eq!(error, None, "{said}");
                assert!(took >= 4 * SEC && took <= 12 * SEC, "{said}");
                assert!(sent <= 3, "{said}");
            }
        }
    }
}

/// Without one nobody can know; yet nothing waits past its deadline, and nothing spins.
#[tokio::test(start_paused = true)]
async fn without_a_date_nothing_sleeps_for_long_and_nothing_spins() {
    for step in steps() {
        for form in FORMS {
            for limited in [false, true] {
                let (_, took, sent) = read(step, form, false, limited).await;
                let said = format!("{step:?} {form:?} limited {limited}: {took:?}, {sent} sent");
                assert!(took <= 91 * SEC && sent <= 4, "{said}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_step_while_a_limiter_holds_everybody_changes_nothing() {
    for step in steps() {
        let clock = Arc::new(TestClock::at(NOW));
        let limiter = Limiter::builder()
            .per_second(5)
            .clock(Arc::clone(&clock) as SharedClock)
            .build()
            .unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("x-ratelimit-remaining", 0.into());
        headers.insert("x-ratelimit-reset", (NOW + 20).into());
        limiter.observe(&limits::read(&headers, clock.wall()), Observed::Limited);
        let waiting = {
            let (limiter, until) = (limiter.clone(), clock.now() + 60 * SEC);
            tokio::spawn(async move { limiter.acquire(1, until).await.map(drop) })
        };
        tokio::time::sleep(SEC).await;
        clock.step(step);
        waiting.await.unwrap().unwrap();
        let took = clock.elapsed();
        assert!(took >= 20 * SEC && took <= 25 * SEC, "{step:?}: {took:?}");
        assert!(clock.sleeps().len() < 50, "{step:?}: it spins");
    }
}

#[tokio::test(start_paused = true)]
async fn a_breaker_and_a_backoff_do_not_notice() {
    for step in steps() {
        let clock = Arc::new(TestClock::at(NOW));
        let breaker = Breaker::new(
            BreakerSettings::new(1, 30 * SEC),
            Arc::clone(&clock) as SharedClock,
        );
        breaker.acquire().unwrap().failure();
        clock.step(step);
        assert_eq!(
            breaker.acquire().unwrap_err().retry_in,
            30 * SEC,
            "{step:?}"
        );
        tokio::time::sleep(30 * SEC).await;
        assert_eq!(breaker.state(), BreakerState::HalfOpen);
        breaker.acquire().unwrap().success();
    }
}

#[tokio::test(start_paused = true)]
async fn claims_and_leases_end_when_they_should() {
    for step in steps() {
        let clock = Arc::new(TestClock::at(NOW));
        let shared = Arc::clone(&clock) as SharedClock;
        let (dedup, places) = (
            MemoryDedup::new(Arc::clone(&shared)),
            MemoryCapacity::new(Arc::clone(&shared)),
        );
        // The double's jitter stands still, and would make the same token twice.
        let [one, other] = [(); 2].map(|()| ClaimOwner::unique(&SystemClock::default()));
        let lease = Lease::new("tenant", "call-1");
        let next = Lease::new("tenant", "call-2");
        let limits = LeaseLimits::new(1, 1);
        assert_eq!(dedup.claim("k", &one, HOUR).await.unwrap(), Claim::Claimed);
        places.reserve(&lease, limits, 60 * SEC).await.unwrap();
        clock.step(step);
        assert_ne!(
            dedup.claim("k", &other, HOUR).await.unwrap(),
            Claim::Claimed,
            "{step:?}"
        );
        let full = places.reserve(&next, limits, 60 * SEC).await.unwrap();
        assert_ne!(full, Reservation::Granted, "{step:?}");
        assert_eq!(
            places.renew(&lease, 60 * SEC).await.unwrap(),
            Renewal::Renewed,
            "{step:?}"
        );
        tokio::time::sleep(HOUR + SEC).await;
        assert_eq!(
            dedup.claim("k", &other, HOUR).await.unwrap(),
            Claim::Claimed,
            "{step:?}"
        );
        let free = places.reserve(&next, limits, 60 * SEC).await.unwrap();
        assert_eq!(free, Reservation::Granted, "{step:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_webhook_is_old_or_new_by_this_clock_and_fine_again_when_it_is_set_right() {
    let key = || SigningKey::from_whsec("whsec_cGxhbnRlZC1zZWNyZXQtcGxhbnRlZC1zZWNyZXQ=").unwrap();
    for step in steps() {
        let clock = Arc::new(TestClock::at(NOW));
        let verifier = StandardWebhooks::new([key()])
            .unwrap()
            .clock(Arc::clone(&clock) as SharedClock);
        let stamp = NOW.to_string();
        let mut headers = HeaderMap::new();
        let signature = key().sign("id-1", &stamp, b"{}");
        headers.insert("webhook-id", "id-1".parse().unwrap());
        headers.insert("webhook-timestamp", stamp.parse().unwrap());
        headers.insert("webhook-signature", signature.parse().unwrap());
        let request = WebhookRequest::new(
            &http::Method::POST,
            "https://example.com/hook",
            &headers,
            b"{}",
        );
        clock.step(step);
        let expected = match step {
            Ok(by) if by.is_zero() => Ok(()),
            Ok(_) => Err(WebhookError::TooOld),
            Err(_) => Err(WebhookError::TooNew),
        };
        assert_eq!(verifier.check(&request).map(drop), expected, "{step:?}");
        clock.step(step.map_or_else(Ok, Err));
        assert_eq!(verifier.check(&request).map(drop), Ok(()), "{step:?}");
    }
}
