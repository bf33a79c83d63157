//! [`MemoryDedup`]: the dedup store of one process.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;

use super::expiry::{Expiry, Slot};
use super::span::rounded;
use super::{Claim, ClaimOwner, DedupStore, Held, StoreError};
use crate::clock::{SharedClock, later};

/// How many entries whose time is over one operation drops. An operation adds one at most, so that they cannot pile up.
const SWEEP: usize = 8;

/// Keeps claims and what is done in this process. Its results are those of the store on Redis, on the injected clock.
///
/// Memory: an entry takes about 250 bytes with its key. One done entry is kept for each key for as long as
/// [`complete`](DedupStore::complete) says, so that 10 calls a minute, each with two keys and kept for 73 hours, come to
/// 88,000 entries or about 22 MB. Every operation drops up to 8 entries whose time is over. At
/// [`MAX_ENTRIES`](Self::MAX_ENTRIES), or what [`max_entries`](Self::max_entries) sets, the done entry that would end soonest
/// is forgotten, which [`forgotten`](Self::forgotten) counts: a repeat of that key would be worked on again. A claim in
/// progress is never forgotten; when nothing else is left, new claims are refused.
///
/// ```
/// use std::time::Duration;
/// use voice_core::clock::SystemClock;
/// use voice_core::store::{Claim, ClaimOwner, DedupStore, Held, MemoryDedup};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let clock = SystemClock::shared();
/// let store = MemoryDedup::new(clock.clone());
/// let (ana, ben) = (ClaimOwner::unique(&*clock), ClaimOwner::unique(&*clock));
/// let lease = Duration::from_secs(60);
/// assert_eq!(store.claim("wh_1", &ana, lease).await?, Claim::Claimed);
/// assert_eq!(store.claim("wh_1", &ben, lease).await?, Claim::InProgress);
/// assert_eq!(store.complete("wh_1", &ana, voice_core::store::KEEP_DONE).await?, Held::Yes);
/// assert_eq!(store.claim("wh_1", &ben, lease).await?, Claim::Done);
/// # Ok(())
/// # }
/// ```
pub struct MemoryDedup {
    clock: SharedClock,
    max: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    entries: HashMap<Arc<str>, Record>,
    claims: Expiry<Arc<str>>,
    done: Expiry<Arc<str>>,
    forgotten: u64,
}

struct Record {
    /// None once it is done.
    owner: Option<ClaimOwner>,
    slot: Slot,
}

impl MemoryDedup {
    /// How many entries are kept unless another number is set.
    pub const MAX_ENTRIES: usize = 1_000_000;

    /// A store that knows nothing yet.
    #[must_use]
    pub fn new(clock: SharedClock) -> Self {
        Self {
            clock,
            max: Self::MAX_ENTRIES,
            state: Mutex::default(),
        }
    }

    /// Keeps at most so many entries; 0 counts as 1.
    #[must_use]
    pub fn max_entries(mut self, max: usize) -> Self {
        self.max = max.max(1);
        self
    }

    /// How many entries are kept, those whose time is over and that were not swept yet included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lock().entries.len()
    }

    /// Whether nothing is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many done entries were forgotten before their time, for want of room.
    #[must_use]
    pub fn forgotten(&self) -> u64 {
        self.lock().forgotten
    }

    /// [`DedupStore::claim`] without an await.
    ///
    /// # Errors
    /// [`StoreError::Refused`] with the code `FULL` when all entries are claims in progress.
    pub fn claim_now(
        &self,
        key: &str,
        owner: &ClaimOwner,
        lease: Duration,
    ) -> Result<Claim, StoreError> {
        let now = self.clock.now();
        let mut state = self.lock();
        state.sweep(key, now);
        match state.entries.get(key).map(|record| &record.owner) {
            Some(None) => return Ok(Claim::Done),
            Some(Some(other)) if other != owner => return Ok(Claim::InProgress),
            Some(Some(_)) => {}
            None => state.make_room(self.max)?,
        }
        state.put(key, Some(owner.clone()), later(now, rounded(lease)));
        Ok(Claim::Claimed)
    }

    /// [`DedupStore::complete`] without an await.
    pub fn complete_now(&self, key: &str, owner: &ClaimOwner, keep: Duration) -> Held {
        let now = self.clock.now();
        let mut state = self.lock();
        state.sweep(key, now);
        if !state.is_held(key, owner) {
            return Held::No;
        }
        state.put(key, None, later(now, rounded(keep)));
        Held::Yes
    }

    /// [`DedupStore::release`] without an await, for a `Drop`.
    pub fn release_now(&self, key: &str, owner: &ClaimOwner) -> Held {
        let now = self.clock.now();
        let mut state = self.lock();
        state.sweep(key, now);
        if !state.is_held(key, owner) {
            return Held::No;
        }
        state.remove(key);
        Held::Yes
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // No code under the lock panics, and the state is never left half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Drops `key` if its time is over, and a few others.
    fn sweep(&mut self, key: &str, now: Instant) {
        if self.entries.get(key).is_some_and(|r| r.slot.0 <= now) {
            self.remove(key);
        }
        for _ in 0..SWEEP {
            let over = self.claims.pop_over(now);
            let Some(over) = over.or_else(|| self.done.pop_over(now)) else {
                return;
            };
            self.entries.remove(&over);
        }
    }

    fn is_held(&self, key: &str, owner: &ClaimOwner) -> bool {
        self.entries
            .get(key)
            .is_some_and(|record| record.owner.as_ref() == Some(owner))
    }

    fn make_room(&mut self, max: usize) -> Result<(), StoreError> {
        while self.entries.len() >= max {
            let Some(oldest) = self.done.pop_first() else {
                return Err(StoreError::Refused {
                    code: "FULL".to_owned(),
                    message: format!("{max} claims are in progress"),
                });
            };
            self.entries.remove(&oldest);
            self.forgotten = self.forgotten.saturating_add(1);
        }
        Ok(())
    }

    fn put(&mut self, key: &str, owner: Option<ClaimOwner>, until: Instant) {
        let key: Arc<str> = self
            .entries
            .get_key_value(key)
            .map_or_else(|| key.into(), |(known, _)| Arc::clone(known));
        let order = match owner {
            Some(_) => &mut self.claims,
            None => &mut self.done,
        };
        let slot = order.add(until, Arc::clone(&key));
        match self.entries.entry(key) {
            Entry::Occupied(mut known) => {
                let before = known.insert(Record { owner, slot });
                self.unlist(&before);
            }
            Entry::Vacant(place) => {
                place.insert(Record { owner, slot });
            }
        }
    }

    fn remove(&mut self, key: &str) {
        if let Some(record) = self.entries.remove(key) {
            self.unlist(&record);
        }
    }

    fn unlist(&mut self, record: &Record) {
        match record.owner {
            Some(_) => self.claims.remove(record.slot),
            None => self.done.remove(record.slot),
        }
    }
}

