//! [`FnTool`] and [`FnBuilder`]: tools from closures.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::future::BoxFuture;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{Tool, ToolAnswer, ToolBuilder, ToolContext, ToolError};
use crate::intake::tenant::TenantConfig;
use crate::provider::ToolSpec;
use crate::wire;

type Run = dyn Fn(Map<String, Value>, ToolContext) -> BoxFuture<'static, Result<ToolAnswer, ToolError>>
    + Send
    + Sync;

/// A tool from an asynchronous closure over arguments of a type of its own.
///
/// ```
/// use serde::Deserialize;
/// use serde_json::json;
/// use voice_core::intake::tools::{FnTool, ToolAnswer, ToolError};
/// use voice_core::provider::ToolSpec;
///
/// #[derive(Deserialize)]
/// struct Query { city: String }
///
/// let schema = json!({
///     "type": "object",
///     "properties": {"city": {"type": "string"}},
///     "required": ["city"],
///     "additionalProperties": false,
/// });
/// let spec = ToolSpec::new("opening_hours", "Says when the shop in a city is open.", schema);
/// let tool = FnTool::new(spec, |query: Query, _context| async move {
///     match query.city.as_str() {
///         "Leeds" => Ok(ToolAnswer::new("Nine to five.")),
///         _ => Err(ToolError::new("no such shop").tell_agent("There is no shop in that city.")),
///     }
/// });
/// # let _ = tool;
/// ```
pub struct FnTool {
    spec: ToolSpec,
    time_limit: Option<Duration>,
    run: Box<Run>,
}

impl FnTool {
    /// A tool that runs `run`. Schema and type are yours to keep in step: arguments that hold the schema and do not fit
    /// the type are an error of the tool.
    pub fn new<A, F, R>(spec: ToolSpec, run: F) -> Self
    where
        A: DeserializeOwned + Send + 'static,
        F: Fn(A, ToolContext) -> R + Send + Sync + 'static,
        R: Future<Output = Result<ToolAnswer, ToolError>> + Send + 'static,
    {
        let run: Box<Run> = Box::new(move |arguments, context| {
            match wire::read_value::<A>(&Value::Object(arguments)) {
                Ok(arguments) => Box::pin(run(arguments, context)),
                // Only the path: what serde says of a value quotes it.
                Err(misfit) => {
                    let path = misfit.path();
                    let error =
                        ToolError::new(format!("the arguments do not fit the type at {path}"));
                    Box::pin(std::future::ready(Err(error)))
                }
            }
        });
        Self {
            spec,
            time_limit: None,
            run,
        }
    }

    /// Longest time of one run, in place of the registry's limit.
    #[must_use]
    pub const fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = Some(limit);
        self
    }

    /// As a builder gives it.
    #[must_use]
    pub fn shared(self) -> Arc<dyn Tool> {
        Arc::new(self)
    }
}

#[async_trait]
impl Tool for FnTool {
    fn spec(&self) -> &ToolSpec {
        &self.spec
    }

    fn time_limit(&self) -> Option<Duration> {
        self.time_limit
    }

    async fn run(
        &self,
        arguments: &Map<String, Value>,
        context: &ToolContext,
    ) -> Result<ToolAnswer, ToolError> {
        (self.run)(arguments.clone(), context.clone()).await
    }
}

impl fmt::Debug for FnTool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FnTool")
            .field("name", &self.spec.name)
            .field("time_limit", &self.time_limit)
            .finish_non_exhaustive()
    }
}

type Build = dyn Fn(&Arc<TenantConfig>, &Map<String, Value>) -> Result<Option<Arc<dyn Tool>>, ToolError>
    + Send
    + Sync;

/// A builder from a closure over the tenant's configuration and the feature's settings.
pub struct FnBuilder {
    feature: String,
    build: Box<Build>,
}

impl FnBuilder {
    /// Builds, with `build`, the tool that `feature` turns on.
    pub fn new<F>(feature: impl Into<String>, build: F) -> Self
    where
        F: Fn(&Arc<TenantConfig>, &Map<String, Value>) -> Result<Option<Arc<dyn Tool>>, ToolError>
            + Send
            + Sync
            + 'static,
    {
        Self {
            feature: feature.into(),
            build: Box::new(build),
        }
    }
}

impl ToolBuilder for FnBuilder {
    fn feature(&self) -> &str {
        &self.feature
    }

    fn build(
        &self,
        config: &Arc<TenantConfig>,
        settings: &Map<String, Value>,
    ) -> Result<Option<Arc<dyn Tool>>, ToolError> {
        (self.build)(config, settings)
    }
}

impl fmt::Debug for FnBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FnBuilder")
            .field("feature", &self.feature)
            .finish_non_exhaustive()
    }
}
