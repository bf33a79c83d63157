//! How everything is: the service, the credentials, the cache.

use std::time::Duration;

use futures_util::future::join3;
use voice_core::clock::timeout;
use voice_core::error::{Error, ErrorKind};
use voice_core::provider::{Health, HealthCheck};

use super::{CacheLevel, PromptOps};
use crate::client::Latest;
use crate::models::HealthState;
use crate::preset::Preset;
use crate::resources::is_elsewhere;

/// How long the store that processes share may take to say that it is there.
const STORE_LIMIT: Duration = Duration::from_secs(1);

/// What the service around the client was set to; nothing of it is secret.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct EnvironmentInfo {
    /// The preset, if one is set.
    pub preset: Option<Preset>,
    /// Where the service is.
    pub origin: String,
    /// The beginning of the API key.
    pub key_prefix: String,
    /// Where prompts are kept.
    pub cache: CacheLevel,
    /// Which version is the latest.
    pub latest: Latest,
    /// The project, if one is set.
    pub project: Option<String>,
    /// The version of this crate.
    pub crate_version: &'static str,
}

/// How one part is.
#[derive(Debug)]
#[non_exhaustive]
pub struct PartHealth {
    /// The verdict.
    pub state: HealthState,
    /// How long it took to find out.
    pub latency: Duration,
    /// What went wrong.
    pub error: Option<Error>,
}

/// How everything is; see [`PromptOps::health_report`].
#[derive(Debug)]
#[non_exhaustive]
pub struct HealthReport {
    /// What it was set to.
    pub environment: EnvironmentInfo,
    /// Whether the service is there, and how it says it feels.
    pub connection: PartHealth,
    /// Whether it takes the credentials.
    pub authentication: PartHealth,
    /// Whether the cache works on all its levels.
    pub cache: PartHealth,
    /// Healthy when all parts are; degraded while prompts are served all the same; else unhealthy.
    pub overall: HealthState,
}

impl PromptOps {
    /// What it was set to.
    #[must_use]
    pub fn environment_info(&self) -> EnvironmentInfo {
        let client = &self.0.client;
        EnvironmentInfo {
            preset: client.settings().preset,
            origin: client.raw().base_url().as_str().to_owned(),
            key_prefix: client.key_prefix().to_owned(),
            cache: self.0.level,
            latest: client.latest(),
            project: self.0.project.as_ref().map(ToString::to_string),
            crate_version: env!("CARGO_PKG_VERSION"),
        }
    }

    /// Looks at service, credentials and cache at once. Never fails: what went wrong is in the report.
    pub async fn health_report(&self) -> HealthReport {
        let (connection, authentication, cache) = join3(
            self.connection(),
            self.authentication(),
            self.cache_health(),
        )
        .await;
        let service = [&connection, &authentication];
        let all_well = service
            .into_iter()
            .chain([&cache])
            .all(|part| part.state == HealthState::Healthy);
        let is_down = service
            .into_iter()
            .any(|part| part.state == HealthState::Unhealthy);
        let overall = match (all_well, is_down) {
            (true, _) => HealthState::Healthy,
            (false, false) => HealthState::Degraded,
            (false, true) if self.0.cache.stats().size > 0 => HealthState::Degraded,
            (false, true) => HealthState::Unhealthy,
        };
        HealthReport {
            environment: self.environment_info(),
            connection,
            authentication,
            cache,
            overall,
        }
    }

    /// One cheap authenticated probe.
    pub async fn test_connection(&self) -> Health {
        self.0.client.health().await
    }

    async fn connection(&self) -> PartHealth {
        let start = self.0.clock.now();
        let outcome = self.0.client.service().any_health().await;
        let (state, error) = match outcome {
            Ok(answer) => match answer.into_inner().status {
                HealthState::Other(word) if word == "ok" => (HealthState::Healthy, None),
                said => (said, None),
            },
            // A service without a health check is there all the same.
            Err(error) if is_elsewhere(&error) => (HealthState::Healthy, None),
            Err(error) => (HealthState::Unhealthy, Some(error)),
        };
        self.part(start, state, error)
    }

    async fn authentication(&self) -> PartHealth {
        let start = self.0.clock.now();
        match self.0.client.keys().check_credentials().await {
            Ok(()) => self.part(start, HealthState::Healthy, None),
            Err(error) => self.part(start, HealthState::Unhealthy, Some(error)),
        }
    }

    /// Memory always works; the store that processes share is asked.
    async fn cache_health(&self) -> PartHealth {
        let start = self.0.clock.now();
        let Some(store) = &self.0.store else {
            return self.part(start, HealthState::Healthy, None);
        };
        let error = match timeout(&*self.0.clock, STORE_LIMIT, store.get("health")).await {
            Ok(Ok(_)) => None,
            Ok(Err(error)) => Some(Error::new(ErrorKind::Unavailable, error.to_string())),
            Err(late) => Some(Error::new(ErrorKind::Timeout, late.to_string())),
        };
        let state = match error {
            None => HealthState::Healthy,
            Some(_) => HealthState::Degraded,
        };
        self.part(start, state, error)
    }

    fn part(
        &self,
        start: std::time::Instant,
        state: HealthState,
        error: Option<Error>,
    ) -> PartHealth {
        PartHealth {
            state,
            latency: self.0.clock.now().saturating_duration_since(start),
            error,
        }
    }
}
