//! The friendly name of a credential.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

/// Why a text is no friendly name; it never quotes the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FriendlyNameError {
    /// More than 32 characters.
    #[error("has at most {} characters", FriendlyName::MAX_LEN)]
    TooLong,
}

/// A name for people: at most 32 characters, any of them.
///
/// ```
/// use exotel_vsip::types::FriendlyName;
///
/// assert!(FriendlyName::parse("voice_ai_platform").is_ok());
/// assert!(FriendlyName::parse(&"x".repeat(33)).is_err());
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FriendlyName(Box<str>);

impl FriendlyName {
    /// The most characters taken.
    pub const MAX_LEN: usize = 32;

    /// Takes a name; nothing is trimmed.
    ///
    /// # Errors
    /// [`FriendlyNameError::TooLong`].
    pub fn parse(text: &str) -> Result<Self, FriendlyNameError> {
        if text.chars().nth(Self::MAX_LEN).is_some() {
            return Err(FriendlyNameError::TooLong);
        }
        Ok(Self(text.into()))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for FriendlyName {
    type Err = FriendlyNameError;

    fn from_str(text: &str) -> Result<Self, FriendlyNameError> {
        Self::parse(text)
    }
}

impl fmt::Display for FriendlyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for FriendlyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FriendlyName({})", voice_core::secret::redact(&self.0))
    }
}

impl Serialize for FriendlyName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn characters_count_and_not_bytes(text in "\\PC{0,40}") {
            let parsed = FriendlyName::parse(&text);
            prop_assert_eq!(parsed.is_ok(), text.chars().count() <= 32);
        }
    }
}
