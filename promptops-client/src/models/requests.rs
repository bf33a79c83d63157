//! What is sent to make, change and render prompts.

use super::{JsonMap, Provider};
use crate::macros::model;

model! {
    /// A prompt to be made (documented only).
    NewPrompt (
        /// Its name; not empty.
        name: String,
        /// The template; not empty.
        content: String => quiet,
    ) {
        /// What it is for.
        description: String,
        /// The project.
        project_id: String,
        /// The module.
        module_id: String,
    } [
        /// The names of its variables.
        variables: String,
        /// Models, or makers of models, it is meant for.
        target_models: String,
        /// Labels.
        tags: String,
    ]
}

model! {
    /// What to change of a prompt; the rest stays (documented only).
    PromptUpdate () {
        /// Its name.
        name: String,
        /// What it is for.
        description: String,
        /// The template.
        content: String => quiet,
        /// The names of its variables.
        variables: Vec<String>,
        /// Models, or makers of models, it is meant for.
        target_models: Vec<String>,
        /// Labels.
        tags: Vec<String>,
        /// Whether the change is a version of its own. Sending such a change twice would make two, so it is sent once.
        create_new_version: bool,
    } []
}

model! {
    /// What the service shall render with (documented only).
    RemoteRender () {
        /// The values, by name.
        variables: JsonMap,
        /// A version, with or without a leading `v`; the latest unless set.
        version: String,
        /// Who makes the model.
        model_provider: Provider,
        /// The model.
        model_name: String,
        /// The project.
        project_id: String,
    } []
}
