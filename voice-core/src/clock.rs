//! Injected time, sleep and jitter.
//!
//! Nothing else in the family reads a clock or a random source: the retry loop, the limiter, the breaker, signature
//! windows and simulators all take a [`Clock`], so that a test under tokio's paused time sees every wait at once and
//! every run is repeatable. `clippy.toml` refuses the usual ways around this.

use std::fmt;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant, SystemTime};

/// A boxed wait, as [`Clock::sleep`] returns it.
pub type Sleep = Pin<Box<dyn Future<Output = ()> + Send + 'static>>;

/// Time, sleep and randomness, as one injected dependency.
///
/// Three different things are asked for, and they must not be mixed up: [`now`](Clock::now) never goes backwards and
/// measures waits; [`wall`](Clock::wall) is the calendar time that servers and signatures speak of and may be stepped;
/// [`unit`](Clock::unit) spreads retries.
///
/// ```
/// use voice_core::clock::{Clock, SystemClock};
///
/// let clock = SystemClock::default();
/// let before = clock.now();
/// assert!(clock.now() >= before);
/// assert!((0.0..1.0).contains(&clock.unit()));
/// ```
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// Monotonic time; follows tokio's clock, paused or not.
    fn now(&self) -> Instant;

    /// Calendar time.
    fn wall(&self) -> SystemTime;

    /// Completes once `duration` has passed.
    fn sleep(&self, duration: Duration) -> Sleep;

    /// A number in `[0, 1)`, for jitter only; never for secrets.
    fn unit(&self) -> f64;
}

/// A clock handed around; cloning it is cheap.
pub type SharedClock = Arc<dyn Clock>;

/// The real clock, and tokio's timer.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemClock {
    _private: (),
}

impl SystemClock {
    /// The real clock, ready to be shared.
    #[must_use]
    pub fn shared() -> SharedClock {
        Arc::new(Self::default())
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "this is the one place that reads time and randomness"
)]
impl Clock for SystemClock {
    fn now(&self) -> Instant {
        tokio::time::Instant::now().into_std()
    }

    fn wall(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        Box::pin(tokio::time::sleep(duration))
    }

    fn unit(&self) -> f64 {
        fastrand::f64()
    }
}

/// The time given to [`timeout`] ran out before the future finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("timed out after {0:?}")]
pub struct TimedOut(pub Duration);

/// Runs `future` for at most `limit` on `clock`, then drops it.
///
/// # Errors
/// [`TimedOut`] when `limit` passed first. A future that is ready at once wins even with a limit of zero.
pub async fn timeout<F: Future>(
    clock: &dyn Clock,
    limit: Duration,
    future: F,
) -> Result<F::Output, TimedOut> {
    let mut future = pin!(future);
    let mut alarm = None;
    std::future::poll_fn(|cx| {
        // A future that is always busy uses up the task's budget, after which no timer fires: from the second time on
        // the alarm is looked at before it. The first time most futures are ready, and no timer is made for them.
        let was_over = alarm
            .as_mut()
            .is_some_and(|alarm: &mut Sleep| alarm.as_mut().poll(cx).is_ready());
        if let Poll::Ready(output) = future.as_mut().poll(cx) {
            return Poll::Ready(Ok(output));
        }
        let is_over = match &mut alarm {
            Some(_) => was_over,
            None => {
                let alarm = alarm.insert(clock.sleep(limit));
                alarm.as_mut().poll(cx).is_ready()
            }
        };
        if is_over {
            return Poll::Ready(Err(TimedOut(limit)));
        }
        Poll::Pending
    })
    .await
}

/// `at + by`, held in range: a moment no clock can show is as good as thirty years away.
pub(crate) fn later(at: Instant, by: Duration) -> Instant {
    const FAR: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);
    at.checked_add(by)
        .or_else(|| at.checked_add(FAR))
        .unwrap_or(at)
}

/// The same for calendar time.
pub(crate) fn later_wall(at: SystemTime, by: Duration) -> SystemTime {
    at.checked_add(by).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_future_that_is_never_ready_and_always_busy_is_given_up() {
        let clock = SystemClock::default();
        let limit = Duration::from_millis(20);
        let busy = async {
            // It ends by itself after ten seconds, so that a failure is one.
            let start = clock.now();
            while clock.now() - start < Duration::from_secs(10) {
                tokio::task::consume_budget().await;
            }
        };
        assert_eq!(timeout(&clock, limit, busy).await, Err(TimedOut(limit)));
    }

    #[tokio::test(start_paused = true)]
    async fn timeout_gives_up_at_the_limit_and_not_before() {
        let clock = SystemClock::default();
        let start = clock.now();
        let outcome = timeout(&clock, Duration::from_secs(7), std::future::pending::<()>()).await;
        assert_eq!(outcome, Err(TimedOut(Duration::from_secs(7))));
        let waited = clock.now() - start;
        assert!(waited >= Duration::from_secs(7) && waited < Duration::from_secs(8));
    }

    #[tokio::test(start_paused = true)]
    async fn a_ready_future_wins_even_without_time() {
        let outcome = timeout(&SystemClock::default(), Duration::ZERO, async { 5 }).await;
        assert_eq!(outcome, Ok(5));
    }
}
