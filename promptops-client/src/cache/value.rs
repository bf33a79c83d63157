//! [`Cached`]: a prompt and where it came from.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

/// Where a prompt came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Source {
    /// Loaded just now.
    Service,
    /// Fresh in memory.
    Memory,
    /// Expired in memory, within `max_stale`.
    Stale,
    /// The store that processes share.
    SecondLevel,
    /// The snapshot file of an earlier run.
    Snapshot,
    /// The caller's own fallback.
    Fallback,
}

impl Source {
    /// A stable, lower-case name for logs and metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Memory => "memory",
            Self::Stale => "stale",
            Self::SecondLevel => "second_level",
            Self::Snapshot => "snapshot",
            Self::Fallback => "fallback",
        }
    }
}

/// A prompt, where it came from and how old it is. It dereferences to the prompt; cloning is cheap.
pub struct Cached<V> {
    value: Arc<V>,
    source: Source,
    age: Duration,
}

impl<V> Cached<V> {
    pub(super) fn new(value: Arc<V>, source: Source, age: Duration) -> Self {
        Self { value, source, age }
    }

    /// The prompt, shared with the cache.
    #[must_use]
    pub fn value(&self) -> &Arc<V> {
        &self.value
    }

    /// The prompt, shared with the cache.
    #[must_use]
    pub fn into_value(self) -> Arc<V> {
        self.value
    }

    /// Where it came from.
    #[must_use]
    pub fn source(&self) -> Source {
        self.source
    }

    /// How long ago the service gave it; zero for a fallback.
    #[must_use]
    pub fn age(&self) -> Duration {
        self.age
    }

    /// Whether it is the caller's own text and not the service's.
    #[must_use]
    pub fn is_fallback(&self) -> bool {
        self.source == Source::Fallback
    }
}

impl<V> Clone for Cached<V> {
    fn clone(&self) -> Self {
        Self {
            value: Arc::clone(&self.value),
            ..*self
        }
    }
}

impl<V> Deref for Cached<V> {
    type Target = V;

    fn deref(&self) -> &V {
        &self.value
    }
}

impl<V> fmt::Debug for Cached<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cached")
            .field("source", &self.source)
            .field("age", &self.age)
            .finish_non_exhaustive()
    }
}
