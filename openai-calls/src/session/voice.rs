//! Voices: the API's, and one's own.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::wire::{Lenient, model, words};

/// A voice: one of the API's by name, or one's own by id.
///
/// ```
/// use openai_calls::session::{Voice, VoiceName};
///
/// assert_eq!(Voice::from("cedar"), Voice::Named(VoiceName::Cedar));
/// assert_eq!(serde_json::to_string(&Voice::custom("voice_1"))?, r#"{"id":"voice_1"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Voice {
    /// One of the API's.
    Named(VoiceName),
    /// One's own.
    Custom(CustomVoice),
}

impl Voice {
    /// One's own voice, by its id (`voice_…`).
    #[must_use]
    pub fn custom(id: impl Into<String>) -> Self {
        Self::Custom(CustomVoice::new().id(id))
    }
}

impl From<&str> for Voice {
    fn from(name: &str) -> Self {
        Self::Named(name.into())
    }
}

impl From<String> for Voice {
    fn from(name: String) -> Self {
        Self::Named(name.into())
    }
}

impl From<VoiceName> for Voice {
    fn from(name: VoiceName) -> Self {
        Self::Named(name)
    }
}

impl Serialize for Voice {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Named(name) => name.serialize(serializer),
            Self::Custom(voice) => voice.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Voice {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(Value::deserialize(deserializer)?)
            .map_err(|_| D::Error::custom("a voice is a name or an object with an id"))
    }
}

impl Lenient for Voice {
    fn read(value: Value) -> Result<Self, Value> {
        match value {
            Value::String(name) => Ok(Self::Named(name.into())),
            other => CustomVoice::read(other).map(Self::Custom),
        }
    }
}

model! {
    /// A voice of one's own.
    plain CustomVoice {
        /// Its id, `voice_…`.
        id: String => "id",
    }
}

words! {
    /// A voice of the API's.
    pub enum VoiceName {
        /// `alloy`, the default.
        Alloy = "alloy",
        /// `ash`.
        Ash = "ash",
        /// `ballad`.
        Ballad = "ballad",
        /// `coral`.
        Coral = "coral",
        /// `echo`.
        Echo = "echo",
        /// `sage`.
        Sage = "sage",
        /// `shimmer`.
        Shimmer = "shimmer",
        /// `verse`.
        Verse = "verse",
        /// `marin`, one of the two newest.
        Marin = "marin",
        /// `cedar`, one of the two newest.
        Cedar = "cedar",
    }
}
