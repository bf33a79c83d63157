//! [`LimiterBuilder`]: the rules of a limiter, checked.

use std::time::Duration;

use super::Limiter;
use super::log::WindowLog;
use super::state::{Settings, State};
use crate::clock::{SharedClock, SystemClock};

/// The longest window of a rule: 31 days.
pub(super) const MAX_WINDOW: Duration = Duration::from_secs(31 * 24 * 60 * 60);
/// The longest hold, unless set: one hour.
const MAX_HOLD: Duration = Duration::from_secs(60 * 60);
/// The largest margin that is added by itself: one second.
const MAX_MARGIN: Duration = Duration::from_secs(1);

/// The safety margin of a window: as set, else 1 % and at most a second.
pub(super) fn margin(window: Duration, set: Option<Duration>) -> Duration {
    set.unwrap_or_else(|| (window / 100).min(MAX_MARGIN))
}

/// Why a limiter cannot be built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LimiterBuildError {
    /// A rule that lets nothing through.
    #[error("a rule of 0 requests per {window:?} would let nothing through")]
    ZeroRequests {
        /// The window of that rule.
        window: Duration,
    },
    /// A rule without a window.
    #[error("the window of a rule must be longer than zero")]
    ZeroWindow,
    /// A window or margin beyond 31 days.
    #[error("{0:?} is longer than the 31 days a limiter can look back")]
    TooLong(Duration),
    /// A burst of nothing.
    #[error("a burst of 0 would let nothing through")]
    ZeroBurst,
    /// A burst, but no rule that says how fast it fills up again.
    #[error("a burst needs a rule of requests per window beside it")]
    BurstWithoutRule,
    /// No place in flight.
    #[error("0 requests in flight would let nothing through")]
    ZeroInFlight,
}

/// Builds a [`Limiter`]. Every part is optional, and all that are set hold together.
///
/// ```
/// use std::time::Duration;
/// use voice_core::limits::Limiter;
///
/// # fn main() -> Result<(), voice_core::limits::LimiterBuildError> {
/// let limiter = Limiter::builder()
///     .per_minute(200)
///     .rule(30, Duration::from_secs(10))
///     .max_in_flight(50)
///     .build()?;
/// assert_eq!(limiter.in_flight(), 0);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct LimiterBuilder {
    rules: Vec<(u32, Duration)>,
    burst: Option<u32>,
    max_in_flight: Option<u32>,
    max_hold: Duration,
    margin: Option<Duration>,
    clock: Option<SharedClock>,
}

impl LimiterBuilder {
    pub(super) fn new() -> Self {
        Self {
            rules: Vec::new(),
            burst: None,
            max_in_flight: None,
            max_hold: MAX_HOLD,
            margin: None,
            clock: None,
        }
    }

    /// At most so many per second.
    pub fn per_second(self, requests: u32) -> Self {
        self.rule(requests, Duration::from_secs(1))
    }

    /// At most so many per minute.
    pub fn per_minute(self, requests: u32) -> Self {
        self.rule(requests, Duration::from_secs(60))
    }

    /// At most so many per hour.
    pub fn per_hour(self, requests: u32) -> Self {
        self.rule(requests, Duration::from_secs(60 * 60))
    }

    /// At most so many within any stretch of that length, 31 days at most. Adds to the rules already set.
    pub fn rule(mut self, requests: u32, window: Duration) -> Self {
        self.rules.push((requests, window));
        self
    }

    /// At most so many at once, and then one at a time, as fast as the fastest rule allows on average. Unset, a whole
    /// window's worth may go at once. Set it for a server that spaces requests: 1 when it wants them evenly apart.
    pub fn burst(mut self, requests: u32) -> Self {
        self.burst = Some(requests);
        self
    }

    /// At most so many at the same time.
    pub fn max_in_flight(mut self, requests: u32) -> Self {
        self.max_in_flight = Some(requests);
        self
    }

    /// The longest that one statement of the server may hold everybody; an hour unless set. After it, requests are tried
    /// again, spaced.
    pub fn max_hold(mut self, hold: Duration) -> Self {
        self.max_hold = hold;
        self
    }

