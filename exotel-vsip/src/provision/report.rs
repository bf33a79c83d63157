//! What became of a plan.

use std::fmt;

use serde::{Deserialize, Serialize};
use voice_core::error::Error;

use super::describe::StepName;
use super::plan::{Plan, PlanStep, PlanTrunk};
use crate::create_or_get::Mismatch;
use crate::types::TrunkSid;

/// What became of one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StepOutcome {
    /// It was not its turn.
    #[default]
    NotRun,
    /// This run made it.
    Created,
    /// It was found after a request of this run whose outcome nobody knew: this run probably made it.
    Recovered,
    /// It was there.
    Found,
    /// It was there, and was changed to what the plan says.
    Changed,
    /// It failed, and nothing was made.
    Failed,
    /// It failed, and nobody knows whether it was made.
    Unclear,
}

impl StepOutcome {
    /// Whether what the step is about is there.
    #[must_use]
    pub const fn is_done(self) -> bool {
        matches!(
            self,
            Self::Created | Self::Recovered | Self::Found | Self::Changed
        )
    }

    /// The word as in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotRun => "not_run",
            Self::Created => "created",
            Self::Recovered => "recovered",
            Self::Found => "found",
            Self::Changed => "changed",
            Self::Failed => "failed",
            Self::Unclear => "unclear",
        }
    }
}

impl fmt::Display for StepOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One step, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StepReport {
    /// What it does.
    pub step: StepName,
    /// To what: masked where it is personal.
    pub what: String,
    /// What became of it.
    pub outcome: StepOutcome,
    /// The id of what is there; a setting has its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Requests it took so far, looks and repetitions included, over all runs of this report.
    pub requests: u32,
    /// In what that which is there differs from the plan.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mismatches: Vec<Mismatch>,
    /// Why it failed, in one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// What became of a plan so far. It can be stored (serde), shown (`Display` is a table), and handed to
/// [`Plan::resume`] and [`Rollback`](super::Rollback). No secret and no full phone number is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ProvisionReport {
    /// The trunk's name, or its SID when the plan is for one that is there.
    pub trunk: String,
    /// The trunk's id, once it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trunk_sid: Option<TrunkSid>,
    /// The steps, the trunk first.
    pub steps: Vec<StepReport>,
}

impl ProvisionReport {
    /// Of a plan that has not begun.
    pub(super) fn new(plan: &Plan) -> Self {
        let step = |step, what| StepReport {
            step,
            what,
            outcome: StepOutcome::NotRun,
            id: None,
            requests: 0,
            mismatches: Vec::new(),
            error: None,
        };
        let first = step(plan.trunk.name(), plan.trunk.what());
        let others = plan.steps.iter().map(|own| step(own.name(), own.what()));
        Self {
            trunk: plan.trunk.label(),
            trunk_sid: match &plan.trunk {
                PlanTrunk::Existing(sid) => Some(sid.clone()),
                PlanTrunk::Named(_) => None,
            },
            steps: std::iter::once(first).chain(others).collect(),
        }
    }

    /// Whether everything the plan says is there.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.steps.iter().all(|step| step.outcome.is_done())
    }

    /// Requests it took so far.
    #[must_use]
    pub fn requests(&self) -> u32 {
        self.steps.iter().map(|step| step.requests).sum()
    }

    /// The step that failed.
    #[must_use]
    pub fn failure(&self) -> Option<&StepReport> {
        self.steps
            .iter()
            .find(|step| matches!(step.outcome, StepOutcome::Failed | StepOutcome::Unclear))
    }

    /// Whether anything was tried.
    pub(super) fn is_begun(&self) -> bool {
        let mut steps = self.steps.iter();
        steps.any(|step| step.outcome != StepOutcome::NotRun)
    }

    /// Whether it is a report of this plan, as far as a report can tell: full numbers and passwords are not in it.
    pub(super) fn is_of(&self, plan: &Plan) -> bool {
        let own = (plan.trunk.name(), plan.trunk.what());
        let others = plan
            .steps
            .iter()
            .map(|step| (PlanStep::name(step), step.what()));
        let expected = std::iter::once(own).chain(others);
        self.trunk == plan.trunk.label()
            && expected.eq(self.steps.iter().map(|step| (step.step, step.what.clone())))
    }
}

impl fmt::Display for ProvisionReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.trunk)?;
        if let Some(sid) = &self.trunk_sid
            && *sid != self.trunk.as_str()
        {
            write!(f, " ({sid})")?;
        }
        let word = if self.is_complete() {
            "complete"
        } else {
            "incomplete"
        };
        writeln!(f, ": {word}, {} requests", self.requests())?;
        let width = self.steps.iter().map(|step| step.what.len()).max();
        let width = width.unwrap_or(0);
        for (at, step) in self.steps.iter().enumerate() {
            write!(
                f,
                "  {:>2}  {:<17}  {:<width$}  {:<9}",
                at + 1,
                step.step,
                step.what,
                step.outcome
            )?;
            if let Some(id) = &step.id {
                write!(f, "  {id}")?;
            }
            for mismatch in &step.mismatches {
                write!(f, "; {mismatch}")?;
            }
            if let Some(error) = &step.error {
                write!(f, "  {error}")?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

/// A run stopped at a step. It becomes a plain [`Error`] by `?`.
#[derive(Debug, thiserror::Error)]
#[error("provisioning of {} stopped at {}: {error}", report.trunk, stopped_at(report))]
pub struct ProvisionError {
    report: Box<ProvisionReport>,
    #[source]
    error: Error,
}

fn stopped_at(report: &ProvisionReport) -> String {
    match report.steps.iter().position(|step| !step.outcome.is_done()) {
        Some(at) => match report.steps.get(at) {
            Some(step) => format!("step {} ({})", at + 1, step.step),
            None => format!("step {}", at + 1),
        },
        None => "its end".to_owned(),
    }
}

impl ProvisionError {
    pub(super) fn new(report: ProvisionReport, error: Error) -> Self {
        Self {
            report: Box::new(report),
            error,
        }
    }

    /// What was done until then.
    #[must_use]
    pub fn report(&self) -> &ProvisionReport {
        &self.report
    }

    /// Why it stopped.
    #[must_use]
    pub fn error(&self) -> &Error {
        &self.error
    }

    /// Both.
    #[must_use]
    pub fn into_parts(self) -> (ProvisionReport, Error) {
        (*self.report, self.error)
    }
}

impl From<ProvisionError> for Error {
    fn from(error: ProvisionError) -> Self {
        let at = stopped_at(&error.report);
        error.error.with_context("provisioning", at)
    }
}
