//! [`PromptAsk`]: one request for a prompt, put together step by step.

use std::fmt;
use std::time::Duration;

use voice_core::error::{Error, FieldError};
use voice_core::ident::PromptId;

use super::{PromptOps, Rendered, ServedPrompt, StoredPrompt};
use crate::PROVIDER;
use crate::cache::{Fallback, GetOptions, PromptKey, RefreshMode, VersionSelector};
use crate::client::CacheSwitch;
use crate::ids::{bare_version, split_id};
use crate::models::{JsonMap, Prompt, Provider, RemoteRender, RenderedPrompt};
use crate::operations::GET_PROMPT;
use crate::render::{Message, PromptVariables, RenderOptions, Role};

/// One request for a prompt; see [`PromptOps::prompt`]. A mistake in it is kept and comes back from the method that asks.
#[must_use = "nothing is asked for until get, render or another of them is called"]
pub struct PromptAsk<'a> {
    pub(super) service: &'a PromptOps,
    id: String,
    version: Option<String>,
    model: Option<(String, String)>,
    project: Option<String>,
    options: GetOptions<StoredPrompt>,
    render: RenderOptions,
}

impl<'a> PromptAsk<'a> {
    pub(super) fn new(service: &'a PromptOps, id: &str) -> Self {
        let mut options = GetOptions::new();
        if service.0.switch == CacheSwitch::Off {
            options = options.ttl(Duration::ZERO);
        }
        Self {
            service,
            id: id.to_owned(),
            version: None,
            model: None,
            project: None,
            options,
            render: service.0.options,
        }
    }

