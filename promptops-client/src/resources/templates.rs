//! Templates the server renders, and the aliases they are asked for by.

use std::collections::BTreeMap;

use serde::Serialize;
use voice_core::client::Response;
use voice_core::error::Error;

use super::resource;
use crate::check::Problems;
use crate::envelope;
use crate::models::{Alias, TemplateRender, TemplateRequest};
use crate::operations::{ALIAS_GET, ALIAS_LIST, ALIAS_PROMOTE, ALIAS_WEIGHTS, TEMPLATE_RENDER};

resource! {
    /// Templates the server renders. Bearer token; a service may be without them.
    Templates
}

resource! {
    /// Names for versions of templates. Bearer token; a service may be without them.
    Aliases
}

/// The sum of weights may be off by so much.
const TOLERANCE: f64 = 0.001;

#[derive(Serialize)]
struct Weights<'w> {
    weights: &'w BTreeMap<String, f64>,
}

impl Templates<'_> {
    /// Renders a template; its variables have single braces. An alias with weights picks a version at random for each call,
    /// so that two calls may differ. Server.
    ///
    /// # Errors
    /// Whatever went wrong.
    pub async fn render(
        &self,
        template: &TemplateRequest,
    ) -> Result<Response<TemplateRender>, Error> {
        let mut problems = Problems::default();
        problems.require(!template.id.is_empty(), "id", "is empty");
        problems.require(!template.alias.is_empty(), "alias", "is empty");
        problems.finish(&TEMPLATE_RENDER)?;
        envelope::read(self.client.request(&TEMPLATE_RENDER).json(template)).await
    }
}

impl Aliases<'_> {
    /// All aliases. Server.
    ///
    /// # Errors
    /// Whatever went wrong.
    pub async fn list(&self) -> Result<Response<Vec<Alias>>, Error> {
        envelope::read(self.client.request(&ALIAS_LIST)).await
    }

    /// One alias. Server.
    ///
    /// # Errors
    /// Whatever went wrong.
    pub async fn get(&self, alias: &str) -> Result<Response<Alias>, Error> {
        envelope::read(self.client.request(&ALIAS_GET).path("alias", alias)).await
    }

    /// Sets the share of each version. Server.
    ///
    /// # Errors
    /// [`InvalidInput`](voice_core::error::ErrorKind::InvalidInput) when a weight is negative or no number, or when their
    /// sum is not 1, give or take 0.001, before anything is sent; whatever else went wrong.
    pub async fn set_weights(
        &self,
        alias: &str,
        weights: &BTreeMap<String, f64>,
    ) -> Result<Response<Alias>, Error> {
        let mut problems = Problems::default();
        let all_good = weights
            .values()
            .all(|weight| weight.is_finite() && *weight >= 0.0);
        problems.require(
            all_good,
            "weights",
            "has a weight that is negative or no number",
        );
        let sum: f64 = weights.values().sum();
        // Sums of decimal fractions are not exact; the rule's own border is allowed.
        let near = (sum - 1.0).abs() <= TOLERANCE + 1e-9;
        problems.require(!all_good || near, "weights", "does not sum to 1");
        problems.finish(&ALIAS_WEIGHTS)?;
        let request = self.client.request(&ALIAS_WEIGHTS).path("alias", alias);
        envelope::read(request.json(&Weights { weights })).await
    }

    /// Lets an alias stand for one version. Server.
    ///
    /// # Errors
    /// Whatever went wrong.
    pub async fn promote(
        &self,
        alias: &str,
        target_version: &str,
    ) -> Result<Response<Alias>, Error> {
        let mut problems = Problems::default();
        problems.require(!target_version.is_empty(), "target_version", "is empty");
        problems.finish(&ALIAS_PROMOTE)?;
        let request = self.client.request(&ALIAS_PROMOTE).path("alias", alias);
        envelope::read(request.query("target_version", target_version)).await
    }
}
