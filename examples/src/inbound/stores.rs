//! [`Stores`]: claims and places, in this process or shared over Redis.

use std::sync::Arc;

use voice_core::clock::SystemClock;
use voice_core::provider::CallKey;
use voice_core::store::redis::{RedisCapacity, RedisConnection, RedisDedup, RedisOptions};
use voice_core::store::{
    CapacityStore, DedupStore, GuardedCapacity, GuardedDedup, MemoryCapacity, MemoryDedup, WhenDown,
};

use super::Failure;

/// What several processes share.
#[derive(Debug, Clone)]
pub struct Stores {
    /// What was dealt with.
    pub dedup: Arc<dyn DedupStore>,
    /// Which places are taken.
    pub capacity: Arc<dyn CapacityStore>,
}

impl Stores {
    /// For one process.
    #[must_use]
    pub fn memory() -> Self {
        Self {
            dedup: Arc::new(MemoryDedup::new(SystemClock::shared())),
            capacity: Arc::new(MemoryCapacity::new(SystemClock::shared())),
        }
    }

    /// For any number of processes. While Redis is away each goes on with what it knows by itself.
    ///
    /// Keys have a prefix of this run's own, since the simulator's calls have the same ids every time. Drop that in a
    /// service: its processes share the keys.
    ///
    /// # Errors
    /// For a URL that is none, and when nobody answers there now.
    pub async fn redis(url: &str) -> Result<Self, Failure> {
        let run = CallKey::unique(&SystemClock::default());
        let prefix = format!("voice-example:{}:", run.as_str());
        let redis = RedisConnection::open(RedisOptions::parse(url)?.prefix(&prefix)?)?;
        redis.ping().await?;
        let (dedup, capacity) = (RedisDedup::new(redis.clone()), RedisCapacity::new(redis));
        let clock = SystemClock::shared;
        Ok(Self {
            dedup: Arc::new(GuardedDedup::new(Arc::new(dedup), WhenDown::Local, clock())),
            capacity: Arc::new(GuardedCapacity::new(
                Arc::new(capacity),
                WhenDown::Local,
                clock(),
            )),
        })
    }
}
