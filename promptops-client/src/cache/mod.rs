//! The cache: prompts that are always there.
//!
//! [`PromptCache`] stands between an application and whatever loads prompts ([`PromptLoader`]). It keeps **templates, never
//! rendered text**, under a typed key ([`PromptKey`]), and it promises an answer when the service gives none: with the
//! service down, slow or answering garbage, a prompt that was ever seen comes from memory, the second level, the snapshot
//! file or the caller's fallback.
//!
//! # What happens on a read
//!
//! | found | what the caller gets |
//! |---|---|
//! | fresh in memory | it, at once: no wait, no task, no allocation |
//! | expired in memory, within `max_stale` | it, at once, and **one** refresh in the background ([`RefreshMode::StaleWhileRevalidate`]); or the refreshed one ([`RefreshMode::Blocking`]) |
//! | nothing | one load for the key, shared by all who wait: second level first, then the service |
//! | nothing, and a snapshot or a fallback at hand | the same for at most `patience` (2 s), then that |
//! | nothing, the service is known to be in trouble, and a snapshot or a fallback at hand | that, at once; the load goes on in the background |
//!
//! A load that is under way belongs to nobody: a caller who goes away does not end it for the others. It runs as a task of
//! its own, started when it is needed and ended with it; there is no hidden thread. A loader that panics fails its load and
//! nothing else.
//!
//! # When a load fails
//! *Not found* is the truth: the prompt is forgotten on all levels. Anything else, 401 included (the server says so for a
//! rate limit), proves nothing: what is there stays within `max_stale`, the failure is counted, and the next try is made
//! after `pause_after_failure` (5 s).
//!
//! # Times
//! Times to live are judged at reading: an entry is fresh as long as its age is below the time the call (or the cache) says.
//! A time of zero asks the service each time, for this call only, and a failure then gives the fallback or the error.
//!
//! # Defaults
//! 300 s to live, 24 h of staleness beyond that, 1,000 entries, no negative caching, 90 s for a load.
//!
//! ```
//! use std::sync::Arc;
//! use promptops_client::cache::{CacheScope, PromptCache, PromptKey, PromptLoader};
//! use promptops_client::models::Prompt;
//! use voice_core::error::Error;
//!
//! #[derive(Debug)]
//! struct Fixed;
//!
//! #[async_trait::async_trait]
//! impl PromptLoader<Prompt> for Fixed {
//!     async fn load(&self, key: &PromptKey) -> Result<Arc<Prompt>, Error> {
//!         Ok(Arc::new(Prompt::new(key.id().as_str(), "1.0.0", "Hello {{name}}")))
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let scope = CacheScope::new("https://api.promptops.com", "po_abc123def456");
//! let cache = PromptCache::builder(scope, Arc::new(Fixed)).build()?;
//! let key = cache.key("greeting".parse()?);
//! assert_eq!(cache.get(&key).await?.content, "Hello {{name}}");
//! cache.get(&key).await?;
//! assert_eq!((cache.stats().misses, cache.stats().hits), (1, 1));
//! # Ok(())
//! # }
//! ```

mod builder;
mod core;
mod flight;
mod forget;
mod health;
mod key;
mod load;
mod loader;
mod memory;
mod options;
#[cfg(feature = "metrics")]
#[cfg_attr(docsrs, doc(cfg(feature = "metrics")))]
mod publish;
mod read;
mod second;
mod share;
mod stats;
#[cfg(test)]
mod tests;
mod value;
mod warmup;

pub use self::core::PromptCache;
pub use builder::{PromptCacheBuilder, RefreshMode};
pub use key::{CacheScope, PromptKey, VersionSelector};
pub use loader::{CacheValue, PromptLoader};
pub use options::{Fallback, GetOptions};
pub use stats::CacheStats;
pub use value::{Cached, Source};
pub use warmup::{WarmupEntry, WarmupReport};

pub(crate) use key::KeyForm;
pub(crate) use share::copy as copy_error;
