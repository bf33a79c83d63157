//! [`read`]: one walk over the headers of an answer.

use std::time::{Duration, SystemTime};

use http::header::DATE;
use http::{HeaderMap, HeaderValue};

use super::answer::Said;
use super::ietf::Windows;
use super::{RateLimits, Scope, ShouldRetry, moment, number};

/// The longest suffix kept as the name of a quota, in bytes.
const MAX_SUFFIX: usize = 64;

/// Reads every rate-limit header of an answer.
///
/// `now` is the calendar time at which the answer came, against which dates and epoch numbers are held. Where the answer's
/// own `Date` (RFC 9110, section 6.6.1) is more than 30 s away from it, the `Date` is taken: the moments are of the same
/// clock, and a machine whose calendar is an hour behind would otherwise wait for an hour. Understood are, in any letter
/// case:
///
/// | header | value |
/// |---|---|
/// | `retry-after-ms` | milliseconds, fractions allowed (OpenAI) |
/// | `Retry-After` | seconds, fractions allowed, or an HTTP date (RFC 9110, section 10.2.3) |
/// | `X-RateLimit-Limit`, `-Remaining`, `-Reset` | with `X-Rate-Limit-` and `RateLimit-` as other spellings |
/// | the same with a suffix, in either order | `X-RateLimit-Reset-Minute`, `X-RateLimit-Requests-Remaining`, `x-ratelimit-limit-project-tokens` |
/// | `RateLimit`, `RateLimit-Policy` | structured fields, of the current IETF draft and of the one before it |
/// | `x-should-retry` | exactly `true` or `false` |
/// | `Twilio-Concurrent-Requests` | a whole number |
///
/// A reset is a number, a Go duration (`6m0s`), an RFC 3339 time or an HTTP date. A number is taken by its size: below
/// 10⁹ as seconds from now, below 10¹¹ as epoch seconds, below 10¹⁴ as epoch milliseconds, and beyond that as micro- and
/// nanoseconds. A moment in the past gives a wait of zero; no wait is longer than [`MAX_WAIT`](super::MAX_WAIT).
///
/// What cannot be read in full is as good as absent, and −1 means unknown. Of a repeated header the more careful value
/// holds: the smallest limit and remainder, the longest wait, `false` before `true`.
#[must_use]
pub fn read(headers: &HeaderMap, now: SystemTime) -> RateLimits {
    let now = servers_now(headers, now);
    let mut found = Found::default();
    for (name, value) in headers {
        let name = name.as_str();
        // Header names are in lower case here, and all that matter begin with one of these letters.
        if matches!(name.as_bytes().first(), Some(b'r' | b't' | b'x')) {
            found.take_in(name, value, now);
        }
    }
    found.finish()
}

/// What the clock says that an answer's moments come from: this machine's, unless the two clearly disagree. Less than that
/// may be the time the answer took.
pub(crate) fn servers_now(headers: &HeaderMap, now: SystemTime) -> SystemTime {
    const DISAGREE: Duration = Duration::from_secs(30);
    let date = headers.get(DATE).and_then(|value| value.to_str().ok());
    let Some(date) = date.and_then(|text| httpdate::parse_http_date(text).ok()) else {
        return now;
    };
    let apart = match now.duration_since(date) {
        Ok(behind) => behind,
        Err(ahead) => ahead.duration(),
    };
    if apart > DISAGREE { date } else { now }
}

#[derive(Debug, Default)]
struct Found {
    windows: Windows,
    retry_after_ms: Option<Duration>,
    retry_after: Option<Duration>,
    should_retry: Option<ShouldRetry>,
    concurrent_requests: Option<u32>,
}

/// What a header of the `X-RateLimit` family tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Limit,
    Remaining,
    Reset,
}

