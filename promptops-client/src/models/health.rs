//! How the service says it feels.

use super::{HealthState, PoTime};
use crate::macros::model;

model! {
    /// The answer of `/health`, or of the documented health checks.
    ServiceHealth (
        /// The state.
        status: HealthState,
    ) {
        /// The service's version.
        version: String,
        /// The service's time (documented only).
        timestamp: PoTime,
        /// What it stands on (documented only).
        dependencies: Dependencies,
        /// How long it has been running, in seconds (documented only).
        uptime_seconds: f64,
        /// How busy it is (documented only).
        requests_last_minute: u64,
    } []
}

model! {
    /// What the service stands on.
    Dependencies () {
        /// Its database.
        database: HealthState,
        /// Its cache.
        cache: HealthState,
        /// Its queue.
        queue: HealthState,
    } []
}

model! {
    /// The answer of `/v1/runtime/health`, which has HTTP status 200 in every state.
    RuntimeHealth (
        /// The state.
        status: HealthState,
    ) {
        /// Whether its cache answers.
        redis_connected: bool,
        /// In words.
        message: String,
    } []
}
