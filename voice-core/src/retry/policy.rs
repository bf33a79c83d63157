//! May the request be sent again?

use std::fmt;
use std::time::Duration;

use super::Repeat;
use crate::error::{Delivery, Error, ErrorKind};

/// What a provider said about repeating this request, beyond the status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Advice {
    /// Nothing: the table decides.
    #[default]
    None,
    /// Do not (`x-should-retry: false`, `insufficient_quota`).
    Never,
    /// Do (`x-should-retry: true`). It widens what may be repeated for everything but [`Repeat::Once`].
    Please,
    /// The credentials were stale; once more, at once, with fresh ones.
    Reauthorize,
}

/// A failed attempt, as a policy sees it.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Failed<'a> {
    /// The operation's class.
    pub repeat: Repeat,
    /// What went wrong.
    pub error: &'a Error,
    /// What the provider advises.
    pub advice: Advice,
    /// Attempts made so far, this one included; from 1.
    pub attempts: u32,
    /// Time since the operation began.
    pub elapsed: Duration,
}

impl<'a> Failed<'a> {
    /// A failure to ask a policy about; also for tests of one's own policies.
    #[must_use]
    pub fn new(repeat: Repeat, error: &'a Error, attempts: u32, elapsed: Duration) -> Self {
        Self {
            repeat,
            error,
            advice: Advice::None,
            attempts,
            elapsed,
        }
    }

    /// The same with the provider's advice.
    #[must_use]
    pub fn with_advice(mut self, advice: Advice) -> Self {
        self.advice = advice;
        self
    }
}

/// Why a policy says no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StopReason {
    /// The same request would fail the same way.
    Permanent,
    /// It may have been done, and must not be done twice.
    MayHaveHappened,
    /// The number of attempts is used up.
    Attempts,
    /// The policy's time is used up.
    Time,
}

/// A policy's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Decision {
    /// Send it again.
    Retry,
    /// Return the error.
    Stop(StopReason),
}

/// The first question: may this request be sent again?
///
/// A policy cannot make a [`Repeat::Once`] request with an unknown outcome go out twice: the request pipeline checks
/// that itself, after the policy.
pub trait RetryPolicy: fmt::Debug + Send + Sync + 'static {
    /// Decides on one failure.
    fn decide(&self, failed: &Failed<'_>) -> Decision;
}

/// Limits for any policy.
pub trait RetryPolicyExt: RetryPolicy + Sized {
    /// At most `attempts` in all, the first included.
    fn with_attempt_limit(self, attempts: u32) -> AttemptLimit<Self> {
        AttemptLimit {
            inner: self,
            attempts,
        }
    }

    /// No retry once `limit` has passed since the start.
    fn with_time_limit(self, limit: Duration) -> TimeLimit<Self> {
        TimeLimit { inner: self, limit }
    }
}

impl<P: RetryPolicy> RetryPolicyExt for P {}

/// The family's table; see the [module page](super).
#[derive(Debug, Default, Clone, Copy)]
pub struct SafeRetry;

impl RetryPolicy for SafeRetry {
    fn decide(&self, failed: &Failed<'_>) -> Decision {
        if failed.advice == Advice::Never {
            return Decision::Stop(StopReason::Permanent);
        }
        let again = |yes: bool| {
            if yes {
                Decision::Retry
            } else {
                Decision::Stop(StopReason::Permanent)
            }
        };
        match failed.error.delivery() {
            Delivery::NotSent => again(matches!(
                failed.error.kind(),
                ErrorKind::Dns | ErrorKind::Connect | ErrorKind::Connection | ErrorKind::Timeout
            )),
            Delivery::Refused => Decision::Retry,
            Delivery::Unknown if failed.repeat.survives_unknown() => Decision::Retry,
            Delivery::Unknown => Decision::Stop(StopReason::MayHaveHappened),
            Delivery::Answered => match failed.advice {
                Advice::Reauthorize => again(failed.attempts == 1),
                Advice::Please => again(failed.repeat.survives_unknown()),
                _ => Decision::Stop(StopReason::Permanent),
            },
        }
    }
}

/// Never sends anything twice.
#[derive(Debug, Default, Clone, Copy)]
pub struct NeverRetry;

impl RetryPolicy for NeverRetry {
    fn decide(&self, _: &Failed<'_>) -> Decision {
        Decision::Stop(StopReason::Attempts)
    }
}

/// A policy with a limit on attempts; made by [`RetryPolicyExt::with_attempt_limit`].
#[derive(Debug, Clone)]
pub struct AttemptLimit<P> {
    inner: P,
    attempts: u32,
}

impl<P: RetryPolicy> RetryPolicy for AttemptLimit<P> {
    fn decide(&self, failed: &Failed<'_>) -> Decision {
        match self.inner.decide(failed) {
            Decision::Retry if failed.attempts >= self.attempts => {
                Decision::Stop(StopReason::Attempts)
            }
            decision => decision,
        }
    }
}

/// A policy with a limit on time; made by [`RetryPolicyExt::with_time_limit`].
#[derive(Debug, Clone)]
pub struct TimeLimit<P> {
    inner: P,
    limit: Duration,
}

