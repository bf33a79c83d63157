//! What goes on between the API and MCP servers.

use crate::events::ItemId;
use crate::session::JsonMap;
use crate::wire::{from_variants, model, tagged};

model! {
    /// A tool of an MCP server waits for an approval.
    plain McpApprovalRequest {
        /// The item's id, which the answer has to name.
        id: ItemId => "id",
        /// The server.
        server_label: String => "server_label",
        /// The tool.
        name: String => "name",
        /// The arguments, as a JSON text.
        arguments: String => "arguments" quiet,
    }
}

model! {
    /// The approval, or a no.
    both McpApprovalResponse {
        /// The item's id.
        id: ItemId => "id",
        /// The request it answers.
        approval_request_id: ItemId => "approval_request_id",
        /// Whether the tool may run.
        approve: bool => "approve",
        /// Why.
        reason: String => "reason" null quiet,
    }
}

impl McpApprovalResponse {
    /// Lets the tool run.
    #[must_use]
    pub fn approved(request: impl Into<ItemId>) -> Self {
        Self::default().approval_request_id(request).approve(true)
    }

    /// Does not.
    #[must_use]
    pub fn denied(request: impl Into<ItemId>) -> Self {
        Self::default().approval_request_id(request).approve(false)
    }
}

model! {
    /// The tools of an MCP server.
    plain McpListTools {
        /// The item's id.
        id: ItemId => "id",
        /// The server.
        server_label: String => "server_label",
        /// Its tools.
        tools: Vec<McpToolInfo> => "tools",
    }
}

model! {
    /// A tool of an MCP server.
    plain McpToolInfo {
        /// Its name.
        name: String => "name",
        /// What it does.
        description: String => "description" null,
        /// A JSON Schema of its arguments.
        input_schema: JsonMap => "input_schema",
        /// What the server says of it besides.
        annotations: JsonMap => "annotations" null,
    }
}

model! {
    /// A tool of an MCP server was called.
    plain McpCall {
        /// The item's id.
        id: ItemId => "id",
        /// The server.
        server_label: String => "server_label",
        /// The tool.
        name: String => "name",
        /// The arguments, as a JSON text.
        arguments: String => "arguments" quiet,
        /// The request for an approval it came from.
        approval_request_id: ItemId => "approval_request_id" null,
        /// What it gave.
        output: String => "output" null quiet,
        /// Why it gave nothing.
        error: McpError => "error" null,
    }
}

tagged! {
    /// Why a tool of an MCP server gave nothing.
    McpError {
        /// The server broke the protocol.
        Protocol(McpProtocolError) => "protocol_error",
        /// The tool failed.
        Execution(McpExecutionError) => "tool_execution_error",
        /// The server could not be asked.
        Http(McpHttpError) => "http_error",
    }
}

from_variants!(McpError:
    Protocol(McpProtocolError),
    Execution(McpExecutionError),
    Http(McpHttpError),
);

model! {
    /// The server broke the protocol.
    plain McpProtocolError {
        /// The code.
        code: i64 => "code",
        /// What went wrong.
        message: String => "message" quiet,
    }
}

model! {
    /// The tool failed.
    plain McpExecutionError {
        /// What went wrong.
        message: String => "message" quiet,
    }
}

model! {
    /// The server could not be asked.
    plain McpHttpError {
        /// The HTTP status.
        code: i64 => "code",
        /// What went wrong.
        message: String => "message" quiet,
    }
}
