//! [`RedisCache`]: the cache store of a fleet.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;

use super::command::Command;
use super::connection::RedisConnection;
use crate::retry::Repeat;
use crate::store::{CacheStore, StoreError};

/// Longest time a value is kept: a hundred years, in milliseconds.
const MAX_TTL: u128 = 100 * 365 * 24 * 60 * 60 * 1_000;

/// Keeps values in Redis, where every process that uses the same prefix finds them. Time to live is in whole
/// milliseconds, rounded up. How much is kept is up to the server's `maxmemory` policy.
#[derive(Debug, Clone)]
pub struct RedisCache {
    redis: RedisConnection,
}

impl RedisCache {
    /// A cache on a connection that other stores may share.
    #[must_use]
    pub fn new(redis: RedisConnection) -> Self {
        Self { redis }
    }

    fn key(&self, key: &str) -> String {
        self.redis.key("cache", key, "")
    }
}

#[async_trait]
impl CacheStore for RedisCache {
    async fn get(&self, key: &str) -> Result<Option<Bytes>, StoreError> {
        let get = Command::new("GET", Repeat::Safe).arg(self.key(key));
        let found = self.redis.command(&get).await?.into_bytes()?;
        Ok(found.map(Bytes::from))
    }

    async fn put(&self, key: &str, value: Bytes, ttl: Duration) -> Result<(), StoreError> {
        if ttl.is_zero() {
            return self.remove(key).await;
        }
        let millis = ttl.as_nanos().div_ceil(1_000_000).min(MAX_TTL);
        let set = Command::new("SET", Repeat::Idempotent)
            .arg(self.key(key))
            .arg(value)
            .arg("PX")
            .arg(millis.to_string());
        self.redis.command(&set).await.map(|_| ())
    }

    async fn remove(&self, key: &str) -> Result<(), StoreError> {
        let delete = Command::new("DEL", Repeat::Idempotent).arg(self.key(key));
        self.redis.command(&delete).await.map(|_| ())
    }
}
