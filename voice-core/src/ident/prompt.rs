//! Identifiers of stored prompts.

use std::sync::Arc;

use super::error::{Grammar, IdentError};
use super::surface::{check_ascii, plain_debug, text_surface};

/// The id of a prompt or project at PromptOps: 1 to 255 of `A`–`Z`, `a`–`z`, `0`–`9`, `_` and `-`.
///
/// The server answers 400 to any other character; it states no length, and 255 is ours. A stored version such as
/// `greet-v1.1.0` has dots and is no such id: it is read by id and version. Cloning does not allocate, so an id can key
/// a cache.
///
/// ```
/// use voice_core::ident::PromptId;
///
/// assert_eq!(PromptId::parse("order-status_2")?.as_str(), "order-status_2");
/// assert!(PromptId::parse("greet-v1.1.0").is_err());
/// # Ok::<(), voice_core::ident::IdentError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PromptId(Arc<str>);

impl PromptId {
    /// The most characters accepted.
    pub const MAX_LEN: usize = 255;

    pub(super) const GRAMMAR: Grammar = Grammar {
        what: "PromptId",
        form: "1 to 255 letters, digits, underscores and hyphens",
        example: "order-status",
        unit: "characters",
    };

    /// Takes an id; nothing is trimmed.
    ///
    /// # Errors
    /// [`IdentRule::Empty`](super::IdentRule::Empty), [`Character`](super::IdentRule::Character),
    /// [`TooLong`](super::IdentRule::TooLong).
    pub fn parse(text: &str) -> Result<Self, IdentError> {
        check_ascii(text, &Self::GRAMMAR, Self::MAX_LEN, |byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
        })?;
        Ok(Self(text.into()))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_surface!(PromptId);
plain_debug!(PromptId);

#[cfg(test)]
mod tests {
    use super::super::IdentRule;
    use super::*;

    #[test]
    fn ids_are_one_path_segment_of_plain_characters() {
        for good in ["a", "-", "hello-world", "a_b", &"x".repeat(255)] {
            assert_eq!(PromptId::parse(good).unwrap(), good);
        }
        for (bad, rule, position) in [
            ("", IdentRule::Empty, None),
            ("..", IdentRule::Character, Some(0)),
            ("a/b", IdentRule::Character, Some(1)),
            ("a%2fb", IdentRule::Character, Some(1)),
            ("a ", IdentRule::Character, Some(1)),
            (&"x".repeat(256), IdentRule::TooLong { max: 255 }, Some(255)),
        ] {
            let error = PromptId::parse(bad).unwrap_err();
            assert_eq!(
                (error.rule(), error.position()),
                (rule, position),
                "{bad:?}"
            );
        }
    }
}
