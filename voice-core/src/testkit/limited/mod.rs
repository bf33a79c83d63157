//! A provider that does nothing but limit, and the load to measure a client against it.
//!
//! [`LimitedProvider`] is a transport: it takes each request after the time of its way there, lets it through or refuses it
//! by an exact rule on its own clock, and answers after the time of the way back. There is no socket, so that under tokio's
//! paused time an hour takes a second and every run is the same. [`saturate`] keeps workers busy against it and says what
//! came of it: [`Goodput`].
//!
//! `meter` has the three rules, `latency` the ways, `load` the workers.

mod latency;
mod load;
mod meter;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, UNIX_EPOCH};

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};

use crate::clock::SharedClock;
use crate::transport::{Body, Transport, TransportError};
pub use latency::Latency;
pub use load::{Goodput, saturate};
use meter::{Meter, Verdict};

/// How the provider counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LimitKind {
    /// So many in each window of the provider's own calendar.
    FixedWindow,
    /// So many within any stretch as long as the window, whole requests remembered.
    SlidingWindow,
    /// The generic cell rate algorithm: a bucket of that many which fills up evenly; 0 counts as 1.
    Gcra {
        /// How many may come at once.
        burst: u32,
    },
}

/// What each answer says about the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum LimitHeaders {
    /// Nothing.
    #[default]
    None,
    /// `X-RateLimit-Limit`, `-Remaining` and `-Reset`, the last as whole seconds from now, rounded up.
    SecondsLeft,
    /// The same, with the reset as a Unix time on the provider's clock, rounded up to a second.
    UnixTime,
    /// `RateLimit` and `RateLimit-Policy` of draft-ietf-httpapi-ratelimit-headers-10.
    Ietf,
}

/// Whether a 429 says how long to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum RetryAfter {
    /// It does not.
    None,
    /// `Retry-After` in whole seconds, rounded up.
    #[default]
    Seconds,
}

/// What the provider has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct LimitCounts {
    /// Requests let through.
    pub accepted: u64,
    /// Requests answered 429.
    pub refused: u64,
}

/// A [`Transport`] that enforces one limit exactly. Cloning is cheap, and clones are one provider.
///
/// Unless set otherwise its 429s carry `Retry-After`, its answers no other header, requests travel by [`Latency::usual`], and
/// its clock is 0.37 of a window ahead of the client's, so that windows of the two never begin together.
///
/// ```
/// use std::time::Duration;
/// use voice_core::clock::SystemClock;
/// use voice_core::testkit::{LimitHeaders, LimitKind, LimitedProvider};
///
/// let provider = LimitedProvider::new(LimitKind::FixedWindow, 100, Duration::from_secs(60), SystemClock::shared())
///     .headers(LimitHeaders::SecondsLeft);
/// assert_eq!(provider.counts().refused, 0);
/// ```
#[derive(Clone)]
pub struct LimitedProvider {
    limit: u32,
    window: Duration,
    kind: LimitKind,
    headers: LimitHeaders,
    retry_after: RetryAfter,
    latency: Latency,
    ahead: Duration,
    clock: SharedClock,
    since: Instant,
    state: Arc<Mutex<State>>,
}

struct State {
    meter: Meter,
    counts: LimitCounts,
    random: fastrand::Rng,
}

impl LimitedProvider {
    /// A provider that allows `limit` requests per `window`, both at least one (a window of zero counts as a second).
    #[must_use]
    pub fn new(kind: LimitKind, limit: u32, window: Duration, clock: SharedClock) -> Self {
        let limit = limit.max(1);
        let window = if window.is_zero() {
            Duration::from_secs(1)
        } else {
            window
        };
        let state = State {
            meter: Meter::new(kind, limit, window),
            counts: LimitCounts::default(),
            random: fastrand::Rng::with_seed(1),
        };
        Self {
            limit,
            window,
            kind,
            headers: LimitHeaders::None,
            retry_after: RetryAfter::Seconds,
            latency: Latency::usual(),
            ahead: window.mul_f64(0.37),
            since: clock.now(),
            clock,
            state: Arc::new(Mutex::new(state)),
        }
    }

    /// What answers say about the limit; nothing unless set.
    #[must_use]
    pub fn headers(mut self, headers: LimitHeaders) -> Self {
        self.headers = headers;
        self
    }

    /// Whether a 429 says how long to wait; it does unless set.
    #[must_use]
    pub fn retry_after(mut self, retry_after: RetryAfter) -> Self {
        self.retry_after = retry_after;
        self
    }

    /// How long requests and answers travel; [`Latency::usual`] unless set.
    #[must_use]
    pub fn latency(mut self, latency: Latency) -> Self {
        self.latency = latency;
        self
    }

    /// How much the provider's clock is ahead of the client's; 0.37 of a window unless set. Fixed windows begin by it, and
    /// [`LimitHeaders::UnixTime`] is told by it.
    #[must_use]
    pub fn clock_ahead(mut self, ahead: Duration) -> Self {
        self.ahead = ahead;
        self
    }

