//! Experiments and flags, decided on this side: who gets which variant, for whom a flag is on, what came of it.
//!
//! Nothing here talks to anybody. The same unit gets the same answer in every process and after every restart, because
//! the answer is a function of ids alone; nothing is drawn at random. See [`bucket`] for the function.
//!
//! | | |
//! |---|---|
//! | [`Subject`] | who is asked about: user, device, session, place, attributes |
//! | [`ExperimentPlan`], [`Assignment`] | an experiment ready to assign, and the answer |
//! | [`Assigner`], [`AssignmentStore`] | the same with a clock and a memory, for the `sticky` strategy |
//! | [`FlagPlan`], [`FlagSet`], [`FlagDecision`] | flags: rollout, stages, canary, schedule |
//! | [`Targeting`], [`Segments`] | for whom at all |
//! | [`ExposureRecorder`], [`exposure`], [`conversion`] | events, ready to be sent |
//! | [`stats`] | what the numbers say |
//!
//! Two rules keep results honest. A unit that takes no part is [`NotEnrolled`], with a reason, and **never counted as
//! control**. And whether a unit takes part, and which variant it gets, come from **two independent hashes**: from one,
//! half of the traffic would all be control.
//!
//! ```
//! use std::time::UNIX_EPOCH;
//! use promptops_client::experiments::{Assignment, ExperimentPlan, NotEnrolled, Percent, Segments, Subject};
//! use promptops_client::models::{Experiment, ExperimentStatus, Variant};
//!
//! let experiment = Experiment::new("exp1")
//!     .status(ExperimentStatus::Running)
//!     .traffic_percentage(100_u32)
//!     .control_variant(Variant::new("plain"))
//!     .treatment_variants([Variant::new("friendly")]);
//! let plan = ExperimentPlan::from_experiment(&experiment)?;
//!
//! let now = UNIX_EPOCH;
//! let ana = Subject::user("user-1");
//! let answer = plan.assign(&ana, &Segments::new(), now);
//! assert_eq!(answer.variant().map(|variant| variant.id.as_str()), Some("plain"));
//! assert_eq!(plan.assign(&ana, &Segments::new(), now), answer);
//!
//! let nobody = plan.assign(&Subject::new(), &Segments::new(), now);
//! assert_eq!(nobody, Assignment::NotEnrolled(NotEnrolled::NoUnit));
//! # Ok::<(), promptops_client::experiments::PlanError>(())
//! ```

mod assign;
mod assigner;
mod assignment;
mod bucket;
mod canonical;
mod events;
mod exposures;
mod flag_set;
mod flags;
mod plan;
#[cfg(test)]
mod regressions;
mod segments;
pub mod stats;
mod store;
mod subject;
mod targeting;
mod window;

pub use assigner::Assigner;
pub use assignment::{Assignment, Basis, Enrolled, NotEnrolled};
pub use bucket::{BucketUse, Percent, PercentError, bucket};
pub use canonical::canonical_json;
pub use events::{conversion, exposure, stored_assignment};
pub use exposures::{ExposureRecorder, Recorded};
pub use flag_set::FlagSet;
pub use flags::{FlagDecision, FlagPlan, FlagState, OffReason, OnReason};
pub use plan::{ExperimentPlan, PlanError};
pub use segments::{Segment, Segments};
pub use store::{AssignmentKey, AssignmentStore, MemoryAssignments};
pub use subject::Subject;
pub use targeting::{Targeting, TargetingFault};
pub use window::{Window, WindowState};
