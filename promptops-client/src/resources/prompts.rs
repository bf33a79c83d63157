//! Prompts: reading them.

use voice_core::client::{Operation, RequestBuilder, Response};
use voice_core::error::{Delivery, Error, ErrorKind};

use super::ClientRef;
use crate::PROVIDER;
use crate::check::Problems;
use crate::client::Latest;
use crate::envelope;
use crate::error::IdMismatch;
use crate::ids::{bare_version, compare_versions, is_same_prompt, split_id, stored_id};
use crate::models::{ModelPrompt, Prompt, PromptVersion, Provider};
use crate::operations::{GET_MODEL_PROMPT, GET_PROMPT, GET_PROMPT_VERSION, LIST_VERSIONS};

/// Prompts: read, search, batch, change, render remotely.
///
/// Whatever comes is held against what was asked for: the reference server looks for ids with a wildcard and may answer with
/// another prompt, which is an [`IdMismatch`] here. Ids have ASCII letters, digits, `_` and `-`; that is checked before
/// anything is sent.
#[derive(Debug, Clone, Copy)]
pub struct Prompts<'a> {
    pub(super) client: ClientRef<'a>,
    pub(super) project: Option<&'a str>,
}

impl<'a> Prompts<'a> {
    pub(crate) fn new(client: ClientRef<'a>) -> Self {
        Self {
            client,
            project: None,
        }
    }

    /// Of one project. The service refuses a project the key has no access to with 403.
    #[must_use]
    pub fn project(mut self, id: &'a str) -> Self {
        self.project = Some(id);
        self
    }

    /// The latest version of a prompt, or, for an id with a version (`greet-v1.1.0`), that version: the reference server
    /// answers the latest for such an id too, so it is read where versions are. Server; scope read.
    ///
    /// With [`Latest::Semver`] the list of versions is read instead and the newest by meaning taken.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], with `prompt_id` in the context; [`IdMismatch`]; any other failure.
    pub async fn get(&self, id: &str) -> Result<Response<Prompt>, Error> {
        if let (base, Some(version)) = split_id(id) {
            let answer = self.version(base, version).await?;
            return Ok(answer.map(Prompt::from));
        }
        if self.client.latest() == Latest::Semver {
            return self.newest(id).await;
        }
        let request = self.request(&GET_PROMPT, id)?;
        let answer = envelope::read::<Prompt>(request)
            .await
            .map_err(|error| about(error, id, None))?;
        same(&GET_PROMPT, id, &answer.id)?;
        Ok(answer)
    }

    async fn newest(&self, id: &str) -> Result<Response<Prompt>, Error> {
        let answer = self.versions(id).await?;
        let status = answer.status();
        let mut found = None;
        let answer = answer.map(|versions| {
            found = versions
                .into_iter()
                .max_by(|a, b| compare_versions(&a.version, &b.version));
        });
        match found {
            Some(newest) => Ok(answer.map(|()| Prompt::from(newest))),
            None => Err(about(
                Error::new(ErrorKind::NotFound, "no version of this prompt is stored")
                    .with_operation(PROVIDER, LIST_VERSIONS.name())
                    .with_delivery(Delivery::Answered)
                    .with_status(status),
                id,
                None,
            )),
        }
    }

    /// One version; a leading `v` before a digit is dropped. Server; scope read.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], with `prompt_id` and `version` in the context; [`IdMismatch`]; any other failure.
    pub async fn version(&self, id: &str, version: &str) -> Result<Response<PromptVersion>, Error> {
        let (id, version) = one_version(&GET_PROMPT_VERSION, id, version)?;
        let request = self
            .request(&GET_PROMPT_VERSION, id)?
            .path("version", version);
        let answer = envelope::read::<PromptVersion>(request)
            .await
            .map_err(|error| about(error, id, Some(version)))?;
        same(&GET_PROMPT_VERSION, id, &answer.id)?;
        if bare_version(&answer.version) != version {
            let asked = stored_id(id, Some(version)).into_owned();
            let answered = stored_id(id, Some(&answer.version)).into_owned();
            return Err(IdMismatch::new(asked, answered).into_error(&GET_PROMPT_VERSION));
        }
        Ok(answer)
    }

    /// All versions, in the service's order, which is none; those of other prompts, which the reference server may list
    /// among them, are left out. Server; scope read.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`]; any other failure.
    pub async fn versions(&self, id: &str) -> Result<Response<Vec<PromptVersion>>, Error> {
        let (id, _) = split_id(id);
        let request = self.request(&LIST_VERSIONS, id)?;
        let answer = envelope::read::<Vec<PromptVersion>>(request)
            .await
            .map_err(|error| about(error, id, None))?;
        Ok(answer.map(|mut versions| {
            versions.retain(|version| is_same_prompt(id, &version.id));
            versions
        }))
    }

    /// The latest text for one model: the one written for exactly this provider and model, else the main text, with
    /// `is_model_specific` false. Server; scope read.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`]; [`IdMismatch`]; any other failure.
    pub async fn for_model(
        &self,
        id: &str,
        provider: &Provider,
        model: &str,
    ) -> Result<Response<ModelPrompt>, Error> {
        let request = self
            .request(&GET_MODEL_PROMPT, id)?
            .path("provider", provider.as_str())
            .path("name", model);
        let answer = envelope::read::<ModelPrompt>(request)
            .await
            .map_err(|error| about(error, id, None))?;
        same(&GET_MODEL_PROMPT, id, &answer.id)?;
        Ok(answer)
    }

    /// A request about one prompt, with the project in the query.
    pub(super) fn request(
        &self,
        operation: &'static Operation,
        id: &str,
    ) -> Result<RequestBuilder<'a>, Error> {
        self.check(Some(id)).finish(operation)?;
        let request = self.client.request(operation).path("prompt_id", id);
        Ok(request.query_option("project_id", self.project))
    }

    pub(super) fn check(&self, id: Option<&str>) -> Problems {
        let mut problems = Problems::default();
        for (field, id) in [("prompt_id", id), ("project_id", self.project)] {
            if let Some(id) = id {
                problems.id(field, id);
            }
        }
        problems
    }
}

/// The prompt and the version that are meant; an id that names another version than the one given is a mistake.
pub(super) fn one_version<'v>(
    operation: &Operation,
    id: &'v str,
    version: &'v str,
) -> Result<(&'v str, &'v str), Error> {
    let (base, suffix) = split_id(id);
    let version = bare_version(version);
    let mut problems = Problems::default();
    problems.require(!version.is_empty(), "version", "is empty");
    problems.require(
        suffix.is_none_or(|suffix| suffix == version),
        "version",
        "is another one than the id names",
    );
    problems.finish(operation)?;
    Ok((base, version))
}

/// Refuses another prompt than the one asked for.
pub(super) fn same(operation: &Operation, asked: &str, answered: &str) -> Result<(), Error> {
    if is_same_prompt(asked, answered) {
        return Ok(());
    }
    Err(IdMismatch::new(asked, answered).into_error(operation))
}

/// Says which prompt a failure is about.
pub(super) fn about(error: Error, id: &str, version: Option<&str>) -> Error {
    let error = error.with_context("prompt_id", id);
    match version {
        Some(version) => error.with_context("version", version),
        None => error,
    }
}
