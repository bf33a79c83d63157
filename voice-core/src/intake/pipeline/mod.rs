//! The pipeline: [`Intake`].
//!
//! | file | what |
//! |---|---|
//! | `door` | verify, and what is no ringing call |
//! | `steps` | dedup, tenant, place, texts, configuration, tools; refusals |
//! | `take` | accept and start the session, in a task of its own |
//! | `unstarted` | the caller has gone, or no session stands |
//! | `live` | stay with the call until it is over |
//! | `claims`, `permit` | what a call holds, as guards that give it back on every path |
//! | `part` | parts that others wrote, run with a limit and a guard against panics |
//! | `drain` | stop taking calls, wait, hang up; health |

mod after;
mod agent;
mod builder;
mod calls;
mod claims;
mod control;
mod door;
mod drain;
mod live;
mod part;
mod permit;
mod settings;
mod steps;
mod take;
mod tasks;
mod unstarted;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

pub use after::{AfterCall, FinishedCall, HandedOn};
pub use builder::IntakeBuilder;
pub use calls::{CallPhase, OngoingCall};
pub use drain::{Drained, Idle, IntakeHealth, Taking, WhenOver};
pub use settings::{IntakeSettings, WhenPlaceLost};

use self::calls::Calls;
use self::claims::ClaimDesk;
use self::permit::PlaceDesk;
use self::tasks::Tasks;
use super::figures::{Figure, FiguresSnapshot, IntakeFigures};
use super::instructions::InstructionResolver;
use super::outcome::Outcome;
use super::session::CallSessions;
use super::tenant::TenantResolver;
use super::tools::ToolRegistry;
use crate::clock::SharedClock;
use crate::provider::{HealthCheck, InboundCallProvider, InboundSource};
use crate::webhook::WebhookRequest;

/// The pipeline for inbound calls: raw webhooks in, outcomes out, and calls served meanwhile.
///
/// Made by [`Intake::builder`]; cloning it is cheap and shares everything. It knows no web framework: whoever has one
/// hands [`handle`](Self::handle) the raw request and answers with the outcome's status and body. The
/// [module page](super) shows the whole.
#[derive(Clone)]
pub struct Intake(Arc<Inner>);

pub(super) struct Inner {
    source: Arc<dyn InboundSource>,
    provider: Arc<dyn InboundCallProvider>,
    sessions: Arc<dyn CallSessions>,
    tenants: TenantResolver,
    instructions: InstructionResolver,
    tools: ToolRegistry,
    hooks: Vec<Arc<dyn AfterCall>>,
    probe: Option<Arc<dyn HealthCheck>>,
    settings: IntakeSettings,
    clock: SharedClock,
    figures: IntakeFigures,
    claims: ClaimDesk,
    places: PlaceDesk,
    calls: Calls,
    tasks: Tasks,
    draining: AtomicBool,
}

impl Intake {
    /// Deals with one webhook. Returns when its call was refused, or taken and its session started; the call itself goes
    /// on in a task of its own. Needs a tokio runtime.
    ///
    /// It never fails and never panics: whatever a part does is an outcome. Dropping the future before the call is being
    /// taken gives place and claim back, so that the provider's next delivery finds the work undone; from then on the call
    /// is taken all the same.
    pub async fn handle(&self, request: &WebhookRequest<'_>) -> Outcome {
        let _counted = self.0.tasks.count();
        self.0.handle(request).await
    }

    /// The calls of this process that go on, the oldest first.
    #[must_use]
    pub fn active(&self) -> Vec<OngoingCall> {
        self.0.calls.snapshot()
    }

    /// The counters, shared with whoever else counts.
    #[must_use]
    pub fn figures(&self) -> &IntakeFigures {
        &self.0.figures
    }

    /// The counters as they are now, with what the guards around the stores have counted
    /// ([`Figure::DedupStoreFallbacks`], [`Figure::CapacityStoreFallbacks`]).
    #[must_use]
    pub fn snapshot(&self) -> FiguresSnapshot {
        let mut now = self.0.figures.snapshot();
        let guards = [
            (Figure::DedupStoreFallbacks, self.0.claims.store.guard()),
            (Figure::CapacityStoreFallbacks, self.0.places.store.guard()),
        ];
        for (figure, guard) in guards {
            if let Some(seen) = guard {
                now.totals.set(figure, seen.fallbacks);
            }
        }
        now
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &IntakeSettings {
        &self.0.settings
    }
}

impl fmt::Debug for Intake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Intake")
            .field("source", &self.0.source)
            .field("provider", &self.0.provider)
            .field("calls", &self.0.calls.snapshot().len())
            .finish_non_exhaustive()
    }
}
