//! From what an answer says to what it means.
//!
//! The **effective status** (the item's, else the envelope's, else that of HTTP) decides the kind, and the code refines it,
//! because drafts of the vendor's pages number the codes differently. The status on the wire stays on the error.

use http::{StatusCode, header};
use voice_core::client::{Answer, Refusal};
use voice_core::error::{Delivery, ErrorKind, FieldError};

use super::{body, field_of, hint};
use crate::error::ErrorCode;
use crate::operations::is_batch;

/// `None` for a success.
pub(super) fn judge(answer: &Answer<'_>, wrong_credentials: &'static str) -> Option<Refusal> {
    let good = answer.status_is_success();
    if good && !body::failed(answer.body, is_batch(answer.operation)) {
        return None;
    }
    let wire = answer.status.as_u16();
    let said = body::read(answer.body);
    let status = said.status.unwrap_or(wire);
    let code = said.code.as_deref().map(ErrorCode::from);
    let kind = kind_of(status, code.as_ref(), &said.message, &said.description);

    let mut refusal = Refusal::from_status(answer.status);
    refusal.kind = kind;
    refusal.delivery = delivery(answer, status);
    refusal.hint = hint::of(answer, kind, status, code.as_ref(), wrong_credentials);
    refusal.cause = hint::cause(answer, kind, code.as_ref());
    refusal.message = sentence(&said.message, &said.description);
    refusal.fields = said.fields;
    if refusal.fields.is_empty() && is_about_input(kind, code.as_ref()) {
        let about = if said.description.is_empty() {
            &said.message
        } else {
            &said.description
        };
        if let Some(field) = field_of(about) {
            refusal.fields.push(FieldError::new(field, about));
        } else if kind == ErrorKind::InvalidInput && !about.is_empty() {
            refusal.fields.push(FieldError::new("", about));
        }
    }
    refusal.context = said.context;
    if status != wire {
        refusal
            .context
            .push(("effective_status", status.to_string()));
    }
    refusal.code = said.code;
    Some(refusal)
}

/// What an effective status and a code stand for.
pub(crate) fn kind_of(
    status: u16,
    code: Option<&ErrorCode>,
    message: &str,
    description: &str,
) -> ErrorKind {
    let base = ErrorKind::from_status(status);
    let Some(code) = code else {
        return match base {
            ErrorKind::Conflict if tells_of_existence(message, description) => {
                ErrorKind::AlreadyExists
            }
            base => base,
        };
    };
    match (status, code) {
        // A trunk of nobody and one of somebody else look alike, on purpose.
        (403, ErrorCode::TrunkForbidden) => ErrorKind::NotFound,
        // 1008 means one thing in every document, whatever status stands beside it.
        (..=499, ErrorCode::Duplicate | ErrorCode::DuplicateResource) => ErrorKind::AlreadyExists,
        // In drafts 1002 with 409 says that it exists.
        (409, ErrorCode::InvalidParameter) => ErrorKind::AlreadyExists,
        (409, _) if tells_of_existence(message, description) => ErrorKind::AlreadyExists,
        // A failure that nobody gave a status: the code is all there is.
        (..=399, code) => code.kind().unwrap_or(ErrorKind::Other),
        _ => base,
    }
}

fn tells_of_existence(message: &str, description: &str) -> bool {
    [message, description].iter().any(|text| {
        let text = text.to_ascii_lowercase();
        text.contains("already exists")
            || text.contains("resource exists")
            || text.contains("duplicate")
    })
}

/// Whether the message can be about a field.
fn is_about_input(kind: ErrorKind, code: Option<&ErrorCode>) -> bool {
    match kind {
        ErrorKind::AlreadyExists => true,
        ErrorKind::InvalidInput => code != Some(&ErrorCode::UnsupportedContentType),
        _ => false,
    }
}

/// Whether the server may have acted. A failure on the wire is not made better by what stands in the body, and a 503 is a
/// refusal only when the server says when to come back.
fn delivery(answer: &Answer<'_>, status: u16) -> Delivery {
    let wire = answer.status.as_u16();
    let status = if wire >= 500 { wire } else { status };
    let asked_back = answer.headers.contains_key(header::RETRY_AFTER);
    if status == StatusCode::SERVICE_UNAVAILABLE.as_u16() && asked_back {
        return Delivery::Refused;
    }
    Delivery::from_status(status)
}

/// Message and description in one line; each once.
fn sentence(message: &str, description: &str) -> String {
    let message = message.trim().trim_end_matches([',', ':']);
    if description.is_empty() || message.eq_ignore_ascii_case(description) {
        message.to_owned()
    } else if message.is_empty() {
        description.to_owned()
    } else {
        format!("{message}: {description}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_decides_and_the_code_refines() {
        let kind = |status, code: &str| kind_of(status, Some(&ErrorCode::from(code)), "", "");
        for (status, code, expected) in [
            (404, "1000", ErrorKind::NotFound),
            (404, "1003", ErrorKind::NotFound),
            (403, "1003", ErrorKind::NotFound),
            (403, "9999", ErrorKind::Permission),
            (400, "1001", ErrorKind::InvalidInput),
            (400, "1007", ErrorKind::InvalidInput),
            (409, "1008", ErrorKind::AlreadyExists),
            (400, "1008", ErrorKind::AlreadyExists),
            (200, "1008", ErrorKind::AlreadyExists),
            (409, "1002", ErrorKind::AlreadyExists),
            (409, "9999", ErrorKind::Conflict),
            (401, "1010", ErrorKind::Authentication),
            (400, "1010", ErrorKind::InvalidInput),
            (200, "1010", ErrorKind::Authentication),
            (415, "1011", ErrorKind::InvalidInput),
            (422, "1020", ErrorKind::InvalidInput),
            (422, "DUPLICATE_RESOURCE", ErrorKind::AlreadyExists),
            (429, "1030", ErrorKind::RateLimited),
            (402, "1002", ErrorKind::Quota),
            (500, "1008", ErrorKind::Server),
            (200, "9999", ErrorKind::Other),
        ] {
            assert_eq!(kind(status, code), expected, "{status} {code}");
        }
        assert_eq!(
            kind_of(409, None, "It already exists", ""),
            ErrorKind::AlreadyExists
        );
        assert_eq!(kind_of(409, None, "state", ""), ErrorKind::Conflict);
    }

    #[test]
    fn a_sentence_says_each_part_once() {
        for (message, description, expected) in [
            ("Not Found", "Not Found", "Not Found"),
            (
                "Invalid parameter",
                "Invalid ip",
                "Invalid parameter: Invalid ip",
            ),
            ("", "x", "x"),
            (
                "Invalid request body,failed parsing ",
                "unexpected EOF",
                "Invalid request body,failed parsing: unexpected EOF",
            ),
            ("", "", ""),
        ] {
            assert_eq!(sentence(message, description), expected);
        }
    }
}
