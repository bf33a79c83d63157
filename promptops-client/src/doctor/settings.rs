//! The environment: which variables are there, which are missing, which are malformed.

use voice_core::config::Environment;
use voice_core::doctor::EnvironmentCheck;

/// Looks at the variables [`PromptOpsClient::from_env`](crate::PromptOpsClient::from_env) reads, by the same rules. No value
/// is shown.
#[must_use]
pub fn environment(environment: Environment) -> EnvironmentCheck {
    crate::environment::check(environment)
}
