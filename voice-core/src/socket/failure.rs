//! What a failed connection or a refused upgrade means.

use http::StatusCode;
use http::response::Parts;
use tokio_tungstenite::tungstenite::Error as WsError;

use super::explain::{Explain, SocketStage};
use crate::clock::Clock;
use crate::error::{Delivery, Error, ErrorKind};
use crate::limits;
use crate::secret::{EXCERPT_BYTES, Redactor, excerpt};

/// A failure in the caller's words, or in general ones.
pub(super) fn failed(kind: ErrorKind, stage: SocketStage, explain: Explain) -> Error {
    let (meaning, hint) = explain(stage).or(stage);
    let error = Error::new(kind, meaning);
    match hint {
        Some(hint) => error.with_hint(hint),
        None => error,
    }
}

/// The library's error, without its text where that might quote the URL.
pub(super) fn of_upgrade(
    error: WsError,
    redactor: &Redactor,
    explain: Explain,
    clock: &dyn Clock,
) -> Error {
    match error {
        WsError::Http(answer) => {
            let (head, body) = answer.into_parts();
            let body = body.unwrap_or_default();
            let error = refused(head.status, &body, redactor, explain);
            told(error, &head, clock)
        }
        WsError::Io(error) => broken().with_source(error),
        WsError::Protocol(error) => failed(ErrorKind::Protocol, SocketStage::Upgrade, explain)
            .with_delivery(Delivery::Unknown)
            .with_source(error),
        _ => broken(),
    }
}

/// What the headers say of limits and waits, and the id the provider's support asks for.
fn told(error: Error, head: &Parts, clock: &dyn Clock) -> Error {
    let limits = limits::read(&head.headers, clock.wall());
    let mut error = match limits.retry_after() {
        Some(wait) => error.with_retry_after(wait),
        None => error,
    };
    let id = head.headers.get("x-request-id");
    if let Some(id) = id.and_then(|id| id.to_str().ok()) {
        error = error.with_request_id(id);
    }
    error.with_rate_limits(limits)
}

fn broken() -> Error {
    Error::new(
        ErrorKind::Connection,
        "the connection broke while it was upgraded",
    )
    .with_delivery(Delivery::Unknown)
}

fn refused(status: StatusCode, body: &[u8], redactor: &Redactor, explain: Explain) -> Error {
    let code = status.as_u16();
    let kind = match code {
        400..=599 => ErrorKind::from_status(code),
        _ => ErrorKind::Protocol,
    };
    let delivery = match code {
        429 | 503 => Delivery::Refused,
        500..=599 => Delivery::Unknown,
        _ => Delivery::Answered,
    };
    failed(kind, SocketStage::Status(status), explain)
        .with_status(status)
        .with_delivery(delivery)
        // A body may quote the request.
        .with_body_excerpt(excerpt(body, EXCERPT_BYTES, redactor))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::SecretString;
    use crate::socket::Explanation;

    fn explain(stage: SocketStage) -> Explanation {
        match stage {
            SocketStage::Status(StatusCode::GONE) => Explanation::new()
                .meaning("the party is over")
                .hint("Come earlier"),
            _ => Explanation::new(),
        }
    }

    #[test]
    fn every_status_is_classed_and_shows_no_secret() {
        let redactor = Redactor::new([SecretString::from("planted-token")]);
        for code in 200..=599 {
            let status = StatusCode::from_u16(code).unwrap();
            let error = refused(status, b"bad planted-token", &redactor, explain);
            assert_eq!(error.status(), Some(status));
            let shown = format!("{error} {error:?} {}", error.log_value());
            assert!(!shown.contains("planted"), "{shown}");
        }
    }

    #[test]
    fn refusals_say_what_happened_and_whether_it_may_have() {
        let redactor = Redactor::new([]);
        let of = |code| refused(StatusCode::from_u16(code).unwrap(), b"", &redactor, explain);
        let cases = [
            (302, ErrorKind::Protocol, Delivery::Answered),
            (400, ErrorKind::InvalidInput, Delivery::Answered),
            (401, ErrorKind::Authentication, Delivery::Answered),
            (403, ErrorKind::Permission, Delivery::Answered),
            (404, ErrorKind::NotFound, Delivery::Answered),
            (410, ErrorKind::NotFound, Delivery::Answered),
            (409, ErrorKind::Conflict, Delivery::Answered),
            (429, ErrorKind::RateLimited, Delivery::Refused),
            (500, ErrorKind::Server, Delivery::Unknown),
            (503, ErrorKind::Unavailable, Delivery::Refused),
        ];
        for (code, kind, delivery) in cases {
            let error = of(code);
            assert_eq!((error.kind(), error.delivery()), (kind, delivery), "{code}");
        }
        assert_eq!(of(404).message(), "there is nothing to connect to");
        let gone = of(410);
        assert_eq!(
            (gone.message(), gone.hint()),
            ("the party is over", Some("Come earlier"))
        );
    }
}
