//! Ids of what only Ultravox has.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use voice_core::provider::IdError;

macro_rules! ids {
    ($( $(#[$about:meta])* $name:ident; )*) => {$(
        $(#[$about])*
        ///
        /// Opaque: 1 to 255 visible ASCII characters, kept as the API spells them.
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

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )*};
}

ids! {
    /// The id of a stage of a call.
    StageId;
    /// The id of a webhook endpoint.
    WebhookId;
    /// The id of a call throttle.
    ThrottleId;
    /// The id of a SIP registration.
    SipRegistrationId;
    /// The id of a scheduled batch.
    BatchId;
    /// The id of a corpus.
    CorpusId;
    /// The id of a source of a corpus.
    SourceId;
    /// The id of a document: one that was uploaded, or one that a source found.
    DocumentId;
    /// The id of a voice.
    VoiceId;
    /// The id of a tool.
    ToolId;
}

fn check(id: &str) -> Result<(), IdError> {
    match id.len() {
        0 => Err(IdError::Empty),
        256.. => Err(IdError::TooLong),
        _ => match id.bytes().position(|byte| !byte.is_ascii_graphic()) {
            Some(at) => Err(IdError::Character(at)),
            None => Ok(()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_checked_wherever_they_come_from() {
        assert_eq!(StageId::new(""), Err(IdError::Empty));
        assert_eq!("a b".parse::<StageId>(), Err(IdError::Character(1)));
        assert_eq!(StageId::new("x".repeat(256)), Err(IdError::TooLong));
        assert!(serde_json::from_str::<StageId>("\"a\\nb\"").is_err());
        let id: StageId = serde_json::from_str("\"s-1\"").unwrap();
        assert_eq!(serde_json::to_string(&id).unwrap(), "\"s-1\"");
        assert_eq!(
            (id.to_string(), String::from(id)),
            ("s-1".to_owned(), "s-1".to_owned())
        );
    }
}
