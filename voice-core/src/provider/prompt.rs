//! Prompts kept elsewhere.

use std::fmt;

use async_trait::async_trait;
use serde_json::{Map, Value};

use crate::client::{Cursor, Page};
use crate::error::Error;
use crate::ident::PromptId;

/// Fetches and renders prompts.
#[async_trait]
pub trait PromptProvider: fmt::Debug + Send + Sync {
    /// Fetches a prompt's text as it is stored.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::error::ErrorKind::NotFound) when there is none.
    async fn fetch_prompt(&self, request: &PromptRequest) -> Result<Prompt, Error>;

    /// Fetches a prompt and fills its variables.
    ///
    /// # Errors
    /// As for fetching, and [`ErrorKind::InvalidInput`](crate::error::ErrorKind::InvalidInput) naming every variable that
    /// has no value.
    async fn render_prompt(
        &self,
        request: &PromptRequest,
        variables: &Map<String, Value>,
    ) -> Result<RenderedPrompt, Error>;

    /// Reads one page of what there is.
    ///
    /// # Errors
    /// The provider's.
    async fn list_prompts(&self, from: Option<Cursor>) -> Result<Page<PromptSummary>, Error>;
}

/// Which prompt.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct PromptRequest {
    /// Its id.
    pub id: PromptId,
    /// A version; the latest when unset.
    pub version: Option<String>,
    /// The provider and name of the model it is for, where prompts differ by model.
    pub model: Option<(String, String)>,
}

impl PromptRequest {
    /// The latest version for any model.
    #[must_use]
    pub fn latest(id: PromptId) -> Self {
        Self {
            id,
            version: None,
            model: None,
        }
    }
}

/// A prompt as it is stored.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Prompt {
    /// Its id.
    pub id: PromptId,
    /// The version that was found.
    pub version: String,
    /// The text, with `{{name}}` variables.
    pub text: String,
    /// Where it came from: the service, a cache, a snapshot, a fallback.
    pub source: &'static str,
}

impl Prompt {
    /// A prompt fresh from the service.
    pub fn new(id: PromptId, version: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            id,
            version: version.into(),
            text: text.into(),
            source: "service",
        }
    }
}

impl fmt::Debug for Prompt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prompt")
            .field("id", &self.id)
            .field("version", &self.version)
            .field("text_bytes", &self.text.len())
            .field("source", &self.source)
            .finish()
    }
}

/// A prompt with its variables filled in.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RenderedPrompt {
    /// Its id.
    pub id: PromptId,
    /// The version that was rendered.
    pub version: String,
    /// The text; may hold personal data.
    pub text: String,
}

impl RenderedPrompt {
    /// A rendered prompt.
    pub fn new(id: PromptId, version: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            id,
            version: version.into(),
            text: text.into(),
        }
    }
}

impl fmt::Debug for RenderedPrompt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RenderedPrompt")
            .field("id", &self.id)
            .field("version", &self.version)
            .field("text_bytes", &self.text.len())
            .finish()
    }
}

/// A line of a list of prompts.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PromptSummary {
    /// The id.
    pub id: PromptId,
    /// The name for people.
    pub name: Option<String>,
    /// A version.
    pub version: Option<String>,
}

impl PromptSummary {
    /// A line with nothing but the id.
    #[must_use]
    pub fn new(id: PromptId) -> Self {
        Self {
            id,
            name: None,
            version: None,
        }
    }
}
