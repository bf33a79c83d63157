//! What a test asks a simulator about.

use super::PromptOpsSimulator;
use crate::models::{
    ApiKey, Assignment, Event, Experiment, FeatureFlag, Prompt, UsageRecord, UserSegment,
};

impl PromptOpsSimulator {
    /// How often an operation was asked for, by this crate's name for it (`prompts.get`), whatever came of it.
    #[must_use]
    pub fn requests(&self, operation: &str) -> usize {
        let state = self.shared.lock();
        state.tally.get(operation).map_or(0, |tally| tally.asked)
    }

    /// How often anything was asked for.
    #[must_use]
    pub fn total_requests(&self) -> usize {
        let state = self.shared.lock();
        state.tally.values().map(|tally| tally.asked).sum()
    }

    /// How often an operation was carried out, whatever was answered.
    #[must_use]
    pub fn carried_out(&self, operation: &str) -> usize {
        let state = self.shared.lock();
        state.tally.get(operation).map_or(0, |tally| tally.done)
    }

    /// Every stored version.
    #[must_use]
    pub fn prompts(&self) -> Vec<Prompt> {
        self.shared.lock().prompts.clone()
    }

    /// The keys.
    #[must_use]
    pub fn keys(&self) -> Vec<ApiKey> {
        let state = self.shared.lock();
        state.keys.iter().map(|key| key.data.clone()).collect()
    }

    /// What was reported as usage, in order.
    #[must_use]
    pub fn usage(&self) -> Vec<UsageRecord> {
        let state = self.shared.lock();
        state
            .usage
            .iter()
            .map(|(_, record)| record.clone())
            .collect()
    }

    /// The experiments.
    #[must_use]
    pub fn experiments(&self) -> Vec<Experiment> {
        self.shared.lock().experiments.clone()
    }

    /// The stored assignments, in order.
    #[must_use]
    pub fn assignments(&self) -> Vec<Assignment> {
        self.shared.lock().assignments.clone()
    }

    /// The stored events, in order.
    #[must_use]
    pub fn events(&self) -> Vec<Event> {
        self.shared.lock().events.clone()
    }

    /// The flags.
    #[must_use]
    pub fn flags(&self) -> Vec<FeatureFlag> {
        self.shared.lock().flags.clone()
    }

    /// The segments.
    #[must_use]
    pub fn segments(&self) -> Vec<UserSegment> {
        self.shared.lock().segments.clone()
    }
}
