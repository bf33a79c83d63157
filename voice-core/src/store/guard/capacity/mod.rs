//! [`GuardedCapacity`]: a capacity store with a promise for the time it is away.

mod settle;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;

use super::owed::Owed;
use super::{GuardStats, Watch, WhenDown};
use crate::clock::{SharedClock, later};
use crate::store::span::rounded;
use crate::store::{
    CapacityStore, InUse, Lease, LeaseLimits, MemoryCapacity, Renewal, Reservation, StoreError,
};

/// For a lease that was granted already.
const WHATEVER: LeaseLimits = LeaseLimits::new(u32::MAX, u32::MAX);

/// A capacity store, and what to do while it does not answer.
///
/// | with the store down | asking for a place | the risk |
/// |---|---|---|
/// | [`Local`](WhenDown::Local) (default) | counts the places of this process, those from before the outage too, against its [`share`](Self::share) of the limits | without a share each process may fill the whole limit by itself, P processes P times it; with one, a busy process refuses while others are idle |
/// | [`FailOpen`](WhenDown::FailOpen) | grants | there is no limit; afterwards the store does not know those calls, and renewing their leases says [`Lost`](Renewal::Lost) |
/// | [`FailClosed`](WhenDown::FailClosed) | is the store's error | every call is refused while the store is away |
///
/// With `Local`, the leases of this process are kept in a [`MemoryCapacity`] beside the store all the time. Those granted,
/// renewed or released meanwhile are told to the store when it answers again, before anything else is asked of it, up to 64
/// with each operation, or all by [`settle`](Self::settle); those it does not know yet count against the limits all the same.
/// They are entered whatever the limits, since the calls are there: the store may then hold more than the limit until enough
/// of them have ended, and grants nothing in that time. Of another process's leases the store hears with that process's next
/// operation, a renewal at the latest; until then it may grant their places.
///
/// A lease that the store refuses to be told about holds up no other; it stays owed until its time is over.
///
/// [`in_use`](CapacityStore::in_use) counts this process alone while the store is away, and is the store's error with the
/// other two choices. The store is taken to be down from an error to the next answer; each change is one log event.
pub struct GuardedCapacity {
    store: Arc<dyn CapacityStore>,
    local: MemoryCapacity,
    clock: SharedClock,
    share: u32,
    watch: Watch,
    owed: Owed<Lease, Debt>,
    /// One tells at a time: whoever comes meanwhile counts what is not told yet.
    settling: tokio::sync::Mutex<()>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Debt {
    /// Granted or renewed here; the store knows it until then, if it was ever told.
    Held {
        known_until: Option<Instant>,
    },
    Released,
}

impl GuardedCapacity {
    /// Guards a store. The clock is for what is kept in this process.
    #[must_use]
    pub fn new(store: Arc<dyn CapacityStore>, when_down: WhenDown, clock: SharedClock) -> Self {
        Self {
            store,
            local: MemoryCapacity::new(clock.clone()),
            clock,
            share: 1,
            watch: Watch::new("capacity", when_down),
            owed: Owed::new(),
            settling: tokio::sync::Mutex::default(),
        }
    }

    /// How many processes share the limits: with [`WhenDown::Local`] each keeps to one part of so many, rounded up, while the
    /// store is away. 1 unless set, and 0 counts as 1.
    #[must_use]
    pub fn share(mut self, processes: u32) -> Self {
        self.share = processes.max(1);
        self
    }

    /// What happened so far.
    #[must_use]
    pub fn stats(&self) -> GuardStats {
        self.watch.stats(self.owed.len())
    }

    fn noted<T>(&self, outcome: &Result<T, StoreError>) {
        match outcome {
            Ok(_) => self.watch.answered(),
            Err(error) => self.watch.failed(error),
        }
    }

    /// What a store without a memory beside it comes to.
    fn plain<T>(&self, outcome: Result<T, StoreError>, open: T) -> Result<T, StoreError> {
        self.noted(&outcome);
        if outcome.is_err() && self.watch.when_down() == WhenDown::FailOpen {
            self.watch.fell_back();
            return Ok(open);
        }
        outcome
    }

    fn is_local(&self) -> bool {
        self.watch.when_down() == WhenDown::Local
    }

    fn owe(&self, lease: &Lease, debt: Debt, time: Duration) {
        let now = self.clock.now();
        self.owed.add(lease.clone(), debt, later(now, time), now);
    }

    /// Owes a lease that was held here until `known_until` already, if it was.
    fn owe_held(&self, lease: &Lease, known_until: Option<Instant>, time: Duration) {
        let known_until = match self.owed.get(lease) {
            Some(Debt::Held { known_until }) => known_until,
            Some(Debt::Released) => None,
            None => known_until,
        };
        self.owe(lease, Debt::Held { known_until }, time);
    }

