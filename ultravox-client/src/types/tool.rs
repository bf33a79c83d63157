//! Tools an agent can use.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    AgentReaction, CorpusId, JsonMap, KnownParameter, ParameterLocation, Secret, ToolRequirements,
    UvDuration,
};

model! {
    /// A tool picked for an agent or a call: by id, by name, or defined on the spot. Exactly one of the three.
    both SelectedTool {
        /// The id of a tool that exists.
        tool_id: String => "toolId",
        /// The name of a tool that exists; a private one goes before a built-in one of the same name.
        tool_name: String => "toolName",
        /// A tool defined on the spot.
        temporary_tool: Box<ToolDefinition> => "temporaryTool",
        /// The name the model sees: 1 to 64 letters, digits, `_` and `-`, unique within the call.
        name_override: String => "nameOverride",
        /// The description the model sees.
        description_override: String => "descriptionOverride",
        /// Credentials by the names of the tool's security requirements. They may not come back in answers.
        auth_tokens: BTreeMap<String, Secret> => "authTokens",
        /// Fixed values for parameters, by the tool's own names; the model does not see those parameters.
        parameter_overrides: JsonMap => "parameterOverrides",
        /// For Ultravox's own use.
        transition_id: String => "transitionId",
    }
}

impl SelectedTool {
    /// A tool by its id.
    #[must_use]
    pub fn by_id(id: impl Into<String>) -> Self {
        Self::default().tool_id(id)
    }

    /// A tool by its name, such as the built-in `hangUp`.
    #[must_use]
    pub fn by_name(name: impl Into<String>) -> Self {
        Self::default().tool_name(name)
    }

    /// The built-in tool `queryCorpus`, bound to one corpus: the agent looks things up there. `most` limits how many
    /// pieces it is given each time, 1 to 20; the API decides unless set.
    ///
    /// ```
    /// use ultravox_client::types::{CorpusId, SelectedTool};
    ///
    /// let tool = SelectedTool::query_corpus(&CorpusId::new("c-1")?, Some(5));
    /// assert_eq!(
    ///     serde_json::to_string(&tool)?,
    ///     r#"{"toolName":"queryCorpus","parameterOverrides":{"corpus_id":"c-1","max_results":5}}"#,
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn query_corpus(corpus: &CorpusId, most: Option<u32>) -> Self {
        let mut overrides = JsonMap::from([("corpus_id", corpus.as_str())]);
        if let Some(most) = most {
            overrides.insert("max_results".to_owned(), most.into());
        }
        Self::by_name("queryCorpus").parameter_overrides(overrides)
    }

    /// A tool defined on the spot.
    #[must_use]
    pub fn temporary(definition: ToolDefinition) -> Self {
        Self::default().temporary_tool(definition)
    }
}

model! {
    /// What a tool is. Exactly one of `http`, `client` and `data_connection` says how it is run.
    both ToolDefinition {
        /// The name the model sees: 1 to 64 letters, digits, `_` and `-`.
        model_tool_name: String => "modelToolName",
        /// What it is for, as the model reads it.
        description: String => "description",
        /// Parameters the model fills.
        dynamic_parameters: Vec<DynamicParameter> => "dynamicParameters",
        /// Parameters with fixed values.
        static_parameters: Vec<StaticParameter> => "staticParameters",
        /// Parameters Ultravox fills.
        automatic_parameters: Vec<AutomaticParameter> => "automaticParameters",
        /// What must be given to use it.
        requirements: ToolRequirements => "requirements",
        /// How long it may take; 2.5 s by default, at most 40 s. The conversation stands still meanwhile.
        timeout: UvDuration => "timeout",
        /// Whether it changes nothing, so that it may be run on suspicion.
        precomputable: bool => "precomputable",
        /// Run over HTTP.
        http: HttpTool => "http",
        /// Run by the client.
        client: ClientTool => "client",
        /// Run over the data connection.
        data_connection: DataConnectionTool => "dataConnection",
        /// What the agent does then.
        default_reaction: AgentReaction => "defaultReaction",
        /// An answer given at once, without waiting for the tool.
        static_response: StaticResponse => "staticResponse",
    }
}

