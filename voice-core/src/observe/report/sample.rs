//! One attempt as the report sees it, wherever it came from.

use std::time::Duration;

use jiff::Timestamp;

use super::Classes;
use crate::error::ErrorKind;
use crate::observe::AttemptEvent;
use crate::observe::log::{Outcome, Record};

/// Empty texts are unknown ones.
#[derive(Debug, Clone, Default)]
pub(super) struct Sample<'a> {
    pub(super) at: Option<Timestamp>,
    pub(super) provider: &'a str,
    pub(super) operation: &'a str,
    pub(super) method: &'a str,
    pub(super) endpoint: &'a str,
    pub(super) host: &'a str,
    pub(super) status: Option<u16>,
    pub(super) code: Option<&'a str>,
    pub(super) kind: Option<&'a str>,
    pub(super) message: Option<&'a str>,
    pub(super) request_id: Option<&'a str>,
    pub(super) duration: Option<Duration>,
    pub(super) failed: bool,
    /// Nothing left this machine, so that its time says nothing of the provider.
    pub(super) held_back: bool,
}

impl<'a> Sample<'a> {
    pub(super) fn of_attempt(event: &AttemptEvent<'a>, at: Option<Timestamp>) -> Self {
        let error = event.error;
        Self {
            at,
            provider: event.provider,
            operation: event.operation,
            method: event.method,
            endpoint: event.path,
            host: event.host,
            status: event.status,
            code: error.and_then(|e| e.code()),
            kind: error.map(|e| e.kind().as_str()),
            message: error.map(|e| e.message()),
            request_id: event.request_id,
            duration: Some(event.elapsed),
            failed: error.is_some(),
            held_back: error.is_some_and(|e| is_local(e.kind().as_str(), e.delivery().as_str())),
        }
    }

    pub(super) fn of_record(record: &'a Record) -> Self {
        let kind = record.error_kind.as_deref();
        let delivery = record.delivery.as_deref().unwrap_or_default();
        Self {
            at: Timestamp::try_from(record.time).ok(),
            provider: &record.provider,
            operation: &record.operation,
            method: record.method.as_deref().unwrap_or_default(),
            endpoint: record.endpoint.as_deref().unwrap_or_default(),
            host: record.host.as_deref().unwrap_or_default(),
            status: record.status,
            code: record.code.as_deref(),
            kind,
            message: record.message.as_deref(),
            request_id: record.request_id.as_deref(),
            duration: Some(record.duration),
            failed: record.outcome == Outcome::Failed,
            held_back: is_local(kind.unwrap_or_default(), delivery),
        }
    }

    /// The status that counts: of a success that carried an error, the one its kind stands for.
    pub(super) fn effective_status(&self) -> Option<u16> {
        let status = self.status?;
        if !self.failed || !(200..300).contains(&status) {
            return Some(status);
        }
        Some(match self.kind.unwrap_or_default() {
            "invalid_input" => 400,
            "authentication" => 401,
            "quota" => 402,
            "permission" => 403,
            "not_found" => 404,
            "unsupported" => 405,
            "timeout" => 408,
            "already_exists" | "conflict" => 409,
            "rate_limited" => 429,
            "server" => 500,
            "unavailable" => 503,
            _ => status,
        })
    }

    /// The error's kind, as it was said or as the status has it.
    pub(super) fn error_kind(&self) -> &'a str {
        match (self.kind, self.status) {
            (Some(kind), _) => kind,
            (None, Some(status)) => ErrorKind::from_status(status).as_str(),
            (None, None) => ErrorKind::Other.as_str(),
        }
    }
}

/// A request that this side held back: the breaker was open, the limiter had no turn.
fn is_local(kind: &str, delivery: &str) -> bool {
    delivery == "not_sent" && matches!(kind, "circuit_open" | "rate_limited" | "configuration")
}

/// The class of a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    RateLimited,
    Unavailable,
    Server,
    Timeout,
    Network,
    Other,
}

impl Class {
    pub(super) fn of(status: Option<u16>, kind: &str) -> Self {
        match (status, kind) {
            (Some(429), _) => Self::RateLimited,
            (Some(503), _) => Self::Unavailable,
            (Some(408 | 504), _) => Self::Timeout,
            (Some(500..=599), _) => Self::Server,
            (Some(400..=499), _) => Self::Other,
            (_, "rate_limited") => Self::RateLimited,
            (_, "timeout") => Self::Timeout,
            (_, "dns" | "connect" | "tls" | "connection") => Self::Network,
            _ => Self::Other,
        }
    }
}

impl Classes {
    pub(super) fn count(&mut self, class: Class) {
        match class {
            Class::RateLimited => self.rate_limited += 1,
            Class::Unavailable => self.unavailable += 1,
            Class::Server => self.server += 1,
            Class::Timeout => self.timeout += 1,
            Class::Network => self.network += 1,
            Class::Other => self.other += 1,
        }
    }

    /// Each with its name for a person, in the order in which they are stacked.
    pub(super) fn named(&self) -> [(&'static str, u64); 6] {
        [
            ("429 rate limited", self.rate_limited),
            ("503 unavailable", self.unavailable),
            ("other 5xx", self.server),
            ("time-out", self.timeout),
            ("network", self.network),
            ("other", self.other),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_inside_a_success_counts_as_what_it_is() {
        let sample = |status, kind, failed| {
            Sample {
                status,
                kind,
                failed,
                ..Sample::default()
            }
            .effective_status()
        };
        assert_eq!(sample(Some(200), Some("already_exists"), true), Some(409));
        assert_eq!(sample(Some(207), Some("invalid_input"), true), Some(400));
        assert_eq!(sample(Some(200), Some("decode"), true), Some(200));
        assert_eq!(sample(Some(200), None, false), Some(200));
        assert_eq!(sample(Some(500), Some("conflict"), true), Some(500));
        assert_eq!(sample(None, Some("timeout"), true), None);
    }

    #[test]
    fn every_failure_has_one_class() {
        for (status, kind, class) in [
            (Some(429), "quota", Class::RateLimited),
            (None, "rate_limited", Class::RateLimited),
            (Some(503), "unavailable", Class::Unavailable),
            (Some(502), "server", Class::Server),
            (Some(504), "timeout", Class::Timeout),
            (None, "timeout", Class::Timeout),
            // A body that stalled behind a good head.
            (Some(200), "timeout", Class::Timeout),
            (None, "dns", Class::Network),
            (None, "circuit_open", Class::Other),
            (Some(404), "not_found", Class::Other),
        ] {
            assert_eq!(Class::of(status, kind), class, "{status:?} {kind}");
        }
    }
}
