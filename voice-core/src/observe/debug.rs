//! Every request told to `tracing`, for the hours in which nothing is clear.

use crate::secret::{EXCERPT_BYTES, Redactor, excerpt};

use super::{AttemptEvent, Observer, OperationEvent, RetryEvent};

/// Whether the beginning of what is sent is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Payloads {
    /// Only its length.
    #[default]
    Length,
    /// Its first 512 bytes, redacted. It may hold personal data that no redaction knows: names, texts of prompts.
    Excerpt,
}

/// An [`Observer`] that emits an event (target `voice_core::debug`) for each attempt, retry and end of an operation:
/// method, endpoint (as template), arguments, duration, response or failure. It wraps any client: give it to
/// [`ClientOptions::observer`](crate::client::ClientOptions::observer).
///
/// What succeeds is told at level DEBUG, what fails at WARN. Everything is redacted. Of an answer its status, length and
/// request id are told, and of a refusal the beginning of its body: bodies of successes belong to the caller.
///
/// ```
/// use voice_core::client::ClientOptions;
/// use voice_core::observe::{DebugLog, Payloads};
///
/// let options = ClientOptions::new().observer(DebugLog::new().payloads(Payloads::Excerpt));
/// ```
#[derive(Debug, Clone, Default)]
pub struct DebugLog {
    payloads: Payloads,
    redactor: Redactor,
}

impl DebugLog {
    /// Tells lengths of payloads, and hides what looks like a secret.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether the beginning of what is sent is told; [`Payloads::Length`].
    #[must_use]
    pub fn payloads(mut self, payloads: Payloads) -> Self {
        self.payloads = payloads;
        self
    }

    /// Hides these secrets as well.
    #[must_use]
    pub fn redactor(mut self, redactor: Redactor) -> Self {
        self.redactor = redactor;
        self
    }
}

impl Observer for DebugLog {
    fn on_attempt(&self, event: &AttemptEvent<'_>) {
        let payload = match self.payloads {
            _ if event.request_body.is_empty() => None,
            Payloads::Length => None,
            // Not worth the work when nobody listens.
            Payloads::Excerpt if !tracing::enabled!(target: "voice_core::debug", tracing::Level::WARN) => {
                None
            }
            Payloads::Excerpt => Some(excerpt(event.request_body, EXCERPT_BYTES, &self.redactor)),
        };
        let (provider, operation) = (event.provider, event.operation);
        let (method, endpoint, host) = (event.method, event.path, event.host);
        let (attempt, status, request_id) = (event.attempt, event.status, event.request_id);
        let (request_bytes, response_bytes) = (event.request_body.len(), event.response_bytes);
        let elapsed_ms = event.elapsed.as_secs_f64() * 1_000.0;
        let payload = payload.as_deref();
        match event.error {
            None => tracing::debug!(
                target: "voice_core::debug",
                provider, operation, method, endpoint, host, attempt, status, request_id, request_bytes, payload,
                response_bytes, elapsed_ms,
                "response"
            ),
            Some(error) => {
                let message = self.redactor.apply(error.message());
                let body = error.body_excerpt().map(|body| self.redactor.apply(body));
                tracing::warn!(
                    target: "voice_core::debug",
                    provider, operation, method, endpoint, host, attempt, status, request_id, request_bytes, payload,
                    elapsed_ms,
                    kind = error.kind().as_str(),
                    code = error.code(),
                    delivery = error.delivery().as_str(),
                    hint = error.hint(),
                    message_text = &*message,
                    body = body.as_deref(),
                    "failed attempt"
                );
            }
        }
    }

    fn on_retry(&self, event: &RetryEvent<'_>) {
        tracing::debug!(
            target: "voice_core::debug",
            provider = event.provider,
            operation = event.operation,
            wait_ms = event.wait.as_secs_f64() * 1_000.0,
            kind = event.error.kind().as_str(),
            "waiting for another attempt"
        );
    }

