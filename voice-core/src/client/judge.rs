//! Reads a complete answer: a value, or an error with everything the provider said.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};

use super::attempt::Ready;
use super::dialect::{Answer, Refusal};
use super::elsewhere::Elsewhere;
use super::exchange::{Arrived, Content};
use super::response::Meta;
use super::run::Failure;
use crate::error::{Delivery, Error, ErrorKind, FieldError};
use crate::limits::RateLimits;
use crate::retry::Advice;
use crate::secret::{EXCERPT_BYTES, excerpt};
use crate::transport::TransportError;

impl Ready<'_> {
    pub(super) fn judge(
        &self,
        arrived: Arrived,
        elsewhere: Option<&Elsewhere>,
        after_unknown: bool,
    ) -> Result<(Box<Meta>, Content), Failure> {
        let Arrived { head, body } = arrived;
        let dialect = &*self.shared.dialect;
        let now = self.shared.options.clock.wall();
        let mut meta = self.meta(head.status, head.headers, elsewhere, now);
        let (bytes, lost) = match body {
            Ok(Content::Read(bytes)) => (bytes, None),
            // A success, by its status: nobody has read it yet.
            Ok(open @ Content::Open(_)) => return Ok((meta, open)),
            Err(error) => (Bytes::new(), Some(error)),
        };
        if meta.request_id.is_none() {
            meta.request_id = dialect.body_request_id(&bytes);
        }
        let answer = Answer::new(
            self.request.operation,
            meta.status,
            &meta.headers,
            &bytes,
            now,
        );
        let good = match elsewhere {
            Some(_) => meta.status.is_success(),
            None => answer.status_is_success(),
        };
        let refusal = match (lost, elsewhere) {
            // What the status refuses it refuses, with or without its body.
            (Some(error), _) if good => return Err(self.broken(error, Some(&meta)).into()),
            // The provider's dialect is not spoken there.
            (_, Some(place)) => (!good).then(|| place.refusal(meta.status, &meta.headers, now)),
            // A body that broke off is as good as none: the dialect still knows what its statuses mean.
            (_, None) => dialect
                .judge(&answer)
                .or_else(|| (!good).then(|| Refusal::from_status(meta.status))),
        };
        let Some(refusal) = refusal else {
            return Ok((meta, Content::Read(bytes)));
        };
        let gone = after_unknown
            && self.request.operation.method() == Method::DELETE
            && (matches!(meta.status, StatusCode::NOT_FOUND | StatusCode::GONE)
                || refusal.kind == ErrorKind::NotFound);
        if gone {
            meta.status = StatusCode::NO_CONTENT;
            return Ok((meta, Content::Read(Bytes::new())));
        }
        Err(self.refused(refusal, *meta, &bytes, now))
    }

    /// What came with an answer. Of one from elsewhere the provider knows nothing: its own id and limits are kept.
    pub(super) fn meta(
        &self,
        status: StatusCode,
        headers: HeaderMap,
        elsewhere: Option<&Elsewhere>,
        now: SystemTime,
    ) -> Box<Meta> {
        let dialect = &*self.shared.dialect;
        let (request_id, rate_limits) = match elsewhere {
            None => (
                dialect.request_id(&headers).map(str::to_owned),
                dialect.rate_limits(&headers, now),
            ),
            Some(Elsewhere::Led {
                request_id,
                rate_limits,
            }) => (request_id.clone(), rate_limits.clone()),
            Some(Elsewhere::Upload) => (None, RateLimits::default()),
        };
        Box::new(Meta {
            status,
            request_id,
            rate_limits,
            headers,
            attempts: 0,
            elapsed: Duration::ZERO,
        })
    }

    /// The provider said no: everything it said goes into the error.
    fn refused(&self, refusal: Refusal, meta: Meta, bytes: &[u8], now: SystemTime) -> Failure {
        let redactor = self.request.redactor();
        let now = crate::limits::servers_now(&meta.headers, now);
        let limits = with_body_hints(meta.rate_limits, bytes, now);
        let message = if refusal.message.is_empty() {
            meta.status
                .canonical_reason()
                .unwrap_or("an error without a message")
        } else {
            &refusal.message
        };
        let advice = match (refusal.advice, limits.should_retry()) {
            (Advice::None, Some(crate::limits::ShouldRetry::No)) => Advice::Never,
            (Advice::None, Some(crate::limits::ShouldRetry::Yes)) => Advice::Please,
            (advice, _) => advice,
        };
        let mut wait = limits.retry_after().or(refusal.retry_after);
        if wait.is_none()
            && refusal.delivery == Delivery::Refused
            && self.shared.dialect.waits_for_resets()
        {
            wait = limits.wait_hint();
        }
        let mut error = self
            .local(refusal.kind, message)
            .with_delivery(refusal.delivery)
            .with_status(meta.status)
            .with_rate_limits(limits)
            .with_body_excerpt(excerpt(bytes, EXCERPT_BYTES, redactor));
        if let Some(id) = &meta.request_id {
            error = error.with_request_id(redactor.apply(id));
        }
        if let Some(code) = &refusal.code {
            error = error.with_code(redactor.apply(code));
        }
        if let Some(wait) = wait {
            error = error.with_retry_after(wait);
        }
        if let Some(cause) = refusal.cause {
            error = error.with_cause(cause);
        }
        if let Some(hint) = refusal.hint.or_else(|| general_hint(refusal.kind)) {
            error = error.with_hint(hint);
        }
        for field in refusal.fields {
            error = error.with_field(FieldError::new(
                redactor.apply(&field.field),
                redactor.apply(&field.message),
            ));
        }
        for (key, value) in refusal.context {
            error = error.with_context(key, redactor.apply(&value));
        }
        Failure {
            error,
            advice,
            held_back: None,
        }
    }

    /// No answer, or a success cut off.
    pub(super) fn broken(&self, error: TransportError, meta: Option<&Meta>) -> Error {
        let (kind, delivery, hint) = (error.kind(), error.delivery(), error.hint());
        let (message, source) = error.into_parts();
        let mut error = self.local(kind, &message).with_delivery(delivery);
        if let Some(meta) = meta {
            error = error
                .with_status(meta.status)
                .with_rate_limits(meta.rate_limits.clone());
            if let Some(id) = &meta.request_id {
                error = error.with_request_id(self.request.redactor().apply(id));
            }
        }
        if let Some(hint) = hint {
            error = error.with_hint(hint);
        }
        match source {
            Some(source) => error.with_source(source),
            None => error,
        }
    }

    pub(super) fn provider(&self) -> &'static str {
        self.shared.dialect.provider()
    }

    pub(super) fn local(&self, kind: ErrorKind, message: &str) -> Error {
        Error::new(kind, self.request.redactor().apply(message))
            .with_operation(self.provider(), self.request.operation.name())
    }
}

/// Hints of the body count where the headers were silent.
fn with_body_hints(limits: RateLimits, bytes: &[u8], now: SystemTime) -> RateLimits {
    const MAX: usize = 64 << 10;
    if bytes.len() > MAX || bytes.first() != Some(&b'{') {
        return limits;
    }
    match serde_json::from_slice::<serde_json::Value>(bytes) {
        Ok(body) => limits.with_body_hints(&crate::limits::read_body_hints(&body, now)),
        Err(_) => limits,
    }
}

fn general_hint(kind: ErrorKind) -> Option<&'static str> {
    Some(match kind {
        ErrorKind::Authentication => {
            "Check that key and secret are a pair, of this account and region, and not rotated or expired"
        }
        ErrorKind::Permission => {
            "The credentials are valid but may not do this; check scope, plan and account state"
        }
        ErrorKind::RateLimited => {
            "Slow down; a client-side limiter below the provider's figure avoids this"
        }
        ErrorKind::Quota => "Check balance and plan; repeating will not help",
        _ => return None,
    })
}
