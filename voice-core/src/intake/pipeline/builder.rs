//! [`IntakeBuilder`].

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::after::AfterCall;
use super::calls::Calls;
use super::claims::ClaimDesk;
use super::permit::PlaceDesk;
use super::settings::IntakeSettings;
use super::tasks::Tasks;
use super::{Inner, Intake};
use crate::clock::{SharedClock, SystemClock};
use crate::error::Error;
use crate::intake::figures::IntakeFigures;
use crate::intake::instructions::InstructionResolver;
use crate::intake::session::CallSessions;
use crate::intake::tenant::TenantResolver;
use crate::intake::tools::ToolRegistry;
use crate::provider::{HealthCheck, InboundCallProvider, InboundSource};
use crate::store::{CapacityStore, DedupStore, MemoryCapacity, MemoryDedup};

/// Builds an [`Intake`]; made by [`Intake::builder`].
#[must_use]
pub struct IntakeBuilder {
    source: Arc<dyn InboundSource>,
    provider: Arc<dyn InboundCallProvider>,
    sessions: Arc<dyn CallSessions>,
    tenants: TenantResolver,
    instructions: InstructionResolver,
    tools: ToolRegistry,
    dedup: Option<Arc<dyn DedupStore>>,
    capacity: Option<Arc<dyn CapacityStore>>,
    hooks: Vec<Arc<dyn AfterCall>>,
    probe: Option<Arc<dyn HealthCheck>>,
    settings: IntakeSettings,
    clock: SharedClock,
    figures: IntakeFigures,
}

impl Intake {
    /// A pipeline of these parts. `source`, `provider` and `sessions` are usually three sides of one provider's client.
    ///
    /// Unless set otherwise there are no tools and no hooks, the stores are in memory, which is enough for one process,
    /// and [`IntakeSettings::default`] holds.
    pub fn builder(
        source: Arc<dyn InboundSource>,
        provider: Arc<dyn InboundCallProvider>,
        sessions: Arc<dyn CallSessions>,
        tenants: TenantResolver,
        instructions: InstructionResolver,
    ) -> IntakeBuilder {
        IntakeBuilder {
            source,
            provider,
            sessions,
            tenants,
            instructions,
            tools: ToolRegistry::default(),
            dedup: None,
            capacity: None,
            hooks: Vec::new(),
            probe: None,
            settings: IntakeSettings::default(),
            clock: SystemClock::shared(),
            figures: IntakeFigures::default(),
        }
    }
}

impl IntakeBuilder {
    /// The tools that tenants may have.
    pub fn tools(mut self, tools: ToolRegistry) -> Self {
        self.tools = tools;
        self
    }

    /// Where it is kept what was dealt with. Several processes need one they share.
    ///
    /// A call that is taken has three keys there: its webhook, the call, and for two hours a mark that it was about to be
    /// accepted. By the mark a process that takes over after a crash knows a call that one of its own may have accepted, and
    /// attaches to it; one that a stranger accepted is left alone.
    ///
    /// A store that fails has the webhook answered as failed, and nobody takes or refuses the call; one that is to go on
    /// without, or with a local store, is wrapped before it is given here.
    pub fn dedup(mut self, store: Arc<dyn DedupStore>) -> Self {
        self.dedup = Some(store);
        self
    }

    /// Where places are counted. Several processes need one they share.
    ///
    /// A store that fails has the caller refused; one that is to go on without, or with a local store, is wrapped before
    /// it is given here.
    pub fn capacity(mut self, store: Arc<dyn CapacityStore>) -> Self {
        self.capacity = Some(store);
        self
    }

    /// What follows every call, beside what was given before.
    pub fn after_call(mut self, hook: impl AfterCall) -> Self {
        self.hooks.push(Arc::new(hook));
        self
    }

    /// The provider's probe, for [`Intake::health`].
    pub fn probe(mut self, probe: Arc<dyn HealthCheck>) -> Self {
        self.probe = Some(probe);
        self
    }

    /// Limits, times and answers.
    pub fn settings(mut self, settings: IntakeSettings) -> Self {
        self.settings = settings;
        self
    }

    /// Calls at once over all tenants; 100 unless set.
    pub const fn max_calls(mut self, calls: u32) -> Self {
        self.settings.max_calls = calls;
        self
    }

    /// The clock; the system's unless set.
    pub fn clock(mut self, clock: SharedClock) -> Self {
        self.clock = clock;
        self
    }

    /// Counters to count into; new ones unless set. Resolver of texts and tools count into them as well.
    pub fn figures(mut self, figures: IntakeFigures) -> Self {
        self.figures = figures;
        self
    }

    /// Builds it.
    ///
    /// # Errors
    /// Those of [`IntakeSettings::check`].
    pub fn build(self) -> Result<Intake, Error> {
        self.settings.check()?;
        let (clock, settings, figures) = (self.clock, self.settings, self.figures);
        let tasks = Tasks::new(Arc::clone(&clock));
        let dedup = self
            .dedup
            .unwrap_or_else(|| Arc::new(MemoryDedup::new(Arc::clone(&clock))));
        let capacity = self
            .capacity
            .unwrap_or_else(|| Arc::new(MemoryCapacity::new(Arc::clone(&clock))));
        let claims = ClaimDesk {
            store: dedup,
            clock: Arc::clone(&clock),
            tasks: tasks.clone(),
            lease: settings.claim_lease,
            keep: settings.remembered,
            limit: settings.store_limit,
        };
        let places = PlaceDesk {
            store: capacity,
            clock: Arc::clone(&clock),
            tasks: tasks.clone(),
            ttl: settings.place_lease,
            limit: settings.store_limit,
        };
        Ok(Intake(Arc::new(Inner {
            source: self.source,
            provider: self.provider,
            sessions: self.sessions,
            tenants: self.tenants,
            instructions: self.instructions.with_figures(&figures),
            tools: self.tools,
            hooks: self.hooks,
            probe: self.probe,
            calls: Calls::new(Arc::clone(&clock)),
            settings,
            clock,
            figures,
            claims,
            places,
            tasks,
            draining: AtomicBool::new(false),
        })))
    }
}

impl fmt::Debug for IntakeBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IntakeBuilder")
            .field("source", &self.source)
            .field("provider", &self.provider)
            .field("settings", &self.settings)
            .field("hooks", &self.hooks.len())
            .finish_non_exhaustive()
    }
}
