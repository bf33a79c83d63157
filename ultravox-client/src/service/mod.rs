//! Agents and calls as one service, without a server: [`AgentCalls`] creates, lists and changes agents and lets them
//! ring people over any telephone provider, with stable error codes, figures and a health report. An HTTP application
//! puts its routes around it.
//!
//! | route of such an application | here |
//! |---|---|
//! | `POST /agents` | [`AgentCalls::create_agent`] |
//! | `GET /agents`, `GET /agents/{id}` | [`AgentCalls::list_agents`], [`AgentCalls::get_agent`] |
//! | `PUT /agents/{id}` | [`AgentCalls::update_agent`] |
//! | `POST /calls/{agent_id}` | [`AgentCalls::start_call`] |
//! | `GET /metrics`, `/metrics/events`, `/metrics/api-calls` | [`AgentCalls::metrics`] |
//! | `GET /health`, `/health/detailed` | [`AgentCalls::health`], [`AgentCalls::health_detailed`] |
//! | its error answers | [`ServiceError::code`], [`ServiceCode::status`], [`ServiceError::to_json`] |
//!
//! What such an application adds is its own business: authenticating its clients, limiting them, CORS.

mod error;
mod health;
mod metrics;
mod request;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use voice_core::client::{Page, Response};
use voice_core::clock::SharedClock;
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::flow::{FlowEvent, OutboundAgentCall, StartedCall, Timeline, start_agent_call};
use voice_core::ident::E164;
use voice_core::provider::{AgentId, CallProvider, HealthCheck};

use crate::agents::{self, Agent, ListAgents, TemplateSpec};
use crate::check::Problems;
use crate::strict::StrictProfile;
use crate::types::JsonMap;
use crate::{PROVIDER, UltravoxClient};
use error::Step;
use metrics::Timed;

pub use error::{ServiceCode, ServiceError};
pub use health::{ServiceHealth, ServiceStatus};
pub use metrics::{
    ApiCall, MOST_API_CALLS, MOST_EVENTS, MetricsSnapshot, ServiceEvent, ServiceMetrics,
};
pub use request::{AgentSettings, CallOrder};

/// How often a drain looks whether calls are still being started.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Agents and calls as one service. Cheap to clone; clones share figures and state.
#[derive(Clone)]
pub struct AgentCalls(Arc<Inner>);

struct Inner {
    agents: UltravoxClient,
    calls: Arc<dyn CallProvider>,
    probes: Vec<Arc<dyn HealthCheck>>,
    from: E164,
    ring_timeout: Duration,
    max_duration: Duration,
    strict: Option<StrictProfile>,
    metrics: ServiceMetrics,
    clock: SharedClock,
    since: Instant,
    ongoing: AtomicUsize,
    draining: AtomicBool,
}

/// Puts the service together; see [`AgentCalls::builder`].
#[derive(Debug)]
pub struct AgentCallsBuilder(Inner);

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AgentCalls")
            .field("agents", &self.agents)
            .field("calls", &self.calls)
            .field("from", &self.from)
            .field("ongoing", &self.ongoing)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for AgentCalls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl AgentCallsBuilder {
    /// How long it rings; 30 s unless set.
    #[must_use]
    pub fn ring_timeout(mut self, limit: Duration) -> Self {
        self.0.ring_timeout = limit;
        self
    }

    /// The longest call; 1 h unless set.
    #[must_use]
    pub fn max_duration(mut self, limit: Duration) -> Self {
        self.0.max_duration = limit;
        self
    }

    /// Figures that are kept elsewhere too: those the clients report to.
    #[must_use]
    pub fn metrics(mut self, metrics: ServiceMetrics) -> Self {
        self.0.metrics = metrics;
        self
    }

    /// Checks names, prompts, template variables and contexts by stricter rules than the API's, and takes numbers that
    /// are written with blanks and brackets. Off unless set.
    #[must_use]
    pub fn strict(mut self, profile: StrictProfile) -> Self {
        self.0.strict = Some(profile);
        self
    }

    /// Something else whose health counts.
    #[must_use]
    pub fn also_check(mut self, probe: Arc<dyn HealthCheck>) -> Self {
        self.0.probes.push(probe);
        self
    }

    /// Ready.
    #[must_use]
    pub fn build(self) -> AgentCalls {
        AgentCalls(Arc::new(self.0))
    }
}

