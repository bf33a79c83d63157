//! The guards of the stores against a store in memory that can be switched off: races between owners, debts, and limits
//! through an outage and back.
#![cfg(feature = "testkit")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "test code"
)]

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use voice_core::clock::{Clock, SystemClock};
use voice_core::store::{
    CapacityStore, Claim, ClaimOwner, DedupStore, GuardedCapacity, GuardedDedup, Held, InUse,
    KEEP_DONE, Lease, LeaseLimits, MemoryCapacity, MemoryDedup, Renewal, Reservation, StoreError,
    Tier, WhenDown,
};

const MINUTE: Duration = Duration::from_secs(60);

/// A store that can be away, lose its answers, or dislike single keys.
#[derive(Debug)]
struct Switched<S> {
    store: S,
    is_down: AtomicBool,
    loses_answers: AtomicBool,
    refused: Mutex<HashSet<String>>,
    asked: Mutex<Vec<String>>,
}

impl<S> Switched<S> {
    fn new(store: S) -> Arc<Self> {
        Arc::new(Self {
            store,
            is_down: AtomicBool::new(false),
            loses_answers: AtomicBool::new(false),
            refused: Mutex::default(),
            asked: Mutex::default(),
        })
    }

    fn down(&self, is_down: bool) {
        self.is_down.store(is_down, Relaxed);
    }

    async fn ask<T>(&self, key: &str, act: impl FnOnce(&S) -> T) -> Result<T, StoreError> {
        tokio::task::yield_now().await;
        if self.is_down.load(Relaxed) {
            return Err(StoreError::Unreachable("switched off".to_owned()));
        }
        if self.refused.lock().unwrap().contains(key) {
            return Err(StoreError::Refused {
                code: "WRONGTYPE".to_owned(),
                message: "another kind of value".to_owned(),
            });
        }
        self.asked.lock().unwrap().push(key.to_owned());
        let outcome = act(&self.store);
        tokio::task::yield_now().await;
        if self.loses_answers.load(Relaxed) {
            return Err(StoreError::Timeout(Duration::from_millis(500)));
        }
        Ok(outcome)
    }
}

#[async_trait]
impl DedupStore for Switched<MemoryDedup> {
    async fn claim(
        &self,
        key: &str,
        owner: &ClaimOwner,
        lease: Duration,
    ) -> Result<Claim, StoreError> {
        self.ask(key, |store| store.claim_now(key, owner, lease))
            .await?
    }

    async fn complete(
        &self,
        key: &str,
        owner: &ClaimOwner,
        keep: Duration,
    ) -> Result<Held, StoreError> {
        self.ask(key, |store| store.complete_now(key, owner, keep))
            .await
    }

    async fn release(&self, key: &str, owner: &ClaimOwner) -> Result<Held, StoreError> {
        self.ask(key, |store| store.release_now(key, owner)).await
    }
}

#[async_trait]
impl CapacityStore for Switched<MemoryCapacity> {
    async fn reserve(
        &self,
        lease: &Lease,
        limits: LeaseLimits,
        ttl: Duration,
    ) -> Result<Reservation, StoreError> {
        self.ask(&lease.id, |store| store.reserve_now(lease, limits, ttl))
            .await
    }

    async fn renew(&self, lease: &Lease, ttl: Duration) -> Result<Renewal, StoreError> {
        self.ask(&lease.id, |store| store.renew_now(lease, ttl))
            .await
    }

    async fn release(&self, lease: &Lease) -> Result<(), StoreError> {
        self.ask(&lease.id, |store| store.release_now(lease)).await
    }

    async fn in_use(&self, tenant: &str) -> Result<InUse, StoreError> {
        self.ask(tenant, |store| store.in_use_now(tenant)).await
    }
}

fn dedup() -> (Arc<Switched<MemoryDedup>>, Arc<GuardedDedup>) {
    let store = Switched::new(MemoryDedup::new(SystemClock::shared()));
    let guard = GuardedDedup::new(store.clone(), WhenDown::Local, SystemClock::shared());
    (store, Arc::new(guard))
}

