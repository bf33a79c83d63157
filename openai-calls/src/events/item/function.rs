//! Calls of the client's own functions, and their outputs.

use super::ItemStatus;
use crate::events::{FunctionCallId, ItemId};
use crate::wire::model;

model! {
    /// The model calls a function of the client's.
    plain FunctionCall {
        /// The item's id.
        id: ItemId => "id",
        /// What kind of object it is. The server's.
        object: String => "object",
        /// How far it is.
        status: ItemStatus => "status",
        /// The call's id, which the output has to name.
        call_id: FunctionCallId => "call_id",
        /// The function.
        name: String => "name",
        /// The arguments, as a JSON text. A model wrote it: it may be anything.
        arguments: String => "arguments" quiet,
    }
}

model! {
    /// What a function gave.
    both FunctionCallOutput {
        /// The item's id; the server makes one unless set.
        id: ItemId => "id",
        /// What kind of object it is. The server's.
        object: String => "object",
        /// How far it is.
        status: ItemStatus => "status",
        /// The call it answers.
        call_id: FunctionCallId => "call_id",
        /// The output: any text. Often JSON, but the model reads it as it is.
        output: String => "output" quiet,
    }
}

impl FunctionCallOutput {
    /// Answers the call `call_id`.
    #[must_use]
    pub fn new(call_id: impl Into<FunctionCallId>, output: impl Into<String>) -> Self {
        Self::default().call_id(call_id).output(output)
    }
}
