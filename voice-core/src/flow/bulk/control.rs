//! [`BulkControl`]: pause, resume, stop, and how far it is.

use std::fmt;
use std::sync::Arc;

use tokio::sync::watch;

use super::BulkProgress;

/// Whether a campaign dials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum BulkState {
    /// It dials.
    #[default]
    Running,
    /// It does not dial; calls on their way go on.
    Paused,
    /// It dials nobody any more and ends once what is on its way is seen to its end.
    Stopping,
}

/// A hand on a running campaign. Cloning is cheap; a clone is the same hand. One control is for one run.
#[derive(Clone)]
pub struct BulkControl {
    state: Arc<watch::Sender<BulkState>>,
    progress: Arc<watch::Sender<BulkProgress>>,
}

impl BulkControl {
    /// A control, to be given to [`BulkDial::control`](super::BulkDial::control).
    #[must_use]
    pub fn new() -> Self {
        Self {
            state: Arc::new(watch::Sender::new(BulkState::Running)),
            progress: Arc::new(watch::Sender::new(BulkProgress::default())),
        }
    }

    /// Dials nobody further until [`resume`](Self::resume). What was dialled goes on.
    pub fn pause(&self) {
        self.set(BulkState::Paused);
    }

    /// Goes on.
    pub fn resume(&self) {
        self.set(BulkState::Running);
    }

    /// Ends the campaign: nobody further is dialled, dials on their way are seen to an answer or looked for, calls are followed no
    /// more. Final.
    pub fn stop(&self) {
        self.set(BulkState::Stopping);
    }

    /// What it does.
    #[must_use]
    pub fn state(&self) -> BulkState {
        *self.state.borrow()
    }

    /// How far it is.
    #[must_use]
    pub fn progress(&self) -> BulkProgress {
        self.progress.borrow().clone()
    }

    /// Waits for news of it.
    #[must_use]
    pub fn watch(&self) -> ProgressWatch {
        ProgressWatch(self.progress.subscribe())
    }

    fn set(&self, to: BulkState) {
        self.state.send_if_modified(|state| {
            let changes = *state != BulkState::Stopping && *state != to;
            if changes {
                *state = to;
            }
            changes
        });
        self.progress.send_if_modified(|progress| {
            let now = *self.state.borrow();
            let changes = progress.state != now;
            progress.state = now;
            changes
        });
    }

    pub(super) fn tell(&self, progress: BulkProgress) {
        self.progress.send_replace(progress);
    }

    /// Waits until it is no longer in that state, and gives the one it is in.
    pub(super) async fn after(&self, state: BulkState) -> BulkState {
        let mut watch = self.state.subscribe();
        let is = watch.wait_for(|now| *now != state).await;
        // The sender lives in `self`.
        is.map_or(BulkState::Stopping, |now| *now)
    }

    /// Waits until it is stopped.
    pub(super) async fn stopped(&self) {
        let mut watch = self.state.subscribe();
        let _ = watch.wait_for(|now| *now == BulkState::Stopping).await;
    }
}

impl Default for BulkControl {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for BulkControl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BulkControl")
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}

/// Waits for news of a campaign.
#[derive(Debug, Clone)]
pub struct ProgressWatch(watch::Receiver<BulkProgress>);

impl ProgressWatch {
    /// Waits until there is something new, and gives the newest. `None` once nobody can bring news any more: the campaign and all
    /// its controls are gone.
    pub async fn changed(&mut self) -> Option<BulkProgress> {
        self.0.changed().await.ok()?;
        Some(self.0.borrow_and_update().clone())
    }
}
