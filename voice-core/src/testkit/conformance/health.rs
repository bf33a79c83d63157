//! What every health check keeps.

use crate::provider::{HealthCheck, HealthStatus};

/// A provider that is up and accepts the credentials.
pub async fn health_ok(check: &dyn HealthCheck) {
    let health = check.health().await;
    assert_eq!(health.status, HealthStatus::Ok, "{health:?}");
    assert!(
        health.error.is_none() && !health.provider.is_empty(),
        "{health:?}"
    );
}

/// A provider that refuses the credentials.
pub async fn health_of_refused(check: &dyn HealthCheck) {
    let health = check.health().await;
    assert_eq!(health.status, HealthStatus::AuthError, "{health:?}");
    assert!(health.error.is_some_and(|error| error.status().is_some()));
}

/// A provider nobody can reach.
pub async fn health_of_unreachable(check: &dyn HealthCheck) {
    let health = check.health().await;
    assert_eq!(health.status, HealthStatus::ConnectivityError, "{health:?}");
}
