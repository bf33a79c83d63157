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
                let now = self.clock.now();
                let keep = until.saturating_duration_since(now);
                if !self.owed.stands(key, debt) {
                    return Ok(());
                }
                // From here on the store may know: its answer may get lost, and this future be dropped.
                let told = Debt::Done {
                    owner: owner.clone(),
                    perhaps: true,
                };
                self.owed.add(key.clone(), told.clone(), until, now);
                self.store.complete(key, owner, keep).await?;
                self.owed.paid(key, &told);
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU8, Ordering::SeqCst};
    use std::time::Duration;

    use async_trait::async_trait;

    use super::*;
    use crate::clock::{SystemClock, timeout};
    use crate::store::{ClaimOwner, DedupStore, Held, MemoryDedup, WhenDown};

    const WELL: u8 = 0;
    const DOWN: u8 = 1;
    const SILENT: u8 = 2;
    const LONG: Duration = Duration::from_secs(60);

    /// A store that can be away, or do what it is asked and never answer.
    #[derive(Debug)]
    struct Moody(MemoryDedup, AtomicU8);

    #[async_trait]
    impl DedupStore for Moody {
        async fn claim(
            &self,
            key: &str,
            owner: &ClaimOwner,
            lease: Duration,
        ) -> Result<Claim, StoreError> {
            match self.1.load(SeqCst) {
                DOWN => Err(StoreError::Unreachable("away".to_owned())),
                _ => self.0.claim(key, owner, lease).await,
            }
        }

        async fn complete(
            &self,
            key: &str,
            owner: &ClaimOwner,
            keep: Duration,
        ) -> Result<Held, StoreError> {
            match self.1.load(SeqCst) {
                DOWN => Err(StoreError::Unreachable("away".to_owned())),
                SILENT => {
                    self.0.complete(key, owner, keep).await?;
                    std::future::pending().await
                }
                _ => self.0.complete(key, owner, keep).await,
            }
        }

        async fn release(&self, key: &str, owner: &ClaimOwner) -> Result<Held, StoreError> {
            self.0.release(key, owner).await
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_told_when_the_teller_was_dropped_is_no_conflict() {
        let clock = SystemClock::shared();
        let store = MemoryDedup::new(clock.clone());
        let store = Arc::new(Moody(store, AtomicU8::new(DOWN)));
        let guard = GuardedDedup::new(store.clone(), WhenDown::Local, clock.clone());
        let me = ClaimOwner::unique(&*clock);
        assert_eq!(guard.claim("k", &me, LONG).await, Ok(Claim::Claimed));
        assert_eq!(guard.complete("k", &me, LONG).await, Ok(Held::Yes));
        assert_eq!(guard.stats().owed, 1);

        store.1.store(SILENT, SeqCst);
        let telling = timeout(&*clock, Duration::from_secs(1), guard.settle()).await;
        assert!(telling.is_err());
        assert_eq!(guard.stats().owed, 1);

        store.1.store(WELL, SeqCst);
        guard.settle().await.unwrap();
        assert_eq!((guard.stats().owed, guard.stats().conflicts), (0, 0));
    }
}
