//! What is left of a provider's rate limits.

use std::time::Duration;

use super::text::millis;
use super::{Finding, Status};
use crate::limits::{RateLimits, RateWindow};

/// Judges what an answer said about limits: well while a tenth or more is left, a warning below that, a failure when
/// nothing is left or the server asks to wait. Skipped when it said nothing.
///
/// ```
/// use voice_core::doctor::{Status, limits_left};
/// use voice_core::limits::{RateLimits, RateWindow, Scope};
///
/// let window = RateWindow::new(Scope::Minute).with_limit(200).with_remaining(9);
/// let finding = limits_left("limits", &RateLimits::default().with_window(window));
/// assert_eq!(finding.status(), Status::Warn);
/// ```
pub fn limits_left(name: &str, limits: &RateLimits) -> Finding {
    if limits.is_empty() {
        return Finding::skipped(name, "the answer said nothing of limits");
    }
    let statuses = limits.windows().map(status);
    let mut worst = statuses.max().unwrap_or(Status::Pass);
    let mut seen = match limits.tightest() {
        Some(tightest) => in_words(tightest),
        None => "no quota is named".to_owned(),
    };
    if let Some(wait) = limits.retry_after() {
        worst = Status::Fail;
        seen = format!("the server asks to wait {}", millis(wait));
    }
    let mut finding = Finding::new(name, worst, seen);
    for window in limits.windows() {
        finding = finding.with_detail(window.scope().to_string(), in_words(window));
    }
    if let Some(requests) = limits.concurrent_requests() {
        finding = finding.with_detail("in flight", requests.to_string());
    }
    match worst {
        Status::Pass | Status::Skipped => finding,
        Status::Warn | Status::Fail => finding
            .with_cause("Other processes of the same account use up its quota, or this one sends without a limiter")
            .with_remedy("Set the limiter of every process so that together they stay below the limit; ask the provider for a higher one"),
    }
}

fn status(window: &RateWindow) -> Status {
    match (window.remaining(), window.limit()) {
        (Some(0), _) => Status::Fail,
        (Some(left), Some(limit)) if left < limit / 10 => Status::Warn,
        _ => Status::Pass,
    }
}

fn in_words(window: &RateWindow) -> String {
    let mut text = match (window.remaining(), window.limit()) {
        (Some(left), Some(limit)) => format!("{left} of {limit} left"),
        (Some(left), None) => format!("{left} left"),
        (None, Some(limit)) => format!("limit {limit}"),
        (None, None) => "named without figures".to_owned(),
    };
    if let Some(reset) = window.reset().filter(|reset| *reset > Duration::ZERO) {
        text.push_str(&format!(", anew in {}", millis(reset)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Scope;

    fn window(limit: u64, remaining: u64) -> RateWindow {
        RateWindow::new(Scope::Minute)
            .with_limit(limit)
            .with_remaining(remaining)
    }

    #[test]
    fn the_verdict_follows_what_is_left() {
        for (limit, left, status) in [
            (100, 100, Status::Pass),
            (100, 10, Status::Pass),
            (100, 9, Status::Warn),
            (100, 0, Status::Fail),
            (5, 1, Status::Pass),
        ] {
            let limits = RateLimits::default().with_window(window(limit, left));
            let finding = limits_left("limits", &limits);
            assert_eq!(finding.status(), status, "{left} of {limit}");
            assert_eq!(finding.seen(), format!("{left} of {limit} left"));
        }
    }

    #[test]
    fn one_exhausted_window_among_several_decides() {
        let limits = RateLimits::default()
            .with_window(window(1000, 999))
            .with_window(
                RateWindow::new(Scope::Hour)
                    .with_remaining(0)
                    .with_reset(Duration::from_secs(90)),
            );
        let finding = limits_left("limits", &limits);
        assert_eq!(
            (finding.status(), finding.seen()),
            (Status::Fail, "0 left, anew in 90.0 s")
        );
        let waits = RateLimits::default().with_retry_after(Duration::from_secs(7));
        assert_eq!(
            limits_left("limits", &waits).seen(),
            "the server asks to wait 7.0 s"
        );
        assert_eq!(
            limits_left("x", &RateLimits::default()).status(),
            Status::Skipped
        );
    }
}