impl fmt::Debug for MemoryDedup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryDedup")
            .field("len", &self.len())
            .field("max", &self.max)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl DedupStore for MemoryDedup {
    async fn claim(
        &self,
        key: &str,
        owner: &ClaimOwner,
        lease: Duration,
    ) -> Result<Claim, StoreError> {
        self.claim_now(key, owner, lease)
    }

    async fn complete(
        &self,
        key: &str,
        owner: &ClaimOwner,
        keep: Duration,
    ) -> Result<Held, StoreError> {
        Ok(self.complete_now(key, owner, keep))
    }

    async fn release(&self, key: &str, owner: &ClaimOwner) -> Result<Held, StoreError> {
        Ok(self.release_now(key, owner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Clock, SystemClock};
    use crate::store::KEEP_DONE;

    const MINUTE: Duration = Duration::from_secs(60);

    fn store() -> MemoryDedup {
        MemoryDedup::new(SystemClock::shared())
    }

    fn owner() -> ClaimOwner {
        ClaimOwner::unique(&SystemClock::default())
    }

    async fn pass(time: Duration) {
        SystemClock::default().sleep(time).await;
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_done_is_kept_for_three_days_and_to_the_millisecond() {
        let (store, me) = (store(), owner());
        store.claim_now("a", &me, MINUTE).unwrap();
        assert_eq!(store.complete_now("a", &me, KEEP_DONE), Held::Yes);
        pass(KEEP_DONE - Duration::from_millis(1)).await;
        assert_eq!(store.claim_now("a", &me, MINUTE), Ok(Claim::Done));
        pass(Duration::from_millis(1)).await;
        assert_eq!(store.claim_now("a", &me, MINUTE), Ok(Claim::Claimed));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_over_is_swept_though_nobody_asks_for_it_again() {
        let (store, me) = (store(), owner());
        for n in 0..1_000 {
            store.claim_now(&format!("old {n}"), &me, MINUTE).unwrap();
        }
        pass(MINUTE).await;
        assert_eq!(store.len(), 1_000);
        for n in 0..200 {
            store.claim_now(&format!("new {n}"), &me, MINUTE).unwrap();
        }
        assert_eq!(store.len(), 200, "eight old ones went with each new one");
        let state = store.lock();
        assert_eq!(state.claims.len(), 200, "the order holds no leftovers");
    }

    #[tokio::test(start_paused = true)]
    async fn when_it_is_full_the_done_go_first_and_claims_never() {
        let (store, me) = (store().max_entries(3), owner());
        store.claim_now("claimed", &me, MINUTE).unwrap();
        for (key, keep) in [("later", 3), ("sooner", 2)] {
            store.claim_now(key, &me, MINUTE).unwrap();
            store.complete_now(key, &me, MINUTE * keep);
        }
        assert_eq!(store.claim_now("new", &me, MINUTE), Ok(Claim::Claimed));
        assert_eq!((store.len(), store.forgotten()), (3, 1));
        assert_eq!(store.claim_now("later", &me, MINUTE), Ok(Claim::Done));
        assert_eq!(store.claim_now("newer", &me, MINUTE), Ok(Claim::Claimed));
        let error = store.claim_now("newest", &me, MINUTE).unwrap_err();
        assert!(matches!(&error, StoreError::Refused { code, .. } if code == "FULL"));
        assert_eq!(store.claim_now("claimed", &me, MINUTE), Ok(Claim::Claimed));
        assert_eq!(store.release_now("claimed", &me), Held::Yes);
        assert_eq!(store.claim_now("newest", &me, MINUTE), Ok(Claim::Claimed));
    }
}
