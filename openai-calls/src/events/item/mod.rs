//! Items: what a conversation consists of.

mod function;
mod mcp;
mod message;

pub use function::{FunctionCall, FunctionCallOutput};
pub use mcp::{
    McpApprovalRequest, McpApprovalResponse, McpCall, McpError, McpExecutionError, McpHttpError,
    McpListTools, McpProtocolError, McpToolInfo,
};
pub use message::{ContentPart, ContentType, ImageDetail, Message, MessageRole};

use super::ItemId;
use crate::wire::{from_variants, tagged, words};

tagged! {
    /// A piece of a conversation.
    Item {
        /// Something said or written.
        Message(Message) => "message",
        /// The model calls a function of the client's.
        FunctionCall(FunctionCall) => "function_call",
        /// What a function gave.
        FunctionCallOutput(FunctionCallOutput) => "function_call_output",
        /// A tool of an MCP server waits for an approval.
        McpApprovalRequest(McpApprovalRequest) => "mcp_approval_request",
        /// The approval, or a no.
        McpApprovalResponse(McpApprovalResponse) => "mcp_approval_response",
        /// The tools of an MCP server.
        McpListTools(McpListTools) => "mcp_list_tools",
        /// A tool of an MCP server was called.
        McpCall(Box<McpCall>) => "mcp_call",
    }
}

from_variants!(Item:
    Message(Message),
    FunctionCall(FunctionCall),
    FunctionCallOutput(FunctionCallOutput),
    McpApprovalRequest(McpApprovalRequest),
    McpApprovalResponse(McpApprovalResponse),
    McpListTools(McpListTools),
    McpCall(McpCall),
);

impl Item {
    /// Its id, if it has one and the kind is known.
    #[must_use]
    pub fn id(&self) -> Option<&ItemId> {
        match self {
            Self::Message(item) => item.id.as_ref(),
            Self::FunctionCall(item) => item.id.as_ref(),
            Self::FunctionCallOutput(item) => item.id.as_ref(),
            Self::McpApprovalRequest(item) => item.id.as_ref(),
            Self::McpApprovalResponse(item) => item.id.as_ref(),
            Self::McpListTools(item) => item.id.as_ref(),
            Self::McpCall(item) => item.id.as_ref(),
            Self::Unknown { .. } => None,
        }
    }
}

words! {
    /// How far an item is. It has no effect on the conversation.
    pub enum ItemStatus {
        /// Complete.
        Completed = "completed",
        /// Cut off.
        Incomplete = "incomplete",
        /// Under way.
        InProgress = "in_progress",
    }
}
