//! [`PromptLoader`]: where prompts come from.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use serde::Serialize;
use serde::de::DeserializeOwned;
use voice_core::error::Error;

use super::PromptKey;

/// What can be cached: anything that goes to JSON and back, such as [`Prompt`](crate::models::Prompt). It is implemented
/// for all that qualifies.
pub trait CacheValue: Serialize + DeserializeOwned + Send + Sync + 'static {}

impl<T: Serialize + DeserializeOwned + Send + Sync + 'static> CacheValue for T {}

/// Loads prompts from the service. The cache calls it once per key at a time.
///
/// A loader must not hold the cache it serves, or neither is ever freed.
#[async_trait]
pub trait PromptLoader<V: CacheValue>: Debug + Send + Sync + 'static {
    /// Loads one prompt. Retries and deadlines are the loader's.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) says that there is none, which makes the cache forget
    /// it. Any other error leaves the cache as it is.
    async fn load(&self, key: &PromptKey) -> Result<Arc<V>, Error>;

    /// Loads many, for a warm-up: one result per key, in the order of the keys. One after another unless the loader knows
    /// better.
    async fn load_many(&self, keys: &[PromptKey]) -> Vec<Result<Arc<V>, Error>> {
        let mut results = Vec::with_capacity(keys.len());
        for key in keys {
            results.push(self.load(key).await);
        }
        results
    }
}
