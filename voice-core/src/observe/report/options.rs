//! Settings of a report.

use std::time::Duration;

use super::Zone;

/// What a report is to show, and by whose clock.
#[derive(Debug, Clone)]
pub struct ReportOptions {
    pub(super) zone: Zone,
    pub(super) slow: Duration,
    pub(super) messages: usize,
    pub(super) endpoints: usize,
    pub(super) calls: usize,
    pub(super) last_errors: usize,
    pub(super) min_sample: u64,
}

impl Default for ReportOptions {
    fn default() -> Self {
        Self {
            zone: Zone::UTC,
            slow: Duration::from_secs(2),
            messages: 10,
            endpoints: 5,
            calls: 20,
            last_errors: 5,
            min_sample: 200,
        }
    }
}

impl ReportOptions {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The zone whose hours are shown, and in which the peak hours lie; UTC.
    #[must_use]
    pub fn zone(mut self, zone: Zone) -> Self {
        self.zone = zone;
        self
    }

    /// Attempts that take longer than this are slow; 2 s.
    #[must_use]
    pub fn slow_threshold(mut self, threshold: Duration) -> Self {
        self.slow = threshold;
        self
    }

    /// How many messages are shown; 10, and no more than 500.
    #[must_use]
    pub fn top_messages(mut self, count: usize) -> Self {
        self.messages = count.min(500);
        self
    }

    /// How many endpoints are shown; 5, and no more than 200.
    #[must_use]
    pub fn top_endpoints(mut self, count: usize) -> Self {
        self.endpoints = count.min(200);
        self
    }

    /// How many slow attempts are kept; 20, and no more than 1,000.
    #[must_use]
    pub fn slow_calls(mut self, count: usize) -> Self {
        self.calls = count.min(1000);
        self
    }

    /// How many of the last errors are shown; 5, and no more than 1,000.
    #[must_use]
    pub fn last_errors(mut self, count: usize) -> Self {
        self.last_errors = count.min(1000);
        self
    }

    /// Fewest attempts from which a [pattern](super::PatternKind) is concluded; 200.
    #[must_use]
    pub fn min_sample(mut self, attempts: u64) -> Self {
        self.min_sample = attempts;
        self
    }
}
