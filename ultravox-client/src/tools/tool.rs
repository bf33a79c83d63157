//! A tool: as it is asked for, and given.

use voice_core::client::Operation;
use voice_core::error::Error;

use crate::calls::Call;
use crate::check::{Problems, tool_definition};
use crate::types::{Ownership, ToolDefinition, ToolId, UvTime};

/// The longest name, in characters.
const NAME: usize = 40;

request! {
    /// A tool to be created, or to take an old one's place.
    ///
    /// ```
    /// use ultravox_client::tools::NewTool;
    /// use ultravox_client::types::ToolDefinition;
    ///
    /// let definition = ToolDefinition::http_tool("openingHours", "GET", "https://api.bluebell.example/hours")
    ///     .description("Says when the shop is open.");
    /// let tool = NewTool::new("openingHours", definition);
    /// ```
    NewTool(
        /// Its name, by which agents can pick it: 1 to 40 characters.
        name: String => "name",
        /// What it is.
        definition: ToolDefinition => "definition",
    ) {}
}

impl NewTool {
    pub(super) fn check(&self, operation: &Operation) -> Result<(), Error> {
        let mut problems = Problems::default();
        problems.text("name", Some(&self.name), NAME);
        tool_definition(&mut problems, "definition", &self.definition);
        problems.finish(operation)
    }
}

model! {
    /// A tool as Ultravox knows it.
    response Tool {
        /// Its id.
        tool_id: ToolId => "toolId",
        /// Its name.
        name: String => "name",
        /// When it was created.
        created: UvTime => "created",
        /// What it is.
        definition: ToolDefinition => "definition",
        /// Whose it is.
        ownership: Ownership => "ownership",
    }
}

impl Tool {
    /// Its id.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`](voice_core::error::ErrorKind::Decode) for an answer without one, which the API does not give.
    pub fn id(&self) -> Result<&ToolId, Error> {
        self.tool_id
            .as_ref()
            .ok_or_else(|| crate::missing("tools", "toolId"))
    }
}

model! {
    /// A call in which a tool was used.
    response ToolCallHistory {
        /// The call.
        call: Call => "call",
        /// How often the tool failed in it.
        error_count: i64 => "errorCount",
    }
}
