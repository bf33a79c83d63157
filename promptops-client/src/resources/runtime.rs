//! The server's runtime module, outside `/v1/client`.

use voice_core::client::Response;
use voice_core::error::Error;

use super::prompts::{about, one_version, same};
use super::resource;
use crate::check::Problems;
use crate::envelope;
use crate::ids::bare_version;
use crate::models::{Rollback, RuntimePrompt};
use crate::operations::{RUNTIME_GET, RUNTIME_INVALIDATE, RUNTIME_ROLLBACK};

resource! {
    /// The server's runtime module. Bearer token; a service may be without it.
    Runtime
}

impl Runtime<'_> {
    /// One version of a prompt, from the server's cache or its database. Server.
    ///
    /// The server's routes `latest` and `cache/stats` cannot be reached: this one stands before them.
    ///
    /// # Errors
    /// Whatever went wrong.
    pub async fn get(
        &self,
        id: &str,
        version: &str,
        provider_id: Option<&str>,
    ) -> Result<Response<RuntimePrompt>, Error> {
        let (id, version) = one_version(&RUNTIME_GET, id, version)?;
        let request = self
            .client
            .request(&RUNTIME_GET)
            .path("prompt_id", id)
            .path("version", version)
            .query_option("provider_id", provider_id);
        let answer = envelope::read::<RuntimePrompt>(request)
            .await
            .map_err(|error| about(error, id, Some(version)))?;
        same(&RUNTIME_GET, id, &answer.prompt.id)?;
        Ok(answer)
    }

    /// Makes an older version the latest again. Server.
    ///
    /// # Errors
    /// Whatever went wrong.
    pub async fn rollback(&self, id: &str, version: &str) -> Result<Response<Rollback>, Error> {
        let (id, version) = one_version(&RUNTIME_ROLLBACK, id, version)?;
        let request = self
            .client
            .request(&RUNTIME_ROLLBACK)
            .path("prompt_id", id)
            .path("version", version);
        envelope::read(request)
            .await
            .map_err(|error| about(error, id, Some(version)))
    }

    /// Drops a prompt from the **server's** cache, one version or all; answers the service's words. Server.
    ///
    /// # Errors
    /// Whatever went wrong.
    pub async fn invalidate(
        &self,
        id: &str,
        version: Option<&str>,
    ) -> Result<Response<String>, Error> {
        let version = version.map(bare_version);
        let mut problems = Problems::default();
        problems.require(version != Some(""), "version", "is empty");
        problems.finish(&RUNTIME_INVALIDATE)?;
        let request = self
            .client
            .request(&RUNTIME_INVALIDATE)
            .path("prompt_id", id)
            .query_option("version", version);
        envelope::message(request)
            .await
            .map_err(|error| about(error, id, version))
    }
}
