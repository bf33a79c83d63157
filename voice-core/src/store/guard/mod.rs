//! What happens when a store is away: [`WhenDown`], and the wrappers that keep to it.

mod capacity;
mod dedup;
mod owed;
mod watch;

pub use capacity::GuardedCapacity;
pub use dedup::GuardedDedup;
pub use watch::{GuardStats, StoreState};

pub(super) use watch::Watch;

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
