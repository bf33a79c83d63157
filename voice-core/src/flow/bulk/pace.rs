//! Whose turn it is: state, rate, and what is in the way.

use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};

use super::BulkState;
use super::run::Campaign;
use crate::clock::later;
use crate::error::{Delivery, Error};
use crate::limits::{Observed, Permit, RateLimits};

/// The limiter is asked anew after so long.
const LONG: Duration = Duration::from_secs(60 * 60);
/// The first pause after a refusal for a passing reason that names none, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));

impl Campaign<'_> {
    /// Waits until one may dial. `None` when the campaign is stopped.
    pub(super) async fn turn(&self) -> Option<Permit> {
        loop {
            match self.control.state() {
                BulkState::Stopping => return None,
                BulkState::Paused => {
                    self.control.after(BulkState::Paused).await;
                    continue;
                }
                BulkState::Running => {}
            }
            let changed = pin!(self.control.after(BulkState::Running));
            let deadline = later(self.clock().now(), LONG);
            let turn = self.limiter.acquire(1, deadline);
            match select(changed, turn).await {
                Either::Left(_) => {}
                Either::Right((Ok(permit), _)) => {
                    if self.control.state() == BulkState::Running {
                        return Some(permit);
                    }
                    permit.give_back();
                }
                Either::Right((Err(exceeded), _)) => {
                    let wait = exceeded.wait().unwrap_or(PAUSES.0);
                    self.pause(wait.clamp(Duration::from_millis(10), LONG))
                        .await;
                }
            }
        }
    }

    /// Sleeps unless the campaign is stopped first.
    pub(super) async fn pause(&self, time: Duration) {
        let stopped = pin!(self.control.stopped());
        select(self.clock().sleep(time), stopped).await;
    }

    /// Tells the limiter what became of a dial.
    pub(super) fn observe(&self, outcome: Result<(), &Error>) {
        let none = RateLimits::default();
        let Err(error) = outcome else {
            self.limiter.observe(&none, Observed::Accepted);
            return;
        };
        let said = error.rate_limits().unwrap_or(&none);
        if !error.is_rate_limited() {
            if error.delivery() == Delivery::Answered {
                self.limiter.observe(said, Observed::Accepted);
            }
            return;
        }
        self.tally().report.limited += 1;
        match error.retry_after() {
            Some(wait) if said.wait_hint().is_none() => {
                let said = said.clone().with_retry_after(wait);
                self.limiter.observe(&said, Observed::Limited);
            }
            _ => self.limiter.observe(said, Observed::Limited),
        }
    }

    /// How long to wait before an entry is tried again; the limiter keeps the waits of 429s, for everybody.
    pub(super) fn wait_before(&self, error: &Error, dials: u32) -> Duration {
        if error.is_rate_limited() {
            return Duration::ZERO;
        }
        let (first, longest) = PAUSES;
        let doubled = first
            .saturating_mul(1 << dials.saturating_sub(1).min(8))
            .min(longest);
        let jittered = doubled.mul_f64(0.5 + self.clock().unit() / 2.0);
        error.retry_after().unwrap_or(jittered)
    }
}
