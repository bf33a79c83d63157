//! OpenAI's own rules for trying again, as its official libraries keep them (Python 3.54, 2026-11).
//!
//! | | |
//! |---|---|
//! | tried again | no connection, timeout, 408, 409, 429, and everything from 500 up; 2 retries |
//! | `x-should-retry` | exactly `true` or `false` goes before the status; other texts say nothing |
//! | the wait | `retry-after-ms` (milliseconds), else `retry-after` (seconds or an HTTP date), if above 0 and at most 120 s |
//! | a longer wait | no retry at all, whatever `x-should-retry` says |
//! | otherwise | 0.5 s × 2ⁿ, at most 8 s, less up to a quarter of it by chance |
//!
//! One thing is more patient here: what only reads has 3 retries, unless the caller has set a number. At 15 % of transient faults
//! two lose one read in 300, three lose one in 2,000. Three things are stricter. A request that acts anew each time ([`Repeat::Once`](voice_core::retry::Repeat)) is sent
//! again only when it surely was not carried out: not after an unknown outcome nor a 409 (another like it may be under way),
//! nor because of `x-should-retry`. An account without credit
//! (`insufficient_quota`) stays without it, so that its 429 is final. And a wait the server asks for is lengthened by up to a
//! tenth of it (1 s at most), so that not everybody comes back at once.

use std::time::Duration;

use voice_core::breaker::BreakerSettings;
use voice_core::client::ClientOptions;
use voice_core::error::Delivery;
use voice_core::retry::{
    Advice, Backoff, Decision, Failed, Repeat, RetryPolicy, SafeRetry, StopReason,
};

/// Retries after the first attempt.
const RETRIES: u32 = 2;
/// Those of a read.
const READ_RETRIES: u32 = 3;
/// The longest wait of the server's that is waited for.
const LONGEST_WAIT: Duration = Duration::from_secs(120);
/// How long the circuit breaker stays open: shorter than people let it ring, so that a hiccup of the server does not cost
/// the calls that come after it.
const OPEN_FOR: Duration = Duration::from_secs(2);
/// The failures in a row that open it.
const FAILURES: u32 = 10;
/// How long they must have lasted: whatever is in flight fails together when a gateway restarts, which is no outage yet.
const LASTING: Duration = Duration::from_secs(2);
/// The first step of the backoff.
const FIRST: f64 = 0.5;
/// Its last.
const LAST: f64 = 8.0;

/// The rules, where the caller has set none of their own.
pub(crate) fn rules(options: ClientOptions) -> ClientOptions {
    let options = if options.has_retries() {
        options.or_retry_policy(OpenAiRetry)
    } else {
        options
            .or_retries(READ_RETRIES)
            .or_retry_policy(PatientReads)
    };
    options
        .or_backoff(OpenAiBackoff)
        .or_retry_after_cap(LONGEST_WAIT)
        .or_breaker(BreakerSettings::new(FAILURES, OPEN_FOR).with_lasting(LASTING))
}

/// What may be sent again, by OpenAI's rules; the client's default. See the [module page](self).
#[derive(Debug, Default, Clone, Copy)]
pub struct OpenAiRetry;

impl RetryPolicy for OpenAiRetry {
    fn decide(&self, failed: &Failed<'_>) -> Decision {
        match SafeRetry.decide(failed) {
            // The server did not do it, since something else was under way. That may be just what an order that acts anew
            // each time asks for, so it is not made again.
            Decision::Stop(StopReason::Permanent)
                if failed.repeat.survives_unknown()
                    && failed.advice == Advice::None
                    && failed.error.delivery() == Delivery::Answered
                    && failed.error.status() == Some(http::StatusCode::CONFLICT) =>
            {
                Decision::Retry
            }
            decision => decision,
        }
    }
}

/// How long to wait when the server did not say; the client's default. See the [module page](self).
///
/// ```
/// use std::time::Duration;
/// use openai_calls::retry::OpenAiBackoff;
/// use voice_core::retry::Backoff;
///
/// assert_eq!(OpenAiBackoff.delay(1, 0.0), Duration::from_millis(500));
/// assert_eq!(OpenAiBackoff.delay(3, 1.0), Duration::from_millis(1_500));
/// assert_eq!(OpenAiBackoff.delay(99, 0.0), Duration::from_secs(8));
/// ```
#[derive(Debug, Default, Clone, Copy)]
pub struct OpenAiBackoff;

impl Backoff for OpenAiBackoff {
    fn delay(&self, retry: u32, unit: f64) -> Duration {
        // From the fifth on it is the last step anyway.
        let steps = i32::try_from(retry.saturating_sub(1).min(30)).unwrap_or(30);
        let step = (FIRST * 2_f64.powi(steps)).min(LAST);
        let unit = if unit.is_nan() {
            0.0
        } else {
            unit.clamp(0.0, 1.0)
        };
        Duration::from_secs_f64(step * (1.0 - 0.25 * unit))
    }
}

/// [`OpenAiRetry`] with the number of retries that goes for each class.
#[derive(Debug)]
struct PatientReads;

impl RetryPolicy for PatientReads {
    fn decide(&self, failed: &Failed<'_>) -> Decision {
        match OpenAiRetry.decide(failed) {
            Decision::Retry if failed.repeat != Repeat::Safe && failed.attempts > RETRIES => {
                Decision::Stop(StopReason::Attempts)
            }
            decision => decision,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use voice_core::error::{Error, ErrorKind};

    use super::*;

    fn decide(repeat: Repeat, status: u16, advice: Advice) -> Decision {
        let status = http::StatusCode::from_u16(status).unwrap();
        let delivery = match status.as_u16() {
            500.. => Delivery::Unknown,
            status => Delivery::from_status(status),
        };
        let error = Error::new(ErrorKind::from_status(status.as_u16()), "x")
            .with_status(status)
            .with_delivery(delivery);
        OpenAiRetry.decide(&Failed::new(repeat, &error, 1, Duration::ZERO).with_advice(advice))
    }

    #[test]
    fn the_table_of_statuses() {
        for status in 400..600 {
            let official = matches!(status, 408 | 409 | 429 | 500..);
            let retried = decide(Repeat::Idempotent, status, Advice::None) == Decision::Retry;
            assert_eq!(retried, official, "{status}");
            let once = decide(Repeat::Once, status, Advice::None) == Decision::Retry;
            assert_eq!(once, status == 429, "{status}");
        }
    }

    #[test]
    fn advice_goes_before_the_status_but_not_before_nobody_twice() {
        assert_eq!(decide(Repeat::Safe, 400, Advice::Please), Decision::Retry);
        for status in [408, 409, 429, 500, 599] {
            let never = decide(Repeat::Safe, status, Advice::Never);
            assert_eq!(never, Decision::Stop(StopReason::Permanent), "{status}");
        }
        let once = decide(Repeat::Once, 500, Advice::Please);
        assert_eq!(once, Decision::Stop(StopReason::MayHaveHappened));
    }

    proptest! {
        #[test]
        fn every_wait_is_between_three_quarters_and_the_whole_of_its_step(
            retry in any::<u32>(), unit in proptest::num::f64::ANY,
        ) {
            let step = (0.5 * 2_f64.powf(f64::from(retry.max(1) - 1))).min(8.0);
            let wait = OpenAiBackoff.delay(retry, unit).as_secs_f64();
            prop_assert!(wait <= step + 1e-9 && wait >= 0.75 * step - 1e-9, "{wait} of {step}");
        }
    }
}
