//! [`PromptCacheBuilder`]: the cache's settings.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use voice_core::clock::{SharedClock, SystemClock};
use voice_core::error::{Error, ErrorKind};
use voice_core::store::CacheStore;

use super::core::{Inner, PromptCache};
use super::options::Fallback;
use super::{CacheScope, CacheValue, PromptLoader};
use crate::snapshot::SnapshotScope;

/// What to do with an expired prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum RefreshMode {
    /// Give it at once and refresh it in the background.
    #[default]
    StaleWhileRevalidate,
    /// Refresh it first, and give the new one; the expired one when that fails or takes longer than the patience.
    Blocking,
}

/// Builds a [`PromptCache`].
pub struct PromptCacheBuilder<V> {
    pub(super) scope: CacheScope,
    pub(super) loader: Arc<dyn PromptLoader<V>>,
    pub(super) clock: SharedClock,
    pub(super) settings: Settings<V>,
    pub(super) max_size: usize,
    pub(super) pause: Duration,
    pub(super) second: Option<Arc<dyn CacheStore>>,
    pub(super) second_limit: Duration,
    pub(super) snapshot: Option<(PathBuf, SnapshotScope)>,
    pub(super) snapshot_every: Duration,
}

pub(super) struct Settings<V> {
    pub(super) ttl: Duration,
    pub(super) pinned_ttl: Option<Duration>,
    pub(super) max_stale: Duration,
    pub(super) negative_ttl: Duration,
    pub(super) refresh: RefreshMode,
    pub(super) patience: Duration,
    pub(super) load_timeout: Duration,
    pub(super) fallback: Option<Fallback<V>>,
}

impl<V: CacheValue> PromptCacheBuilder<V> {
    pub(super) fn new(scope: CacheScope, loader: Arc<dyn PromptLoader<V>>) -> Self {
        Self {
            scope,
            loader,
            clock: SystemClock::shared(),
            settings: Settings {
                ttl: Duration::from_secs(300),
                pinned_ttl: None,
                max_stale: Duration::from_secs(24 * 60 * 60),
                negative_ttl: Duration::ZERO,
                refresh: RefreshMode::default(),
                patience: Duration::from_secs(2),
                load_timeout: Duration::from_secs(90),
                fallback: None,
            },
            max_size: 1_000,
            pause: Duration::from_secs(5),
            second: None,
            second_limit: Duration::from_millis(250),
            snapshot: None,
            snapshot_every: Duration::from_secs(60),
        }
    }

    /// How old a prompt may be to count as fresh; 300 s unless set. Zero asks the service each time.
    #[must_use]
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.settings.ttl = ttl;
        self
    }

    /// The same for exact versions, which never change; as for the others unless set.
    #[must_use]
    pub fn pinned_ttl(mut self, ttl: Duration) -> Self {
        self.settings.pinned_ttl = Some(ttl);
        self
    }

    /// How long beyond its time an expired prompt still serves; 24 h unless set.
    #[must_use]
    pub fn max_stale(mut self, max_stale: Duration) -> Self {
        self.settings.max_stale = max_stale;
        self
    }

    /// For how long a *not found* is remembered; not at all unless set. Keep it short: a prompt made meanwhile is not seen.
    #[must_use]
    pub fn negative_ttl(mut self, ttl: Duration) -> Self {
        self.settings.negative_ttl = ttl;
        self
    }

    /// What to do with an expired prompt; [`RefreshMode::StaleWhileRevalidate`] unless set.
    #[must_use]
    pub fn refresh(mut self, mode: RefreshMode) -> Self {
        self.settings.refresh = mode;
        self
    }

    /// How long to wait for the service when something else is at hand; 2 s unless set. Once a wait was in vain nobody waits
    /// until the service answers again. Zero never waits.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.settings.patience = patience;
        self
    }

    /// When a load is given up; 90 s unless set. The loader should have given up before.
    #[must_use]
    pub fn load_timeout(mut self, limit: Duration) -> Self {
        self.settings.load_timeout = limit;
        self
    }

    /// How long to leave a key alone after its load failed; 5 s unless set.
    #[must_use]
    pub fn pause_after_failure(mut self, pause: Duration) -> Self {
        self.pause = pause;
        self
    }

    /// How many prompts are kept in memory; 1,000 unless set. The least recently used goes first; 0 keeps none.
    #[must_use]
    pub fn max_size(mut self, prompts: usize) -> Self {
        self.max_size = prompts;
        self
    }

    /// What to give for every prompt when nothing else is to be had; an error unless set.
    #[must_use]
    pub fn fallback(mut self, fallback: Fallback<V>) -> Self {
        self.settings.fallback = Some(fallback);
        self
    }

    /// A store that processes share, such as Redis.
    #[must_use]
    pub fn second_level(mut self, store: Arc<dyn CacheStore>) -> Self {
        self.second = Some(store);
        self
    }

    /// How long to wait for that store; 250 ms unless set.
    #[must_use]
    pub fn second_level_timeout(mut self, limit: Duration) -> Self {
        self.second_limit = limit;
        self
    }

    /// A file with the prompts of an earlier run, read when the cache is built and written as prompts are loaded. A file
    /// that is not there or cannot be read is no error: it is counted.
    #[must_use]
    pub fn snapshot(mut self, path: impl Into<PathBuf>, scope: SnapshotScope) -> Self {
        self.snapshot = Some((path.into(), scope));
        self
    }

    /// How often the file is written at most; every 60 s unless set. Zero writes it only when asked
    /// ([`PromptCache::save_snapshot`]).
    #[must_use]
    pub fn snapshot_every(mut self, interval: Duration) -> Self {
        self.snapshot_every = interval;
        self
    }

    /// The clock.
    #[must_use]
    pub fn clock(mut self, clock: SharedClock) -> Self {
        self.clock = clock;
        self
    }

    /// Builds the cache; reads the snapshot file, if there is one.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for a load timeout of zero and for a snapshot path that names no file.
    pub fn build(self) -> Result<PromptCache<V>, Error> {
        if self.settings.load_timeout.is_zero() {
            let text = "load_timeout: a load needs more time than none";
            return Err(Error::new(ErrorKind::Config, text));
        }
        if let Some((path, _)) = &self.snapshot
            && path.file_name().is_none()
        {
            let text = "snapshot: the path names no file";
            return Err(Error::new(ErrorKind::Config, text));
        }
        Ok(PromptCache::from_inner(Inner::new(self)))
    }
}

impl<V> fmt::Debug for PromptCacheBuilder<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PromptCacheBuilder")
            .field("scope", &self.scope)
            .field("ttl", &self.settings.ttl)
            .field("max_stale", &self.settings.max_stale)
            .field("refresh", &self.settings.refresh)
            .field("max_size", &self.max_size)
            .field("second_level", &self.second)
            .field("snapshot", &self.snapshot)
            .finish_non_exhaustive()
    }
}
