//! From what an answer says to what it means.
//!
//! The status decides, with four exceptions: an envelope may say no under HTTP 200; the server answers 401 where it means a
//! rate limit; a missing `Authorization` is a 403; and 404 or 405 on an operation that is documented only says that this
//! service does not have it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::StatusCode;
use voice_core::client::{Answer, Refusal};
use voice_core::error::{Delivery, ErrorKind};
use voice_core::limits;

use super::body::{self, Said};
use crate::envelope;
use crate::error::{AuthReason, ErrorCode};
use crate::operations::{Evidence, evidence_of};

/// `None` for a success.
pub(super) fn judge(answer: &Answer<'_>) -> Option<(Refusal, Option<AuthReason>)> {
    if answer.status_is_success() && !envelope::says_no(answer.body) {
        return None;
    }
    let said = body::read(answer.body);
    let code = said.code.as_deref().map(ErrorCode::from);
    let kind = kind_of(answer, &said, code.as_ref());
    let reason = (kind == ErrorKind::Authentication)
        .then(|| AuthReason::from_message(&said.message))
        .flatten();

    let mut refusal = Refusal::from_status(answer.status);
    refusal.kind = kind;
    refusal.delivery = delivery(answer.status, kind);
    refusal.hint = hint(kind, code.as_ref(), reason.as_ref());
    refusal.cause = code.as_ref().and_then(ErrorCode::cause);
    refusal.context = said.context;
    if kind == ErrorKind::RateLimited {
        refusal.retry_after = next_window(answer);
    }
    if kind == ErrorKind::Unsupported {
        let name = answer.operation.name().to_owned();
        refusal.context.push(("unsupported_operation", name));
    }
    if let Some(reason) = &reason {
        let word = reason.as_str().to_owned();
        refusal.context.push((AuthReason::CONTEXT, word));
        if let (AuthReason::KeyInactive, Some(state)) = (reason, said.message.rsplit(' ').next()) {
            refusal.context.push(("key_state", state.to_owned()));
        }
    }
    refusal.code = said.code;
    refusal.message = said.message;
    refusal.fields = said.fields;
    Some((refusal, reason))
}

fn kind_of(answer: &Answer<'_>, said: &Said, code: Option<&ErrorCode>) -> ErrorKind {
    let status = match said.status {
        Some(inner) if answer.status.is_success() => inner,
        _ => answer.status.as_u16(),
    };
    let says = |text: &str| said.message.to_ascii_lowercase().contains(text);
    let of_code = code.and_then(ErrorCode::kind);
    match (status, of_code) {
        (_, Some(ErrorKind::RateLimited)) => ErrorKind::RateLimited,
        (401, _) if says("rate limit exceeded") => ErrorKind::RateLimited,
        (403, _) if says("not authenticated") => ErrorKind::Authentication,
        (404 | 405, _) if is_absent(answer, said, status) => ErrorKind::Unsupported,
        // Nothing but the code says what is wrong.
        (..=399, Some(kind)) => kind,
        (200..=399, None) => ErrorKind::Other,
        (status, _) => ErrorKind::from_status(status),
    }
}

/// Whether it is the operation that is not there, rather than what it was asked for.
fn is_absent(answer: &Answer<'_>, said: &Said, status: u16) -> bool {
    let nameless = said.code.is_none()
        && (said.message.is_empty() || said.message.eq_ignore_ascii_case("not found"));
    status == 405 || (evidence_of(answer.operation) == Evidence::Documented && nameless)
}

/// Whether the service may have acted.
fn delivery(status: StatusCode, kind: ErrorKind) -> Delivery {
    match kind {
        ErrorKind::RateLimited => Delivery::Refused,
        ErrorKind::Server | ErrorKind::Unavailable | ErrorKind::Timeout if status.is_success() => {
            Delivery::Unknown
        }
        _ => Delivery::from_status(status.as_u16()),
    }
}

