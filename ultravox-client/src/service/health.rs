//! Whether the service can do its work.

use std::time::Duration;

use serde_json::{Value, json};
use voice_core::provider::{Health, HealthStatus};

/// The state of the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ServiceStatus {
    /// Everything asked is well.
    Healthy,
    /// A provider is not.
    Degraded,
    /// It takes no more calls: it is being drained.
    Draining,
}

impl ServiceStatus {
    /// `healthy`, `degraded`, `draining`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Degraded => "degraded",
            Self::Draining => "draining",
        }
    }
}

/// What a look at the service found.
#[derive(Debug)]
#[non_exhaustive]
pub struct ServiceHealth {
    /// The state of the whole.
    pub status: ServiceStatus,
    /// Since it was built.
    pub uptime: Duration,
    /// Calls being started at this moment.
    pub ongoing_calls: usize,
    /// What the providers' probes found; empty unless they were asked.
    pub checks: Vec<Health>,
}

impl ServiceHealth {
    /// The state that follows from the checks.
    pub(super) fn judge(draining: bool, checks: &[Health]) -> ServiceStatus {
        if draining {
            ServiceStatus::Draining
        } else if checks.iter().all(|check| check.status == HealthStatus::Ok) {
            ServiceStatus::Healthy
        } else {
            ServiceStatus::Degraded
        }
    }

    /// The HTTP status of a health page: 200 when healthy, otherwise 503.
    #[must_use]
    pub fn http_status(&self) -> u16 {
        match self.status {
            ServiceStatus::Healthy => 200,
            ServiceStatus::Degraded | ServiceStatus::Draining => 503,
        }
    }

    /// `{status, uptime: {seconds, ongoing_calls}, checks: {provider: {status, latency_ms, error?, hint?}}}`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut checks = serde_json::Map::new();
        for check in &self.checks {
            let mut shown = json!({
                "status": check.status.as_str(),
                "latency_ms": u64::try_from(check.latency.as_millis()).unwrap_or(u64::MAX),
            });
            if let (Some(error), Some(shown)) = (&check.error, shown.as_object_mut()) {
                shown.insert("error".to_owned(), error.to_string().into());
                if let Some(hint) = error.hint() {
                    shown.insert("hint".to_owned(), hint.into());
                }
            }
            // Two accounts of one provider are two checks.
            let alike = format!("{}_api", check.provider);
            let taken = checks.keys().filter(|key| key.starts_with(&alike)).count();
            let name = match taken {
                0 => alike,
                others => format!("{alike}_{}", others + 1),
            };
            checks.insert(name, shown);
        }
        json!({
            "status": self.status.as_str(),
            "uptime": {
                "seconds": self.uptime.as_secs(),
                "ongoing_calls": self.ongoing_calls,
            },
            "checks": checks,
        })
    }
}
