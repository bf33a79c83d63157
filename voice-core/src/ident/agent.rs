//! Names of voice agents, and the keys of the values put into their templates.

use std::sync::Arc;

use super::error::{Grammar, IdentError, IdentRule};
use super::surface::{check_ascii, plain_debug, text_surface};

/// The name of a voice agent: 1 to 64 characters, none of them a control character.
///
/// Ultravox declares a length and nothing else, and its own example has a space, so [`parse`](Self::parse) asks for no
/// more. Characters are Unicode scalar values. Teams that want names which also pass stricter services use
/// [`parse_strict`](Self::parse_strict). Cloning does not allocate.
///
/// ```
/// use voice_core::ident::AgentName;
///
/// assert_eq!(AgentName::parse("Réception (night)")?.as_str(), "Réception (night)");
/// assert!(AgentName::parse_strict("Réception (night)").is_err());
/// assert!(AgentName::parse_strict("Front desk_2").is_ok());
/// # Ok::<(), voice_core::ident::IdentError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AgentName(Arc<str>);

impl AgentName {
    /// The most characters accepted.
    pub const MAX_CHARS: usize = 64;

    pub(super) const GRAMMAR: Grammar = Grammar {
        what: "AgentName",
        form: "1 to 64 characters, none of them a control character",
        example: "Front desk",
        unit: "characters",
    };

    const STRICT: Grammar = Grammar {
        form: "1 to 64 letters, digits, spaces, hyphens and underscores, no space at either end",
        ..Self::GRAMMAR
    };

    /// Takes a name by the rule of the API; nothing is trimmed.
    ///
    /// # Errors
    /// [`IdentRule::Empty`], [`Character`](IdentRule::Character) for a control character,
    /// [`TooLong`](IdentRule::TooLong).
    pub fn parse(text: &str) -> Result<Self, IdentError> {
        if text.is_empty() {
            return Err(IdentError::new(&Self::GRAMMAR, IdentRule::Empty));
        }
        for (count, (at, character)) in text.char_indices().enumerate() {
            let rule = if character.is_control() {
                IdentRule::Character
            } else if count >= Self::MAX_CHARS {
                IdentRule::TooLong {
                    max: Self::MAX_CHARS,
                }
            } else {
                continue;
            };
            return Err(IdentError::new(&Self::GRAMMAR, rule).at(text, at));
        }
        Ok(Self(text.into()))
    }

    /// Takes a name by a stricter rule: ASCII letters, digits, spaces, hyphens and underscores, at most 64.
    ///
    /// A space at either end is refused as well: services with this rule cut it off, and the agent would go by another
    /// name than the one asked for.
    ///
    /// # Errors
    /// [`IdentRule::Empty`], [`Character`](IdentRule::Character), [`TooLong`](IdentRule::TooLong).
    pub fn parse_strict(text: &str) -> Result<Self, IdentError> {
        check_ascii(text, &Self::STRICT, Self::MAX_CHARS, |byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-' | b'_')
        })?;
        let edge = if text.starts_with(' ') {
            Some(0)
        } else if text.ends_with(' ') {
            Some(text.trim_end().len())
        } else {
            None
        };
        match edge {
            Some(at) => Err(IdentError::new(&Self::STRICT, IdentRule::Character)
                .at(text, at)
                .found(b' ')),
            None => Ok(Self(text.into())),
        }
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_surface!(AgentName);
plain_debug!(AgentName);

/// The key of a template value: an ASCII letter or `_`, then ASCII letters, digits and `_`, at most 100 characters.
///
/// Some services keep words for themselves ([`RESERVED`](Self::RESERVED)); whether those matter depends on the service,
/// so they pass [`parse`](Self::parse), and [`is_reserved`](Self::is_reserved) tells. Cloning does not allocate.
///
/// ```
/// use voice_core::ident::TemplateKey;
///
/// assert!(!TemplateKey::parse("customer_name")?.is_reserved());
/// assert!(TemplateKey::parse("Call_ID")?.is_reserved());
/// assert!(TemplateKey::parse_unreserved("Call_ID").is_err());
/// assert!(TemplateKey::parse("customer-name").is_err());
/// # Ok::<(), voice_core::ident::IdentError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TemplateKey(Arc<str>);

impl TemplateKey {
    /// The most characters accepted.
    pub const MAX_LEN: usize = 100;

