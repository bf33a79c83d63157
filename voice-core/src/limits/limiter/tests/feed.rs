//! What the server says, and what the limiter makes of it.

use super::*;
use crate::limits::{RateLimits, RateWindow, Scope};

fn window(scope: Scope, limit: u64, remaining: u64, reset: u64) -> RateLimits {
    let window = RateWindow::new(scope)
        .with_limit(limit)
        .with_remaining(remaining)
        .with_reset(secs(reset));
    RateLimits::default().with_window(window)
}

fn wait_of(limiter: &Limiter) -> Option<Duration> {
    limiter.try_acquire(1).unwrap_err().wait()
}

#[tokio::test(start_paused = true)]
async fn nothing_left_holds_until_the_reset() {
    for builder in [Limiter::builder(), Limiter::builder().per_minute(100)] {
        let limiter = builder.build().unwrap();
        limiter.observe(&window(Scope::Default, 100, 0, 30), Observed::Accepted);
        let refusal = limiter.try_acquire(1).unwrap_err();
        assert_eq!(refusal.rule(), &LimitRule::Remaining { remaining: 0 });
        assert_eq!(refusal.wait(), Some(secs(30)));
        let start = now();
        assert!(limiter.acquire(1, start + secs(29)).await.is_err());
        assert_eq!(now(), start);
        assert_about(take(&limiter, start).await.1, 30_000);
    }
}

#[tokio::test(start_paused = true)]
async fn a_lower_remainder_is_taken_and_counts_requests_in_flight() {
    let limiter = Limiter::builder().per_minute(100).build().unwrap();
    let start = now();
    limiter.observe(&window(Scope::Minute, 100, 3, 20), Observed::Accepted);
    let permits: Vec<_> = (0..3).map(|_| limiter.try_acquire(1).unwrap()).collect();
    assert_eq!(
        limiter.try_acquire(1).unwrap_err().rule(),
        &LimitRule::Remaining { remaining: 3 }
    );
    // Two answers come, each with one less; the third is still on its way.
    for (permit, left) in permits.into_iter().take(2).zip([2, 1]) {
        limiter.observe(&window(Scope::Minute, 100, left, 20), Observed::Accepted);
        drop(permit);
    }
    assert_eq!(limiter.in_flight(), 0);
    let last = limiter.try_acquire(1).unwrap();
    limiter.observe(&window(Scope::Minute, 100, 0, 20), Observed::Accepted);
    drop(last);
    assert_eq!(wait_of(&limiter), Some(secs(20)));
    assert_about(take(&limiter, start).await.1, 20_000);
}

#[tokio::test(start_paused = true)]
async fn a_remainder_our_own_count_explains_changes_nothing() {
    let limiter = Limiter::builder().per_second(2).build().unwrap();
    let start = now();
    drop((
        limiter.try_acquire(1).unwrap(),
        limiter.try_acquire(1).unwrap(),
    ));
    sleep(ms(700)).await;
    // Rounded up to a whole second; our own rule knows that it is 310 ms.
    limiter.observe(&window(Scope::Default, 2, 0, 1), Observed::Accepted);
    assert_about(take(&limiter, start).await.1, 1_010);
    // The same words about a longer window are news.
    limiter.observe(&window(Scope::Default, 2, 0, 9), Observed::Accepted);
    assert_eq!(wait_of(&limiter), Some(secs(9)));
}

#[tokio::test(start_paused = true)]
async fn a_lower_limit_of_the_server_tightens_the_rule() {
    let limiter = Limiter::builder().per_minute(100).build().unwrap();
    limiter.observe(&window(Scope::Minute, 60, 60, 60), Observed::Accepted);
    for _ in 0..60 {
        drop(limiter.try_acquire(1).unwrap());
    }
    assert_eq!(
        limiter.try_acquire(1).unwrap_err().rule(),
        &LimitRule::Window {
            limit: 60,
            window: secs(60)
        }
    );
    // A higher one gives back what was set, and no more.
    limiter.observe(&window(Scope::Minute, 500, 440, 60), Observed::Accepted);
    for _ in 60..100 {
        drop(limiter.try_acquire(1).unwrap());
    }
    assert!(limiter.try_acquire(1).is_err());
}

