//! What every check is given: time, names, trust, a way to send.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::{Finding, Resolve, SystemResolver};
use crate::clock::{SharedClock, SystemClock, TimedOut, timeout};
use crate::transport::{HttpTransport, Transport, TransportBuildError};

/// One check, or several that belong together. Provider crates bring their own; implement it for a type of yours.
///
/// A check does not fail: what went wrong is a [`Finding`]. It should keep to [`CheckContext::step_limit`] for each step
/// that waits; the [`Doctor`](super::Doctor) gives up on one that takes longer than its limit for a whole check.
///
/// ```
/// use async_trait::async_trait;
/// use voice_core::doctor::{CheckContext, DoctorCheck, Finding};
///
/// #[derive(Debug)]
/// struct FromNumber;
///
/// #[async_trait]
/// impl DoctorCheck for FromNumber {
///     fn name(&self) -> &str {
///         "from number"
///     }
///
///     async fn check(&self, context: &CheckContext) -> Vec<Finding> {
///         let looked_up = async { true };
///         vec![match context.step(looked_up).await {
///             Ok(true) => Finding::pass(self.name(), "owned by the account"),
///             Ok(false) => Finding::fail(self.name(), "not owned by the account"),
///             Err(late) => Finding::fail(self.name(), late.to_string()),
///         }]
///     }
/// }
/// ```
#[async_trait]
pub trait DoctorCheck: fmt::Debug + Send + Sync {
    /// The name of its finding, or of the first of them.
    fn name(&self) -> &str;

    /// Looks, and says what was found.
    async fn check(&self, context: &CheckContext) -> Vec<Finding>;
}

/// What a check works with. Cloning shares it.
#[derive(Debug, Clone)]
pub struct CheckContext {
    clock: SharedClock,
    step_limit: Duration,
    resolver: Arc<dyn Resolve>,
    transport: Arc<dyn Transport>,
    roots: Arc<[Vec<u8>]>,
}

/// Settings of a [`CheckContext`].
#[derive(Clone)]
#[must_use = "a builder does nothing until it is built"]
pub struct CheckContextBuilder {
    clock: SharedClock,
    step_limit: Duration,
    resolver: Arc<dyn Resolve>,
    transport: Option<Arc<dyn Transport>>,
    roots: Vec<Vec<u8>>,
}

impl CheckContext {
    /// Longest time of one step by default.
    pub const STEP_LIMIT: Duration = Duration::from_secs(10);

    /// Starts with the defaults: the real clock, 10 s for a step, the system's DNS, the system's root certificates, no
    /// proxy.
    pub fn builder() -> CheckContextBuilder {
        CheckContextBuilder {
            clock: SystemClock::shared(),
            step_limit: Self::STEP_LIMIT,
            resolver: Arc::new(SystemResolver::default()),
            transport: None,
            roots: Vec::new(),
        }
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &SharedClock {
        &self.clock
    }

    /// Longest time of one step: one look-up, one connection, one handshake, one answer.
    #[must_use]
    pub fn step_limit(&self) -> Duration {
        self.step_limit
    }

    /// What looks names up.
    #[must_use]
    pub fn resolver(&self) -> &Arc<dyn Resolve> {
        &self.resolver
    }

    /// What sends requests.
    #[must_use]
    pub fn transport(&self) -> &Arc<dyn Transport> {
        &self.transport
    }

    /// Root certificates to be trusted beside the system's, as PEM.
    #[cfg_attr(
        not(any(feature = "rustls", feature = "rustls-ring")),
        expect(dead_code, reason = "without rustls nothing here speaks TLS itself")
    )]
    pub(super) fn roots(&self) -> &[Vec<u8>] {
        &self.roots
    }

    /// Runs one step for at most [`step_limit`](Self::step_limit).
    ///
    /// # Errors
    /// [`TimedOut`] when it took longer; the step is dropped.
    pub async fn step<F: Future>(&self, step: F) -> Result<F::Output, TimedOut> {
        timeout(self.clock.as_ref(), self.step_limit, step).await
    }

    /// Runs one step and says how long it took.
    pub(super) async fn timed<F: Future>(
        &self,
        step: F,
    ) -> (Result<F::Output, TimedOut>, Duration) {
        let start = self.clock.now();
        let outcome = self.step(step).await;
        (outcome, self.clock.now().saturating_duration_since(start))
    }
}

impl CheckContextBuilder {
    /// The clock.
    pub fn clock(mut self, clock: SharedClock) -> Self {
        self.clock = clock;
        self
    }

    /// Longest time of one step; [`CheckContext::STEP_LIMIT`].
    pub fn step_limit(mut self, limit: Duration) -> Self {
        self.step_limit = limit;
        self
    }

    /// What looks names up; the system's DNS. Requests go through the transport, which looks names up by itself.
    pub fn resolver(mut self, resolver: Arc<dyn Resolve>) -> Self {
        self.resolver = resolver;
        self
    }

    /// What sends requests; an [`HttpTransport`] without a proxy that trusts the same roots. Give the one the clients have
    /// to go their way, for instance through a proxy; DNS, TCP and TLS are always looked at directly.
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Trusts one more root certificate (PEM, possibly several in one text), as for
    /// [`HttpTransportBuilder::root_certificate_pem`](crate::transport::HttpTransportBuilder::root_certificate_pem).
    pub fn root_certificate_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.roots.push(pem.into());
        self
    }

    /// Builds it.
    ///
    /// # Errors
    /// [`TransportBuildError`] for a root certificate that cannot be read, or a TLS backend that cannot start.
    pub fn build(self) -> Result<CheckContext, TransportBuildError> {
        let transport = match self.transport {
            Some(transport) => transport,
            None => {
                let mut builder = HttpTransport::builder().connect_timeout(self.step_limit);
                for pem in &self.roots {
                    builder = builder.root_certificate_pem(pem.clone());
                }
                Arc::new(builder.build()?)
            }
        };
        Ok(CheckContext {
            clock: self.clock,
            step_limit: self.step_limit,
            resolver: self.resolver,
            transport,
            roots: self.roots.into(),
        })
    }
}

impl fmt::Debug for CheckContextBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CheckContextBuilder")
            .field("step_limit", &self.step_limit)
            .field("resolver", &self.resolver)
            .field("extra_roots", &self.roots.len())
            .finish_non_exhaustive()
    }
}
