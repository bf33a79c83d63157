//! One failure for many waiters.

use voice_core::error::{Error, ErrorKind};

use crate::error::IdMismatch;

/// The same error once more, for everyone who waited for one load; the source stays with the original, unless it says that
/// another prompt came.
pub(crate) fn copy(error: &Error) -> Error {
    let mut copy = Error::new(error.kind(), error.message())
        .with_delivery(error.delivery())
        .with_operation(error.provider(), error.operation())
        .with_attempts(error.attempts(), error.elapsed());
    if let Some(status) = error.status() {
        copy = copy.with_status(status);
    }
    if let Some(code) = error.code() {
        copy = copy.with_code(code);
    }
    if let Some(id) = error.request_id() {
        copy = copy.with_request_id(id);
    }
    if let Some(wait) = error.retry_after() {
        copy = copy.with_retry_after(wait);
    }
    if let Some(limits) = error.rate_limits() {
        copy = copy.with_rate_limits(limits.clone());
    }
    if let Some(hint) = error.hint() {
        copy = copy.with_hint(hint.to_owned());
    }
    if let Some(excerpt) = error.body_excerpt() {
        copy = copy.with_body_excerpt(excerpt.to_owned());
    }
    for field in error.fields() {
        copy = copy.with_field(field.clone());
    }
    for (key, value) in error.context() {
        copy = copy.with_context(key.to_owned(), value);
    }
    if let Some(mismatch) = IdMismatch::of(error) {
        copy = copy.with_source(mismatch.clone());
    }
    match error.endpoint() {
        Some((method, path)) => match method.parse() {
            Ok(method) => copy.with_endpoint(method, path),
            Err(_) => copy,
        },
        None => copy,
    }
}

/// Whether a failure says that the service, or the way to it, is in trouble, rather than that it did not like this request.
pub(super) fn is_trouble(error: &Error) -> bool {
    error.is_transient()
        || matches!(
            error.kind(),
            ErrorKind::Authentication
                | ErrorKind::Decode
                | ErrorKind::Protocol
                | ErrorKind::BodyTooLarge
                | ErrorKind::Tls
                | ErrorKind::Other
        ) && IdMismatch::of(error).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use voice_core::error::{Delivery, FieldError};

    #[test]
    fn a_copy_says_the_same() {
        let error = Error::new(ErrorKind::RateLimited, "Rate limit exceeded")
            .with_operation("promptops", "prompts.get")
            .with_endpoint(http::Method::GET, "/v1/client/prompts/{id}")
            .with_delivery(Delivery::Refused)
            .with_status(http::StatusCode::UNAUTHORIZED)
            .with_code("RATE_LIMIT_ERROR")
            .with_request_id("r-1")
            .with_retry_after(std::time::Duration::from_secs(7))
            .with_attempts(3, std::time::Duration::from_secs(9))
            .with_hint("wait")
            .with_body_excerpt("{}".to_owned())
            .with_field(FieldError::new("a", "b"))
            .with_context("id", "greet");
        let copy = copy(&error);
        assert_eq!(copy.log_value(), error.log_value());
        assert_eq!(copy.to_string(), error.to_string());
    }
}
