//! The error report: what failed, how often, when, where, and what that looks like.
//!
//! A [`ReportCollector`] counts, in bounded memory: as an [`Observer`](crate::observe::Observer) of running clients, from
//! logs that [`JsonlLog`](crate::observe::log::JsonlLog) wrote, or from test results. [`ReportCollector::report`] gives an
//! [`ErrorReport`]: plain data, printed as a table ([`to_text`](ErrorReport::to_text)), as JSON
//! ([`to_json`](ErrorReport::to_json)) or, with the feature `report-html`, as one page (`to_html`).
//! [`ErrorReport::alert`] judges it; an [`ErrorAlarm`] watches while it happens.
//!
//! ```
//! use voice_core::observe::report::{AlertRule, ReportCollector, ReportOptions, Zone};
//!
//! let log = br#"{"time":"2025-01-13T10:30:00Z","provider":"twilio","operation":"calls.get","status":200,"success":true}
//! {"time":"2025-01-13T10:31:00Z","provider":"twilio","operation":"calls.get","status":503,"success":false}
//! "#;
//! let collector = ReportCollector::new(ReportOptions::new().zone(Zone::INDIA));
//! collector.read_log(&log[..])?;
//! let report = collector.report();
//! assert_eq!((report.attempts.total, report.attempts.failed), (2, 1));
//! assert_eq!(report.by_hour[0].hour, "2025-01-13T16");
//! assert!(report.alert(&AlertRule::over_percent(5).min_sample(2)).is_some());
//! println!("{}", report.to_text());
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! What is counted is **attempts**: one that failed counts as failed although a retry succeeded, since this is about what
//! the provider does. How operations ended, after all retries, stands beside it. An attempt's **effective status** is the
//! HTTP status, unless the answer was a success that carried an error: then it is the status that the error's kind stands
//! for, such as 409 for a duplicate inside a 200.

mod alarm;
mod alert;
mod bounded;
mod collect;
#[cfg(feature = "report-html")]
pub(in crate::observe) mod html;
mod messages;
mod options;
mod patterns;
mod sample;
mod sources;
mod state;
mod statistics;
pub(in crate::observe) mod text;
mod zone;

#[cfg(test)]
mod tests;

use serde::ser::{Serialize, SerializeStruct, Serializer};

pub use alarm::ErrorAlarm;
pub use alert::{Alert, AlertRule};
pub use collect::ReportCollector;
pub use messages::normalize_message;
pub use options::ReportOptions;
pub use patterns::{Pattern, PatternKind};
pub use zone::{UnknownZone, Zone};

/// How many, and how many of them failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tally {
    /// All.
    pub total: u64,
    /// Those that failed.
    pub failed: u64,
}

impl Tally {
    /// The fraction that failed, from 0 to 1; 0 of none.
    #[must_use]
    pub fn rate(&self) -> f64 {
        fraction(self.failed, self.total)
    }
}

/// As `total`, `failed` and `rate`.
impl Serialize for Tally {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Tally", 3)?;
        out.serialize_field("total", &self.total)?;
        out.serialize_field("failed", &self.failed)?;
        out.serialize_field("rate", &rounded(self.rate()))?;
        out.end()
    }
}

/// How often something was seen.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct Share {
    /// What.
    pub name: String,
    /// How many attempts.
    pub count: u64,
    /// The same as a fraction of all attempts.
    #[serde(serialize_with = "as_rounded")]
    pub rate: f64,
}

/// How long attempts took that were sent, in milliseconds; see [`Histogram`](crate::observe::Histogram) for how exact.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct Latency {
    /// How many.
    pub count: u64,
    /// The median.
    pub p50_ms: f64,
    /// What 95 of 100 do not exceed.
    pub p95_ms: f64,
    /// What 99 of 100 do not exceed.
    pub p99_ms: f64,
    /// The longest.
    pub max_ms: f64,
}

/// Operations, with all their attempts.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct Operations {
    /// How many, and how many failed in the end.
    #[serde(flatten)]
    pub tally: Tally,
    /// Those that took more than one attempt and succeeded.
    pub rescued: u64,
}

/// One operation's attempts.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct OperationRow {
    /// Provider and operation, such as `twilio calls.create`.
    pub name: String,
    /// Its attempts.
    #[serde(flatten)]
    pub tally: Tally,
    /// Their latency, if any was sent.
    pub latency: Option<Latency>,
}

/// One endpoint's attempts.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct EndpointRow {
    /// Method and path template, such as `GET /v1/calls/{id}`.
    pub name: String,
    /// Its attempts.
    #[serde(flatten)]
    pub tally: Tally,
}

/// One hour of the zone's clock.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct HourRow {
    /// Such as `2025-01-13T16`.
    pub hour: String,
    /// Its attempts.
    #[serde(flatten)]
    pub tally: Tally,
    /// What the failed ones were.
    #[serde(flatten)]
    pub errors: Classes,
}

