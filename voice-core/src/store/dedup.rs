//! [`DedupStore`]: work that several may be given and one must do.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;

use super::{GuardStats, StoreError};
use crate::clock::Clock;

/// How long what is done should be remembered: 73 hours. Providers repeat a webhook for up to 72.
pub const KEEP_DONE: Duration = Duration::from_secs(73 * 60 * 60);

/// Keeps who works on a key and what has been done.
///
/// The protocol is claim, then [`complete`](Self::complete) or [`release`](Self::release). A claim holds for its lease
/// only, so that work whose worker died is given to the next who asks, and is kept as done for as long as asked, so that
/// it is not done again. All three are atomic, also over many processes.
///
/// | the key is | `claim` by me | `complete` by me | `release` by me |
/// |---|---|---|---|
/// | unknown | claimed | [`Held::No`] | [`Held::No`] |
/// | claimed by me | claimed, lease renewed | done | unknown again |
/// | claimed by another | in progress | [`Held::No`] | [`Held::No`] |
/// | done | done | [`Held::No`] | [`Held::No`] |
#[async_trait]
pub trait DedupStore: fmt::Debug + Send + Sync + 'static {
    /// Asks for the work on `key`, to be held for `lease`.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot say.
    async fn claim(
        &self,
        key: &str,
        owner: &ClaimOwner,
        lease: Duration,
    ) -> Result<Claim, StoreError>;

    /// Says that the work is done, to be remembered for `keep`.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::delivery`] tells whether it may be remembered all the same.
    async fn complete(
        &self,
        key: &str,
        owner: &ClaimOwner,
        keep: Duration,
    ) -> Result<Held, StoreError>;

    /// Gives the work back undone, for the next who asks.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::delivery`] tells whether it may be given back all the same.
    async fn release(&self, key: &str, owner: &ClaimOwner) -> Result<Held, StoreError>;

    /// What a guard around the store has seen of it; `None` for a store without one.
    fn guard(&self) -> Option<GuardStats> {
        None
    }
}

/// What came of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Claim {
    /// The work is the asker's.
    Claimed,
    /// Somebody else is at it.
    InProgress,
    /// It was done.
    Done,
}

/// Whether the claim was still the asker's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Held {
    /// It was.
    Yes,
    /// It was not: its lease ran out, or it was never claimed. Nothing was changed.
    No,
}

/// Who claims: a random token for each attempt, so that two attempts of one process are two owners.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ClaimOwner(String);

impl ClaimOwner {
    /// A token nobody has used.
    #[must_use]
    pub fn unique(clock: &dyn Clock) -> Self {
        Self(crate::provider::CallKey::unique(clock).into())
    }

    /// The token.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
