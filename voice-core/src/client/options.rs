//! Settings of a client, and of one request.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::breaker::BreakerSettings;
use crate::clock::{SharedClock, SystemClock};
use crate::error::Error;
use crate::limits::RateLimiter;
use crate::observe::Observer;
use crate::retry::{Backoff, ExponentialBackoff, RetryPolicy, SafeRetry};
use crate::transport::{HttpTransportBuilder, Transport};

/// What every provider's builder lets the caller set; the defaults are stated at each field's setter.
#[derive(Debug, Clone)]
pub struct ClientOptions {
    pub(super) attempt_timeout: Duration,
    pub(super) deadline: Duration,
    pub(super) retries: u32,
    pub(super) policy: Arc<dyn RetryPolicy>,
    pub(super) backoff: Arc<dyn Backoff>,
    pub(super) retry_after_cap: Duration,
    pub(super) budget: Option<(u32, f64)>,
    pub(super) breaker: Option<BreakerSettings>,
    pub(super) limiter: Option<Arc<dyn RateLimiter>>,
    pub(super) body_cap: usize,
    pub(super) observers: Vec<Arc<dyn Observer>>,
    pub(super) clock: SharedClock,
    pub(super) transport: TransportChoice,
    pub(super) user_agent: Option<String>,
    chosen: Chosen,
}

/// Which rules for retries the caller has set.
#[derive(Debug, Clone, Copy, Default)]
struct Chosen {
    retries: bool,
    policy: bool,
    backoff: bool,
    retry_after_cap: bool,
    breaker: bool,
}

#[derive(Debug, Clone)]
pub(super) enum TransportChoice {
    Build(HttpTransportBuilder),
    Given(Arc<dyn Transport>),
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            attempt_timeout: Duration::from_secs(30),
            deadline: Duration::from_secs(90),
            retries: 3,
            policy: Arc::new(SafeRetry),
            backoff: Arc::new(ExponentialBackoff::default()),
            retry_after_cap: Duration::from_secs(60),
            budget: Some((100, 0.25)),
            breaker: Some(BreakerSettings::default()),
            limiter: None,
            body_cap: 8 << 20,
            observers: Vec::new(),
            clock: SystemClock::shared(),
            transport: TransportChoice::Build(HttpTransportBuilder::default()),
            user_agent: None,
            chosen: Chosen::default(),
        }
    }
}

