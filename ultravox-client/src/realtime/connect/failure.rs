//! What a refused upgrade means.

use http::StatusCode;
use http::response::Parts;
use tokio_tungstenite::tungstenite::Error as WsError;
use voice_core::clock::Clock;
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::limits;
use voice_core::provider::JoinUrl;
use voice_core::secret::{EXCERPT_BYTES, Redactor, SecretString, excerpt};

/// The library's error, without its text where that might quote the URL.
pub(super) fn of_upgrade(error: WsError, join_url: &JoinUrl, clock: &dyn Clock) -> Error {
    match error {
        WsError::Http(answer) => {
            let (head, body) = answer.into_parts();
            let error = refused(head.status, &body.unwrap_or_default(), join_url);
            told(error, &head, clock)
        }
        WsError::Io(error) => broken().with_source(error),
        WsError::Protocol(error) => {
            Error::new(ErrorKind::Protocol, "the server does not speak WebSocket")
                .with_delivery(Delivery::Unknown)
                .with_hint("Check that the join URL is of a call with the serverWebSocket medium")
                .with_source(error)
        }
        _ => broken(),
    }
}

/// What the headers say of limits and waits.
fn told(error: Error, head: &Parts, clock: &dyn Clock) -> Error {
    let limits = limits::read(&head.headers, clock.wall());
    let error = match limits.retry_after() {
        Some(wait) => error.with_retry_after(wait),
        None => error,
    };
    error.with_rate_limits(limits)
}

fn broken() -> Error {
    Error::new(
        ErrorKind::Connection,
        "the connection broke while it was upgraded",
    )
    .with_delivery(Delivery::Unknown)
}

fn refused(status: StatusCode, body: &[u8], join_url: &JoinUrl) -> Error {
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
    // A body may quote the request.
    let redactor = Redactor::new(secrets_of(join_url.expose()));
    let error = Error::new(kind, meaning(code))
        .with_status(status)
        .with_delivery(delivery)
        .with_body_excerpt(excerpt(body, EXCERPT_BYTES, &redactor));
    match hint(code) {
        Some(hint) => error.with_hint(hint),
        None => error,
    }
}

/// The URL, its path, and each value of its query.
fn secrets_of(url: &str) -> Vec<SecretString> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = rest.split_once('/').map_or("", |(_, path)| path);
    let query = path.split_once('?').map_or("", |(_, query)| query);
    let values = query
        .split('&')
        .filter_map(|pair| Some(pair.split_once('=')?.1));
    [url, path]
        .into_iter()
        .chain(values)
        .filter(|secret| secret.len() >= 8)
        .map(SecretString::from)
        .collect()
}

fn meaning(code: u16) -> &'static str {
    match code {
        200..=299 => "the server answered, but did not upgrade the connection",
        300..=399 => "the server redirects, which is not followed with a join URL",
        400 => "the server refused the join request",
        401 | 403 => "the join URL was refused",
        404 | 410 => "there is no call to join",
        409 => "the call cannot be joined now",
        429 => "too many calls or requests",
        _ if (400..500).contains(&code) => "the join was refused",
        503 => "the server has no capacity",
        _ => "the server failed to upgrade the connection",
    }
}

fn hint(code: u16) -> Option<&'static str> {
    Some(match code {
        200..=399 => {
            "Check that the join URL is of a call with the serverWebSocket medium, and used as it came"
        }
        400 => "Check that the call has the serverWebSocket medium, and its sample rates",
        401 | 403 => {
            "A join URL is used as it came, with its whole query, and only until its join timeout; create another call"
        }
        404 | 410 => {
            "The call is over, was deleted, or nobody joined it within its join timeout (30 s unless set): create another"
        }
        409 => "A join URL takes one connection: is another client on this call?",
        429 | 503 => "Wait, and join again while the join timeout lasts",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn join_url() -> JoinUrl {
        JoinUrl::new("wss://voice.example/calls/planted-path/x?token=planted-token").unwrap()
    }

    #[test]
    fn every_status_is_classed_and_shows_no_url() {
        let body = b"GET /calls/planted-path/x?token=planted-token planted-token";
        for code in 200..=599 {
            let status = StatusCode::from_u16(code).unwrap();
            let error = refused(status, body, &join_url());
            assert_eq!(error.status(), Some(status));
            let shown = format!("{error} {error:?} {}", error.log_value());
            assert!(!shown.contains("planted"), "{shown}");
        }
    }

    #[test]
    fn refusals_say_what_to_do() {
        let of = |code| refused(StatusCode::from_u16(code).unwrap(), b"", &join_url());
        let cases = [
            (400, ErrorKind::InvalidInput, Delivery::Answered),
            (401, ErrorKind::Authentication, Delivery::Answered),
            (403, ErrorKind::Permission, Delivery::Answered),
            (404, ErrorKind::NotFound, Delivery::Answered),
            (410, ErrorKind::NotFound, Delivery::Answered),
            (409, ErrorKind::Conflict, Delivery::Answered),
            (429, ErrorKind::RateLimited, Delivery::Refused),
            (503, ErrorKind::Unavailable, Delivery::Refused),
        ];
        for (code, kind, delivery) in cases {
            let error = of(code);
            assert_eq!((error.kind(), error.delivery()), (kind, delivery), "{code}");
            assert!(error.hint().is_some(), "{code}");
        }
        assert_eq!(of(302).kind(), ErrorKind::Protocol);
        assert_eq!(of(500).delivery(), Delivery::Unknown);
    }
}
