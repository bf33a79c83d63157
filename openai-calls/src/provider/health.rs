//! One cheap authenticated probe.

use std::time::Duration;

use async_trait::async_trait;
use voice_core::client::{Operation, RequestOptions};
use voice_core::provider::{Health, HealthCheck};

use crate::{OpenAiClient, PROVIDER};

/// Longest time of a probe.
const PROBE: Duration = Duration::from_secs(10);

/// `GET /models/{model}`
pub(crate) static GET_MODEL: Operation = Operation::get("models.get", "/models/{model}");

/// Reads the [default model](crate::OpenAiClient::default_model) (`GET /models/{model}`), once, in at most 10 s.
///
/// It is the smallest answer of the API, unlike the list of all models, and it says what matters here: that the key is good
/// **and** may use the model calls are answered with. A key that may not read models is told 403 and shows as an
/// authentication error, and a model that is gone as an error.
#[async_trait]
impl HealthCheck for OpenAiClient {
    async fn health(&self) -> Health {
        let clock = self.raw().clock();
        let start = clock.now();
        let once = RequestOptions::new()
            .retries(0)
            .deadline(PROBE)
            .attempt_timeout(PROBE);
        let client = self.raw().with(once);
        let request = client.request(&GET_MODEL);
        let outcome = request
            .path("model", self.default_model())
            .send_empty()
            .await;
        let took = clock.now().saturating_duration_since(start);
        let limits = outcome
            .as_ref()
            .ok()
            .map(|answer| answer.rate_limits().clone());
        Health::from_outcome(PROVIDER, took, outcome).with_limits(limits.as_ref())
    }
}
