//! [`Permit`]: a turn that was granted, given back by being dropped.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Instant;

/// A turn. While it lives the request counts as in flight; dropping it ends that.
#[must_use = "the turn ends when the permit is dropped; hold it while the request is in flight"]
#[derive(Debug)]
pub struct Permit {
    held: Option<(Arc<dyn PermitOwner>, Grant)>,
}

/// What was granted: enough for its owner to take it back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    /// How much of each rate was taken.
    pub cost: u32,
    /// When, on the limiter's clock.
    pub at: Instant,
}

/// The limiter behind a [`Permit`]. Exactly one of the two is called, once for every permit.
///
/// Both may be called from `Drop`, on any thread: they must not block for long and must not panic.
pub trait PermitOwner: Debug + Send + Sync + 'static {
    /// The request is over: its place in flight is free again.
    fn release(&self, grant: Grant);

    /// The request was never sent: its place is free again, and so is what it took of each rate.
    fn give_back(&self, grant: Grant);
}

impl Permit {
    /// A permit that reports its end to `owner`; for implementations of [`RateLimiter`](super::RateLimiter).
    pub fn new(owner: Arc<dyn PermitOwner>, grant: Grant) -> Self {
        Self {
            held: Some((owner, grant)),
        }
    }

    /// A permit that belongs to nobody, for a limiter that does not limit.
    pub fn free() -> Self {
        Self { held: None }
    }

    /// Returns everything that was granted, for a request that was **never sent**. (One that was sent counts on the
    /// server, whatever became of it.)
    pub fn give_back(mut self) {
        if let Some((owner, grant)) = self.held.take() {
            owner.give_back(grant);
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some((owner, grant)) = self.held.take() {
            owner.release(grant);
        }
    }
}
