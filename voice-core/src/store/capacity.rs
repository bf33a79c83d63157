//! [`CapacityStore`]: how many calls at once, over all and for each tenant.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;

use super::{GuardStats, StoreError};

/// Counts leases in two tiers, over all tenants and for each one, in one atomic step.
///
/// A lease holds for its time only and is renewed while the call lives, so that what a dead process held comes back by
/// itself.
#[async_trait]
pub trait CapacityStore: fmt::Debug + Send + Sync + 'static {
    /// Takes a place in both tiers for `ttl`, or in none. A lease that is held already is renewed and takes no second
    /// place, whatever the limits.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::delivery`] tells whether the place may be taken all the same.
    async fn reserve(
        &self,
        lease: &Lease,
        limits: LeaseLimits,
        ttl: Duration,
    ) -> Result<Reservation, StoreError>;

    /// Holds a lease for another `ttl` from now.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot say.
    async fn renew(&self, lease: &Lease, ttl: Duration) -> Result<Renewal, StoreError>;

    /// Gives the place back. One that is not held is no error.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::delivery`] tells whether it may be free all the same. It is when its time is over.
    async fn release(&self, lease: &Lease) -> Result<(), StoreError>;

    /// How many places are taken now.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot say.
    async fn in_use(&self, tenant: &str) -> Result<InUse, StoreError>;

    /// What a guard around the store has seen of it; `None` for a store without one.
    fn guard(&self) -> Option<GuardStats> {
        None
    }
}

/// A place: whose, and for what. Two that hold the same lease share one place, and the first to release it frees it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Lease {
    /// The tenant.
    pub tenant: String,
    /// What it is for, unique over all tenants: the call's id.
    pub id: String,
}

impl Lease {
    /// A place of `tenant` for `id`.
    pub fn new(tenant: impl Into<String>, id: impl Into<String>) -> Self {
        Self {
            tenant: tenant.into(),
            id: id.into(),
        }
    }
}

/// How many places there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct LeaseLimits {
    /// Over all tenants.
    pub global: u32,
    /// For this tenant.
    pub tenant: u32,
}

impl LeaseLimits {
    /// Places over all tenants and for this one; 0 lets nobody in.
    #[must_use]
    pub const fn new(global: u32, tenant: u32) -> Self {
        Self { global, tenant }
    }
}

/// What came of asking for a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reservation {
    /// It is the asker's.
    Granted,
    /// There was none; nothing was taken.
    Full(Tier),
}

/// Where there was no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Tier {
    /// Over all tenants.
    Global,
    /// For this tenant.
    Tenant,
}

/// What came of renewing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Renewal {
    /// Held for another while.
    Renewed,
    /// Not held any more: its time was over. Reserve again.
    Lost,
}

/// Places taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct InUse {
    /// Over all tenants.
    pub global: u32,
    /// By the tenant that was asked about.
    pub tenant: u32,
}

impl InUse {
    /// Places taken over all tenants and by the one asked about.
    #[must_use]
    pub const fn new(global: u32, tenant: u32) -> Self {
        Self { global, tenant }
    }
}
