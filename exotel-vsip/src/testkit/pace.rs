//! How calls go on, and how they end.

use std::time::Duration;

/// How long a simulated call takes from one step to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pace {
    /// From the order until it rings.
    pub dial: Duration,
    /// From ringing until somebody answers, or it is clear that nobody does; for each number that is rung.
    pub answer: Duration,
    /// From the answer to the end; `None` goes on until somebody ends it, or the call's time limit.
    pub talk: Option<Duration>,
    /// From the end until duration and price are known.
    pub settle: Duration,
}

impl Pace {
    /// For tests: over within a fifth of a second.
    pub const FAST: Self = Self {
        dial: Duration::from_millis(10),
        answer: Duration::from_millis(30),
        talk: Some(Duration::from_millis(100)),
        settle: Duration::ZERO,
    };
    /// For people who watch: a few seconds of ringing, a talk that somebody ends, and figures after 2 minutes.
    pub const LIFELIKE: Self = Self {
        dial: Duration::from_secs(1),
        answer: Duration::from_secs(3),
        talk: None,
        settle: Duration::from_secs(120),
    };

    /// The same with another time before it rings.
    #[must_use]
    pub fn with_dial(mut self, dial: Duration) -> Self {
        self.dial = dial;
        self
    }

    /// The same with another time of ringing.
    #[must_use]
    pub fn with_answer(mut self, answer: Duration) -> Self {
        self.answer = answer;
        self
    }

    /// The same with another length of the talk; `None` goes on until somebody ends it.
    #[must_use]
    pub fn with_talk(mut self, talk: Option<Duration>) -> Self {
        self.talk = talk;
        self
    }

    /// The same with another time until duration and price are known.
    #[must_use]
    pub fn with_settle(mut self, settle: Duration) -> Self {
        self.settle = settle;
        self
    }
}

/// What becomes of ringing a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Outcome {
    /// Somebody answers.
    #[default]
    Answered,
    /// The line is busy.
    Busy,
    /// Nobody answers.
    NoAnswer,
    /// It cannot be connected.
    Failed,
}
