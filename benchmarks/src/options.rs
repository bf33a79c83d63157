//! How long to measure.

use std::time::Duration;

/// How long to measure, and how often.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// A few rounds, to see that everything runs; the figures mean little.
    pub quick: bool,
    /// How many batches of each contender are measured, in turn.
    pub rounds: usize,
    /// How long each contender runs before anything is measured.
    pub warm_up: Duration,
    /// About how long one batch takes.
    pub batch: Duration,
}

impl Options {
    /// For figures that count.
    #[must_use]
    pub const fn full() -> Self {
        Self {
            quick: false,
            rounds: 101,
            warm_up: Duration::from_millis(100),
            batch: Duration::from_millis(2),
        }
    }

    /// To see that everything runs.
    #[must_use]
    pub const fn quick() -> Self {
        Self {
            quick: true,
            rounds: 5,
            warm_up: Duration::from_millis(2),
            batch: Duration::from_micros(500),
        }
    }
}
