//! [`StoredPrompt`]: what the cache keeps, a prompt with its text already parsed.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::models::{ModelSpecificPrompt, Prompt};
use crate::render::{
    ChatTemplate, Chosen, ModelFallback, PromptRenderError, PromptTemplate, Syntax, choose,
};

/// A prompt as the cache keeps it: what the service stores, the text that is for the model asked for, and, made when it is
/// first rendered and kept from then on, the parsed template.
///
/// As JSON it is the prompt, and one field more when a text was chosen for a model. A prompt alone is read as well, so that
/// a snapshot may be written by hand.
#[derive(Debug, Serialize, Deserialize)]
pub struct StoredPrompt {
    #[serde(flatten)]
    prompt: Prompt,
    #[serde(
        rename = "sdk_chosen",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    chosen: Option<ChosenText>,
    #[serde(skip)]
    template: OnceLock<Result<PromptTemplate, PromptRenderError>>,
    #[serde(skip)]
    chat: OnceLock<Option<ChatTemplate>>,
}

#[derive(Debug, Serialize, Deserialize)]
struct ChosenText {
    fit: ModelFit,
    text: ModelSpecificPrompt,
}

/// How well a prompt's text fits the model that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ModelFit {
    /// The main text: no model was asked for, or no text is for it.
    Main,
    /// Written for exactly this provider and model.
    Exact,
    /// Written for another model of the same provider.
    SameProvider,
    /// Written for another provider's model; only where the first of any was asked for.
    OtherProvider,
}

impl StoredPrompt {
    /// A prompt with its main text.
    #[must_use]
    pub fn new(prompt: Prompt) -> Self {
        Self {
            prompt,
            chosen: None,
            template: OnceLock::new(),
            chat: OnceLock::new(),
        }
    }

    /// A prompt with its text for a model: exactly that one's, else another of the same provider, else as `fallback` says.
    #[must_use]
    pub fn for_model(prompt: Prompt, provider: &str, model: &str, fallback: ModelFallback) -> Self {
        let found = choose(&prompt.model_specific_prompts, provider, model, fallback);
        let fit = match found {
            Chosen::Exact(_) => ModelFit::Exact,
            Chosen::SameProvider(_) => ModelFit::SameProvider,
            Chosen::OtherProvider(_) => ModelFit::OtherProvider,
            Chosen::Main => ModelFit::Main,
        };
        let chosen = found.specific().cloned();
        let chosen = chosen.map(|text| ChosenText { fit, text });
        Self {
            chosen,
            ..Self::new(prompt)
        }
    }

    /// What the service stores, all texts included.
    #[must_use]
    pub fn prompt(&self) -> &Prompt {
        &self.prompt
    }

    /// The text for the model that was asked for, variables and all.
    #[must_use]
    pub fn text(&self) -> &str {
        match &self.chosen {
            Some(chosen) => &chosen.text.content,
            None => &self.prompt.content,
        }
    }

    /// How well the text fits the model.
    #[must_use]
    pub fn fit(&self) -> ModelFit {
        self.chosen
            .as_ref()
            .map_or(ModelFit::Main, |chosen| chosen.fit)
    }

    /// The text for the model with format and instructions, when there is one.
    #[must_use]
    pub fn model_text(&self) -> Option<&ModelSpecificPrompt> {
        self.chosen.as_ref().map(|chosen| &chosen.text)
    }

    /// The text, parsed once. A service reads all its prompts in one syntax, so the first one counts.
    pub(super) fn template(&self, syntax: Syntax) -> Result<&PromptTemplate, PromptRenderError> {
        self.template
            .get_or_init(|| PromptTemplate::with_syntax(self.text(), syntax))
            .as_ref()
            .map_err(Clone::clone)
    }

    /// The text as a list of messages, if it is one.
    pub(super) fn chat(&self) -> Option<&ChatTemplate> {
        self.chat
            .get_or_init(|| {
                let text = self.text().trim_start();
                // Most texts are none, and are not read as JSON to find out.
                let list = text
                    .starts_with('[')
                    .then(|| text.parse::<Value>().ok())??;
                let chat = ChatTemplate::from_json(&list).ok()?;
                (!list.as_array()?.is_empty()).then_some(chat)
            })
            .as_ref()
    }
}

impl From<Prompt> for StoredPrompt {
    fn from(prompt: Prompt) -> Self {
        Self::new(prompt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::Provider;

    fn prompt() -> Prompt {
        Prompt::new("greet", "1.0.0", "main").model_specific_prompts([
            ModelSpecificPrompt::new(Provider::OpenAi, "gpt-4o", "for gpt-4o"),
            ModelSpecificPrompt::new(Provider::Anthropic, "claude", "for claude"),
        ])
    }

    #[test]
    fn the_text_is_for_the_model_asked_for_and_survives_json() {
        for (provider, model, fallback, text, fit) in [
            (
                "anthropic",
                "claude",
                ModelFallback::Main,
                "for claude",
                ModelFit::Exact,
            ),
            (
                "openai",
                "gpt-5",
                ModelFallback::Main,
                "for gpt-4o",
                ModelFit::SameProvider,
            ),
            (
                "google",
                "gemini",
                ModelFallback::Main,
                "main",
                ModelFit::Main,
            ),
            (
                "google",
                "gemini",
                ModelFallback::FirstOfAny,
                "for gpt-4o",
                ModelFit::OtherProvider,
            ),
        ] {
            let stored = StoredPrompt::for_model(prompt(), provider, model, fallback);
            let json = serde_json::to_string(&stored).unwrap();
            let read: StoredPrompt = serde_json::from_str(&json).unwrap();
            for stored in [stored, read] {
                assert_eq!((stored.text(), stored.fit()), (text, fit));
                assert_eq!(stored.prompt(), &prompt(), "{json}");
            }
        }
    }

    #[test]
    fn a_prompt_alone_is_read_and_keeps_unknown_fields() {
        let json = r#"{"id":"greet","version":"1","content":"Hi","colour":"red"}"#;
        let read: StoredPrompt = serde_json::from_str(json).unwrap();
        assert_eq!((read.text(), read.fit()), ("Hi", ModelFit::Main));
        assert_eq!(read.prompt().extra["colour"], "red");
        assert!(!format!("{read:?}").contains("Hi"));
    }

    #[test]
    fn only_a_list_of_messages_is_a_chat() {
        for (text, is_chat) in [
            (r#"[{"role":"user","content":"{{q}}"}]"#, true),
            (r#" [{"type":"placeholder","name":"history"}]"#, true),
            ("[]", false),
            ("[1, 2]", false),
            ("[draft] Hello {{name}}", false),
            (r#"{"role":"user","content":"x"}"#, false),
            ("Hello", false),
        ] {
            let stored = StoredPrompt::new(Prompt::new("a", "1", text));
            assert_eq!(stored.chat().is_some(), is_chat, "{text}");
        }
    }
}
