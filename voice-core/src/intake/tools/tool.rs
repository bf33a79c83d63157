//! [`Tool`] and [`ToolBuilder`]: what an application implements.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Map, Value};

use super::{CallControl, ToolAnswer};
use crate::intake::tenant::TenantConfig;
use crate::provider::{CallId, ToolSpec};

/// A function the agent may call.
#[async_trait]
pub trait Tool: fmt::Debug + Send + Sync {
    /// Name, description and argument schema, as the agent is told.
    fn spec(&self) -> &ToolSpec;

    /// Longest time one run may take; the registry's limit when `None`.
    fn time_limit(&self) -> Option<Duration> {
        None
    }

    /// Runs. The arguments hold the schema already.
    ///
    /// # Errors
    /// [`ToolError`]: what the agent is told of the failure. Nothing else of an error reaches it.
    async fn run(
        &self,
        arguments: &Map<String, Value>,
        context: &ToolContext,
    ) -> Result<ToolAnswer, ToolError>;
}

/// Builds the tool of one feature for a tenant.
pub trait ToolBuilder: fmt::Debug + Send + Sync {
    /// The feature that turns it on, by its name in the tenant's configuration.
    fn feature(&self) -> &str;

    /// Builds the tool; `None` when the tenant needs none after all. Called only when the feature is on.
    ///
    /// # Errors
    /// [`ToolError`] when the settings are wrong; the call goes on without this tool.
    fn build(
        &self,
        config: &Arc<TenantConfig>,
        settings: &Map<String, Value>,
    ) -> Result<Option<Arc<dyn Tool>>, ToolError>;
}

/// What a tool knows of the call it serves.
#[derive(Clone)]
#[non_exhaustive]
pub struct ToolContext {
    /// The telephone call.
    pub call: CallId,
    /// The function call's id.
    pub function_call: String,
    /// Whose call it is, and how it wants calls answered.
    pub tenant: Arc<TenantConfig>,
    /// To hand the call on, or end it.
    pub control: Arc<dyn CallControl>,
}

impl ToolContext {
    /// What a tool is told.
    pub fn new(
        call: CallId,
        function_call: impl Into<String>,
        tenant: Arc<TenantConfig>,
        control: Arc<dyn CallControl>,
    ) -> Self {
        Self {
            call,
            function_call: function_call.into(),
            tenant,
            control,
        }
    }
}

/// The tenant's configuration holds settings that may be secret, and addresses: only whose it is shows.
impl fmt::Debug for ToolContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolContext")
            .field("call", &self.call)
            .field("function_call", &self.function_call)
            .field("tenant", &self.tenant.tenant_id)
            .finish_non_exhaustive()
    }
}

/// Why a tool failed: words for the agent, and words for the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct ToolError {
    for_agent: Cow<'static, str>,
    detail: String,
}

impl ToolError {
    /// Something for the log; the agent hears only that it did not work.
    pub fn new(detail: impl AsRef<str>) -> Self {
        Self {
            for_agent: Cow::Borrowed("The tool failed. Say so, and offer another way."),
            detail: crate::secret::redact(detail.as_ref()).into_owned(),
        }
    }

    /// The same with words for the agent, in place of the general ones.
    #[must_use]
    pub fn tell_agent(mut self, words: impl Into<Cow<'static, str>>) -> Self {
        self.for_agent = words.into();
        self
    }

    /// What the agent is told.
    #[must_use]
    pub fn for_agent(&self) -> &str {
        &self.for_agent
    }
}
