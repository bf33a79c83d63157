//! How long to wait before the next attempt, when the server did not say.

use std::fmt;
use std::time::Duration;

/// The second question: how long?
///
/// With the feature `backoff`, a `backoff::ExponentialBackoff` answers it too.
pub trait Backoff: fmt::Debug + Send + Sync + 'static {
    /// The wait before retry number `retry` (from 1). `unit` is a random number in `[0, 1)` for jitter.
    fn delay(&self, retry: u32, unit: f64) -> Duration;
}

/// How a delay is spread, so that many clients do not come back together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum JitterMode {
    /// Anything from zero to the full delay.
    #[default]
    Full,
    /// Half of the delay, and anything up to the other half.
    Equal,
    /// The exact delay.
    None,
}

/// Doubling (or another factor) up to a cap. The default: 0.5 s, factor 2, cap 20 s, full jitter.
///
/// ```
/// use std::time::Duration;
/// use voice_core::retry::{Backoff, ExponentialBackoff, JitterMode};
///
/// let exact = ExponentialBackoff::default().with_jitter(JitterMode::None);
/// assert_eq!(exact.delay(1, 0.5), Duration::from_millis(500));
/// assert_eq!(exact.delay(4, 0.5), Duration::from_secs(4));
/// assert_eq!(exact.delay(99, 0.5), Duration::from_secs(20));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ExponentialBackoff {
    base: Duration,
    factor: f64,
    cap: Duration,
    jitter: JitterMode,
}

impl Default for ExponentialBackoff {
    fn default() -> Self {
        Self {
            base: Duration::from_millis(500),
            factor: 2.0,
            cap: Duration::from_secs(20),
            jitter: JitterMode::Full,
        }
    }
}

impl ExponentialBackoff {
    /// Starts at `base` and never waits longer than `cap`; factor 2, full jitter.
    #[must_use]
    pub fn new(base: Duration, cap: Duration) -> Self {
        Self {
            base,
            cap,
            ..Self::default()
        }
    }

    /// Another factor; one that is not a number, or below 1, counts as 1.
    #[must_use]
    pub fn with_factor(mut self, factor: f64) -> Self {
        self.factor = if factor >= 1.0 { factor } else { 1.0 };
        self
    }

    /// Another spread.
    #[must_use]
    pub fn with_jitter(mut self, jitter: JitterMode) -> Self {
        self.jitter = jitter;
        self
    }
}

impl Backoff for ExponentialBackoff {
    fn delay(&self, retry: u32, unit: f64) -> Duration {
        let steps = i32::try_from(retry.saturating_sub(1)).unwrap_or(i32::MAX);
        let full = bounded(self.base.as_secs_f64() * self.factor.powi(steps), self.cap);
        let unit = part(unit);
        match self.jitter {
            JitterMode::Full => share(full, unit),
            JitterMode::Equal => share(full, 0.5 + unit / 2.0),
            JitterMode::None => full,
        }
    }
}

/// A share of one; nonsense is none of it.
pub(crate) fn part(unit: f64) -> f64 {
    if unit.is_nan() {
        0.0
    } else {
        unit.clamp(0.0, 1.0)
    }
}

/// `part` of `whole`, where rounding may not lead beyond it.
pub(crate) fn share(whole: Duration, part: f64) -> Duration {
    bounded(whole.as_secs_f64() * part, whole)
}

/// Seconds as a duration, at most `cap`; infinities and nonsense are the cap.
fn bounded(seconds: f64, cap: Duration) -> Duration {
    Duration::try_from_secs_f64(seconds).map_or(cap, |delay| delay.min(cap))
}

/// The schedule a caller already has: initial interval, multiplier, randomisation and cap are taken from it; its elapsed
/// time limit is not, since the client's deadline stands for that.
#[cfg(feature = "backoff")]
#[cfg_attr(docsrs, doc(cfg(feature = "backoff")))]
impl<C> Backoff for backoff::exponential::ExponentialBackoff<C>
where
    C: backoff::Clock + fmt::Debug + Send + Sync + 'static,
{
    fn delay(&self, retry: u32, unit: f64) -> Duration {
        let steps = i32::try_from(retry.saturating_sub(1)).unwrap_or(i32::MAX);
        let middle = bounded(
            self.initial_interval.as_secs_f64() * self.multiplier.powi(steps),
            self.max_interval,
        )
        .as_secs_f64();
        let spread = part(self.randomization_factor);
        bounded(
            middle * (1.0 - spread + 2.0 * spread * part(unit)),
            self.max_interval
                .saturating_add(share(self.max_interval, spread)),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn full_jitter_spans_from_zero_to_the_delay() {
        let backoff = ExponentialBackoff::default();
        assert_eq!(backoff.delay(1, 0.0), Duration::ZERO);
        assert_eq!(backoff.delay(1, 0.5), Duration::from_millis(250));
        assert_eq!(backoff.delay(3, 0.5), Duration::from_secs(1));
        let equal = backoff.with_jitter(JitterMode::Equal);
        assert_eq!(equal.delay(1, 0.0), Duration::from_millis(250));
        assert_eq!(equal.delay(1, 0.5), Duration::from_millis(375));
        assert_eq!(equal.delay(3, 0.75), Duration::from_millis(1_750));
    }

    #[test]
    fn a_factor_grows_the_delay_and_never_shrinks_it() {
        let exact = ExponentialBackoff::default().with_jitter(JitterMode::None);
        let third = |factor| exact.with_factor(factor).delay(3, 0.0);
        assert_eq!(third(3.0), Duration::from_millis(4_500));
        assert_eq!(third(1.5), Duration::from_millis(1_125));
        for nonsense in [1.0, 0.5, 0.0, -2.0, f64::NAN, f64::NEG_INFINITY] {
            assert_eq!(third(nonsense), Duration::from_millis(500), "{nonsense}");
        }
    }

    proptest! {
        #[test]
        fn no_delay_is_ever_beyond_the_cap(
            base in 0u64..10_000, cap in 0u64..100_000, factor in proptest::num::f64::ANY,
            retry in any::<u32>(), unit in -1.0f64..2.0,
        ) {
            let cap = Duration::from_millis(cap);
            let backoff = ExponentialBackoff::new(Duration::from_millis(base), cap).with_factor(factor);
            for jitter in [JitterMode::Full, JitterMode::Equal, JitterMode::None] {
                prop_assert!(backoff.with_jitter(jitter).delay(retry, unit) <= cap);
            }
        }
    }

    #[cfg(feature = "backoff")]
    #[test]
    fn a_schedule_of_the_backoff_crate_serves_as_ours() {
        let theirs = backoff::ExponentialBackoff {
            initial_interval: Duration::from_secs(1),
            multiplier: 3.0,
            randomization_factor: 0.5,
            max_interval: Duration::from_secs(5),
            ..Default::default()
        };
        assert_eq!(Backoff::delay(&theirs, 1, 0.5), Duration::from_secs(1));
        assert_eq!(Backoff::delay(&theirs, 2, 0.0), Duration::from_millis(1500));
        assert_eq!(Backoff::delay(&theirs, 9, 0.5), Duration::from_secs(5));
    }
}
