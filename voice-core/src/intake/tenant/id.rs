//! [`TenantId`].

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Why a text is no tenant's id; it never quotes the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TenantIdError {
    /// Nothing there.
    #[error("a tenant's id must not be empty")]
    Empty,
    /// More than 128 bytes.
    #[error("a tenant's id has at most 128 bytes")]
    TooLong,
    /// Something else than `A-Z a-z 0-9 . _ -`.
    #[error(
        "a tenant's id has letters, digits, '.', '_' and '-' only; the character at byte {0} is another"
    )]
    Character(usize),
    /// `.` or `..`, which lead elsewhere in a path.
    #[error("a tenant's id must not be '.' or '..'")]
    Dots,
}

/// A tenant's id: 1 to 128 of `A-Z a-z 0-9 . _ -`, and neither `.` nor `..`, so that it can be part of a key, a path and a
/// metric's label.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TenantId(std::sync::Arc<str>);

impl TenantId {
    /// Checks and takes an id.
    ///
    /// # Errors
    /// [`TenantIdError`] says which rule broke.
    pub fn parse(text: &str) -> Result<Self, TenantIdError> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        match text.len() {
            0 => return Err(TenantIdError::Empty),
            129.. => return Err(TenantIdError::TooLong),
            _ if matches!(text, "." | "..") => return Err(TenantIdError::Dots),
            _ => {}
        }
        match text.bytes().position(|byte| !plain(byte)) {
            Some(at) => Err(TenantIdError::Character(at)),
            None => Ok(Self(text.into())),
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for TenantId {
    type Err = TenantIdError;
    fn from_str(text: &str) -> Result<Self, TenantIdError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for TenantId {
    type Error = TenantIdError;
    fn try_from(text: String) -> Result<Self, TenantIdError> {
        Self::parse(&text)
    }
}

impl TryFrom<&str> for TenantId {
    type Error = TenantIdError;
    fn try_from(text: &str) -> Result<Self, TenantIdError> {
        Self::parse(text)
    }
}

impl From<TenantId> for String {
    fn from(id: TenantId) -> Self {
        id.0.as_ref().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_fits_into_keys_and_paths() {
        for good in ["a", "0", "...", ".a", "Acme-2_b.c", &"x".repeat(128)] {
            assert_eq!(TenantId::parse(good).unwrap().as_str(), good);
        }
        for (bad, why) in [
            ("", TenantIdError::Empty),
            (".", TenantIdError::Dots),
            ("..", TenantIdError::Dots),
            ("a/b", TenantIdError::Character(1)),
            ("a{b}", TenantIdError::Character(1)),
            ("a\n", TenantIdError::Character(1)),
            ("\u{e4}", TenantIdError::Character(0)),
            (&"x".repeat(129), TenantIdError::TooLong),
        ] {
            assert_eq!(TenantId::parse(bad), Err(why), "{bad:?}");
        }
    }
}
