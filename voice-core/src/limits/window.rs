//! One quota as one answer describes it.

use std::time::Duration;

use super::{MAX_WAIT, Scope, Unit};

/// One quota of a server: how much it allows, how much is left, when it starts anew.
///
/// Every part may be missing. Times are measured from the moment the answer was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RateWindow {
    scope: Scope,
    unit: Unit,
    limit: Option<u64>,
    remaining: Option<u64>,
    reset: Option<Duration>,
    length: Option<Duration>,
}

impl RateWindow {
    /// A quota of that name about which nothing else is known yet. For provider dialects, simulators and tests;
    /// [`read`](super::read) builds its own.
    #[must_use]
    pub fn new(scope: Scope) -> Self {
        Self {
            unit: scope.unit(),
            length: scope.length(),
            scope,
            limit: None,
            remaining: None,
            reset: None,
        }
    }

    /// Sets how much the server allows per window.
    #[must_use]
    pub fn with_limit(mut self, limit: u64) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Sets how much is left.
    #[must_use]
    pub fn with_remaining(mut self, remaining: u64) -> Self {
        self.remaining = Some(remaining);
        self
    }

    /// Sets the time until the window starts anew, at most [`MAX_WAIT`].
    #[must_use]
    pub fn with_reset(mut self, reset: Duration) -> Self {
        self.reset = Some(reset.min(MAX_WAIT));
        self
    }

    /// Sets the length of the window. A length of zero is no length.
    #[must_use]
    pub fn with_length(mut self, length: Duration) -> Self {
        self.length = (!length.is_zero()).then_some(length);
        self
    }

    /// Sets what is counted.
    #[must_use]
    pub fn with_unit(mut self, unit: Unit) -> Self {
        self.unit = unit;
        self
    }

    /// The name of the quota.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// What the quota counts.
    #[must_use]
    pub fn unit(&self) -> &Unit {
        &self.unit
    }

    /// How much the server allows per window.
    #[must_use]
    pub fn limit(&self) -> Option<u64> {
        self.limit
    }

    /// How much is left in the current window.
    #[must_use]
    pub fn remaining(&self) -> Option<u64> {
        self.remaining
    }

    /// Time until the window starts anew; zero when the server named a moment in the past.
    #[must_use]
    pub fn reset(&self) -> Option<Duration> {
        self.reset
    }

    /// How long the window is: the `w` of its policy, or what its name says.
    #[must_use]
    pub fn length(&self) -> Option<Duration> {
        self.length
    }

    /// Whether the server says that nothing is left.
    pub(super) fn is_exhausted(&self) -> bool {
        self.remaining == Some(0)
    }

    /// Takes in another statement about the limit; the smaller one holds.
    pub(super) fn lower_limit(&mut self, limit: u64) {
        self.limit = Some(self.limit.map_or(limit, |held| held.min(limit)));
    }

    /// Takes in another statement about what is left; the smaller one holds.
    pub(super) fn lower_remaining(&mut self, remaining: u64) {
        self.remaining = Some(self.remaining.map_or(remaining, |held| held.min(remaining)));
    }

    /// Takes in another statement about the reset; the later one holds.
    pub(super) fn raise_reset(&mut self, reset: Duration) {
        self.reset = self.reset.max(Some(reset.min(MAX_WAIT)));
    }

    /// The order of tightness, smallest first: exhausted, then in requests, then by what is left, then by the later
    /// reset.
    pub(super) fn tightness(&self) -> (bool, bool, u64, std::cmp::Reverse<Option<Duration>>) {
        (
            !self.is_exhausted(),
            self.unit != Unit::Requests,
            self.remaining.unwrap_or(u64::MAX),
            std::cmp::Reverse(self.reset),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_merge_to_the_more_careful_one() {
        let mut window = RateWindow::new(Scope::Minute);
        for (limit, remaining, reset) in [(60, 9, 5), (50, 12, 8), (70, 10, 7)] {
            window.lower_limit(limit);
            window.lower_remaining(remaining);
            window.raise_reset(Duration::from_secs(reset));
        }
        assert_eq!(
            window,
            RateWindow::new(Scope::Minute)
                .with_limit(50)
                .with_remaining(9)
                .with_reset(Duration::from_secs(8))
        );
    }

    #[test]
    fn a_reset_is_never_longer_than_the_cap() {
        let window = RateWindow::new(Scope::Default).with_reset(Duration::MAX);
        assert_eq!(window.reset(), Some(MAX_WAIT));
        let mut window = RateWindow::new(Scope::Default);
        window.raise_reset(Duration::MAX);
        assert_eq!(window.reset(), Some(MAX_WAIT));
    }
}
