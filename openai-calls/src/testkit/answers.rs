//! The API's answers: the error envelope, empty successes.

use std::time::Duration;

use serde_json::{Value, json};
use voice_core::testkit::{Mishap, SimAnswer};

/// An error in the API's form: all four keys, `param` and `code` null when there is none.
pub(super) fn error(
    status: u16,
    kind: &str,
    code: Option<&str>,
    param: Option<&str>,
    message: &str,
) -> SimAnswer {
    let error = json!({"message": message, "type": kind, "param": param, "code": code});
    SimAnswer::json(status, &json!({"error": error}))
}

/// 400 for a request that cannot be.
pub(super) fn invalid(code: &str, param: Option<&str>, message: &str) -> SimAnswer {
    error(400, "invalid_request_error", Some(code), param, message)
}

pub(super) fn missing(param: &str) -> SimAnswer {
    let message = format!("Missing required parameter: '{param}'.");
    invalid("missing_required_parameter", Some(param), &message)
}

pub(super) fn bad_value(param: &str) -> SimAnswer {
    let message = format!("Invalid value for '{param}'.");
    invalid("invalid_value", Some(param), &message)
}

pub(super) fn unknown_parameter(param: &str) -> SimAnswer {
    let message = format!("Unknown parameter: '{param}'.");
    invalid("unknown_parameter", Some(param), &message)
}

pub(super) fn not_found(what: &str) -> SimAnswer {
    let message = format!("No {what} with this id.");
    let kind = "invalid_request_error";
    error(404, kind, Some("not_found"), None, &message)
}

pub(super) fn conflict() -> SimAnswer {
    let message = "The call was already accepted, rejected or ended.";
    let code = Some("decision_already_made");
    error(409, "invalid_request_error", code, None, message)
}

pub(super) fn unauthorized() -> SimAnswer {
    let kind = "invalid_request_error";
    let code = Some("invalid_api_key");
    error(401, kind, code, None, "Incorrect API key provided.")
}

pub(super) fn no_route() -> SimAnswer {
    let kind = "invalid_request_error";
    error(404, kind, None, None, "Invalid URL.")
}

pub(super) fn method_not_allowed() -> SimAnswer {
    let kind = "invalid_request_error";
    let code = Some("method_not_supported");
    error(405, kind, code, None, "This method is not allowed here.")
}

pub(super) fn not_json() -> SimAnswer {
    let kind = "invalid_request_error";
    let code = Some("unsupported_content_type");
    error(
        415,
        kind,
        code,
        None,
        "The content type must be application/json.",
    )
}

/// A success without a body.
pub(super) fn done() -> SimAnswer {
    SimAnswer::empty(200)
}

/// The answer of a mishap that has one.
pub(super) fn mishap(mishap: &Mishap) -> SimAnswer {
    let server = |status| {
        let message = "The server had an error while processing your request.";
        error(status, "server_error", None, None, message)
    };
    match mishap {
        Mishap::RateLimited(wait) => {
            let kind = "requests";
            let code = Some("rate_limit_exceeded");
            retry_after(error(429, kind, code, None, "Rate limit reached."), *wait)
        }
        Mishap::Unavailable(wait) => retry_after(server(503), *wait),
        Mishap::BadGateway => {
            SimAnswer::text(502, "text/html", "<html><h1>502 Bad Gateway</h1></html>")
        }
        Mishap::Unauthorized => unauthorized(),
        Mishap::Status(429) => error(
            429,
            "insufficient_quota",
            Some("insufficient_quota"),
            None,
            "You exceeded your current quota.",
        ),
        Mishap::Status(status @ 400..500) => {
            error(*status, "invalid_request_error", None, None, "Refused.")
        }
        Mishap::Status(status) => server(*status),
        _ => server(500),
    }
}

fn retry_after(answer: SimAnswer, wait: Option<Duration>) -> SimAnswer {
    match wait {
        Some(wait) => answer
            .header("retry-after-ms", wait.as_millis().to_string())
            .header("retry-after", wait.as_secs_f64().to_string()),
        None => answer,
    }
}

/// The limits of a project, as headers tell them: counts, and durations as Go prints them.
pub(super) fn limits(answer: SimAnswer, limit: u64, used: u64) -> SimAnswer {
    let left = limit.saturating_sub(used % limit.max(1));
    answer
        .header("x-ratelimit-limit-requests", limit.to_string())
        .header("x-ratelimit-remaining-requests", left.to_string())
        .header("x-ratelimit-reset-requests", "4m12.5s")
        .header("x-ratelimit-limit-tokens", "2000000")
        .header("x-ratelimit-remaining-tokens", "1999950")
        .header("x-ratelimit-reset-tokens", "850ms")
        .header("openai-processing-ms", "12")
        .header("openai-version", "2020-10-01")
}

/// A list with a cursor.
pub(super) fn list(items: &[Value], has_more: bool) -> SimAnswer {
    let id = |item: Option<&Value>| item.and_then(|item| item.get("id")).cloned();
    let body = json!({
        "object": "list", "data": items, "has_more": has_more,
        "first_id": id(items.first()), "last_id": id(items.last()),
    });
    SimAnswer::json(200, &body)
}
