//! Prompts as they are answered: whole, by version, for one model, in a search, rendered.

use super::{PoTime, Provider, RiskLevel};
use crate::macros::model;

model! {
    /// A prompt: one version of it, usually the latest.
    Prompt (
        /// The id it is stored under: the one asked for, or that with a version, `greet-v1.1.0`.
        id: String,
        /// The version: `1.1.0`.
        version: String,
        /// The template.
        content: String => quiet,
    ) {
        /// Its name.
        name: String,
        /// What it is for.
        description: String,
        /// The provider it was written for.
        provider_id: String,
        /// The module it belongs to.
        module_id: String,
        /// The project it belongs to.
        project_id: String,
        /// Who made it.
        created_by: String,
        /// When it was made.
        created_at: PoTime,
        /// When it was changed.
        updated_at: PoTime,
        /// What it is meant to do. The documented service puts this and the next three into `metadata`.
        mas_intent: String,
        /// Notes on fairness.
        mas_fairness_notes: String,
        /// Notes on its tests.
        mas_testing_notes: String,
        /// How risky its author thinks it is.
        mas_risk_level: RiskLevel,
        /// The four above, where the documented service keeps them.
        metadata: MasMetadata,
        /// Whether it is in use (documented only).
        is_active: bool,
    } [
        /// Models, or makers of models, it is meant for.
        target_models: String,
        /// Texts of its own for single models.
        model_specific_prompts: ModelSpecificPrompt,
        /// The names of its variables (documented only; the text itself is what counts).
        variables: String,
        /// Labels (documented only).
        tags: String,
    ]
}

model! {
    /// What an author says of a prompt's intent, fairness, tests and risk.
    MasMetadata () {
        /// What it is meant to do.
        mas_intent: String,
        /// Notes on fairness.
        mas_fairness_notes: String,
        /// Notes on its tests.
        mas_testing_notes: String,
        /// How risky its author thinks it is.
        mas_risk_level: RiskLevel,
    } []
}

model! {
    /// A text of its own for one model.
    ModelSpecificPrompt (
        /// Who makes the model.
        model_provider: Provider,
        /// The model.
        model_name: String,
        /// The template for it.
        content: String => quiet,
    ) {
        /// The form its answers should have.
        expected_output_format: String,
        /// Instructions beside the text.
        instructions: String => quiet,
    } []
}

model! {
    /// A stored version, as the server's `/versions` gives it: without the author's notes of intent, fairness and risk.
    PromptVersion (
        /// The id it is stored under.
        id: String,
        /// The version: `1.1.0`.
        version: String,
        /// The template.
        content: String => quiet,
    ) {
        /// Its name.
        name: String,
        /// What it is for.
        description: String,
        /// The provider it was written for.
        provider_id: String,
        /// The module it belongs to.
        module_id: String,
        /// The project it belongs to.
        project_id: String,
        /// Who made it.
        created_by: String,
        /// When it was made.
        created_at: PoTime,
        /// When it was changed.
        updated_at: PoTime,
    } [
        /// Models, or makers of models, it is meant for.
        target_models: String,
        /// Texts of its own for single models.
        model_specific_prompts: ModelSpecificPrompt,
        /// The names of its variables (documented only).
        variables: String,
        /// Labels (documented only).
        tags: String,
    ]
}

/// A version is a prompt without the author's notes.
impl From<PromptVersion> for Prompt {
    fn from(version: PromptVersion) -> Self {
        let mut prompt = Self::new(version.id, version.version, version.content);
        prompt.name = version.name;
        prompt.description = version.description;
        prompt.provider_id = version.provider_id;
        prompt.module_id = version.module_id;
        prompt.project_id = version.project_id;
        prompt.created_by = version.created_by;
        prompt.created_at = version.created_at;
        prompt.updated_at = version.updated_at;
        prompt.target_models = version.target_models;
        prompt.model_specific_prompts = version.model_specific_prompts;
        prompt.variables = version.variables;
        prompt.tags = version.tags;
        prompt.extra = version.extra;
        prompt
    }
}

model! {
    /// The text of a prompt for one model, as the server chose it.
    ModelPrompt (
        /// The id it is stored under.
        id: String,
        /// The version.
        version: String,
        /// The template.
        content: String => quiet,
    ) {
        /// Its name.
        name: String,
        /// What it is for.
        description: String,
        /// Whether the text was written for this model; `false` is the prompt's main text.
        is_model_specific: bool,
        /// Who makes the model.
        provider: Provider,
        /// The model.
        model: String,
        /// The form its answers should have.
        expected_output_format: String,
        /// Instructions beside the text.
        instructions: String => quiet,
    } []
}

