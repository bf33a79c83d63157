//! How a plan answers, step by step.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::SystemTime;

use crate::models::{AllocationStrategy, ExperimentStatus, Variant};

use super::bucket::pick;
use super::plan::weight;
use super::{
    Assignment, Basis, BucketUse, Enrolled, ExperimentPlan, NotEnrolled, Segments, Subject,
    WindowState, bucket,
};

impl ExperimentPlan {
    /// Answers from the hashes alone. For the strategy `sticky` this is what a first visit gets; an
    /// [`Assigner`](super::Assigner) remembers it.
    ///
    /// Asked in this order: status, time, unit, targeting, traffic. Raising the traffic takes more units in and never
    /// moves one that took part already; changing weights or variants does move some, which `sticky` prevents.
    #[must_use]
    pub fn assign(&self, subject: &Subject, segments: &Segments, now: SystemTime) -> Assignment {
        let variant = self
            .open(now)
            .and_then(|()| self.unit(subject))
            .and_then(|unit| self.hashed(subject, segments, &unit));
        match variant {
            Ok(variant) => self.enrolled(variant, Basis::Hash),
            Err(reason) => Assignment::NotEnrolled(reason),
        }
    }

    /// Whether the experiment assigns at all now.
    pub(super) fn open(&self, now: SystemTime) -> Result<(), NotEnrolled> {
        if self.status != ExperimentStatus::Running {
            return Err(NotEnrolled::NotRunning(self.status.clone()));
        }
        match self.window.state(now) {
            WindowState::Before => Err(NotEnrolled::NotStarted),
            WindowState::Within => Ok(()),
            WindowState::After => Err(NotEnrolled::Ended),
        }
    }

    /// What is hashed.
    pub(super) fn unit<'s>(&self, subject: &'s Subject) -> Result<Cow<'s, str>, NotEnrolled> {
        subject.unit_for(&self.strategy)
    }

    /// Targeting, gate, variant.
    pub(super) fn hashed(
        &self,
        subject: &Subject,
        segments: &Segments,
        unit: &str,
    ) -> Result<&Arc<Variant>, NotEnrolled> {
        if !self.targeting.matches(subject, segments) {
            return Err(NotEnrolled::NotTargeted);
        }
        if !self.traffic.takes(bucket(BucketUse::Gate, &self.id, unit)) {
            return Err(NotEnrolled::OutOfTraffic);
        }
        let is_uniform = self.strategy == AllocationStrategy::Uniform;
        let weights = self.variants.iter().map(|variant| match is_uniform {
            true => 1,
            false => u64::from(weight(variant)),
        });
        // Every weight is at least 1, so that there is always one to pick.
        pick(bucket(BucketUse::Variant, &self.id, unit), weights)
            .and_then(|place| self.variants.get(place))
            .ok_or(NotEnrolled::OutOfTraffic)
    }

    /// A variant by its id.
    pub(super) fn variant(&self, id: &str) -> Option<&Arc<Variant>> {
        self.variants.iter().find(|variant| variant.id == id)
    }

    pub(super) fn enrolled(&self, variant: &Arc<Variant>, basis: Basis) -> Assignment {
        Assignment::Enrolled(Enrolled {
            experiment_id: self.id.as_ref().to_owned(),
            variant: Arc::clone(variant),
            basis,
        })
    }
}

#[cfg(test)]
#[path = "assign_tests.rs"]
mod tests;
