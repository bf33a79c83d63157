//! Prompts as a batch gives them.

use std::collections::BTreeMap;

use super::{PoTime, Prompt, RiskLevel};
use crate::macros::model;

model! {
    /// A prompt as a batch gives it.
    BatchEntry (
        /// The id it is stored under.
        id: String,
        /// The version.
        version: String,
        /// The template.
        content: String => quiet,
    ) {
        /// Its name.
        name: String,
        /// What it is for. This and all below: only with metadata asked for.
        description: String,
        /// The module it belongs to.
        module_id: String,
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
    } [
        /// Its versions, only when asked for; the server finds those stored under exactly this id.
        versions: VersionMark,
        /// Models, or makers of models, it is meant for.
        target_models: String,
    ]
}

/// A batch's entry is a prompt without texts for single models.
impl From<BatchEntry> for Prompt {
    fn from(entry: BatchEntry) -> Self {
        let mut prompt = Self::new(entry.id, entry.version, entry.content);
        prompt.name = entry.name;
        prompt.description = entry.description;
        prompt.module_id = entry.module_id;
        prompt.created_by = entry.created_by;
        prompt.created_at = entry.created_at;
        prompt.updated_at = entry.updated_at;
        prompt.mas_intent = entry.mas_intent;
        prompt.mas_risk_level = entry.mas_risk_level;
        prompt.target_models = entry.target_models;
        prompt.extra = entry.extra;
        prompt
    }
}

model! {
    /// A version of a batch's entry.
    VersionMark (
        /// The version.
        version: String,
    ) {
        /// When it was made.
        created_at: PoTime,
    } []
}

model! {
    /// Why a batch has no prompt for an id.
    BatchFailure (
        /// The id asked for.
        prompt_id: String,
        /// The server's words: `Prompt not found`.
        error: String,
    ) {} []
}

/// What a batch answers.
#[derive(Debug, serde::Deserialize)]
pub(crate) struct BatchAnswer {
    #[serde(default)]
    pub(crate) prompts: BTreeMap<String, BatchEntry>,
    #[serde(default, deserialize_with = "super::null_is_empty")]
    pub(crate) errors: Vec<BatchFailure>,
}