    /// Words that a service may keep for itself, in any case of their letters.
    pub const RESERVED: [&'static str; 5] =
        ["agent_id", "call_id", "timestamp", "system", "internal"];

    pub(super) const GRAMMAR: Grammar = Grammar {
        what: "TemplateKey",
        form: "a letter or underscore, then letters, digits and underscores, at most 100 characters",
        example: "customer_name",
        unit: "characters",
    };

    /// Takes a key, reserved or not.
    ///
    /// # Errors
    /// [`IdentRule::Empty`], [`Character`](IdentRule::Character), [`TooLong`](IdentRule::TooLong).
    pub fn parse(text: &str) -> Result<Self, IdentError> {
        if text.starts_with(|first: char| first.is_ascii_digit()) {
            return Err(IdentError::new(&Self::GRAMMAR, IdentRule::Character).at(text, 0));
        }
        check_ascii(text, &Self::GRAMMAR, Self::MAX_LEN, |byte| {
            byte.is_ascii_alphanumeric() || byte == b'_'
        })?;
        Ok(Self(text.into()))
    }

    /// Takes a key that is none of the [`RESERVED`](Self::RESERVED) words.
    ///
    /// # Errors
    /// Those of [`parse`](Self::parse), and [`IdentRule::Reserved`].
    pub fn parse_unreserved(text: &str) -> Result<Self, IdentError> {
        let key = Self::parse(text)?;
        if key.is_reserved() {
            return Err(IdentError::new(&Self::GRAMMAR, IdentRule::Reserved).at(text, 0));
        }
        Ok(key)
    }

    /// Whether this is one of the [`RESERVED`](Self::RESERVED) words, in any case of its letters.
    #[must_use]
    pub fn is_reserved(&self) -> bool {
        Self::RESERVED
            .iter()
            .any(|word| self.0.eq_ignore_ascii_case(word))
    }

    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_surface!(TemplateKey);
plain_debug!(TemplateKey);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agent_names_have_a_length_and_no_control_characters() {
        for good in ["a", " a ", "Anna: día 1 🙂", &"é".repeat(64)] {
            assert_eq!(AgentName::parse(good).unwrap(), good);
        }
        for (bad, rule, position) in [
            ("", IdentRule::Empty, None),
            ("a\nb", IdentRule::Character, Some(1)),
            ("é\u{85}", IdentRule::Character, Some(2)),
            (&"é".repeat(65), IdentRule::TooLong { max: 64 }, Some(128)),
        ] {
            let error = AgentName::parse(bad).unwrap_err();
            assert_eq!(
                (error.rule(), error.position()),
                (rule, position),
                "{bad:?}"
            );
        }
    }

    #[test]
    fn strict_agent_names_are_ascii_words() {
        for good in ["a", "Front desk-2_b", &"a".repeat(64)] {
            assert_eq!(AgentName::parse_strict(good).unwrap(), good);
        }
        for (bad, rule, position) in [
            ("", IdentRule::Empty, None),
            ("a.b", IdentRule::Character, Some(1)),
            ("a\tb", IdentRule::Character, Some(1)),
            ("é", IdentRule::Character, Some(0)),
            (" a", IdentRule::Character, Some(0)),
            ("a  ", IdentRule::Character, Some(1)),
            ("   ", IdentRule::Character, Some(0)),
            (&"a".repeat(65), IdentRule::TooLong { max: 64 }, Some(64)),
        ] {
            let error = AgentName::parse_strict(bad).unwrap_err();
            assert_eq!(
                (error.rule(), error.position()),
                (rule, position),
                "{bad:?}"
            );
            assert!(error.expected().contains("hyphens"));
        }
    }

    #[test]
    fn template_keys_are_identifiers() {
        for good in ["a", "_", "_1", "customer_name", &"k".repeat(100)] {
            assert_eq!(TemplateKey::parse(good).unwrap(), good);
        }
        for (bad, rule, position) in [
            ("", IdentRule::Empty, None),
            ("1a", IdentRule::Character, Some(0)),
            ("a-b", IdentRule::Character, Some(1)),
            ("a.b", IdentRule::Character, Some(1)),
            ("aé", IdentRule::Character, Some(1)),
            (&"k".repeat(101), IdentRule::TooLong { max: 100 }, Some(100)),
        ] {
            let error = TemplateKey::parse(bad).unwrap_err();
            assert_eq!(
                (error.rule(), error.position()),
                (rule, position),
                "{bad:?}"
            );
        }
    }

    #[test]
    fn reserved_words_are_told_in_any_case() {
        for word in ["agent_id", "CALL_ID", "Timestamp", "system", "iNTERNAL"] {
            assert!(TemplateKey::parse(word).unwrap().is_reserved());
            assert_eq!(
                TemplateKey::parse_unreserved(word).unwrap_err().rule(),
                IdentRule::Reserved
            );
        }
        assert!(
            !TemplateKey::parse_unreserved("systems")
                .unwrap()
                .is_reserved()
        );
    }
}
