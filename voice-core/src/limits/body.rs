//! What some services say about limits in the error body.
//!
//! Exotel and the wrappers around Ultravox send `retry_after`, `limit`, `remaining` and `reset_time` beside the message,
//! PromptOps sends `retry_after` inside `error`. Header values, where there are any, go before these.

use std::time::{Duration, SystemTime};

use serde_json::Value;

use super::{MAX_WAIT, moment, number};

/// What the body of an answer said about limits. See [`read_body_hints`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct BodyHints {
    retry_after: Option<Duration>,
    reset_in: Option<Duration>,
    limit: Option<u64>,
    remaining: Option<u64>,
}

impl BodyHints {
    /// Whether the body said nothing about limits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// `retry_after`: seconds to wait, at most [`MAX_WAIT`].
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// Time until `reset_time`, at most [`MAX_WAIT`]; zero when it has passed.
    #[must_use]
    pub fn reset_in(&self) -> Option<Duration> {
        self.reset_in
    }

    /// `limit`: requests per window.
    #[must_use]
    pub fn limit(&self) -> Option<u64> {
        self.limit
    }

    /// `remaining`: requests left in the window.
    #[must_use]
    pub fn remaining(&self) -> Option<u64> {
        self.remaining
    }
}

/// Reads `retry_after` (seconds), `reset_time` (RFC 3339, or any form a reset header may have), `limit` and `remaining`
/// from a body: first inside `error`, then at the top. Numbers may be sent as strings. What cannot be read is left out.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use voice_core::limits::read_body_hints;
///
/// let body = serde_json::json!({"error": {"message": "slow down", "retry_after": 60}});
/// let hints = read_body_hints(&body, SystemTime::UNIX_EPOCH);
/// assert_eq!(hints.retry_after(), Some(Duration::from_secs(60)));
/// ```
#[must_use]
pub fn read_body_hints(body: &Value, now: SystemTime) -> BodyHints {
    let places = [body.get("error"), Some(body)];
    let find = |key: &'static str| {
        places
            .into_iter()
            .flatten()
            .filter_map(move |place| place.get(key))
    };
    BodyHints {
        retry_after: find("retry_after").find_map(|value| retry_after(value, now)),
        reset_in: find("reset_time").find_map(|value| reset_time(value, now)),
        limit: find("limit").find_map(count),
        remaining: find("remaining").find_map(count),
    }
}

fn retry_after(value: &Value, now: SystemTime) -> Option<Duration> {
    match value {
        Value::String(text) => moment::retry_after(text.trim(), now),
        Value::Number(_) => seconds(value.as_f64()?),
        _ => None,
    }
}

fn reset_time(value: &Value, now: SystemTime) -> Option<Duration> {
    match value {
        Value::String(text) => moment::reset(text.trim(), now),
        Value::Number(number) => moment::reset(&number.to_string(), now),
        _ => None,
    }
}

fn count(value: &Value) -> Option<u64> {
    match value {
        Value::String(text) => number::count(text.trim()),
        Value::Number(number) => number
            .as_u64()
            .or_else(|| number::count(&number.to_string())),
        _ => None,
    }
}

