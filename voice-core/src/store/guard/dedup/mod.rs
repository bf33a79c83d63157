//! [`GuardedDedup`]: a dedup store with a promise for the time it is away.

mod settle;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::owed::Owed;
use super::{GuardStats, Watch, WhenDown};
use crate::clock::{SharedClock, later};
use crate::error::Delivery;
use crate::store::{Claim, ClaimOwner, DedupStore, Held, MemoryDedup, StoreError};

/// The lease of a claim that is made only to be completed.
const IN_PASSING: Duration = Duration::from_secs(10);
/// How many owners that gave one key back while the store was away are told to it.
const OWNERS: usize = 8;
/// How long the store may go on believing in a claim that was released while it was away.
const RELEASED: Duration = Duration::from_secs(10 * 60);

/// A dedup store, and what to do while it does not answer.
///
/// | with the store down | a claim | the risk |
/// |---|---|---|
/// | [`Local`](WhenDown::Local) (default) | is decided by what this process knows: its own claims and what it has done, from before the outage too | a repeat that reaches **another** process is worked on there as well: a call may be accepted twice |
/// | [`FailOpen`](WhenDown::FailOpen) | is granted to everybody | every repeat is worked on again, in the same process too |
/// | [`FailClosed`](WhenDown::FailClosed) | is the store's error | calls are lost: the provider repeats its webhook when the caller has hung up |
///
/// With `Local`, claims and what is done are kept in a [`MemoryDedup`] beside the store all the time. What was completed or
/// released meanwhile is told to the store when it answers again, a few with each operation, or all of it by
/// [`settle`](Self::settle), and that of a key that is claimed before it is claimed; so is a claim made meanwhile, when it is
/// completed. Where another process has claimed or done the same in that time, its word stands, and
/// [`GuardStats::conflicts`] counts it. A key that the store refuses to be told about holds up no other; it stays owed. Claims
/// that this process knows to be held or done are answered without asking the store.
///
/// The store is taken to be down from an error to the next answer, whatever the error; each change is one log event.
pub struct GuardedDedup {
    store: Arc<dyn DedupStore>,
    local: MemoryDedup,
    clock: SharedClock,
    watch: Watch,
    owed: Owed<String, Debt>,
    /// One tells at a time: two would take each other's word for a conflict.
    settling: tokio::sync::Mutex<()>,
}

#[derive(Debug, Clone, PartialEq)]
enum Debt {
    /// `perhaps` the store knows already: it was told, and its answer lost.
    Done { owner: ClaimOwner, perhaps: bool },
    /// By each of these, one after the other; the store may know any of them.
    Released(Vec<ClaimOwner>),
}

impl GuardedDedup {
    /// Guards a store. The clock is for what is kept in this process.
    #[must_use]
    pub fn new(store: Arc<dyn DedupStore>, when_down: WhenDown, clock: SharedClock) -> Self {
        Self {
            store,
            local: MemoryDedup::new(clock.clone()),
            clock,
            watch: Watch::new("dedup", when_down),
            owed: Owed::new(),
            settling: tokio::sync::Mutex::default(),
        }
    }

