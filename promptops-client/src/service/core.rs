//! [`PromptOps`] and what its clones share.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use voice_core::clock::SharedClock;
use voice_core::error::Error;
use voice_core::ident::PromptId;
use voice_core::store::CacheStore;

use super::definitions::Definitions;
use super::events::EventQueue;
use super::meter::{CacheLevel, CacheSummary, Meter, ServiceStats, Went};
use super::{PromptAsk, PromptOpsBuilder, Rendered, ServedPrompt, StoredPrompt, usage};
use crate::cache::{PromptCache, PromptKey, WarmupReport};
use crate::client::{CacheSwitch, PromptOpsClient};
use crate::render::{PromptVariables, RenderOptions, Syntax, VariableReport};
use crate::resources::{Keys, Models, Usage};
use crate::telemetry::Telemetry;

/// Prompts that are always there: the client, the cache and everything around them; see the [module page](super). Cloning is
/// cheap, and clones share everything.
#[derive(Clone)]
pub struct PromptOps(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub(super) client: PromptOpsClient,
    pub(super) cache: PromptCache<StoredPrompt>,
    pub(super) store: Option<Arc<dyn CacheStore>>,
    pub(super) level: CacheLevel,
    pub(super) switch: CacheSwitch,
    pub(super) project: Option<PromptId>,
    pub(super) syntax: Syntax,
    pub(super) options: RenderOptions,
    pub(super) telemetry: Telemetry,
    pub(super) definitions: Definitions,
    pub(super) events: EventQueue,
    pub(super) meter: Meter,
    pub(super) clock: SharedClock,
}

impl Inner {
    /// Counts one request, and reports it where that was asked for.
    pub(super) fn note<T>(
        &self,
        start: Instant,
        key: Option<&PromptKey>,
        outcome: &Result<T, Error>,
    ) {
        let took = self.clock.now().saturating_duration_since(start);
        self.meter
            .note(Went::from(outcome), took, self.clock.wall());
        if let Some(key) = key
            && self.telemetry.is_on()
        {
            let error = outcome.as_ref().err();
            self.telemetry.record(usage::record(key, took, error));
        }
    }
}

impl PromptOps {
    /// Around a client, with the settings it was given and those of its environment.
    ///
    /// # Errors
    /// As for [`PromptOpsBuilder::build`].
    pub fn new(client: PromptOpsClient) -> Result<Self, Error> {
        Self::builder(client).build()
    }

    /// From the environment of this process; see [`PromptOpsClient::from_env`] for the variables.
    ///
    /// # Errors
    /// One [`ErrorKind::Config`](voice_core::error::ErrorKind::Config) error that names everything missing or malformed.
    pub fn from_env() -> Result<Self, Error> {
        Self::new(PromptOpsClient::from_env()?)
    }

    /// Begins one with settings of its own.
    pub fn builder(client: PromptOpsClient) -> PromptOpsBuilder {
        PromptOpsBuilder::new(client)
    }

    /// Asks for a prompt by its id: version, model, project and what else this one request wants can be added. An id with a
    /// version (`greet-v1.1.0`) means that version.
    ///
    /// ```no_run
    /// # async fn example(prompts: promptops_client::PromptOps) -> Result<(), voice_core::error::Error> {
    /// use promptops_client::variables;
    ///
    /// let greeting = prompts
    ///     .prompt("greet")
    ///     .version("1.2.0")
    ///     .for_model("openai", "gpt-4o")
    ///     .fallback_text("Hello {{name}}")
    ///     .render(&variables! { name: "Ana" })
    ///     .await?;
    /// println!("{} from {}", greeting.version, greeting.source.as_str());
    /// # Ok(()) }
    /// ```
    pub fn prompt(&self, id: &str) -> PromptAsk<'_> {
        PromptAsk::new(self, id)
    }

    /// The latest version of a prompt.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there is none; the service's failure when
    /// neither memory nor second level, snapshot or fallback have it.
    pub async fn get(&self, id: &str) -> Result<ServedPrompt, Error> {
        self.prompt(id).get().await
    }

    /// The latest version of a prompt with its values filled in, on this side.
    ///
    /// # Errors
    /// As for [`get`](Self::get), and [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) with a field
    /// for every name that has no value.
    pub async fn render(&self, id: &str, variables: &PromptVariables) -> Result<Rendered, Error> {
        self.prompt(id).render(variables).await
    }

    /// Whether a prompt is there and its text has the variables it declares; nothing is rendered.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    pub async fn validate(&self, id: &str) -> Result<VariableReport, Error> {
        Ok(self.get(id).await?.check_variables()?)
    }

    /// Loads prompts now, by as few requests as can be, and reports on each. What fails stays as it was. A batch gives no
    /// texts for single models: ask for those by [`PromptAsk::for_model`], which keeps them on their own.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) for something that is no id; nothing is sent
    /// then.
    pub async fn warmup<I>(&self, ids: I) -> Result<WarmupReport<StoredPrompt>, Error>
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        let keys = self.keys_of(ids)?;
        Ok(self.0.cache.warmup(&keys).await)
    }

    /// Warms up, and insists: call it at start, and do not serve when it fails. A fallback does not count.
    ///
    /// # Errors
    /// One that names every id that is neither to be had from the service nor kept anywhere.
    pub async fn require<I>(&self, ids: I) -> Result<(), Error>
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        let keys = self.keys_of(ids)?;
        self.0.cache.require(&keys).await
    }

    fn keys_of<I>(&self, ids: I) -> Result<Vec<PromptKey>, Error>
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        ids.into_iter()
            .map(|id| self.prompt(id.as_ref()).key())
            .collect()
    }

    /// What was asked for so far, and how it went.
    #[must_use]
    pub fn stats(&self) -> ServiceStats {
        self.0.meter.read(&self.0.cache.stats())
    }

    /// What the cache is and has done so far.
    #[must_use]
    pub fn cache_stats(&self) -> CacheSummary {
        let stats = self.0.cache.stats();
        CacheSummary {
            level: self.0.level,
            hit_rate: stats.hit_rate(),
            stats,
        }
    }

    /// The cache itself.
    #[must_use]
    pub fn cache(&self) -> &PromptCache<StoredPrompt> {
        &self.0.cache
    }

    /// The client below, for everything the API offers: versions, search, batch, experiments, keys. What it writes is not
    /// noticed here; [`create`](Self::create), [`update`](Self::update) and [`delete_version`](Self::delete_version) are.
    #[must_use]
    pub fn client(&self) -> &PromptOpsClient {
        &self.0.client
    }

    /// Models the service knows, and whether they go with a prompt.
    #[must_use]
    pub fn models(&self) -> Models<'_> {
        self.0.client.models()
    }

    /// Usage: report, statistics, limits.
    #[must_use]
    pub fn usage(&self) -> Usage<'_> {
        self.0.client.usage()
    }

    /// API keys.
    #[must_use]
    pub fn keys(&self) -> Keys<'_> {
        self.0.client.keys()
    }

    /// Usage telemetry: its counters, pause, resume, flush. It is off unless the builder was told otherwise.
    #[must_use]
    pub fn telemetry(&self) -> &Telemetry {
        &self.0.telemetry
    }
}

impl fmt::Debug for PromptOps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PromptOps")
            .field("client", &self.0.client)
            .field("cache", &self.0.level)
            .field("project", &self.0.project)
            .field("telemetry", &self.0.telemetry)
            .finish_non_exhaustive()
    }
}
