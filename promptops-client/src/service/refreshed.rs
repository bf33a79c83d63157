//! [`Refreshed`]: one thing that is fetched, kept for a while, and served on while it is fetched again.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::sync::Notify;
use voice_core::clock::{SharedClock, timeout};
use voice_core::error::{Error, ErrorKind};

use crate::cache::copy_error;

/// How long to wait for what was never fetched.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long to leave the service alone after a failure.
const PAUSE: Duration = Duration::from_secs(5);

/// A value that is fetched when it is needed and again when its time is over. One fetch at a time, as a task of its own; an
/// expired value is given at once. Cloning shares it.
pub(super) struct Refreshed<T>(Arc<Shared<T>>);

struct Shared<T> {
    ttl: Duration,
    clock: SharedClock,
    state: Mutex<State<T>>,
    /// A fetch has ended.
    ended: Notify,
}

struct State<T> {
    value: Option<(Arc<T>, Instant)>,
    failure: Option<(Arc<Error>, Instant)>,
    is_fetching: bool,
}

impl<T: Send + Sync + 'static> Refreshed<T> {
    pub(super) fn new(ttl: Duration, clock: SharedClock) -> Self {
        Self(Arc::new(Shared {
            ttl,
            clock,
            state: Mutex::new(State {
                value: None,
                failure: None,
                is_fetching: false,
            }),
            ended: Notify::new(),
        }))
    }

    /// The value; `fetch` is called when there is none that is fresh and nobody fetches already.
    pub(super) async fn get<F, Fut>(&self, fetch: F) -> Result<Arc<T>, Error>
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let ended = self.0.ended.notified();
        {
            let mut state = self.0.lock();
            let now = self.0.clock.now();
            let since = |at: &Instant| now.saturating_duration_since(*at);
            let is_fresh = |(_, at): &(_, Instant)| since(at) < self.0.ttl;
            if let Some((value, _)) = state.value.as_ref().filter(|value| is_fresh(value)) {
                return Ok(Arc::clone(value));
            }
            let failed = state.failure.as_ref().filter(|(_, at)| since(at) < PAUSE);
            let failed = failed.map(|(error, _)| Arc::clone(error));
            let held = state.value.as_ref().map(|(value, _)| Arc::clone(value));
            if failed.is_none() && !state.is_fetching {
                state.is_fetching = self.0.start(fetch());
            }
            match (held, failed) {
                (Some(value), _) => return Ok(value),
                (None, Some(error)) => return Err(copy_error(&error)),
                (None, None) if !state.is_fetching => return Err(no_runtime()),
                (None, None) => {}
            }
        }
        // Whether it came in time or not is seen below.
        let _ = timeout(&*self.0.clock, PATIENCE, ended).await;
        let state = self.0.lock();
        match (&state.value, &state.failure) {
            (Some((value, _)), _) => Ok(Arc::clone(value)),
            (None, Some((error, _))) => Err(copy_error(error)),
            (None, None) => Err(Error::new(
                ErrorKind::Timeout,
                format!("no definitions within {PATIENCE:?}; they are still being fetched"),
            )),
        }
    }

    /// Fetches anew at the next use; what is held serves until then.
    pub(super) fn expire(&self) {
        let mut state = self.0.lock();
        state.failure = None;
        if let Some((_, at)) = &mut state.value {
            *at = at.checked_sub(self.0.ttl).unwrap_or(*at);
        }
    }
}

impl<T: Send + Sync + 'static> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells whether a fetch was started.
    fn start(
        self: &Arc<Self>,
        fetch: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> bool {
        let Ok(runtime) = Handle::try_current() else {
            return false;
        };
        let ticket = Ticket(Arc::clone(self));
        // It ends by itself; nobody needs its handle.
        drop(runtime.spawn(async move {
            let outcome = fetch.await;
            let mut state = ticket.0.lock();
            let now = ticket.0.clock.now();
            match outcome {
                Ok(value) => {
                    state.value = Some((Arc::new(value), now));
                    state.failure = None;
                }
                Err(error) => {
                    tracing::warn!(%error, "definitions of experiments or flags could not be fetched");
                    state.failure = Some((Arc::new(error), now));
                }
            }
        }));
        true
    }
}