#[tokio::test(start_paused = true)]
async fn a_limit_for_a_window_without_a_rule_becomes_one() {
    let limiter = Limiter::builder().build().unwrap();
    limiter.observe(&window(Scope::Second, 5, 5, 1), Observed::Accepted);
    let start = now();
    for n in 0..12 {
        assert_about(take(&limiter, start).await.1, 1_010 * (n / 5));
    }
    // Of unknown length, of tokens, or of nothing: no rule.
    let limiter = Limiter::builder().build().unwrap();
    for scope in [Scope::Default, Scope::Tokens, Scope::Other("x".to_owned())] {
        limiter.observe(&window(scope, 1, 1, 1), Observed::Accepted);
    }
    let nothing = RateWindow::new(Scope::Minute).with_limit(0);
    limiter.observe(
        &RateLimits::default().with_window(nothing),
        Observed::Accepted,
    );
    sleep(secs(2)).await;
    for _ in 0..100 {
        drop(limiter.try_acquire(1).unwrap());
    }
}

#[tokio::test(start_paused = true)]
async fn tokens_matter_after_a_refusal_only() {
    let limiter = Limiter::builder().build().unwrap();
    let tokens = window(Scope::Tokens, 1_000, 0, 360);
    limiter.observe(&tokens, Observed::Accepted);
    drop(limiter.try_acquire(1).unwrap());
    limiter.observe(&tokens, Observed::Limited);
    assert_eq!(wait_of(&limiter), Some(secs(360)));
}

