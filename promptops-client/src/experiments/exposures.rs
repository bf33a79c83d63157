//! Who saw what, once each, until it is sent.

use std::collections::VecDeque;
use std::fmt;
use std::num::NonZeroUsize;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use lru::LruCache;

use crate::models::NewEvent;

use super::{Assignment, Subject, exposure};

/// Collects exposures: one for each experiment, variant and unit, in a queue that is bounded.
///
/// It sends nothing itself: whoever sends takes a batch with [`take`](Self::take) and returns what could not be sent with
/// [`give_back`](Self::give_back). When the queue is full the oldest goes and is counted; it is recorded again when the
/// same subject is exposed again. Of the exposures seen, the most recent ones are remembered, so that a subject may be
/// recorded again after very many others.
pub struct ExposureRecorder {
    state: Mutex<State>,
    room: usize,
}

struct State {
    seen: LruCache<Key, ()>,
    queue: VecDeque<NewEvent>,
    dropped: u64,
}

#[derive(PartialEq, Eq, Hash)]
struct Key {
    experiment: String,
    variant: String,
    unit: String,
}

/// What became of an exposure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Recorded {
    /// It waits to be sent.
    Queued,
    /// It was recorded before.
    Duplicate,
    /// The subject takes no part.
    NotEnrolled,
    /// The subject has no id to report it with.
    NoUnit,
}

impl ExposureRecorder {
    /// Room for this many waiting exposures and this many remembered ones, at least one each. The default is 1,000 and
    /// 100,000.
    #[must_use]
    pub fn new(waiting: usize, remembered: usize) -> Self {
        let remembered = NonZeroUsize::new(remembered).unwrap_or(NonZeroUsize::MIN);
        Self {
            state: Mutex::new(State {
                // Not sized beforehand: a large bound is no reason to take the memory at once.
                seen: LruCache::sparse(remembered),
                queue: VecDeque::new(),
                dropped: 0,
            }),
            room: waiting.max(1),
        }
    }

    /// Records that the subject saw its variant.
    ///
    /// ```
    /// # use std::time::UNIX_EPOCH;
    /// use promptops_client::experiments::{Assignment, ExposureRecorder, NotEnrolled, Recorded, Subject};
    ///
    /// let exposures = ExposureRecorder::default();
    /// let out = Assignment::NotEnrolled(NotEnrolled::OutOfTraffic);
    /// assert_eq!(exposures.record(&out, &Subject::user("user-1"), UNIX_EPOCH), Recorded::NotEnrolled);
    /// assert_eq!(exposures.take(100).len(), 0);
    /// ```
    pub fn record(&self, assignment: &Assignment, subject: &Subject, at: SystemTime) -> Recorded {
        let Some(enrolled) = assignment.enrolled() else {
            return Recorded::NotEnrolled;
        };
        let Some(unit) = subject.unit() else {
            return Recorded::NoUnit;
        };
        let key = Key {
            experiment: enrolled.experiment_id.clone(),
            variant: enrolled.variant.id.clone(),
            unit: unit.to_owned(),
        };
        let mut state = self.lock();
        if state.seen.get(&key).is_some() {
            return Recorded::Duplicate;
        }
        let Some(event) = exposure(assignment, subject, at) else {
            return Recorded::NoUnit;
        };
        state.seen.put(key, ());
        state.queue.push_back(event);
        self.make_room(&mut state);
        Recorded::Queued
    }

    /// Takes at most `most` exposures, the oldest first. They are the caller's to send.
    #[must_use]
    pub fn take(&self, most: usize) -> Vec<NewEvent> {
        let queue = &mut self.lock().queue;
        let count = most.min(queue.len());
        queue.drain(..count).collect()
    }

    /// Returns exposures that were not sent to the head of the queue, in their order.
    pub fn give_back(&self, events: Vec<NewEvent>) {
        let mut state = self.lock();
        for event in events.into_iter().rev() {
            state.queue.push_front(event);
        }
        self.make_room(&mut state);
    }

