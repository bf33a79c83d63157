//! Feature flags and segments of users.

use super::{AllocationStrategy, JsonMap, PoTime};
use crate::macros::model;

model! {
    /// A feature flag.
    FeatureFlag (
        /// Its name, unique.
        name: String,
    ) {
        /// Its id.
        id: String,
        /// What it switches.
        description: String,
        /// The project.
        project_id: String,
        /// The prompt it is about.
        prompt_id: String,
        /// Whether it is on for anybody; off unless set.
        enabled: bool,
        /// For how many of a hundred units, 0 to 100; 0 unless set.
        rollout_percentage: u32,
        /// How they are chosen; uniform unless set.
        rollout_strategy: AllocationStrategy,
        /// For whom at all.
        targeting_rules: JsonMap,
        /// Whether the percentage is that of the current stage.
        is_staged_rollout: bool,
        /// The stage, from 1; 1 unless set.
        current_stage: u32,
        /// How many stages there are; 5 unless set.
        total_stages: u32,
        /// Whether it begins with few.
        is_canary_release: bool,
        /// How many of a hundred those are, 1 to 50; 5 unless set.
        canary_percentage: u32,
        /// For how many hours; 24 unless set.
        canary_duration_hours: u32,
        /// Off before.
        scheduled_enable_time: PoTime,
        /// Off from then on.
        scheduled_disable_time: PoTime,
        /// Who made it.
        created_by: String,
        /// When it was made.
        created_at: PoTime,
        /// When it was changed.
        updated_at: PoTime,
    } [
        /// The percentage of each stage.
        stage_rollout_percentage: u32,
    ]
}

model! {
    /// A flag to be made.
    NewFeatureFlag (
        /// Its name, 1 to 200 characters; the server refuses one that is taken.
        name: String,
        /// The project.
        project_id: String,
    ) {
        /// What it switches, at most 1000 characters.
        description: String,
        /// The prompt it is about.
        prompt_id: String,
        /// Whether it is on for anybody; off unless set.
        enabled: bool,
        /// For how many of a hundred units, 0 to 100; 0 unless set.
        rollout_percentage: u32,
        /// How they are chosen; uniform unless set.
        rollout_strategy: AllocationStrategy,
        /// For whom at all.
        targeting_rules: JsonMap,
        /// Whether the percentage is that of the current stage.
        is_staged_rollout: bool,
        /// The stage, from 1; 1 unless set.
        current_stage: u32,
        /// How many stages there are, at least 1; 5 unless set.
        total_stages: u32,
        /// Whether it begins with few.
        is_canary_release: bool,
        /// How many of a hundred those are, 1 to 50; 5 unless set.
        canary_percentage: u32,
        /// For how many hours, at least 1; 24 unless set.
        canary_duration_hours: u32,
        /// Off before.
        scheduled_enable_time: PoTime,
        /// Off from then on.
        scheduled_disable_time: PoTime,
    } [
        /// The percentage of each stage, each 0 to 100.
        stage_rollout_percentage: u32,
    ]
}

model! {
    /// What to change of a flag; the rest stays. Project and prompt cannot change, and no flag can be deleted.
    FeatureFlagUpdate () {
        /// Its name, 1 to 200 characters.
        name: String,
        /// What it switches, at most 1000 characters.
        description: String,
        /// Whether it is on for anybody.
        enabled: bool,
        /// For how many of a hundred units, 0 to 100.
        rollout_percentage: u32,
        /// How they are chosen.
        rollout_strategy: AllocationStrategy,
        /// For whom at all.
        targeting_rules: JsonMap,
        /// Whether the percentage is that of the current stage.
        is_staged_rollout: bool,
        /// The stage, from 1.
        current_stage: u32,
        /// How many stages there are, at least 1.
        total_stages: u32,
        /// The percentage of each stage, each 0 to 100.
        stage_rollout_percentage: Vec<u32>,
        /// Whether it begins with few.
        is_canary_release: bool,
        /// How many of a hundred those are, 1 to 50.
        canary_percentage: u32,
        /// For how many hours, at least 1.
        canary_duration_hours: u32,
        /// Off before.
        scheduled_enable_time: PoTime,
        /// Off from then on.
        scheduled_disable_time: PoTime,
    } []
}

model! {
    /// A segment of users.
    UserSegment (
        /// Its id.
        id: String,
    ) {
        /// Its name.
        name: String,
        /// Who they are.
        description: String,
        /// The project.
        project_id: String,
        /// What a user must fulfil to be in it.
        segment_conditions: JsonMap,
        /// Its kind, in the application's words.
        segment_type: String,
        /// How many users it is thought to have.
        estimated_user_count: u64,
        /// Whether it is in use.
        is_active: bool,
        /// Who made it.
        created_by: String,
        /// When it was made.
        created_at: PoTime,
        /// When it was changed.
        updated_at: PoTime,
    } []
}

model! {
    /// A segment to be made.
    NewUserSegment (
        /// Its name, 1 to 200 characters.
        name: String,
        /// The project.
        project_id: String,
        /// Its kind, in the application's words.
        segment_type: String,
        /// What a user must fulfil to be in it.
        segment_conditions: JsonMap,
    ) {
        /// Who they are, at most 1000 characters.
        description: String,
        /// How many users it is thought to have.
        estimated_user_count: u64,
    } []
}
