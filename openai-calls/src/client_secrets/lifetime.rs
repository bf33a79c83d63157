//! How long a secret opens sessions.

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use voice_core::error::Error;

/// How long a client secret opens sessions, from its creation: 10 to 7,200 whole seconds. The API takes 600 unless set.
///
/// ```
/// use openai_calls::client_secrets::SecretLifetime;
///
/// assert_eq!(SecretLifetime::from_secs(60)?.as_secs(), 60);
/// assert!(SecretLifetime::from_secs(9).is_err());
/// # Ok::<(), openai_calls::client_secrets::SecretLifetimeError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SecretLifetime(u16);

/// The lifetime is out of its range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a client secret lives 10 to 7200 seconds, not {0}")]
pub struct SecretLifetimeError(u64);

impl From<SecretLifetimeError> for Error {
    fn from(error: SecretLifetimeError) -> Self {
        Self::invalid_input("expires_after.seconds", error.to_string()).with_source(error)
    }
}

impl SecretLifetime {
    /// The shortest.
    pub const MIN: Self = Self(10);
    /// The longest.
    pub const MAX: Self = Self(7_200);

    /// So many seconds.
    ///
    /// # Errors
    /// [`SecretLifetimeError`] for less than 10 or more than 7,200.
    pub fn from_secs(seconds: u64) -> Result<Self, SecretLifetimeError> {
        match u16::try_from(seconds).map(Self) {
            Ok(lifetime) if (Self::MIN..=Self::MAX).contains(&lifetime) => Ok(lifetime),
            _ => Err(SecretLifetimeError(seconds)),
        }
    }

    /// In seconds.
    #[must_use]
    pub const fn as_secs(self) -> u64 {
        self.0 as u64
    }
}

/// As the API's object, with its only anchor.
impl Serialize for SecretLifetime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("anchor", "created_at")?;
        map.serialize_entry("seconds", &self.0)?;
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_range_is_the_apis() {
        for (seconds, fits) in [
            (0, false),
            (9, false),
            (10, true),
            (7_200, true),
            (7_201, false),
            (u64::MAX, false),
            (65_536 + 60, false),
        ] {
            assert_eq!(
                SecretLifetime::from_secs(seconds).is_ok(),
                fits,
                "{seconds}"
            );
        }
        let json = serde_json::to_string(&SecretLifetime::MAX).unwrap();
        assert_eq!(json, r#"{"anchor":"created_at","seconds":7200}"#);
    }
}
