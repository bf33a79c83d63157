//! The client: what everything else is reached from.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use voice_core::client::{Client, Operation, RequestBuilder, RequestOptions};

use crate::builder::PromptOpsClientBuilder;
use crate::dialect::PromptOpsDialect;
use crate::preset::Preset;
use crate::resources::{
    Aliases, Assignments, Events, Experiments, Flags, Keys, Models, Prompts, Runtime, Segments,
    Service, Templates, Usage,
};

/// PromptOps. Cloning is cheap and shares everything.
///
/// ```no_run
/// # async fn example() -> Result<(), voice_core::error::Error> {
/// use promptops_client::PromptOpsClient;
///
/// let client = PromptOpsClient::builder()
///     .api_key("po_…")
///     .secret_key("…")
///     .build()?;
/// let prompt = client.prompts().get("greet").await?;
/// println!("{} {}", prompt.id, prompt.version);
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct PromptOpsClient {
    core: Client,
    about: Arc<About>,
}

struct About {
    dialect: Arc<PromptOpsDialect>,
    settings: Settings,
    latest: Latest,
}

/// Which version is the latest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Latest {
    /// The one the service answers. The reference server compares versions as texts, so that 1.9.0 goes before 1.10.0.
    #[default]
    Server,
    /// The one that is newest by semantic versioning, found in the list of versions, which has no author's notes.
    Semver,
}

/// Whether prompts are cached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CacheSwitch {
    /// They are.
    On,
    /// They are not.
    Off,
}

/// What preset and environment said, for the parts of an application around the client.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Settings {
    /// The preset.
    pub preset: Option<Preset>,
    /// How long a cached prompt is fresh: the variable, else the preset's.
    pub cache_ttl: Option<Duration>,
    /// Whether prompts are cached.
    pub cache: Option<CacheSwitch>,
    /// Where Redis is; the URL may hold a password.
    pub redis_url: Option<SecretString>,
}

impl PromptOpsClient {
    /// Begins a client with settings of its own.
    pub fn builder() -> PromptOpsClientBuilder {
        PromptOpsClientBuilder::default()
    }

    pub(crate) fn new(
        core: Client,
        dialect: Arc<PromptOpsDialect>,
        settings: Settings,
        latest: Latest,
    ) -> Self {
        let about = Arc::new(About {
            dialect,
            settings,
            latest,
        });
        Self { core, about }
    }

    /// The same client with settings for the requests made through it: timeout, retries, headers.
    #[must_use]
    pub fn with(&self, options: RequestOptions) -> Self {
        Self {
            core: self.core.with(options),
            about: Arc::clone(&self.about),
        }
    }

    /// Prompts: read, search, batch, change, render remotely.
    #[must_use]
    pub fn prompts(&self) -> Prompts<'_> {
        Prompts::new(self)
    }

    /// Models the service knows.
    #[must_use]
    pub fn models(&self) -> Models<'_> {
        Models::new(self)
    }

    /// Usage: report, statistics, limits.
    #[must_use]
    pub fn usage(&self) -> Usage<'_> {
        Usage::new(self)
    }

    /// API keys: validate, make, list, revoke.
    #[must_use]
    pub fn keys(&self) -> Keys<'_> {
        Keys::new(self)
    }

    /// How the service says it feels.
    #[must_use]
    pub fn service(&self) -> Service<'_> {
        Service::new(self)
    }

    /// The server's runtime module.
    #[must_use]
    pub fn runtime(&self) -> Runtime<'_> {
        Runtime::new(self)
    }

    /// Templates the server renders.
    #[must_use]
    pub fn templates(&self) -> Templates<'_> {
        Templates::new(self)
    }

    /// Names for versions of templates.
    #[must_use]
    pub fn aliases(&self) -> Aliases<'_> {
        Aliases::new(self)
    }

    /// Experiments.
    #[must_use]
    pub fn experiments(&self) -> Experiments<'_> {
        Experiments::new(self)
    }

    /// Stored assignments of experiments.
    #[must_use]
    pub fn assignments(&self) -> Assignments<'_> {
        Assignments::new(self)
    }

    /// Events of experiments.
    #[must_use]
    pub fn events(&self) -> Events<'_> {
        Events::new(self)
    }

    /// Feature flags.
    #[must_use]
    pub fn flags(&self) -> Flags<'_> {
        Flags::new(self)
    }

    /// Segments of users.
    #[must_use]
    pub fn segments(&self) -> Segments<'_> {
        Segments::new(self)
    }

    /// The request pipeline itself, for an endpoint no typed method covers: requests made through it are signed, limited,
    /// retried and reported like any other. Those under `/v1/client/` get the API key, those elsewhere under `/v1/` the
    /// bearer token. [`Enveloped`](crate::envelope::Enveloped) reads either form of body.
    ///
    /// ```no_run
    /// # async fn example(client: promptops_client::PromptOpsClient) -> Result<(), voice_core::error::Error> {
    /// use promptops_client::envelope::Enveloped;
    /// use voice_core::client::Operation;
    ///
    /// static TAGS: Operation = Operation::get("tags.list", "/v1/client/tags");
    /// let tags = client.raw().request(&TAGS).send::<Enveloped<Vec<String>>>().await?;
    /// # let _ = tags; Ok(()) }
    /// ```
    #[must_use]
    pub fn raw(&self) -> &Client {
        &self.core
    }

    /// What preset and environment said.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.about.settings
    }

    /// Which version is the latest.
    #[must_use]
    pub fn latest(&self) -> Latest {
        self.about.latest
    }

    /// The beginning of the API key, at most 8 characters and never more than half of it: for logs. It tells no accounts
    /// apart.
    #[must_use]
    pub fn key_prefix(&self) -> &str {
        let key = self.about.dialect.credentials.api_key().expose_secret();
        key.get(..(key.len() / 2).min(8)).unwrap_or_default()
    }

    pub(crate) fn dialect(&self) -> &PromptOpsDialect {
        &self.about.dialect
    }

    pub(crate) fn request<'a>(&'a self, operation: &'a Operation) -> RequestBuilder<'a> {
        self.core.request(operation)
    }
}

impl fmt::Debug for PromptOpsClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PromptOpsClient")
            .field("base", self.core.base_url())
            .field("latest", &self.about.latest)
            .field("settings", &self.about.settings)
            .finish_non_exhaustive()
    }
}
