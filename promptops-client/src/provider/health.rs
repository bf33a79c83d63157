//! Reachable, authorised, how fast?

use async_trait::async_trait;
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::provider::{Health, HealthCheck};

use crate::PROVIDER;
use crate::client::PromptOpsClient;
use crate::models::HealthState;
use crate::operations::HEALTH;
use crate::resources::is_elsewhere;

/// Asks for the service's health wherever it is, and has its own signature judged. A service without a health check is
/// judged by the latter alone.
#[async_trait]
impl HealthCheck for PromptOpsClient {
    async fn health(&self) -> Health {
        let clock = self.raw().clock();
        let start = clock.now();
        let outcome = self.probe().await;
        let latency = clock.now().saturating_duration_since(start);
        Health::from_outcome(PROVIDER, latency, outcome)
    }
}

impl PromptOpsClient {
    async fn probe(&self) -> Result<(), Error> {
        match self.service().any_health().await {
            Ok(answer) if answer.status == HealthState::Unhealthy => {
                return Err(Error::new(
                    ErrorKind::Unavailable,
                    "the service says that it is unhealthy",
                )
                .with_operation(PROVIDER, HEALTH.name())
                .with_delivery(Delivery::Answered)
                .with_status(answer.status()));
            }
            Ok(_) => {}
            Err(error) if is_elsewhere(&error) => {}
            Err(error) => return Err(error),
        }
        self.keys().check_credentials().await
    }
}