impl AgentCalls {
    /// Agents of `agents` ring people over `calls` and show the number `from`.
    #[allow(
        clippy::new_ret_no_self,
        reason = "a builder, as everywhere in the family"
    )]
    pub fn builder<P>(agents: UltravoxClient, calls: P, from: E164) -> AgentCallsBuilder
    where
        P: CallProvider + HealthCheck + 'static,
    {
        let clock = agents.raw().clock().clone();
        let phone = Arc::new(calls);
        AgentCallsBuilder(Inner {
            since: clock.now(),
            clock,
            probes: vec![Arc::new(agents.clone()), Arc::clone(&phone) as _],
            agents,
            calls: phone,
            from,
            ring_timeout: Duration::from_secs(30),
            max_duration: Duration::from_secs(3600),
            strict: None,
            metrics: ServiceMetrics::new(),
            ongoing: AtomicUsize::new(0),
            draining: AtomicBool::new(false),
        })
    }

    /// Creates an agent.
    ///
    /// # Errors
    /// `validation_error` with every broken rule, `agent_creation_failed`, `rate_limit_exceeded`,
    /// `external_service_error`. After an error that [may have happened](Error::may_have_happened), look for the agent
    /// by its name before creating it again.
    pub async fn create_agent(
        &self,
        settings: &AgentSettings,
    ) -> Result<Response<Agent>, ServiceError> {
        self.timed(Step::CreateAgent, async {
            let mut problems = Problems::default();
            let agent = settings.new_agent(&mut problems);
            problems.finish(&agents::CREATE)?;
            let missing = || Error::invalid_input("name", "is required");
            let agent = agent.ok_or_else(missing)?;
            if let Some(strict) = &self.0.strict {
                strict.check_agent(&agent)?;
                strict.check_keys(settings.variables.keys())?;
            }
            self.0.agents.agents().create(&agent).await
        })
        .await
    }

    /// Reads an agent.
    ///
    /// # Errors
    /// `agent_not_found`, `agent_retrieval_failed`, and those of every step.
    pub async fn get_agent(&self, id: &str) -> Result<Response<Agent>, ServiceError> {
        self.timed(Step::ReadAgent, async {
            self.0.agents.agents().get(&agent_id(id)?).await
        })
        .await
    }

    /// One page of the agents.
    ///
    /// # Errors
    /// `agent_listing_failed`, and those of every step.
    pub async fn list_agents(
        &self,
        filter: &ListAgents,
    ) -> Result<Response<Page<Agent>>, ServiceError> {
        self.timed(Step::ListAgents, async {
            self.0.agents.agents().page(filter).await
        })
        .await
    }

    /// Changes what `settings` names. Texts for variables that it does not name stay, and variables that are new to the
    /// template and have no text must come with every call. **Read what [`AgentUpdate`](agents::AgentUpdate) says of secrets.**
    ///
    /// # Errors
    /// `validation_error`, `agent_not_found`, `agent_update_failed`, and those of every step.
    pub async fn update_agent(
        &self,
        id: &str,
        settings: &AgentSettings,
    ) -> Result<Response<Agent>, ServiceError> {
        self.timed(Step::UpdateAgent, async {
            let mut problems = Problems::default();
            let mut update = settings.agent_update(&mut problems);
            problems.finish(&agents::UPDATE)?;
            let id = agent_id(id)?;
            if let Some(strict) = &self.0.strict {
                strict.check_update(&update)?;
                strict.check_keys(settings.variables.keys())?;
            }
            if settings.touches_variables() {
                let read = self.0.agents.agents().get(&id).await?;
                let none = TemplateSpec::default();
                let current = read
                    .call_template
                    .as_ref()
                    .map_or(&none, |now| &now.settings);
                update.template.context_schema = settings.changed_schema(current);
            }
            self.0.agents.agents().update(&id, &update).await
        })
        .await
    }

    /// Lets an agent ring a number, and returns when the telephone provider has the call.
    ///
    /// The agent is read first: it must exist, and every variable of its template must have a value in the order or a
    /// text of its own. Then a session is opened and the number is dialled, once, as in
    /// [`flow`](voice_core::flow::outbound_agent_call).
    ///
    /// # Errors
    /// `validation_error`, `agent_not_found`, `call_initiation_failed`, and those of every step. The person may have been
    /// rung only if [the error says so](Error::may_have_happened).
    pub async fn start_call(
        &self,
        agent: &str,
        order: &CallOrder,
    ) -> Result<StartedCall, ServiceError> {
        let _ongoing = Ongoing::new(&self.0);
        let started = self.0.clock.now();
        let outcome = self.initiate(agent, order).await;
        self.note(Step::StartCall, started, outcome.as_ref().err());
        if let Ok(call) = &outcome {
            self.note_parts(&call.timeline());
        }
        outcome
    }

    async fn initiate(&self, agent: &str, order: &CallOrder) -> Result<StartedCall, ServiceError> {
        let failed = |step| move |error| ServiceError::new(step, error);
        if self.0.draining.load(Ordering::SeqCst) {
            let error = Error::new(ErrorKind::Other, "the service takes no more calls");
            return Err(ServiceError::new(Step::StartCall, nobody_rung(error)));
        }
        let mut problems = Problems::default();
        let to = match &self.0.strict {
            Some(strict) => {
                strict
                    .check_context(&order.template_context)
                    .map_err(failed(Step::StartCall))?;
                strict.phone(&order.phone_number).map_or_else(
                    |error| {
                        problems.add("phone_number", error.message());
                        None
                    },
                    Some,
                )
            }
            None => order.number(&mut problems),
        };
        let id = agent_id(agent)
            .map_err(|error| problems.add("agent_id", error.message()))
            .ok();
        problems
            .finish(&agents::CREATE_CALL)
            .map_err(failed(Step::StartCall))?;
        let (Some(to), Some(id)) = (to, id) else {
            let error = Error::invalid_input("phone_number", "is required");
            return Err(ServiceError::new(Step::StartCall, error));
        };

        let read = self.0.agents.agents().get(&id).await;
        let read = read.map_err(nobody_rung).map_err(failed(Step::ReadAgent))?;
        let mut context = order.template_context.clone();
        if let Some(template) = &read.call_template {
            context.extend(request::defaults(template, &order.template_context));
            let mut problems = Problems::default();
            for name in template.missing_from(&JsonMap::from(context.clone())) {
                problems.add(
                    format!("template_context.{name}"),
                    "has no value, and the agent's template asks for it",
                );
            }
            problems
                .finish(&agents::CREATE_CALL)
                .map_err(failed(Step::StartCall))?;
        }

        let mut call = OutboundAgentCall::new(id, to, self.0.from)
            .ring_timeout(self.0.ring_timeout)
            .max_duration(self.0.max_duration)
            .clock(Arc::clone(&self.0.clock));
        for (name, value) in context {
            call = call.variable(name, value);
        }
        start_agent_call(&self.0.agents, &*self.0.calls, &call)
            .await
            .map_err(failed(Step::StartCall))
    }

    /// The figures.
    #[must_use]
    pub fn metrics(&self) -> &ServiceMetrics {
        &self.0.metrics
    }

    /// The service itself, without asking anybody: cheap enough for a load balancer's probe.
    #[must_use]
    pub fn health(&self) -> ServiceHealth {
        self.report(Vec::new())
    }

    /// The service and its providers, all asked at once. Takes as long as the slowest probe.
    pub async fn health_detailed(&self) -> ServiceHealth {
        let probes = self.0.probes.iter().map(|probe| probe.health());
        let checks = futures_util::future::join_all(probes).await;
        self.report(checks)
    }

    fn report(&self, checks: Vec<voice_core::provider::Health>) -> ServiceHealth {
        ServiceHealth {
            status: ServiceHealth::judge(self.0.draining.load(Ordering::SeqCst), &checks),
            uptime: self.0.clock.now().saturating_duration_since(self.0.since),
            ongoing_calls: self.ongoing(),
            checks,
        }
    }

    /// Calls being started at this moment.
    #[must_use]
    pub fn ongoing(&self) -> usize {
        self.0.ongoing.load(Ordering::SeqCst)
    }

    /// Takes no more calls, and waits until those being started have been, at most `limit`. Says whether none is left.
    /// An application calls it when it shuts down; 30 s is usual.
    pub async fn drain(&self, limit: Duration) -> bool {
        self.0.draining.store(true, Ordering::SeqCst);
        let clock = &self.0.clock;
        let start = clock.now();
        while self.ongoing() > 0 {
            let left = limit.saturating_sub(clock.now().saturating_duration_since(start));
            if left.is_zero() {
                return false;
            }
            clock.sleep(LOOK_EVERY.min(left)).await;
        }
        true
    }

    async fn timed<T>(
        &self,
        step: Step,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, ServiceError> {
        let started = self.0.clock.now();
        let outcome = work.await.map_err(|error| ServiceError::new(step, error));
        self.note(step, started, outcome.as_ref().err());
        outcome
    }

    fn note(&self, step: Step, started: Instant, error: Option<&ServiceError>) {
        let took = self.0.clock.now().saturating_duration_since(started);
        let failed = error.map(ServiceError::code);
        self.0
            .metrics
            .ended(step, self.0.clock.wall(), took, failed);
    }

    /// How long the two halves of a call took.
    fn note_parts(&self, timeline: &Timeline) {
        let mut since = Duration::ZERO;
        for entry in timeline {
            let what = match entry.event {
                FlowEvent::SessionOpened { .. } | FlowEvent::SessionRecovered { .. } => {
                    Some(Timed::JoinUrl)
                }
                FlowEvent::Placed { .. } | FlowEvent::Recovered { .. } => Some(Timed::PhoneCall),
                _ => None,
            };
            if let Some(what) = what {
                self.0.metrics.time(what, entry.at.saturating_sub(since));
            }
            since = entry.at;
        }
    }
}

fn agent_id(text: &str) -> Result<AgentId, Error> {
    AgentId::new(text).map_err(|error| {
        Error::invalid_input("agent_id", error.to_string()).with_operation(PROVIDER, "agents.get")
    })
}

/// An error from before the dial speaks of the dial.
fn nobody_rung(error: Error) -> Error {
    let error = if error.may_have_happened() {
        error.with_delivery(Delivery::NotSent)
    } else {
        error
    };
    error.with_context("dialled", "nobody was rung")
}

/// Counts a call while it is being started, whatever becomes of it.
struct Ongoing<'a>(&'a Inner);

impl<'a> Ongoing<'a> {
    fn new(service: &'a Inner) -> Self {
        service.ongoing.fetch_add(1, Ordering::SeqCst);
        Self(service)
    }
}

impl Drop for Ongoing<'_> {
    fn drop(&mut self) {
        self.0.ongoing.fetch_sub(1, Ordering::SeqCst);
    }
}
