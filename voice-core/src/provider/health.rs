//! One cheap authenticated probe.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;

use crate::error::{Error, ErrorKind};
use crate::limits::RateLimits;

/// Reachable, authorised, how fast?
#[async_trait]
pub trait HealthCheck: fmt::Debug + Send + Sync {
    /// Sends the provider's cheapest authenticated read. It does not fail: what went wrong is in the answer.
    async fn health(&self) -> Health;
}

/// What a probe found.
#[derive(Debug)]
#[non_exhaustive]
pub struct Health {
    /// The provider.
    pub provider: &'static str,
    /// The verdict.
    pub status: HealthStatus,
    /// From the first byte of work to the verdict.
    pub latency: Duration,
    /// What went wrong.
    pub error: Option<Error>,
    /// What a success said of rate limits; those of a failure are on its error.
    pub limits: Option<RateLimits>,
}

/// The verdict of a probe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HealthStatus {
    /// Reachable and authorised.
    Ok,
    /// Reachable, but the credentials are refused.
    AuthError,
    /// Not reachable: DNS, connection, TLS, timeout.
    ConnectivityError,
    /// Reachable, and answering with an error.
    Error,
    /// None of these: the probe could not be made.
    Unknown,
}

impl HealthStatus {
    /// A stable name: `ok`, `auth_error`, `connectivity_error`, `error`, `unknown`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::AuthError => "auth_error",
            Self::ConnectivityError => "connectivity_error",
            Self::Error => "error",
            Self::Unknown => "unknown",
        }
    }
}

impl Health {
    /// The verdict on a probe that took `latency` and ended with `outcome`.
    #[must_use]
    pub fn from_outcome<T>(
        provider: &'static str,
        latency: Duration,
        outcome: Result<T, Error>,
    ) -> Self {
        let error = outcome.err();
        let status = match error.as_ref().map(Error::kind) {
            None => HealthStatus::Ok,
            Some(ErrorKind::Authentication | ErrorKind::Permission) => HealthStatus::AuthError,
            Some(
                ErrorKind::Dns
                | ErrorKind::Connect
                | ErrorKind::Connection
                | ErrorKind::Tls
                | ErrorKind::Timeout,
            ) => HealthStatus::ConnectivityError,
            Some(ErrorKind::Config | ErrorKind::InvalidInput | ErrorKind::CircuitOpen) => {
                HealthStatus::Unknown
            }
            Some(_) => HealthStatus::Error,
        };
        Self {
            provider,
            status,
            latency,
            error,
            limits: None,
        }
    }

    /// The same, with what the answer said of rate limits; empty ones are dropped.
    #[must_use]
    pub fn with_limits(mut self, limits: Option<&RateLimits>) -> Self {
        self.limits = limits.filter(|limits| !limits.is_empty()).cloned();
        self
    }
}
