//! An experiment, checked once and ready to assign.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::SystemTime;

use crate::models::{AllocationStrategy, Experiment, ExperimentStatus, PoTime, Variant};

use super::{Percent, PercentError, Targeting, Window};

/// An experiment or flag cannot be used as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// It has no id or name, so that nothing can be salted with it.
    #[error("the experiment or flag has no name of its own")]
    NoId,
    /// There is nothing to compare with.
    #[error("the experiment has no control variant")]
    NoControl,
    /// There is nothing to compare.
    #[error("the experiment has no treatment variant")]
    NoTreatment,
    /// Two variants have the same id, or one has none.
    #[error("the id of a variant is empty or there twice: {}", .0.escape_debug())]
    VariantId(String),
    /// A weight is not 1 to 100.
    #[error("the weight {weight} of variant {} is not 1 to 100", variant.escape_debug())]
    Weight {
        /// The variant.
        variant: String,
        /// Its weight.
        weight: u32,
    },
    /// A percentage is above 100.
    #[error(transparent)]
    Percent(#[from] PercentError),
    /// A point in time cannot be read: the field.
    #[error("{0} is no point in time")]
    Time(&'static str),
    /// The current stage of a staged rollout has no percentage: its number.
    #[error("stage {0} of the rollout has no percentage")]
    Stage(u32),
}

/// An experiment that was checked and can assign. Cloning is cheap.
///
/// Built [from what the API answers](Self::from_experiment), whose defaults hold: 50 % of the traffic, uniform, weight 1,
/// draft.
#[derive(Debug, Clone)]
pub struct ExperimentPlan {
    pub(super) id: Arc<str>,
    pub(super) status: ExperimentStatus,
    pub(super) window: Window,
    pub(super) traffic: Percent,
    pub(super) strategy: AllocationStrategy,
    pub(super) targeting: Arc<Targeting>,
    /// Control first.
    pub(super) variants: Arc<[Arc<Variant>]>,
}

impl ExperimentPlan {
    /// Checks an experiment.
    ///
    /// Targeting rules that cannot be read do not make the plan fail: they let nobody in, and
    /// [`targeting`](Self::targeting) lists them.
    ///
    /// # Errors
    /// [`PlanError`] with the first thing that is wrong.
    pub fn from_experiment(experiment: &Experiment) -> Result<Self, PlanError> {
        if experiment.id.is_empty() {
            return Err(PlanError::NoId);
        }
        let control = experiment
            .control_variant
            .clone()
            .ok_or(PlanError::NoControl)?;
        if experiment.treatment_variants.is_empty() {
            return Err(PlanError::NoTreatment);
        }
        let treatments = experiment.treatment_variants.iter().cloned();
        let variants: Arc<[_]> = std::iter::once(control.is_control(true))
            .chain(treatments.map(|variant| variant.is_control(false)))
            .map(Arc::new)
            .collect();
        let mut ids = HashSet::new();
        for variant in variants.iter() {
            if variant.id.is_empty() || !ids.insert(&variant.id) {
                return Err(PlanError::VariantId(variant.id.clone()));
            }
            if !(1..=100).contains(&weight(variant)) {
                return Err(PlanError::Weight {
                    variant: variant.id.clone(),
                    weight: weight(variant),
                });
            }
        }
        let mut targeting = Targeting::everybody();
        for rules in [
            &experiment.target_audience,
            &experiment.geographic_targeting,
            &experiment.user_attributes,
        ] {
            targeting = targeting.and(Targeting::from_map(rules.iter().flat_map(|map| map.iter())));
        }
        Ok(Self {
            id: experiment.id.as_str().into(),
            status: experiment.status.clone().unwrap_or(ExperimentStatus::Draft),
            window: Window::new(
                moment("start_time", experiment.start_time.as_ref())?,
                moment("end_time", experiment.end_time.as_ref())?,
            ),
            traffic: Percent::new(experiment.traffic_percentage.unwrap_or(50))?,
            strategy: experiment
                .allocation_strategy
                .clone()
                .unwrap_or(AllocationStrategy::Uniform),
            targeting: Arc::new(targeting),
            variants,
        })
    }

    /// The experiment's id, the salt of its hashes.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// How it chooses.
    #[must_use]
    pub fn strategy(&self) -> &AllocationStrategy {
        &self.strategy
    }

    /// How much of the traffic takes part.
    #[must_use]
    pub fn traffic(&self) -> Percent {
        self.traffic
    }

    /// For whom.
    #[must_use]
    pub fn targeting(&self) -> &Targeting {
        &self.targeting
    }

    /// All variants, control first.
    pub fn variants(&self) -> impl Iterator<Item = &Variant> {
        self.variants.iter().map(|variant| &**variant)
    }
}

/// A variant's weight; 1 unless set.
pub(super) fn weight(variant: &Variant) -> u32 {
    variant.weight.unwrap_or(1)
}

pub(super) fn moment(
    field: &'static str,
    time: Option<&PoTime>,
) -> Result<Option<SystemTime>, PlanError> {
    time.map(|time| time.time().ok_or(PlanError::Time(field)))
        .transpose()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn experiment(change: &serde_json::Value) -> Result<ExperimentPlan, PlanError> {
        let mut whole = json!({
            "id": "e", "status": "running", "control_variant": {"id": "c"}, "treatment_variants": [{"id": "t"}],
        });
        for (key, value) in change.as_object().unwrap() {
            whole[key] = value.clone();
        }
        ExperimentPlan::from_experiment(&serde_json::from_value(whole).unwrap())
    }

    #[test]
    fn defaults_are_the_apis() {
        let plan = experiment(&json!({"status": null})).unwrap();
        assert_eq!(plan.traffic(), Percent::new(50).unwrap());
        assert_eq!(plan.strategy(), &AllocationStrategy::Uniform);
        assert_eq!(plan.status, ExperimentStatus::Draft);
        let ids: Vec<_> = plan
            .variants()
            .map(|v| (v.id.as_str(), v.is_control))
            .collect();
        assert_eq!(ids, [("c", Some(true)), ("t", Some(false))]);
        assert!(plan.targeting().faults().is_empty());
    }

    #[test]
    fn what_cannot_assign_is_refused() {
        for (change, error) in [
            (json!({"id": ""}), PlanError::NoId),
            (json!({"control_variant": null}), PlanError::NoControl),
            (json!({"treatment_variants": null}), PlanError::NoTreatment),
            (
                json!({"treatment_variants": [{"id": "c"}]}),
                PlanError::VariantId("c".into()),
            ),
            (
                json!({"treatment_variants": [{"id": ""}]}),
                PlanError::VariantId(String::new()),
            ),
            (
                json!({"control_variant": {"id": "c", "weight": 0}}),
                PlanError::Weight {
                    variant: "c".into(),
                    weight: 0,
                },
            ),
            (
                json!({"control_variant": {"id": "c", "weight": 101}}),
                PlanError::Weight {
                    variant: "c".into(),
                    weight: 101,
                },
            ),
            (
                json!({"traffic_percentage": 101}),
                PlanError::Percent(PercentError(101)),
            ),
            (json!({"start_time": "soon"}), PlanError::Time("start_time")),
            (json!({"end_time": "never"}), PlanError::Time("end_time")),
        ] {
            assert_eq!(experiment(&change).unwrap_err(), error, "{change}");
        }
    }
}
