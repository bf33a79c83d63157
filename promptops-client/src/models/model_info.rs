//! Models the service knows, and whether a prompt suits them (documented only).

use super::Provider;
use crate::macros::model;

model! {
    /// A model.
    ModelInfo (
        /// Its name: `gpt-4`.
        name: String,
    ) {
        /// Who makes it.
        provider: Provider,
        /// Its name for people.
        display_name: String,
        /// What it is.
        description: String,
        /// The longest it takes and gives, in tokens.
        max_tokens: u64,
        /// Whether it streams.
        supports_streaming: bool,
        /// Whether it answers in JSON when asked to.
        supports_json: bool,
        /// What it costs.
        cost_per_1k_tokens: ModelCost,
    } [
        /// What it can do: `chat`, `completion`, `embedding`.
        capabilities: String,
    ]
}

model! {
    /// What a thousand tokens cost, in US dollars.
    ModelCost () {
        /// Sent to the model.
        input: f64,
        /// Answered by it.
        output: f64,
    } []
}

model! {
    /// A model to check a prompt against.
    ModelRef (
        /// Who makes it.
        provider: Provider,
        /// Its name.
        name: String,
    ) {} []
}

model! {
    /// What to check: a stored prompt or a text, against models.
    CompatibilityCheck () {
        /// A stored prompt.
        prompt_id: String,
        /// A text.
        prompt_content: String => quiet,
    } [
        /// The models; at least one.
        models: ModelRef,
    ]
}

model! {
    /// Whether a prompt suits a model.
    Compatibility (
        /// Who makes the model.
        provider: Provider,
        /// Its name.
        name: String,
    ) {
        /// Whether it does.
        compatible: bool,
        /// How well.
        score: f64,
    } [
        /// What stands against it.
        issues: String,
        /// What would help.
        recommendations: String,
    ]
}
