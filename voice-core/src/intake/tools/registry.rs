//! [`ToolRegistry`]: builders in, a tenant's tools out.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use serde_json::json;

use super::set::{Entry, ToolSet};
use super::spec::check;
use super::{Tool, ToolBuilder, ToolLimits};
use crate::clock::{SharedClock, SystemClock};
use crate::intake::log::emit;
use crate::intake::tenant::TenantConfig;
use crate::intake::{EventCode, IntakeError, Reason};

/// All tools an application has to offer; each tenant gets those whose feature is on.
///
/// ```
/// use std::sync::Arc;
/// use serde::Deserialize;
/// use serde_json::json;
/// use voice_core::intake::tenant::{Feature, TenantConfig, TenantId};
/// use voice_core::intake::tools::{FnBuilder, FnTool, ToolAnswer, ToolRegistry, TransferTool};
/// use voice_core::provider::ToolSpec;
///
/// #[derive(Deserialize)]
/// struct Order { number: String }
///
/// let orders = FnBuilder::new("order_status", |_config, _settings| {
///     let schema = json!({
///         "type": "object",
///         "properties": {"number": {"type": "string"}},
///         "required": ["number"],
///     });
///     let spec = ToolSpec::new("order_status", "Says where an order is.", schema);
///     Ok(Some(FnTool::new(spec, |order: Order, _call| async move {
///         Ok(ToolAnswer::new(format!("Order {} is on its way.", order.number)))
///     }).shared()))
/// });
/// let registry = ToolRegistry::new().register(orders).register(TransferTool::builder());
///
/// let mut config = TenantConfig::new(TenantId::parse("acme-corp")?);
/// config.features.insert("order_status".to_owned(), Feature::default());
/// let built = registry.build(&Arc::new(config));
/// assert_eq!(built.tools.specs()[0].name, "order_status");
/// assert!(built.problems.is_empty());
/// # Ok::<(), voice_core::intake::tenant::TenantIdError>(())
/// ```
#[derive(Clone)]
pub struct ToolRegistry {
    builders: Vec<Arc<dyn ToolBuilder>>,
    limits: ToolLimits,
    clock: SharedClock,
}

/// The tools of one call, and why some are missing.
#[derive(Debug)]
#[non_exhaustive]
pub struct BuiltTools {
    /// What could be built.
    pub tools: ToolSet,
    /// What could not: errors of code [`ToolBuildError`](EventCode::ToolBuildError), for the log. The call goes on.
    pub problems: Vec<IntakeError>,
}

impl Default for ToolRegistry {
    fn default() -> Self {
        Self::new()
    }
}

impl ToolRegistry {
    /// No tools yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            builders: Vec::new(),
            limits: ToolLimits::default(),
            clock: SystemClock::shared(),
        }
    }

    /// Offers another tool. Where two have one name, the one that was registered first stays.
    #[must_use]
    pub fn register(mut self, builder: impl ToolBuilder + 'static) -> Self {
        self.builders.push(Arc::new(builder));
        self
    }

    /// Other limits.
    #[must_use]
    pub const fn limits(mut self, limits: ToolLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Another clock.
    #[must_use]
    pub fn clock(mut self, clock: SharedClock) -> Self {
        self.clock = clock;
        self
    }

    /// Builds the tools whose feature the tenant has on, in the order of registration.
    ///
    /// A builder that fails or panics, a tool whose description breaks a rule, and a second tool of one name cost that
    /// tool and no other. The steps are told at DEBUG; the problems are for the caller to tell.
    #[must_use]
    pub fn build(&self, config: &Arc<TenantConfig>) -> BuiltTools {
        emit(EventCode::ToolBuildStarted, None, &[]);
        let mut tools = ToolSet::new(self.limits, Arc::clone(&self.clock));
        let mut problems = Vec::new();
        for builder in &self.builders {
            match build_one(&**builder, config, &tools) {
                Ok(Some(entry)) => tools.push(entry),
                Ok(None) => {}
                Err(problem) => problems.push(problem.of(&config.tenant_id)),
            }
        }
        let counts = [
            ("tools", json!(tools.len())),
            ("problems", json!(problems.len())),
        ];
        emit(EventCode::ToolBuildFinished, None, &counts);
        BuiltTools { tools, problems }
    }
}

fn build_one(
    builder: &dyn ToolBuilder,
    config: &Arc<TenantConfig>,
    tools: &ToolSet,
) -> Result<Option<Entry>, IntakeError> {
    // Everything of the application's runs in here: it may panic.
    let guarded = AssertUnwindSafe(|| build_and_check(builder, config, tools));
    catch_unwind(guarded).unwrap_or_else(|_| {
        let feature = catch_unwind(AssertUnwindSafe(|| builder.feature().to_owned()));
        let error = failure(Reason::Panicked);
        Err(match feature {
            Ok(feature) => error.with("feature", feature),
            Err(_) => error,
        })
    })
}

fn build_and_check(
    builder: &dyn ToolBuilder,
    config: &Arc<TenantConfig>,
    tools: &ToolSet,
) -> Result<Option<Entry>, IntakeError> {
    let feature = builder.feature();
    let Some(settings) = config.feature(feature) else {
        return Ok(None);
    };
    let name = || [("feature", json!(feature))];
    emit(EventCode::ToolBuilderPhaseStarted, None, &name());
    let built = builder.build(config, settings).map_err(|error| {
        failure(Reason::BuilderFailed)
            .with("feature", feature)
            .with("detail", error.to_string())
    })?;
    let Some(tool) = built else {
        emit(EventCode::ToolBuilderPhaseNoTool, None, &name());
        return Ok(None);
    };
    let entry = entry(tool, tools).map_err(|problem| problem.with("feature", feature))?;
    emit(EventCode::ToolBuilderPhaseBuiltTool, None, &name());
    Ok(Some(entry))
}

fn entry(tool: Arc<dyn Tool>, tools: &ToolSet) -> Result<Entry, IntakeError> {
    let spec = tool.spec().clone();
    let validator = check(&spec).map_err(|problem| {
        failure(Reason::InvalidSpec)
            .with("tool_name", super::bounded(&spec.name))
            .with("detail", problem.to_string())
    })?;
    if tools.contains(&spec.name) {
        return Err(failure(Reason::DuplicateName).with("tool_name", &spec.name));
    }
    Ok(Entry {
        tool,
        spec,
        validator,
    })
}

fn failure(reason: Reason) -> IntakeError {
    IntakeError::new(EventCode::ToolBuildError, reason)
}

impl fmt::Debug for ToolRegistry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolRegistry")
            .field("builders", &self.builders)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}
