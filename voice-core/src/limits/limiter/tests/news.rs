//! Whether what the server says is news, or is what the limiter's own rules say already and say better.

use super::*;
use crate::limits::{RateLimits, RateWindow, Scope};

/// What refuses a request of `cost`, some time after `taken` requests and one answer.
struct Case {
    rules: &'static [(u32, u64)],
    burst: Option<u32>,
    taken: u32,
    /// Limit, remainder, seconds until the reset, seconds of the window.
    said: (u64, u64, u64, Option<u64>),
    /// Seconds after the answer, and the cost of what is then tried.
    tried: (u64, u32),
}

impl Case {
    async fn refusal(&self) -> Option<LimitRule> {
        let mut builder = Limiter::builder().margin(Duration::ZERO);
        for (requests, window) in self.rules {
            builder = builder.rule(*requests, secs(*window));
        }
        if let Some(burst) = self.burst {
            builder = builder.burst(burst);
        }
        let limiter = builder.build().unwrap();
        for _ in 0..self.taken {
            drop(limiter.try_acquire(1).unwrap());
        }
        let (limit, remaining, reset, length) = self.said;
        let mut window = RateWindow::new(Scope::Default)
            .with_limit(limit)
            .with_remaining(remaining)
            .with_reset(secs(reset));
        if let Some(length) = length {
            window = window.with_length(secs(length));
        }
        let answer = RateLimits::default().with_window(window);
        limiter.observe(&answer, Observed::Accepted);
        let (later, cost) = self.tried;
        sleep(secs(later)).await;
        let refused = limiter.try_acquire(cost).err()?;
        Some(refused.rule().clone())
    }
}

const ONE: &[(u32, u64)] = &[(2, 10)];
const TWO: &[(u32, u64)] = &[(2, 10), (50, 20)];
const OURS: Option<LimitRule> = Some(LimitRule::Window {
    limit: 2,
    window: Duration::from_secs(10),
});
const NONE_LEFT: Option<LimitRule> = Some(LimitRule::Remaining { remaining: 0 });
const ONE_LEFT: Option<LimitRule> = Some(LimitRule::Remaining { remaining: 1 });

#[tokio::test(start_paused = true)]
async fn a_rule_as_strict_that_counted_as_much_knows_better() {
    let at_once = (0, 1);
    // The rule is free again after ten seconds, a second before the reset that was told.
    let after = (10, 2);
    for (rules, taken, said, tried, expected) in [
        (ONE, 2, (2, 0, 11, None), at_once, OURS),
        (ONE, 2, (2, 0, 12, None), at_once, NONE_LEFT),
        (ONE, 1, (2, 0, 11, None), at_once, NONE_LEFT),
        (&[(5, 10)], 2, (2, 0, 11, None), at_once, NONE_LEFT),
        // The only rule is meant, whatever the server calls its limit; of two, the one with that limit.
        (ONE, 2, (3, 1, 11, None), after, None),
        (TWO, 2, (3, 1, 11, None), after, ONE_LEFT),
        (TWO, 2, (2, 0, 11, None), at_once, OURS),
        // A window of a known length is that of the rule as long, and of no other.
        (ONE, 2, (3, 1, 11, Some(10)), after, None),
        (ONE, 2, (3, 1, 11, Some(11)), after, ONE_LEFT),
    ] {
        let case = Case {
            rules,
            burst: None,
            taken,
            said,
            tried,
        };
        let refusal = case.refusal().await;
        assert_eq!(refusal, expected, "{rules:?}, {taken} taken, {said:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_burst_as_strict_that_counted_as_much_knows_better() {
    let ours = Some(LimitRule::Burst { burst: 3 });
    // One per second: a bucket of three is full again after three seconds, told in whole ones.
    for (burst, taken, said, expected) in [
        (3, 3, (3, 0, 4, None), ours.clone()),
        (3, 3, (3, 0, 5, None), NONE_LEFT),
        (3, 2, (3, 0, 4, None), NONE_LEFT),
        (5, 3, (3, 0, 4, None), NONE_LEFT),
        (3, 3, (4, 1, 5, None), ours),
    ] {
        let case = Case {
            rules: &[(60, 60)],
            burst: Some(burst),
            taken,
            said,
            tried: (0, 1),
        };
        let refusal = case.refusal().await;
        assert_eq!(refusal, expected, "burst {burst}, {taken} taken, {said:?}");
    }
}
