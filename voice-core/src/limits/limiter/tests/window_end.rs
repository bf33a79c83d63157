//! The end of the server's window frees those who wait, whatever became of the requests in flight.

use super::*;
use crate::limits::{RateLimits, RateWindow, Scope};

#[tokio::test(start_paused = true)]
async fn who_waits_for_one_in_flight_waits_no_longer_than_the_window() {
    let limiter = Limiter::builder().build().unwrap();
    let start = now();
    let stuck = limiter.try_acquire(1).unwrap();
    let one_left = RateWindow::new(Scope::Default)
        .with_remaining(1)
        .with_reset(secs(5));
    let answer = RateLimits::default().with_window(one_left);
    limiter.observe(&answer, Observed::Accepted);
    // The one in flight may be the one that is left, until the window is over.
    let refusal = limiter.try_acquire(1).unwrap_err();
    assert_eq!(refusal.rule(), &LimitRule::Remaining { remaining: 1 });
    assert_eq!(refusal.wait(), Some(secs(5)));
    assert_about(take(&limiter, start).await.1, 5_000);
    drop(stuck);
}

#[tokio::test(start_paused = true)]
async fn an_answer_wakes_who_waits_for_it() {
    let limiter = Limiter::builder().build().unwrap();
    let start = now();
    let sent = limiter.try_acquire(1).unwrap();
    let one_left = RateWindow::new(Scope::Default)
        .with_remaining(1)
        .with_reset(secs(5));
    let answer = RateLimits::default().with_window(one_left);
    limiter.observe(&answer, Observed::Accepted);
    let waiting = tokio::spawn({
        let limiter = limiter.clone();
        async move { take(&limiter, start).await.1 }
    });
    sleep(secs(1)).await;
    drop(sent);
    assert_about(waiting.await.unwrap(), 1_000);
}

#[tokio::test(start_paused = true)]
async fn a_reset_in_whole_seconds_does_not_move_the_end_of_the_window() {
    let limiter = Limiter::builder().build().unwrap();
    let none_left = RateWindow::new(Scope::Default)
        .with_remaining(0)
        .with_reset(secs(30));
    let answer = RateLimits::default().with_window(none_left);
    let start = now();
    limiter.observe(&answer, Observed::Accepted);
    // Half a second later the server still says 30, rounded up.
    sleep(ms(500)).await;
    limiter.observe(&answer, Observed::Accepted);
    assert_about(take(&limiter, start).await.1, 30_000);
}

#[tokio::test(start_paused = true)]
async fn a_deadline_before_the_end_of_the_window_is_kept() {
    let limiter = Limiter::builder().build().unwrap();
    let start = now();
    let _stuck = limiter.try_acquire(1).unwrap();
    let one_left = RateWindow::new(Scope::Default)
        .with_remaining(1)
        .with_reset(secs(5));
    let answer = RateLimits::default().with_window(one_left);
    limiter.observe(&answer, Observed::Accepted);
    let refusal = limiter.acquire(1, start + secs(3)).await.unwrap_err();
    assert_eq!(refusal.rule(), &LimitRule::Remaining { remaining: 1 });
    assert_about((now() - start).as_millis(), 3_000);
}
