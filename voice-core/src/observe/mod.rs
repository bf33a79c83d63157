//! What goes on, for whoever wants to watch.
//!
//! - **Spans** (`tracing`, target `voice_core`): one `operation` span of kind INTERNAL for each operation, one `attempt`
//!   span of kind CLIENT for each try, with OpenTelemetry's HTTP names (`http.request.method`, `server.address`,
//!   `url.template`, `http.response.status_code`, `http.request.resend_count`, `error.type`). Names and fields are of few
//!   values: no ids, no numbers, no URLs.
//! - **[`Observer`]**: the same as calls, for metrics, request logs and tests.
//! - **[`Stats`]**: an observer that counts and keeps a latency [`Histogram`] for each operation.
//! - **[`DebugLog`]**: an observer that tells every attempt, retry and end as a `tracing` event.
//! - **[`Profiler`]**: times any future of yours by name, and sums up.
//! - **[`log`]**: an observer that writes one JSON line for each attempt, and what reads such files again.
//! - **`json_log`** (feature `json-log`): a layer for `tracing` that writes one JSON object per line.
//! - **[`report`]**: what went wrong, when and where, as a table, as JSON and as a page; and an alarm.

mod debug;
mod histogram;
#[cfg(feature = "json-log")]
#[cfg_attr(docsrs, doc(cfg(feature = "json-log")))]
pub mod json_log;
pub mod log;
mod profile;
pub mod report;
mod stats;

use std::fmt;
use std::time::Duration;

use crate::error::Error;
use crate::limits::RateLimits;
use crate::retry::Repeat;

pub use debug::{DebugLog, Payloads};
pub use histogram::{Histogram, HistogramSnapshot};
pub use profile::{
    MemorySampler, OperationProfile, ProfileRecord, ProfileSummary, Profiler, ProfilerBuilder,
    Times,
};
pub use stats::{OperationStats, Stats};

/// Hears of everything a client does. Methods are called inline: be quick, and do not panic.
pub trait Observer: fmt::Debug + Send + Sync + 'static {
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
    /// From 1.
    pub attempt: u32,
    /// The HTTP status, when a head arrived.
    pub status: Option<u16>,
    /// From the breaker to the judgement.
    pub elapsed: Duration,
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
