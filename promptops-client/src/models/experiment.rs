//! Experiments: what is compared, for whom, and how it went.

use std::collections::BTreeMap;

use super::{AllocationStrategy, EventType, ExperimentStatus, JsonMap, PoTime};
use crate::macros::model;

model! {
    /// One of the things an experiment compares.
    Variant (
        /// Its id.
        id: String,
    ) {
        /// Its name.
        name: String,
        /// What is different about it.
        description: String,
        /// Its weight, 1 to 100; 1 unless set.
        weight: u32,
        /// What to render with: `variables`, `model_provider`, `model_name`.
        prompt_config: JsonMap,
        /// Whether it is what the others are held against.
        is_control: bool,
    } []
}

model! {
    /// An experiment.
    Experiment (
        /// Its id.
        id: String,
    ) {
        /// Its name.
        name: String,
        /// What it is for.
        description: String,
        /// The project.
        project_id: String,
        /// The prompt it is about.
        prompt_id: String,
        /// Where it stands.
        status: ExperimentStatus,
        /// When it begins to assign.
        start_time: PoTime,
        /// When it stops.
        end_time: PoTime,
        /// How many of a hundred units take part, 1 to 100; 50 unless set.
        traffic_percentage: u32,
        /// How it chooses; uniform unless set.
        allocation_strategy: AllocationStrategy,
        /// Who may take part.
        target_audience: JsonMap,
        /// Where.
        geographic_targeting: JsonMap,
        /// With what attributes.
        user_attributes: JsonMap,
        /// Results a variant needs before there can be a winner, at least 100; 1000 unless set.
        min_sample_size: u64,
        /// Confidence in per cent, 80 to 99; 95 unless set.
        statistical_significance: u32,
        /// What decides.
        primary_metric: String,
        /// What the others are held against.
        control_variant: Variant,
        /// The server's results; it never fills them.
        results: JsonMap,
        /// Whether the server declared a winner.
        winner_determined: bool,
        /// Which.
        winning_variant: String,
        /// Who made it.
        created_by: String,
        /// When it was made.
        created_at: PoTime,
        /// When it was changed.
        updated_at: PoTime,
    } [
        /// What else is looked at.
        secondary_metrics: String,
        /// What is tried.
        treatment_variants: Variant,
    ]
}

impl Experiment {
    /// All variants, control first.
    pub fn variants(&self) -> impl Iterator<Item = &Variant> {
        self.control_variant.iter().chain(&self.treatment_variants)
    }
}

model! {
    /// An experiment to be made. It begins as a draft.
    NewExperiment (
        /// Its name, 1 to 200 characters.
        name: String,
        /// The project.
        project_id: String,
        /// The prompt it is about.
        prompt_id: String,
        /// What decides; not empty.
        primary_metric: String,
        /// What the others are held against.
        control_variant: Variant,
    ) {
        /// What it is for, at most 1000 characters.
        description: String,
        /// When it begins to assign.
        start_time: PoTime,
        /// When it stops.
        end_time: PoTime,
        /// How many of a hundred units take part, 1 to 100; 50 unless set.
        traffic_percentage: u32,
        /// How it chooses; uniform unless set.
        allocation_strategy: AllocationStrategy,
        /// Who may take part.
        target_audience: JsonMap,
        /// Where.
        geographic_targeting: JsonMap,
        /// With what attributes.
        user_attributes: JsonMap,
        /// Results a variant needs before there can be a winner, at least 100; 1000 unless set.
        min_sample_size: u64,
        /// Confidence in per cent, 80 to 99; 95 unless set.
        statistical_significance: u32,
    } [
        /// What else is looked at.
        secondary_metrics: String,
        /// What is tried; at least one.
        treatment_variants: Variant,
    ]
}

model! {
    /// What to change of an experiment; the rest stays.
    ExperimentUpdate () {
        /// Its name, 1 to 200 characters.
        name: String,
        /// What it is for, at most 1000 characters.
        description: String,
        /// Where it shall stand. `Running` is the only way to resume a paused one; nothing leads out of `Completed`, and no
        /// way from `Running` to `Draft`.
        status: ExperimentStatus,
        /// When it begins to assign.
        start_time: PoTime,
        /// When it stops.
        end_time: PoTime,
        /// How many of a hundred units take part, 1 to 100.
        traffic_percentage: u32,
        /// Who may take part.
        target_audience: JsonMap,
        /// Where.
        geographic_targeting: JsonMap,
        /// With what attributes.
        user_attributes: JsonMap,
        /// Results a variant needs, at least 100.
        min_sample_size: u64,
        /// Confidence in per cent, 80 to 99.
        statistical_significance: u32,
        /// What decides; not empty.
        primary_metric: String,
        /// What else is looked at.
        secondary_metrics: Vec<String>,
    } []
}

model! {
    /// What the server says when an experiment is completed.
    Completion () {
        /// Its words.
        message: String,
        /// Its results.
        results: serde_json::Value => quiet,
    } []
}

model! {
    /// A stored result. The reference server never stores one.
    ExperimentResult () {
        /// Its id.
        id: String,
        /// The experiment.
        experiment_id: String,
        /// The variant.
        variant_id: String,
        /// What was measured.
        metric_name: String,
        /// Its value.
        metric_value: f64,
        /// Out of how many.
        sample_size: u64,
        /// When.
        calculated_at: PoTime,
    } []
}

model! {
    /// How a variant did, as the server counts. Its interval (0 to 0) and probability (0.5) are placeholders in the reference
    /// server: compute them from the counts.
    VariantPerformance () {
        /// The variant.
        variant_id: String,
        /// Its name.
        variant_name: String,
        /// How many were assigned to it.
        total_assignments: u64,
        /// How many events there are.
        total_events: u64,
        /// Of how many conversions.
        conversions: u64,
        /// The share of conversions, 0 to 1.
        conversion_rate: f64,
        /// The mean time of an answer, in milliseconds.
        average_response_time_ms: f64,
        /// A placeholder.
        p_value: f64,
        /// A placeholder.
        is_winner: bool,
    } []
}

model! {
    /// Counts over all experiments.
    ExperimentStats () {
        /// How many there are.
        total_experiments: u64,
        /// How many are running.
        running_experiments: u64,
        /// How many are completed.
        completed_experiments: u64,
        /// How many units were assigned.
        total_assignments: u64,
        /// How many events there are.
        total_events: u64,
        /// How many of each type; the keys may read `EventType.CONVERSION`, see [`events`](Self::events).
        events_by_type: BTreeMap<String, u64>,
    } []
}

impl ExperimentStats {
    /// Events by type, the two spellings of a type added together.
    #[must_use]
    pub fn events(&self) -> BTreeMap<EventType, u64> {
        let mut sums = BTreeMap::new();
        for (key, count) in self.events_by_type.iter().flatten() {
            let sum: &mut u64 = sums.entry(EventType::from_stats_key(key)).or_default();
            *sum = sum.saturating_add(*count);
        }
        sums
    }
}
