//! A plan with a clock and a memory.

use std::sync::Arc;

use voice_core::clock::SharedClock;

use crate::models::AllocationStrategy;

use super::{
    Assignment, AssignmentKey, AssignmentStore, Basis, ExperimentPlan, MemoryAssignments,
    NotEnrolled, Segments, Subject,
};

/// Assigns on a clock, and remembers what `sticky` experiments assigned.
///
/// A stored assignment holds as long as the experiment runs and has the variant, whatever happens to weights, traffic and
/// rules. Only `sticky` experiments touch the store.
///
/// ```
/// # async fn run(plan: promptops_client::experiments::ExperimentPlan) {
/// use promptops_client::experiments::{Assigner, Subject};
/// use voice_core::clock::SystemClock;
///
/// let assigner = Assigner::new(SystemClock::shared());
/// let answer = assigner.assign(&plan, &Subject::user("user-1")).await;
/// if let Some(variant) = answer.variant() {
///     println!("{}", variant.id);
/// }
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Assigner {
    clock: SharedClock,
    store: Arc<dyn AssignmentStore>,
    segments: Arc<Segments>,
}

impl Assigner {
    /// With a memory of its own, of [`MemoryAssignments::DEFAULT_CAPACITY`], and no segments.
    #[must_use]
    pub fn new(clock: SharedClock) -> Self {
        Self {
            clock,
            store: Arc::new(MemoryAssignments::default()),
            segments: Arc::default(),
        }
    }

    /// The same with another store.
    #[must_use]
    pub fn with_store(mut self, store: Arc<dyn AssignmentStore>) -> Self {
        self.store = store;
        self
    }

    /// The same with these segments, which rules may name.
    #[must_use]
    pub fn with_segments(mut self, segments: Segments) -> Self {
        self.segments = Arc::new(segments);
        self
    }

    /// Which variant the subject gets now. Never fails: what speaks against taking part is the answer.
    pub async fn assign(&self, plan: &ExperimentPlan, subject: &Subject) -> Assignment {
        let now = self.clock.wall();
        if plan.strategy() != &AllocationStrategy::Sticky {
            return plan.assign(subject, &self.segments, now);
        }
        let unit = match plan.open(now).and_then(|()| plan.unit(subject)) {
            Ok(unit) => unit,
            Err(reason) => return Assignment::NotEnrolled(reason),
        };
        self.sticky(plan, subject, &unit)
            .await
            .unwrap_or_else(Assignment::NotEnrolled)
    }