    /// How many wait to be sent.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.lock().queue.len()
    }

    /// How many were dropped because the queue was full.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.lock().dropped
    }

    fn make_room(&self, state: &mut State) {
        while state.queue.len() > self.room {
            let Some(event) = state.queue.pop_front() else {
                return;
            };
            state.dropped = state.dropped.saturating_add(1);
            if let Some(key) = key_of(&event) {
                state.seen.pop(&key);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The key an event was recorded under: its unit is the subject's.
fn key_of(event: &NewEvent) -> Option<Key> {
    let variant = event.event_data.as_ref()?.get("variant_id")?.as_str()?;
    let unit = event.user_id.as_deref().or(event.device_id.as_deref());
    Some(Key {
        experiment: event.experiment_id.clone(),
        variant: variant.to_owned(),
        unit: unit.unwrap_or(&event.session_id).to_owned(),
    })
}

impl Default for ExposureRecorder {
    fn default() -> Self {
        Self::new(1_000, 100_000)
    }
}

impl fmt::Debug for ExposureRecorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.lock();
        f.debug_struct("ExposureRecorder")
            .field("waiting", &state.queue.len())
            .field("remembered", &state.seen.len())
            .field("dropped", &state.dropped)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::UNIX_EPOCH;

    use crate::models::Variant;

    use super::super::{Basis, Enrolled};
    use super::*;

    fn assignment(experiment: &str, variant: &str) -> Assignment {
        Assignment::Enrolled(Enrolled {
            experiment_id: experiment.into(),
            variant: Arc::new(Variant::new(variant)),
            basis: Basis::Hash,
        })
    }

    fn users(events: &[NewEvent]) -> Vec<&str> {
        events
            .iter()
            .filter_map(|event| event.user_id.as_deref())
            .collect()
    }

    #[test]
    fn each_exposure_is_recorded_once() {
        let exposures = ExposureRecorder::default();
        let record = |experiment, variant, subject: &Subject| {
            exposures.record(&assignment(experiment, variant), subject, UNIX_EPOCH)
        };
        let ana = Subject::user("ana").with_session("s1");
        assert_eq!(record("e", "a", &ana), Recorded::Queued);
        assert_eq!(
            record("e", "a", &ana.clone().with_session("s2")),
            Recorded::Duplicate
        );
        assert_eq!(record("e", "b", &ana), Recorded::Queued);
        assert_eq!(record("f", "a", &ana), Recorded::Queued);
        assert_eq!(record("e", "a", &Subject::user("bob")), Recorded::Queued);
        assert_eq!(
            record("e", "a", &Subject::new().with_country("IN")),
            Recorded::NoUnit
        );
        assert_eq!(exposures.take(10).len(), 4);
        assert_eq!(record("e", "a", &ana), Recorded::Duplicate);
    }

    #[test]
    fn the_queue_is_bounded_and_what_it_dropped_may_come_again() {
        let exposures = ExposureRecorder::new(2, 100);
        let record =
            |user: &str| exposures.record(&assignment("e", "a"), &Subject::user(user), UNIX_EPOCH);
        for user in ["1", "2", "3"] {
            assert_eq!(record(user), Recorded::Queued);
        }
        assert_eq!((exposures.waiting(), exposures.dropped()), (2, 1));
        assert_eq!(record("1"), Recorded::Queued);
        assert_eq!(exposures.dropped(), 2);
        assert_eq!(users(&exposures.take(5)), ["3", "1"]);
    }

    #[test]
    fn what_was_not_sent_comes_first_again() {
        let exposures = ExposureRecorder::new(3, 100);
        let record =
            |user: &str| exposures.record(&assignment("e", "a"), &Subject::user(user), UNIX_EPOCH);
        for user in ["1", "2", "3"] {
            record(user);
        }
        let taken = exposures.take(2);
        assert_eq!(users(&taken), ["1", "2"]);
        record("4");
        exposures.give_back(taken);
        assert_eq!(exposures.dropped(), 1);
        assert_eq!(users(&exposures.take(9)), ["2", "3", "4"]);
    }

    #[test]
    fn memory_of_what_was_seen_is_bounded_and_debug_names_nobody() {
        assert_eq!(ExposureRecorder::new(usize::MAX, usize::MAX).waiting(), 0);
        let exposures = ExposureRecorder::new(0, 0);
        let record =
            |user: &str| exposures.record(&assignment("e", "a"), &Subject::user(user), UNIX_EPOCH);
        record("hidden");
        record("2");
        assert_eq!(exposures.waiting(), 1);
        assert_eq!(record("hidden"), Recorded::Queued);
        let shown = format!("{exposures:?}");
        assert!(
            shown.contains("remembered: 1") && !shown.contains("hidden"),
            "{shown}"
        );
    }
}
