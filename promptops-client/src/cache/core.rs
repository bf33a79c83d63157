//! [`PromptCache`] and what its clones share.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use voice_core::clock::SharedClock;
use voice_core::ident::PromptId;

use super::builder::{PromptCacheBuilder, Settings};
use super::flight::Flights;
use super::health::Health;
use super::memory::{Memory, Terms};
use super::second::Second;
use super::stats::Counters;
use super::{
    CacheScope, CacheStats, CacheValue, GetOptions, PromptKey, PromptLoader, VersionSelector,
};
use crate::models::Prompt;
use crate::snapshot::SnapshotLevel;

/// Prompts that are always there; see the [module page](super). Cloning is cheap, and clones share everything.
pub struct PromptCache<V = Prompt>(pub(super) Arc<Inner<V>>);

pub(super) struct Inner<V> {
    pub(super) scope: CacheScope,
    pub(super) loader: Arc<dyn PromptLoader<V>>,
    pub(super) clock: SharedClock,
    pub(super) settings: Settings<V>,
    pub(super) memory: Memory<V>,
    pub(super) flights: Arc<Flights<V>>,
    pub(super) health: Health,
    pub(super) counters: Arc<Counters>,
    pub(super) second: Option<Second>,
    pub(super) snapshot: Option<SnapshotLevel<V>>,
}

impl<V: CacheValue> Inner<V> {
    pub(super) fn new(builder: PromptCacheBuilder<V>) -> Self {
        let counters = Arc::new(Counters::default());
        let clock = builder.clock;
        let second = builder.second.map(|store| {
            Second::new(
                store,
                builder.second_limit,
                clock.clone(),
                Arc::clone(&counters),
            )
        });
        let snapshot = builder.snapshot.map(|(path, scope)| {
            let (level, errors) = SnapshotLevel::open(path, scope, builder.snapshot_every);
            counters.snapshot_errors.add(errors);
            level
        });
        Self {
            scope: builder.scope,
            loader: builder.loader,
            settings: builder.settings,
            memory: Memory::new(builder.max_size),
            flights: Arc::new(Flights::new()),
            health: Health::new(builder.pause),
            counters,
            second,
            snapshot,
            clock,
        }
    }

    pub(super) fn terms(&self, key: &PromptKey, options: &GetOptions<V>) -> Terms {
        let settings = &self.settings;
        let usual = match key.selector() {
            VersionSelector::Exact(_) => settings.pinned_ttl.unwrap_or(settings.ttl),
            VersionSelector::Latest => settings.ttl,
        };
        Terms {
            ttl: options.ttl.unwrap_or(usual),
            max_stale: options.max_stale.unwrap_or(settings.max_stale),
            negative_ttl: settings.negative_ttl,
        }
    }

    /// How long anything in the second level can be of use to anyone with these settings.
    pub(super) fn longest(&self) -> Duration {
        let settings = &self.settings;
        settings
            .pinned_ttl
            .unwrap_or_default()
            .max(settings.ttl)
            .saturating_add(settings.max_stale)
    }
}

impl<V: CacheValue> PromptCache<V> {
    /// A cache for the prompts of `scope`, which `loader` loads.
    #[must_use]
    pub fn builder(scope: CacheScope, loader: Arc<dyn PromptLoader<V>>) -> PromptCacheBuilder<V> {
        PromptCacheBuilder::new(scope, loader)
    }

    pub(super) fn from_inner(inner: Inner<V>) -> Self {
        Self(Arc::new(inner))
    }

    /// The key of a prompt's latest version, in this cache's scope.
    #[must_use]
    pub fn key(&self, id: PromptId) -> PromptKey {
        PromptKey::new(self.0.scope.clone(), id)
    }

    /// Whose prompts it keeps.
    #[must_use]
    pub fn scope(&self) -> &CacheScope {
        &self.0.scope
    }

    /// What it has done so far.
    #[must_use]
    pub fn stats(&self) -> CacheStats {
        let mut stats = self.0.counters.read();
        stats.size = self.0.memory.len() as u64;
        stats.max_size = self.0.memory.max_size() as u64;
        stats
    }
}

impl<V> Clone for PromptCache<V> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<V> fmt::Debug for PromptCache<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PromptCache")
            .field("scope", &self.0.scope)
            .field("size", &self.0.memory.len())
            .field("max_size", &self.0.memory.max_size())
            .finish_non_exhaustive()
    }
}
