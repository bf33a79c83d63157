//! [`Tasks`]: what runs in the background, counted, so that somebody can wait for its end.

use std::future::Future;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{oneshot, watch};
use tracing::Instrument as _;

use crate::clock::SharedClock;

/// Counts work that goes on whether or not anybody waits for it.
#[derive(Debug, Clone)]
pub(super) struct Tasks {
    running: watch::Sender<usize>,
    clock: SharedClock,
}

/// One piece of work, counted until it is dropped.
#[derive(Debug)]
pub(super) struct Counted(watch::Sender<usize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0
            .send_modify(|running| *running = running.saturating_sub(1));
    }
}

/// Waits between the tries of work that must succeed.
pub(super) const WAITS: [Duration; 3] = [
    Duration::from_millis(500),
    Duration::from_secs(2),
    Duration::from_secs(8),
];

impl Tasks {
    pub(super) fn new(clock: SharedClock) -> Self {
        Self {
            running: watch::Sender::new(0),
            clock,
        }
    }

    /// Counts something that runs where it stands.
    pub(super) fn count(&self) -> Counted {
        self.running
            .send_modify(|running| *running = running.saturating_add(1));
        Counted(self.running.clone())
    }

    /// Runs `work` in a task of its own, in the current span. Without a runtime, which happens only while one is being
    /// torn down, the work is dropped.
    pub(super) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let counted = self.count();
        if let Ok(runtime) = Handle::try_current() {
            let work = async move {
                work.await;
                drop(counted);
            };
            drop(runtime.spawn(work.in_current_span()));
        }
    }

    /// Tries until it succeeds, four times at most, in a task of its own. What comes back is ready after the first try.
    pub(super) fn surely<F>(
        &self,
        least: Least,
        mut one_try: impl FnMut() -> F + Send + 'static,
    ) -> oneshot::Receiver<()>
    where
        F: Future<Output = Succeeded> + Send + 'static,
    {
        let (first, tried) = oneshot::channel();
        let clock = self.clock.clone();
        self.spawn(async move {
            let mut outcome = one_try().await;
            // Whoever waited may have gone.
            let _ = first.send(());
            for (before, wait) in WAITS.into_iter().enumerate() {
                if outcome == Succeeded::Yes && before >= least.more() {
                    return;
                }
                clock.sleep(wait).await;
                outcome = one_try().await;
            }
        });
        tried
    }

    /// Waits until nothing runs.
    pub(super) async fn idle(&self) {
        let mut running = self.running.subscribe();
        // The sender is ours, so that the channel cannot close.
        let _ = running.wait_for(|running| *running == 0).await;
    }
}

/// How many tries there are at least.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Least {
    /// One is enough, if it succeeds.
    Once,
    /// Three: something that was asked for earlier may still be on its way and come after the first.
    Thrice,
}

impl Least {
    const fn more(self) -> usize {
        match self {
            Self::Once => 0,
            Self::Thrice => 2,
        }
    }
}

/// Whether a try succeeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Succeeded {
    Yes,
    No,
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::clock::SystemClock;

    #[tokio::test(start_paused = true)]
    async fn what_must_succeed_is_tried_again_and_nobody_waits_for_more_than_the_first() {
        let clock = SystemClock::shared();
        let tasks = Tasks::new(clock.clone());
        let tries = Arc::new(AtomicU32::new(0));
        let start = clock.now();
        let counter = Arc::clone(&tries);
        let first = tasks.surely(Least::Once, move || {
            let at = counter.fetch_add(1, Ordering::SeqCst);
            async move {
                if at == 2 {
                    Succeeded::Yes
                } else {
                    Succeeded::No
                }
            }
        });
        first.await.unwrap();
        assert_eq!(clock.now(), start);
        tasks.idle().await;
        assert_eq!(tries.load(Ordering::SeqCst), 3);
        assert!(clock.now() - start >= WAITS[0] + WAITS[1]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_may_be_overtaken_is_done_three_times() {
        let tasks = Tasks::new(SystemClock::shared());
        let tries = Arc::new(AtomicU32::new(0));
        let counter = Arc::clone(&tries);
        drop(tasks.surely(Least::Thrice, move || {
            counter.fetch_add(1, Ordering::SeqCst);
            async { Succeeded::Yes }
        }));
        tasks.idle().await;
        assert_eq!(tries.load(Ordering::SeqCst), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn work_that_panics_is_not_counted_for_ever() {
        let tasks = Tasks::new(SystemClock::shared());
        tasks.spawn(async { panic!("broken on purpose") });
        tasks.idle().await;
    }
}