model! {
    /// A row of a search: one for each stored version, without its text.
    PromptSummary (
        /// The id it is stored under, often with a version.
        id: String,
    ) {
        /// The version.
        version: String,
        /// Its name.
        name: String,
        /// What it is for.
        description: String,
        /// The provider it was written for.
        provider_id: String,
        /// The module it belongs to.
        module_id: String,
        /// The project it belongs to.
        project_id: String,
        /// Who made it.
        created_by: String,
        /// When it was made.
        created_at: PoTime,
        /// When it was changed.
        updated_at: PoTime,
        /// What it is meant to do.
        mas_intent: String,
        /// How risky its author thinks it is.
        mas_risk_level: RiskLevel,
        /// Whether it is in use (documented only).
        is_active: bool,
    } [
        /// Models, or makers of models, it is meant for.
        target_models: String,
        /// Labels (documented only).
        tags: String,
    ]
}

model! {
    /// A prompt rendered by the service (documented only).
    RenderedPrompt (
        /// The finished text.
        rendered_content: String => quiet,
    ) {
        /// The prompt.
        prompt_id: String,
        /// Its version.
        version: String,
        /// How long it took, in milliseconds.
        processing_time_ms: f64,
        /// Whether the service had it in its cache.
        cache_hit: bool,
    } [
        /// The same as messages.
        messages: RenderedMessage,
        /// The variables that were used.
        variables_used: String,
    ]
}

model! {
    /// One message of a rendered prompt.
    RenderedMessage (
        /// Who speaks: `system`, `user`, `assistant`.
        role: String,
        /// The finished text.
        content: String => quiet,
    ) {} []
}

impl Prompt {
    /// The author's intent, from either place the API keeps it.
    #[must_use]
    pub fn intent(&self) -> Option<&str> {
        let nested = || self.metadata.as_ref()?.mas_intent.as_deref();
        self.mas_intent.as_deref().or_else(nested)
    }

    /// The author's idea of its risk, from either place the API keeps it.
    #[must_use]
    pub fn risk_level(&self) -> Option<&RiskLevel> {
        let nested = || self.metadata.as_ref()?.mas_risk_level.as_ref();
        self.mas_risk_level.as_ref().or_else(nested)
    }
}

/// What a search answers.
#[derive(Debug, serde::Deserialize)]
pub(crate) struct SearchAnswer {
    #[serde(default, deserialize_with = "super::null_is_empty")]
    pub(crate) prompts: Vec<PromptSummary>,
    #[serde(default)]
    pub(crate) total: Option<u64>,
    #[serde(default)]
    pub(crate) has_more: Option<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn nulls_unknown_fields_and_both_places_of_the_notes_are_read() {
        let read: Prompt = serde_json::from_value(json!({
            "id": "greet", "version": "1.0.0", "content": "Hi {{name}}", "name": null,
            "target_models": null, "model_specific_prompts": null, "colour": "red",
            "created_at": "2024-01-01T00:00:00.123456", "metadata": {"mas_risk_level": "dire", "mas_intent": "greet"},
        }))
        .unwrap();
        assert_eq!(read.name, None);
        assert!(read.target_models.is_empty());
        assert_eq!(read.extra["colour"], "red");
        assert_eq!(read.intent(), Some("greet"));
        assert_eq!(
            read.risk_level(),
            Some(&RiskLevel::Other("dire".to_owned()))
        );
        assert!(read.created_at.as_ref().unwrap().time().is_some());
        let again: Prompt = serde_json::from_value(serde_json::to_value(&read).unwrap()).unwrap();
        assert_eq!(again, read);
    }

    #[test]
    fn a_prompt_without_its_text_is_no_prompt() {
        for missing in [
            json!({"id": "a", "version": "1"}),
            json!({"id": "a", "content": ""}),
            json!({"version": "1", "content": ""}),
            json!({"id": null, "version": "1", "content": ""}),
        ] {
            assert!(serde_json::from_value::<Prompt>(missing).is_err());
        }
    }

    #[test]
    fn texts_do_not_show_in_debug() {
        let prompt = Prompt::new("greet", "1.0.0", "the secret sauce").model_specific_prompts([
            ModelSpecificPrompt::new(Provider::OpenAi, "gpt-4", "another sauce")
                .instructions("with care"),
        ]);
        let text = format!("{prompt:?}");
        assert!(text.contains("greet") && text.contains("gpt-4"), "{text}");
        for hidden in ["sauce", "with care"] {
            assert!(!text.contains(hidden), "{text}");
        }
    }
}