fn hint(
    kind: ErrorKind,
    code: Option<&ErrorCode>,
    reason: Option<&AuthReason>,
) -> Option<&'static str> {
    if kind == ErrorKind::Unsupported {
        return Some(
            "This operation is documented, but this service does not have it; there is no other way to it",
        );
    }
    reason
        .and_then(AuthReason::hint)
        .or_else(|| code.and_then(ErrorCode::hint))
        .or_else(|| {
            let kinds = ErrorCode::KNOWN
                .iter()
                .map(|word| ErrorCode::from_word(word));
            let mut same = kinds.filter(|code| code.kind() == Some(kind));
            same.next().and_then(|code| code.hint())
        })
}

/// Without a word about when: windows are calendar minutes, so the next begins with the next minute. The retry loop adds
/// some jitter. `None` when header or body say when, which goes before this.
fn next_window(answer: &Answer<'_>) -> Option<Duration> {
    if limits::read(answer.headers, answer.now)
        .wait_hint()
        .is_some()
    {
        return None;
    }
    Some(to_next_minute(answer.now))
}

fn to_next_minute(now: SystemTime) -> Duration {
    let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    let into = Duration::new(since.as_secs() % 60, since.subsec_nanos());
    Duration::from_secs(60).saturating_sub(into)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderMap;
    use voice_core::client::Operation;

    static READ: Operation = Operation::get("prompts.get", "/v1/client/prompts/{prompt_id}");

    fn verdict(
        operation: &Operation,
        status: u16,
        body: &str,
    ) -> Option<(Refusal, Option<AuthReason>)> {
        let headers = HeaderMap::new();
        let status = StatusCode::from_u16(status).unwrap();
        let now = UNIX_EPOCH + Duration::from_secs(45);
        judge(&Answer::new(
            operation,
            status,
            &headers,
            body.as_bytes(),
            now,
        ))
    }

    #[test]
    fn a_success_that_says_no_is_none() {
        assert!(verdict(&READ, 200, r#"{"success": true, "data": {}}"#).is_none());
        assert!(verdict(&READ, 204, "").is_none());
        for (body, kind, delivery) in [
            (
                r#"{"success": false, "error": {"code": "PROMPT_NOT_FOUND"}}"#,
                ErrorKind::NotFound,
                Delivery::Answered,
            ),
            (
                r#"{"success": false, "error": {"code": "SERVER_ERROR"}}"#,
                ErrorKind::Server,
                Delivery::Unknown,
            ),
            (
                r#"{"success": false, "error": "x", "status_code": 503}"#,
                ErrorKind::Unavailable,
                Delivery::Unknown,
            ),
            (
                r#"{"success": false, "error": {"code": "RATE_LIMIT_ERROR"}}"#,
                ErrorKind::RateLimited,
                Delivery::Refused,
            ),
            (
                r#"{"success": false}"#,
                ErrorKind::Other,
                Delivery::Answered,
            ),
        ] {
            let (refusal, _) = verdict(&READ, 200, body).unwrap();
            assert_eq!((refusal.kind, refusal.delivery), (kind, delivery), "{body}");
        }
    }

    #[test]
    fn a_rate_limit_without_a_word_waits_for_the_next_minute() {
        for (status, body) in [(401, r#"{"detail": "Rate limit exceeded"}"#), (429, "")] {
            let (refusal, reason) = verdict(&READ, status, body).unwrap();
            assert_eq!(refusal.kind, ErrorKind::RateLimited);
            assert_eq!(refusal.delivery, Delivery::Refused);
            assert_eq!(refusal.retry_after, Some(Duration::from_secs(15)));
            assert_eq!(reason, None);
        }
        assert_eq!(to_next_minute(UNIX_EPOCH), Duration::from_secs(60));
        let almost = UNIX_EPOCH + Duration::new(59, 900_000_000);
        assert_eq!(to_next_minute(almost), Duration::from_millis(100));
    }

    #[test]
    fn an_inactive_key_names_its_state() {
        let (refusal, reason) =
            verdict(&READ, 401, r#"{"detail": "API key is suspended"}"#).unwrap();
        assert_eq!(reason, Some(AuthReason::KeyInactive));
        assert!(
            refusal
                .context
                .contains(&("key_state", "suspended".to_owned()))
        );
        let (refusal, reason) = verdict(&READ, 403, r#"{"detail": "Not authenticated"}"#).unwrap();
        assert_eq!(refusal.kind, ErrorKind::Authentication);
        assert_eq!(reason, Some(AuthReason::NotAuthenticated));
    }
}
