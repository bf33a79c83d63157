//! Stores that fail as they are told.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use voice_core::clock::SharedClock;
use voice_core::store::{
    CapacityStore, Claim, ClaimOwner, DedupStore, Held, InUse, Lease, LeaseLimits, MemoryCapacity,
    MemoryDedup, Renewal, Reservation, StoreError,
};

use super::script::{Fate, Script};

/// The store of claims.
#[derive(Debug)]
pub struct Seen {
    pub inner: Arc<dyn DedupStore>,
    script: Script,
}

/// The store of places.
pub struct Places {
    pub inner: Arc<dyn CapacityStore>,
    script: Script,
}

impl fmt::Debug for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Places").finish_non_exhaustive()
    }
}

impl Seen {
    pub fn new(script: &Script, inner: Arc<dyn DedupStore>) -> Self {
        Self {
            inner,
            script: script.clone(),
        }
    }

    pub fn memory(script: &Script, clock: SharedClock) -> Self {
        Self::new(script, Arc::new(MemoryDedup::new(clock)))
    }
}

impl Places {
    pub fn new(script: &Script, inner: Arc<dyn CapacityStore>) -> Self {
        Self {
            inner,
            script: script.clone(),
        }
    }

    pub fn memory(script: &Script, clock: SharedClock) -> Self {
        Self::new(script, Arc::new(MemoryCapacity::new(clock)))
    }
}

/// Does it, or fails before or after it.
macro_rules! do_or_fail {
    ($script:expr, $part:literal, $act:expr) => {
        match $script.ask($part).await {
            Fate::Well | Fate::Gone | Fate::Decided => $act.await,
            Fate::Fail => Err(StoreError::Unreachable("the store is down".to_owned())),
            Fate::Doubt => Err(StoreError::Lost("the connection broke".to_owned())),
            Fate::DoneButSilent => {
                let _ = $act.await;
                Err(StoreError::Lost("the connection broke".to_owned()))
            }
        }
    };
}

#[async_trait]
impl DedupStore for Seen {
    async fn claim(
        &self,
        key: &str,
        owner: &ClaimOwner,
        lease: Duration,
    ) -> Result<Claim, StoreError> {
        do_or_fail!(self.script, "claim", self.inner.claim(key, owner, lease))
    }

    async fn complete(
        &self,
        key: &str,
        owner: &ClaimOwner,
        keep: Duration,
    ) -> Result<Held, StoreError> {
        do_or_fail!(
            self.script,
            "complete",
            self.inner.complete(key, owner, keep)
        )
    }

    async fn release(&self, key: &str, owner: &ClaimOwner) -> Result<Held, StoreError> {
        do_or_fail!(self.script, "release", self.inner.release(key, owner))
    }
}

#[async_trait]
impl CapacityStore for Places {
    async fn reserve(
        &self,
        lease: &Lease,
        limits: LeaseLimits,
        ttl: Duration,
    ) -> Result<Reservation, StoreError> {
        do_or_fail!(
            self.script,
            "reserve",
            self.inner.reserve(lease, limits, ttl)
        )
    }

    async fn renew(&self, lease: &Lease, ttl: Duration) -> Result<Renewal, StoreError> {
        do_or_fail!(self.script, "renew", self.inner.renew(lease, ttl))
    }

    async fn release(&self, lease: &Lease) -> Result<(), StoreError> {
        do_or_fail!(self.script, "free", self.inner.release(lease))
    }

    async fn in_use(&self, tenant: &str) -> Result<InUse, StoreError> {
        do_or_fail!(self.script, "in_use", self.inner.in_use(tenant))
    }
}
