//! The three rules, exact, on a clock that is given.

use std::collections::VecDeque;
use std::time::Duration;

use super::LimitKind;

/// What a provider decides about one request, and what it can tell of its state after that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) open: bool,
    /// How many more would be let through now.
    pub(super) left: u64,
    /// Until the window ends, its oldest request leaves, or the bucket is full.
    pub(super) reset: Duration,
    /// Until the next one would be let through.
    pub(super) wait: Duration,
}

/// A rule and what it remembers. Refused requests are not counted.
#[derive(Debug)]
pub(super) enum Meter {
    Fixed {
        limit: u64,
        window: Duration,
        number: u128,
        used: u64,
    },
    Sliding {
        limit: u64,
        window: Duration,
        log: VecDeque<Duration>,
    },
    Gcra {
        burst: u32,
        step: Duration,
        empty_at: Duration,
    },
}

impl Meter {
    pub(super) fn new(kind: LimitKind, limit: u32, window: Duration) -> Self {
        let step = window / limit.max(1);
        let limit = u64::from(limit);
        match kind {
            LimitKind::FixedWindow => Self::Fixed {
                limit,
                window,
                number: 0,
                used: 0,
            },
            LimitKind::SlidingWindow => Self::Sliding {
                limit,
                window,
                log: VecDeque::new(),
            },
            LimitKind::Gcra { burst } => Self::Gcra {
                burst: burst.max(1),
                step,
                empty_at: Duration::ZERO,
            },
        }
    }

    /// One request at `now` of the provider's clock, never earlier than the one before.
    pub(super) fn ask(&mut self, now: Duration) -> Verdict {
        match self {
            Self::Fixed {
                limit,
                window,
                number,
                used,
            } => {
                let current = now.as_nanos() / window.as_nanos().max(1);
                if current != *number {
                    (*number, *used) = (current, 0);
                }
                let open = *used < *limit;
                *used += u64::from(open);
                let passed = now.as_nanos() % window.as_nanos().max(1);
                let passed = Duration::from_nanos(u64::try_from(passed).unwrap_or(u64::MAX));
                let reset = window.saturating_sub(passed);
                verdict(open, limit.saturating_sub(*used), reset, reset)
            }
            Self::Sliding { limit, window, log } => {
                while log.front().is_some_and(|at| now >= *at + *window) {
                    log.pop_front();
                }
                let open = (log.len() as u64) < *limit;
                if open {
                    log.push_back(now);
                }
                let oldest = log.front().copied().unwrap_or(now);
                let reset = (oldest + *window).saturating_sub(now);
                verdict(open, limit.saturating_sub(log.len() as u64), reset, reset)
            }
            Self::Gcra {
                burst,
                step,
                empty_at,
            } => {
                let room = step.saturating_mul(*burst);
                let next = (*empty_at).max(now) + *step;
                let open = next <= now + room;
                if open {
                    *empty_at = next;
                }
                let free = (now + room).saturating_sub((*empty_at).max(now));
                let left = free.as_nanos() / step.as_nanos().max(1);
                let reset = empty_at.saturating_sub(now);
                let wait = ((*empty_at).max(now) + *step).saturating_sub(now + room);
                verdict(open, u64::try_from(left).unwrap_or(u64::MAX), reset, wait)
            }
        }
    }
}

fn verdict(open: bool, left: u64, reset: Duration, wait: Duration) -> Verdict {
    Verdict {
        open,
        left,
        reset,
        wait: if left > 0 { Duration::ZERO } else { wait },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    fn open(meter: &mut Meter, at: u64) -> bool {
        meter.ask(ms(at)).open
    }

    #[test]
    fn a_fixed_window_begins_anew_by_the_calendar() {
        let mut meter = Meter::new(LimitKind::FixedWindow, 2, SECOND);
        assert!(open(&mut meter, 900) && open(&mut meter, 950));
        let refused = meter.ask(ms(980));
        assert_eq!(refused, verdict(false, 0, ms(20), ms(20)));
        assert!(open(&mut meter, 1_000) && open(&mut meter, 1_001));
        assert!(!open(&mut meter, 1_999));
    }

    #[test]
    fn a_sliding_window_never_holds_more_than_its_limit() {
        let mut meter = Meter::new(LimitKind::SlidingWindow, 2, SECOND);
        assert!(open(&mut meter, 900));
        assert_eq!(meter.ask(ms(950)), verdict(true, 0, ms(950), ms(950)));
        assert!(!open(&mut meter, 1_899));
        assert!(open(&mut meter, 1_900));
        assert!(!open(&mut meter, 1_949), "the one refused was not counted");
        assert!(open(&mut meter, 1_950));
    }

    #[test]
    fn a_bucket_takes_its_burst_and_then_one_per_step() {
        let mut meter = Meter::new(LimitKind::Gcra { burst: 3 }, 10, SECOND);
        assert_eq!(meter.ask(ms(0)), verdict(true, 2, ms(100), ms(0)));
        assert!(open(&mut meter, 0));
        assert_eq!(meter.ask(ms(0)), verdict(true, 0, ms(300), ms(100)));
        assert_eq!(meter.ask(ms(60)), verdict(false, 0, ms(240), ms(40)));
        assert!(open(&mut meter, 100) && !open(&mut meter, 150));
        assert!((0..3).all(|_| open(&mut meter, 900)) && !open(&mut meter, 900));
    }
}
