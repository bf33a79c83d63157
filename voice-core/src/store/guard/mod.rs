//! What happens when a store is away: [`WhenDown`], and the wrappers that keep to it.

mod capacity;
mod dedup;
mod owed;
mod watch;

pub use capacity::GuardedCapacity;
pub use dedup::GuardedDedup;
pub use watch::{GuardStats, StoreState};

pub(super) use watch::Watch;

use crate::error::Delivery;
use crate::store::StoreError;

/// Parts an answer to a debt: the store is away, which is the error, or refused this one, or took it.
fn away(told: Result<(), StoreError>) -> Result<Option<StoreError>, StoreError> {
    match told {
        Ok(()) => Ok(None),
        Err(error) => match error.delivery() {
            Delivery::Refused | Delivery::Answered => Ok(Some(error)),
            _ => Err(error),
        },
    }
}

/// What to do when the store cannot say. What each choice risks is told where it is set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WhenDown {
    /// Go on as if the store had said yes.
    FailOpen,
    /// Stop: the store's error is the caller's.
    FailClosed,
    /// Go on with what this process knows by itself. The default.
    #[default]
    Local,
}
