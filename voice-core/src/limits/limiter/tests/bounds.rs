//! The longest windows, the most rules, and who is told when the server brings news.

use super::*;
use crate::limits::limiter::LimiterBuildError;
use crate::limits::{RateLimits, RateWindow, Scope};

const LONGEST: Duration = Duration::from_secs(31 * 24 * 60 * 60);

/// The window of the rule that refuses the second request, if one does.
fn second_is_refused_by(limiter: &Limiter) -> Option<Duration> {
    drop(limiter.try_acquire(1).unwrap());
    match limiter.try_acquire(1).err()?.rule() {
        LimitRule::Window { limit: 1, window } => Some(*window),
        other => panic!("{other:?}"),
    }
}

fn one_per(length: Duration) -> RateWindow {
    RateWindow::new(Scope::named(&format!("{}s", length.as_secs())))
        .with_limit(1)
        .with_length(length)
        .with_unit(crate::limits::Unit::Requests)
}

#[tokio::test(start_paused = true)]
async fn windows_and_margins_go_up_to_31_days() {
    let limiter = Limiter::builder().per_hour(1).build().unwrap();
    assert_eq!(second_is_refused_by(&limiter), Some(secs(3_600)));
    let limiter = Limiter::builder()
        .rule(1, LONGEST)
        .margin(LONGEST)
        .build()
        .unwrap();
    assert_eq!(second_is_refused_by(&limiter), Some(LONGEST));
    let longer = LONGEST + secs(1);
    for builder in [
        Limiter::builder().rule(1, longer),
        Limiter::builder().per_second(1).margin(longer),
    ] {
        assert_eq!(
            builder.build().unwrap_err(),
            LimiterBuildError::TooLong(longer)
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_longer_window_of_the_server_is_no_rule() {
    for (length, learned) in [(secs(1), true), (LONGEST, true), (LONGEST + secs(1), false)] {
        let limiter = Limiter::builder().build().unwrap();
        let answer = RateLimits::default().with_window(one_per(length));
        limiter.observe(&answer, Observed::Accepted);
        assert_eq!(
            second_is_refused_by(&limiter),
            learned.then_some(length),
            "{length:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn no_more_than_sixteen_rules_are_learned() {
    let limiter = Limiter::builder().build().unwrap();
    for length in 1..=20 {
        let answer = RateLimits::default().with_window(one_per(secs(length)));
        limiter.observe(&answer, Observed::Accepted);
    }
    assert_eq!(second_is_refused_by(&limiter), Some(secs(16)));
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_the_end_of_a_window_is_told_of_the_next_one() {
    let limiter = Limiter::builder().build().unwrap();
    let start = now();
    let said = |remaining, reset| {
        let window = RateWindow::new(Scope::Default)
            .with_remaining(remaining)
            .with_reset(secs(reset));
        limiter.observe(
            &RateLimits::default().with_window(window),
            Observed::Accepted,
        );
    };
    said(0, 30);
    let waiting = tokio::spawn({
        let limiter = limiter.clone();
        async move { take(&limiter, start).await.1 }
    });
    sleep(secs(1)).await;
    said(5, 60);
    assert_about(waiting.await.unwrap(), 1_000);
}
