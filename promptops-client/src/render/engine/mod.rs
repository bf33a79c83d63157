//! A full template engine behind the same interface: conditions, loops, filters.
//!
//! For prompts that need more than `{{ name }}`. The language is Jinja as the crate `minijinja` has it. There
//! is no file access and no other template, so that nothing is there to include, import or extend. Nothing is escaped.
//! Values are written as everywhere in [`render`](super): `null` as nothing, lists and objects as compact JSON.
//!
//! What runs is bounded by [`EngineLimits`]: the length of the source, the number of steps, the depth of calls, and the
//! length of the output. What a template keeps in a variable of its own on the way is bounded by its steps alone, and a
//! template that joins a text to itself again and again can make much of few: **let nobody write templates whom you would
//! not let write code.** Values can do nothing of the kind; they are data throughout.
//!
//! ```
//! use promptops_client::render::{PromptTemplate, RenderOptions, Syntax};
//! use promptops_client::variables;
//!
//! let source = "{% for item in items %}{{ loop.index }}. {{ item }}\n{% endfor %}";
//! let template = PromptTemplate::with_syntax(source, Syntax::Engine)?;
//! let text = template.render(&variables! { items: vec!["tea", "{{milk}}"] }, &RenderOptions::new())?;
//! assert_eq!(text.as_str(), "1. tea\n2. {{milk}}\n");
//! # Ok::<(), promptops_client::render::PromptRenderError>(())
//! ```

mod error;

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::sync::Arc;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, ValueKind};
use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior};
use voice_core::template::{ExtraValues, Missing, NullValue, RenderOptions};

pub use error::{EngineError, EngineFault};

use super::{PromptRenderError, PromptVariables};

const NAME: &str = "prompt";

/// What a template may use up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct EngineLimits {
    /// The longest source, in bytes: 256 KiB.
    pub source_bytes: usize,
    /// The most steps of one rendering: 100,000. Each instruction is one.
    pub steps: u64,
    /// The depth of nested calls: 100, at most 500. A call of a macro counts for several.
    pub depth: usize,
    /// The longest output, in bytes: 1 MiB. No single value written may be longer either.
    pub output_bytes: usize,
}

impl Default for EngineLimits {
    fn default() -> Self {
        Self {
            source_bytes: 256 * 1024,
            steps: 100_000,
            depth: 100,
            output_bytes: 1024 * 1024,
        }
    }
}

/// A template parsed for the engine. Cloning is cheap; `Debug` shows the variables and the length.
#[derive(Clone)]
pub struct EngineTemplate {
    inner: Arc<Inner>,
}

struct Inner {
    source: String,
    variables: Vec<String>,
    strict: Environment<'static>,
    lenient: Environment<'static>,
    limits: EngineLimits,
}

impl EngineTemplate {
    /// Parses with the default limits.
    ///
    /// # Errors
    /// [`EngineError`] with the line.
    pub fn parse(source: &str) -> Result<Self, EngineError> {
        Self::with_limits(source, EngineLimits::default())
    }

    /// Parses with limits of one's own.
    ///
    /// # Errors
    /// [`EngineError`] with the line.
    ///
    /// ```
    /// use promptops_client::render::engine::{EngineFault, EngineLimits, EngineTemplate};
    /// use promptops_client::render::{PromptRenderError, PromptTemplate, RenderOptions};
    /// use promptops_client::variables;
    ///
    /// let mut limits = EngineLimits::default();
    /// limits.steps = 1_000;
    /// let template = EngineTemplate::with_limits("{% for i in range(9999) %}.{% endfor %}", limits)?;
    /// let error = PromptTemplate::from(template).render(&variables! {}, &RenderOptions::new());
    /// assert!(matches!(error, Err(PromptRenderError::Engine(error)) if error.fault() == EngineFault::TooManySteps));
    /// # Ok::<(), promptops_client::render::engine::EngineError>(())
    /// ```
    pub fn with_limits(source: &str, limits: EngineLimits) -> Result<Self, EngineError> {
        if source.len() > limits.source_bytes {
            return Err(EngineError::new(EngineFault::SourceTooLong));
        }
        let mut strict = environment(limits);
        strict
            .add_template_owned(NAME, source.to_owned())
            .map_err(|error| EngineError::of(&error))?;
        let template = strict
            .get_template(NAME)
            .map_err(|error| EngineError::of(&error))?;
        let mut variables: Vec<String> = template.undeclared_variables(false).into_iter().collect();
        variables.retain(|name| !strict.globals().any(|(global, _)| global == name));
        variables.sort_unstable();
        let mut lenient = strict.clone();
        lenient.set_undefined_behavior(UndefinedBehavior::Chainable);
        Ok(Self {
            inner: Arc::new(Inner {
                source: source.to_owned(),
                variables,
                strict,
                lenient,
                limits,
            }),
        })
    }

