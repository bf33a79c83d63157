//! Pass after pass over the plans, until nothing is left to be done or nothing can be.

use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt};
use voice_core::error::{Delivery, Error, ErrorKind};

use super::first::{self, Known, is_taken};
use super::{ManyReport, PlanResult, ProvisionMany};
use crate::client::ExotelClient;
use crate::provision::plan::Plan;
use crate::provision::report::ProvisionReport;
use crate::provision::run::{self, may_pass};

/// The first wait before plans that failed are tried again; it doubles.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The longest such wait, unless the server asks for more.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// How a pass begins.
#[derive(Debug, Clone, Copy)]
enum Pace {
    /// With as many plans as allowed.
    Full,
    /// With one, until it has got through: the breaker lets only one request through to see.
    OneFirst,
}

/// What a plan's end means for the others.
enum Fate {
    /// The server answers.
    Through,
    /// It did not, this time.
    Failed,
    /// Requests are held back for so long.
    Held(Duration),
    /// The account is refused.
    Fatal,
}

impl ProvisionMany<'_> {
    pub(super) async fn carry_out(&self, client: &ExotelClient) -> ManyReport {
        let mut results: Vec<PlanResult> = self
            .plans
            .iter()
            .map(|plan| PlanResult {
                report: ProvisionReport::new(plan),
                error: None,
            })
            .collect();
        let clock = client.raw().clock();
        let (mut lists, mut passes, mut whole) = (0, 0, 0);
        let mut wait = FIRST_WAIT;
        let mut pace = Pace::Full;
        let mut last = (clock.now(), 0);
        loop {
            passes += 1;
            let cut = match self.known(client, &results, &mut lists).await {
                Ok(known) => self.pass(client, &mut results, &known, pace).await,
                // Without the list there is no pass to be made.
                Err(error) if may_pass(&error) => Some(error.retry_after().unwrap_or(wait)),
                // What was set aside stays so, with its own errors.
                Err(_) => break,
            };
            let done = steps_done(&results);
            if done > last.1 {
                last = (clock.now(), done);
            }
            let errors = results.iter().filter_map(|result| result.error.as_ref());
            let again: Vec<&Error> = errors.filter(|error| worth_another(error)).collect();
            if results.iter().any(is_fatal) || (again.is_empty() && cut.is_none()) {
                break;
            }
            if let Some(hold) = cut {
                if clock.now().saturating_duration_since(last.0) >= self.patience {
                    break;
                }
                pace = Pace::OneFirst;
                clock.sleep(hold.max(FIRST_WAIT)).await;
                continue;
            }
            whole += 1;
            if whole >= self.passes {
                break;
            }
            pace = Pace::Full;
            let asked = again.iter().filter_map(|error| error.retry_after()).max();
            clock.sleep(asked.unwrap_or_default().max(wait)).await;
            wait = wait.saturating_mul(2).min(LONGEST_WAIT);
        }
        let own = results
            .iter()
            .map(|result| u64::from(result.report.requests()));
        ManyReport {
            requests: own.sum::<u64>() + u64::from(lists),
            passes,
            results,
        }
    }

    /// Every plan that is not complete and may become so. When requests are held back, no further ones are begun, and the
    /// time until they are let through again comes back.
    async fn pass(
        &self,
        client: &ExotelClient,
        results: &mut [PlanResult],
        known: &Known,
        pace: Pace,
    ) -> Option<Duration> {
        let mut waiting = self
            .plans
            .iter()
            .zip(results)
            .filter(|(_, result)| !result.report.is_complete())
            .filter(|(_, result)| result.error.as_ref().is_none_or(worth_another));
        let mut running = FuturesUnordered::new();
        let mut room = match pace {
            Pace::Full => self.concurrency,
            Pace::OneFirst => 1,
        };
        let mut held = None;
        loop {
            while running.len() < room {
                match waiting.next() {
                    Some((plan, result)) => running.push(self.one(client, plan, result, known)),
                    None => room = 0,
                }
            }
            match running.next().await {
                None => return held,
                // Nothing will be different for the others.
                Some(Fate::Fatal) => room = 0,
                Some(Fate::Held(wait)) => {
                    held = held.max(Some(wait));
                    room = 0;
                }
                Some(Fate::Through) if room > 0 => room = self.concurrency,
                Some(Fate::Through | Fate::Failed) => {}
            }
        }
    }

    async fn one(
        &self,
        client: &ExotelClient,
        plan: &Plan,
        result: &mut PlanResult,
        known: &Known,
    ) -> Fate {
        let mut one = plan.runner(client);
        one.watch = self.watch.clone();
        let outcome = match Box::pin(first::trunk(&one, result, known)).await {
            Ok(()) => Box::pin(one.parts(&mut result.report, run::Known::Own)).await,
            Err(error) => Err(error),
        };
        result.error = outcome.err();
        match &result.error {
            Some(_) if is_fatal(result) => Fate::Fatal,
            Some(error) if is_held(error) => Fate::Held(error.retry_after().unwrap_or_default()),
            Some(error) if may_pass(error) => Fate::Failed,
            _ => Fate::Through,
        }
    }
}

fn worth_another(error: &Error) -> bool {
    may_pass(error) || is_taken(error)
}

/// Whether the account itself was refused.
fn is_fatal(result: &PlanResult) -> bool {
    let error = result.error.as_ref();
    error.is_some_and(|error| error.is_auth() || error.kind() == ErrorKind::Quota)
}

/// Whether the client itself holds requests back: its breaker is open, or its limiter has no turn in time.
fn is_held(error: &Error) -> bool {
    error.delivery() == Delivery::NotSent
        && matches!(
            error.kind(),
            ErrorKind::CircuitOpen | ErrorKind::RateLimited
        )
}

fn steps_done(results: &[PlanResult]) -> usize {
    let steps = results.iter().flat_map(|result| &result.report.steps);
    steps.filter(|step| step.outcome.is_done()).count()
}
