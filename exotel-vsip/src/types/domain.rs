//! The domain of a trunk.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use crate::account::AccountName;

/// Why a text is no domain of a trunk; it never quotes the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DomainNameError {
    /// It does not end as it must.
    #[error("must end with {}, with a name before it", DomainName::SUFFIX)]
    Suffix,
    /// A part of it is empty, too long, or has a character that belongs in no host name.
    #[error("has parts of 1 to 63 letters, digits, hyphens and underscores between its dots")]
    Label,
    /// More than 253 characters.
    #[error("has at most 253 characters")]
    TooLong,
}

/// The domain of a trunk: a name and `.pstn.exotel.com`, usually that of the account.
///
/// ```
/// use exotel_vsip::AccountName;
/// use exotel_vsip::types::DomainName;
///
/// let domain = DomainName::of_account(&AccountName::parse("exampleacc")?);
/// assert_eq!(domain.as_str(), "exampleacc.pstn.exotel.com");
/// assert!(DomainName::parse("sip.example.com").is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DomainName(Box<str>);

impl DomainName {
    /// How every domain ends.
    pub const SUFFIX: &'static str = ".pstn.exotel.com";

    /// Takes a domain; nothing is trimmed, case is kept.
    ///
    /// # Errors
    /// [`DomainNameError`] says which rule broke.
    pub fn parse(text: &str) -> Result<Self, DomainNameError> {
        let name = text
            .len()
            .checked_sub(Self::SUFFIX.len())
            .and_then(|at| text.split_at_checked(at))
            .filter(|(_, suffix)| suffix.eq_ignore_ascii_case(Self::SUFFIX))
            .map(|(name, _)| name)
            .filter(|name| !name.is_empty())
            .ok_or(DomainNameError::Suffix)?;
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let is_label = |label: &str| (1..=63).contains(&label.len()) && label.bytes().all(fits);
        if !name.split('.').all(is_label) {
            return Err(DomainNameError::Label);
        }
        if text.len() > 253 {
            return Err(DomainNameError::TooLong);
        }
        Ok(Self(text.into()))
    }

    /// The domain of an account: what a trunk has unless it is told otherwise.
    #[must_use]
    pub fn of_account(account: &AccountName) -> Self {
        Self(format!("{account}{}", Self::SUFFIX).into())
    }

    /// The domain as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for DomainName {
    type Err = DomainNameError;

    fn from_str(text: &str) -> Result<Self, DomainNameError> {
        Self::parse(text)
    }
}

impl fmt::Display for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DomainName({})", self.0)
    }
}

impl Serialize for DomainName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_suffix_needs_a_name_before_it() {
        for good in [
            "a.pstn.exotel.com",
            "my-acc_1.PSTN.exotel.com",
            "a.b.pstn.exotel.com",
        ] {
            assert_eq!(DomainName::parse(good).unwrap().as_str(), good);
        }
        for (bad, error) in [
            ("", DomainNameError::Suffix),
            (".pstn.exotel.com", DomainNameError::Suffix),
            ("apstn.exotel.com", DomainNameError::Suffix),
            ("a.pstn.exotel.com.evil.test", DomainNameError::Suffix),
            ("..pstn.exotel.com", DomainNameError::Label),
            ("a b.pstn.exotel.com", DomainNameError::Label),
            ("é.pstn.exotel.com", DomainNameError::Label),
            (
                &format!("{}.pstn.exotel.com", "a".repeat(64)),
                DomainNameError::Label,
            ),
            (
                &format!("{}pstn.exotel.com", "a.".repeat(130)),
                DomainNameError::TooLong,
            ),
        ] {
            assert_eq!(DomainName::parse(bad), Err(error), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn every_account_has_one(name in "[A-Za-z0-9_-]{1,63}") {
            let domain = DomainName::of_account(&AccountName::parse(&name).unwrap());
            let parsed = DomainName::parse(domain.as_str());
            prop_assert_eq!(parsed, Ok(domain));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,40}") {
            let _ = DomainName::parse(&text);
            let _ = DomainName::parse(&format!("{text}{}", DomainName::SUFFIX));
        }
    }
}