    /// The names the template takes from outside, sorted.
    #[must_use]
    pub fn variables(&self) -> &[String] {
        &self.inner.variables
    }

    /// The text it was parsed from.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.inner.source
    }

    pub(super) fn render(
        &self,
        values: &PromptVariables,
        options: &RenderOptions,
    ) -> Result<String, PromptRenderError> {
        let Inner {
            variables,
            strict,
            lenient,
            limits,
            ..
        } = &*self.inner;
        let environment = match options.missing {
            Missing::Empty => lenient,
            Missing::Keep => return Err(EngineError::new(EngineFault::KeepUnsupported).into()),
            _ => strict,
        };
        if options.extra == ExtraValues::Refuse {
            let unknown = |name: &&str| !variables.iter().any(|known| known == name);
            let mut extra: Vec<_> = values.names().filter(unknown).map(str::to_owned).collect();
            extra.sort_unstable();
            PromptRenderError::check(Vec::new(), extra)?;
        }
        let context: BTreeMap<&str, &serde_json::Value> = values
            .iter()
            .filter(|(_, value)| !value.is_null() || options.null == NullValue::Empty)
            .collect();
        let mut out = Bounded {
            bytes: Vec::new(),
            room: limits.output_bytes,
        };
        let outcome = environment.get_template(NAME).and_then(|template| {
            let context = minijinja::Value::from(Serde(&context));
            template.render_captured_to(context, &mut out).map(drop)
        });
        if let Err(error) = outcome {
            let mut error = EngineError::of(&error);
            if error.fault == EngineFault::Missing {
                let absent = |name: &&String| !context.contains_key(name.as_str());
                error.missing = variables.iter().filter(absent).cloned().collect();
            }
            return Err(error.into());
        }
        String::from_utf8(out.bytes).map_err(|_| EngineError::new(EngineFault::Value).into())
    }
}

impl fmt::Debug for EngineTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EngineTemplate")
            .field("bytes", &self.inner.source.len())
            .field("variables", &self.inner.variables)
            .finish()
    }
}

fn environment(limits: EngineLimits) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(limits.steps));
    environment.set_recursion_limit(limits.depth);
    // Text that grows from one turn of a loop to the next is the cheapest way around the limits.
    environment.remove_global("namespace");
    if let Ok(syntax) = SyntaxConfig::builder().keep_trailing_newline(true).build() {
        environment.set_syntax(syntax);
    }
    environment.set_formatter(move |out, state, value| {
        let too_long = || minijinja::Error::from(ErrorKind::WriteFailure);
        match value.kind() {
            ValueKind::None => Ok(()),
            ValueKind::Bool
            | ValueKind::Number
            | ValueKind::Seq
            | ValueKind::Map
            | ValueKind::Iterable => {
                let mut text = Bounded {
                    bytes: Vec::new(),
                    room: limits.output_bytes,
                };
                serde_json::to_writer(&mut text, value).map_err(|_| too_long())?;
                let text = String::from_utf8(text.bytes).map_err(|_| too_long())?;
                out.write_str(&text).map_err(|_| too_long())
            }
            _ if value
                .as_str()
                .is_some_and(|text| text.len() > limits.output_bytes) =>
            {
                Err(too_long())
            }
            _ => minijinja::escape_formatter(out, state, value),
        }
    });
    environment
}

/// Takes so many bytes and no more.
struct Bounded {
    bytes: Vec<u8>,
    room: usize,
}

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.room = self
            .room
            .checked_sub(bytes.len())
            .ok_or(io::ErrorKind::FileTooLarge)?;
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
