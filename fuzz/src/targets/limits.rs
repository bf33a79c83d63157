//! What servers say about their limits.

use std::time::Duration;

use serde_json::Value;
use voice_core::limits::{self, MAX_WAIT, RateLimits, Scope, read_body_hints};

use crate::support::input::{self, Message, text};
use crate::support::now;

fn bounded(limits: &RateLimits, bytes: usize) {
    let windows: Vec<_> = limits.windows().collect();
    assert!(windows.len() <= bytes, "{} windows", windows.len());
    let waits = [
        limits.retry_after(),
        limits.reset_in(),
        limits.reset(),
        limits.wait_hint(),
    ];
    let resets = windows.iter().map(|window| window.reset());
    for wait in waits.into_iter().chain(resets).flatten() {
        assert!(wait <= MAX_WAIT, "{wait:?}");
    }
    for window in &windows {
        assert!(window.scope().as_str().len() <= bytes.max(32));
        assert_ne!(window.length(), Some(Duration::ZERO));
    }
    assert_eq!(limits.tightest().is_some(), !windows.is_empty());
    let _ = format!("{limits:?}");
}

/// Headers of an answer in every dialect, and its body: no wait above [`MAX_WAIT`], nothing out of proportion, the same
/// when read again; hints of a body only ever add.
pub fn rate_limits(data: &[u8]) {
    let message = Message::read(data);
    let read = limits::read(&message.headers, now());
    assert_eq!(limits::read(&message.headers, now()), read);
    bounded(&read, data.len());
    if let Ok(body) = serde_json::from_slice::<Value>(message.body) {
        let hints = read_body_hints(&body, now());
        for wait in [hints.retry_after(), hints.reset_in()]
            .into_iter()
            .flatten()
        {
            assert!(wait <= MAX_WAIT, "{wait:?}");
        }
        let both = read.clone().with_body_hints(&hints);
        bounded(&both, data.len() + 32);
        if hints.is_empty() {
            assert_eq!(both, read);
        }
        if let Some(wait) = read.retry_after() {
            assert!(both.retry_after() >= Some(wait));
        }
    }
}

/// A value of `Retry-After`: whole seconds are what a plain reading of RFC 9110 says, everything else is bounded.
pub fn retry_after(data: &[u8]) {
    let value = text(data);
    let line = format!("retry-after: {value}");
    let headers = input::headers([line.as_bytes()].into_iter());
    let read = limits::read(&headers, now());
    bounded(&read, line.len());
    let Some(value) = headers
        .get("retry-after")
        .and_then(|value| value.to_str().ok())
    else {
        return;
    };
    let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    if digits && value.len() < 10 {
        let plain = Duration::from_secs(value.parse().unwrap()).min(MAX_WAIT);
        assert_eq!(read.retry_after(), Some(plain));
    }
    if value.starts_with('-') {
        assert_eq!(read.retry_after(), None);
    }
}

/// Go's `time.ParseDuration`, in the plainest form: sum in floating point.
fn plain_go(text: &str) -> Option<f64> {
    let mut rest = text;
    let mut sum = 0.0;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, tail) = rest.split_at(end);
        if number.len() > 9 || number.matches('.').count() > 1 {
            return None;
        }
        if number.starts_with('.') || number.ends_with('.') {
            return None;
        }
        let unit_end = tail
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(unit_end);
        let seconds = match unit {
            "ns" => 1e-9,
            "us" | "µs" | "μs" => 1e-6,
            "ms" => 1e-3,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3_600.0,
            "d" => 86_400.0,
            _ => return None,
        };
        sum += number.parse::<f64>().ok()? * seconds;
        rest = tail;
    }
    Some(sum)
}

/// A reset as OpenAI writes it (`6m0s`): what a plain reference reads, to the microsecond.
pub fn go_duration(data: &[u8]) {
    let value = text(data);
    let line = format!("x-ratelimit-reset-requests: {value}");
    let headers = input::headers([line.as_bytes()].into_iter());
    let read = limits::read(&headers, now());
    bounded(&read, line.len());
    let reset = read
        .window(&Scope::named("requests"))
        .and_then(|window| window.reset());
    let kept = headers.get("x-ratelimit-reset-requests");
    let Some(value) = kept.and_then(|value| std::str::from_utf8(value.as_bytes()).ok()) else {
        return;
    };
    if let Some(plain) =
        plain_go(value).filter(|_| (1..=64).contains(&value.len()) && value.is_ascii())
    {
        // Beyond Go's own range it is unknown.
        if plain < 9e9 {
            let read = reset.expect("a duration is read").as_secs_f64();
            let plain = plain.min(MAX_WAIT.as_secs_f64());
            assert!((read - plain).abs() < 1e-6, "{read} is not {plain}");
        }
    }
}

/// The fields `RateLimit` and `RateLimit-Policy`, one a line: bounded, and the same however the lines are joined.
pub fn structured_fields(data: &[u8]) {
    let (limit, policy) = input::split(data, b"\n");
    let lines = [
        [b"ratelimit: ".as_slice(), limit].concat(),
        [b"ratelimit-policy: ".as_slice(), policy].concat(),
    ];
    let headers = input::headers(lines.iter().map(Vec::as_slice));
    let read = limits::read(&headers, now());
    bounded(&read, data.len() + 16);
    assert_eq!(limits::read(&headers, now()), read);
}
