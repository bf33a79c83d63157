//! A provider's own probe: are the credentials good, how fast does it answer, what is left of its limits?

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::examination::without_hint;
use super::text::millis;
use super::{CheckContext, DoctorCheck, Finding, Status, limits_left};
use crate::error::Error;
use crate::provider::{Health, HealthCheck, HealthStatus};

/// Asks any provider's [`HealthCheck`]: one authenticated request. Warns when the answer takes longer than 2 s.
///
/// When the answer carries rate limits, a second finding says what is left of them.
#[derive(Debug, Clone)]
pub struct ProviderCheck {
    name: String,
    provider: Arc<dyn HealthCheck>,
    slow: Duration,
}

impl ProviderCheck {
    /// Asks `provider`.
    pub fn new(name: impl Into<String>, provider: Arc<dyn HealthCheck>) -> Self {
        Self {
            name: name.into(),
            provider,
            slow: Duration::from_secs(2),
        }
    }

    /// From when on an answer is slow; 2 s.
    #[must_use]
    pub fn slow_after(mut self, limit: Duration) -> Self {
        self.slow = limit;
        self
    }

    fn judge(&self, health: &Health) -> Vec<Finding> {
        let finding = match (health.status, &health.error) {
            (HealthStatus::Ok, _) if health.latency > self.slow => {
                let seen = format!("authorised, but slow: {}", millis(health.latency));
                Finding::warn(&self.name, seen)
                    .with_cause("The provider is busy, or the way there is long (another region)")
                    .with_remedy("Look at the findings on DNS, TCP and TLS, and at the provider's status page")
            }
            (HealthStatus::Ok, _) => Finding::pass(&self.name, "reachable and authorised"),
            (status, error) => {
                let seen = match error {
                    Some(error) => without_hint(error),
                    None => status.as_str().to_owned(),
                };
                explained(Finding::fail(&self.name, seen), status, error.as_ref())
            }
        };
        let mut finding = finding
            .with_elapsed(health.latency)
            .with_detail("provider", health.provider)
            .with_detail("status", health.status.as_str());
        let error = health.error.as_ref();
        if let Some(id) = error.and_then(Error::request_id) {
            finding = finding.with_detail("request id", id);
        }
        if let Some(code) = error.and_then(Error::code) {
            finding = finding.with_detail("code", code);
        }
        let limits = error
            .and_then(Error::rate_limits)
            .or(health.limits.as_ref());
        let limits = limits.map(|limits| limits_left(&format!("{} limits", self.name), limits));
        std::iter::once(finding).chain(limits).collect()
    }
}

fn explained(finding: Finding, status: HealthStatus, error: Option<&Error>) -> Finding {
    if let Some(error) = error {
        return finding.explained_by(error);
    }
    let (cause, remedy) = match status {
        HealthStatus::AuthError => (
            "The credentials are wrong, rotated, of another account or region, or the clock is off",
            "Check that key and secret belong together and to this account and region; look at the finding on the clock",
        ),
        HealthStatus::ConnectivityError => (
            "The provider cannot be reached from here",
            "Look at the findings on DNS, TCP and TLS: the first that fails is the cause",
        ),
        HealthStatus::Error => (
            "The provider is reached and answers with an error",
            "Look at code and message, and at the provider's status page",
        ),
        HealthStatus::Ok | HealthStatus::Unknown => (
            "The probe could not be made: settings are wrong, or the breaker is open after earlier failures",
            "Correct the settings, or wait until the breaker lets a probe through",
        ),
    };
    finding.with_cause(cause).with_remedy(remedy)
}

#[async_trait]
impl DoctorCheck for ProviderCheck {
    fn name(&self) -> &str {
        &self.name
    }

    async fn check(&self, context: &CheckContext) -> Vec<Finding> {
        match context.step(self.provider.health()).await {
            Ok(health) => self.judge(&health),
            Err(late) => vec![
                Finding::new(&self.name, Status::Fail, format!("no verdict: {late}"))
                    .with_elapsed(late.0)
                    .with_cause("The provider does not answer, or its client retries longer than the doctor waits")
                    .with_remedy("Look at the findings on DNS, TCP and TLS"),
            ],
        }
    }
}
