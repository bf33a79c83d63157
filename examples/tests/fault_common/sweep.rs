//! Many points at a time.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::operations::Op;
use super::tally::Tally;
use super::trial::{Point, Rig};

/// Trials under way at a time: more wait than use the processor.
const AT_A_TIME: usize = 24;

/// Tries every operation at its points.
pub(crate) async fn sweep(rig: &Arc<Rig>, mut points: Vec<(Op, Point)>) -> Tally {
    // So that not all of them ask one simulator at a time.
    fastrand::Rng::with_seed(8).shuffle(&mut points);
    let mut tally = Tally::default();
    let places = Arc::new(Semaphore::new(AT_A_TIME));
    let mut trials = JoinSet::new();
    for (op, point) in points {
        let place = Arc::clone(&places).acquire_owned().await.unwrap();
        let rig = Arc::clone(rig);
        trials.spawn(async move {
            let outcome = rig.trial(op, &point).await;
            drop(place);
            outcome
        });
        while let Some(outcome) = trials.try_join_next() {
            tally.add(outcome.unwrap_or_else(|panic| Err(panic.to_string())));
        }
    }
    while let Some(outcome) = trials.join_next().await {
        tally.add(outcome.unwrap_or_else(|panic| Err(panic.to_string())));
    }
    tally
}
