//! Prompts: making, changing, deleting, and having them rendered by the service. All of it is documented only.

use voice_core::client::Response;
use voice_core::error::Error;
use voice_core::retry::Repeat;

use super::Prompts;
use super::prompts::{about, one_version, same};
use crate::check::Problems;
use crate::envelope;
use crate::ids::split_id;
use crate::models::{NewPrompt, Prompt, PromptUpdate, RemoteRender, RenderedPrompt};
use crate::operations::{CREATE_PROMPT, DELETE_PROMPT, RENDER_PROMPT_REMOTE, UPDATE_PROMPT};

impl Prompts<'_> {
    /// Makes a prompt. Documented only; scope write; sent once.
    ///
    /// The project of [`project`](Self::project) is used unless the request names one.
    ///
    /// # Errors
    /// Whatever went wrong; [`Unsupported`](voice_core::error::ErrorKind::Unsupported) at a service without it.
    pub async fn create(&self, prompt: &NewPrompt) -> Result<Response<Prompt>, Error> {
        let mut prompt = prompt.clone();
        if prompt.project_id.is_none() {
            prompt.project_id = self.project.map(str::to_owned);
        }
        let mut problems = Problems::default();
        problems.require(!prompt.name.is_empty(), "name", "is empty");
        problems.require(!prompt.content.is_empty(), "content", "is empty");
        if let Some(project) = &prompt.project_id {
            problems.id("project_id", project);
        }
        problems.finish(&CREATE_PROMPT)?;
        let request = self.client.request(&CREATE_PROMPT).json(&prompt);
        envelope::read(request).await
    }

    /// Changes a prompt. Documented only; scope write. Sent once, unless the update says that no new version is made, which
    /// may be repeated.
    ///
    /// # Errors
    /// Whatever went wrong; [`Unsupported`](voice_core::error::ErrorKind::Unsupported) at a service without it.
    pub async fn update(&self, id: &str, update: &PromptUpdate) -> Result<Response<Prompt>, Error> {
        let mut problems = self.check(Some(id));
        let name = update.name.as_ref();
        problems.require(name.is_none_or(|name| !name.is_empty()), "name", "is empty");
        problems.finish(&UPDATE_PROMPT)?;
        let repeat = match update.create_new_version {
            Some(false) => Repeat::Idempotent,
            _ => Repeat::Once,
        };
        let request = self.client.request(&UPDATE_PROMPT).path("prompt_id", id);
        let answer = envelope::read::<Prompt>(request.json(update).repeat(repeat))
            .await
            .map_err(|error| about(error, id, None))?;
        same(&UPDATE_PROMPT, id, &answer.id)?;
        Ok(answer)
    }

    /// Deletes one version; answers the service's words. Documented only; scope write.
    ///
    /// # Errors
    /// Whatever went wrong; [`Unsupported`](voice_core::error::ErrorKind::Unsupported) at a service without it.
    pub async fn delete_version(&self, id: &str, version: &str) -> Result<Response<String>, Error> {
        let (id, version) = one_version(&DELETE_PROMPT, id, version)?;
        let request = self.request(&DELETE_PROMPT, id)?.query("version", version);
        envelope::message(request)
            .await
            .map_err(|error| about(error, id, Some(version)))
    }

    /// Deletes a prompt with **all** its versions; answers the service's words. An id that names a version is refused.
    /// Documented only; scope write.
    ///
    /// # Errors
    /// Whatever went wrong; [`Unsupported`](voice_core::error::ErrorKind::Unsupported) at a service without it.
    pub async fn delete_all_versions(&self, id: &str) -> Result<Response<String>, Error> {
        let mut problems = Problems::default();
        problems.require(
            split_id(id).1.is_none(),
            "prompt_id",
            "names one version: delete that, or give the id without it",
        );
        problems.finish(&DELETE_PROMPT)?;
        let request = self.request(&DELETE_PROMPT, id)?;
        envelope::message(request)
            .await
            .map_err(|error| about(error, id, None))
    }

    /// Has the service render a prompt. Documented only; scope read. The reference server has no such operation: render
    /// locally unless there is a reason not to.
    ///
    /// An id with a version (`greet-v1.1.0`) means that version.
    ///
    /// # Errors
    /// Whatever went wrong; [`Unsupported`](voice_core::error::ErrorKind::Unsupported) at a service without it.
    pub async fn render_remote(
        &self,
        id: &str,
        render: &RemoteRender,
    ) -> Result<Response<RenderedPrompt>, Error> {
        let (base, version) = match (split_id(id), render.version.as_deref()) {
            (_, Some(version)) => {
                let (base, version) = one_version(&RENDER_PROMPT_REMOTE, id, version)?;
                (base, Some(version))
            }
            ((base, suffix), None) => (base, suffix),
        };
        let mut body = render.clone();
        body.version = version.map(str::to_owned);
        body.variables = Some(envelope::or_empty(body.variables.as_ref()));
        if body.project_id.is_none() {
            body.project_id = self.project.map(str::to_owned);
        }
        let mut problems = self.check(Some(base));
        if let Some(project) = &body.project_id {
            problems.id("project_id", project);
        }
        problems.finish(&RENDER_PROMPT_REMOTE)?;
        let request = self.client.request(&RENDER_PROMPT_REMOTE);
        let answer = envelope::read::<RenderedPrompt>(request.path("prompt_id", base).json(&body))
            .await
            .map_err(|error| about(error, base, version))?;
        if let Some(answered) = &answer.prompt_id {
            same(&RENDER_PROMPT_REMOTE, base, answered)?;
        }
        Ok(answer)
    }
}