/// Ends the fetch, however it ends.
struct Ticket<T: Send + Sync + 'static>(Arc<Shared<T>>);

impl<T: Send + Sync + 'static> Drop for Ticket<T> {
    fn drop(&mut self) {
        self.0.lock().is_fetching = false;
        self.0.ended.notify_waiters();
    }
}

fn no_runtime() -> Error {
    Error::new(
        ErrorKind::Other,
        "definitions are fetched by a task, which needs a running tokio runtime",
    )
}

impl<T> Clone for Refreshed<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> fmt::Debug for Refreshed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refreshed")
            .field("ttl", &self.0.ttl)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use voice_core::clock::{Clock, SystemClock};

    use super::*;

    const TTL: Duration = Duration::from_secs(300);

    fn refreshed() -> (Refreshed<u32>, Arc<AtomicU32>) {
        let count = Arc::new(AtomicU32::new(0));
        (Refreshed::new(TTL, SystemClock::shared()), count)
    }

    fn counted(
        count: &Arc<AtomicU32>,
        wait: Duration,
        fails: bool,
    ) -> impl Future<Output = Result<u32, Error>> + Send + 'static {
        let count = Arc::clone(count);
        async move {
            SystemClock::default().sleep(wait).await;
            let number = count.fetch_add(1, Ordering::SeqCst) + 1;
            match fails {
                true => Err(Error::new(ErrorKind::Unavailable, "down")),
                false => Ok(number),
            }
        }
    }

    async fn wait(seconds: u64) {
        SystemClock::default()
            .sleep(Duration::from_secs(seconds))
            .await;
    }

    #[tokio::test(start_paused = true)]
    async fn many_share_one_fetch_and_the_value_is_kept() {
        let (value, count) = refreshed();
        let short = Duration::from_millis(5);
        let asks = (0..100).map(|_| value.get(|| counted(&count, short, false)));
        for got in futures_util::future::join_all(asks).await {
            assert_eq!(*got.unwrap(), 1);
        }
        wait(299).await;
        assert_eq!(
            *value.get(|| counted(&count, short, false)).await.unwrap(),
            1
        );
        assert_eq!(count.load(Ordering::SeqCst), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn an_expired_value_serves_on_through_failures() {
        let (value, count) = refreshed();
        let none = Duration::ZERO;
        value.get(|| counted(&count, none, false)).await.unwrap();
        wait(301).await;
        for _ in 0..3 {
            let got = value.get(|| counted(&count, none, true)).await;
            assert_eq!(*got.unwrap(), 1);
            wait(1).await;
        }
        assert_eq!(count.load(Ordering::SeqCst), 2, "one try within the pause");
        wait(5).await;
        assert_eq!(
            *value.get(|| counted(&count, none, false)).await.unwrap(),
            1
        );
        wait(1).await;
        assert_eq!(
            *value.get(|| counted(&count, none, false)).await.unwrap(),
            3
        );
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_long_and_failures_are_not_repeated_at_once() {
        let (value, count) = refreshed();
        let slow = Duration::from_secs(30);
        let late = value
            .get(|| counted(&count, slow, false))
            .await
            .unwrap_err();
        assert_eq!(late.kind(), ErrorKind::Timeout);
        wait(29).await;
        let fast = value.get(|| counted(&count, slow, false)).await;
        assert_eq!(*fast.unwrap(), 1, "a slow service is heard in the end");

        let (value, count) = refreshed();
        for _ in 0..3 {
            let error = value.get(|| counted(&count, Duration::ZERO, true)).await;
            assert_eq!(error.unwrap_err().kind(), ErrorKind::Unavailable);
        }
        assert_eq!(count.load(Ordering::SeqCst), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_expired_on_purpose_is_fetched_anew() {
        let (value, count) = refreshed();
        wait(1_000).await;
        value
            .get(|| counted(&count, Duration::ZERO, false))
            .await
            .unwrap();
        value.expire();
        value
            .get(|| counted(&count, Duration::ZERO, false))
            .await
            .unwrap();
        wait(1).await;
        assert_eq!(
            *value
                .get(|| counted(&count, Duration::ZERO, false))
                .await
                .unwrap(),
            2
        );
    }
}
