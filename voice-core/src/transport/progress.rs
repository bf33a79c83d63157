//! Whether a request has begun to leave this machine.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

const WAITING: u8 = 1;
const LEAVING: u8 = 2;
const WITHDRAWN: u8 = 3;

/// A note that travels in a request's extensions and tells, when an attempt times out, whether it may have been sent.
///
/// A transport that can tell calls [`track`](Self::track) first and [`leaving`](Self::leaving) just before the first
/// byte goes out. Without that the pipeline assumes the worst.
///
/// Both sides may act at the same moment on different threads: the timeout withdraws the request while a connection takes
/// it up. Exactly one of them wins, so that a request taken for unsent can never leave afterwards.
#[derive(Debug, Clone, Default)]
pub struct Progress(Arc<AtomicU8>);

/// The request was given up before it left, and must not leave any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the request was withdrawn before it left")]
pub struct Withdrawn;

impl Progress {
    /// The transport will say when the request leaves.
    pub fn track(&self) {
        self.0.store(WAITING, Ordering::Release);
    }

    /// The request is about to leave. May be called again for each further part.
    ///
    /// # Errors
    /// [`Withdrawn`] when it was given up meanwhile: not a byte of it may go out.
    pub fn leaving(&self) -> Result<(), Withdrawn> {
        let step = |state| (state != WITHDRAWN).then_some(LEAVING);
        match self
            .0
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, step)
        {
            Ok(_) => Ok(()),
            Err(_) => Err(Withdrawn),
        }
    }

    /// Gives the request up. True when for certain nothing has left; then nothing will.
    #[must_use]
    pub fn withdraw(&self) -> bool {
        let step = |state| matches!(state, WAITING | WITHDRAWN).then_some(WITHDRAWN);
        self.0
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, step)
            .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_that_is_not_tracked_may_have_left() {
        let progress = Progress::default();
        assert!(!progress.withdraw());
        assert_eq!(progress.leaving(), Ok(()));
        assert!(!progress.withdraw());
    }

    #[test]
    fn what_has_left_cannot_be_withdrawn_and_what_is_withdrawn_cannot_leave() {
        let progress = Progress::default();
        progress.track();
        assert_eq!((progress.leaving(), progress.leaving()), (Ok(()), Ok(())));
        assert!(!progress.withdraw());

        let progress = Progress::default();
        progress.track();
        assert!(progress.withdraw() && progress.withdraw());
        assert_eq!(progress.leaving(), Err(Withdrawn));
    }

    #[test]
    fn of_two_threads_one_wins() {
        for _ in 0..2_000 {
            let progress = Progress::default();
            progress.track();
            let (left, withdrawn) = std::thread::scope(|scope| {
                let left = scope.spawn(|| progress.leaving().is_ok());
                let withdrawn = scope.spawn(|| progress.withdraw());
                (left.join().unwrap(), withdrawn.join().unwrap())
            });
            assert_ne!(left, withdrawn);
        }
    }
}