#[tokio::test(start_paused = true)]
async fn retry_after_holds_everybody_and_who_cannot_wait_is_told_at_once() {
    let limiter = Limiter::builder().max_in_flight(1).build().unwrap();
    let held = limiter.try_acquire(1).unwrap();
    let start = now();
    let mut tasks = Vec::new();
    for patience in [secs(10), secs(100), secs(20)] {
        let limiter = limiter.clone();
        tasks.push(tokio::spawn(async move {
            let outcome = limiter.acquire(1, start + patience).await;
            (now() - start, outcome.map(|_| ()))
        }));
    }
    sleep(secs(1)).await;
    let refusal = RateLimits::default().with_retry_after(secs(30));
    limiter.observe(&refusal, Observed::Limited);
    drop(held);
    let mut outcomes = Vec::new();
    for task in tasks {
        outcomes.push(task.await.unwrap());
    }
    let [(early, impatient), (late, patient), (also_early, second)] = outcomes.try_into().unwrap();
    assert_about(early.as_millis(), 1_000);
    assert_about(also_early.as_millis(), 1_000);
    let refusal = impatient.unwrap_err();
    assert_eq!(refusal.rule(), &LimitRule::Hold);
    assert!(refusal.wait().unwrap() >= ms(29_998));
    assert!(second.is_err());
    assert_about(late.as_millis(), 31_000);
    assert_eq!(patient, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn a_hold_never_shrinks_and_is_capped() {
    let limiter = Limiter::builder().max_hold(secs(50)).build().unwrap();
    let hold = |seconds| {
        let refusal = RateLimits::default().with_retry_after(secs(seconds));
        limiter.observe(&refusal, Observed::Limited);
        wait_of(&limiter).unwrap()
    };
    assert_eq!(hold(40), secs(40));
    assert_eq!(hold(10), secs(40));
    assert_eq!(hold(90_000), secs(50));
    let limiter = Limiter::builder().build().unwrap();
    let refusal = RateLimits::default().with_retry_after(secs(90_000));
    limiter.observe(&refusal, Observed::Limited);
    assert_eq!(wait_of(&limiter), Some(secs(3_600)));
    // An accepted answer with Retry-After (a 201, say) is no refusal.
    let limiter = Limiter::builder().build().unwrap();
    limiter.observe(&refusal, Observed::Accepted);
    drop(limiter.try_acquire(1).unwrap());
}

#[tokio::test(start_paused = true)]
async fn a_refusal_without_a_hint_slows_down_and_answers_speed_up_again() {
    let limiter = Limiter::builder()
        .per_second(10)
        .margin(Duration::ZERO)
        .build()
        .unwrap();
    let start = now();
    drop(limiter.try_acquire(1).unwrap());
    for _ in 0..5 {
        // Five at once are one event.
        limiter.observe(&RateLimits::default(), Observed::Limited);
    }
    let refusal = limiter.try_acquire(1).unwrap_err();
    assert_eq!(refusal.rule(), &LimitRule::SlowDown);
    // 100 ms ÷ 0.7 each.
    for expected in [143, 286, 429] {
        assert_about(take(&limiter, start).await.1, expected);
    }
    sleep(secs(1)).await;
    limiter.observe(&RateLimits::default(), Observed::Limited);
    let before = now();
    // 100 ms ÷ 0.49.
    assert_about(take(&limiter, before).await.1, 204);
    for _ in 0..26 {
        sleep(ms(200)).await;
        limiter.observe(&RateLimits::default(), Observed::Accepted);
    }
    // Full speed, but one by one.
    let before = now();
    for expected in [0, 100, 200, 300] {
        assert_about(take(&limiter, before).await.1, expected);
    }

    sleep(secs(61)).await;
    for _ in 0..50 {
        limiter.observe(&RateLimits::default(), Observed::Accepted);
    }
    for _ in 0..10 {
        drop(limiter.try_acquire(1).unwrap());
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_after_a_hold_that_was_kept_slows_down_too() {
    let limiter = Limiter::builder()
        .per_second(10)
        .margin(Duration::ZERO)
        .build()
        .unwrap();
    let refusal = RateLimits::default().with_retry_after(secs(5));
    for (expected, step) in [([0, 100, 200], 0), ([0, 143, 286], 1)] {
        // Two of one batch count once.
        limiter.observe(&refusal, Observed::Limited);
        limiter.observe(&refusal, Observed::Limited);
        sleep(secs(5)).await;
        let start = now();
        for expected in expected {
            let at = take(&limiter, start).await.1;
            assert!(
                (expected..=expected + 2).contains(&at),
                "{at} in step {step}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_about_requests_in_flight_lowers_their_number() {
    let limiter = Limiter::builder().max_in_flight(100).build().unwrap();
    let mut permits: Vec<_> = (0..10).map(|_| limiter.try_acquire(1).unwrap()).collect();
    let refusal = RateLimits::default().with_concurrent_requests(14);
    limiter.observe(&refusal, Observed::Limited);
    assert_eq!(
        limiter.try_acquire(1).unwrap_err().rule(),
        &LimitRule::InFlight { max: 7 }
    );
    permits.truncate(6);
    permits.push(limiter.try_acquire(1).unwrap());
    assert!(limiter.try_acquire(1).is_err());
    for _ in 0..50 {
        sleep(ms(200)).await;
        limiter.observe(&RateLimits::default(), Observed::Accepted);
    }
    permits.extend((7..100).map(|_| limiter.try_acquire(1).unwrap()));
    assert!(limiter.try_acquire(1).is_err());
}

#[tokio::test(start_paused = true)]
async fn absurd_statements_never_panic() {
    let limiter = Limiter::builder().per_second(5).burst(2).build().unwrap();
    for limit in [0, 1, u64::from(u32::MAX), u64::MAX] {
        for length in [Duration::ZERO, Duration::from_nanos(1), Duration::MAX] {
            let window = RateWindow::new(Scope::Other(format!("{limit}")))
                .with_unit(crate::limits::Unit::Requests)
                .with_limit(limit)
                .with_remaining(u64::MAX - limit)
                .with_reset(length)
                .with_length(length);
            let limits = RateLimits::default()
                .with_window(window)
                .with_retry_after(length);
            limiter.observe(&limits, Observed::Accepted);
            limiter.observe(&limits, Observed::Limited);
            let _ = limiter.try_acquire(u32::MAX);
            let _ = limiter.try_acquire(1).map(Permit::give_back);
        }
    }
}
