//! What a refusal names when several rules end at the same moment: what the server asked for comes first.

use super::*;
use crate::limits::{RateLimits, RateWindow, Scope};

#[tokio::test(start_paused = true)]
async fn a_hold_is_told_as_a_hold() {
    let limiter = Limiter::builder()
        .per_minute(100)
        .burst(5)
        .margin(Duration::ZERO)
        .build()
        .unwrap();
    let none_left = RateWindow::new(Scope::Default)
        .with_limit(1_000)
        .with_remaining(0)
        .with_reset(secs(30));
    let refusal = RateLimits::default()
        .with_retry_after(secs(30))
        .with_window(none_left);
    // Rule, spacing and remainder all allow the next one when the hold ends, and none of them is the reason.
    limiter.observe(&refusal, Observed::Limited);
    let refusal = limiter.try_acquire(1).unwrap_err();
    assert_eq!(refusal.rule(), &LimitRule::Hold);
    assert_eq!(refusal.wait(), Some(secs(30)));
}

#[tokio::test(start_paused = true)]
async fn spacing_after_a_refusal_lasts_three_of_the_longest_windows() {
    let limiter = Limiter::builder()
        .per_second(10)
        .per_minute(100)
        .margin(Duration::ZERO)
        .build()
        .unwrap();
    // A wait that is told and kept slows nothing down, and yet requests go one by one for a while.
    let refusal = RateLimits::default().with_retry_after(secs(1));
    limiter.observe(&refusal, Observed::Limited);
    let spaced = |at: u64| {
        let limiter = limiter.clone();
        async move {
            sleep(secs(at)).await;
            for _ in 0..50 {
                limiter.observe(&RateLimits::default(), Observed::Accepted);
            }
            let first = limiter.try_acquire(1);
            let second = limiter.try_acquire(1);
            (first.is_ok(), second.is_ok())
        }
    };
    assert_eq!(
        spaced(179).await,
        (true, false),
        "three windows are not over"
    );
    assert_eq!(spaced(2).await, (true, true), "and now they are");
}