impl Found {
    fn take_in(&mut self, name: &str, value: &HeaderValue, now: SystemTime) {
        match name {
            "retry-after-ms" => {
                let wait = text(value).and_then(moment::retry_after_ms);
                self.retry_after_ms = self.retry_after_ms.max(wait);
            }
            "retry-after" => {
                let wait = text(value).and_then(|value| moment::retry_after(value, now));
                self.retry_after = self.retry_after.max(wait);
            }
            "x-should-retry" => match value.as_bytes() {
                b"false" => self.should_retry = Some(ShouldRetry::No),
                b"true" => {
                    self.should_retry.get_or_insert(ShouldRetry::Yes);
                }
                _ => {}
            },
            "twilio-concurrent-requests" => {
                let count = text(value)
                    .and_then(number::count)
                    .and_then(|count| u32::try_from(count).ok());
                self.concurrent_requests = self.concurrent_requests.max(count);
            }
            "ratelimit" => {
                if let Some(value) = text(value) {
                    self.windows.read_state(value, now);
                }
            }
            "ratelimit-policy" => {
                if let Some(value) = text(value) {
                    self.windows.read_policies(value);
                }
            }
            _ => {
                if let Some((field, suffix)) = family(name)
                    && let Some(value) = text(value)
                {
                    self.take_in_family(field, suffix, value, now);
                }
            }
        }
    }

    fn take_in_family(&mut self, field: Field, suffix: &str, value: &str, now: SystemTime) {
        let scope = Scope::named(suffix);
        match field {
            Field::Limit => match number::count(value) {
                Some(limit) => {
                    if let Some(window) = self.windows.of(&scope) {
                        window.lower_limit(limit);
                    }
                }
                // `100, 100;w=60`: a limit followed by the policies behind it.
                None if scope == Scope::Default => self.windows.read_policies(value),
                None => {}
            },
            Field::Remaining => {
                // A proxy may have joined repeated headers with commas.
                let counts = value.split(',').map(|part| number::count(part.trim()));
                if let Some(least) = counts.flatten().min()
                    && let Some(window) = self.windows.of(&scope)
                {
                    window.lower_remaining(least);
                }
            }
            Field::Reset => {
                if let Some(reset) = moment::reset(value, now)
                    && let Some(window) = self.windows.of(&scope)
                {
                    window.raise_reset(reset);
                }
            }
        }
    }

    fn finish(self) -> RateLimits {
        RateLimits::from_said(Said {
            windows: self.windows.finish(),
            retry_after: self.retry_after_ms.or(self.retry_after),
            body_reset: None,
            should_retry: self.should_retry,
            concurrent_requests: self.concurrent_requests,
        })
    }
}

/// The text of a header. The micro sign of a Go duration is not ASCII, so UTF-8 it is.
fn text(value: &HeaderValue) -> Option<&str> {
    let text = std::str::from_utf8(value.as_bytes()).ok()?.trim();
    (!text.is_empty()).then_some(text)
}

/// Takes a name of the `X-RateLimit` family apart: which field, and the suffix, empty when there is none.
fn family(name: &str) -> Option<(Field, &str)> {
    const FIELDS: [(&str, Field); 3] = [
        ("limit", Field::Limit),
        ("remaining", Field::Remaining),
        ("reset", Field::Reset),
    ];
    let rest = ["x-ratelimit-", "ratelimit-", "x-rate-limit-"]
        .iter()
        .find_map(|prefix| name.strip_prefix(prefix))?;
    if rest == "reset-after" {
        // Discord's name for a reset that counts from now.
        return Some((Field::Reset, ""));
    }
    let leading = FIELDS.iter().find_map(|(word, field)| {
        let suffix = rest.strip_prefix(word)?;
        // The underscore of `limit_usage_based` belongs to the name.
        let suffix = match suffix.strip_prefix('-') {
            Some(suffix) => suffix,
            None if suffix.is_empty() || suffix.starts_with('_') => suffix,
            None => return None,
        };
        Some((*field, suffix))
    });
    leading
        .or_else(|| {
            FIELDS.iter().find_map(|(word, field)| {
                let suffix = rest.strip_suffix(word)?.strip_suffix('-')?;
                Some((*field, suffix))
            })
        })
        .filter(|(_, suffix)| suffix.len() <= MAX_SUFFIX)
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
