//! Random sequences against a model: what a store answers, in memory and on Redis, and what a guard may never do while its
//! store comes and goes.
#![cfg(all(feature = "redis", feature = "testkit"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "test code; the server's clock is real"
)]

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use voice_core::clock::{Clock, SystemClock};
use voice_core::store::redis::{RedisCapacity, RedisConnection, RedisDedup, RedisOptions};
use voice_core::store::{
    CapacityStore, Claim, ClaimOwner, DedupStore, GuardedCapacity, GuardedDedup, Held, InUse,
    KEEP_DONE, Lease, LeaseLimits, MemoryCapacity, MemoryDedup, Renewal, Reservation, StoreError,
    Tier, WhenDown,
};
use voice_core::testkit::RedisServer;

const LONG: Duration = Duration::from_secs(3_600);
/// Over at the next step, which waits for it.
const SHORT: Duration = Duration::ZERO;
const TENANTS: [&str; 3] = ["a", "b}{:t:a", ""];

#[derive(Debug, Clone)]
enum Step {
    Reserve {
        tenant: usize,
        id: u8,
        limits: (u32, u32),
        is_short: bool,
    },
    Renew {
        tenant: usize,
        id: u8,
        is_short: bool,
    },
    Release {
        tenant: usize,
        id: u8,
    },
    /// The server loses everything.
    Lose,
}

fn limit() -> impl Strategy<Value = u32> {
    prop_oneof![1 => Just(0), 1 => Just(u32::MAX), 6 => 1..6_u32]
}

fn step() -> impl Strategy<Value = Step> {
    let (tenant, id) = (0..TENANTS.len(), 0..6_u8);
    prop_oneof![
        6 => (tenant.clone(), id.clone(), (limit(), limit()), prop::bool::weighted(0.15)).prop_map(
            |(tenant, id, limits, is_short)| Step::Reserve { tenant, id, limits, is_short }
        ),
        2 => (tenant.clone(), id.clone(), prop::bool::weighted(0.2))
            .prop_map(|(tenant, id, is_short)| Step::Renew { tenant, id, is_short }),
        3 => (tenant, id).prop_map(|(tenant, id)| Step::Release { tenant, id }),
        1 => Just(Step::Lose),
    ]
}

/// What is held, by the letter of the contract.
#[derive(Default)]
struct Model(HashSet<(usize, u8)>);

impl Model {
    fn count(&self, tenant: usize) -> (u32, u32) {
        let of_tenant = self.0.iter().filter(|(of, _)| *of == tenant).count();
        (
            u32::try_from(self.0.len()).unwrap(),
            u32::try_from(of_tenant).unwrap(),
        )
    }

    fn reserve(&mut self, tenant: usize, id: u8, limits: (u32, u32)) -> Reservation {
        let (all, own) = self.count(tenant);
        if !self.0.contains(&(tenant, id)) {
            if all >= limits.0 {
                return Reservation::Full(Tier::Global);
            }
            if own >= limits.1 {
                return Reservation::Full(Tier::Tenant);
            }
            self.0.insert((tenant, id));
        }
        Reservation::Granted
    }
}

async fn follow(store: &dyn CapacityStore, steps: &[Step], lose: impl AsyncFn()) {
    let mut model = Model::default();
    for (at, step) in steps.iter().enumerate() {
        let lease = |tenant: usize, id: u8| Lease::new(TENANTS[tenant], id.to_string());
        let time = |is_short| if is_short { SHORT } else { LONG };
        let mut over = None;
        match *step {
            Step::Reserve {
                tenant,
                id,
                limits,
                is_short,
            } => {
                let of = LeaseLimits::new(limits.0, limits.1);
                let given = store.reserve(&lease(tenant, id), of, time(is_short)).await;
                let expected = model.reserve(tenant, id, limits);
                assert_eq!(given, Ok(expected), "step {at} of {steps:?}");
                over = (is_short && expected == Reservation::Granted).then_some((tenant, id));
            }
            Step::Renew {
                tenant,
                id,
                is_short,
            } => {
                let is_held = model.0.contains(&(tenant, id));
                let expected = if is_held {
                    Renewal::Renewed
                } else {
                    Renewal::Lost
                };
                let given = store.renew(&lease(tenant, id), time(is_short)).await;
                assert_eq!(given, Ok(expected), "step {at} of {steps:?}");
                over = (is_short && is_held).then_some((tenant, id));
            }
            Step::Release { tenant, id } => {
                model.0.remove(&(tenant, id));
                store.release(&lease(tenant, id)).await.unwrap();
            }
            Step::Lose => {
                model.0.clear();
                lose().await;
            }
        }
        if let Some(over) = over {
            tokio::time::sleep(Duration::from_millis(4)).await;
            model.0.remove(&over);
        }
        for (tenant, name) in TENANTS.iter().enumerate() {
            let (all, own) = model.count(tenant);
            let given = store.in_use(name).await;
            assert_eq!(given, Ok(InUse::new(all, own)), "step {at} of {steps:?}");
        }
    }
}

