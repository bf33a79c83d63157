//! [`ServedPrompt`]: a prompt in hand, ready to be rendered, and what comes of that.

use std::fmt;
use std::time::Duration;

use voice_core::error::Error;

use super::{ModelFit, StoredPrompt};
use crate::cache::{Cached, Source};
use crate::ids::split_id;
use crate::models::Prompt;
use crate::render::{
    Message, PromptRenderError, PromptTemplate, PromptVariables, RenderOptions, Role, Syntax,
    VariableReport,
};

/// A prompt in hand: what is stored, where it came from, and its text, parsed. Cloning is cheap.
///
/// `Debug` shows no text.
#[derive(Clone)]
pub struct ServedPrompt {
    pub(super) cached: Cached<StoredPrompt>,
    pub(super) syntax: Syntax,
    pub(super) options: RenderOptions,
}

impl ServedPrompt {
    /// What the service stores.
    #[must_use]
    pub fn prompt(&self) -> &Prompt {
        self.cached.prompt()
    }

    /// The id without a version: the one to ask for it by.
    #[must_use]
    pub fn id(&self) -> &str {
        split_id(&self.prompt().id).0
    }

    /// The version; `0` for a fallback.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.prompt().version
    }

    /// The text for the model asked for, with its variables.
    #[must_use]
    pub fn text(&self) -> &str {
        self.cached.text()
    }

    /// The prompt with all the cache keeps of it.
    #[must_use]
    pub fn stored(&self) -> &StoredPrompt {
        self.cached.value()
    }

    /// How well the text fits the model asked for.
    #[must_use]
    pub fn fit(&self) -> ModelFit {
        self.cached.fit()
    }

    /// Where it came from.
    #[must_use]
    pub fn source(&self) -> Source {
        self.cached.source()
    }

    /// How long ago the service gave it.
    #[must_use]
    pub fn age(&self) -> Duration {
        self.cached.age()
    }

    /// Whether it is the caller's own text and not the service's.
    #[must_use]
    pub fn is_fallback(&self) -> bool {
        self.cached.is_fallback()
    }

    /// The parsed text.
    ///
    /// # Errors
    /// Only a text for the full engine can be wrong.
    pub fn template(&self) -> Result<&PromptTemplate, PromptRenderError> {
        self.cached.template(self.syntax)
    }

    /// The names of its variables and, in a chat, of its placeholders, each once, in the order of the text.
    ///
    /// # Errors
    /// As for [`template`](Self::template).
    pub fn variables(&self) -> Result<Vec<&str>, PromptRenderError> {
        let Some(chat) = self.cached.chat() else {
            let template = self.template()?;
            return Ok(template.variables().iter().map(String::as_str).collect());
        };
        let mut names: Vec<&str> = chat.variables().iter().map(String::as_str).collect();
        for name in chat.placeholders() {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        Ok(names)
    }

    /// Holds the variables of the text against those the prompt declares. A prompt that declares none agrees with anything:
    /// the reference server stores no such list.
    ///
    /// # Errors
    /// As for [`template`](Self::template).
    pub fn check_variables(&self) -> Result<VariableReport, PromptRenderError> {
        let declared = &self.prompt().variables;
        match declared.is_empty() {
            true => Ok(VariableReport::default()),
            false => Ok(VariableReport::compare(&self.variables()?, declared)),
        }
    }

    /// Fills in values, on this side.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) with a field for every name that has no value.
    pub fn render(&self, variables: &PromptVariables) -> Result<Rendered, Error> {
        let text = self
            .template()
            .and_then(|template| template.render(variables, &self.options))
            .map_err(|error| self.about(error))?;
        Ok(self.rendered(text.into_string()))
    }

    /// Fills in values and gives messages. A text that is a JSON list of messages and placeholders is that chat; any other
    /// text is one message of the given role.
    ///
    /// # Errors
    /// As for [`render`](Self::render), of all messages together.
    pub fn render_chat(
        &self,
        role: Role,
        variables: &PromptVariables,
    ) -> Result<Vec<Message>, Error> {
        let messages = match self.cached.chat() {
            Some(chat) => chat.render(variables, &self.options),
            None => self
                .template()
                .and_then(|template| template.render_message(role, variables, &self.options))
                .map(|message| vec![message]),
        };
        messages.map_err(|error| self.about(error))
    }

    fn rendered(&self, text: String) -> Rendered {
        Rendered {
            id: self.id().to_owned(),
            version: self.version().to_owned(),
            source: self.source(),
            text,
        }
    }

    fn about(&self, error: PromptRenderError) -> Error {
        Error::from(error)
            .with_context("prompt_id", self.id())
            .with_context("version", self.version())
    }
}

impl fmt::Debug for ServedPrompt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServedPrompt")
            .field("id", &self.id())
            .field("version", &self.version())
            .field("text_bytes", &self.text().len())
            .field("source", &self.source())
            .field("age", &self.age())
            .finish_non_exhaustive()
    }
}

/// A prompt with its values filled in. It may hold personal data: `Debug` shows its length alone.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rendered {
    /// The prompt.
    pub id: String,
    /// The version that was rendered; `0` for a fallback.
    pub version: String,
    /// Where the prompt came from.
    pub source: Source,
    /// The finished text.
    pub text: String,
}

impl Rendered {
    /// Whether the caller's own text was rendered and not the service's.
    #[must_use]
    pub fn is_fallback(&self) -> bool {
        self.source == Source::Fallback
    }
}

impl AsRef<str> for Rendered {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for Rendered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rendered")
            .field("id", &self.id)
            .field("version", &self.version)
            .field("source", &self.source)
            .field("text_bytes", &self.text.len())
            .finish()
    }
}
