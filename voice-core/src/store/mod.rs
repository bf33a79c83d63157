//! State that outlives one request, and may outlive or span processes.
//!
//! Each kind of store is a small object-safe trait with an implementation in memory, which is enough for one process, and
//! one on Redis behind the feature `redis`, for many.
//!
//! - [`CacheStore`]: bytes under a key for a while. [`MemoryCache`] and, on Redis, `RedisCache`.
//! - [`DedupStore`]: work that several may be given and one must do.
//! - [`CapacityStore`]: how many calls at once, over all and for each tenant.
//!
//! A store says what went wrong ([`StoreError`]) and decides nothing about it: whether its owner goes on without the store
//! or stops is the owner's promise to keep.

mod cache;
mod capacity;
mod dedup;
mod error;
mod expiry;
mod guard;
mod memory;
mod memory_capacity;
mod memory_dedup;
#[cfg(feature = "redis")]
#[cfg_attr(docsrs, doc(cfg(feature = "redis")))]
pub mod redis;
mod span;

pub use cache::CacheStore;
pub use capacity::{CapacityStore, InUse, Lease, LeaseLimits, Renewal, Reservation, Tier};
pub use dedup::{Claim, ClaimOwner, DedupStore, Held, KEEP_DONE};
pub use error::StoreError;
pub use guard::{GuardStats, GuardedCapacity, GuardedDedup, StoreState, WhenDown};
pub use memory::MemoryCache;
pub use memory_capacity::MemoryCapacity;
pub use memory_dedup::MemoryDedup;