fn runner(cases: u32) -> TestRunner {
    let mut config = Config::with_cases(cases);
    config.failure_persistence = None;
    TestRunner::new(config)
}

fn paused() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().start_paused(true).build().unwrap()
}

#[test]
fn capacity_in_memory_does_what_the_model_does() {
    let steps = prop::collection::vec(step(), 1..60);
    let steps = steps.prop_filter("memory is not lost alone", |steps| {
        !steps.iter().any(|step| matches!(step, Step::Lose))
    });
    runner(200)
        .run(&steps, |steps| {
            let store = MemoryCapacity::new(SystemClock::shared());
            paused().block_on(follow(&store, &steps, async || {}));
            Ok(())
        })
        .unwrap();
}

#[test]
fn capacity_on_redis_does_what_the_model_does() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(RedisServer::start()).unwrap();
    let redis = RedisConnection::open(RedisOptions::parse(&server.url()).unwrap()).unwrap();
    let store = RedisCapacity::new(redis);
    runner(40)
        .run(&prop::collection::vec(step(), 1..60), |steps| {
            runtime.block_on(async {
                server.tell("FLUSHALL").await.unwrap();
                follow(&store, &steps, async || {
                    server.tell("FLUSHALL").await.unwrap();
                    server.tell("SCRIPT FLUSH").await.unwrap();
                })
                .await;
            });
            Ok(())
        })
        .unwrap();
}

#[derive(Debug, Clone)]
enum Work {
    Claim(usize, bool),
    Complete(usize),
    Release(usize),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    Held(usize),
    Done,
}

/// Owner and key are one number each of three: what is asked for is `number % 3` by owner `number / 3`.
async fn work(store: &dyn DedupStore, steps: &[Work], round: u32) {
    let owners: Vec<_> = (0..3)
        .map(|_| ClaimOwner::unique(&SystemClock::default()))
        .collect();
    let mut model: HashMap<usize, State> = HashMap::new();
    let key = |number: usize| format!("{round}}}{{{}", number % 3);
    for (at, step) in steps.iter().enumerate() {
        match *step {
            Work::Claim(number, is_short) => {
                let (name, who) = (number % 3, number / 3);
                let lease = if is_short { SHORT } else { LONG };
                let expected = match model.get(&name) {
                    Some(State::Done) => Claim::Done,
                    Some(State::Held(other)) if *other != who => Claim::InProgress,
                    _ => Claim::Claimed,
                };
                let given = store.claim(&key(number), &owners[who], lease).await;
                assert_eq!(given, Ok(expected), "step {at} of {steps:?}");
                if expected == Claim::Claimed {
                    model.insert(name, State::Held(who));
                    if is_short {
                        tokio::time::sleep(Duration::from_millis(4)).await;
                        model.remove(&name);
                    }
                }
            }
            Work::Complete(number) | Work::Release(number) => {
                let (name, who) = (number % 3, number / 3);
                let is_mine = model.get(&name) == Some(&State::Held(who));
                let expected = if is_mine { Held::Yes } else { Held::No };
                let given = if matches!(step, Work::Complete(_)) {
                    if is_mine {
                        model.insert(name, State::Done);
                    }
                    store.complete(&key(number), &owners[who], KEEP_DONE).await
                } else {
                    if is_mine {
                        model.remove(&name);
                    }
                    store.release(&key(number), &owners[who]).await
                };
                assert_eq!(given, Ok(expected), "step {at} of {steps:?}");
            }
        }
    }
}

