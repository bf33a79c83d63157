//! The spans of operations and attempts, with the names and types of OpenTelemetry's conventions for HTTP clients.
//!
//! Integers are recorded as `i64`: bridges to OpenTelemetry write what `tracing` calls `u64` as text.

use std::fmt;

use http::Method;
use tracing::Span;
use tracing::field::Empty;

use super::operation::Operation;
use crate::error::Error;

/// What a parameter of a path template becomes in `url.full`.
const HIDDEN: &str = "REDACTED";

/// The type of error of what was dropped before its end.
const CANCELLED: &str = "cancelled";

/// Where a request goes, as far as it may be told; of a presigned URL that is nothing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target<'a> {
    /// The base URL.
    pub(super) base: &'a str,
    /// Its host.
    pub(super) host: &'a str,
    /// Its port, or the scheme's.
    pub(super) port: Option<u16>,
}

/// The span of one operation with all its attempts.
pub(super) fn of_operation(provider: &'static str, operation: &str) -> Span {
    tracing::info_span!(
        target: "voice_core",
        "operation",
        otel.name = %format_args!("{provider} {operation}"),
        otel.kind = "internal",
        otel.status_code = Empty,
        voice.provider = provider,
        voice.operation = operation,
        voice.attempts = Empty,
        voice.delivery = Empty,
        error.type = Empty,
    )
}

/// Whether anybody may look at the spans of attempts.
pub(super) fn of_attempt_is_shown() -> bool {
    tracing::level_filters::LevelFilter::current() >= tracing::level_filters::LevelFilter::INFO
}

/// The span of one attempt, `number` from 1.
pub(super) fn of_attempt(operation: &Operation, target: Option<Target<'_>>, number: u32) -> Span {
    let (known, original) = known_method(operation.method());
    let path = operation.path();
    tracing::info_span!(
        target: "voice_core",
        "attempt",
        otel.name = %format_args!("{} {path}", if original.is_some() { "HTTP" } else { known }),
        otel.kind = "client",
        otel.status_code = Empty,
        http.request.method = known,
        http.request.method_original = original,
        http.request.resend_count = (number > 1).then(|| i64::from(number) - 1),
        http.response.status_code = Empty,
        server.address = target.map(|target| target.host),
        server.port = target.and_then(|target| target.port).map(i64::from),
        url.template = path,
        url.full = target.map(|target| tracing::field::display(Shown { base: target.base, path })),
        error.type = Empty,
    )
}

/// Notes an answer's status.
pub(super) fn status(span: &Span, status: http::StatusCode) {
    span.record("http.response.status_code", i64::from(status.as_u16()));
}

/// Notes a failure.
pub(super) fn failed(span: &Span, error: &Error) {
    span.record("error.type", error.kind().as_str());
    span.record("otel.status_code", "ERROR");
}

/// Notes that what a span tells of was dropped, unless it came to its end.
#[derive(Debug)]
pub(super) struct Unfinished(Option<Span>);

impl Unfinished {
    /// Watches over a span.
    pub(super) fn watch(span: &Span) -> Self {
        Self(Some(span.clone()))
    }

    /// It came to its end.
    pub(super) fn finish(mut self) {
        self.0 = None;
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(span) = &self.0 {
            span.record("error.type", CANCELLED);
            span.record("otel.status_code", "ERROR");
        }
    }
}

/// Notes how many attempts an operation took.
pub(super) fn attempts(span: &Span, attempts: u32) {
    span.record("voice.attempts", i64::from(attempts));
}

/// The method as the conventions know it; any other is `_OTHER`, and itself beside that.
fn known_method(method: &Method) -> (&str, Option<&str>) {
    let known = [
        Method::GET,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::HEAD,
        Method::OPTIONS,
        Method::CONNECT,
        Method::TRACE,
    ];
    match known.contains(method) {
        true => (method.as_str(), None),
        false => ("_OTHER", Some(method.as_str())),
    }
}

/// A URL without what may be somebody's: parameters of the path are hidden, and the query is left out.
struct Shown<'a> {
    base: &'a str,
    path: &'a str,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.base)?;
        let mut rest = self.path;
        while let Some((before, after)) = rest.split_once('{') {
            f.write_str(before)?;
            let Some((_, after)) = after.split_once('}') else {
                return f.write_str(HIDDEN);
            };
            f.write_str(HIDDEN)?;
            rest = after;
        }
        f.write_str(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_hidden() {
        let shown = |path| {
            let base = "https://api.example/v1";
            Shown { base, path }.to_string()
        };
        assert_eq!(shown("/calls"), "https://api.example/v1/calls");
        assert_eq!(
            shown("/a/{one}/b/{two}.json"),
            "https://api.example/v1/a/REDACTED/b/REDACTED.json"
        );
        assert_eq!(shown("/a/{open"), "https://api.example/v1/a/REDACTED");
    }

    #[test]
    fn methods_nobody_knows_are_other() {
        assert_eq!(known_method(&Method::PATCH), ("PATCH", None));
        let own = Method::from_bytes(b"PURGE").unwrap();
        assert_eq!(known_method(&own), ("_OTHER", Some("PURGE")));
    }
}
