//! Secrets that stand in API objects.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

/// A secret within an API object: a key, a password, a token, a signature, a header's value, a join URL.
///
/// `Debug` shows `[REDACTED]` and there is no `Display`. Serialising it gives the secret itself, because that is how it
/// gets to the API: do not serialise an object that holds one into a log.
///
/// ```
/// use voice_core::wire::Secret;
///
/// let secret = Secret::from("sixteen-or-longer");
/// assert_eq!(format!("{secret:?}"), "[REDACTED]");
/// assert_eq!(secret.expose(), "sixteen-or-longer");
/// ```
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// The secret itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// The secret as `secrecy` holds it, lent.
    #[must_use]
    pub fn as_secret(&self) -> &SecretString {
        &self.0
    }

    /// The secret as `secrecy` holds it.
    #[must_use]
    pub fn into_secret(self) -> SecretString {
        self.0
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<SecretString> for Secret {
    fn from(secret: SecretString) -> Self {
        Self(secret)
    }
}

/// Looks at every byte, wherever the first difference is.
impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        let (mine, theirs) = (self.expose().as_bytes(), other.expose().as_bytes());
        let differences = mine
            .iter()
            .zip(theirs)
            .fold(0, |seen, (a, b)| seen | (a ^ b));
        mine.len() == theirs.len() && differences == 0
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[REDACTED]")
    }
}

impl serde::Serialize for Secret {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose())
    }
}

impl<'de> serde::Deserialize<'de> for Secret {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        SecretString::deserialize(deserializer).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_nothing_and_compares_by_content() {
        let secret: Secret = serde_json::from_str("\"hunter2-hunter2\"").unwrap();
        assert_eq!(format!("{secret:?} {secret:#?}"), "[REDACTED] [REDACTED]");
        assert_eq!(secret, Secret::from("hunter2-hunter2"));
        for other in ["", "hunter2-hunter", "hunter2-hunter3", "hunter2-hunter2x"] {
            assert_ne!(secret, Secret::from(other));
        }
        assert_eq!(
            serde_json::to_string(&secret).unwrap(),
            "\"hunter2-hunter2\""
        );
    }
}
