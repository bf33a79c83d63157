//! What goes on, for whoever wants to watch.
//!
//! - **Spans** (`tracing`, target `voice_core`): one `operation` span of kind INTERNAL for each operation, one `attempt`
//!   span of kind CLIENT for each try, with the names and types of OpenTelemetry's [conventions for HTTP]. Names and
//!   fields are of few values: no ids, no phone numbers; see [Spans](#spans).
//! - **[`Observer`]**: the same as calls, for metrics, request logs and tests.
//! - **[`Stats`]**: an observer that counts and keeps a latency [`Histogram`] for each operation.
//! - **[`DebugLog`]**: an observer that tells every attempt, retry and end as a `tracing` event.
//! - **[`Profiler`]**: times any future of yours by name, and sums up.
//! - **[`log`]**: an observer that writes one JSON line for each attempt, and what reads such files again.
//! - **`metrics`** (feature `metrics`): an observer that feeds the facade `metrics`, and so Prometheus, StatsD and others.
//! - **`json_log`** (feature `json-log`): a layer for `tracing` that writes one JSON object per line.
//! - **[`report`]**: what went wrong, when and where, as a table, as JSON and as a page; and an alarm.
//!
//! # Spans
//!
//! | field | span | type | |
//! |---|---|---|---|
//! | name | operation | | `{provider} {operation}`, as in `twilio calls.create` |
//! | `voice.provider`, `voice.operation` | operation | string | |
//! | `voice.attempts` | operation | int | how often it was tried |
//! | `voice.delivery` | operation | string | on errors: `not_sent`, `refused`, `unknown`, `answered` |
//! | name | attempt | | `{method} {template}`, as in `GET /v1/calls/{id}` |
//! | `http.request.method` | attempt | string | `_OTHER` beside `http.request.method_original` when it is no usual one |
//! | `server.address`, `server.port` | attempt | string, int | |
//! | `url.template` | attempt | string | |
//! | `url.full` | attempt | string | each parameter of the path is `REDACTED`; the query is left out |
//! | `http.request.resend_count` | attempt | int | from the second attempt on |
//! | `http.response.status_code` | attempt | int | when a head arrived |
//! | `error.type` | both | string | the [`ErrorKind`](crate::error::ErrorKind), or `cancelled` when it was dropped; the span's status is then `Error` |
//!
//! An attempt's span covers the wait for a turn of the limiter, the redirects of a download, and the reading of a body that
//! is read whole; a body that is handed over as a stream comes after it. An attempt that breaker or limiter held back has a
//! span as well, with `circuit_open` or `rate_limited` and no status. Of an upload to a presigned URL neither server nor URL
//! is told. `tracing-opentelemetry` makes OpenTelemetry's spans of these; `examples/tests/otlp.rs` holds what arrives at a
//! collector against the conventions.
//!
//! [conventions for HTTP]: https://opentelemetry.io/docs/specs/semconv/http/http-spans/

mod debug;
mod histogram;
#[cfg(feature = "json-log")]
#[cfg_attr(docsrs, doc(cfg(feature = "json-log")))]
pub mod json_log;
pub mod log;
#[cfg(feature = "metrics")]
#[cfg_attr(docsrs, doc(cfg(feature = "metrics")))]
pub mod metrics;
mod profile;
pub mod report;
mod stats;

use std::fmt;
use std::time::Duration;

use crate::breaker::BreakerState;
use crate::error::Error;
use crate::limits::RateLimits;
use crate::retry::Repeat;

pub use debug::{DebugLog, Payloads};
pub use histogram::{Histogram, HistogramSnapshot};
pub use profile::{
    MemorySampler, OperationProfile, ProfileRecord, ProfileSummary, Profiler, ProfilerBuilder,
    Times,
};
pub use stats::{OperationStats, Stats, StatsSnapshot};

