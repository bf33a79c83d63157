//! How a broken connection is restored.

use std::time::Duration;

/// A connection that stood for so long begins with all tries again when it breaks.
pub(super) const SETTLED: Duration = Duration::from_secs(30);

/// How a broken connection is restored: how often it is tried, and how long is waited before each try.
///
/// Before try n the wait is `first × 2^(n−1)`, at most `longest`, times a random factor in [0.75, 1.0). The defaults are
/// those of OpenAI's own libraries: 5 tries, 0.5 s, 8 s. A connection that stood for 30 s gets all tries again.
///
/// Tried again is after a break without a word, after the close codes 1001, 1005, 1006, 1011, 1012, 1013 and 1015, and
/// after a handshake that failed without an answer or with a 5xx status. A handshake that is refused with a 4xx status ends
/// the sideband at once; 404 says that the call is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reconnect {
    pub(super) tries: u32,
    first: Duration,
    longest: Duration,
}

impl Default for Reconnect {
    fn default() -> Self {
        Self {
            tries: 5,
            first: Duration::from_millis(500),
            longest: Duration::from_secs(8),
        }
    }
}

impl Reconnect {
    /// A broken connection is not restored.
    #[must_use]
    pub fn never() -> Self {
        Self::default().tries(0)
    }

    /// How often it is tried; 5 times by default.
    #[must_use]
    pub fn tries(mut self, tries: u32) -> Self {
        self.tries = tries;
        self
    }

    /// The wait before the first try; 0.5 s by default.
    #[must_use]
    pub fn first_wait(mut self, wait: Duration) -> Self {
        self.first = wait;
        self
    }

    /// The longest wait; 8 s by default.
    #[must_use]
    pub fn longest_wait(mut self, wait: Duration) -> Self {
        self.longest = wait;
        self
    }

    /// The wait before try `n`, from 1, with a number in [0, 1) to spread it.
    pub(super) fn wait(&self, n: u32, unit: f64) -> Duration {
        let factor = 2_u32.saturating_pow(n.saturating_sub(1));
        let wait = self.first.saturating_mul(factor).min(self.longest);
        wait.mul_f64(0.75 + 0.25 * unit.clamp(0.0, 1.0))
    }
}

/// Whether a close code leaves hope. 1005 and 1006 stand for a close frame that said nothing, or never came.
pub(super) fn is_recoverable(code: u16) -> bool {
    matches!(code, 1001 | 1005 | 1006 | 1011 | 1012 | 1013 | 1015)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_documented_schedule() {
        let policy = Reconnect::default();
        let longest: Vec<f64> = (1..=6).map(|n| policy.wait(n, 1.0).as_secs_f64()).collect();
        assert_eq!(longest, [0.5, 1.0, 2.0, 4.0, 8.0, 8.0]);
        let shortest: Vec<f64> = (1..=6).map(|n| policy.wait(n, 0.0).as_secs_f64()).collect();
        assert_eq!(shortest, [0.375, 0.75, 1.5, 3.0, 6.0, 6.0]);
        assert_eq!(policy.tries, 5);
    }

    #[test]
    fn the_documented_codes() {
        let codes: Vec<u16> = (0..=u16::MAX)
            .filter(|code| is_recoverable(*code))
            .collect();
        assert_eq!(codes, [1001, 1005, 1006, 1011, 1012, 1013, 1015]);
    }

    proptest! {
        #[test]
        fn no_wait_is_above_the_longest(n in any::<u32>(), first in any::<u32>(), longest in any::<u32>(), unit in 0.0..1.0) {
            let (first, longest) = (Duration::from_millis(first.into()), Duration::from_millis(longest.into()));
            let policy = Reconnect::default().first_wait(first).longest_wait(longest);
            prop_assert!(policy.wait(n, unit) <= longest);
        }
    }
}
