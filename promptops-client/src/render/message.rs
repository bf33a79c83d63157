//! Who says what.

use std::fmt;

use serde::{Deserialize, Serialize};

voice_core::open_enum! {
    /// Who a message is from.
    pub enum Role {
        /// Instructions of the application.
        System = "system",
        /// The same, as some models call it.
        Developer = "developer",
        /// The person.
        User = "user",
        /// The model.
        Assistant = "assistant",
        /// The answer of a tool.
        Tool = "tool",
    }
}

/// One message of a chat, ready for a model.
///
/// In JSON an object `{"role", "content"}`. `Debug` shows the role and the length, not the text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    role: Role,
    content: String,
}

impl Message {
    /// A message.
    pub fn new(role: Role, content: impl Into<String>) -> Self {
        Self {
            role,
            content: content.into(),
        }
    }

    /// Who it is from.
    #[must_use]
    pub fn role(&self) -> &Role {
        &self.role
    }

    /// Its text.
    #[must_use]
    pub fn content(&self) -> &str {
        &self.content
    }

    /// Its text, owned.
    #[must_use]
    pub fn into_content(self) -> String {
        self.content
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("role", &self.role)
            .field("content_bytes", &self.content.len())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn messages_are_role_and_content_in_json() {
        let message = Message::new(Role::Other("critic".into()), "No.");
        let written = serde_json::to_value(&message).unwrap();
        assert_eq!(written, json!({"role": "critic", "content": "No."}));
        assert_eq!(serde_json::from_value::<Message>(written).unwrap(), message);
        assert!(serde_json::from_value::<Message>(json!({"role": "user"})).is_err());
    }

    #[test]
    fn debug_does_not_show_the_text() {
        let shown = format!("{:?}", Message::new(Role::User, "confidential"));
        assert_eq!(shown, "Message { role: User, content_bytes: 12 }");
    }
}
