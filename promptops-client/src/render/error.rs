//! What can go wrong between a template and its values.

use std::fmt;

use voice_core::error::{Error, FieldError};
use voice_core::template::RenderError;

/// The values do not fit the template, or the template cannot be run.
///
/// Names only, never a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PromptRenderError {
    /// Variables or placeholders without a value, or values without a variable.
    #[error("{}", Names { missing: missing.as_slice(), extra: extra.as_slice() })]
    Values {
        /// All without a value, each once, in the order of the template.
        missing: Vec<String>,
        /// All values nobody asks for, sorted; only where the options refuse them.
        extra: Vec<String>,
    },
    /// A placeholder was given something else than a list of messages.
    #[error("the placeholder {} needs a list of messages, each with a role and a text", .0.escape_debug())]
    Messages(String),
    /// The template engine refused or stopped.
    #[cfg(feature = "engine")]
    #[cfg_attr(docsrs, doc(cfg(feature = "engine")))]
    #[error(transparent)]
    Engine(#[from] super::engine::EngineError),
}

impl PromptRenderError {
    /// All variables and placeholders without a value, each once, in the order of the template.
    #[must_use]
    pub fn missing(&self) -> &[String] {
        match self {
            Self::Values { missing, .. } => missing,
            Self::Messages(_) => &[],
            #[cfg(feature = "engine")]
            Self::Engine(error) => error.missing(),
        }
    }

    /// All values nobody asks for, sorted. Empty unless [`ExtraValues::Refuse`](super::ExtraValues::Refuse) is set.
    #[must_use]
    pub fn extra(&self) -> &[String] {
        match self {
            Self::Values { extra, .. } => extra,
            _ => &[],
        }
    }

    pub(super) fn check(missing: Vec<String>, extra: Vec<String>) -> Result<(), Self> {
        if missing.is_empty() && extra.is_empty() {
            Ok(())
        } else {
            Err(Self::Values { missing, extra })
        }
    }
}

impl From<RenderError> for PromptRenderError {
    fn from(error: RenderError) -> Self {
        Self::Values {
            missing: error.missing().to_vec(),
            extra: error.extra().to_vec(),
        }
    }
}

/// The family's error for wrong input: the field `variables`, and one field for every missing or extra name.
impl From<PromptRenderError> for Error {
    fn from(error: PromptRenderError) -> Self {
        let mut out = Self::invalid_input("variables", error.to_string());
        for name in error.missing() {
            out = out.with_field(FieldError::new(format!("variables.{name}"), "has no value"));
        }
        for name in error.extra() {
            let field = format!("variables.{name}");
            out = out.with_field(FieldError::new(field, "is not in the template"));
        }
        out.with_source(error)
    }
}

/// A stored list of messages cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChatFormatError {
    /// A chat prompt is a list.
    #[error("a chat prompt must be a list of messages and placeholders")]
    NoList,
    /// The entry at this place, counted from 0, is neither a message nor a placeholder.
    #[error(
        "entry {0} of the chat prompt is neither a message {{role, content}} nor a placeholder {{type, name}}"
    )]
    Entry(usize),
}

struct Names<'a> {
    missing: &'a [String],
    extra: &'a [String],
}

impl fmt::Display for Names<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lists = [
            ("the prompt's variables without a value", self.missing),
            ("values the prompt has no variable for", self.extra),
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
    use voice_core::error::ErrorKind;

    use super::*;

    #[test]
    fn every_name_is_a_field_of_the_familys_error() {
        let error = PromptRenderError::check(vec!["a".into(), "b".into()], vec!["x\ny".into()]);
        let error = error.unwrap_err();
        let said = error.to_string();
        assert_eq!(
            said,
            "the prompt's variables without a value: a, b; values the prompt has no variable for: x\\ny"
        );
        let error = Error::from(error);
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        let fields: Vec<_> = error
            .fields()
            .iter()
            .map(|field| field.field.as_str())
            .collect();
        assert!(
            fields.contains(&"variables.a") && fields.contains(&"variables.b"),
            "{fields:?}"
        );
    }
}
