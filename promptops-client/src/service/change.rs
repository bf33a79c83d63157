//! Changing prompts, and forgetting what that made outdated.

use std::time::Instant;

use voice_core::client::Response;
use voice_core::error::Error;
use voice_core::ident::PromptId;

use super::PromptOps;
use crate::ids::split_id;
use crate::models::{NewPrompt, Prompt, PromptUpdate};
use crate::resources::Prompts;

impl PromptOps {
    /// Makes a prompt (documented only). What the cache holds under its id is forgotten.
    ///
    /// # Errors
    /// Whatever went wrong; [`Unsupported`](voice_core::error::ErrorKind::Unsupported) at a service without it.
    pub async fn create(&self, prompt: &NewPrompt) -> Result<Response<Prompt>, Error> {
        let start = self.0.clock.now();
        let outcome = self.prompts().create(prompt).await;
        if let Ok(made) = &outcome {
            self.forget(&made.id).await;
        }
        self.noted(start, outcome)
    }

    /// Changes a prompt (documented only). All its versions, models and projects are forgotten here and in the second level,
    /// also when nobody knows whether the change was made.
    ///
    /// # Errors
    /// Whatever went wrong; [`Unsupported`](voice_core::error::ErrorKind::Unsupported) at a service without it.
    pub async fn update(&self, id: &str, update: &PromptUpdate) -> Result<Response<Prompt>, Error> {
        let start = self.0.clock.now();
        let outcome = self.prompts().update(id, update).await;
        self.forget_after(id, &outcome).await;
        self.noted(start, outcome)
    }

    /// Deletes one version (documented only), and forgets the prompt as [`update`](Self::update) does.
    ///
    /// # Errors
    /// Whatever went wrong; [`Unsupported`](voice_core::error::ErrorKind::Unsupported) at a service without it.
    pub async fn delete_version(&self, id: &str, version: &str) -> Result<Response<String>, Error> {
        let start = self.0.clock.now();
        let outcome = self.prompts().delete_version(id, version).await;
        self.forget_after(id, &outcome).await;
        self.noted(start, outcome)
    }

    /// Deletes a prompt with **all** its versions (documented only), and forgets it.
    ///
    /// # Errors
    /// Whatever went wrong; [`Unsupported`](voice_core::error::ErrorKind::Unsupported) at a service without it.
    pub async fn delete_all_versions(&self, id: &str) -> Result<Response<String>, Error> {
        let start = self.0.clock.now();
        let outcome = self.prompts().delete_all_versions(id).await;
        self.forget_after(id, &outcome).await;
        self.noted(start, outcome)
    }

    /// Forgets exactly this prompt, with all its versions, models and projects; what a handler of a change notification
    /// calls. Tells how many entries there were in memory.
    ///
    /// # Errors
    /// [`InvalidInput`](voice_core::error::ErrorKind::InvalidInput) for something that is no id.
    pub async fn invalidate(&self, id: &str) -> Result<usize, Error> {
        let id = PromptId::parse(split_id(id).0);
        let id = id.map_err(|rule| Error::invalid_input("prompt_id", rule.to_string()))?;
        Ok(self.0.cache.invalidate(&id).await)
    }

    /// Forgets one version of a prompt, for any project and the main text, and nothing else.
    ///
    /// # Errors
    /// [`InvalidInput`](voice_core::error::ErrorKind::InvalidInput) for something that is no id or no version.
    pub async fn invalidate_version(&self, id: &str, version: &str) -> Result<(), Error> {
        let key = self.prompt(id).version(version).key()?;
        self.0.cache.invalidate_key(&key).await;
        Ok(())
    }

    /// Forgets all prompts of this client, here and in the second level. Counters go on; what others keep there stays.
    pub async fn clear_cache(&self) {
        self.0.cache.clear().await;
    }

    /// The client's prompts, in the project that is set.
    pub(crate) fn prompts(&self) -> Prompts<'_> {
        let prompts = self.0.client.prompts();
        match &self.0.project {
            Some(project) => prompts.project(project.as_str()),
            None => prompts,
        }
    }

    /// Forgets unless it is known that nothing was changed.
    async fn forget_after<T>(&self, id: &str, outcome: &Result<T, Error>) {
        let is_changed = match outcome {
            Ok(_) => true,
            Err(error) => error.may_have_happened() || error.is_not_found(),
        };
        if is_changed {
            self.forget(id).await;
        }
    }

    async fn forget(&self, id: &str) {
        // What is no id is not in the cache either.
        let _ = self.invalidate(id).await;
    }

    fn noted<T>(&self, start: Instant, outcome: Result<T, Error>) -> Result<T, Error> {
        self.0.note(start, None, &outcome);
        outcome
    }
}
