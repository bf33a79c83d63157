//! The way of one question to Redis, which is finished whatever becomes of the one who asked.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::Core;
use crate::limits::{Grant, LimitRule, Permit, PermitOwner};
use crate::store::StoreError;

/// What Redis said.
#[derive(Debug)]
pub(super) enum Answer {
    /// A turn, and the time until the next single one; or since, as the error.
    Granted(Permit, Result<Duration, Duration>),
    /// None yet: how long to wait, and why.
    Denied(Duration, LimitRule),
}

/// An answer on its way: a turn that nobody takes goes back.
struct Offer(Option<Answer>);

impl Drop for Offer {
    fn drop(&mut self) {
        if let Some(Answer::Granted(permit, _)) = self.0.take() {
            permit.give_back();
        }
    }
}

/// Asks for a turn, in a task of its own: whoever goes away before the answer leaves no turn behind.
pub(super) async fn ask(core: &Arc<Core>, cost: u32) -> Result<Answer, StoreError> {
    let away = |why: &str| StoreError::Unreachable(why.to_owned());
    let runtime = Handle::try_current().map_err(|_| away("there is no tokio runtime"))?;
    let (sender, receiver) = oneshot::channel();
    let core = Arc::clone(core);
    runtime.spawn(async move {
        let answer = decide(&core, cost).await;
        core.noted(&answer);
        // Comes back, and with it the turn, when nobody waits any more.
        let _ = sender.send(answer.map(|answer| Offer(Some(answer))));
    });
    let mut offer = receiver
        .await
        .map_err(|_| away("the runtime shuts down"))??;
    offer.0.take().ok_or_else(|| away("no answer"))
}

async fn decide(core: &Arc<Core>, cost: u32) -> Result<Answer, StoreError> {
    let at = core.clock.now();
    match core.bucket.take(&core.pace, cost, core.max_hold).await? {
        [1, granted, next] => {
            let turn = Turn {
                core: Arc::clone(core),
                granted: u64::try_from(granted).unwrap_or_default(),
            };
            let permit = Permit::new(Arc::new(turn), Grant { cost, at });
            let next = match next {
                ..0 => Err(Duration::from_micros(next.unsigned_abs())),
                _ => Ok(micros(next)),
            };
            Ok(Answer::Granted(permit, next))
        }
        [0, wait, 1] => Ok(Answer::Denied(micros(wait), LimitRule::Hold)),
        [0, wait, _] => Ok(Answer::Denied(micros(wait), core.pace.rule())),
        _ => Err(StoreError::Unexpected("neither a turn nor a wait")),
    }
}

/// What is over already is no wait.
fn micros(number: i64) -> Duration {
    Duration::from_micros(u64::try_from(number).unwrap_or_default())
}

/// A turn that was granted, and when by the server's clock: for giving it back.
struct Turn {
    core: Arc<Core>,
    granted: u64,
}

impl fmt::Debug for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Turn").finish_non_exhaustive()
    }
}

impl PermitOwner for Turn {
    fn release(&self, _grant: Grant) {}

    fn give_back(&self, grant: Grant) {
        // Without a runtime the turn is spent, which is on the safe side.
        if let Ok(runtime) = Handle::try_current() {
            let (core, granted) = (Arc::clone(&self.core), self.granted);
            runtime.spawn(async move {
                let outcome = core.bucket.give_back(&core.pace, grant.cost, granted).await;
                core.noted(&outcome);
                core.queue.forget();
            });
        }
    }
}
