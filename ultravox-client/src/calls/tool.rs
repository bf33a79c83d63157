//! The tools of a call, as they were put together for it.

use crate::types::{
    AgentReaction, AutomaticParameter, DynamicParameter, StaticParameter, StaticResponse,
    UvDuration,
};

model! {
    /// A tool as one call has it.
    response CallTool {
        /// Its id within the call.
        call_tool_id: String => "callToolId",
        /// The tool it was made of; unset for one that was defined on the spot.
        tool_id: String => "toolId",
        /// Its name, as the model sees it.
        name: String => "name",
        /// What it is.
        definition: Box<CallToolDefinition> => "definition",
    }
}

model! {
    /// What a tool of a call is. Credentials are not in it: of them only the names are.
    response CallToolDefinition {
        /// What it is for, as the model reads it.
        description: String => "description",
        /// Parameters the model fills.
        dynamic_parameters: Vec<DynamicParameter> => "dynamicParameters",
        /// Parameters with fixed values.
        static_parameters: Vec<StaticParameter> => "staticParameters",
        /// Parameters Ultravox fills.
        automatic_parameters: Vec<AutomaticParameter> => "automaticParameters",
        /// How long it may take.
        timeout: UvDuration => "timeout",
        /// Whether it changes nothing, so that it may be run on suspicion.
        precomputable: bool => "precomputable",
        /// Run over HTTP.
        http: HttpCallTool => "http",
        /// Run by the client.
        client: ClientCallTool => "client",
        /// Run over the data connection.
        data_connection: DataConnectionCallTool => "dataConnection",
        /// What the agent does then.
        default_reaction: AgentReaction => "defaultReaction",
        /// An answer given at once, without waiting for the tool.
        static_response: StaticResponse => "staticResponse",
    }
}

model! {
    /// A tool of a call that is run over HTTP.
    response HttpCallTool {
        /// The URL, perhaps with `{parameter}` in its path.
        base_url_pattern: String => "baseUrlPattern",
        /// The method.
        http_method: String => "httpMethod",
        /// The names of the headers that carry credentials.
        auth_headers: Vec<String> => "authHeaders",
        /// The names of the query parameters that carry credentials.
        auth_query_params: Vec<String> => "authQueryParams",
        /// What a call token must allow; without any there is none.
        call_token_scopes: Vec<String> => "callTokenScopes",
    }
}

model! {
    /// A tool of a call that the client runs. Nothing more to say.
    response ClientCallTool {}
}

model! {
    /// A tool of a call that the other end of the data connection runs. Nothing more to say.
    response DataConnectionCallTool {}
}
