//! Stores shared by many processes, on Redis.
//!
//! [`RedisConnection`] is what every store here stands on: one multiplexed connection, opened when it is first needed and
//! again after it broke, with time limits, a circuit breaker and a prefix of its own. Clones share it, and so do the stores
//! that are given it. [`RedisCache`] is the cache store, [`RedisDedup`] and [`RedisCapacity`] are those of claims and of places,
//! [`RedisLimiter`] is the limiter of a fleet. Each takes its decision in one script, on the server's clock.
//!
//! # What Redis it takes
//! Redis 6 or later, or a server that speaks its protocol, at one address: a single node, the address of a primary, or a
//! proxy before a cluster. `redis://` only; the connection is not encrypted, so it belongs into a private network or a
//! tunnel. What a store here writes expires by itself, in milliseconds on the server's clock. The one exception in this crate
//! is provisioning data, which must not: the routes and documents of `intake::tenant::RedisDirectory` stay until they are
//! removed. Nothing is ever flushed and no key is ever searched for, so that others may use the same server.
//!
//! # Keys
//! `{prefix}{kind}:{TAG}{rest}`, where the braces around the tag are part of the key: a cluster places a key by what stands
//! between them, so that all keys of one tag lie on one node and one script may use them together. See
//! [`RedisConnection::key`].
//!
//! # When Redis is away
//! A command fails within `connect_timeout` plus `command_timeout`, and after a few failures in a row at once, until a probe
//! finds the server again. A command that may be repeated (by its [`Repeat`](crate::retry::Repeat) class) is sent a second
//! time when the connection was lost, which is how a restart of the server goes unnoticed.

mod cache;
mod capacity;
mod command;
mod connection;
mod dedup;
mod limiter;
mod link;
mod options;
mod script;

pub use cache::RedisCache;
pub use capacity::RedisCapacity;
pub use command::{Command, Reply};
pub use connection::RedisConnection;
pub use dedup::RedisDedup;
#[cfg(feature = "testkit")]
#[cfg_attr(docsrs, doc(cfg(feature = "testkit")))]
pub use limiter::MemoryBucket;
pub use limiter::{RedisLimiter, RedisLimiterBuilder};
pub use options::RedisOptions;
pub use script::Script;