fn capacity() -> (Arc<Switched<MemoryCapacity>>, Arc<GuardedCapacity>) {
    let store = Switched::new(MemoryCapacity::new(SystemClock::shared()));
    let guard = GuardedCapacity::new(store.clone(), WhenDown::Local, SystemClock::shared());
    (store, Arc::new(guard))
}

fn owner() -> ClaimOwner {
    ClaimOwner::unique(&SystemClock::default())
}

async fn pass(time: Duration) {
    SystemClock::default().sleep(time).await;
}

#[tokio::test(start_paused = true)]
async fn who_is_late_does_not_undo_that_another_is_done() {
    let (store, guard) = dedup();
    let (late, done, elsewhere) = (owner(), owner(), owner());
    store.down(true);
    assert_eq!(guard.claim("a", &late, MINUTE).await, Ok(Claim::Claimed));
    pass(MINUTE).await;
    assert_eq!(guard.claim("a", &done, MINUTE).await, Ok(Claim::Claimed));
    assert_eq!(guard.complete("a", &done, KEEP_DONE).await, Ok(Held::Yes));
    assert_eq!(guard.release("a", &late).await, Ok(Held::No));
    store.down(false);
    guard.settle().await.unwrap();
    let told = store.claim("a", &elsewhere, MINUTE).await;
    assert_eq!(told, Ok(Claim::Done), "the work would be done again");
}

#[tokio::test(start_paused = true)]
async fn one_key_that_the_store_refuses_does_not_hold_up_the_others() {
    let (store, guard) = dedup();
    let (me, other) = (owner(), owner());
    let keys: Vec<String> = (0..12).map(|n| format!("k{n}")).collect();
    store.down(true);
    for key in &keys {
        guard.claim(key, &me, MINUTE).await.unwrap();
        guard.complete(key, &me, KEEP_DONE).await.unwrap();
    }
    store.down(false);
    store.refused.lock().unwrap().extend(keys[..6].to_vec());
    for n in 0..12 {
        let key = format!("new {n}");
        guard.claim(&key, &me, MINUTE).await.unwrap();
        let claim = store.claim(&key, &other, MINUTE).await;
        assert_eq!(claim, Ok(Claim::InProgress), "the store was not asked");
    }
    assert_eq!(guard.stats().owed, 6, "the others were told");
    assert!(guard.settle().await.is_err(), "and those are still owed");

    let (store, guard) = capacity();
    let limits = LeaseLimits::new(99, 99);
    store.down(true);
    for n in 0..9 {
        let lease = Lease::new("t", format!("c{n}"));
        guard.reserve(&lease, limits, MINUTE).await.unwrap();
    }
    store.down(false);
    let bad = (0..4).map(|n| format!("c{n}"));
    store.refused.lock().unwrap().extend(bad);
    let lease = Lease::new("t", "new");
    guard.reserve(&lease, limits, MINUTE).await.unwrap();
    assert_eq!(store.store.in_use_now("t"), InUse::new(6, 6));
    assert_eq!(guard.stats().owed, 4);
}