/// Failures in six classes, of which each failure is in one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Classes {
    /// 429, and what the client-side limiter held back.
    pub rate_limited: u64,
    /// 503.
    pub unavailable: u64,
    /// Every other 5xx but 504.
    pub server: u64,
    /// No answer in time, 408 and 504.
    pub timeout: u64,
    /// DNS, connect, TLS, broken connections.
    pub network: u64,
    /// Everything else: 4xx, answers that cannot be read, an open breaker.
    pub other: u64,
}

/// Attempts that took longer than the threshold.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct Slow {
    /// The threshold, in milliseconds.
    pub threshold_ms: f64,
    /// How many took longer.
    pub count: u64,
    /// The longest of them, longest first.
    pub calls: Vec<CallRow>,
}

/// One attempt.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct CallRow {
    /// When it ended, RFC 3339 in the report's zone.
    pub time: Option<String>,
    /// Provider and operation.
    pub operation: String,
    /// Method and path template.
    pub endpoint: String,
    /// The effective status.
    pub status: Option<u16>,
    /// The provider's error code.
    pub code: Option<String>,
    /// The error's kind.
    pub kind: Option<String>,
    /// The error's message, redacted.
    pub message: Option<String>,
    /// The provider's id of the request.
    pub request_id: Option<String>,
    /// How long it took, in milliseconds.
    pub duration_ms: Option<f64>,
}

/// What was read, and what could not be.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Input {
    /// Lines of logs and entries of lists.
    pub lines: u64,
    /// Those that could not be read.
    pub malformed: u64,
    /// The numbers of the first 20 of these, each within its own file.
    pub malformed_at: Vec<u64>,
    /// Lines that the logs themselves say are missing.
    pub lost: u64,
}

/// The report; see the [module page](self) for how it is made.
///
/// [`to_json`](Self::to_json) writes these fields under these names. Rates are fractions from 0 to 1, rounded to six
/// places; lists are sorted by what matters most, hours by time. New fields may come; a field that changes its meaning
/// changes [`schema`](Self::schema).
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct ErrorReport {
    /// 1.
    pub schema: u32,
    /// The zone of every time in it.
    pub zone: String,
    /// The earliest attempt with a time, RFC 3339.
    pub from: Option<String>,
    /// The latest.
    pub to: Option<String>,
    /// All attempts.
    pub attempts: Tally,
    /// All operations, where their ends were seen.
    pub operations: Option<Operations>,
    /// Latency of all attempts that were sent.
    pub latency: Option<Latency>,
    /// By effective status, most frequent first; `none` where no answer came.
    pub by_status: Vec<Share>,
    /// Of these only what failed, for the page's chart: a test may succeed with a 404, or without a status.
    #[serde(skip)]
    #[cfg_attr(not(feature = "report-html"), allow(dead_code))]
    failed_by_status: Vec<Share>,
    /// By provider and its code.
    pub by_code: Vec<Share>,
    /// By [`ErrorKind`](crate::error::ErrorKind).
    pub by_kind: Vec<Share>,
    /// By operation, most failures first.
    pub by_operation: Vec<OperationRow>,
    /// The endpoints with the most failures.
    pub by_endpoint: Vec<EndpointRow>,
    /// By hour, oldest first, without hours in which nothing happened.
    pub by_hour: Vec<HourRow>,
    /// Attempts in no hour of `by_hour`: they came without a time, or lie more than 840 hours with attempts back.
    pub without_hour: u64,
    /// The most frequent [normalised](normalize_message) messages.
    pub messages: Vec<Share>,
    /// Attempts over the threshold.
    pub slow: Slow,
    /// The last failures, newest first.
    pub last_errors: Vec<CallRow>,
    /// What it looks like.
    pub patterns: Vec<Pattern>,
    /// What was read.
    pub input: Input,
}

impl ErrorReport {
    /// The report as a JSON object.
    ///
    /// ```
    /// use voice_core::observe::report::{ReportCollector, ReportOptions};
    ///
    /// let json = ReportCollector::new(ReportOptions::new()).report().to_json();
    /// assert_eq!(json["schema"], 1);
    /// assert_eq!(json["attempts"]["rate"], 0.0);
    /// ```
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        // Every field is text, a number or a list of such, and every number is finite.
        serde_json::to_value(self).unwrap_or_default()
    }
}

/// `part` of `whole`; 0 of nothing.
#[allow(
    clippy::cast_precision_loss,
    reason = "exact up to 2^53, and a rate is none the worse beyond"
)]
fn fraction(part: u64, whole: u64) -> f64 {
    match whole {
        0 => 0.0,
        _ => part as f64 / whole as f64,
    }
}

fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn as_rounded<S: Serializer>(value: &f64, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_f64(rounded(*value))
}
