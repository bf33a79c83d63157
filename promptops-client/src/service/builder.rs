//! [`PromptOpsBuilder`]: the settings of everything around the client.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use secrecy::ExposeSecret;
use voice_core::error::Error;
use voice_core::ident::PromptId;
use voice_core::store::CacheStore;

use super::core::Inner;
use super::definitions::Definitions;
use super::events::EventQueue;
use super::loader::RestLoader;
use super::meter::{CacheLevel, Meter};
use super::usage::RestSink;
use super::{Bundled, PromptOps, StoredPrompt, ask};
use crate::cache::{CacheScope, Fallback, PromptCache, PromptCacheBuilder, RefreshMode};
use crate::client::{CacheSwitch, PromptOpsClient};
use crate::experiments::AssignmentStore;
use crate::models::Prompt;
use crate::render::{ModelFallback, RenderOptions, Syntax};
use crate::snapshot::SnapshotScope;
use crate::telemetry::{Telemetry, TelemetrySettings};

/// Puts a [`PromptOps`] together. What is not set here comes from the client's [settings](PromptOpsClient::settings), that
/// is from the environment or a preset, else from the defaults of the [cache](crate::cache).
#[must_use = "a builder does nothing until it is built"]
pub struct PromptOpsBuilder {
    client: PromptOpsClient,
    tune: Vec<Tune>,
    model_fallback: ModelFallback,
    switch: Option<CacheSwitch>,
    ttl: Option<Duration>,
    max_size: Option<usize>,
    store: Option<Arc<dyn CacheStore>>,
    project: Option<PromptId>,
    syntax: Syntax,
    options: RenderOptions,
    telemetry: Option<TelemetrySettings>,
    definitions_ttl: Duration,
    bundled: Bundled,
    assignments: Option<Arc<dyn AssignmentStore>>,
}

/// A setting of the cache, kept until its loader is known.
type Tune =
    Box<dyn FnOnce(PromptCacheBuilder<StoredPrompt>) -> PromptCacheBuilder<StoredPrompt> + Send>;

impl PromptOpsBuilder {
    pub(super) fn new(client: PromptOpsClient) -> Self {
        Self {
            client,
            tune: Vec::new(),
            model_fallback: ModelFallback::default(),
            switch: None,
            ttl: None,
            max_size: None,
            store: None,
            project: None,
            syntax: Syntax::default(),
            options: RenderOptions::new(),
            telemetry: None,
            definitions_ttl: Duration::from_secs(300),
            bundled: Bundled::default(),
            assignments: None,
        }
    }

    fn tune(
        mut self,
        setting: impl FnOnce(PromptCacheBuilder<StoredPrompt>) -> PromptCacheBuilder<StoredPrompt>
        + Send
        + 'static,
    ) -> Self {
        self.tune.push(Box::new(setting));
        self
    }

    /// Whether prompts are cached; they are unless `PROMPTOPS_ENABLE_CACHE` says otherwise. Without a cache every request
    /// asks the service, and only a fallback stands in for it.
    pub fn cache(mut self, switch: CacheSwitch) -> Self {
        self.switch = Some(switch);
        self
    }

