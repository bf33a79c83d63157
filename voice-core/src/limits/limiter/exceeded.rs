//! The refusal of a limiter, and the rule that caused it.

use std::fmt;
use std::time::Duration;

/// No turn now, or none before the deadline. Nothing was consumed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub struct LimitExceeded {
    wait: Option<Duration>,
    rule: LimitRule,
}

impl LimitExceeded {
    /// A refusal; for implementations of [`RateLimiter`](super::RateLimiter).
    #[must_use]
    pub fn new(wait: Option<Duration>, rule: LimitRule) -> Self {
        Self { wait, rule }
    }

    /// How long from now until a turn would have come, as far as the rules and the queue tell. Nothing when it does not
    /// depend on time alone: all places in flight are taken, or the cost is more than a rule ever grants.
    #[must_use]
    pub fn wait(&self) -> Option<Duration> {
        self.wait
    }

    /// The rule that says no; of several the one that does so longest.
    #[must_use]
    pub fn rule(&self) -> &LimitRule {
        &self.rule
    }
}

impl fmt::Display for LimitExceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "held back by the client's own limiter: {}", self.rule)?;
        match self.wait {
            Some(wait) => write!(f, "; a turn comes in {wait:.1?}"),
            None => Ok(()),
        }
    }
}

/// Why a limiter refused.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LimitRule {
    /// So many per window, as set or as the server lowered it.
    Window {
        /// Requests per window.
        limit: u32,
        /// The window, without the safety margin.
        window: Duration,
    },
    /// So many at once.
    Burst {
        /// Requests at once.
        burst: u32,
    },
    /// So many in flight.
    InFlight {
        /// Requests in flight, as set or as lowered after refusals.
        max: u32,
    },
    /// The server asked everybody to wait.
    Hold,
    /// The server says that this much is left of its window and no more.
    Remaining {
        /// Requests left.
        remaining: u64,
    },
    /// Slowed down after a refusal.
    SlowDown,
    /// Others asked first.
    Queue,
    /// The cost of the request is more than a rule grants at once, ever.
    Cost {
        /// The most that can be asked for.
        most: u32,
    },
    /// The deadline had passed before a turn was asked for.
    Deadline,
    /// A rule of another implementation.
    Other(String),
}

impl fmt::Display for LimitRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Window { limit, window } => write!(f, "{limit} per {window:?}"),
            Self::Burst { burst } => write!(f, "{burst} at once"),
            Self::InFlight { max } => write!(f, "{max} in flight"),
            Self::Hold => f.write_str("the server asked to wait"),
            Self::Remaining { remaining } => {
                write!(f, "the server has {remaining} left in its window")
            }
            Self::SlowDown => f.write_str("slowed down after a refusal"),
            Self::Queue => f.write_str("others wait in front"),
            Self::Cost { most } => write!(f, "a cost above {most} is never granted"),
            Self::Deadline => f.write_str("the deadline had passed already"),
            Self::Other(rule) => f.write_str(rule),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_names_the_rule_and_the_wait() {
        let rule = LimitRule::Window {
            limit: 200,
            window: Duration::from_secs(60),
        };
        let refusal = LimitExceeded::new(Some(Duration::from_millis(12_340)), rule);
        assert_eq!(
            refusal.to_string(),
            "held back by the client's own limiter: 200 per 60s; a turn comes in 12.3s"
        );
        let refusal = LimitExceeded::new(None, LimitRule::InFlight { max: 5 });
        assert_eq!(
            refusal.to_string(),
            "held back by the client's own limiter: 5 in flight"
        );
    }
}