    /// Another sequence of random travel times.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        self.lock().random = fastrand::Rng::with_seed(seed);
        self
    }

    /// What it has seen so far.
    #[must_use]
    pub fn counts(&self) -> LimitCounts {
        self.lock().counts
    }

    /// Requests per window.
    #[must_use]
    pub fn limit(&self) -> u32 {
        self.limit
    }

    /// The window.
    #[must_use]
    pub fn window(&self) -> Duration {
        self.window
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The request has arrived: counts and answers it, on the provider's clock.
    fn arrive(&self) -> Response<Body> {
        let elapsed = self.clock.now().saturating_duration_since(self.since);
        let mut state = self.lock();
        let verdict = state.meter.ask(elapsed.saturating_add(self.ahead));
        let (status, body) = if verdict.open {
            state.counts.accepted += 1;
            (StatusCode::OK, &b"{}"[..])
        } else {
            state.counts.refused += 1;
            (
                StatusCode::TOO_MANY_REQUESTS,
                &br#"{"message":"slow down"}"#[..],
            )
        };
        drop(state);
        let mut answer = Response::new(Body::from_bytes(Bytes::from_static(body)));
        *answer.status_mut() = status;
        self.tell(&verdict, answer.headers_mut());
        answer
    }

    fn tell(&self, verdict: &Verdict, headers: &mut HeaderMap) {
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
        if !verdict.open && self.retry_after == RetryAfter::Seconds {
            headers.insert(header::RETRY_AFTER, ceil(verdict.wait).max(1).into());
        }
        let limit = match self.kind {
            LimitKind::Gcra { burst } => burst.max(1),
            _ => self.limit,
        };
        let reset = match self.headers {
            LimitHeaders::None => return,
            LimitHeaders::Ietf => {
                let window = ceil(self.window);
                let (left, reset) = (verdict.left, ceil(verdict.reset));
                for (name, text) in [
                    ("ratelimit-policy", format!("\"main\";q={limit};w={window}")),
                    ("ratelimit", format!("\"main\";r={left};t={reset}")),
                ] {
                    if let Ok(text) = HeaderValue::from_str(&text) {
                        headers.insert(name, text);
                    }
                }
                return;
            }
            LimitHeaders::SecondsLeft => ceil(verdict.reset),
            LimitHeaders::UnixTime => {
                let since = self.clock.wall().duration_since(UNIX_EPOCH);
                ceil(since.unwrap_or_default() + self.ahead + verdict.reset)
            }
        };
        headers.insert("x-ratelimit-limit", limit.into());
        headers.insert("x-ratelimit-remaining", verdict.left.into());
        headers.insert("x-ratelimit-reset", reset.into());
    }
}

/// Whole seconds, rounded up.
fn ceil(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}

#[async_trait]
impl Transport for LimitedProvider {
    async fn send(&self, _: http::Request<Bytes>) -> Result<Response<Body>, TransportError> {
        let (out, back) = self.latency.draw(&mut self.lock().random);
        self.clock.sleep(out).await;
        let answer = self.arrive();
        self.clock.sleep(back).await;
        Ok(answer)
    }
}

impl fmt::Debug for LimitedProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LimitedProvider")
            .field("kind", &self.kind)
            .field("limit", &self.limit)
            .field("window", &self.window)
            .field("counts", &self.counts())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemClock;
    use crate::limits;
    use crate::testkit::TestClock;

    async fn ask(provider: &LimitedProvider) -> Response<Body> {
        let request = http::Request::get("https://api.example.com/")
            .body(Bytes::new())
            .unwrap();
        provider.send(request).await.unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn answers_come_late_and_say_what_was_asked_for() {
        let clock: SharedClock = Arc::new(TestClock::at(1_700_000_000));
        let second = Duration::from_secs(1);
        for headers in [
            LimitHeaders::None,
            LimitHeaders::SecondsLeft,
            LimitHeaders::UnixTime,
            LimitHeaders::Ietf,
        ] {
            let provider =
                LimitedProvider::new(LimitKind::SlidingWindow, 1, second * 60, clock.clone())
                    .headers(headers)
                    .clock_ahead(second * 5)
                    .latency(Latency::fixed(second, second * 2));
            let start = clock.now();
            assert_eq!(ask(&provider).await.status(), 200);
            let took = clock.now() - start;
            assert!(took >= second * 3 && took < second * 4, "{took:?}");
            let refused = ask(&provider).await;
            assert_eq!(refused.status(), 429);
            let said = limits::read(refused.headers(), clock.wall());
            assert_eq!(said.retry_after(), Some(second * 57), "60 less 3 s");
            let window = said.windows().next();
            assert_eq!(window.is_some(), headers != LimitHeaders::None);
            if let Some(window) = window {
                assert_eq!((window.limit(), window.remaining()), (Some(1), Some(0)));
                let wait = window.reset().unwrap().as_secs();
                // A client that trusts a clock which is 5 s ahead, and reads 2 s after the answer left.
                let expected = if headers == LimitHeaders::UnixTime {
                    59..=61
                } else {
                    57..=57
                };
                assert!(expected.contains(&wait), "{headers:?}: {wait}");
            }
            let counts = provider.counts();
            assert_eq!((counts.accepted, counts.refused), (1, 1));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn nonsense_is_made_into_the_least_that_makes_sense() {
        let provider = LimitedProvider::new(
            LimitKind::Gcra { burst: 0 },
            0,
            Duration::ZERO,
            SystemClock::shared(),
        );
        assert_eq!((provider.limit(), provider.window().as_secs()), (1, 1));
        assert_eq!(ask(&provider).await.status(), 200);
        assert_eq!(ask(&provider).await.status(), 429);
    }
}