    fn local_limits(&self, limits: LeaseLimits) -> LeaseLimits {
        LeaseLimits {
            global: limits.global.div_ceil(self.share),
            tenant: limits.tenant.div_ceil(self.share),
        }
    }
}

impl fmt::Debug for GuardedCapacity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GuardedCapacity")
            .field("store", &self.store)
            .field("when_down", &self.watch.when_down())
            .field("share", &self.share)
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl CapacityStore for GuardedCapacity {
    fn guard(&self) -> Option<GuardStats> {
        Some(self.stats())
    }

    async fn reserve(
        &self,
        lease: &Lease,
        limits: LeaseLimits,
        ttl: Duration,
    ) -> Result<Reservation, StoreError> {
        if !self.is_local() {
            let outcome = self.store.reserve(lease, limits, ttl).await;
            return self.plain(outcome, Reservation::Granted);
        }
        // By the time before asking, a lease never ends later here than there.
        let known_until = self.local.held_until(lease);
        let until = later(self.clock.now(), rounded(ttl));
        let outcome = self.reserve_there(lease, limits, ttl).await;
        self.noted(&outcome);
        match outcome {
            Ok(Reservation::Granted) => {
                self.local.hold_until(lease, until);
                self.owed.remove(lease);
                Ok(Reservation::Granted)
            }
            Ok(full) => {
                self.local.release_now(lease);
                Ok(full)
            }
            Err(error) => {
                self.watch.fell_back();
                let limits = self.local_limits(limits);
                let reservation = self.local.reserve_now(lease, limits, ttl);
                if reservation == Reservation::Granted {
                    self.owe_held(lease, known_until, ttl);
                } else if error.delivery() == crate::error::Delivery::Unknown {
                    self.owe(lease, Debt::Released, ttl);
                }
                Ok(reservation)
            }
        }
    }

    async fn renew(&self, lease: &Lease, ttl: Duration) -> Result<Renewal, StoreError> {
        if !self.is_local() {
            let outcome = self.store.renew(lease, ttl).await;
            return self.plain(outcome, Renewal::Renewed);
        }
        let known_until = self.local.held_until(lease);
        let until = later(self.clock.now(), rounded(ttl));
        let outcome = self.renew_there(lease, ttl).await;
        self.noted(&outcome);
        match outcome {
            Ok(Renewal::Renewed) => {
                self.local.hold_until(lease, until);
                self.owed.remove(lease);
                Ok(Renewal::Renewed)
            }
            Ok(Renewal::Lost) => {
                self.local.release_now(lease);
                Ok(Renewal::Lost)
            }
            Err(_) => {
                self.watch.fell_back();
                let renewal = self.local.renew_now(lease, ttl);
                if renewal == Renewal::Renewed {
                    self.owe_held(lease, known_until, ttl);
                }
                Ok(renewal)
            }
        }
    }

    async fn release(&self, lease: &Lease) -> Result<(), StoreError> {
        if !self.is_local() {
            let outcome = self.store.release(lease).await;
            return self.plain(outcome, ());
        }
        let until = self.local.held_until(lease);
        self.local.release_now(lease);
        self.owed.remove(lease);
        let outcome = self.store.release(lease).await;
        self.noted(&outcome);
        if outcome.is_err() {
            self.watch.fell_back();
            // What this process does not hold, or no longer, is over in the store very soon as well.
            if let Some(until) = until {
                let left = until.saturating_duration_since(self.clock.now());
                self.owe(lease, Debt::Released, left);
            }
        }
        Ok(())
    }

    async fn in_use(&self, tenant: &str) -> Result<InUse, StoreError> {
        let outcome = match self.settle_some().await {
            Ok(()) => self.store.in_use(tenant).await,
            Err(error) => Err(error),
        };
        self.noted(&outcome);
        if outcome.is_err() && self.is_local() {
            self.watch.fell_back();
            return Ok(self.local.in_use_now(tenant));
        }
        outcome
    }
}

impl GuardedCapacity {
    /// Whether it was granted here and the store does not know.
    fn is_ours_alone(&self, lease: &Lease) -> bool {
        matches!(self.owed.get(lease), Some(Debt::Held { .. }))
            && self.local.held_until(lease).is_some()
    }

    async fn reserve_there(
        &self,
        lease: &Lease,
        limits: LeaseLimits,
        ttl: Duration,
    ) -> Result<Reservation, StoreError> {
        if self.is_ours_alone(lease) {
            return self.store.reserve(lease, WHATEVER, ttl).await;
        }
        self.settle_some().await?;
        let limits = self.beside_untold(lease, limits);
        self.store.reserve(lease, limits, ttl).await
    }

    /// Renews in the store, or enters there what was granted while it was away.
    async fn renew_there(&self, lease: &Lease, ttl: Duration) -> Result<Renewal, StoreError> {
        if self.is_ours_alone(lease) {
            self.store.reserve(lease, WHATEVER, ttl).await?;
            return Ok(Renewal::Renewed);
        }
        self.settle_some().await?;
        self.store.renew(lease, ttl).await
    }
}
