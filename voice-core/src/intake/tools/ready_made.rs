//! [`TransferTool`] and [`HangUpTool`]: what nearly every agent needs.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::{Map, Value, json};

use super::control::may_have_happened;
use super::{FnBuilder, Tool, ToolAnswer, ToolBuilder, ToolContext, ToolError, Transferred};
use crate::intake::Reason;
use crate::intake::tenant::TenantConfig;
use crate::provider::ToolSpec;

/// Hands the call on to a destination of the tenant's configuration: `request_transfer` with `destination_id` and,
/// optionally, `reason`.
///
/// The agent chooses among the ids in the configuration and sees neither number nor address, so that nobody can talk it
/// into calling another. The log of the transfer is kept by [`CallControl`](super::CallControl).
#[derive(Debug, Clone)]
pub struct TransferTool {
    spec: ToolSpec,
}

impl TransferTool {
    /// The function's name, and the feature that turns it on.
    pub const NAME: &'static str = "request_transfer";

    /// The tool for a tenant; `None` when it has no destinations.
    #[must_use]
    pub fn for_tenant(config: &TenantConfig) -> Option<Self> {
        Self::described(
            config,
            "Hands the caller on to somebody else. Tell the caller first, and say nothing after it.",
        )
    }

    /// Builds it for tenants with the feature `request_transfer`. Its one setting is `description`, a text for the
    /// agent in place of the usual one, in which to say what each destination is for.
    #[must_use]
    pub fn builder() -> impl ToolBuilder {
        FnBuilder::new(Self::NAME, |config, settings| {
            let tool = match description(settings)? {
                Some(text) => Self::described(config, text),
                None => Self::for_tenant(config),
            };
            Ok(tool.map(|tool| Arc::new(tool) as Arc<dyn Tool>))
        })
    }

    fn described(config: &TenantConfig, description: &str) -> Option<Self> {
        if config.destinations.is_empty() {
            return None;
        }
        let ids: Vec<&str> = config.destinations.keys().map(String::as_str).collect();
        let parameters = json!({
            "type": "object",
            "properties": {
                "destination_id": {
                    "type": "string",
                    "enum": ids,
                    "description": "Where to.",
                },
                "reason": {
                    "type": "string",
                    "description": "Why, in a few words.",
                },
            },
            "required": ["destination_id"],
            "additionalProperties": false,
        });
        let spec = ToolSpec::new(Self::NAME, description, parameters);
        Some(Self { spec })
    }
}

#[async_trait]
impl Tool for TransferTool {
    fn spec(&self) -> &ToolSpec {
        &self.spec
    }

    async fn run(
        &self,
        arguments: &Map<String, Value>,
        context: &ToolContext,
    ) -> Result<ToolAnswer, ToolError> {
        let id = arguments.get("destination_id").and_then(Value::as_str);
        let id = id.unwrap_or_default();
        if !context.tenant.destinations.contains_key(id) {
            let error = ToolError::new("the destination is not in the tenant's configuration");
            return Err(error.tell_agent(NO_DESTINATION));
        }
        match context.control.transfer(id).await {
            Ok(Transferred::Ordered) => {
                Ok(ToolAnswer::new("The caller is being handed on. Say nothing more.").and_wait())
            }
            Ok(Transferred::CallGone) => Ok(ToolAnswer::new(GONE).and_wait()),
            Err(error) if *error.reason() == Reason::CallGone => {
                Ok(ToolAnswer::new(GONE).and_wait())
            }
            Err(error) => Err(
                ToolError::new(error.to_string()).tell_agent(match error.reason() {
                    Reason::UnknownDestination => NO_DESTINATION,
                    _ if may_have_happened(&error) => UNSURE,
                    _ => "The transfer did not work. Tell the caller, and offer another way.",
                }),
            ),
        }
    }
}

const GONE: &str = "The call is over.";
const UNSURE: &str = "It is not known whether the transfer worked. Do not try it again; if the caller is still there, \
                      offer another way.";
const NO_DESTINATION: &str =
    "There is no such destination. Tell the caller, and offer another way.";

/// Ends the call: `end_call`, without arguments.
#[derive(Debug, Clone)]
pub struct HangUpTool {
    spec: ToolSpec,
}

impl Default for HangUpTool {
    fn default() -> Self {
        Self::new()
    }
}

impl HangUpTool {
    /// The function's name, and the feature that turns it on.
    pub const NAME: &'static str = "end_call";

    /// The tool.
    #[must_use]
    pub fn new() -> Self {
        Self::described(
            "Ends the call. Say goodbye first, and call this only when the caller wants nothing more.",
        )
    }

    /// Builds it for tenants with the feature `end_call`. Its one setting is `description`, a text for the agent in
    /// place of the usual one.
    #[must_use]
    pub fn builder() -> impl ToolBuilder {
        FnBuilder::new(Self::NAME, |_, settings| {
            let tool = description(settings)?.map_or_else(Self::new, Self::described);
            Ok(Some(Arc::new(tool) as Arc<dyn Tool>))
        })
    }

    fn described(description: &str) -> Self {
        let parameters = json!({
            "type": "object",
            "properties": {},
            "additionalProperties": false,
        });
        Self {
            spec: ToolSpec::new(Self::NAME, description, parameters),
        }
    }
}

#[async_trait]
impl Tool for HangUpTool {
    fn spec(&self) -> &ToolSpec {
        &self.spec
    }

    async fn run(
        &self,
        _: &Map<String, Value>,
        context: &ToolContext,
    ) -> Result<ToolAnswer, ToolError> {
        match context.control.hang_up().await {
            Ok(()) => Ok(ToolAnswer::new("The call is being ended.").and_wait()),
            Err(error) if *error.reason() == Reason::CallGone => {
                Ok(ToolAnswer::new(GONE).and_wait())
            }
            Err(error) => Err(ToolError::new(error.to_string())
                .tell_agent("The call could not be ended. Ask the caller to hang up.")),
        }
    }
}

fn description(settings: &Map<String, Value>) -> Result<Option<&str>, ToolError> {
    match settings.get("description") {
        None => Ok(None),
        Some(Value::String(text)) if !text.trim().is_empty() => Ok(Some(text)),
        Some(_) => Err(ToolError::new("the setting description is no text")),
    }
}
