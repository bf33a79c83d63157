//! The loop: try, decide, wait, try again.
//!
//! Everything it needs is handed in, so that a test under paused time covers every branch.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::clock::{Clock, later};
use crate::error::{Delivery, Error, ErrorKind};
use crate::retry::{
    Advice, Backoff, BudgetToken, Decision, Failed, Repeat, RetryBudget, RetryPolicy, StopReason,
    part, share,
};

/// What the loop works with.
pub(crate) struct Parts<'a> {
    pub(crate) repeat: Repeat,
    pub(crate) policy: &'a dyn RetryPolicy,
    /// The first included.
    pub(crate) max_attempts: u32,
    pub(crate) backoff: &'a dyn Backoff,
    pub(crate) budget: Option<&'a Arc<RetryBudget>>,
    pub(crate) clock: &'a dyn Clock,
    /// Total time for everything.
    pub(crate) deadline: Duration,
    /// The longest `Retry-After` that is waited for.
    pub(crate) retry_after_cap: Duration,
}

/// One try about to be made.
#[derive(Debug)]
pub(crate) struct Try {
    /// From 1.
    pub(crate) number: u32,
    /// When everything must be over.
    pub(crate) until: Instant,
    /// An earlier try of this operation may have been acted on.
    pub(crate) after_unknown: bool,
    /// What pays for it when it is a retry: to be spent when it is sent, and given back when it never is.
    pub(crate) token: Option<BudgetToken>,
}

/// A failed try.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) error: Error,
    pub(crate) advice: Advice,
    /// This client itself held the request back (breaker, limiter): it says less than an earlier failure did.
    pub(crate) held_back: Option<&'static str>,
}

/// What came of it, and how often it was tried.
#[derive(Debug)]
pub(crate) struct Finished<T> {
    pub(crate) value: T,
    pub(crate) attempts: u32,
    pub(crate) elapsed: Duration,
}

/// Runs `attempt` until it succeeds, may not be repeated, or time, attempts or budget run out.
///
/// `on_retry` hears of each wait before it begins.
pub(crate) async fn run<T, F, Fut>(
    parts: &Parts<'_>,
    mut attempt: F,
    mut on_retry: impl FnMut(&Error, Duration),
) -> Result<Finished<T>, Error>
where
    F: FnMut(Try) -> Fut,
    Fut: Future<Output = Result<T, Failure>>,
{
    let start = parts.clock.now();
    let until = later(start, parts.deadline);
    let mut after_unknown = false;
    let mut number = 1;
    let mut previous: Option<Error> = None;
    let mut token = None;
    loop {
        let outcome = attempt(Try {
            number,
            until,
            after_unknown,
            token: token.take(),
        })
        .await;
        let elapsed = parts.clock.now().saturating_duration_since(start);
        let Failure {
            error,
            advice,
            held_back,
        } = match outcome {
            Ok(value) => {
                if let Some(budget) = parts.budget {
                    budget.deposit();
                }
                return Ok(Finished {
                    value,
                    attempts: number,
                    elapsed,
                });
            }
            Err(failure) => failure,
        };
        after_unknown |= error.delivery() == Delivery::Unknown;
        let fail = |error: Error| {
            let error = error.with_attempts(number, elapsed);
            // What an earlier try may have done is not undone by a later answer. A read does nothing either way.
            if after_unknown
                && (parts.repeat != Repeat::Safe || error.delivery() != Delivery::Answered)
            {
                error.with_delivery(Delivery::Unknown)
            } else {
                error
            }
        };

        if let (Some(reason), Some(mut previous)) = (held_back, previous.take()) {
            if let (None, Some(wait)) = (previous.retry_after(), error.retry_after()) {
                previous = previous.with_retry_after(wait);
            }
            return Err(fail(previous).with_context("retry", reason));
        }

        let failed = Failed::new(parts.repeat, &error, number, elapsed).with_advice(advice);
        let decision = match parts.policy.decide(&failed) {
            // Whatever a policy says: nobody is rung twice.
            Decision::Retry if may_have_acted(&error) && !parts.repeat.survives_unknown() => {
                Decision::Stop(StopReason::MayHaveHappened)
            }
            Decision::Retry if number >= parts.max_attempts => Decision::Stop(StopReason::Attempts),
            decision => decision,
        };
        if let Decision::Stop(_) = decision {
            return Err(fail(error));
        }

        let asked = error.retry_after().filter(|wait| !wait.is_zero());
        let wait = match (asked, advice) {
            (Some(wait), _) if wait > parts.retry_after_cap => return Err(fail(error)),
            // A little later than asked, so that not everybody comes back at the same instant.
            (Some(wait), _) => {
                let spread = (wait / 10).min(Duration::from_secs(1));
                wait.saturating_add(share(spread, part(parts.clock.unit())))
            }
            (None, Advice::Reauthorize) => Duration::ZERO,
            (None, _) => parts.backoff.delay(number, parts.clock.unit()),
        };
        if elapsed.saturating_add(wait) >= parts.deadline {
            return Err(fail(error));
        }
        if let Some(budget) = parts.budget {
            token = budget.withdraw();
            if token.is_none() {
                return Err(fail(error).with_context("retry", "the retry budget is empty"));
            }
        }
        on_retry(&error, wait);
        if !wait.is_zero() {
            parts.clock.sleep(wait).await;
        }
        previous = Some(error);
        number += 1;
    }
}

/// Whether the server did, or may have done, what was asked: an unclear outcome, or a success that was too large to read.
fn may_have_acted(error: &Error) -> bool {
    error.delivery() == Delivery::Unknown || error.kind() == ErrorKind::BodyTooLarge
}

#[cfg(test)]
#[path = "run_tests.rs"]
mod tests;