impl ClientOptions {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Longest time of one attempt, body included; 30 s.
    #[must_use]
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.attempt_timeout = limit;
        self
    }

    /// Longest time of an operation, all attempts and waits included; 90 s.
    #[must_use]
    pub fn deadline(mut self, limit: Duration) -> Self {
        self.deadline = limit;
        self
    }

    /// How many times a failed request may be sent again; 3. Zero turns retries off.
    #[must_use]
    pub fn retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self.chosen.retries = true;
        self
    }

    /// Another rule for what may be sent again; [`SafeRetry`]. No rule can make a dial with an unknown outcome go out
    /// twice.
    #[must_use]
    pub fn retry_policy(mut self, policy: impl RetryPolicy) -> Self {
        self.policy = Arc::new(policy);
        self.chosen.policy = true;
        self
    }

    /// Another schedule; [`ExponentialBackoff::default`].
    #[must_use]
    pub fn backoff(mut self, backoff: impl Backoff) -> Self {
        self.backoff = Arc::new(backoff);
        self.chosen.backoff = true;
        self
    }

    /// The longest `Retry-After` that is waited for; 60 s. A longer one comes back as an error at once, with the wait on
    /// it.
    #[must_use]
    pub fn retry_after_cap(mut self, cap: Duration) -> Self {
        self.retry_after_cap = cap;
        self.chosen.retry_after_cap = true;
        self
    }

    /// [`retries`](Self::retries), unless the caller has set them: for a provider whose API has rules of its own.
    #[must_use]
    pub fn or_retries(mut self, retries: u32) -> Self {
        if !self.chosen.retries {
            self.retries = retries;
        }
        self
    }

    /// [`retry_policy`](Self::retry_policy), unless the caller has set one.
    #[must_use]
    pub fn or_retry_policy(mut self, policy: impl RetryPolicy) -> Self {
        if !self.chosen.policy {
            self.policy = Arc::new(policy);
        }
        self
    }

    /// [`backoff`](Self::backoff), unless the caller has set one.
    #[must_use]
    pub fn or_backoff(mut self, backoff: impl Backoff) -> Self {
        if !self.chosen.backoff {
            self.backoff = Arc::new(backoff);
        }
        self
    }

    /// [`retry_after_cap`](Self::retry_after_cap), unless the caller has set one.
    #[must_use]
    pub fn or_retry_after_cap(mut self, cap: Duration) -> Self {
        if !self.chosen.retry_after_cap {
            self.retry_after_cap = cap;
        }
        self
    }

    /// The retry budget of each host: a bucket of `tokens`, refilled by `per_success`; 100 and 0.25.
    #[must_use]
    pub fn retry_budget(mut self, tokens: u32, per_success: f64) -> Self {
        self.budget = Some((tokens, per_success));
        self
    }

    /// No retry budget.
    #[must_use]
    pub fn without_retry_budget(mut self) -> Self {
        self.budget = None;
        self
    }

    /// The circuit breaker of each host; 5 failures in a row that last for 2 s and are more than chance, 30 s: see
    /// [`BreakerSettings`].
    #[must_use]
    pub fn breaker(mut self, settings: BreakerSettings) -> Self {
        self.breaker = Some(settings);
        self.chosen.breaker = true;
        self
    }

    /// No circuit breaker.
    #[must_use]
    pub fn without_breaker(mut self) -> Self {
        self.breaker = None;
        self.chosen.breaker = true;
        self
    }

    /// [`breaker`](Self::breaker), unless the caller has set one, or wants none.
    #[must_use]
    pub fn or_breaker(mut self, settings: BreakerSettings) -> Self {
        if !self.chosen.breaker {
            self.breaker = Some(settings);
        }
        self
    }

    /// A client-side rate limiter; none. Give the same one to every client of one account.
    #[must_use]
    pub fn limiter(mut self, limiter: impl RateLimiter) -> Self {
        self.limiter = Some(Arc::new(limiter));
        self
    }

    /// A limiter that is shared already.
    #[must_use]
    pub fn shared_limiter(mut self, limiter: Arc<dyn RateLimiter>) -> Self {
        self.limiter = Some(limiter);
        self
    }

    /// Whether the caller has set a number of retries; a provider crate may have rules of its own for when there is none.
    #[must_use]
    pub fn has_retries(&self) -> bool {
        self.chosen.retries
    }

    /// Whether a limiter is set; a provider crate may have one of its own for when there is none.
    #[must_use]
    pub fn has_limiter(&self) -> bool {
        self.limiter.is_some()
    }

    /// The clock that is set, for parts that must live by the same one.
    #[must_use]
    pub fn shared_clock(&self) -> SharedClock {
        SharedClock::clone(&self.clock)
    }

    /// The largest body that is read, in bytes after decompression; 8 MiB.
    #[must_use]
    pub fn body_cap(mut self, bytes: usize) -> Self {
        self.body_cap = bytes;
        self
    }

    /// Adds an observer; none.
    #[must_use]
    pub fn observer(mut self, observer: impl Observer) -> Self {
        self.observers.push(Arc::new(observer));
        self
    }

    /// Adds an observer that is shared already.
    #[must_use]
    pub fn shared_observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observers.push(observer);
        self
    }

    /// Another clock; the system's.
    #[must_use]
    pub fn clock(mut self, clock: SharedClock) -> Self {
        self.clock = clock;
        self
    }

    /// Another transport, such as a scripted one, or one pool shared by several clients.
    #[must_use]
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = TransportChoice::Given(transport);
        self
    }

    /// Settings of the client's own HTTP transport: connect timeout, proxy, root certificates.
    #[must_use]
    pub fn http(mut self, settings: HttpTransportBuilder) -> Self {
        self.transport = TransportChoice::Build(settings);
        self
    }

    /// Put before this SDK's own token in `User-Agent`; letters, digits and `/ . - _` make sense.
    #[must_use]
    pub fn user_agent(mut self, product: impl Into<String>) -> Self {
        self.user_agent = Some(product.into());
        self
    }
}

/// Settings of one request, the same for every operation of every provider.
///
/// ```
/// use std::time::Duration;
/// use voice_core::client::RequestOptions;
///
/// let options = RequestOptions::new()
///     .deadline(Duration::from_secs(5))
///     .retries(0)
///     .header("x-correlation-id", "lead-42")?;
/// # Ok::<(), voice_core::error::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct RequestOptions {
    pub(super) attempt_timeout: Option<Duration>,
    pub(super) deadline: Option<Duration>,
    pub(super) retries: Option<u32>,
    pub(super) headers: HeaderMap,
}

