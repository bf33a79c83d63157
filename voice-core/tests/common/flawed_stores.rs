//! Stores that look right and are not.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use voice_core::clock::SharedClock;
use voice_core::limits::{LimitExceeded, Limiter, Observed, Permit, RateLimiter, RateLimits};
use voice_core::store::{
    CapacityStore, Claim, ClaimOwner, DedupStore, Held, InUse, Lease, LeaseLimits, MemoryCapacity,
    MemoryDedup, Renewal, Reservation, StoreError,
};

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Dedup {
    /// Reads, goes away for a moment and writes.
    LooksThenWrites,
    /// Lets whoever comes complete.
    LateCompletes,
    /// Deletes instead of keeping what is done.
    ForgetsDone,
    /// Lets whoever comes release.
    AnybodyReleases,
}

#[derive(Debug)]
pub(crate) struct FlawedDedup {
    flaw: Dedup,
    clock: SharedClock,
    right: MemoryDedup,
    claimed: Mutex<HashSet<(String, ClaimOwner)>>,
    last: Mutex<HashMap<String, ClaimOwner>>,
}

impl FlawedDedup {
    pub(crate) fn new(flaw: Dedup, clock: SharedClock) -> Self {
        Self {
            flaw,
            right: MemoryDedup::new(clock.clone()),
            clock,
            claimed: Mutex::default(),
            last: Mutex::default(),
        }
    }
}

#[async_trait]
impl DedupStore for FlawedDedup {
    async fn claim(
        &self,
        key: &str,
        owner: &ClaimOwner,
        lease: Duration,
    ) -> Result<Claim, StoreError> {
        if self.flaw == Dedup::LooksThenWrites {
            let nobody = ClaimOwner::unique(&*self.clock);
            let found = self.right.claim(key, &nobody, lease).await?;
            if found == Claim::Claimed {
                self.right.release(key, &nobody).await?;
                tokio::task::yield_now().await;
                self.right.claim(key, owner, lease).await?;
                return Ok(Claim::Claimed);
            }
        }
        let claim = self.right.claim(key, owner, lease).await?;
        if claim == Claim::Claimed {
            let pair = (key.to_owned(), owner.clone());
            self.last
                .lock()
                .unwrap()
                .insert(key.to_owned(), owner.clone());
            self.claimed.lock().unwrap().insert(pair);
        }
        Ok(claim)
    }

    async fn complete(
        &self,
        key: &str,
        owner: &ClaimOwner,
        keep: Duration,
    ) -> Result<Held, StoreError> {
        match self.flaw {
            Dedup::LateCompletes => {
                let pair = (key.to_owned(), owner.clone());
                let ever = self.claimed.lock().unwrap().remove(&pair);
                let held = self.right.complete(key, owner, keep).await?;
                Ok(if ever { Held::Yes } else { held })
            }
            Dedup::ForgetsDone => self.right.release(key, owner).await,
            _ => self.right.complete(key, owner, keep).await,
        }
    }

