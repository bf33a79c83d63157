//! One text: parsed in one of the syntaxes, and what comes out of it.

use std::fmt;

use voice_core::template::{RenderOptions, Template};

use super::{Message, PromptRenderError, PromptVariables, Role};

/// How a stored text is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Syntax {
    /// `{{ name }}`: the default. JSON may stand in the text.
    #[default]
    Double,
    /// `{name}`, as the older Python client and PromptOps's `/v1/render` templates have it.
    Legacy,
    /// `{{ name }}`, `{% if %}`, `{% for %}` and filters, by a full engine within bounds.
    #[cfg(feature = "engine")]
    #[cfg_attr(docsrs, doc(cfg(feature = "engine")))]
    Engine,
}

/// A parsed prompt of one text.
///
/// Cloning is cheap and shares the parsed form, so that a cache can keep it. `Debug` shows the variables and the length.
#[derive(Debug, Clone)]
pub struct PromptTemplate {
    body: Body,
}

#[derive(Debug, Clone)]
enum Body {
    Plain(Template),
    #[cfg(feature = "engine")]
    Engine(super::engine::EngineTemplate),
}

impl PromptTemplate {
    /// Parses the `{{ name }}` form. Never fails: what is no variable is text.
    #[must_use]
    pub fn parse(source: &str) -> Self {
        Self {
            body: Body::Plain(Template::parse(source)),
        }
    }

    /// Parses the single-brace form `{name}`. Never fails.
    #[must_use]
    pub fn parse_legacy(source: &str) -> Self {
        Self {
            body: Body::Plain(Template::parse_legacy(source)),
        }
    }

    /// Parses the given syntax.
    ///
    /// # Errors
    /// Only a template for the engine can be wrong: `PromptRenderError::Engine` with the line.
    ///
    /// ```
    /// use promptops_client::render::{PromptTemplate, Syntax};
    ///
    /// let old = PromptTemplate::with_syntax("Hello {name}", Syntax::Legacy)?;
    /// assert_eq!(old.variables(), ["name"]);
    /// # Ok::<(), promptops_client::render::PromptRenderError>(())
    /// ```
    pub fn with_syntax(source: &str, syntax: Syntax) -> Result<Self, PromptRenderError> {
        match syntax {
            Syntax::Double => Ok(Self::parse(source)),
            Syntax::Legacy => Ok(Self::parse_legacy(source)),
            #[cfg(feature = "engine")]
            Syntax::Engine => Ok(super::engine::EngineTemplate::parse(source)?.into()),
        }
    }

    /// The names of the variables, each once: in order of appearance, or sorted for the engine, which does not tell it.
    #[must_use]
    pub fn variables(&self) -> &[String] {
        match &self.body {
            Body::Plain(template) => template.variables(),
            #[cfg(feature = "engine")]
            Body::Engine(template) => template.variables(),
        }
    }

    /// The text it was parsed from.
    #[must_use]
    pub fn source(&self) -> &str {
        match &self.body {
            Body::Plain(template) => template.source(),
            #[cfg(feature = "engine")]
            Body::Engine(template) => template.source(),
        }
    }

    /// Fills in the values. Lists of messages in `variables` are not looked at.
    ///
    /// # Errors
    /// [`PromptRenderError::Values`] names every variable without a value and, where refused, every value without a
    /// variable.
    pub fn render(
        &self,
        variables: &PromptVariables,
        options: &RenderOptions,
    ) -> Result<RenderedText, PromptRenderError> {
        let text = match &self.body {
            Body::Plain(template) => template.render_with(variables, options)?,
            #[cfg(feature = "engine")]
            Body::Engine(template) => template.render(variables, options)?,
        };
        Ok(RenderedText(text))
    }

    /// Fills in the values and makes one message of the text.
    ///
    /// The documented render operation of PromptOps answers with the role `system`, its Python client takes `user`. Use
    /// [`Role::System`] for a prompt that tells the model what to do.
    ///
    /// # Errors
    /// Those of [`render`](Self::render).
    ///
    /// ```
    /// use promptops_client::render::{PromptTemplate, RenderOptions, Role};
    /// use promptops_client::variables;
    ///
    /// let template = PromptTemplate::parse("Help {{name}}.");
    /// let message = template.render_message(Role::System, &variables! { name: "Ana" }, &RenderOptions::new())?;
    /// assert_eq!((message.role(), message.content()), (&Role::System, "Help Ana."));
    /// # Ok::<(), promptops_client::render::PromptRenderError>(())
    /// ```
    pub fn render_message(
        &self,
        role: Role,
        variables: &PromptVariables,
        options: &RenderOptions,
    ) -> Result<Message, PromptRenderError> {
        let text = self.render(variables, options)?;
        Ok(Message::new(role, text.into_string()))
    }
}

#[cfg(feature = "engine")]
impl From<super::engine::EngineTemplate> for PromptTemplate {
    fn from(template: super::engine::EngineTemplate) -> Self {
        Self {
            body: Body::Engine(template),
        }
    }
}

impl From<&str> for PromptTemplate {
    fn from(source: &str) -> Self {
        Self::parse(source)
    }
}

/// A prompt with its values filled in: what a model gets.
///
/// It may hold personal data, so `Debug` shows the length alone, and there is no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct RenderedText(String);

impl RenderedText {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, owned.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

impl AsRef<str> for RenderedText {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<RenderedText> for String {
    fn from(text: RenderedText) -> Self {
        text.0
    }
}

impl fmt::Debug for RenderedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RenderedText")
            .field("bytes", &self.0.len())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use voice_core::template::{ExtraValues, Missing};

    use super::*;
    use crate::variables;

    #[test]
    fn every_syntax_has_the_same_interface() {
        let values = variables! { name: "Ana" };
        for (source, syntax) in [
            ("Hi {{ name }}", Syntax::Double),
            ("Hi {name}", Syntax::Legacy),
            #[cfg(feature = "engine")]
            ("Hi {% if name %}{{ name }}{% endif %}", Syntax::Engine),
        ] {
            let template = PromptTemplate::with_syntax(source, syntax).unwrap();
            assert_eq!(template.variables(), ["name"], "{syntax:?}");
            assert_eq!(template.source(), source);
            let text = template.render(&values, &RenderOptions::new()).unwrap();
            assert_eq!(text.as_str(), "Hi Ana");
            let strict = RenderOptions::new().extra(ExtraValues::Refuse);
            let error = template.render(&variables! { name: "", b: 1, a: 2 }, &strict);
            assert_eq!(error.unwrap_err().extra(), ["a", "b"], "{syntax:?}");
        }
    }

    #[test]
    fn strictness_is_the_templates() {
        let template = PromptTemplate::parse("{{a}}-{{b}}");
        let with = |missing| {
            let options = RenderOptions::new().missing(missing);
            template.render(&variables! { a: 1 }, &options)
        };
        assert_eq!(with(Missing::Keep).unwrap().as_str(), "1-{{b}}");
        assert_eq!(with(Missing::Empty).unwrap().as_str(), "1-");
        assert_eq!(with(Missing::Error).unwrap_err().missing(), ["b"]);
    }

    #[test]
    fn nothing_rendered_shows_in_debug() {
        let template = PromptTemplate::parse("confidential {{a}}");
        let text = template.render(&variables! { a: "secret" }, &RenderOptions::new());
        let shown = format!("{template:?} {text:?}");
        assert!(
            !shown.contains("confidential") && !shown.contains("secret"),
            "{shown}"
        );
    }
}
