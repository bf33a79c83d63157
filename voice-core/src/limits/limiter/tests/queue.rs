//! Who waits is served in order, and who leaves takes nothing along.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use super::*;

type Waiting<'a> = Pin<Box<dyn Future<Output = Result<Permit, LimitExceeded>> + Send + 'a>>;

fn poll(waiting: &mut Waiting<'_>) -> Poll<Result<Permit, LimitExceeded>> {
    waiting
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
}

#[tokio::test(start_paused = true)]
async fn turns_come_in_the_order_of_asking_whatever_they_cost() {
    let limiter = Limiter::builder().per_second(4).build().unwrap();
    let record = Record::default();
    let mut tasks = Vec::new();
    for n in 0..60 {
        let (limiter, record) = (limiter.clone(), record.clone());
        tasks.push(tokio::spawn(async move {
            let cost = [1, 4, 2, 3][n % 4];
            drop(limiter.acquire(cost, whenever()).await.unwrap());
            record.push(n);
        }));
        tokio::task::yield_now().await;
    }
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(record.all(), (0..60).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn nobody_overtakes_by_trying() {
    let limiter = Limiter::builder().rule(4, secs(10)).build().unwrap();
    drop(limiter.try_acquire(3).unwrap());
    let mut large = limiter.acquire(4, whenever());
    assert!(poll(&mut large).is_pending());
    let refusal = limiter.try_acquire(1).unwrap_err();
    assert_eq!(refusal.wait(), Some(ms(10_100)));
    drop(large);
    drop(limiter.try_acquire(1).unwrap());

    // Not even when there is enough for both, and the first has only not taken its turn yet.
    let mut waiting = limiter.acquire(1, whenever());
    assert!(poll(&mut waiting).is_pending());
    sleep(secs(20)).await;
    let refusal = limiter.try_acquire(1).unwrap_err();
    assert_eq!((refusal.rule(), refusal.wait()), (&LimitRule::Queue, None));
    drop(poll(&mut waiting));
    drop(limiter.try_acquire(1).unwrap());
}

#[tokio::test(start_paused = true)]
async fn who_leaves_the_queue_leaves_nothing_behind() {
    for leaving in 0..4 {
        let limiter = Limiter::builder()
            .rule(1, secs(10))
            .max_in_flight(1)
            .build()
            .unwrap();
        drop(limiter.try_acquire(1).unwrap());
        let start = now();
        let record = Record::default();
        let mut tasks = Vec::new();
        for n in 0..4 {
            let (limiter, record) = (limiter.clone(), record.clone());
            tasks.push(tokio::spawn(async move {
                let (_permit, at) = take(&limiter, start).await;
                record.push(n);
                at
            }));
            tokio::task::yield_now().await;
        }
        sleep(secs(3)).await;
        tasks.remove(leaving).abort();
        let mut turns = Vec::new();
        for task in tasks {
            turns.push(task.await.unwrap());
        }
        for (at, expected) in turns.iter().zip([10_100, 20_200, 30_300]) {
            assert!((expected..expected + 5).contains(at), "{turns:?}");
        }
        let others: Vec<_> = (0..4).filter(|n| *n != leaving).collect();
        assert_eq!(record.all(), others);
        assert_eq!((limiter.in_flight(), limiter.waiting()), (0, 0));
    }
}

/// Drops a waiting future after every number of polls it can see, with the turn due, not due, or taken.
#[tokio::test(start_paused = true)]
async fn a_dropped_wait_never_keeps_a_turn() {
    for polls in 0..3 {
        for due in [false, true] {
            let limiter = Limiter::builder()
                .rule(1, secs(10))
                .max_in_flight(1)
                .build()
                .unwrap();
            drop(limiter.try_acquire(1).unwrap());
            let mut dropped = limiter.acquire(1, whenever());
            let mut granted = false;
            for n in 0..polls {
                if due && n + 1 == polls {
                    sleep(secs(11)).await;
                }
                granted |= poll(&mut dropped).is_ready();
            }
            assert_eq!(granted, due && polls > 0);
            assert_eq!(limiter.waiting(), usize::from(polls > 0 && !granted));
            drop(dropped);
            assert_eq!((limiter.in_flight(), limiter.waiting()), (0, 0));

            let start = now();
            let (_permit, at) = take(&limiter, start).await;
            let expected = if due && !granted && polls > 0 {
                0
            } else {
                10_100
            };
            assert!(at <= expected + 2, "{at} after {polls} polls, due {due}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_is_due_passes_to_the_next_when_the_first_is_dropped() {
    let limiter = Limiter::builder().rule(1, secs(10)).build().unwrap();
    drop(limiter.try_acquire(1).unwrap());
    let start = now();
    let mut first = limiter.acquire(1, whenever());
    assert!(poll(&mut first).is_pending());
    let second = tokio::spawn({
        let limiter = limiter.clone();
        async move { take(&limiter, start).await.1 }
    });
    // The first is due at 10.1 s but is not polled; dropped at 15 s it must wake the second.
    sleep(secs(15)).await;
    assert!(!second.is_finished());
    drop(first);
    assert_about(second.await.unwrap(), 15_000);
}

#[tokio::test(start_paused = true)]
async fn a_place_freed_for_a_dropped_waiter_goes_to_the_next() {
    let limiter = Limiter::builder().max_in_flight(1).build().unwrap();
    let held = limiter.try_acquire(1).unwrap();
    let mut first = limiter.acquire(1, whenever());
    let mut second = limiter.acquire(1, whenever());
    assert!(poll(&mut first).is_pending() && poll(&mut second).is_pending());
    drop(held);
    assert!(poll(&mut second).is_pending(), "the first goes first");
    drop(first);
    assert!(poll(&mut second).is_ready());
}

#[tokio::test(start_paused = true)]
async fn who_runs_out_of_time_makes_way() {
    let limiter = Limiter::builder().max_in_flight(1).build().unwrap();
    let held = limiter.try_acquire(1).unwrap();
    let start = now();
    let impatient = tokio::spawn({
        let limiter = limiter.clone();
        async move { limiter.acquire(1, start + secs(2)).await.map(|_| ()) }
    });
    tokio::task::yield_now().await;
    let patient = tokio::spawn({
        let limiter = limiter.clone();
        async move { take(&limiter, start).await.1 }
    });
    let behind = limiter.acquire(1, start + secs(1)).await.unwrap_err();
    assert_eq!(behind.rule(), &LimitRule::Queue);
    assert!(impatient.await.unwrap().is_err());
    assert_about((now() - start).as_millis(), 2_000);
    drop(held);
    assert_about(patient.await.unwrap(), 2_000);
}

/// Counts how often it is woken.
#[derive(Debug, Default)]
struct Counter(AtomicUsize);

impl Wake for Counter {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[tokio::test(start_paused = true)]
async fn a_waiter_in_the_middle_is_left_alone() {
    let limiter = Limiter::builder()
        .per_second(1_000)
        .max_in_flight(1)
        .build()
        .unwrap();
    let held = limiter.try_acquire(1).unwrap();
    let mut first = limiter.acquire(1, whenever());
    let mut second = limiter.acquire(1, whenever());
    let counter = Arc::new(Counter::default());
    let waker = Waker::from(counter.clone());
    assert!(poll(&mut first).is_pending());
    assert!(
        second
            .as_mut()
            .poll(&mut Context::from_waker(&waker))
            .is_pending()
    );
    for _ in 0..100 {
        limiter.observe(&crate::limits::RateLimits::default(), Observed::Accepted);
    }
    drop(held);
    assert_eq!(counter.0.load(Ordering::Relaxed), 0);
    let permit = match poll(&mut first) {
        Poll::Ready(Ok(permit)) => permit,
        other => panic!("{other:?}"),
    };
    assert_eq!(counter.0.load(Ordering::Relaxed), 1, "now it is the first");
    drop(permit);
    assert_eq!(counter.0.load(Ordering::Relaxed), 2);
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_wait_in_order_and_all_are_served() {
    let limiter = Limiter::builder()
        .per_second(500)
        .max_in_flight(400)
        .build()
        .unwrap();
    let record = Record::default();
    let start = now();
    let mut tasks = Vec::new();
    for n in 0..10_000 {
        let (limiter, record) = (limiter.clone(), record.clone());
        tasks.push(tokio::spawn(async move {
            let _permit = limiter.acquire(1, whenever()).await.unwrap();
            record.push(n);
            sleep(ms(100)).await;
        }));
    }
    sleep(ms(1)).await;
    assert!(limiter.waiting() > 9_000);
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(record.all(), (0..10_000).collect::<Vec<_>>());
    let taken = now() - start;
    assert!(taken < ms(19_500), "{taken:?}");
    assert_eq!((limiter.in_flight(), limiter.waiting()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_who_cannot_wait_are_told_at_once() {
    let limiter = Limiter::builder().per_second(10).build().unwrap();
    let start = now();
    let deadline = start + secs(5);
    let (mut served, mut refused) = (Vec::new(), 0);
    for _ in 0..10_000 {
        let mut waiting = limiter.acquire(1, deadline);
        match poll(&mut waiting) {
            Poll::Ready(Err(_)) => refused += 1,
            Poll::Ready(Ok(_)) | Poll::Pending => served.push(waiting),
        }
    }
    assert_eq!((served.len(), refused), (50, 9_950));
    assert_eq!(limiter.waiting(), 40);
    drop(served);
    assert_eq!(limiter.waiting(), 0);
}

/// Many threads, no time involved: nobody may be forgotten, and never more in flight than allowed.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn threads_share_the_places_and_nobody_is_forgotten() {
    let limiter = Limiter::builder().max_in_flight(3).build().unwrap();
    let (flying, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let mut tasks = Vec::new();
    for n in 0..2_000_usize {
        let (limiter, flying, most) = (limiter.clone(), flying.clone(), most.clone());
        tasks.push(tokio::spawn(async move {
            let mut waiting = Box::pin(limiter.acquire(1, whenever()));
            if n % 7 == 0 {
                // Asked once and given up, from whatever place in the queue.
                let _ = poll(&mut waiting);
                return;
            }
            let permit = waiting.await.unwrap();
            most.fetch_max(flying.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            flying.fetch_sub(1, Ordering::SeqCst);
            drop(permit);
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    assert!(most.load(Ordering::SeqCst) <= 3);
    assert_eq!((limiter.in_flight(), limiter.waiting()), (0, 0));
}
