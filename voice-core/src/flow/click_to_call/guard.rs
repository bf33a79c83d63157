//! Keeps somebody else's code from taking the handler with it.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use crate::clock::{Clock, timeout};

/// Why a guarded future brought nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GuardError {
    /// It panicked.
    #[error("it panicked")]
    Panicked,
    /// It was not ready in time, and was dropped.
    #[error("it was not ready in time")]
    Slow,
}

/// Runs a future for at most `limit`, and catches its panics.
///
/// A program built with `panic = "abort"` ends at a panic all the same, and a future that blocks its thread is not
/// interrupted.
///
/// # Errors
/// [`GuardError`].
pub async fn guarded<F: Future>(
    clock: &dyn Clock,
    limit: Duration,
    future: F,
) -> Result<F::Output, GuardError> {
    let mut future = pin!(future);
    let caught = std::future::poll_fn(|cx| {
        // It is never polled again after a panic, so that no broken state of its own is seen.
        match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
            Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
            Ok(Poll::Pending) => Poll::Pending,
            Err(_) => Poll::Ready(Err(GuardError::Panicked)),
        }
    });
    timeout(clock, limit, caught)
        .await
        .unwrap_or(Err(GuardError::Slow))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemClock;

    #[tokio::test(start_paused = true)]
    async fn panics_and_slowness_become_errors() {
        let clock = SystemClock::default();
        let limit = Duration::from_secs(3);
        assert_eq!(guarded(&clock, limit, async { 7 }).await, Ok(7));
        let start = clock.now();
        let never = guarded(&clock, limit, std::future::pending::<()>()).await;
        assert_eq!(never, Err(GuardError::Slow));
        assert!(clock.now() - start < Duration::from_secs(4));
        let broken = guarded(&clock, limit, async {
            clock.sleep(Duration::from_secs(1)).await;
            panic!("broken on purpose")
        });
        assert_eq!(broken.await, Err(GuardError::Panicked));
    }
}
