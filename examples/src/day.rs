//! A day at a provider that does not exist: busy hours, occasional failures, ten bad minutes, and no waiting.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use serde_json::json;
use twilio_client::TwilioClient;
use twilio_client::calls::{CreateCall, Instructions};
use twilio_client::types::Endpoint;
use voice_core::client::ClientOptions;
use voice_core::clock::{Clock, Sleep, SystemClock};
use voice_core::error::Error;
use voice_core::ident::{AccountSid, AuthToken, CallSid, E164};
use voice_core::transport::{Body, Transport, TransportError};

/// Midnight in India, on 13 January 2025.
const MIDNIGHT: Duration = Duration::from_secs(1_736_706_600);
const HOUR: Duration = Duration::from_secs(3600);

/// The day: a clock whose waits are over at once, and a transport that answers as the hour has it. Cloning shares it.
///
/// The weather: 3 % of all requests fail with a 500; from 9 to 18 o'clock in India every eighth is refused besides, with
/// 429 or 503; and for ten minutes from 21:10 six of ten are never answered.
#[derive(Debug, Clone)]
pub struct Day(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    began: Instant,
    passed: Mutex<Duration>,
    random: Mutex<fastrand::Rng>,
}

impl Day {
    /// A day that is the same for the same seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(Arc::new(Inner {
            began: SystemClock::default().now(),
            passed: Mutex::default(),
            random: Mutex::new(fastrand::Rng::with_seed(seed)),
        }))
    }

    /// Lets a client of `options` work from midnight to midnight: it dials, and looks after its calls. What fails is not
    /// reported here; observers in `options` see all of it.
    ///
    /// # Errors
    /// When the client cannot be built.
    pub async fn work(&self, options: ClientOptions) -> Result<(), Error> {
        let options = options
            .transport(Arc::new(self.clone()))
            .clock(Arc::new(self.clone()))
            .attempt_timeout(Duration::from_secs(10))
            .deadline(Duration::from_secs(25));
        let client = TwilioClient::builder()
            .account_sid(AccountSid::parse("AC00000000000000000000000000000001")?)
            .auth_token(AuthToken::parse("0123456789abcdef0123456789abcdef")?)
            .options(options)
            .build()?;
        let call = CallSid::parse("CA00000000000000000000000000000001")?;
        let dial = CreateCall::new(
            Endpoint::from(E164::parse("+919876543210")?),
            Endpoint::from(E164::parse("+15557654300")?),
            Instructions::Url("https://example.com/answer".parse()?),
        );
        while self.passed() < 24 * HOUR - Duration::from_secs(60) {
            let busy = self.is_peak();
            let pause = if busy { 6_000.0 } else { 15_000.0 };
            self.advance(millis(2.0 * pause * self.unit()));
            // A failure is what this is about, and the observers have it.
            let _ = match self.unit() {
                x if x < 0.25 => client.calls().create(&dial).await.map(drop),
                x if x < 0.95 => client.calls().get(call).await.map(drop),
                _ => client.calls().hang_up(call).await.map(drop),
            };
        }
        Ok(())
    }

    fn passed(&self) -> Duration {
        *lock(&self.0.passed)
    }

    fn advance(&self, by: Duration) {
        *lock(&self.0.passed) += by;
    }

    fn is_peak(&self) -> bool {
        (9 * HOUR..18 * HOUR).contains(&self.passed())
    }

    fn is_cut_off(&self) -> bool {
        let from = 21 * HOUR + Duration::from_secs(600);
        (from..from + Duration::from_secs(600)).contains(&self.passed())
    }
}

impl Clock for Day {
    fn now(&self) -> Instant {
        self.0.began + self.passed()
    }

    fn wall(&self) -> SystemTime {
        UNIX_EPOCH + MIDNIGHT + self.passed()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        let day = self.clone();
        Box::pin(async move { day.advance(duration) })
    }

    fn unit(&self) -> f64 {
        lock(&self.0.random).f64()
    }
}

#[async_trait]
impl Transport for Day {
    async fn send(
        &self,
        request: http::Request<bytes::Bytes>,
    ) -> Result<http::Response<Body>, TransportError> {
        if self.is_cut_off() && self.unit() < 0.6 {
            std::future::pending::<()>().await;
        }
        // Most answers are quick, few are slow, and dials take longer.
        let usual = if request.method() == http::Method::POST {
            180.0
        } else {
            60.0
        };
        let slow = (1.0 / (1.0 - self.unit())).powf(0.55);
        self.sleep(millis((usual * slow).min(8_000.0))).await;
        let (status, code, message) = match self.unit() {
            x if x < 0.03 => (500, 20500, "An internal server error has occurred"),
            x if x < 0.035 => (
                404,
                20404,
                "The requested resource CA00000000000000000000000000000001 was not found",
            ),
            x if x < 0.12 && self.is_peak() => (429, 20429, "Too Many Requests"),
            x if x < 0.16 && self.is_peak() => (503, 20503, "Service unavailable"),
            _ => (200, 0, ""),
        };
        let body = match status {
            200 => json!({"sid": "CA00000000000000000000000000000001", "status": "queued"}),
            _ => json!({"status": status, "code": code, "message": message}),
        };
        let mut answer = http::Response::new(Body::from_bytes(body.to_string()));
        *answer.status_mut() = http::StatusCode::from_u16(status).unwrap_or_default();
        Ok(answer)
    }
}

fn millis(value: f64) -> Duration {
    Duration::from_secs_f64(value / 1000.0)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
