//! State that outlives one request, and may outlive or span processes.
//!
//! Each kind of store is a small object-safe trait with an implementation in memory, which is enough for one process, and
//! one on Redis behind the feature `redis`, for many.
//!
//! | what for | trait | one process | many processes | with a promise for outages |
//! |---|---|---|---|---|
//! | bytes under a key for a while | [`CacheStore`] | [`MemoryCache`] | `redis::RedisCache` | none needed: ask for it again |
//! | work that several may be given and one must do | [`DedupStore`] | [`MemoryDedup`] | `redis::RedisDedup` | [`GuardedDedup`] |
//! | how many calls at once, over all and for each tenant | [`CapacityStore`] | [`MemoryCapacity`] | `redis::RedisCapacity` | [`GuardedCapacity`] |
//! | requests at the pace a provider allows | [`RateLimiter`](crate::limits::RateLimiter) | [`Limiter`](crate::limits::Limiter) | `redis::RedisLimiter` | has its own |
//!
//! A plain store says what went wrong ([`StoreError`]) and decides nothing about it. The guards decide, by [`WhenDown`]. Both
//! implementations of a trait pass one suite, `testkit::conformance`, and so can one of yours on another server.
//!
//! # One process
//!
//! Take the stores in memory. They are exact and cost about a microsecond. What they know ends with the process: after a
//! restart a repeated webhook is worked on again, and capacity starts from nothing while calls may still be up. About 250
//! bytes are kept for each key that was done in the last 73 hours ([`KEEP_DONE`]), 22 MB at 10 calls a minute with two keys
//! each.
//!
//! # Many processes
//!
//! Take the stores on Redis, each behind its guard; they may share one connection.
//!
//! ```no_run
//! # #[cfg(feature = "redis")]
//! # fn run() -> Result<(), Box<dyn std::error::Error>> {
//! use std::sync::Arc;
//! use voice_core::clock::SystemClock;
//! use voice_core::store::redis::{RedisCapacity, RedisConnection, RedisDedup, RedisLimiter, RedisOptions};
//! use voice_core::store::{CapacityStore, DedupStore, GuardedCapacity, GuardedDedup, WhenDown};
//!
//! let clock = SystemClock::shared();
//! let redis = RedisConnection::open(RedisOptions::parse("redis://10.0.0.5")?.prefix("calls-prod:")?)?;
//! let dedup = RedisDedup::new(redis.clone());
//! let dedup: Arc<dyn DedupStore> = Arc::new(GuardedDedup::new(Arc::new(dedup), WhenDown::Local, clock.clone()));
//! let capacity = RedisCapacity::new(redis.clone());
//! let capacity = GuardedCapacity::new(Arc::new(capacity), WhenDown::Local, clock).share(4);
//! let capacity: Arc<dyn CapacityStore> = Arc::new(capacity);
//! let accepts = RedisLimiter::builder(redis, "openai:accept").per_minute(180).burst(20).share(4).build()?;
//! # Ok(())
//! # }
//! ```
//!
//! A decision costs a round trip and about 0.3 ms of Redis (251 µs for a lease with 5,000 held, 290 µs for a turn, measured
//! on two cores with Redis 7.0): one server serves some 3,000 a second. It keeps about 180 bytes for each key that is done
//! and 330 for each lease; at 1,000 calls a minute with two keys each that is 1.6 GB within 73 hours, so keep one key where
//! one is enough. Set `maxmemory-policy noeviction`, or a store that is full forgets what was promised.
//!
//! How long to hold things:
//!
//! | | take | since |
//! |---|---|---|
//! | the lease of a claim | 30 to 60 s | longer than the work takes, shorter than anybody should wait for a dead worker |
//! | what is done | 73 h ([`KEEP_DONE`]) | providers repeat webhooks for up to 72 h |
//! | the lease of a place | 3 times the renewal: 30 s, renewed each 10 s | two renewals may fail; what a dead process held comes back after it |
//!
//! Redis keeps what it is told unless it is restarted without persistence or a failover loses the last writes. Then claims
//! and leases in progress are gone: completing says [`Held::No`] (behind a guard with [`WhenDown::Local`] it is made up for),
//! renewing says [`Renewal::Lost`], and whoever still serves reserves again.
//!
//! # Redis down
//!
//! A question to a dead server fails within a second (connection) or half (answer), and after three failures at once, with a
//! probe each 2 s; see `store::redis`. What then, is a choice for each store, and none is free:
//!
//! | | [`Local`](WhenDown::Local), the default | [`FailOpen`](WhenDown::FailOpen) | [`FailClosed`](WhenDown::FailClosed) |
//! |---|---|---|---|
//! | [`GuardedDedup`] | a repeat that reaches another process is worked on twice | every repeat is | calls are lost |
//! | [`GuardedCapacity`] | each process has its share, or with no share set all of the limit | there is no limit | calls are refused |
//! | `RedisLimiter` | each process has its share | there is no limit, and the provider refuses | nothing is sent |
//!
//! With a balancer that spreads repeats over P processes, the first row's risk under `Local` is a repeat **during the outage**
//! that reaches one of the P − 1 others; a provider that is answered at once repeats little. Every guard counts
//! ([`GuardStats`]) and writes one log event when the store goes (`store_down`, WARN) and one when it is back (`store_up`,
//! INFO).

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