    /// How old a prompt may be to count as fresh; `PROMPTOPS_CACHE_TTL`, else the preset's, else 300 s. Zero asks the service
    /// each time.
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.ttl = Some(ttl);
        self
    }

    /// The same for exact versions, which never change; as for the others unless set.
    pub fn pinned_ttl(self, ttl: Duration) -> Self {
        self.tune(move |cache| cache.pinned_ttl(ttl))
    }

    /// How long beyond its time an expired prompt still serves; 24 h unless set.
    pub fn max_stale(self, max_stale: Duration) -> Self {
        self.tune(move |cache| cache.max_stale(max_stale))
    }

    /// For how long a *not found* is remembered; not at all unless set.
    pub fn negative_ttl(self, ttl: Duration) -> Self {
        self.tune(move |cache| cache.negative_ttl(ttl))
    }

    /// What to do with an expired prompt; [`RefreshMode::StaleWhileRevalidate`] unless set.
    pub fn refresh(self, mode: RefreshMode) -> Self {
        self.tune(move |cache| cache.refresh(mode))
    }

    /// How long to wait for the service when something else is at hand; 2 s unless set.
    pub fn patience(self, patience: Duration) -> Self {
        self.tune(move |cache| cache.patience(patience))
    }

    /// How long to leave a prompt alone after its load failed; 5 s unless set.
    pub fn pause_after_failure(self, pause: Duration) -> Self {
        self.tune(move |cache| cache.pause_after_failure(pause))
    }

    /// How many prompts are kept in memory; 1,000 unless set. With 0 they are in the second level alone.
    pub fn max_size(mut self, prompts: usize) -> Self {
        self.max_size = Some(prompts);
        self
    }

    /// A store that processes share. Unless set it is the Redis of `REDIS_URL`, with the feature `redis`, under the prefix
    /// `promptops:`.
    pub fn second_level(mut self, store: Arc<dyn CacheStore>) -> Self {
        self.store = Some(store);
        self
    }

    /// How long to wait for that store; 250 ms unless set.
    pub fn second_level_timeout(self, limit: Duration) -> Self {
        self.tune(move |cache| cache.second_level_timeout(limit))
    }

    /// A file with the prompts of an earlier run, for a start without the service; see [`snapshot`](crate::snapshot).
    pub fn snapshot(self, path: impl Into<PathBuf>, scope: SnapshotScope) -> Self {
        let path = path.into();
        self.tune(move |cache| cache.snapshot(path, scope))
    }

    /// How often that file is written at most; every 60 s unless set.
    pub fn snapshot_every(self, interval: Duration) -> Self {
        self.tune(move |cache| cache.snapshot_every(interval))
    }

    /// What to give for every prompt when nothing else is to be had; an error unless set.
    pub fn fallback(self, fallback: Fallback<Prompt>) -> Self {
        self.tune(move |cache| cache.fallback(ask::stored(fallback)))
    }

    /// What to take when no text is for the provider asked for; the main text unless set.
    pub fn model_fallback(mut self, fallback: ModelFallback) -> Self {
        self.model_fallback = fallback;
        self
    }

    /// The project prompts are asked for in, unless a request names another; the key's own unless set.
    pub fn project(mut self, id: PromptId) -> Self {
        self.project = Some(id);
        self
    }

    /// How texts are read; `{{ name }}` unless set.
    pub fn syntax(mut self, syntax: Syntax) -> Self {
        self.syntax = syntax;
        self
    }

    /// How missing names, nulls and values nobody asks for are taken, unless a request says otherwise; a missing name is an
    /// error unless set.
    pub fn render_options(mut self, options: RenderOptions) -> Self {
        self.options = options;
        self
    }

    /// Reports usage to the service; **off unless set**. Each prompt asked for is one record: which, how long, how it ended.
    pub fn telemetry(mut self, settings: TelemetrySettings) -> Self {
        self.telemetry = Some(settings);
        self
    }

    /// How long definitions of experiments and flags are fresh; 300 s unless set. Expired ones serve on while they are
    /// refreshed.
    pub fn definitions_ttl(mut self, ttl: Duration) -> Self {
        self.definitions_ttl = ttl;
        self
    }

    /// Definitions that come with the application, for when the service gives none: it is down, or there is no bearer token.
    pub fn bundled(mut self, definitions: Bundled) -> Self {
        self.bundled = definitions;
        self
    }

    /// Where assignments of sticky experiments are remembered; in memory unless set.
    pub fn assignment_store(mut self, store: Arc<dyn AssignmentStore>) -> Self {
        self.assignments = Some(store);
        self
    }

    /// Builds it; reads the snapshot file, if there is one. Nothing is sent.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](voice_core::error::ErrorKind::Config) for a snapshot path that names no file and, with the
    /// feature `redis`, for a URL of Redis that cannot be used.
    pub fn build(self) -> Result<PromptOps, Error> {
        let client = self.client;
        let settings = client.settings();
        let ttl = self.ttl.or(settings.cache_ttl);
        let switch = match (self.switch.or(settings.cache), ttl) {
            (Some(CacheSwitch::Off), _) | (_, Some(Duration::ZERO)) => CacheSwitch::Off,
            _ => CacheSwitch::On,
        };
        let clock = client.raw().clock().clone();
        let store = match (switch, self.store) {
            (CacheSwitch::Off, _) => None,
            (CacheSwitch::On, Some(store)) => Some(store),
            (CacheSwitch::On, None) => redis(&client)?,
        };
        let max_size = match switch {
            CacheSwitch::Off => Some(0),
            CacheSwitch::On => self.max_size,
        };
        let level = match (switch, max_size, &store) {
            (CacheSwitch::Off, ..) | (_, Some(0), None) => CacheLevel::None,
            (_, Some(0), Some(_)) => CacheLevel::Shared,
            (_, _, Some(_)) => CacheLevel::Hybrid,
            (_, _, None) => CacheLevel::Memory,
        };
        let key = client.dialect().credentials.api_key();
        let scope = CacheScope::new(client.raw().base_url().as_str(), key.expose_secret());
        let loader = RestLoader::new(client.clone(), self.model_fallback);
        let mut cache = PromptCache::builder(scope, Arc::new(loader)).clock(clock.clone());
        if let Some(ttl) = ttl {
            cache = cache.ttl(ttl);
        }
        if let Some(size) = max_size {
            cache = cache.max_size(size);
        }
        if let Some(store) = &store {
            cache = cache.second_level(Arc::clone(store));
        }
        for setting in self.tune {
            cache = setting(cache);
        }
        let telemetry = match self.telemetry {
            Some(settings) => {
                Telemetry::new(settings, Arc::new(RestSink::new(&client)), clock.clone())
            }
            None => Telemetry::off(),
        };
        let definitions = Definitions::new(
            client.clone(),
            self.project.clone(),
            self.definitions_ttl,
            self.bundled,
            self.assignments,
        );
        Ok(PromptOps(Arc::new(Inner {
            events: EventQueue::new(client.clone(), clock.clone()),
            cache: cache.build()?,
            client,
            store,
            level,
            switch,
            project: self.project,
            syntax: self.syntax,
            options: self.options,
            telemetry,
            definitions,
            meter: Meter::default(),
            clock,
        })))
    }
}

