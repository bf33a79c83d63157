//! [`GetOptions`] and [`Fallback`]: what one read wants differently.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::{PromptKey, RefreshMode};
use crate::models::Prompt;

/// What one read wants differently from the cache's settings.
pub struct GetOptions<V> {
    pub(super) ttl: Option<Duration>,
    pub(super) max_stale: Option<Duration>,
    pub(super) refresh: Option<RefreshMode>,
    pub(super) patience: Option<Duration>,
    pub(super) fallback: Option<Fallback<V>>,
}

impl<V> GetOptions<V> {
    /// Nothing different.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            ttl: None,
            max_stale: None,
            refresh: None,
            patience: None,
            fallback: None,
        }
    }

    /// How old a prompt may be. Zero asks the service, keeps nothing, and gives the fallback or the error when that fails.
    #[must_use]
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.ttl = Some(ttl);
        self
    }

    /// How long beyond that an expired prompt still serves.
    #[must_use]
    pub fn max_stale(mut self, max_stale: Duration) -> Self {
        self.max_stale = Some(max_stale);
        self
    }

    /// What to do with an expired prompt.
    #[must_use]
    pub fn refresh(mut self, mode: RefreshMode) -> Self {
        self.refresh = Some(mode);
        self
    }

    /// How long to wait for the service when something else is at hand.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = Some(patience);
        self
    }

    /// What to give when nothing else is to be had.
    #[must_use]
    pub fn fallback(mut self, fallback: Fallback<V>) -> Self {
        self.fallback = Some(fallback);
        self
    }
}

impl<V> Default for GetOptions<V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<V> Clone for GetOptions<V> {
    fn clone(&self) -> Self {
        Self {
            fallback: self.fallback.clone(),
            ..*self
        }
    }
}

impl<V> fmt::Debug for GetOptions<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GetOptions")
            .field("ttl", &self.ttl)
            .field("max_stale", &self.max_stale)
            .field("refresh", &self.refresh)
            .field("patience", &self.patience)
            .field("fallback", &self.fallback)
            .finish()
    }
}

type Make<V> = dyn Fn(&PromptKey) -> Arc<V> + Send + Sync;

/// A prompt of the caller's own for when there is no other; [`Cached::is_fallback`](super::Cached::is_fallback) marks it.
pub struct Fallback<V>(Arc<Make<V>>);

impl<V: Send + Sync + 'static> Fallback<V> {
    /// This one.
    #[must_use]
    pub fn value(value: V) -> Self {
        let value = Arc::new(value);
        Self(Arc::new(move |_| Arc::clone(&value)))
    }

    /// One that is made when it is needed.
    pub fn with(make: impl Fn(&PromptKey) -> V + Send + Sync + 'static) -> Self {
        Self(Arc::new(move |key| Arc::new(make(key))))
    }
}

impl<V> Fallback<V> {
    pub(crate) fn make(&self, key: &PromptKey) -> Arc<V> {
        (self.0)(key)
    }
}

impl Fallback<Prompt> {
    /// A prompt of this text, under the id asked for, with version `0`.
    #[must_use]
    pub fn text(content: impl Into<String>) -> Self {
        let content = content.into();
        Self::with(move |key| Prompt::new(key.id().as_str(), "0", content.clone()))
    }
}

impl<V> Clone for Fallback<V> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<V> fmt::Debug for Fallback<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fallback")
    }
}
