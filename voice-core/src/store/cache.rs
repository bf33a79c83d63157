//! [`CacheStore`]: bytes under a key for a while.

use std::fmt::Debug;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;

use super::StoreError;

/// Keeps bytes under a key for a limited time; whatever it keeps may be gone at any moment.
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
/// use voice_core::clock::SystemClock;
/// use voice_core::store::{CacheStore, MemoryCache};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let store: Arc<dyn CacheStore> = Arc::new(MemoryCache::new(1_000, SystemClock::shared()));
/// store.put("greeting", "hello".into(), Duration::from_secs(60)).await?;
/// assert_eq!(store.get("greeting").await?.as_deref(), Some(&b"hello"[..]));
/// # Ok(())
/// # }
/// ```
#[async_trait]
pub trait CacheStore: Debug + Send + Sync + 'static {
    /// What is kept under `key`, unless its time is over.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot say.
    async fn get(&self, key: &str) -> Result<Option<Bytes>, StoreError>;

    /// Keeps `value` under `key` for `ttl`, in place of what was there. A `ttl` of zero removes it.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::delivery`] tells whether it may be kept all the same.
    async fn put(&self, key: &str, value: Bytes, ttl: Duration) -> Result<(), StoreError>;

    /// Forgets `key`; that there is none is no error.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::delivery`] tells whether it may be gone all the same.
    async fn remove(&self, key: &str) -> Result<(), StoreError>;
}
