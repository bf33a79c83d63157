//! Telling the store of leases that it missed while it was away.

use super::{Debt, GuardedCapacity, WHATEVER};
use crate::store::guard::away;
use crate::store::{Lease, LeaseLimits, StoreError};

/// How much one operation tells the store of what it missed, so that a caller never waits for all of it.
const AT_ONCE: usize = 64;

impl GuardedCapacity {
    /// Tells the store all it missed.
    ///
    /// # Errors
    /// The store's, when it is still away; what was not told stays owed.
    pub async fn settle(&self) -> Result<(), StoreError> {
        let settling = self.settling.lock().await;
        let outcome = self.tell_some(usize::MAX).await;
        drop(settling);
        let outcome = outcome.and_then(|refusal| refusal.map_or(Ok(()), Err));
        self.noted(&outcome);
        outcome
    }

    /// Tells the store a part of what it missed, unless another does already.
    ///
    /// # Errors
    /// The store's, when it is away. What it refuses is no such error: it may be about one lease.
    pub(super) async fn settle_some(&self) -> Result<(), StoreError> {
        if self.owed.len() == 0 {
            return Ok(());
        }
        let Ok(_settling) = self.settling.try_lock() else {
            return Ok(());
        };
        self.tell_some(AT_ONCE).await.map(drop)
    }

    /// Tells up to so many; gives the last refusal.
    async fn tell_some(&self, most: usize) -> Result<Option<StoreError>, StoreError> {
        let mut refusal = None;
        for (lease, debt, _) in self.owed.some(most, self.clock.now()) {
            // It may have been released, or granted anew, since the list was made.
            if !self.owed.stands(&lease, &debt) {
                continue;
            }
            let told = match debt {
                Debt::Held { .. } => self.tell_held(&lease).await,
                Debt::Released => self.store.release(&lease).await,
            };
            match away(told)? {
                Some(refused) => refusal = Some(refused),
                None => {
                    self.owed.paid(&lease, &debt);
                }
            }
        }
        Ok(refusal)
    }

    async fn tell_held(&self, lease: &Lease) -> Result<(), StoreError> {
        let Some(until) = self.local.held_until(lease) else {
            return Ok(());
        };
        let left = until.saturating_duration_since(self.clock.now());
        self.store.reserve(lease, WHATEVER, left).await?;
        match self.local.held_until(lease) {
            // Released in between, perhaps before the store had it.
            None => self.store.release(lease).await,
            // Renewed in between, perhaps before the store was told of less.
            Some(now) if now > until => {
                let left = now.saturating_duration_since(self.clock.now());
                self.store.renew(lease, left).await.map(drop)
            }
            Some(_) => Ok(()),
        }
    }

    /// The limits without the places that are taken here and that the store does not know of.
    pub(super) fn beside_untold(&self, lease: &Lease, limits: LeaseLimits) -> LeaseLimits {
        let now = self.clock.now();
        let mut left = limits;
        self.owed.each(now, |owed, debt| {
            let is_unknown = match debt {
                Debt::Held { known_until } => known_until.is_none_or(|until| until <= now),
                Debt::Released => false,
            };
            if is_unknown && owed != lease {
                left.global = left.global.saturating_sub(1);
                if owed.tenant == lease.tenant {
                    left.tenant = left.tenant.saturating_sub(1);
                }
            }
        });
        left
    }
}
