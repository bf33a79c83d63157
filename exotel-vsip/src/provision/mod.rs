//! Provisioning: a trunk with all that belongs to it, by a plan that ends in the same state whatever fails.
//!
//! A [`Plan`] says what is to be there. It can be shown before it runs ([`Plan::describe`]), held against the account by
//! reading alone ([`Plan::dry_run`]), run, and run again: what is there already is found instead of being made twice
//! ([`create_or_get`](crate::create_or_get)).
//!
//! | plan | steps |
//! |---|---|
//! | [`Plan::pstn`] | trunk, number, access list, destination |
//! | [`Plan::stream_kit`] | trunk, number in flow mode, access list |
//! | [`Plan::voice_ai_outbound`] | trunk, number, credential |
//! | [`Plan::voice_ai_inbound`] | trunk, number, destination by host name |
//! | [`Plan::new`], [`Plan::on_trunk`] | whatever is added, in that order |
//!
//! A run stops at the first step that fails. Its [`ProvisionError`] carries a [`ProvisionReport`] that can be stored;
//! [`Plan::resume`] goes on from it, and [`Plan::run`] starts over, with the same end. [`Rollback`] takes back what a run
//! made, and only that. [`ProvisionMany`] carries out many plans at once.
//!
//! # What it costs
//! On a trunk that the run has made: one request per step. On one that was there, or by a stored report: one more for each
//! destination, credential and setting, which are looked for first because the server may take a second one. After 1008 or an unknown outcome: one
//! look, and at most one more request and look.

mod check;
mod describe;
mod dry_run;
mod many;
mod plan;
mod report;
mod rollback;
mod run;
mod step;

pub use describe::{PlanDescription, StepDescription, StepName};
pub use dry_run::{DryRun, Forecast, StepForecast};
pub use many::{ManyReport, PlanResult, ProvisionMany, provision_many};
pub use plan::{OnDifference, Plan, PlanStep, PlanTrunk};
pub use report::{ProvisionError, ProvisionReport, StepOutcome, StepReport};
pub use rollback::{Rollback, RollbackReport, Undone, UndoneStep};
pub use run::{Progress, Run};