impl<P: RetryPolicy> RetryPolicy for TimeLimit<P> {
    fn decide(&self, failed: &Failed<'_>) -> Decision {
        match self.inner.decide(failed) {
            Decision::Retry if failed.elapsed >= self.limit => Decision::Stop(StopReason::Time),
            decision => decision,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLASSES: [Repeat; 4] = [
        Repeat::Safe,
        Repeat::Idempotent,
        Repeat::Keyed,
        Repeat::Once,
    ];

    fn decide(repeat: Repeat, kind: ErrorKind, delivery: Delivery, advice: Advice) -> Decision {
        let error = Error::new(kind, "x").with_delivery(delivery);
        SafeRetry.decide(&Failed::new(repeat, &error, 1, Duration::ZERO).with_advice(advice))
    }

    #[test]
    fn the_table_of_the_module_page_holds() {
        for repeat in CLASSES {
            let ask = |kind, delivery| decide(repeat, kind, delivery, Advice::None);
            assert_eq!(
                ask(ErrorKind::Dns, Delivery::NotSent),
                Decision::Retry,
                "{repeat:?}"
            );
            assert_eq!(
                ask(ErrorKind::Connect, Delivery::NotSent),
                Decision::Retry,
                "{repeat:?}"
            );
            assert_eq!(
                ask(ErrorKind::RateLimited, Delivery::Refused),
                Decision::Retry,
                "{repeat:?}"
            );
            assert_eq!(
                ask(ErrorKind::InvalidInput, Delivery::Answered),
                Decision::Stop(StopReason::Permanent)
            );
            assert_eq!(
                ask(ErrorKind::Decode, Delivery::Answered),
                Decision::Stop(StopReason::Permanent)
            );
            let unknown = ask(ErrorKind::Timeout, Delivery::Unknown);
            if repeat == Repeat::Once {
                assert_eq!(unknown, Decision::Stop(StopReason::MayHaveHappened));
            } else {
                assert_eq!(unknown, Decision::Retry, "{repeat:?}");
            }
        }
    }

    #[test]
    fn local_refusals_and_bad_certificates_are_permanent() {
        for kind in [
            ErrorKind::InvalidInput,
            ErrorKind::CircuitOpen,
            ErrorKind::RateLimited,
            ErrorKind::Tls,
        ] {
            assert_eq!(
                decide(Repeat::Safe, kind, Delivery::NotSent, Advice::None),
                Decision::Stop(StopReason::Permanent),
                "{kind}"
            );
        }
    }

    #[test]
    fn advice_never_lets_a_once_operation_go_out_twice() {
        let ask = |repeat, delivery, advice| decide(repeat, ErrorKind::Conflict, delivery, advice);
        assert_eq!(
            ask(Repeat::Safe, Delivery::Answered, Advice::Please),
            Decision::Retry
        );
        assert_eq!(
            ask(Repeat::Once, Delivery::Answered, Advice::Please),
            Decision::Stop(StopReason::Permanent)
        );
        assert_eq!(
            ask(Repeat::Once, Delivery::Unknown, Advice::Please),
            Decision::Stop(StopReason::MayHaveHappened)
        );
        assert_eq!(
            ask(Repeat::Safe, Delivery::Refused, Advice::Never),
            Decision::Stop(StopReason::Permanent)
        );
    }

    #[test]
    fn fresh_credentials_are_tried_once() {
        let error =
            Error::new(ErrorKind::Authentication, "stale").with_delivery(Delivery::Answered);
        let ask = |attempts| {
            SafeRetry.decide(
                &Failed::new(Repeat::Once, &error, attempts, Duration::ZERO)
                    .with_advice(Advice::Reauthorize),
            )
        };
        assert_eq!(ask(1), Decision::Retry);
        assert_eq!(ask(2), Decision::Stop(StopReason::Permanent));
    }

    #[test]
    fn limits_narrow_and_never_widen() {
        let error = Error::new(ErrorKind::Timeout, "x").with_delivery(Delivery::Unknown);
        let policy = SafeRetry
            .with_attempt_limit(3)
            .with_time_limit(Duration::from_secs(10));
        let ask = |repeat, attempts, secs| {
            policy.decide(&Failed::new(
                repeat,
                &error,
                attempts,
                Duration::from_secs(secs),
            ))
        };
        assert_eq!(ask(Repeat::Safe, 2, 9), Decision::Retry);
        assert_eq!(
            ask(Repeat::Safe, 3, 9),
            Decision::Stop(StopReason::Attempts)
        );
        assert_eq!(ask(Repeat::Safe, 2, 10), Decision::Stop(StopReason::Time));
        assert_eq!(
            ask(Repeat::Once, 1, 0),
            Decision::Stop(StopReason::MayHaveHappened)
        );
        assert_eq!(
            NeverRetry.decide(&Failed::new(Repeat::Safe, &error, 1, Duration::ZERO)),
            Decision::Stop(StopReason::Attempts)
        );
    }
}
