//! The text messages of a live session, both ways.
//!
//! Each is a JSON object with `type` in snake_case and other keys in camelCase. Both enums read and write, so that a
//! client, a simulator and the server side of a data connection use the same types. They are open: a `type` this version
//! does not know, or an object that does not have the documented form, is kept whole in `Other`.

mod client;
mod server;
mod thread;
mod tool;
mod word;

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use voice_core::secret::redact;

use crate::types::JsonMap;

pub use crate::calls::{ForcedMessage, ForcedToolCall, HangUp, MessageUrgency, UserText};
pub use client::{ClientMessage, Ping, SetOutputMedium};
pub use server::{
    CallStarted, DebugMessage, PlaybackClearBuffer, Pong, ServerMessage, State, Transcript,
};
pub use thread::{
    SideGeneration, SideGenerationDelta, SpawnThread, ThreadLimits, ThreadRejected, ThreadSpawned,
    ThreadTerminated, ToolFilter,
};
pub use tool::{ToolInvocation, ToolResult};
pub use word::{
    AgentState, IfExists, OutputMedium, Speaker, ToolErrorType, ToolReaction, ToolResponseType,
};

/// A message this version does not know, or one that is not as documented: the object as it came.
///
/// `Debug` shows the `type` and the names of the fields, not their values.
#[derive(Clone, PartialEq)]
pub struct OtherMessage {
    kind: String,
    raw: JsonMap,
}

impl OtherMessage {
    /// A message of the type `kind`; a `type` among the fields is replaced.
    #[must_use]
    pub fn new(kind: impl Into<String>, fields: impl Into<JsonMap>) -> Self {
        let kind = kind.into();
        let mut raw = fields.into();
        raw.insert("type".to_owned(), kind.as_str().into());
        Self { kind, raw }
    }

    /// Its `type`.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The whole object, `type` included.
    #[must_use]
    pub fn raw(&self) -> &JsonMap {
        &self.raw
    }
}

impl fmt::Debug for OtherMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OtherMessage")
            .field("kind", &redact(&self.kind))
            .field("raw", &self.raw)
            .finish()
    }
}

/// A message's fields beside its type, for writing.
#[derive(Serialize)]
struct Tagged<'a, T> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(flatten)]
    fields: &'a T,
}

/// Takes `type` out of an object.
fn tagged<'de, D: Deserializer<'de>>(deserializer: D) -> Result<(String, JsonMap), D::Error> {
    let mut object = JsonMap::deserialize(deserializer)?;
    match object.remove("type") {
        Some(Value::String(kind)) => Ok((kind, object)),
        Some(_) => Err(D::Error::custom("the message's type is not a string")),
        None => Err(D::Error::custom("the message has no type")),
    }
}

/// One direction's messages: an open enum over types that [`model!`] made.
macro_rules! messages {
    (
        $(#[$meta:meta])*
        $name:ident {
            $( $(#[$about:meta])* $variant:ident($ty:ty) => $wire:literal, )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum $name {
            $( $(#[$about])* $variant($ty), )*
            /// A message this version does not know, or one that is not as documented.
            Other($crate::realtime::message::OtherMessage),
        }

        impl $name {
            /// The types this version knows.
            pub const KNOWN: &'static [&'static str] = &[$($wire),*];

            /// The message's `type`.
            #[must_use]
            pub fn kind(&self) -> &str {
                match self {
                    $( Self::$variant(_) => $wire, )*
                    Self::Other(other) => other.kind(),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $( Self::$variant(fields) => {
                        $crate::realtime::message::Tagged { kind: $wire, fields }.serialize(serializer)
                    } )*
                    Self::Other(other) => other.raw().serialize(serializer),
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let (kind, fields) = $crate::realtime::message::tagged(deserializer)?;
                let read = match kind.as_str() {
                    $( $wire => <$ty as serde::Deserialize>::deserialize(&*fields)
                        .ok()
                        .map(Self::$variant), )*
                    _ => None,
                };
                Ok(read.unwrap_or_else(|| {
                    Self::Other($crate::realtime::message::OtherMessage::new(kind, fields))
                }))
            }
        }
    };
}

use messages;

#[cfg(test)]
mod tests;
