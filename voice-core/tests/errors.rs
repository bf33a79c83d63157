//! The error: one line for a person, one flat object for a log, nothing secret in either.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and may look at the clock"
)]

use std::error::Error as _;
use std::time::Duration;

use http::StatusCode;
use serde_json::Value;
use voice_core::error::{Delivery, Error, ErrorKind, FieldError};
use voice_core::ident::E164;
use voice_core::limits;

fn full() -> Error {
    let mut headers = http::HeaderMap::new();
    headers.insert("x-ratelimit-remaining", "0".parse().unwrap());
    Error::new(ErrorKind::RateLimited, "Too Many Requests")
        .with_operation("twilio", "calls.create")
        .with_delivery(Delivery::Refused)
        .with_status(StatusCode::TOO_MANY_REQUESTS)
        .with_code("20429")
        .with_request_id("RQ0123456789abcdef0123456789abcdef")
        .with_retry_after(Duration::from_secs(2))
        .with_rate_limits(limits::read(&headers, std::time::UNIX_EPOCH))
        .with_attempts(4, Duration::from_millis(3500))
        .with_hint("Lower the concurrency")
        .with_context("tenant", "acme")
        .with_field(FieldError::new("To", "too many"))
        .with_source(std::io::Error::other("cause"))
}

#[test]
fn one_line_answers_the_questions_of_three_in_the_morning() {
    assert_eq!(
        full().to_string(),
        "twilio calls.create: HTTP 429 code 20429: Too Many Requests \
         (request RQ0123456789abcdef0123456789abcdef; refused, nothing was done; 4 attempts; retry after 2s). \
         Lower the concurrency"
    );
    let unknown = Error::new(ErrorKind::Connection, "the connection broke")
        .with_operation("twilio", "calls.create")
        .with_delivery(Delivery::Unknown);
    assert!(
        unknown
            .to_string()
            .contains("outcome unknown, it may have happened")
    );
}

#[test]
fn the_log_value_is_flat_and_complete() {
    let Value::Object(map) = full().log_value() else {
        panic!("an object");
    };
    assert!(
        map.values().all(|v| v.is_string() || v.is_number()),
        "{map:?}"
    );
    for (key, value) in [
        ("kind", Value::from("rate_limited")),
        ("delivery", "refused".into()),
        ("provider", "twilio".into()),
        ("operation", "calls.create".into()),
        ("status", 429.into()),
        ("code", "20429".into()),
        ("retry_after_ms", 2000.into()),
        ("attempts", 4.into()),
        ("elapsed_ms", 3500.into()),
        ("context.tenant", "acme".into()),
        ("field.To", "too many".into()),
    ] {
        assert_eq!(map.get(key), Some(&value), "{key}");
    }
}

#[test]
fn it_is_one_pointer_wide_and_can_travel() {
    fn travels<T: Send + Sync + 'static>() {}
    travels::<Error>();
    assert_eq!(size_of::<Error>(), size_of::<usize>());
    assert_eq!(full().source().unwrap().to_string(), "cause");
}

#[test]
fn whatever_is_put_in_nothing_secret_comes_out() {
    const SECRETS: [&str; 7] = [
        "+15551234567",
        "Bearer abcdefghijklmnop",
        "https://user:hunter2hunter2@host.example/x",
        "{\"authToken\":\"0123456789abcdef0123456789abcdef\"}",
        "X-API-Key: AbCdEfGh.0123456789abcdef0123456789abcdef",
        "wss://voice.example/calls/1/server_web_socket?token=sesame-open",
        "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
    ];
    const MARKS: [&str; 7] = [
        "5551234567",
        "abcdefghijklmnop",
        "hunter2",
        "0123456789abcdef0123456789abcdef",
        "0123456789abcdef0123456789abcdef",
        "sesame-open",
        "C2FVsBQIhrscChlQIMV",
    ];
    for (secret, mark) in SECRETS.iter().zip(MARKS) {
        let error = Error::new(ErrorKind::InvalidInput, format!("about {secret} here"))
            .with_operation("x", "y")
            .with_code(secret)
            .with_context("what", secret)
            .with_field(FieldError::new("f", secret));
        let wrapped = Error::invalid_input("field", secret);
        for text in [
            error.to_string(),
            format!("{error:?}"),
            error.log_value().to_string(),
            wrapped.to_string(),
            format!("{wrapped:?}"),
            wrapped.log_value().to_string(),
        ] {
            assert!(!text.contains(mark), "{mark} in {text}");
        }
    }
}

#[test]
fn a_refused_value_becomes_an_error_about_its_field() {
    let error = Error::from(E164::parse("+1 (555) 123-4567").unwrap_err());
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::InvalidInput, Delivery::NotSent)
    );
    assert_eq!(error.fields().len(), 1);
    assert!(!error.to_string().contains("555"), "{error}");
}

#[test]
fn messages_stay_on_one_line_and_within_bounds() {
    let error = Error::new(ErrorKind::Other, format!("a\r\nb\tc{}", "é".repeat(5_000)))
        .with_request_id("r".repeat(1_000))
        .with_code("c".repeat(1_000));
    let text = error.to_string();
    assert!(!text.contains(['\r', '\n', '\t']));
    assert!(text.len() < 3_000, "{}", text.len());
}

#[test]
fn every_part_of_the_line_stays_on_it() {
    let odd = "a\nb\r\u{b}\u{85}\u{2028}\u{1b}[31mc";
    let error = Error::new(ErrorKind::Other, odd)
        .with_operation("x", "y")
        .with_request_id(odd)
        .with_code(odd)
        .with_hint(odd.to_owned());
    let text = error.to_string();
    assert!(
        !text.contains(|c: char| c.is_control() || c == '\u{2028}'),
        "{text:?}"
    );
}

#[test]
fn names_are_redacted_like_values() {
    let number = "+15551234567";
    let error = Error::new(ErrorKind::Other, "x")
        .with_context(format!("call to {number}"), "y")
        .with_field(FieldError::new(number, "z"))
        .with_request_id(number)
        .with_hint(format!("call {number}"))
        .with_body_excerpt(format!("{{\"to\":\"{number}\"}}"));
    for text in [
        error.to_string(),
        format!("{error:?}"),
        error.log_value().to_string(),
    ] {
        assert!(!text.contains("5551234567"), "{text}");
    }
    let long = FieldError::new("f".repeat(10_000), "m".repeat(10_000));
    assert!(long.field.len() < 300 && long.message.len() < 2_100);
}

#[test]
fn a_newer_context_value_replaces_the_older_one() {
    let error = Error::new(ErrorKind::Other, "x")
        .with_context("k", "1")
        .with_context("j", "2")
        .with_context("k", "3");
    let all: Vec<_> = error.context().collect();
    assert_eq!(all, [("k", "3"), ("j", "2")]);
}
