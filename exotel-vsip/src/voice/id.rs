//! Ids of voice v1.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};
use serde_json::Value;
use voice_core::error::Error;
use voice_core::provider::CallId;

use super::record::Take;

/// Why a text is no id of voice v1; it never quotes the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid {what}; expected 1 to 64 letters, digits, - and _")]
pub struct VoiceIdError {
    what: &'static str,
}

impl From<VoiceIdError> for Error {
    fn from(error: VoiceIdError) -> Self {
        Self::invalid_input(error.what, error.to_string()).with_source(error)
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $what:literal;)*) => {$(
        $(#[$doc])*
        ///
        /// Opaque: 1 to 64 letters, digits, `-` and `_`.
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            /// Checks and takes an id.
            ///
            /// # Errors
            /// [`VoiceIdError`].
            pub fn parse(text: &str) -> Result<Self, VoiceIdError> {
                let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
                if (1..=64).contains(&text.len()) && text.bytes().all(fits) {
                    Ok(Self(text.into()))
                } else {
                    Err(VoiceIdError { what: $what })
                }
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = VoiceIdError;

            fn from_str(text: &str) -> Result<Self, VoiceIdError> {
                Self::parse(text)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl Take for $name {
            fn take(value: &Value) -> Option<Self> {
                match value {
                    Value::String(text) => Self::parse(text.trim()).ok(),
                    Value::Number(number) => Self::parse(&number.to_string()).ok(),
                    _ => None,
                }
            }
        }
    )*};
}

ids! {
    /// A call's id.
    CallSid = "CallSid";
    /// A flow's id, as the dashboard shows it under App Bazaar.
    AppId = "AppId";
}

impl TryFrom<&CallId> for CallSid {
    type Error = VoiceIdError;

    fn try_from(id: &CallId) -> Result<Self, VoiceIdError> {
        Self::parse(id.as_str())
    }
}

impl From<&CallSid> for CallId {
    #[allow(
        clippy::expect_used,
        reason = "an id of voice v1 is within what a call id may be"
    )]
    fn from(sid: &CallSid) -> Self {
        Self::new(sid.as_str()).expect("1 to 64 letters and digits")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_one_path_segment() {
        let sid = CallSid::parse("b6cfaf5f5cef3ca0fc937749ef960e25").unwrap();
        assert_eq!(CallSid::try_from(&CallId::from(&sid)).unwrap(), sid);
        let long = "x".repeat(65);
        for bad in ["", ".", "..", "a/b", "a b", "a.json", "é", long.as_str()] {
            assert!(CallSid::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(AppId::take(&serde_json::json!(5)).unwrap().as_str(), "5");
        let error = AppId::parse("a/b").unwrap_err();
        assert!(error.to_string().contains("AppId") && !error.to_string().contains("a/b"));
    }
}