/// Headers that belong to the client: credentials, framing, and what the dialects sign.
const RESERVED: [&str; 18] = [
    "authorization",
    "proxy-authorization",
    "x-api-key",
    "cookie",
    "host",
    "content-length",
    "content-type",
    "content-encoding",
    "transfer-encoding",
    "connection",
    "keep-alive",
    "proxy-connection",
    "trailer",
    "te",
    "upgrade",
    "expect",
    "accept-encoding",
    "twilio-client-validation",
];

impl RequestOptions {
    /// The client's own settings.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Longest time of one attempt.
    #[must_use]
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.attempt_timeout = Some(limit);
        self
    }

    /// Longest time of the operation.
    #[must_use]
    pub fn deadline(mut self, limit: Duration) -> Self {
        self.deadline = Some(limit);
        self
    }

    /// How many times it may be sent again.
    #[must_use]
    pub fn retries(mut self, retries: u32) -> Self {
        self.retries = Some(retries);
        self
    }

    /// One header more.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::error::ErrorKind::InvalidInput) for a malformed name or value, and for a name
    /// that is the client's own (credentials, host, framing, content type).
    pub fn header(mut self, name: &str, value: &str) -> Result<Self, Error> {
        let name = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| Error::invalid_input("header", "the name is not a header name"))?;
        if RESERVED.contains(&name.as_str()) || name.as_str().starts_with("x-promptops-") {
            return Err(Error::invalid_input(
                "header",
                format!("{name} is set by the client itself"),
            ));
        }
        let value = HeaderValue::from_str(value)
            .map_err(|_| Error::invalid_input(name.as_str(), "the value is not a header value"))?;
        self.headers.append(name, value);
        Ok(self)
    }
}

/// Values of headers may be personal: only the names are shown.
impl fmt::Debug for RequestOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.keys().map(HeaderName::as_str).collect();
        f.debug_struct("RequestOptions")
            .field("attempt_timeout", &self.attempt_timeout)
            .field("deadline", &self.deadline)
            .field("retries", &self.retries)
            .field("headers", &names)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::retry::{JitterMode, NeverRetry};

    #[test]
    fn a_providers_rules_for_retries_give_way_to_the_callers() {
        let long = Duration::from_secs(120);
        let steady = ExponentialBackoff::new(long, long).with_jitter(JitterMode::None);
        let theirs = |options: ClientOptions| {
            options
                .or_retries(2)
                .or_retry_policy(SafeRetry)
                .or_backoff(steady)
                .or_retry_after_cap(long)
                .or_breaker(BreakerSettings::new(7, long))
        };
        let unset = theirs(ClientOptions::new());
        assert_eq!((unset.retries, unset.retry_after_cap), (2, long));
        assert_eq!(unset.backoff.delay(1, 0.0), long);
        assert_eq!(unset.breaker.map(|breaker| breaker.failures), Some(7));
        assert!(
            theirs(ClientOptions::new().without_breaker())
                .breaker
                .is_none()
        );

        let short = Duration::from_secs(7);
        let exact = ExponentialBackoff::new(short, short).with_jitter(JitterMode::None);
        let set = theirs(
            ClientOptions::new()
                .retries(5)
                .retry_policy(NeverRetry)
                .backoff(exact)
                .retry_after_cap(short)
                .breaker(BreakerSettings::new(9, short)),
        );
        assert_eq!(set.breaker.map(|breaker| breaker.failures), Some(9));
        assert_eq!((set.retries, set.retry_after_cap), (5, short));
        assert_eq!(set.backoff.delay(1, 0.0), short);
        assert!(format!("{:?}", set.policy).contains("NeverRetry"));
    }

    #[test]
    fn the_clients_own_headers_are_refused_in_any_case() {
        for name in [
            "Authorization",
            "X-API-KEY",
            "host",
            "Keep-Alive",
            "Content-Type",
            "X-PromptOps-Signature",
        ] {
            let error = RequestOptions::new().header(name, "x").unwrap_err();
            assert!(error.to_string().contains("set by the client"), "{error}");
        }
        assert!(RequestOptions::new().header("bad name", "x").is_err());
        assert!(RequestOptions::new().header("x-ok", "line\nbreak").is_err());
        assert!(RequestOptions::new().header("x-ok", "fine").is_ok());
    }
}