    /// At most so many entries beside the store; see [`MemoryDedup::max_entries`].
    #[must_use]
    pub fn max_local_entries(mut self, max: usize) -> Self {
        self.local = self.local.max_entries(max);
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

    fn owe(&self, key: &str, debt: Debt, time: Duration) {
        let now = self.clock.now();
        self.owed.add(key.to_owned(), debt, later(now, time), now);
    }
}

impl fmt::Debug for GuardedDedup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GuardedDedup")
            .field("store", &self.store)
            .field("when_down", &self.watch.when_down())
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl DedupStore for GuardedDedup {
    fn guard(&self) -> Option<GuardStats> {
        Some(self.stats())
    }

    async fn claim(
        &self,
        key: &str,
        owner: &ClaimOwner,
        lease: Duration,
    ) -> Result<Claim, StoreError> {
        if !self.is_local() {
            let outcome = self.store.claim(key, owner, lease).await;
            return self.plain(outcome, Claim::Claimed);
        }
        // Entered here before the store is asked, so that of two that ask while the store goes down one is told no, and
        // that a claim never ends later here than there. A memory that is full knows nothing, and the store decides.
        match self.local.claim_now(key, owner, lease) {
            Ok(Claim::Claimed) | Err(_) => {}
            Ok(known) => return Ok(known),
        }
        let outcome = match self.settle_before(key).await {
            Ok(()) => self.store.claim(key, owner, lease).await,
            Err(error) => Err(error),
        };
        self.noted(&outcome);
        match outcome {
            Ok(Claim::Claimed) => Ok(Claim::Claimed),
            Ok(others) => {
                self.local.release_now(key, owner);
                Ok(others)
            }
            Err(_) => {
                self.watch.fell_back();
                Ok(Claim::Claimed)
            }
        }
    }

    async fn complete(
        &self,
        key: &str,
        owner: &ClaimOwner,
        keep: Duration,
    ) -> Result<Held, StoreError> {
        if !self.is_local() {
            let outcome = self.store.complete(key, owner, keep).await;
            return self.plain(outcome, Held::Yes);
        }
        let held = self.local.complete_now(key, owner, keep);
        let mut was_told = false;
        let outcome = match self.settle_before(key).await {
            Ok(()) => {
                was_told = true;
                self.complete_there(key, owner, keep, held).await
            }
            Err(error) => Err(error),
        };
        self.noted(&outcome);
        match outcome {
            Ok(held) => Ok(held),
            Err(error) => {
                self.watch.fell_back();
                if held == Held::Yes {
                    let owner = owner.clone();
                    let perhaps = was_told && error.delivery() == Delivery::Unknown;
                    self.owe(key, Debt::Done { owner, perhaps }, keep);
                }
                Ok(held)
            }
        }
    }

    async fn release(&self, key: &str, owner: &ClaimOwner) -> Result<Held, StoreError> {
        if !self.is_local() {
            let outcome = self.store.release(key, owner).await;
            return self.plain(outcome, Held::Yes);
        }
        let held = self.local.release_now(key, owner);
        let outcome = match self.settle_before(key).await {
            Ok(()) => self.store.release(key, owner).await,
            Err(error) => Err(error),
        };
        self.noted(&outcome);
        match outcome {
            // A claim that was made while the store was away is held here alone.
            Ok(Held::No) => Ok(held),
            Ok(Held::Yes) => Ok(Held::Yes),
            Err(_) => {
                self.watch.fell_back();
                let mut owners = match self.owed.get(&key.to_owned()) {
                    Some(Debt::Released(owners)) => owners,
                    // Whoever is late gives nothing back: another has done it since, and the store must hear of that.
                    Some(Debt::Done { .. }) if held == Held::No => return Ok(held),
                    _ => Vec::new(),
                };
                owners.push(owner.clone());
                let too_many = owners.len().saturating_sub(OWNERS);
                owners.drain(..too_many);
                self.owe(key, Debt::Released(owners), RELEASED);
                Ok(held)
            }
        }
    }
}

impl GuardedDedup {
    /// Completes in the store, also a claim it does not know of because it was made while the store was away.
    async fn complete_there(
        &self,
        key: &str,
        owner: &ClaimOwner,
        keep: Duration,
        held_here: Held,
    ) -> Result<Held, StoreError> {
        let held = self.store.complete(key, owner, keep).await?;
        if held == Held::Yes || held_here == Held::No {
            return Ok(held);
        }
        match self.store.claim(key, owner, IN_PASSING).await? {
            Claim::Claimed => self.store.complete(key, owner, keep).await,
            Claim::InProgress | Claim::Done => {
                self.watch.conflict();
                Ok(Held::No)
            }
        }
    }
}
