//! One cheap authenticated probe.

use std::time::Duration;

use async_trait::async_trait;
use serde::de::IgnoredAny;
use voice_core::client::RequestOptions;
use voice_core::provider::{Health, HealthCheck};

use crate::{PROVIDER, UltravoxClient};

/// Longest time of a probe.
const PROBE: Duration = Duration::from_secs(10);

/// Reads the account the key belongs to (`GET /api/accounts/me`): a small answer that does not grow with the account. It
/// is sent once and takes at most 10 s.
#[async_trait]
impl HealthCheck for UltravoxClient {
    async fn health(&self) -> Health {
        let clock = self.raw().clock();
        let start = clock.now();
        let once = RequestOptions::new()
            .retries(0)
            .deadline(PROBE)
            .attempt_timeout(PROBE);
        let outcome = self.with(once).accounts().me_as::<IgnoredAny>().await;
        let limits = outcome
            .as_ref()
            .ok()
            .map(|answer| answer.rate_limits().clone());
        Health::from_outcome(
            PROVIDER,
            clock.now().saturating_duration_since(start),
            outcome,
        )
        .with_limits(limits.as_ref())
    }
}
