//! Opaque identifiers.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Why a text is no identifier; it never quotes the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdError {
    /// Nothing there.
    #[error("an id must not be empty")]
    Empty,
    /// More than 255 bytes.
    #[error("an id has at most 255 bytes")]
    TooLong,
    /// A blank, a control character, or one that is not ASCII.
    #[error("an id has visible ASCII characters only; the one at byte {0} is not")]
    Character(usize),
}

fn check(text: &str) -> Result<(), IdError> {
    match text.len() {
        0 => Err(IdError::Empty),
        256.. => Err(IdError::TooLong),
        _ => match text.bytes().position(|byte| !byte.is_ascii_graphic()) {
            Some(at) => Err(IdError::Character(at)),
            None => Ok(()),
        },
    }
}

macro_rules! ids {
    ($($(#[$docs:meta])* $name:ident)*) => {$(
        $(#[$docs])*
        ///
        /// Opaque: 1 to 255 visible ASCII characters, kept as the provider spells them.
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Checks and takes an id.
            ///
            /// # Errors
            /// [`IdError`] says which rule broke.
            pub fn new(id: impl Into<String>) -> Result<Self, IdError> {
                let id = id.into();
                check(&id)?;
                Ok(Self(id))
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(id: &str) -> Result<Self, IdError> {
                Self::new(id)
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(id: String) -> Result<Self, IdError> {
                Self::new(id)
            }
        }

        impl TryFrom<&str> for $name {
            type Error = IdError;
            fn try_from(id: &str) -> Result<Self, IdError> {
                Self::new(id)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )*};
}

ids! {
    /// A provider's id of an agent.
    AgentId
    /// A provider's id of a call.
    CallId
    /// A provider's id of an agent's session.
    SessionId
    /// A provider's id of a trunk.
    TrunkId
    /// The caller's own key of a call or session: the same key means the same intent, so that after an unknown outcome
    /// the call can be looked for instead of being placed again.
    CallKey
}

impl CallKey {
    /// A key nobody has used: `vk`, then in hex 64 bits of `clock`'s time (nanoseconds) and 53 of its randomness. Not a
    /// secret.
    #[must_use]
    pub fn unique(clock: &dyn crate::clock::Clock) -> Self {
        let nanos = clock
            .wall()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |since| since.as_nanos());
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "only the low 64 bits of the time are wanted, and unit() is in 0..1"
        )]
        let (time, noise) = (nanos as u64, (clock.unit() * 2f64.powi(53)) as u64);
        Self(format!("vk{time:016x}{noise:014x}"))
    }
}

impl From<IdError> for crate::error::Error {
    fn from(error: IdError) -> Self {
        Self::invalid_input("id", error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemClock;

    #[test]
    fn ids_are_checked_wherever_they_come_from() {
        assert_eq!(CallId::new(""), Err(IdError::Empty));
        assert_eq!(CallId::new("a b"), Err(IdError::Character(1)));
        assert_eq!(CallId::new("x".repeat(256)), Err(IdError::TooLong));
        assert!(CallId::new("x".repeat(255)).is_ok());
        assert!(serde_json::from_str::<AgentId>("\"line\\nbreak\"").is_err());
        let id: AgentId = serde_json::from_str("\"CA1\"").unwrap();
        assert_eq!(serde_json::to_string(&id).unwrap(), "\"CA1\"");
    }

    #[test]
    fn keys_differ() {
        let clock = SystemClock::default();
        let keys: std::collections::HashSet<_> =
            (0..1000).map(|_| CallKey::unique(&clock)).collect();
        assert_eq!(keys.len(), 1000);
    }
}
