//! Runs parts that others wrote: for a while, and so that a panic is a failure of that part alone.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use futures_util::FutureExt as _;

use crate::clock::Clock;
use crate::error::{Delivery, Error, ErrorKind};
use crate::flow::click_to_call::{GuardError, guarded};
use crate::store::StoreError;

/// Runs something of a provider; a panic and slowness are errors of unknown outcome.
///
/// `make` is called within the guard, since a hand-written future may do its work before it is polled.
pub(super) async fn part<T, F>(
    clock: &dyn Clock,
    limit: Duration,
    what: &'static str,
    make: impl FnOnce() -> F,
) -> Result<T, Error>
where
    F: Future<Output = Result<T, Error>>,
{
    match guarded(clock, limit, async { make().await }).await {
        Ok(result) => result,
        Err(GuardError::Panicked) => Err(Error::new(ErrorKind::Other, format!("{what} panicked"))
            .with_delivery(Delivery::Unknown)),
        Err(GuardError::Slow) => Err(Error::new(
            ErrorKind::Timeout,
            format!("{what} did not end within {limit:?}"),
        )
        .with_delivery(Delivery::Unknown)),
    }
}

/// The same for a store.
pub(super) async fn store_part<T, F>(
    clock: &dyn Clock,
    limit: Duration,
    make: impl FnOnce() -> F,
) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    match guarded(clock, limit, async { make().await }).await {
        Ok(result) => result,
        Err(GuardError::Panicked) => Err(StoreError::Lost("the store panicked".to_owned())),
        Err(GuardError::Slow) => Err(StoreError::Timeout(limit)),
    }
}

/// Runs something that does not wait; `None` when it panicked.
pub(super) fn calm<T>(run: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(run)).ok()
}

/// Runs something for as long as it takes; `None` when it panicked.
pub(super) async fn unhurried<T, F>(make: impl FnOnce() -> F) -> Option<T>
where
    F: Future<Output = T>,
{
    AssertUnwindSafe(async { make().await })
        .catch_unwind()
        .await
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemClock;

    const SEC: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn a_panic_and_slowness_leave_the_outcome_open() {
        let clock = SystemClock::default();
        let slow = part::<(), _>(&clock, SEC, "the hook", std::future::pending);
        let slow = slow.await.unwrap_err();
        assert_eq!(slow.kind(), ErrorKind::Timeout);
        assert!(slow.may_have_happened());
        let broken = part(&clock, SEC, "the hook", || -> std::future::Ready<_> {
            panic!("broken on purpose")
        });
        let broken: Result<(), Error> = broken.await;
        assert!(broken.unwrap_err().may_have_happened());
        let store: Result<(), StoreError> =
            store_part(&clock, SEC, || async { panic!("broken on purpose") }).await;
        assert_eq!(store.unwrap_err().delivery(), Delivery::Unknown);
        assert_eq!(unhurried(|| async { 7 }).await, Some(7));
        assert_eq!(
            unhurried::<(), _>(|| async { panic!("on purpose") }).await,
            None
        );
        assert_eq!(calm(|| 7), Some(7));
    }
}