fn works() -> impl Strategy<Value = Vec<Work>> {
    let step = prop_oneof![
        4 => (0..9_usize, prop::bool::weighted(0.2)).prop_map(|(number, is_short)| Work::Claim(number, is_short)),
        1 => (0..9_usize).prop_map(Work::Complete),
        3 => (0..9_usize).prop_map(Work::Release),
    ];
    prop::collection::vec(step, 1..60)
}

#[test]
fn dedup_does_what_the_model_does() {
    runner(200)
        .run(&works(), |steps| {
            let store = MemoryDedup::new(SystemClock::shared());
            paused().block_on(work(&store, &steps, 0));
            Ok(())
        })
        .unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(RedisServer::start()).unwrap();
    let redis = RedisConnection::open(RedisOptions::parse(&server.url()).unwrap()).unwrap();
    let store = RedisDedup::new(redis);
    let mut round = std::sync::atomic::AtomicU32::new(0);
    let rounds = &round;
    runner(40)
        .run(&works(), |steps| {
            let round = rounds.fetch_add(1, Relaxed);
            runtime.block_on(work(&store, &steps, round));
            Ok(())
        })
        .unwrap();
    assert!(*round.get_mut() >= 40);
}

/// A store that may be away.
#[derive(Debug)]
struct Away<S>(S, AtomicBool);

impl<S> Away<S> {
    fn there(&self) -> Result<&S, StoreError> {
        match self.1.load(Relaxed) {
            true => Err(StoreError::Unreachable("away".to_owned())),
            false => Ok(&self.0),
        }
    }
}

#[async_trait]
impl CapacityStore for Away<MemoryCapacity> {
    async fn reserve(
        &self,
        lease: &Lease,
        limits: LeaseLimits,
        ttl: Duration,
    ) -> Result<Reservation, StoreError> {
        Ok(self.there()?.reserve_now(lease, limits, ttl))
    }

    async fn renew(&self, lease: &Lease, ttl: Duration) -> Result<Renewal, StoreError> {
        Ok(self.there()?.renew_now(lease, ttl))
    }

    async fn release(&self, lease: &Lease) -> Result<(), StoreError> {
        self.there()?.release_now(lease);
        Ok(())
    }

    async fn in_use(&self, tenant: &str) -> Result<InUse, StoreError> {
        Ok(self.there()?.in_use_now(tenant))
    }
}

#[async_trait]
impl DedupStore for Away<MemoryDedup> {
    async fn claim(
        &self,
        key: &str,
        owner: &ClaimOwner,
        lease: Duration,
    ) -> Result<Claim, StoreError> {
        self.there()?.claim_now(key, owner, lease)
    }

    async fn complete(
        &self,
        key: &str,
        owner: &ClaimOwner,
        keep: Duration,
    ) -> Result<Held, StoreError> {
        Ok(self.there()?.complete_now(key, owner, keep))
    }

    async fn release(&self, key: &str, owner: &ClaimOwner) -> Result<Held, StoreError> {
        Ok(self.there()?.release_now(key, owner))
    }
}

/// One process's calls through outages: reserved, renewed or left to run out, released.
async fn guarded_calls(seed: u64) {
    let mut random = fastrand::Rng::with_seed(seed);
    let clock = SystemClock::default();
    let store = Arc::new(Away(
        MemoryCapacity::new(SystemClock::shared()),
        AtomicBool::new(false),
    ));
    let guard = GuardedCapacity::new(store.clone(), WhenDown::Local, SystemClock::shared());
    let (most, of_tenant) = (random.u32(1..200), random.u32(1..150));
    let limits = LeaseLimits::new(most, of_tenant);
    let ttl = Duration::from_secs(30);
    let mut up: HashMap<(usize, u32), Instant> = HashMap::new();
    let mut next = 0;
    for _ in 0..1_500 {
        let now = clock.now();
        up.retain(|_, until| *until > now);
        let some = (!up.is_empty()).then(|| *up.keys().nth(random.usize(..up.len())).unwrap());
        let lease = |call: (usize, u32)| Lease::new(TENANTS[call.0], call.1.to_string());
        match (random.u32(..100), some) {
            (0..=1, _) => store.1.store(random.bool(), Relaxed),
            (2..=4, _) => {
                clock
                    .sleep(Duration::from_millis(random.u64(1..12_000)))
                    .await;
            }
            (5..=25, Some(call)) => {
                let renewal = guard.renew(&lease(call), ttl).await;
                assert_eq!(renewal, Ok(Renewal::Renewed), "seed {seed}");
                up.insert(call, clock.now() + ttl);
            }
            (26..=40, Some(call)) => {
                guard.release(&lease(call)).await.unwrap();
                up.remove(&call);
            }
            _ => {
                let call = (random.usize(..TENANTS.len()), next);
                next += 1;
                let place = guard.reserve(&lease(call), limits, ttl).await.unwrap();
                if place == Reservation::Granted {
                    up.insert(call, clock.now() + ttl);
                }
                assert!(up.len() <= most as usize, "over the limit, seed {seed}");
                let own = up.keys().filter(|(tenant, _)| *tenant == call.0).count();
                assert!(own <= of_tenant as usize, "over a tenant's, seed {seed}");
            }
        }
    }
    store.1.store(false, Relaxed);
    for call in up.keys() {
        let lease = Lease::new(TENANTS[call.0], call.1.to_string());
        guard.release(&lease).await.unwrap();
    }
    guard.settle().await.unwrap();
    assert_eq!(store.0.in_use_now("a"), InUse::new(0, 0), "seed {seed}");
    assert_eq!(guard.stats().owed, 0);
}

