//! The account's short name, which is a part of every path.

use std::fmt;
use std::str::FromStr;

/// Why a text is no account name; it never quotes the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AccountNameError {
    /// Nothing there.
    #[error("must not be empty")]
    Empty,
    /// More than 64 characters.
    #[error("has more than {} characters", AccountName::MAX_LEN)]
    TooLong,
    /// A character that does not belong there.
    #[error("has letters, digits, hyphens and underscores only")]
    Character,
}

/// The account's short name, `account_sid` in the API: 1 to 64 letters, digits, `-` and `_`.
///
/// It is no secret and no Twilio SID; the dashboard shows it under the API settings.
///
/// ```
/// use exotel_vsip::AccountName;
///
/// assert_eq!(AccountName::parse("exampleacc")?.as_str(), "exampleacc");
/// assert!(AccountName::parse("example/acc").is_err());
/// # Ok::<(), exotel_vsip::AccountNameError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountName(Box<str>);

impl AccountName {
    /// The most characters taken; the vendor states no limit.
    pub const MAX_LEN: usize = 64;

    /// Takes a name; nothing is trimmed.
    ///
    /// # Errors
    /// [`AccountNameError`] says which rule broke.
    pub fn parse(text: &str) -> Result<Self, AccountNameError> {
        if text.is_empty() {
            return Err(AccountNameError::Empty);
        }
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if !text.bytes().all(fits) {
            return Err(AccountNameError::Character);
        }
        if text.len() > Self::MAX_LEN {
            return Err(AccountNameError::TooLong);
        }
        Ok(Self(text.into()))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AccountName {
    type Err = AccountNameError;

    fn from_str(text: &str) -> Result<Self, AccountNameError> {
        Self::parse(text)
    }
}

impl AsRef<str> for AccountName {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for AccountName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for AccountName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AccountName({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_one_plain_path_segment_is_a_name() {
        for good in ["a", "exampleacc", "my-acc_2", &"x".repeat(64)] {
            assert_eq!(AccountName::parse(good).unwrap().as_str(), good);
        }
        for (bad, error) in [
            ("", AccountNameError::Empty),
            (".", AccountNameError::Character),
            ("..", AccountNameError::Character),
            ("a/b", AccountNameError::Character),
            (" a", AccountNameError::Character),
            ("a\n", AccountNameError::Character),
            (&"x".repeat(65), AccountNameError::TooLong),
        ] {
            assert_eq!(AccountName::parse(bad), Err(error), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,80}") {
            if let Ok(name) = AccountName::parse(&text) {
                prop_assert_eq!(name.to_string(), text);
            }
        }
    }
}