/// Hears of everything a client does. Methods are called inline: be quick, and do not panic.
pub trait Observer: fmt::Debug + Send + Sync + 'static {
    /// An operation begins. What begins also ends, either by [`on_operation`](Self::on_operation) or by
    /// [`on_dropped`](Self::on_dropped).
    fn on_start(&self, event: &StartEvent<'_>) {
        let _ = event;
    }

    /// An operation was dropped before its end, since its caller did not want to wait for it any more.
    fn on_dropped(&self, event: &StartEvent<'_>) {
        let _ = event;
    }

    /// An attempt has ended.
    fn on_attempt(&self, event: &AttemptEvent<'_>) {
        let _ = event;
    }

    /// Another attempt will follow after a wait.
    fn on_retry(&self, event: &RetryEvent<'_>) {
        let _ = event;
    }

    /// An operation has ended, with all its attempts.
    fn on_operation(&self, event: &OperationEvent<'_>) {
        let _ = event;
    }
}

/// An operation that begins, or that nobody waits for any more.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct StartEvent<'a> {
    /// The provider.
    pub provider: &'static str,
    /// The operation's name.
    pub operation: &'a str,
}

/// What on this side kept a request from being sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HeldBack {
    /// The circuit breaker is open.
    Breaker,
    /// The limiter has no turn before the deadline.
    Limiter,
}

impl HeldBack {
    /// A stable name: `breaker` or `limiter`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Breaker => "breaker",
            Self::Limiter => "limiter",
        }
    }
}

/// One attempt, ended.
#[non_exhaustive]
pub struct AttemptEvent<'a> {
    /// The provider.
    pub provider: &'static str,
    /// The operation's name.
    pub operation: &'a str,
    /// The HTTP method.
    pub method: &'a str,
    /// The path template; never the path itself, which may hold ids.
    pub path: &'a str,
    /// The host; empty for an upload to a presigned URL, of which nothing is shown.
    pub host: &'a str,
    /// The port, the scheme's where none is written; `None` for an upload to a presigned URL.
    pub port: Option<u16>,
    /// From 1.
    pub attempt: u32,
    /// The HTTP status, when a head arrived.
    pub status: Option<u16>,
    /// From the breaker to the judgement.
    pub elapsed: Duration,
    /// How much of that was a wait for a turn of the limiter.
    pub waited: Duration,
    /// What kept it from being sent, if it was kept from it.
    pub held_back: Option<HeldBack>,
    /// The breaker's state after it, when there is a breaker.
    pub breaker: Option<BreakerState>,
    /// The request's body, for hashing; it may hold personal data and secrets.
    pub request_body: &'a [u8],
    /// The provider's id of the request, redacted, when an answer brought one.
    pub request_id: Option<&'a str>,
    /// Bytes of a successful answer's body, after decompression; 0 for one that is handed over as a stream.
    pub response_bytes: usize,
    /// What the answer said of limits.
    pub rate_limits: Option<&'a RateLimits>,
    /// What went wrong.
    pub error: Option<&'a Error>,
}

impl fmt::Debug for AttemptEvent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AttemptEvent")
            .field("provider", &self.provider)
            .field("operation", &self.operation)
            .field("attempt", &self.attempt)
            .field("status", &self.status)
            .field("elapsed", &self.elapsed)
            .field("request_bytes", &self.request_body.len())
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

/// A wait before another attempt.
#[derive(Debug)]
#[non_exhaustive]
pub struct RetryEvent<'a> {
    /// The provider.
    pub provider: &'static str,
    /// The operation's name.
    pub operation: &'a str,
    /// How long.
    pub wait: Duration,
    /// What went wrong before.
    pub error: &'a Error,
}

/// An operation, ended.
#[derive(Debug)]
#[non_exhaustive]
pub struct OperationEvent<'a> {
    /// The provider.
    pub provider: &'static str,
    /// The operation's name.
    pub operation: &'a str,
    /// Its repeat class, as sent.
    pub repeat: Repeat,
    /// How many attempts.
    pub attempts: u32,
    /// All of it, waits included.
    pub elapsed: Duration,
    /// What it ended with.
    pub error: Option<&'a Error>,
}