    fn on_operation(&self, event: &OperationEvent<'_>) {
        let (provider, operation, attempts) = (event.provider, event.operation, event.attempts);
        let elapsed_ms = event.elapsed.as_secs_f64() * 1_000.0;
        match event.error {
            None => tracing::debug!(
                target: "voice_core::debug", provider, operation, attempts, elapsed_ms, "operation succeeded"
            ),
            Some(error) => tracing::warn!(
                target: "voice_core::debug",
                provider, operation, attempts, elapsed_ms,
                kind = error.kind().as_str(),
                delivery = error.delivery().as_str(),
                "operation failed"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::{Debug, Write};
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use secrecy::SecretString;
    use tracing::field::{Field, Visit};
    use tracing::span::{Attributes, Id, Record};
    use tracing::{Event, Level, Metadata, Subscriber};

    use super::*;
    use crate::error::{Error, ErrorKind};

    #[derive(Clone, Default)]
    struct Scribe(Arc<Mutex<String>>);

    struct Pen<'a>(&'a mut String);

    impl Visit for Pen<'_> {
        fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
            write!(self.0, " {field}={value:?}").unwrap();
        }
    }

    impl Subscriber for Scribe {
        fn enabled(&self, metadata: &Metadata<'_>) -> bool {
            metadata.target() == "voice_core::debug"
        }
        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }
        fn record(&self, _: &Id, _: &Record<'_>) {}
        fn record_follows_from(&self, _: &Id, _: &Id) {}
        fn event(&self, event: &Event<'_>) {
            let mut text = self.0.lock().unwrap();
            let level = event.metadata().level();
            text.push_str(if *level == Level::WARN {
                "WARN"
            } else {
                "DEBUG"
            });
            event.record(&mut Pen(&mut text));
            text.push('\n');
        }
        fn enter(&self, _: &Id) {}
        fn exit(&self, _: &Id) {}
    }

    fn attempt<'a>(error: Option<&'a Error>) -> AttemptEvent<'a> {
        AttemptEvent {
            provider: "sample",
            operation: "prompts.get",
            method: "POST",
            path: "/prompts/{id}",
            host: "api.example.com",
            port: Some(443),
            attempt: 1,
            status: Some(200),
            elapsed: Duration::from_millis(12),
            waited: Duration::ZERO,
            held_back: None,
            breaker: None,
            request_body: b"to=%2B14155552671&key=blue-horse",
            request_id: Some("RQ1"),
            response_bytes: 7,
            rate_limits: None,
            error,
        }
    }

    fn told(log: &DebugLog, act: impl FnOnce(&DebugLog)) -> String {
        let scribe = Scribe::default();
        tracing::subscriber::with_default(scribe.clone(), || act(log));
        scribe.0.lock().unwrap().clone()
    }

    #[test]
    fn attempts_are_told_with_everything_but_secrets() {
        let redactor = Redactor::new([SecretString::from("blue-horse")]);
        let log = DebugLog::new()
            .payloads(Payloads::Excerpt)
            .redactor(redactor);
        let error = Error::new(ErrorKind::Server, "blue-horse of +14155552671 failed");
        let text = told(&log, |log| {
            log.on_attempt(&attempt(None));
            log.on_attempt(&attempt(Some(&error)));
        });
        let lines: Vec<&str> = text.lines().collect();
        assert!(
            lines[0].starts_with("DEBUG") && lines[0].contains("message=response"),
            "{text}"
        );
        assert!(
            lines[1].starts_with("WARN") && lines[1].contains(r#"kind="server""#),
            "{text}"
        );
        for part in [
            "/prompts/{id}",
            "elapsed_ms=12.0",
            "request_bytes=32",
            "payload=",
            "RQ1",
        ] {
            assert!(
                lines.iter().all(|line| line.contains(part)),
                "{part} in {text}"
            );
        }
        assert!(
            !text.contains("blue-horse") && !text.contains("4155552671"),
            "{text}"
        );
    }

    #[test]
    fn payloads_are_told_only_when_asked_for() {
        let text = told(&DebugLog::new(), |log| log.on_attempt(&attempt(None)));
        assert!(
            text.contains("request_bytes=32") && !text.contains("payload="),
            "{text}"
        );
    }

    #[test]
    fn retries_and_ends_are_told() {
        let error = Error::new(ErrorKind::Timeout, "late");
        let text = told(&DebugLog::new(), |log| {
            log.on_retry(&RetryEvent {
                provider: "sample",
                operation: "x",
                wait: Duration::from_millis(250),
                error: &error,
            });
            for error in [None, Some(&error)] {
                log.on_operation(&OperationEvent {
                    provider: "sample",
                    operation: "x",
                    repeat: crate::retry::Repeat::Once,
                    attempts: 2,
                    elapsed: Duration::from_secs(1),
                    error,
                });
            }
        });
        for part in [
            "wait_ms=250.0",
            "operation succeeded",
            "WARN",
            "operation failed",
            "attempts=2",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
}