    async fn sticky(
        &self,
        plan: &ExperimentPlan,
        subject: &Subject,
        unit: &str,
    ) -> Result<Assignment, NotEnrolled> {
        let key = AssignmentKey::new(plan.id(), unit);
        let hashed = || plan.hashed(subject, &self.segments, unit);
        let Ok(stored) = self.store.get(&key).await else {
            return Ok(plan.enrolled(hashed()?, Basis::HashWithoutStore));
        };
        if let Some(variant) = stored.as_deref().and_then(|id| plan.variant(id)) {
            return Ok(plan.enrolled(variant, Basis::Stored));
        }
        let variant = hashed()?;
        let put = self.store.put(&key, &variant.id, stored.as_deref()).await;
        Ok(match put {
            Err(_) => plan.enrolled(variant, Basis::HashWithoutStore),
            Ok(id) if id == variant.id => plan.enrolled(variant, Basis::Hash),
            // Somebody was faster; a variant this plan does not have counts for nothing.
            Ok(id) => match plan.variant(&id) {
                Some(theirs) => plan.enrolled(theirs, Basis::Stored),
                None => plan.enrolled(variant, Basis::Hash),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use serde_json::{Value, json};
    use voice_core::clock::SystemClock;
    use voice_core::error::{Error, ErrorKind};

    use super::*;

    fn plan(change: &Value) -> ExperimentPlan {
        let mut whole = json!({
            "id": "exp1", "status": "running", "traffic_percentage": 100, "allocation_strategy": "sticky",
            "control_variant": {"id": "c"}, "treatment_variants": [{"id": "t"}],
        });
        for (key, value) in change.as_object().unwrap() {
            whole[key] = value.clone();
        }
        ExperimentPlan::from_experiment(&serde_json::from_value(whole).unwrap()).unwrap()
    }

    fn answer(assignment: &Assignment) -> (&str, Basis) {
        let enrolled = assignment.enrolled().unwrap();
        (&enrolled.variant.id, enrolled.basis)
    }

    #[tokio::test]
    async fn what_was_assigned_stays_whatever_changes() {
        let assigner = Assigner::new(SystemClock::shared());
        let ana = Subject::user("user-1");
        assert_eq!(
            answer(&assigner.assign(&plan(&json!({})), &ana).await),
            ("c", Basis::Hash)
        );
        for change in [
            json!({"treatment_variants": [{"id": "t", "weight": 100}]}),
            json!({"traffic_percentage": 0}),
            json!({"target_audience": {"plan": "pro"}}),
        ] {
            let changed = plan(&change);
            assert_eq!(
                answer(&assigner.assign(&changed, &ana).await),
                ("c", Basis::Stored)
            );
        }
        let paused = assigner
            .assign(&plan(&json!({"status": "paused"})), &ana)
            .await;
        assert_eq!(
            paused,
            Assignment::NotEnrolled(NotEnrolled::NotRunning("paused".into()))
        );
    }

    #[tokio::test]
    async fn a_variant_that_is_gone_is_assigned_anew() {
        let store = Arc::new(MemoryAssignments::default());
        let key = AssignmentKey::new("exp1", "user-1");
        store.put(&key, "old", None).await.unwrap();
        let assigner = Assigner::new(SystemClock::shared()).with_store(Arc::clone(&store) as _);
        let got = assigner
            .assign(&plan(&json!({})), &Subject::user("user-1"))
            .await;
        assert_eq!(answer(&got), ("c", Basis::Hash));
        assert_eq!(store.get(&key).await.unwrap().as_deref(), Some("c"));
    }

    #[tokio::test]
    async fn who_does_not_take_part_is_not_stored() {
        let store = Arc::new(MemoryAssignments::default());
        let assigner = Assigner::new(SystemClock::shared()).with_store(Arc::clone(&store) as _);
        let none = plan(&json!({"traffic_percentage": 0}));
        let got = assigner.assign(&none, &Subject::user("user-1")).await;
        assert_eq!(got, Assignment::NotEnrolled(NotEnrolled::OutOfTraffic));
        let uniform = plan(&json!({"allocation_strategy": "uniform"}));
        assigner.assign(&uniform, &Subject::user("user-1")).await;
        assert!(store.is_empty());
    }

    #[derive(Debug)]
    struct Broken {
        reads: Result<(), ()>,
        winner: Result<String, ()>,
    }

    #[async_trait]
    impl AssignmentStore for Broken {
        async fn get(&self, _: &AssignmentKey) -> Result<Option<String>, Error> {
            let gone = |()| Error::new(ErrorKind::Connect, "gone");
            self.reads.map(|()| None).map_err(gone)
        }

        async fn put(&self, _: &AssignmentKey, _: &str, _: Option<&str>) -> Result<String, Error> {
            let gone = |()| Error::new(ErrorKind::Connect, "gone");
            self.winner.clone().map_err(gone)
        }
    }

    #[tokio::test]
    async fn a_store_that_fails_or_was_faster_is_no_obstacle() {
        for (reads, winner, expected) in [
            (Err(()), Err(()), ("c", Basis::HashWithoutStore)),
            (Ok(()), Err(()), ("c", Basis::HashWithoutStore)),
            (Ok(()), Ok("t".to_owned()), ("t", Basis::Stored)),
            (Ok(()), Ok("gone".to_owned()), ("c", Basis::Hash)),
        ] {
            let store = Arc::new(Broken { reads, winner });
            let assigner = Assigner::new(SystemClock::shared()).with_store(store);
            let got = assigner
                .assign(&plan(&json!({})), &Subject::user("user-1"))
                .await;
            assert_eq!(answer(&got), expected);
        }
    }
}
