//! Ids within a session, a type each.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::wire::Lenient;

macro_rules! ids {
    ($( $(#[$about:meta])* $name:ident )*) => {$(
        $(#[$about])*
        ///
        /// Opaque, and kept as it came: it only ever travels within JSON.
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes an id as it is.
            pub fn new(id: impl Into<String>) -> Self {
                Self(id.into())
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

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(id.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(id: String) -> Self {
                Self(id)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl Lenient for $name {
            fn read(value: serde_json::Value) -> Result<Self, serde_json::Value> {
                String::read(value).map(Self)
            }
        }
    )*};
}

ids! {
    /// The id of an event: the server's of its own, and the client's of those it wants to recognise in an error.
    EventId
    /// The id of an item of a conversation.
    ItemId
    /// The id of a response.
    ResponseId
    /// The id of a conversation.
    ConversationId
    /// The id of a function call, which the output has to name. **Not** that of a telephone call.
    FunctionCallId
}
