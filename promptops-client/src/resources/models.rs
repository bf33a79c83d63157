//! Models the service knows. Documented only.

use serde::Deserialize;
use voice_core::client::Response;
use voice_core::error::Error;

use super::{filter, resource};
use crate::check::Problems;
use crate::envelope;
use crate::models::{Compatibility, CompatibilityCheck, ModelInfo, Provider};
use crate::operations::{LIST_MODELS, MODEL_COMPATIBILITY};

resource! {
    /// Models the service knows.
    Models
}

filter! {
    /// Which models to list.
    ModelFilter {
        /// Who makes them.
        provider: Provider,
        /// What they can do.
        capability: String,
    }
}

#[derive(Deserialize)]
struct List {
    #[serde(default, deserialize_with = "crate::models::null_is_empty")]
    models: Vec<ModelInfo>,
}

#[derive(Deserialize)]
struct Verdicts {
    #[serde(default, deserialize_with = "crate::models::null_is_empty")]
    compatibility: Vec<Compatibility>,
}

impl Models<'_> {
    /// The models. Documented only; scope read.
    ///
    /// # Errors
    /// Whatever went wrong; [`Unsupported`](voice_core::error::ErrorKind::Unsupported) at a service without it.
    pub async fn list(&self, filter: &ModelFilter) -> Result<Response<Vec<ModelInfo>>, Error> {
        let request = self
            .client
            .request(&LIST_MODELS)
            .query_option("provider", filter.provider.as_ref())
            .query_option("capability", filter.capability.as_ref());
        Ok(envelope::read::<List>(request)
            .await?
            .map(|list| list.models))
    }

    /// Whether a prompt suits models. Documented only; scope read.
    ///
    /// # Errors
    /// [`InvalidInput`](voice_core::error::ErrorKind::InvalidInput) without a model, or with neither prompt nor text;
    /// whatever else went wrong.
    pub async fn compatibility(
        &self,
        check: &CompatibilityCheck,
    ) -> Result<Response<Vec<Compatibility>>, Error> {
        let mut problems = Problems::default();
        problems.require(!check.models.is_empty(), "models", "names no model");
        problems.require(
            check.prompt_id.is_some() || check.prompt_content.is_some(),
            "prompt_id",
            "is not set, and there is no prompt_content either",
        );
        problems.finish(&MODEL_COMPATIBILITY)?;
        let request = self.client.request(&MODEL_COMPATIBILITY).json(check);
        let answer = envelope::read::<Verdicts>(request).await?;
        Ok(answer.map(|verdicts| verdicts.compatibility))
    }
}
