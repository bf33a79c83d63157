//! [`RegionCode`]: two letters.

use std::fmt;
use std::str::FromStr;

use phonenumber::metadata::DATABASE;

/// A region that has a numbering plan of its own: two letters of ISO 3166-1, such as `GB`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegionCode([u8; 2]);

/// Why a text is no region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RegionCodeError {
    /// Not two letters from A to Z.
    #[error("a region is two letters, such as GB")]
    Form,
    /// Two letters that no numbering plan is known for.
    #[error("no numbering plan is known for these two letters")]
    Unknown,
}

impl RegionCode {
    /// Takes two letters, large or small.
    ///
    /// # Errors
    /// [`RegionCodeError`] when it is not two letters, or when nothing is known of such a region.
    pub fn parse(text: &str) -> Result<Self, RegionCodeError> {
        let [first, second] = *text.as_bytes() else {
            return Err(RegionCodeError::Form);
        };
        if !(first.is_ascii_alphabetic() && second.is_ascii_alphabetic()) {
            return Err(RegionCodeError::Form);
        }
        let code = Self([first.to_ascii_uppercase(), second.to_ascii_uppercase()]);
        match DATABASE.by_id(code.as_str()) {
            Some(_) => Ok(code),
            None => Err(RegionCodeError::Unknown),
        }
    }

    /// The two letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The calling code, such as 44.
    #[must_use]
    pub fn calling_code(&self) -> Option<u16> {
        Some(DATABASE.by_id(self.as_str())?.country_code())
    }
}

impl FromStr for RegionCode {
    type Err = RegionCodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for RegionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for RegionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RegionCode({self})")
    }
}
