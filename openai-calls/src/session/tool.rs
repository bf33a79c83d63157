//! Tools: functions of one's own, and servers of the Model Context Protocol.

use serde_json::Value;
use voice_core::provider::ToolSpec;

use super::{JsonMap, McpTool};
use crate::wire::{from_variants, model, tagged};

tagged! {
    /// Something the model may call.
    Tool {
        /// A function of one's own: the model asks, the client answers.
        Function(FunctionTool) => "function",
        /// An MCP server, which the API calls itself.
        Mcp(Box<McpTool>) => "mcp",
    }
}

from_variants!(Tool: Function(FunctionTool), Mcp(McpTool));

model! {
    /// A function of one's own. It is flat: name and parameters stand beside the type, not within a `function`.
    both FunctionTool as "function" {
        /// The name: 1 to 64 of `A-Z a-z 0-9 _ -`.
        name: String => "name",
        /// What it does, when to use it, and what to say about it.
        description: String => "description",
        /// A JSON Schema of the arguments.
        parameters: JsonMap => "parameters",
    }
}

impl FunctionTool {
    /// A function with a description and a JSON Schema of its arguments, an object.
    #[must_use]
    pub fn new(name: impl Into<String>, description: impl Into<String>, parameters: Value) -> Self {
        let tool = Self::default().name(name).description(description);
        match JsonMap::from_value(parameters) {
            Ok(parameters) => tool.parameters(parameters),
            // Kept as it is, so that the check before sending can name it.
            Err(other) => tool.with_extra("parameters", other),
        }
    }
}

impl From<ToolSpec> for FunctionTool {
    fn from(spec: ToolSpec) -> Self {
        Self::new(spec.name, spec.description, spec.parameters)
    }
}

impl From<ToolSpec> for Tool {
    fn from(spec: ToolSpec) -> Self {
        Self::Function(spec.into())
    }
}
