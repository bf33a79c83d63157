//! The server's runtime module: prompts from its cache, templates, aliases.

use std::collections::BTreeMap;

use super::{JsonMap, Prompt, PromptSource};
use crate::macros::model;

model! {
    /// A prompt from the runtime.
    RuntimePrompt (
        /// The prompt.
        prompt: Prompt,
    ) {
        /// Where it was found.
        source: PromptSource,
        /// How long that took, in the server's unit.
        latency: f64,
    } []
}

model! {
    /// What a rollback answers.
    Rollback () {
        /// In words.
        message: String,
        /// The prompt.
        prompt_id: String,
        /// The version that is the latest now.
        rolled_back_to_version: String,
    } []
}

model! {
    /// A template to be rendered by the server. Its variables have single braces: `{name}`.
    TemplateRequest (
        /// The template's id.
        id: String,
        /// The alias: which version.
        alias: String,
        /// The values, by name.
        inputs: JsonMap,
    ) {
        /// For whom.
        tenant: String,
        /// What to do otherwise this once.
        overrides: JsonMap,
    } []
}

model! {
    /// A template rendered by the server.
    TemplateRender () {
        /// The hash of what was rendered.
        hash: String,
        /// The template.
        template_id: String,
        /// Its version; an alias with weights picks at random for every call.
        version: String,
        /// The inputs that were used.
        inputs_used: serde_json::Value => quiet,
        /// The policies that were applied.
        applied_policies: serde_json::Value => quiet,
    } [
        /// The messages.
        messages: Message,
    ]
}

model! {
    /// One message of a rendered template.
    Message (
        /// Who speaks.
        role: String,
        /// The finished text.
        content: String => quiet,
    ) {} []
}

model! {
    /// An alias: a name for one version of a template, or for several by weight.
    Alias (
        /// The name.
        alias: String,
    ) {
        /// The template.
        template_id: String,
        /// The version it stands for.
        target_version: String,
        /// The share of each version; together 1.
        weights: BTreeMap<String, f64>,
    } []
}
