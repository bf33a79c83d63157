//! Rates, bursts, places in flight, deadlines.

use super::*;

#[tokio::test(start_paused = true)]
async fn one_per_second_with_its_margin() {
    let limiter = Limiter::builder().per_second(1).build().unwrap();
    let start = now();
    for n in 0..20 {
        let (_, at) = take(&limiter, start).await;
        // Timers are a millisecond late at most, once for every turn.
        assert!((1_010 * n..=1_012 * n).contains(&at), "turn {n} at {at} ms");
    }
}

#[tokio::test(start_paused = true)]
async fn a_whole_window_may_go_at_once_and_the_next_one_after_it() {
    let limiter = Limiter::builder().per_minute(100).build().unwrap();
    let start = now();
    for n in 0..250 {
        let (_, at) = take(&limiter, start).await;
        assert_about(at, 60_600 * (n / 100));
    }
}

#[tokio::test(start_paused = true)]
async fn all_rules_hold_together() {
    let limiter = Limiter::builder()
        .per_second(2)
        .rule(3, secs(10))
        .margin(Duration::ZERO)
        .build()
        .unwrap();
    let start = now();
    let mut turns = Vec::new();
    for _ in 0..7 {
        turns.push(take(&limiter, start).await.1);
    }
    for (at, expected) in turns
        .iter()
        .zip([0, 0, 1_000, 10_000, 10_000, 11_000, 20_000])
    {
        assert_about(*at, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_burst_caps_how_many_go_at_once() {
    let limiter = Limiter::builder()
        .per_minute(60)
        .burst(3)
        .margin(Duration::ZERO)
        .build()
        .unwrap();
    let start = now();
    for expected in [0, 0, 0, 1_000, 2_000, 3_000] {
        assert_about(take(&limiter, start).await.1, expected);
    }
    sleep(secs(60)).await;
    let start = now();
    for expected in [0, 0, 0, 1_000] {
        assert_about(take(&limiter, start).await.1, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_cost_counts_against_every_rate() {
    let limiter = Limiter::builder().rule(10, secs(10)).build().unwrap();
    let start = now();
    for (cost, expected) in [(6, 0), (4, 0), (7, 10_100), (3, 10_100), (0, 10_100)] {
        drop(limiter.acquire(cost, whenever()).await.unwrap());
        assert_about((now() - start).as_millis(), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_cost_no_rule_ever_grants_is_refused_at_once() {
    let limiter = Limiter::builder().per_hour(10).burst(4).build().unwrap();
    let refusal = limiter.acquire(5, whenever()).await.unwrap_err();
    assert_eq!(refusal.rule(), &LimitRule::Cost { most: 4 });
    assert_eq!(refusal.wait(), None);
    assert_eq!(limiter.in_flight(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_wait_past_the_deadline_is_refused_at_once_and_costs_nothing() {
    let limiter = Limiter::builder().rule(1, secs(10)).build().unwrap();
    let start = now();
    drop(take(&limiter, start).await);

    let refusal = limiter.acquire(1, now() + secs(10)).await.unwrap_err();
    assert_eq!(now(), start, "it must not wait first");
    assert_eq!(refusal.wait(), Some(ms(10_100)));
    let rule = LimitRule::Window {
        limit: 1,
        window: secs(10),
    };
    assert_eq!(refusal.rule(), &rule);

    let deadline = now() + ms(10_100);
    let permit = limiter.acquire(1, deadline).await.unwrap();
    assert_about((now() - start).as_millis(), 10_100);
    drop(permit);
    assert_about(take(&limiter, start).await.1, 20_200);
}

#[tokio::test(start_paused = true)]
async fn a_deadline_that_has_passed_gets_no_turn_even_a_free_one() {
    let limiter = Limiter::builder().per_second(1).build().unwrap();
    let refusal = limiter.acquire(1, now() - ms(1)).await.unwrap_err();
    assert_eq!(refusal.rule(), &LimitRule::Deadline);
    drop(limiter.acquire(1, now()).await.unwrap());
}

#[tokio::test(start_paused = true)]
async fn the_deadline_counts_those_who_wait_in_front() {
    let limiter = Limiter::builder()
        .per_second(1)
        .margin(Duration::ZERO)
        .build()
        .unwrap();
    let mut waiters = Vec::new();
    for _ in 0..5 {
        let limiter = limiter.clone();
        waiters.push(tokio::spawn(async move {
            drop(limiter.acquire(1, whenever()).await.unwrap());
        }));
    }
    tokio::task::yield_now().await;
    assert_eq!(limiter.waiting(), 4);
    let start = now();
    let refusal = limiter.acquire(1, start + ms(4_900)).await.unwrap_err();
    assert_eq!(now(), start);
    assert_eq!(refusal.wait(), Some(secs(5)));
    let refusal = limiter.try_acquire(2).unwrap_err();
    assert_eq!(refusal.rule(), &LimitRule::Cost { most: 1 });
    assert_eq!(limiter.try_acquire(1).unwrap_err().wait(), Some(secs(5)));
    assert!(limiter.acquire(1, start + ms(5_100)).await.is_ok());
    for waiter in waiters {
        waiter.await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn trying_never_waits_and_says_how_long_it_would_be() {
    let limiter = Limiter::builder().rule(2, secs(10)).build().unwrap();
    let start = now();
    drop(limiter.try_acquire(1).unwrap());
    sleep(secs(4)).await;
    drop(limiter.try_acquire(1).unwrap());
    sleep(secs(1)).await;
    let wait = limiter.try_acquire(1).unwrap_err().wait().unwrap();
    assert!(ms(5_098) <= wait && wait <= ms(5_100), "{wait:?}");
    sleep(wait).await;
    assert_about((now() - start).as_millis(), 10_100);
    drop(limiter.try_acquire(1).unwrap());
    assert!(limiter.try_acquire(1).is_err());
}

#[tokio::test(start_paused = true)]
async fn places_in_flight_are_held_until_the_permit_is_dropped() {
    let limiter = Limiter::builder().max_in_flight(2).build().unwrap();
    let start = now();
    let first = take(&limiter, start).await.0;
    let second = take(&limiter, start).await.0;
    assert_eq!(limiter.in_flight(), 2);
    let refusal = limiter.try_acquire(1).unwrap_err();
    assert_eq!(refusal.rule(), &LimitRule::InFlight { max: 2 });
    assert_eq!(refusal.wait(), None);

    let refusal = limiter.acquire(1, now() + secs(3)).await.unwrap_err();
    assert_eq!(refusal.rule(), &LimitRule::InFlight { max: 2 });
    assert_about((now() - start).as_millis(), 3_000);

    let releaser = tokio::spawn(async move {
        sleep(secs(4)).await;
        drop(first);
    });
    assert_about(take(&limiter, start).await.1, 7_000);
    releaser.await.unwrap();
    drop(second);
    assert_eq!(limiter.in_flight(), 0);
}

#[tokio::test(start_paused = true)]
async fn giving_back_returns_the_rate_and_dropping_does_not() {
    let limiter = Limiter::builder()
        .rule(2, secs(10))
        .burst(2)
        .build()
        .unwrap();
    let start = now();
    let (first, second) = (take(&limiter, start).await.0, take(&limiter, start).await.0);
    drop(first);
    assert!(limiter.try_acquire(1).is_err());
    second.give_back();
    assert_eq!(limiter.in_flight(), 0);
    drop(limiter.try_acquire(1).unwrap());
    assert!(limiter.try_acquire(1).is_err());
}

#[tokio::test(start_paused = true)]
async fn giving_back_lets_the_next_go_at_once() {
    let limiter = Limiter::builder().per_hour(1).build().unwrap();
    let start = now();
    let permit = take(&limiter, start).await.0;
    let waiter = tokio::spawn({
        let limiter = limiter.clone();
        async move { take(&limiter, start).await.1 }
    });
    sleep(secs(5)).await;
    permit.give_back();
    assert_about(waiter.await.unwrap(), 5_000);
}

#[tokio::test(start_paused = true)]
async fn unlimited_never_waits_and_learns_nothing() {
    let limiter = Limiter::unlimited();
    let held = crate::limits::RateLimits::default().with_retry_after(secs(60));
    limiter.observe(&held, Observed::Limited);
    let start = now();
    let permits: Vec<_> = (0..1_000)
        .map(|_| limiter.try_acquire(9).unwrap())
        .collect();
    drop(limiter.acquire(u32::MAX, start).await.unwrap());
    assert_eq!((now(), limiter.in_flight()), (start, 0));
    permits.into_iter().for_each(Permit::give_back);
    assert_eq!(format!("{limiter:?}"), "Limiter { unlimited: true }");
}

#[tokio::test(start_paused = true)]
async fn a_limiter_can_be_implemented_outside() {
    #[derive(Debug)]
    struct Never;

    #[async_trait::async_trait]
    impl RateLimiter for Never {
        async fn acquire(&self, _: u32, _: Instant) -> Result<Permit, LimitExceeded> {
            self.try_acquire(1)
        }

        fn try_acquire(&self, _: u32) -> Result<Permit, LimitExceeded> {
            let rule = LimitRule::Other("never".to_owned());
            Err(LimitExceeded::new(None, rule))
        }

        fn observe(&self, _: &crate::limits::RateLimits, _: Observed) {}
    }

    let limiter: Arc<dyn RateLimiter> = Arc::new(Never);
    let refusal = limiter.acquire(1, now()).await.unwrap_err();
    assert!(refusal.to_string().ends_with("never"));
}

/// Whatever is asked, no stretch as long as a window sees more than its limit.
#[test]
fn no_window_ever_sees_more_than_its_limit() {
    use proptest::prelude::*;

    let asks = prop::collection::vec((0_u64..900, 1_u32..4, any::<u8>()), 1..60);
    proptest!(ProptestConfig::with_cases(64), |(limit in 3_u32..9, asks in asks)| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        let sent = runtime.block_on(run(limit, asks));
        for (at, _) in &sent {
            let within = sent.iter().filter(|(other, _)| other >= at && *other < *at + secs(1));
            let tokens: u32 = within.map(|(_, cost)| cost).sum();
            prop_assert!(tokens <= limit, "{tokens} of {limit}");
        }
    });

    async fn run(limit: u32, asks: Vec<(u64, u32, u8)>) -> Vec<(Instant, u32)> {
        let limiter = Limiter::builder()
            .per_second(limit)
            .max_in_flight(4)
            .build()
            .unwrap();
        let mut tasks = Vec::new();
        for (gap, cost, fate) in asks {
            sleep(ms(gap / 4)).await;
            let limiter = limiter.clone();
            tasks.push(tokio::spawn(async move {
                let patience = if fate % 3 == 0 { ms(200) } else { secs(600) };
                let permit = limiter.acquire(cost, now() + patience).await.ok()?;
                let at = now();
                if fate % 5 == 0 {
                    permit.give_back();
                    return None;
                }
                sleep(ms(u64::from(fate))).await;
                Some((at, cost))
            }));
        }
        let mut sent = Vec::new();
        for task in tasks {
            sent.extend(task.await.unwrap());
        }
        assert_eq!((limiter.in_flight(), limiter.waiting()), (0, 0));
        sent
    }
}
