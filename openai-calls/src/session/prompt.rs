//! Prompts that are kept with the account.

use super::JsonMap;
use crate::wire::model;

model! {
    /// A prompt that is kept with the account, and the values of its variables.
    both PromptTemplate {
        /// Its id.
        id: String => "id",
        /// Its version; the newest unless set.
        version: String => "version" null,
        /// Values by name: a text, or an object of the type `input_text`, `input_image` or `input_file`.
        variables: JsonMap => "variables" null,
    }
}

impl PromptTemplate {
    /// The prompt `id`.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self::default().id(id)
    }
}