    /// The safety margin added to every window, for requests that do not all travel equally fast; 1 % of each window and
    /// at most 1 s unless set. It should be as long as the travel times differ.
    pub fn margin(mut self, margin: Duration) -> Self {
        self.margin = Some(margin);
        self
    }

    /// The clock to wait on; the system's unless set.
    pub fn clock(mut self, clock: SharedClock) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Checks the parts and builds the limiter.
    ///
    /// # Errors
    /// [`LimiterBuildError`] when a part would let nothing through, a window or the margin is longer than 31 days, or a
    /// burst is set without a rule.
    pub fn build(self) -> Result<Limiter, LimiterBuildError> {
        for (requests, window) in &self.rules {
            match (*requests, *window) {
                (_, Duration::ZERO) => return Err(LimiterBuildError::ZeroWindow),
                (_, window) if window > MAX_WINDOW => {
                    return Err(LimiterBuildError::TooLong(window));
                }
                (0, window) => return Err(LimiterBuildError::ZeroRequests { window }),
                _ => {}
            }
        }
        match self.burst {
            Some(0) => return Err(LimiterBuildError::ZeroBurst),
            Some(_) if self.rules.is_empty() => return Err(LimiterBuildError::BurstWithoutRule),
            _ => {}
        }
        if self.max_in_flight == Some(0) {
            return Err(LimiterBuildError::ZeroInFlight);
        }
        if let Some(long) = self.margin.filter(|margin| *margin > MAX_WINDOW) {
            return Err(LimiterBuildError::TooLong(long));
        }
        let rules = self
            .rules
            .iter()
            .map(|(limit, window)| {
                WindowLog::configured(*limit, *window, margin(*window, self.margin))
            })
            .collect();
        let settings = Settings {
            burst: self.burst,
            max_in_flight: self.max_in_flight,
            max_hold: self.max_hold,
            margin: self.margin,
        };
        let clock = self.clock.unwrap_or_else(SystemClock::shared);
        Ok(Limiter::from_parts(State::new(settings, rules), clock))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_that_make_no_sense_are_refused() {
        let second = Duration::from_secs(1);
        let build = |builder: LimiterBuilder| builder.build().map(|_| ());
        let cases = [
            (
                Limiter::builder().per_second(0),
                LimiterBuildError::ZeroRequests { window: second },
            ),
            (
                Limiter::builder().rule(5, Duration::ZERO),
                LimiterBuildError::ZeroWindow,
            ),
            (
                Limiter::builder().rule(5, MAX_WINDOW + second),
                LimiterBuildError::TooLong(MAX_WINDOW + second),
            ),
            (
                Limiter::builder().per_minute(5).burst(0),
                LimiterBuildError::ZeroBurst,
            ),
            (
                Limiter::builder().burst(5),
                LimiterBuildError::BurstWithoutRule,
            ),
            (
                Limiter::builder().max_in_flight(0),
                LimiterBuildError::ZeroInFlight,
            ),
            (
                Limiter::builder().margin(Duration::MAX),
                LimiterBuildError::TooLong(Duration::MAX),
            ),
        ];
        for (builder, error) in cases {
            assert_eq!(build(builder), Err(error));
        }
        assert_eq!(build(Limiter::builder()), Ok(()));
        assert_eq!(
            build(
                Limiter::builder()
                    .per_second(1)
                    .per_hour(u32::MAX)
                    .burst(1)
                    .max_in_flight(1)
            ),
            Ok(())
        );
    }

    #[test]
    fn the_margin_is_one_percent_and_at_most_a_second() {
        let secs = Duration::from_secs;
        assert_eq!(margin(secs(1), None), Duration::from_millis(10));
        assert_eq!(margin(secs(60), None), Duration::from_millis(600));
        assert_eq!(margin(secs(3_600), None), secs(1));
        assert_eq!(margin(secs(60), Some(Duration::ZERO)), Duration::ZERO);
    }
}
