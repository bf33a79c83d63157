//! [`MemoryCapacity`]: the capacity store of one process.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;

use super::expiry::{Expiry, Slot};
use super::span::rounded;
use super::{CapacityStore, InUse, Lease, LeaseLimits, Renewal, Reservation, StoreError, Tier};
use crate::clock::{SharedClock, later};

/// Counts leases in this process. Its results are those of the store on Redis, on the injected clock.
///
/// The methods that end in `_now` do the same as the trait's without an await: take a place before the first await of a
/// handler, and give it back in a `Drop`.
///
/// Memory: about 400 bytes for each lease that is held; one that is over is dropped by the next operation.
///
/// ```
/// use std::time::Duration;
/// use voice_core::clock::SystemClock;
/// use voice_core::store::{InUse, Lease, LeaseLimits, MemoryCapacity, Reservation, Tier};
///
/// let store = MemoryCapacity::new(SystemClock::shared());
/// let (limits, ttl) = (LeaseLimits::new(100, 1), Duration::from_secs(60));
/// let call = Lease::new("acme", "rtc_1");
/// assert_eq!(store.reserve_now(&call, limits, ttl), Reservation::Granted);
/// assert_eq!(store.reserve_now(&Lease::new("acme", "rtc_2"), limits, ttl), Reservation::Full(Tier::Tenant));
/// store.release_now(&call);
/// assert_eq!(store.in_use_now("acme"), InUse::new(0, 0));
/// ```
pub struct MemoryCapacity {
    clock: SharedClock,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    leases: HashMap<Lease, Slot>,
    tenants: HashMap<String, u32>,
    order: Expiry<Lease>,
}

impl MemoryCapacity {
    /// A store with no place taken.
    #[must_use]
    pub fn new(clock: SharedClock) -> Self {
        Self {
            clock,
            state: Mutex::default(),
        }
    }

    /// [`CapacityStore::reserve`] without an await.
    pub fn reserve_now(&self, lease: &Lease, limits: LeaseLimits, ttl: Duration) -> Reservation {
        let now = self.clock.now();
        let mut state = self.lock(now);
        if !state.leases.contains_key(lease) {
            let used = state.in_use(&lease.tenant);
            if used.global >= limits.global {
                return Reservation::Full(Tier::Global);
            }
            if used.tenant >= limits.tenant {
                return Reservation::Full(Tier::Tenant);
            }
        }
        state.hold(lease, later(now, rounded(ttl)));
        Reservation::Granted
    }

    /// [`CapacityStore::renew`] without an await.
    pub fn renew_now(&self, lease: &Lease, ttl: Duration) -> Renewal {
        let now = self.clock.now();
        let mut state = self.lock(now);
        if !state.leases.contains_key(lease) {
            return Renewal::Lost;
        }
        state.hold(lease, later(now, rounded(ttl)));
        Renewal::Renewed
    }

    /// [`CapacityStore::release`] without an await, for a `Drop`.
    pub fn release_now(&self, lease: &Lease) {
        let now = self.clock.now();
        self.lock(now).release(lease);
    }

    /// [`CapacityStore::in_use`] without an await.
    #[must_use]
    pub fn in_use_now(&self, tenant: &str) -> InUse {
        let now = self.clock.now();
        self.lock(now).in_use(tenant)
    }

    /// Until when a lease is held, if it is.
    pub(super) fn held_until(&self, lease: &Lease) -> Option<Instant> {
        let now = self.clock.now();
        self.lock(now).leases.get(lease).map(|slot| slot.0)
    }

    /// Holds a lease whatever the limits: somebody else granted it.
    pub(super) fn hold_until(&self, lease: &Lease, until: Instant) {
        let now = self.clock.now();
        self.lock(now).hold(lease, until);
    }

    /// The state without what is over. All of it has to go, since it is counted; each lease does so once.
    fn lock(&self, now: Instant) -> MutexGuard<'_, State> {
        // No code under the lock panics, and the state is never left half changed.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(over) = state.order.pop_over(now) {
            state.leases.remove(&over);
            state.leave(&over.tenant);
        }
        state
    }
}

impl State {
    fn in_use(&self, tenant: &str) -> InUse {
        InUse {
            global: u32::try_from(self.leases.len()).unwrap_or(u32::MAX),
            tenant: self.tenants.get(tenant).copied().unwrap_or_default(),
        }
    }

    fn hold(&mut self, lease: &Lease, until: Instant) {
        let slot = self.order.add(until, lease.clone());
        match self.leases.insert(lease.clone(), slot) {
            Some(before) => self.order.remove(before),
            None => {
                let count = self.tenants.entry(lease.tenant.clone()).or_default();
                *count = count.saturating_add(1);
            }
        }
    }

    fn release(&mut self, lease: &Lease) {
        if let Some(slot) = self.leases.remove(lease) {
            self.order.remove(slot);
            self.leave(&lease.tenant);
        }
    }

    fn leave(&mut self, tenant: &str) {
        if let Some(count) = self.tenants.get_mut(tenant) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.tenants.remove(tenant);
            }
        }
    }
}

impl fmt::Debug for MemoryCapacity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let now = self.clock.now();
        let state = self.lock(now);
        f.debug_struct("MemoryCapacity")
            .field("leases", &state.leases.len())
            .field("tenants", &state.tenants.len())
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl CapacityStore for MemoryCapacity {
    async fn reserve(
        &self,
        lease: &Lease,
        limits: LeaseLimits,
        ttl: Duration,
    ) -> Result<Reservation, StoreError> {
        Ok(self.reserve_now(lease, limits, ttl))
    }

    async fn renew(&self, lease: &Lease, ttl: Duration) -> Result<Renewal, StoreError> {
        Ok(self.renew_now(lease, ttl))
    }

    async fn release(&self, lease: &Lease) -> Result<(), StoreError> {
        self.release_now(lease);
        Ok(())
    }

    async fn in_use(&self, tenant: &str) -> Result<InUse, StoreError> {
        Ok(self.in_use_now(tenant))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Clock, SystemClock};

    const MINUTE: Duration = Duration::from_secs(60);

    #[tokio::test(start_paused = true)]
    async fn nothing_of_a_lease_stays_behind() {
        let store = MemoryCapacity::new(SystemClock::shared());
        let limits = LeaseLimits::new(1_000, 1_000);
        for n in 0..500 {
            let lease = Lease::new(format!("t{}", n % 50), n.to_string());
            store.reserve_now(&lease, limits, MINUTE);
            store.renew_now(&lease, MINUTE);
            if n % 2 == 0 {
                store.release_now(&lease);
            }
        }
        assert_eq!(store.in_use_now("t1"), InUse::new(250, 10));
        SystemClock::default().sleep(MINUTE).await;
        assert_eq!(store.in_use_now("t1"), InUse::new(0, 0));
        let state = store.state.lock().unwrap();
        assert!(state.leases.is_empty() && state.tenants.is_empty() && state.order.len() == 0);
    }

    #[test]
    fn a_place_is_given_back_in_a_drop_and_without_a_runtime() {
        struct Place<'a>(&'a MemoryCapacity, Lease);
        impl Drop for Place<'_> {
            fn drop(&mut self) {
                self.0.release_now(&self.1);
            }
        }
        let store = MemoryCapacity::new(SystemClock::shared());
        let lease = Lease::new("t", "a");
        let granted = store.reserve_now(&lease, LeaseLimits::new(1, 1), MINUTE);
        assert_eq!(granted, Reservation::Granted);
        drop(Place(&store, lease));
        assert_eq!(store.in_use_now("t"), InUse::default());
    }
}