    async fn release(&self, key: &str, owner: &ClaimOwner) -> Result<Held, StoreError> {
        let pair = (key.to_owned(), owner.clone());
        self.claimed.lock().unwrap().remove(&pair);
        let held = self.last.lock().unwrap().get(key).cloned();
        match (self.flaw, held) {
            (Dedup::AnybodyReleases, Some(held)) => self.right.release(key, &held).await,
            _ => self.right.release(key, owner).await,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Capacity {
    /// Counts, goes away for a moment and takes.
    LooksThenTakes,
    /// Lets everything of a tenant expire with its latest lease.
    LastLeaseExpiresAll,
    /// Takes a place for each time it is asked.
    CountsTwice,
    /// Renews what it does not hold.
    RenewsTheLost,
}

#[derive(Debug)]
pub(crate) struct FlawedCapacity {
    flaw: Capacity,
    right: MemoryCapacity,
    held: Mutex<HashMap<Lease, u32>>,
}

impl FlawedCapacity {
    pub(crate) fn new(flaw: Capacity, clock: SharedClock) -> Self {
        Self {
            flaw,
            right: MemoryCapacity::new(clock),
            held: Mutex::default(),
        }
    }

    fn again(&self, lease: &Lease) -> Lease {
        let mut held = self.held.lock().unwrap();
        let count = held.entry(lease.clone()).or_default();
        *count += 1;
        Lease::new(lease.tenant.clone(), format!("{} {count}", lease.id))
    }

    fn shorten(&self, tenant: &str, ttl: Duration) {
        for lease in self.held.lock().unwrap().keys() {
            if lease.tenant == tenant {
                self.right.renew_now(lease, ttl);
            }
        }
    }
}

#[async_trait]
impl CapacityStore for FlawedCapacity {
    async fn reserve(
        &self,
        lease: &Lease,
        limits: LeaseLimits,
        ttl: Duration,
    ) -> Result<Reservation, StoreError> {
        match self.flaw {
            Capacity::LooksThenTakes => {
                let probe = self.right.reserve_now(lease, limits, ttl);
                if probe != Reservation::Granted {
                    return Ok(probe);
                }
                if self.held.lock().unwrap().contains_key(lease) {
                    return Ok(probe);
                }
                self.right.release_now(lease);
                tokio::task::yield_now().await;
                let wide = LeaseLimits::new(u32::MAX, u32::MAX);
                self.held.lock().unwrap().insert(lease.clone(), 1);
                self.right.reserve(lease, wide, ttl).await
            }
            Capacity::CountsTwice => {
                let wide = LeaseLimits::new(u32::MAX, u32::MAX);
                if lease.id == "held" {
                    return self.right.reserve(&self.again(lease), wide, ttl).await;
                }
                self.right.reserve(lease, limits, ttl).await
            }
            Capacity::LastLeaseExpiresAll => {
                let granted = self.right.reserve(lease, limits, ttl).await;
                self.held.lock().unwrap().insert(lease.clone(), 1);
                self.shorten(&lease.tenant, ttl);
                granted
            }
            Capacity::RenewsTheLost => self.right.reserve(lease, limits, ttl).await,
        }
    }

    async fn renew(&self, lease: &Lease, ttl: Duration) -> Result<Renewal, StoreError> {
        if self.flaw == Capacity::RenewsTheLost {
            let wide = LeaseLimits::new(u32::MAX, u32::MAX);
            self.right.reserve(lease, wide, ttl).await?;
            return Ok(Renewal::Renewed);
        }
        self.right.renew(lease, ttl).await
    }

    async fn release(&self, lease: &Lease) -> Result<(), StoreError> {
        self.held.lock().unwrap().remove(lease);
        self.right.release(lease).await
    }

    async fn in_use(&self, tenant: &str) -> Result<InUse, StoreError> {
        self.right.in_use(tenant).await
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Limit {
    /// Knows no burst.
    WholeRateAtOnce,
    /// Each handle has the whole rate.
    EachItsOwn,
    /// Hears no refusal.
    Deaf,
    /// Uses half of the rate.
    Lazy,
    /// Takes no turn back.
    KeepsAll,
}

#[derive(Debug)]
struct FlawedLimiter {
    flaw: Limit,
    right: Limiter,
}

pub(crate) fn limiters(flaw: Limit, per_second: u32, burst: u32) -> Vec<Arc<dyn RateLimiter>> {
    let make = || {
        let slower = if flaw == Limit::Lazy && per_second == 100 {
            2
        } else {
            1
        };
        let rule = Limiter::builder()
            .rule(per_second * 60, Duration::from_secs(60 * slower))
            .margin(Duration::ZERO);
        let rule = match flaw {
            Limit::WholeRateAtOnce => rule,
            _ => rule.burst(burst),
        };
        rule.build().unwrap()
    };
    let one = make();
    (0..3)
        .map(|_| {
            let right = match flaw {
                Limit::EachItsOwn => make(),
                _ => one.clone(),
            };
            Arc::new(FlawedLimiter { flaw, right }) as Arc<dyn RateLimiter>
        })
        .collect()
}

#[async_trait]
impl RateLimiter for FlawedLimiter {
    async fn acquire(&self, cost: u32, deadline: Instant) -> Result<Permit, LimitExceeded> {
        let permit = self.right.acquire(cost, deadline).await?;
        match self.flaw {
            // What nobody owns cannot be given back; the right one's count stays as it is.
            Limit::KeepsAll => Ok(Permit::free()),
            _ => Ok(permit),
        }
    }

    fn try_acquire(&self, cost: u32) -> Result<Permit, LimitExceeded> {
        self.right.try_acquire(cost)
    }

    fn observe(&self, limits: &RateLimits, outcome: Observed) {
        if self.flaw != Limit::Deaf {
            self.right.observe(limits, outcome);
        }
    }
}