/// The Redis the environment names.
#[cfg(feature = "redis")]
fn redis(client: &PromptOpsClient) -> Result<Option<Arc<dyn CacheStore>>, Error> {
    use voice_core::store::redis::{RedisCache, RedisConnection, RedisOptions};

    let Some(url) = &client.settings().redis_url else {
        return Ok(None);
    };
    let options = RedisOptions::parse(url.expose_secret())
        .and_then(|options| options.prefix("promptops:"))
        .map(|options| options.clock(client.raw().clock().clone()));
    let connection = options.and_then(RedisConnection::open).map_err(|error| {
        Error::new(
            voice_core::error::ErrorKind::Config,
            format!("REDIS_URL: {error}"),
        )
    })?;
    Ok(Some(Arc::new(RedisCache::new(connection))))
}

#[cfg(not(feature = "redis"))]
#[allow(clippy::unnecessary_wraps, reason = "with the feature it can fail")]
fn redis(client: &PromptOpsClient) -> Result<Option<Arc<dyn CacheStore>>, Error> {
    if client.settings().redis_url.is_some() {
        tracing::warn!("REDIS_URL is set, but the feature redis is not: prompts are not shared");
    }
    Ok(None)
}

impl fmt::Debug for PromptOpsBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PromptOpsBuilder")
            .field("client", &self.client)
            .field("switch", &self.switch)
            .field("ttl", &self.ttl)
            .field("project", &self.project)
            .field("telemetry", &self.telemetry)
            .finish_non_exhaustive()
    }
}