impl ToolDefinition {
    /// A tool that is an HTTP endpoint.
    #[must_use]
    pub fn http_tool(
        name: impl Into<String>,
        method: impl Into<String>,
        url: impl Into<String>,
    ) -> Self {
        let http = HttpTool::new().http_method(method).base_url_pattern(url);
        Self::default().model_tool_name(name).http(http)
    }

    /// A tool that the client runs.
    #[must_use]
    pub fn client_tool(name: impl Into<String>) -> Self {
        Self::default()
            .model_tool_name(name)
            .client(ClientTool::new())
    }

    /// A tool that the other end of the data connection runs.
    #[must_use]
    pub fn data_connection_tool(name: impl Into<String>) -> Self {
        Self::default()
            .model_tool_name(name)
            .data_connection(DataConnectionTool::new())
    }
}

model! {
    /// A parameter the model fills.
    both DynamicParameter {
        /// Its name.
        name: String => "name",
        /// Where it goes.
        location: ParameterLocation => "location",
        /// Its JSON Schema.
        schema: JsonMap => "schema",
        /// Whether the model must fill it.
        required: bool => "required",
    }
}

impl DynamicParameter {
    /// A parameter `name` in `location`, with its JSON Schema.
    #[must_use]
    pub fn new(
        name: impl Into<String>,
        location: ParameterLocation,
        schema: impl Into<JsonMap>,
    ) -> Self {
        Self::default().name(name).location(location).schema(schema)
    }
}

model! {
    /// A parameter with a fixed value. The value may be a credential and does not show in `Debug`.
    both StaticParameter {
        /// Its name.
        name: String => "name",
        /// Where it goes.
        location: ParameterLocation => "location",
        /// Its value; texts are templates.
        value: Value => "value" quiet,
    }
}

impl StaticParameter {
    /// A parameter `name` in `location` that is always `value`.
    #[must_use]
    pub fn new(
        name: impl Into<String>,
        location: ParameterLocation,
        value: impl Into<Value>,
    ) -> Self {
        Self::default().name(name).location(location).value(value)
    }
}

model! {
    /// A parameter Ultravox fills.
    both AutomaticParameter {
        /// Its name.
        name: String => "name",
        /// Where it goes.
        location: ParameterLocation => "location",
        /// With what.
        known_value: KnownParameter => "knownValue",
    }
}

impl AutomaticParameter {
    /// A parameter `name` in `location` that is always `known`.
    #[must_use]
    pub fn new(
        name: impl Into<String>,
        location: ParameterLocation,
        known: KnownParameter,
    ) -> Self {
        Self::default()
            .name(name)
            .location(location)
            .known_value(known)
    }
}

model! {
    /// How a tool is run over HTTP.
    plain HttpTool {
        /// Its URL, with `{name}` for path parameters.
        base_url_pattern: String => "baseUrlPattern",
        /// The method.
        http_method: String => "httpMethod",
    }
}

model! {
    /// Run by the client. Nothing to set.
    plain ClientTool {}
}

model! {
    /// Run over the data connection. Nothing to set.
    plain DataConnectionTool {}
}

model! {
    /// An answer given at once.
    plain StaticResponse {
        /// The answer.
        response_text: String => "responseText",
    }
}

model! {
    /// Changes to an agent's tools for one call; what is removed goes first.
    plain ToolOverrides {
        /// Names, as the model sees them, of tools to take away. Not together with `remove_all`.
        remove: Vec<String> => "remove",
        /// Whether all of them are taken away.
        remove_all: bool => "removeAll",
        /// Tools to add.
        add: Vec<SelectedTool> => "add",
    }
}