/// A JSON number of seconds; JSON knows no NaN and no infinity, yet a negative one is nonsense.
fn seconds(seconds: f64) -> Option<Duration> {
    (seconds >= 0.0).then(|| {
        Duration::try_from_secs_f64(seconds)
            .unwrap_or(MAX_WAIT)
            .min(MAX_WAIT)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::{RateLimits, RateWindow, Scope};
    use super::*;

    const NOW: SystemTime = SystemTime::UNIX_EPOCH;

    fn secs(seconds: u64) -> Option<Duration> {
        Some(Duration::from_secs(seconds))
    }

    #[test]
    fn the_body_of_exotel_and_of_promptops() {
        let now = NOW + Duration::from_secs(1_759_997_225);
        let hints = read_body_hints(
            &json!({
                "error": "rate_limited", "message": "…", "retry_after": "45", "limit": 100,
                "remaining": "0", "reset_time": "2025-10-09T08:07:50Z",
            }),
            now,
        );
        assert_eq!(hints.retry_after(), secs(45));
        assert_eq!(hints.reset_in(), secs(45));
        assert_eq!((hints.limit(), hints.remaining()), (Some(100), Some(0)));

        let hints = read_body_hints(&json!({"remaining": 7, "reset_time": 1_759_997_255}), now);
        assert_eq!((hints.limit(), hints.remaining()), (None, Some(7)));
        assert_eq!(hints.reset_in(), secs(30));

        let hints = read_body_hints(
            &json!({"error": {"retry_after": 0.5}, "retry_after": 9}),
            NOW,
        );
        assert_eq!(hints.retry_after(), Some(Duration::from_millis(500)));
        let hints = read_body_hints(
            &json!({"error": {"retry_after": null}, "retry_after": 9}),
            NOW,
        );
        assert_eq!(hints.retry_after(), secs(9));
        assert_eq!((hints.limit(), hints.remaining()), (None, None));
    }

    #[test]
    fn any_one_hint_about_the_quota_makes_a_window() {
        for (body, expected) in [
            (
                json!({"limit": 100}),
                RateWindow::new(Scope::Default).with_limit(100),
            ),
            (
                json!({"remaining": 3}),
                RateWindow::new(Scope::Default).with_remaining(3),
            ),
            (
                json!({"reset_time": "30"}),
                RateWindow::new(Scope::Default).with_reset(Duration::from_secs(30)),
            ),
        ] {
            let limits = RateLimits::default().with_body_hints(&read_body_hints(&body, NOW));
            assert_eq!(limits.windows().collect::<Vec<_>>(), [&expected], "{body}");
        }
        let hints = read_body_hints(&json!({"retry_after": 5}), NOW);
        let limits = RateLimits::default().with_body_hints(&hints);
        assert_eq!(limits.windows().count(), 0);
    }

    #[test]
    fn nonsense_is_left_out_and_excess_is_cut() {
        for value in [
            json!(-1),
            json!("-1"),
            json!(""),
            json!("soon"),
            json!(true),
            json!([60]),
            json!({"s": 60}),
            json!("NaN"),
        ] {
            let body = json!({
                "retry_after": value, "limit": value, "remaining": value, "reset_time": value,
            });
            assert!(read_body_hints(&body, NOW).is_empty(), "{body}");
        }
        for value in [json!(1e300), json!(u64::MAX), json!(86_401)] {
            let hints = read_body_hints(&json!({"retry_after": value}), NOW);
            assert_eq!(hints.retry_after(), Some(MAX_WAIT), "{value}");
        }
        for body in [json!(null), json!([]), json!("x"), json!({"error": []})] {
            assert!(read_body_hints(&body, NOW).is_empty());
        }
    }

    #[test]
    fn headers_go_before_the_body() {
        let hints = read_body_hints(
            &json!({"retry_after": 60, "limit": 100, "remaining": 0, "reset_time": "30"}),
            NOW,
        );
        let alone = RateLimits::default().with_body_hints(&hints);
        assert_eq!(alone.retry_after(), secs(60));
        assert_eq!(alone.limit(), Some(100));
        assert_eq!(alone.reset_in(), secs(30));

        let merged = RateLimits::default()
            .with_retry_after(Duration::from_secs(5))
            .with_window(RateWindow::new(Scope::Default).with_limit(200))
            .with_body_hints(&hints);
        assert_eq!(merged.retry_after(), secs(5));
        assert_eq!(merged.limit(), Some(200));
        assert_eq!(merged.remaining(), Some(0));
        assert_eq!(merged.windows().count(), 1);

        let untouched = RateLimits::default().with_body_hints(&BodyHints::default());
        assert!(untouched.is_empty());
    }

    #[test]
    fn a_reset_time_alone_is_the_wait() {
        let hints = read_body_hints(&json!({"reset_time": "1970-01-01T00:00:20Z"}), NOW);
        let limits = RateLimits::default().with_body_hints(&hints);
        assert_eq!(limits.retry_after(), None);
        assert_eq!(limits.wait_hint(), secs(20));
    }

    proptest! {
        #[test]
        fn no_body_panics_or_passes_the_cap(text in "\\PC{0,40}", number in any::<f64>(), whole in any::<i64>()) {
            for value in [json!(text), json!(number), json!(whole), json!(number.to_string())] {
                let body = json!({"error": {"retry_after": value, "limit": value}, "reset_time": value});
                let hints = read_body_hints(&body, NOW);
                prop_assert!(hints.retry_after().unwrap_or_default() <= MAX_WAIT);
                prop_assert!(hints.reset_in().unwrap_or_default() <= MAX_WAIT);
            }
        }

        #[test]
        fn any_text_as_json(text in "\\PC{0,60}") {
            if let Ok(body) = serde_json::from_str::<Value>(&text) {
                let _ = read_body_hints(&body, NOW);
            }
        }
    }
}