/// One process's work through outages: nobody works on what another holds, nor on what is done.
async fn guarded_work(seed: u64) {
    let mut random = fastrand::Rng::with_seed(seed);
    let clock = SystemClock::default();
    let store = Arc::new(Away(
        MemoryDedup::new(SystemClock::shared()),
        AtomicBool::new(false),
    ));
    let guard = GuardedDedup::new(store.clone(), WhenDown::Local, SystemClock::shared());
    let lease = Duration::from_secs(30);
    let mut held: HashMap<usize, (ClaimOwner, Instant)> = HashMap::new();
    let mut late: Vec<(usize, ClaimOwner)> = Vec::new();
    let mut done = HashSet::new();
    for _ in 0..800 {
        let now = clock.now();
        let key = random.usize(..20);
        let name = key.to_string();
        if held.get(&key).is_some_and(|(_, until)| *until <= now) {
            late.push((key, held.remove(&key).unwrap().0));
        }
        match random.u32(..100) {
            0..=3 => store.1.store(random.bool(), Relaxed),
            4..=8 => {
                clock
                    .sleep(Duration::from_millis(random.u64(1..20_000)))
                    .await;
            }
            9..=20 if !late.is_empty() => {
                let (key, owner) = late.swap_remove(random.usize(..late.len()));
                let is_free = !held.contains_key(&key) && !done.contains(&key);
                let name = key.to_string();
                let outcome = match random.bool() {
                    true => guard.release(&name, &owner).await,
                    false if is_free => continue,
                    false => guard.complete(&name, &owner, KEEP_DONE).await,
                };
                assert_eq!(outcome, Ok(Held::No), "seed {seed}");
            }
            21..=30 => {
                if let Some((owner, _)) = held.remove(&key) {
                    let outcome = guard.release(&name, &owner).await;
                    assert_eq!(outcome, Ok(Held::Yes), "seed {seed}");
                }
            }
            31..=36 => {
                if let Some((owner, _)) = held.remove(&key) {
                    let outcome = guard.complete(&name, &owner, KEEP_DONE).await;
                    assert_eq!(outcome, Ok(Held::Yes), "seed {seed}");
                    done.insert(key);
                }
            }
            _ => {
                let owner = ClaimOwner::unique(&clock);
                let claim = guard.claim(&name, &owner, lease).await.unwrap();
                let is_free = !held.contains_key(&key) && !done.contains(&key);
                assert_eq!(claim == Claim::Claimed, is_free, "{claim:?}, seed {seed}");
                if is_free {
                    held.insert(key, (owner, clock.now() + lease));
                }
            }
        }
    }
    store.1.store(false, Relaxed);
    guard.settle().await.unwrap();
    let other = ClaimOwner::unique(&clock);
    for key in done {
        let told = store.claim(&key.to_string(), &other, lease).await;
        assert_eq!(told, Ok(Claim::Done), "key {key}, seed {seed}");
    }
    assert_eq!(guard.stats().conflicts, 0, "seed {seed}");
}

#[test]
fn a_guard_of_one_process_keeps_every_promise_through_outages() {
    for seed in 0..60 {
        paused().block_on(guarded_calls(seed));
        paused().block_on(guarded_work(seed));
    }
}
