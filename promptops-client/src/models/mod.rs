//! The objects of the API: what is answered, what is sent, and the values they are made of.
//!
//! Every field is optional except those without which an object is of no use (id, version and content of a prompt):
//! server, documentation and clients of PromptOps disagree, and what one of them leaves out must not make an answer
//! unreadable. Fields keep their wire names, setters have the names of the fields.

mod batch;
mod decimal;
mod event;
mod experiment;
mod flag;
mod health;
mod key;
mod model_info;
mod prompt;
mod requests;
mod runtime;
mod time;
mod usage;
mod word;

pub use batch::{BatchEntry, BatchFailure, VersionMark};
pub use decimal::{Decimal, DecimalError};
pub use event::{Assignment, Event, NewAssignment, NewEvent};
pub use experiment::{
    Completion, Experiment, ExperimentResult, ExperimentStats, ExperimentUpdate, NewExperiment,
    Variant, VariantPerformance,
};
pub use flag::{FeatureFlag, FeatureFlagUpdate, NewFeatureFlag, NewUserSegment, UserSegment};
pub use health::{Dependencies, RuntimeHealth, ServiceHealth};
pub use key::{ApiKey, CreatedApiKey, KeyValidation, NewApiKey, RateLimitSet, SignatureCheck};
pub use model_info::{Compatibility, CompatibilityCheck, ModelCost, ModelInfo, ModelRef};
pub use prompt::{
    MasMetadata, ModelPrompt, ModelSpecificPrompt, Prompt, PromptSummary, PromptVersion,
    RenderedMessage, RenderedPrompt,
};
pub use requests::{NewPrompt, PromptUpdate, RemoteRender};
pub use runtime::{Alias, Message, Rollback, RuntimePrompt, TemplateRender, TemplateRequest};
pub use time::{PoTime, TimeError};
pub use usage::{HourCount, PromptCount, UsageLimits, UsageRecord, UsageStats};
pub use voice_core::wire::{JsonMap, Secret};
pub use word::{
    AllocationStrategy, EventType, ExperimentStatus, Granularity, HealthState, KeyStatus,
    PromptSource, Provider, RiskLevel, Scope, SortBy, SortOrder,
};

pub(crate) use batch::BatchAnswer;
pub(crate) use prompt::SearchAnswer;
pub(crate) use voice_core::wire::{NotShown, Shown};

use serde::{Deserialize, Deserializer};

/// Reads a list that may be null.
pub(crate) fn null_is_empty<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::<Vec<T>>::deserialize(deserializer).map(Option::unwrap_or_default)
}
