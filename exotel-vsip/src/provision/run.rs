//! Carrying a plan out, step by step.

use std::fmt;
use std::sync::Arc;

use voice_core::error::{Error, ErrorKind};

use super::plan::{Looks, Plan, PlanTrunk};
use super::report::{ProvisionError, ProvisionReport, StepOutcome, StepReport};
use super::step::{self, Done};
use crate::PROVIDER;
use crate::client::ExotelClient;
use crate::create_or_get::{Asked, Before};
use crate::trunks;
use crate::types::TrunkSid;

/// A step that begins, or that is over.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Progress<'a> {
    /// The trunk's name, or its SID.
    pub trunk: &'a str,
    /// The number of the step, from 1.
    pub number: usize,
    /// How many there are.
    pub steps: usize,
    /// The step; when it begins its outcome is [`StepOutcome::NotRun`], or [`StepOutcome::Unclear`] from an earlier run.
    pub step: &'a StepReport,
}

type Watcher = dyn Fn(&Progress<'_>) + Send + Sync;

/// Is told of every step.
#[derive(Clone, Default)]
pub(super) struct Watch(Option<Arc<Watcher>>);

impl Watch {
    pub(super) fn new(watch: impl Fn(&Progress<'_>) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(watch)))
    }

    pub(super) fn tell(&self, report: &ProvisionReport, at: usize) {
        if let (Some(watch), Some(step)) = (&self.0, report.steps.get(at)) {
            watch(&Progress {
                trunk: &report.trunk,
                number: at + 1,
                steps: report.steps.len(),
                step,
            });
        }
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watch")
    }
}

/// Where a report comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// From this very run: all that it did is in there.
    Own,
    /// It was handed in: more may have been done since.
    Given,
}

/// A run of a plan, with its settings; from [`Plan::runner`].
#[derive(Debug, Clone)]
#[must_use = "nothing happens until it is run"]
pub struct Run<'a> {
    pub(super) plan: &'a Plan,
    pub(super) client: &'a ExotelClient,
    report: Option<ProvisionReport>,
    pub(super) watch: Watch,
}

impl Plan {
    /// Carries the plan out: makes what is not there, and finds the rest. Stops at the first step that fails.
    ///
    /// Run again, after whatever failure, it ends in the same state. Nothing that it made is taken back unless asked for
    /// ([`Rollback`](super::Rollback)). When the future is dropped, what it was about to make may or may not be there; the
    /// next run finds out.
    ///
    /// # Errors
    /// [`ProvisionError`] with the report so far. [`ErrorKind::InvalidInput`] before anything is sent when a step breaks a
    /// rule.
    pub async fn run(&self, client: &ExotelClient) -> Result<ProvisionReport, ProvisionError> {
        self.runner(client).run().await
    }

    /// Goes on where a run stopped: steps that were done are not looked at again. What is not surely refused a second time is
    /// looked for first, so that the same report can be resumed any number of times. [`run`](Self::run) does the same without
    /// the report, and checks everything.
    ///
    /// # Errors
    /// As for [`run`](Self::run); [`ErrorKind::InvalidInput`] also when the report is that of another plan.
    pub async fn resume(
        &self,
        client: &ExotelClient,
        report: ProvisionReport,
    ) -> Result<ProvisionReport, ProvisionError> {
        self.runner(client).resume(report).run().await
    }

    /// A run with settings.
    pub fn runner<'a>(&'a self, client: &'a ExotelClient) -> Run<'a> {
        Run {
            plan: self,
            client,
            report: None,
            watch: Watch::default(),
        }
    }
}