#[tokio::test(start_paused = true)]
async fn what_was_given_back_in_an_outage_can_be_had_at_once_after_it() {
    let (store, guard) = dedup();
    let me = owner();
    let keys: Vec<String> = (0..40).map(|n| format!("k{n}")).collect();
    for key in &keys {
        guard.claim(key, &me, MINUTE).await.unwrap();
    }
    store.down(true);
    for key in &keys {
        assert_eq!(guard.release(key, &me).await, Ok(Held::Yes));
    }
    store.down(false);
    for key in &keys {
        let claim = guard.claim(key, &owner(), MINUTE).await;
        assert_eq!(claim, Ok(Claim::Claimed), "{key}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_two_gave_back_in_an_outage_is_held_by_neither_after_it() {
    let (store, guard) = dedup();
    let (first, second) = (owner(), owner());
    guard.claim("a", &first, MINUTE).await.unwrap();
    store.down(true);
    guard.release("a", &first).await.unwrap();
    guard.claim("a", &second, MINUTE).await.unwrap();
    guard.release("a", &second).await.unwrap();
    store.down(false);
    let claim = guard.claim("a", &owner(), MINUTE).await;
    assert_eq!(claim, Ok(Claim::Claimed));
}

#[tokio::test(start_paused = true)]
async fn work_that_two_processes_did_in_an_outage_is_counted_once() {
    let (store, here) = dedup();
    let there = GuardedDedup::new(store.clone(), WhenDown::Local, SystemClock::shared());
    store.down(true);
    for n in 0..9 {
        let (one, other, key) = (owner(), owner(), format!("k{n}"));
        here.claim(&key, &one, MINUTE).await.unwrap();
        here.complete(&key, &one, KEEP_DONE).await.unwrap();
        there.claim(&key, &other, MINUTE).await.unwrap();
        there.complete(&key, &other, KEEP_DONE).await.unwrap();
    }
    store.down(false);
    // Many at once are no conflict with themselves.
    let many: Vec<_> = (0..9)
        .map(|n| {
            let here = here.clone();
            tokio::spawn(async move {
                here.claim(&format!("n{n}"), &owner(), MINUTE)
                    .await
                    .unwrap()
            })
        })
        .collect();
    for one in many {
        one.await.unwrap();
    }
    here.settle().await.unwrap();
    assert_eq!((here.stats().conflicts, here.stats().owed), (0, 0));
    there.settle().await.unwrap();
    assert_eq!((there.stats().conflicts, there.stats().owed), (9, 0));
}

#[tokio::test(start_paused = true)]
async fn what_the_store_did_without_saying_so_is_no_conflict() {
    let (store, guard) = dedup();
    let me = owner();
    guard.claim("a", &me, MINUTE).await.unwrap();
    store.loses_answers.store(true, Relaxed);
    assert_eq!(guard.complete("a", &me, KEEP_DONE).await, Ok(Held::Yes));
    store.loses_answers.store(false, Relaxed);
    guard.settle().await.unwrap();
    assert_eq!((guard.stats().conflicts, guard.stats().owed), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_store_that_comes_back_to_many_calls_lets_no_more_in_than_the_limit() {
    for renewed in [false, true] {
        let (store, guard) = capacity();
        let limits = LeaseLimits::new(100, 100);
        store.down(!renewed);
        for n in 0..100 {
            let lease = Lease::new("t", format!("c{n}"));
            let place = guard.reserve(&lease, limits, MINUTE).await;
            assert_eq!(place, Ok(Reservation::Granted));
        }
        store.down(true);
        // Long enough for the store to forget what it knew.
        for _ in 0..3 {
            pass(MINUTE / 2).await;
            for n in 0..100 {
                let lease = Lease::new("t", format!("c{n}"));
                let renewal = guard.renew(&lease, MINUTE).await;
                assert_eq!(renewal, Ok(Renewal::Renewed));
            }
        }
        store.down(false);
        for n in 100..105 {
            let lease = Lease::new("t", format!("c{n}"));
            let place = guard.reserve(&lease, limits, MINUTE).await;
            assert_eq!(place, Ok(Reservation::Full(Tier::Global)), "{n}");
        }
        assert_eq!(store.store.in_use_now("t"), InUse::new(100, 100));
    }
}

#[tokio::test(start_paused = true)]
async fn leases_that_the_store_still_knows_take_no_second_place_after_an_outage() {
    let (store, guard) = capacity();
    let limits = LeaseLimits::new(101, 101);
    for n in 0..100 {
        let lease = Lease::new("t", format!("c{n}"));
        guard.reserve(&lease, limits, MINUTE).await.unwrap();
    }
    store.down(true);
    pass(MINUTE / 3).await;
    for n in 0..100 {
        let lease = Lease::new("t", format!("c{n}"));
        guard.renew(&lease, MINUTE).await.unwrap();
    }
    store.down(false);
    let place = guard.reserve(&Lease::new("t", "new"), limits, MINUTE).await;
    assert_eq!(place, Ok(Reservation::Granted));
    let place = guard.reserve(&Lease::new("t", "too"), limits, MINUTE).await;
    assert_eq!(place, Ok(Reservation::Full(Tier::Global)));
}
