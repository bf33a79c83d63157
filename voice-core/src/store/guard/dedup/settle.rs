//! Telling the store what was done and given back while it was away.

use std::time::Instant;

use super::{Debt, GuardedDedup, IN_PASSING};
use crate::store::guard::away;
use crate::store::{Claim, StoreError};

/// How much one operation tells the store of what it missed, so that a caller never waits for all of it.
const AT_ONCE: usize = 4;

impl GuardedDedup {
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

    /// Tells the store a part of what it missed, what concerns `key` first.
    ///
    /// # Errors
    /// The store's, when it is away. What it refuses is no such error: it may be about one key.
    pub(super) async fn settle_before(&self, key: &str) -> Result<(), StoreError> {
        if self.owed.len() == 0 {
            return Ok(());
        }
        let now = self.clock.now();
        let key = key.to_owned();
        let _settling = if self.owed.one(&key, now).is_some() {
            let settling = self.settling.lock().await;
            if let Some((debt, until)) = self.owed.one(&key, now) {
                away(self.tell(&key, &debt, until).await)?;
            }
            settling
        } else if let Ok(settling) = self.settling.try_lock() {
            settling
        } else {
            return Ok(());
        };
        self.tell_some(AT_ONCE).await.map(drop)
    }

    /// Tells up to so many; gives the last refusal.
    async fn tell_some(&self, most: usize) -> Result<Option<StoreError>, StoreError> {
        let mut refusal = None;
        for (key, debt, until) in self.owed.some(most, self.clock.now()) {
            if let Some(refused) = away(self.tell(&key, &debt, until).await)? {
                refusal = Some(refused);
            }
        }
        Ok(refusal)
    }

    async fn tell(&self, key: &String, debt: &Debt, until: Instant) -> Result<(), StoreError> {
        if !self.owed.stands(key, debt) {
            return Ok(());
        }
        let owner = match debt {
            Debt::Done { owner, .. } => owner,
            Debt::Released(owners) => {
                for owner in owners {
                    self.store.release(key, owner).await?;
                }
                self.owed.paid(key, debt);
                return Ok(());
            }
        };
        match self.store.claim(key, owner, IN_PASSING).await? {
            Claim::Claimed => {
                let keep = until.saturating_duration_since(self.clock.now());
                self.store.complete(key, owner, keep).await?;
                self.owed.paid(key, debt);
            }
            Claim::Done => {
                let known = Debt::Done {
                    owner: owner.clone(),
                    perhaps: false,
                };
                if self.owed.paid(key, debt) && *debt == known {
                    self.watch.conflict();
                }
            }
            // It may fail, and then ours counts.
            Claim::InProgress => {}
        }
        Ok(())
    }
}
