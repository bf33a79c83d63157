//! Reachable, authorised, how fast?

use async_trait::async_trait;
use voice_core::provider::{Health, HealthCheck};

use crate::PROVIDER;
use crate::client::ExotelClient;
use crate::trunks;

/// Lists one trunk: Exotel has no endpoint for health, and voice v1 asks for its balance to be read at most once a minute.
/// Only whether it succeeds counts, so its items are not
/// read. The credentials are those of voice v1 too. An account without vSIP may be refused here although it can call.
#[async_trait]
impl HealthCheck for ExotelClient {
    async fn health(&self) -> Health {
        let clock = self.raw().clock();
        let start = clock.now();
        let outcome = self
            .request(&trunks::LIST)
            .query("page_size", "1")
            .send_raw()
            .await;
        let latency = clock.now().saturating_duration_since(start);
        let limits = outcome
            .as_ref()
            .ok()
            .map(|answer| answer.rate_limits().clone());
        Health::from_outcome(PROVIDER, latency, outcome).with_limits(limits.as_ref())
    }
}

/// The client's.
#[async_trait]
impl HealthCheck for super::ExotelCalls {
    async fn health(&self) -> Health {
        self.client().health().await
    }
}
