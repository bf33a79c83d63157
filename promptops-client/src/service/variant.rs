//! Experiments and flags around prompts: a prompt with the subject's variant, conversions, flags.

use std::fmt;
use std::time::Duration;

use futures_util::future::join;
use serde_json::Value;
use voice_core::error::Error;

use super::{EventStats, PromptAsk, PromptOps, Rendered, ServedPrompt};
use crate::experiments::{Assignment, FlagDecision, FlagState, Recorded, Subject, conversion};
use crate::models::{JsonMap, NewEvent};
use crate::render::PromptVariables;

impl PromptAsk<'_> {
    /// The prompt with what the subject's variant of an experiment changes about it: the model it is for and values of
    /// variables (`prompt_config`: `model_provider`, `model_name`, `variables`). The exposure is recorded, once, and sent in
    /// the background.
    ///
    /// An experiment that cannot be had, or in which the subject takes no part, changes nothing: the prompt is served as it
    /// is, and [`VariantPrompt::assignment`] says why.
    ///
    /// # Errors
    /// As for [`get`](Self::get): those of the prompt alone.
    pub async fn with_variant(
        self,
        experiment: &str,
        subject: &Subject,
    ) -> Result<VariantPrompt, Error> {
        let service = self.service;
        let assignment = service.assign(experiment, subject).await;
        let config = match &assignment {
            Ok(assignment) => assignment
                .variant()
                .and_then(|variant| variant.prompt_config.clone()),
            Err(_) => None,
        }
        .unwrap_or_default();
        let text = |name: &str| config.get(name).and_then(Value::as_str);
        let ask = match (text("model_provider"), text("model_name")) {
            (Some(provider), Some(model)) => self.for_model(provider, model),
            _ => self,
        };
        let prompt = ask.get().await?;
        if let Ok(assignment) = &assignment {
            service.0.events.expose(assignment, subject);
        }
        Ok(VariantPrompt {
            variables: variables(&config),
            prompt,
            assignment,
        })
    }
}

fn variables(config: &JsonMap) -> PromptVariables {
    match config.get("variables") {
        Some(Value::Object(map)) => map.into(),
        _ => PromptVariables::new(),
    }
}

impl PromptOps {
    /// The prompt with the subject's variant; see [`PromptAsk::with_variant`].
    ///
    /// # Errors
    /// Those of the prompt alone.
    pub async fn prompt_with_variant(
        &self,
        id: &str,
        experiment: &str,
        subject: &Subject,
    ) -> Result<VariantPrompt, Error> {
        self.prompt(id).with_variant(experiment, subject).await
    }

    /// Which variant the subject gets. Definitions are fetched and kept; the assignment is made here, and nothing is recorded.
    ///
    /// # Errors
    /// When the experiment is not defined, cannot be used as it is, or no definitions are to be had. That the subject takes
    /// no part is an answer and no error.
    pub async fn assign(&self, experiment: &str, subject: &Subject) -> Result<Assignment, Error> {
        let set = self.0.definitions.experiments().await?;
        Ok(set.assigner.assign(set.plan(experiment)?, subject).await)
    }

    /// Records that the subject saw its variant, once, and sends that in the background: for a variant that is used without
    /// [`PromptAsk::with_variant`].
    pub fn track_exposure(&self, assignment: &Assignment, subject: &Subject) -> Recorded {
        self.0.events.expose(assignment, subject)
    }

    /// Records that the subject did what the experiment is for, and sends that in the background. Each call is an event.
    ///
    /// # Errors
    /// As for [`assign`](Self::assign).
    pub async fn track_conversion(
        &self,
        experiment: &str,
        subject: &Subject,
        name: &str,
    ) -> Result<Recorded, Error> {
        let assignment = self.assign(experiment, subject).await?;
        if assignment.enrolled().is_none() {
            return Ok(Recorded::NotEnrolled);
        }
        let at = self.0.clock.wall();
        let Some(event) = conversion(&assignment, subject, name, at) else {
            return Ok(Recorded::NoUnit);
        };
        self.0.events.push(event);
        Ok(Recorded::Queued)
    }

    /// Sends any event in the background, such as a [conversion](crate::experiments::conversion) with its worth.
    pub fn track_event(&self, event: NewEvent) {
        self.0.events.push(event);
    }

    /// What became of the events so far.
    #[must_use]
    pub fn event_stats(&self) -> EventStats {
        self.0.events.stats()
    }

    /// Sends the events and usage records that wait, for at most `limit` each.
    pub async fn flush(&self, limit: Duration) {
        join(self.0.events.flush(limit), self.0.telemetry.flush(limit)).await;
    }

    /// What a flag is for the subject, and why; `unknown` decides when nobody knows the flag, or no definitions are to be
    /// had.
    pub async fn flag(&self, name: &str, subject: &Subject, unknown: FlagState) -> FlagDecision {
        let flags = match self.0.definitions.flags().await {
            Ok(flags) => flags,
            Err(error) => {
                tracing::debug!(%error, "no definitions of flags: the caller's default decides");
                std::sync::Arc::default()
            }
        };
        flags.decide(name, subject, self.0.clock.wall(), unknown)
    }

    /// Whether a flag is on for the subject; off when nobody knows it.
    pub async fn is_enabled(&self, flag: &str, subject: &Subject) -> bool {
        self.flag(flag, subject, FlagState::Off).await.is_on()
    }

    /// Fetches the definitions of experiments and flags anew when they are next needed.
    pub fn refresh_definitions(&self) {
        self.0.definitions.expire();
    }
}

/// A prompt with the subject's variant of an experiment.
pub struct VariantPrompt {
    prompt: ServedPrompt,
    variables: PromptVariables,
    assignment: Result<Assignment, Error>,
}

impl VariantPrompt {
    /// The prompt.
    #[must_use]
    pub fn prompt(&self) -> &ServedPrompt {
        &self.prompt
    }

    /// The values the variant sets.
    #[must_use]
    pub fn variables(&self) -> &PromptVariables {
        &self.variables
    }

    /// The assignment, or why the experiment could not be had.
    ///
    /// # Errors
    /// As for [`PromptOps::assign`].
    pub fn assignment(&self) -> Result<&Assignment, &Error> {
        self.assignment.as_ref()
    }

    /// The id of the variant, for who takes part.
    #[must_use]
    pub fn variant_id(&self) -> Option<&str> {
        let assignment = self.assignment.as_ref().ok()?;
        assignment.variant().map(|variant| variant.id.as_str())
    }

    /// Fills in values; those of the variant go before the caller's.
    ///
    /// # Errors
    /// As for [`ServedPrompt::render`].
    pub fn render(&self, variables: &PromptVariables) -> Result<Rendered, Error> {
        if self.variables.is_empty() {
            return self.prompt.render(variables);
        }
        let mut all = variables.clone();
        let own = self.variables.iter();
        all.extend(own.map(|(name, value)| (name, value.clone())));
        self.prompt.render(&all)
    }
}

impl fmt::Debug for VariantPrompt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VariantPrompt")
            .field("prompt", &self.prompt)
            .field("variant", &self.variant_id())
            .finish_non_exhaustive()
    }
}