    /// One version instead of the latest; a leading `v` before a digit is dropped.
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = Some(version.into());
        self
    }

    /// The text for a model: exactly that one's, else another of the same provider, else the main text.
    pub fn for_model(mut self, provider: impl Into<String>, model: impl Into<String>) -> Self {
        self.model = Some((provider.into(), model.into()));
        self
    }

    /// Of a project, instead of the service's own.
    pub fn project(mut self, id: impl Into<String>) -> Self {
        self.project = Some(id.into());
        self
    }

    /// How old the prompt may be. Zero asks the service, keeps nothing, and gives the fallback or the error when that fails.
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.options = self.options.ttl(ttl);
        self
    }

    /// How long beyond that an expired prompt still serves.
    pub fn max_stale(mut self, max_stale: Duration) -> Self {
        self.options = self.options.max_stale(max_stale);
        self
    }

    /// What to do with an expired prompt.
    pub fn refresh(mut self, mode: RefreshMode) -> Self {
        self.options = self.options.refresh(mode);
        self
    }

    /// How long to wait for the service when something else is at hand.
    pub fn patience(mut self, patience: Duration) -> Self {
        self.options = self.options.patience(patience);
        self
    }

    /// A text to give when nothing else is to be had, under version `0`.
    pub fn fallback_text(self, text: impl Into<String>) -> Self {
        self.fallback(Fallback::text(text))
    }

    /// A prompt to give when nothing else is to be had.
    pub fn fallback(mut self, fallback: Fallback<Prompt>) -> Self {
        self.options = self.options.fallback(stored(fallback));
        self
    }

    /// How missing names, nulls and values nobody asks for are taken.
    pub fn render_options(mut self, options: RenderOptions) -> Self {
        self.render = options;
        self
    }

    /// What the prompt is cached by.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) with everything that is wrong with id,
    /// version or project.
    pub fn key(&self) -> Result<PromptKey, Error> {
        let mut problems: Vec<FieldError> = Vec::new();
        let (base, suffix) = split_id(&self.id);
        let mut parse = |field: &str, text: &str| match PromptId::parse(text) {
            Ok(id) => Some(id),
            Err(rule) => {
                problems.push(FieldError::new(field, rule.to_string()));
                None
            }
        };
        let id = parse("prompt_id", base);
        let given = self.project.as_deref().map(|id| parse("project_id", id));
        let version = self.version.as_deref().map(bare_version);
        if version == Some("") {
            problems.push(FieldError::new("version", "is empty"));
        }
        if let (Some(version), Some(suffix)) = (version, suffix)
            && version != suffix
        {
            problems.push(FieldError::new(
                "version",
                "is another one than the id names",
            ));
        }
        let (Some(id), true) = (id, problems.is_empty()) else {
            return Err(invalid(problems));
        };
        let inner = &self.service.0;
        let mut key = PromptKey::new(inner.cache.scope().clone(), id);
        if let Some(version) = version.or(suffix) {
            key = key.version(VersionSelector::exact(version));
        }
        if let Some((provider, model)) = &self.model {
            key = key.for_model(provider, model);
        }
        if let Some(project) = given.flatten().or_else(|| inner.project.clone()) {
            key = key.in_project(project);
        }
        Ok(key)
    }

    /// The prompt: from memory when it is there, else by the rules of the [cache](crate::cache).
    ///
    /// # Errors
    /// As for [`PromptOps::get`].
    pub async fn get(&self) -> Result<ServedPrompt, Error> {
        let inner = &self.service.0;
        let start = inner.clock.now();
        let key = match self.key() {
            Ok(key) => key,
            Err(error) => {
                let outcome = Err(error);
                inner.note::<ServedPrompt>(start, None, &outcome);
                return outcome;
            }
        };
        let outcome = inner.cache.get_with(&key, &self.options).await;
        inner.note(start, Some(&key), &outcome);
        Ok(self.served(outcome?))
    }

    /// What memory has, without waiting for anything; a prompt that is expired is refreshed in the background.
    #[must_use]
    pub fn get_now(&self) -> Option<ServedPrompt> {
        let inner = &self.service.0;
        let start = inner.clock.now();
        let key = self.key().ok()?;
        let found = inner.cache.get_now(&key, &self.options)?;
        inner.note::<()>(start, Some(&key), &Ok(()));
        Some(self.served(found))
    }

    /// The prompt from the service, whatever is cached; it is kept.
    ///
    /// # Errors
    /// Whatever the service failed with. What was cached stays, unless there is no such prompt any more.
    pub async fn refresh_now(&self) -> Result<ServedPrompt, Error> {
        let inner = &self.service.0;
        let start = inner.clock.now();
        let key = self.key()?;
        let outcome = inner.cache.refresh_now(&key).await;
        inner.note(start, Some(&key), &outcome);
        Ok(self.served(outcome?))
    }

    /// Fills in values, on this side.
    ///
    /// # Errors
    /// As for [`PromptOps::render`].
    pub async fn render(&self, variables: &PromptVariables) -> Result<Rendered, Error> {
        self.get().await?.render(variables)
    }

    /// Fills in values and gives messages; see [`ServedPrompt::render_chat`].
    ///
    /// # Errors
    /// As for [`PromptOps::render`].
    pub async fn render_chat(
        &self,
        role: Role,
        variables: &PromptVariables,
    ) -> Result<Vec<Message>, Error> {
        self.get().await?.render_chat(role, variables)
    }

    /// Has the service fill in the values (documented only; the reference server has no such operation). Nothing of it is
    /// cached, and there is no fallback.
    ///
    /// # Errors
    /// Whatever went wrong; [`Unsupported`](voice_core::error::ErrorKind::Unsupported) at a service without it.
    pub async fn render_remote(
        &self,
        variables: &PromptVariables,
    ) -> Result<RenderedPrompt, Error> {
        let inner = &self.service.0;
        let start = inner.clock.now();
        let key = self.key()?;
        let values: serde_json::Map<_, _> = variables.clone().into();
        let mut body = RemoteRender::new().variables(JsonMap::from(values));
        if let VersionSelector::Exact(version) = key.selector() {
            body.version = Some(version.to_string());
        }
        if let Some((provider, model)) = key.model() {
            body.model_provider = Some(Provider::from(provider));
            body.model_name = Some(model.to_owned());
        }
        body.project_id = key.project().map(ToString::to_string);
        let prompts = inner.client.prompts();
        let outcome = prompts.render_remote(key.id().as_str(), &body).await;
        inner.note(start, Some(&key), &outcome);
        Ok(outcome?.into_inner())
    }

    fn served(&self, cached: crate::cache::Cached<StoredPrompt>) -> ServedPrompt {
        ServedPrompt {
            cached,
            syntax: self.service.0.syntax,
            options: self.render,
        }
    }
}

/// A fallback of the caller's as the cache keeps prompts.
pub(super) fn stored(fallback: Fallback<Prompt>) -> Fallback<StoredPrompt> {
    Fallback::with(move |key| StoredPrompt::new(Prompt::clone(&fallback.make(key))))
}

fn invalid(problems: Vec<FieldError>) -> Error {
    let lines: Vec<String> = problems
        .iter()
        .map(|problem| format!("{}: {}", problem.field, problem.message))
        .collect();
    let error = Error::new(voice_core::error::ErrorKind::InvalidInput, lines.join("; "))
        .with_operation(PROVIDER, GET_PROMPT.name());
    problems.into_iter().fold(error, Error::with_field)
}

impl fmt::Debug for PromptAsk<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PromptAsk")
            .field("id", &self.id)
            .field("version", &self.version)
            .field("model", &self.model)
            .field("project", &self.project)
            .finish_non_exhaustive()
    }
}
