//! `{{name}}` templates: parse once, list the variables, render.
//!
//! A prompt is text with holes. What goes into the holes comes from callers and customers, so **substituted text is
//! never scanned again**: a value of `{{secret}}` or `${x}` stays exactly that. Nothing is escaped either, because a
//! prompt is not HTML.
//!
//! # What is a variable
//! Two opening braces, blanks, a name, blanks, two closing braces: `{{name}}`, `{{ user.city }}`. A name starts with a
//! letter of any script or `_`, and goes on with letters, digits, `_`, `.` and `-`; upper and lower case differ. Blanks
//! are any white space.
//!
//! Everything else is text and stays as it is:
//!
//! | written | |
//! |---|---|
//! | `{x}`, `${x}`, `{"a": {}}` | one brace opens nothing, so JSON can stand in a prompt |
//! | `{{}}`, `{{#if x}}`, `{{/if}}`, `{{two words}}`, `{{1st}}` | no name |
//! | `{{name`, `name}}` | not closed, not opened |
//! | `{{{x}}}` | a run of three or more opening braces opens nothing |
//! | `\{{` | an escape: gives `{{`, which opens nothing; the backslash goes. A run of more braces is taken whole |
//!
//! Parsing therefore never fails. [`Template::parse_legacy`] reads the single-brace form `{name}` of older prompts.
//!
//! # Where a value comes from
//! The whole name is looked up as a key first (`user.city`); if there is none and the name has dots, its parts are the
//! path into nested objects (`user`, then `city`). A [`Context`] is a JSON object, a map, or a list of pairs.
//!
//! | value | written as |
//! |---|---|
//! | text | as it is |
//! | `true`, `false`, numbers | as in JSON |
//! | arrays, objects | as compact JSON |
//! | `null` | as nothing; with [`NullValue::Missing`] it counts as missing |
//!
//! A missing value is an error that names **all** missing variables, unless [`Missing`] says otherwise. Values that no
//! variable asks for are ignored, unless [`ExtraValues::Refuse`] is set.
//!
//! ```
//! use serde_json::json;
//! use voice_core::template::Template;
//!
//! let prompt = Template::parse(r#"Greet {{ user.name }} in {{language}}. Answer as {"say": "…"}."#);
//! assert_eq!(prompt.variables(), ["user.name", "language"]);
//!
//! let text = prompt.render(&json!({"user": {"name": "Ana {{language}}"}, "language": "Spanish"}))?;
//! assert_eq!(text, r#"Greet Ana {{language}} in Spanish. Answer as {"say": "…"}."#);
//!
//! let Err(error) = prompt.render(&json!({})) else { unreachable!() };
//! assert_eq!(error.missing(), ["user.name", "language"]);
//! # Ok::<(), voice_core::template::RenderError>(())
//! ```

mod context;
mod options;
mod parse;
#[cfg(test)]
mod properties;
mod render;

use std::fmt;
use std::sync::Arc;

pub use context::{Context, ContextValue, ToContextValue};
pub use options::{ExtraValues, Missing, NullValue, RenderError, RenderOptions};

use parse::{Parsed, Segment, Syntax};

/// A parsed template.
///
/// Parsing is done once; rendering then only looks values up and copies text. Cloning is cheap and shares the parsed
/// form. `Debug` shows the variables and the length, not the text: prompts are often confidential.
#[derive(Clone, PartialEq, Eq)]
pub struct Template {
    source: Arc<str>,
    segments: Arc<[Segment]>,
    variables: Arc<[String]>,
}

impl Template {
    /// Parses the `{{name}}` form. Never fails: what is no variable is text.
    #[must_use]
    pub fn parse(source: &str) -> Self {
        Self::with_syntax(source, Syntax::Double)
    }

    /// Parses the single-brace form `{name}`, as older prompts and PromptOps's `/v1/render` templates have it.
    ///
    /// A variable is one brace, a name without blanks, one brace. Everything else stays as it is: `{"a": 1}`, `{}`,
    /// `{ x }`, and runs of two or more opening braces (`{{x}}`). `\{name}` gives `{name}`; before anything that is no
    /// variable, a backslash stays.
    ///
    /// ```
    /// use voice_core::template::Template;
    ///
    /// let prompt = Template::parse_legacy(r#"{"customer": "{name}", "tags": {}}"#);
    /// assert_eq!(prompt.variables(), ["name"]);
    /// assert_eq!(prompt.render(&[("name", "Ana")])?, r#"{"customer": "Ana", "tags": {}}"#);
    /// # Ok::<(), voice_core::template::RenderError>(())
    /// ```
    #[must_use]
    pub fn parse_legacy(source: &str) -> Self {
        Self::with_syntax(source, Syntax::Single)
    }

    fn with_syntax(source: &str, syntax: Syntax) -> Self {
        let Parsed {
            segments,
            variables,
        } = parse::parse(source, syntax);
        Self {
            source: source.into(),
            segments: segments.into(),
            variables: variables.into(),
        }
    }

    /// The names of the variables, each once, in order of appearance.
    #[must_use]
    pub fn variables(&self) -> &[String] {
        &self.variables
    }

    /// The text the template was parsed from.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Renders with the default [`RenderOptions`]: missing values are an error, `null` is nothing, extra values are
    /// ignored.
    ///
    /// # Errors
    /// [`RenderError`] names every variable without a value.
    pub fn render<C: Context + ?Sized>(&self, context: &C) -> Result<String, RenderError> {
        self.render_with(context, &RenderOptions::default())
    }

    /// Renders with `options`.
    ///
    /// # Errors
    /// [`RenderError`] names every variable without a value (with [`Missing::Error`]) and every value without a
    /// variable (with [`ExtraValues::Refuse`]).
    ///
    /// ```
    /// use voice_core::template::{Missing, RenderOptions, Template};
    ///
    /// let options = RenderOptions::new().missing(Missing::Keep);
    /// let text = Template::parse("{{ a }} {{ b }}").render_with(&[("a", "1")], &options)?;
    /// assert_eq!(text, "1 {{ b }}");
    /// # Ok::<(), voice_core::template::RenderError>(())
    /// ```
    pub fn render_with<C: Context + ?Sized>(
        &self,
        context: &C,
        options: &RenderOptions,
    ) -> Result<String, RenderError> {
        render::render(self, context, options)
    }
}

impl From<&str> for Template {
    fn from(source: &str) -> Self {
        Self::parse(source)
    }
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Template")
            .field("bytes", &self.source.len())
            .field("variables", &self.variables)
            .finish()
    }
}
