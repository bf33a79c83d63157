//! Turns that change hands: a waiter that moves to another task, a turn that is given back late, places that are cut.

use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Wake, Waker};

use super::*;
use crate::limits::RateLimits;

#[derive(Debug, Default)]
struct Bell(AtomicUsize);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[tokio::test(start_paused = true)]
async fn the_task_that_polled_last_is_woken() {
    let limiter = Limiter::builder().max_in_flight(1).build().unwrap();
    let held = limiter.try_acquire(1).unwrap();
    let mut waiting = Box::pin(limiter.acquire(1, whenever()));
    let bells = [(); 2].map(|()| Arc::new(Bell::default()));
    for bell in &bells {
        let waker = Waker::from(Arc::clone(bell));
        assert!(
            waiting
                .as_mut()
                .poll(&mut Context::from_waker(&waker))
                .is_pending()
        );
    }
    drop(held);
    let rung = bells.map(|bell| bell.0.load(Ordering::SeqCst));
    assert_eq!(rung, [0, 1]);
    drop(waiting.await.unwrap());
}

#[tokio::test(start_paused = true)]
async fn a_turn_given_back_late_is_taken_out_of_its_own_place() {
    let limiter = Limiter::builder()
        .rule(2, secs(10))
        .margin(Duration::ZERO)
        .build()
        .unwrap();
    let start = now();
    let never_sent = limiter.try_acquire(1).unwrap();
    sleep(secs(5)).await;
    drop(limiter.try_acquire(1).unwrap());
    never_sent.give_back();
    assert_about(take(&limiter, start).await.1, 5_000);
    // Two have gone at five seconds, and none before.
    assert_about(take(&limiter, start).await.1, 15_000);
}

#[tokio::test(start_paused = true)]
async fn places_are_cut_when_they_are_counted_or_nothing_else_is_said() {
    let counted = RateLimits::default().with_concurrent_requests(4);
    let waits = RateLimits::default().with_retry_after(secs(1));
    for (refusal, most) in [
        (counted.clone(), 2),
        (counted.with_retry_after(secs(1)), 2),
        (RateLimits::default(), 7),
        (waits, 10),
    ] {
        let limiter = Limiter::builder().max_in_flight(10).build().unwrap();
        let mut held: Vec<_> = (0..4).map(|_| limiter.try_acquire(1).unwrap()).collect();
        limiter.observe(&refusal, Observed::Limited);
        sleep(secs(2)).await;
        held.clear();
        while let Ok(permit) = limiter.try_acquire(1) {
            held.push(permit);
        }
        assert_eq!(held.len(), most, "{refusal:?}");
    }
}
