//! How to render, and what can go wrong.

use std::fmt;

/// What to do about a variable without a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Missing {
    /// An error that names all of them. The default.
    #[default]
    Error,
    /// The variable stays as it is written, braces, blanks and all.
    Keep,
    /// Nothing is written in its place.
    Empty,
}

/// What a `null` counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum NullValue {
    /// A value that is written as nothing. The default.
    #[default]
    Empty,
    /// No value: [`Missing`] decides.
    Missing,
}

/// What to do about values that no variable asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum ExtraValues {
    /// They are ignored. The default.
    #[default]
    Ignore,
    /// An error that names all of them. Only the keys of the context itself count, not those inside its values.
    Refuse,
}

/// How a template is rendered. The default is [`Missing::Error`], [`NullValue::Empty`], [`ExtraValues::Ignore`].
///
/// ```
/// use voice_core::template::{ExtraValues, Missing, NullValue, RenderOptions};
///
/// let strict = RenderOptions::new()
///     .missing(Missing::Error)
///     .null(NullValue::Missing)
///     .extra(ExtraValues::Refuse);
/// assert_ne!(strict, RenderOptions::default());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub struct RenderOptions {
    /// What to do about a variable without a value.
    pub missing: Missing,
    /// What a `null` counts as.
    pub null: NullValue,
    /// What to do about values that no variable asks for.
    pub extra: ExtraValues,
}

impl RenderOptions {
    /// The default options.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets what to do about a variable without a value.
    #[must_use]
    pub const fn missing(mut self, missing: Missing) -> Self {
        self.missing = missing;
        self
    }

    /// Sets what a `null` counts as.
    #[must_use]
    pub const fn null(mut self, null: NullValue) -> Self {
        self.null = null;
        self
    }

    /// Sets what to do about values that no variable asks for.
    #[must_use]
    pub const fn extra(mut self, extra: ExtraValues) -> Self {
        self.extra = extra;
        self
    }
}

/// The values do not fit the template.
///
/// Holds names only, never a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", Names { missing: missing.as_slice(), extra: extra.as_slice() })]
pub struct RenderError {
    missing: Vec<String>,
    extra: Vec<String>,
}

impl RenderError {
    pub(super) fn check(missing: Vec<String>, extra: Vec<String>) -> Result<(), Self> {
        if missing.is_empty() && extra.is_empty() {
            Ok(())
        } else {
            Err(Self { missing, extra })
        }
    }

    /// All variables without a value, each once, in the order of the template.
    #[must_use]
    pub fn missing(&self) -> &[String] {
        &self.missing
    }

    /// All keys that no variable asks for, sorted. Empty unless [`ExtraValues::Refuse`] is set.
    #[must_use]
    pub fn extra(&self) -> &[String] {
        &self.extra
    }
}

struct Names<'a> {
    missing: &'a [String],
    extra: &'a [String],
}

impl fmt::Display for Names<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lists = [
            ("template variables without a value", self.missing),
            ("values without a template variable", self.extra),
        ];
        let mut before = "";
        for (what, names) in lists.iter().filter(|(_, names)| !names.is_empty()) {
            write!(f, "{before}{what}")?;
            let mut comma = ": ";
            for name in *names {
                write!(f, "{comma}{}", name.escape_debug())?;
                comma = ", ";
            }
            before = "; ";
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_is_one_line_with_every_name() {
        let names = |names: &[&str]| {
            names
                .iter()
                .map(|name| (*name).to_owned())
                .collect::<Vec<_>>()
        };
        let shown = |missing: &[&str], extra: &[&str]| {
            RenderError::check(names(missing), names(extra))
                .unwrap_err()
                .to_string()
        };
        assert_eq!(
            shown(&["a", "b.c"], &[]),
            "template variables without a value: a, b.c"
        );
        assert_eq!(
            shown(&[], &["x\ny"]),
            "values without a template variable: x\\ny"
        );
        assert_eq!(
            shown(&["a"], &["x"]),
            "template variables without a value: a; values without a template variable: x"
        );
        assert_eq!(RenderError::check(Vec::new(), Vec::new()), Ok(()));
    }
}