impl Run<'_> {
    /// Goes on from this report.
    pub fn resume(mut self, report: ProvisionReport) -> Self {
        self.report = Some(report);
        self
    }

    /// Is told when a step begins and when it is over. Steps that are done by the report it goes on from are not told of.
    pub fn on_step(mut self, watch: impl Fn(&Progress<'_>) + Send + Sync + 'static) -> Self {
        self.watch = Watch::new(watch);
        self
    }

    /// Runs it. See [`Plan::run`].
    ///
    /// # Errors
    /// As for [`Plan::run`] and [`Plan::resume`].
    pub async fn run(mut self) -> Result<ProvisionReport, ProvisionError> {
        let given = self.report.take();
        // A run may have gone on from the same report before, and been cut off: what it made is not in there.
        let known = match &given {
            Some(report) if report.is_begun() => Known::Given,
            _ => Known::Own,
        };
        let mut report = given.unwrap_or_else(|| ProvisionReport::new(self.plan));
        if let Err(error) = self.begin(&report) {
            return Err(ProvisionError::new(report, error));
        }
        if let Err(error) = self.first_step(&mut report).await {
            return Err(ProvisionError::new(report, error));
        }
        match self.parts(&mut report, known).await {
            Ok(()) => Ok(report),
            Err(error) => Err(ProvisionError::new(report, error)),
        }
    }

    /// What can be known before anything is sent.
    fn begin(&self, report: &ProvisionReport) -> Result<(), Error> {
        if !report.is_of(self.plan) {
            return Err(Error::invalid_input("report", "is that of another plan")
                .with_operation(PROVIDER, trunks::CREATE.name()));
        }
        self.plan.check(self.client)
    }

    /// The first step.
    pub(super) async fn first_step(&self, report: &mut ProvisionReport) -> Result<(), Error> {
        let Some(first) = report.steps.first() else {
            return Ok(());
        };
        if first.outcome.is_done() && report.trunk_sid.is_some() {
            return Ok(());
        }
        let before = match first.outcome {
            StepOutcome::Unclear => Some(Before::Look),
            _ if self.plan.looks == Looks::First => Some(Before::Look),
            _ => None,
        };
        self.start(report, 0);
        let asked = Asked::default();
        let outcome = match &self.plan.trunk {
            PlanTrunk::Existing(sid) => Ok((
                sid.clone(),
                Done {
                    outcome: StepOutcome::Found,
                    id: Some(sid.to_string()),
                    mismatches: Vec::new(),
                },
            )),
            PlanTrunk::Named(wanted) => {
                let choice = self.plan.on_difference;
                Box::pin(step::trunk(self.client, wanted, before, choice, &asked)).await
            }
        };
        self.record_trunk(report, outcome, &asked)
    }

    /// Tells that a step begins. One that was unclear stays so until it is known better.
    pub(super) fn start(&self, report: &mut ProvisionReport, at: usize) {
        if let Some(step) = report.steps.get_mut(at) {
            if step.outcome == StepOutcome::Failed {
                step.outcome = StepOutcome::NotRun;
            }
            step.error = None;
        }
        self.watch.tell(report, at);
    }

    pub(super) fn record_trunk(
        &self,
        report: &mut ProvisionReport,
        outcome: Result<(TrunkSid, Done), Error>,
        asked: &Asked,
    ) -> Result<(), Error> {
        let outcome = outcome.map(|(sid, done)| {
            report.trunk_sid = Some(sid);
            done
        });
        self.record(report, 0, outcome, asked)
    }

    /// All other steps.
    pub(super) async fn parts(
        &self,
        report: &mut ProvisionReport,
        known: Known,
    ) -> Result<(), Error> {
        let Some(sid) = report.trunk_sid.clone() else {
            return Err(crate::missing("trunks", "trunk_sid"));
        };
        let first = report.steps.first().map(|step| step.outcome);
        let is_new = first == Some(StepOutcome::Created) && known == Known::Own;
        for (at, step) in (1..).zip(&self.plan.steps) {
            let so_far = match report.steps.get(at) {
                Some(step) => step.outcome,
                None => break,
            };
            if so_far.is_done() {
                continue;
            }
            let before = match so_far {
                StepOutcome::Unclear => Some(Before::Look),
                // Nothing can be on a trunk that this run has made, but what it put there itself.
                _ if is_new => Some(Before::Absent),
                _ if self.plan.looks == Looks::First => Some(Before::Look),
                _ => None,
            };
            self.start(report, at);
            let asked = Asked::default();
            let choice = self.plan.on_difference;
            let outcome = Box::pin(step.carry_out(self.client, &sid, before, choice, &asked)).await;
            self.record(report, at, outcome, &asked)?;
        }
        Ok(())
    }

    fn record(
        &self,
        report: &mut ProvisionReport,
        at: usize,
        outcome: Result<Done, Error>,
        asked: &Asked,
    ) -> Result<(), Error> {
        let Some(step) = report.steps.get_mut(at) else {
            return Ok(());
        };
        step.requests = step.requests.saturating_add(asked.so_far());
        let result = match outcome {
            Ok(done) => {
                step.outcome = done.outcome;
                step.id = done.id;
                step.mismatches = done.mismatches;
                step.error = None;
                Ok(())
            }
            Err(error) => {
                let unclear = step.outcome == StepOutcome::Unclear;
                step.outcome = if unclear || error.may_have_happened() {
                    StepOutcome::Unclear
                } else {
                    StepOutcome::Failed
                };
                step.error = Some(error.to_string());
                Err(error)
            }
        };
        self.watch.tell(report, at);
        result
    }
}

/// Whether trying the same again later makes sense.
pub(super) fn may_pass(error: &Error) -> bool {
    error.is_transient()
        || error.may_have_happened()
        || matches!(error.kind(), ErrorKind::CircuitOpen)
}
