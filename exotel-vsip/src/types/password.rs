//! The password of a credential.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::read::{FromWire, ToWire};

/// The password of a SIP credential. `Debug` shows `[REDACTED]` and there is no `Display`.
///
/// ```
/// use exotel_vsip::types::Password;
///
/// let password = Password::from("correct horse");
/// assert_eq!((format!("{password:?}").as_str(), password.expose()), ("[REDACTED]", "correct horse"));
/// ```
#[derive(Clone)]
pub struct Password(SecretString);

impl Password {
    /// The password itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    pub(crate) fn secret(&self) -> &SecretString {
        &self.0
    }
}

impl From<&str> for Password {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<String> for Password {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<SecretString> for Password {
    fn from(secret: SecretString) -> Self {
        Self(secret)
    }
}

/// Looks at every byte, wherever the first difference is.
impl PartialEq for Password {
    fn eq(&self, other: &Self) -> bool {
        let (mine, theirs) = (self.expose().as_bytes(), other.expose().as_bytes());
        let differences = mine
            .iter()
            .zip(theirs)
            .fold(0, |seen, (a, b)| seen | (a ^ b));
        mine.len() == theirs.len() && differences == 0
    }
}

impl Eq for Password {}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[REDACTED]")
    }
}

impl FromWire for Password {
    fn from_wire(value: &Value) -> Option<Self> {
        value.as_str().map(Self::from)
    }
}

impl ToWire for Password {
    fn to_wire(&self) -> Value {
        Value::from(self.expose())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_compare_by_content() {
        let password = Password::from("hunter2-hunter2");
        assert_eq!(password, Password::from(String::from("hunter2-hunter2")));
        for other in ["", "hunter2-hunter", "hunter2-hunter3", "hunter2-hunter2x"] {
            assert_ne!(password, Password::from(other));
        }
    }
}
