//! Calls of functions and of MCP servers, piece by piece.

use crate::events::{FunctionCallId, ItemId, ResponseId};
use crate::wire::model;

model! {
    /// More of a function call's arguments.
    event FunctionArgumentsDelta {
        /// The response.
        response_id: ResponseId => "response_id",
        /// The call's item.
        item_id: ItemId => "item_id",
        /// Which of the response's items.
        output_index: u32 => "output_index",
        /// The call's id.
        call_id: FunctionCallId => "call_id",
        /// The text to be added.
        delta: String => "delta" quiet,
    }
}

model! {
    /// All of a function call's arguments.
    event FunctionArgumentsDone {
        /// The response.
        response_id: ResponseId => "response_id",
        /// The call's item.
        item_id: ItemId => "item_id",
        /// Which of the response's items.
        output_index: u32 => "output_index",
        /// The call's id, which the output has to name.
        call_id: FunctionCallId => "call_id",
        /// The function.
        name: String => "name",
        /// The arguments, as a JSON text. A model wrote it: it may be anything.
        arguments: String => "arguments" quiet,
    }
}

model! {
    /// More of the arguments for an MCP server.
    event McpArgumentsDelta {
        /// The response.
        response_id: ResponseId => "response_id",
        /// The call's item.
        item_id: ItemId => "item_id",
        /// Which of the response's items.
        output_index: u32 => "output_index",
        /// The text to be added.
        delta: String => "delta" quiet,
        /// Padding that hides how long the text is; to be ignored.
        obfuscation: String => "obfuscation" null quiet,
    }
}

model! {
    /// All of the arguments for an MCP server.
    event McpArgumentsDone {
        /// The response.
        response_id: ResponseId => "response_id",
        /// The call's item.
        item_id: ItemId => "item_id",
        /// Which of the response's items.
        output_index: u32 => "output_index",
        /// The arguments, as a JSON text.
        arguments: String => "arguments" quiet,
    }
}

model! {
    /// How a call of an MCP server goes.
    event McpCallEvent {
        /// Which of the response's items.
        output_index: u32 => "output_index",
        /// The call's item.
        item_id: ItemId => "item_id",
    }
}
