//! Tools that run at the client or at a data connection: the order, and the result.

use super::{ToolErrorType, ToolReaction, ToolResponseType};
use crate::types::JsonMap;

model! {
    /// A tool is to be run. It wants exactly one [`ToolResult`] with its id, within the tool's timeout (2.5 s unless
    /// the tool's definition says otherwise).
    both ToolInvocation {
        /// The tool, as the model sees it.
        tool_name: String => "toolName",
        /// The id the result must carry.
        invocation_id: String => "invocationId",
        /// The parameters; often personal data.
        parameters: JsonMap => "parameters",
    }
}

impl ToolInvocation {
    /// Runs the tool `name`.
    #[must_use]
    pub fn new(
        name: impl Into<String>,
        invocation_id: impl Into<String>,
        parameters: impl Into<JsonMap>,
    ) -> Self {
        Self::default()
            .tool_name(name)
            .invocation_id(invocation_id)
            .parameters(parameters)
    }
}

model! {
    /// What a tool gave.
    both ToolResult {
        /// The id of the invocation.
        invocation_id: String => "invocationId",
        /// The result, a text that often is JSON. Absent for failures.
        result: String => "result" quiet,
        /// What the result does; it answers by default.
        response_type: ToolResponseType => "responseType",
        /// What the agent does then; it speaks by default.
        agent_reaction: ToolReaction => "agentReaction",
        /// Why there is no result.
        error_type: ToolErrorType => "errorType",
        /// The same in words. The agent reads them.
        error_message: String => "errorMessage",
        /// Changes to the call's state, which later tools get.
        update_call_state: JsonMap => "updateCallState",
    }
}

impl ToolResult {
    /// The tool gave `result`.
    #[must_use]
    pub fn new(invocation_id: impl Into<String>, result: impl Into<String>) -> Self {
        Self::default().invocation_id(invocation_id).result(result)
    }

    /// There is no such tool.
    #[must_use]
    pub fn undefined(invocation_id: impl Into<String>) -> Self {
        Self::default()
            .invocation_id(invocation_id)
            .error_type(ToolErrorType::Undefined)
            .error_message("There is no such tool.")
    }

    /// The tool failed. The agent reads `message`: put nothing into it that the person must not hear.
    #[must_use]
    pub fn failed(invocation_id: impl Into<String>, message: impl Into<String>) -> Self {
        Self::default()
            .invocation_id(invocation_id)
            .error_type(ToolErrorType::ImplementationError)
            .error_message(message)
    }
}
