//! [`saturate`]: a queue of work that never ends, and what came of it.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::LimitedProvider;

/// How long a worker whose job failed waits before it takes the next one.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

/// What a client made of a limit.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Goodput {
    /// Requests let through, as a share of what the limit allows in that time, without the first window (whose requests may
    /// all go at once and would flatter the result). It may lie a little above 1 where a window lies across the end.
    pub share: f64,
    /// Answers that were 429, as a share of all answers.
    pub refused: f64,
    /// Requests for each job that succeeded.
    pub requests_per_success: f64,
    /// From the start of a job to its success, all waits included: the median.
    pub wait_p50: Duration,
    /// The same for 99 of 100.
    pub wait_p99: Duration,
    /// Jobs that succeeded.
    pub succeeded: u64,
    /// Jobs that failed for good.
    pub failed: u64,
}

#[derive(Debug, Default)]
struct Record {
    waits: Vec<Duration>,
    failed: u64,
}

/// Keeps `workers` busy for `length` on the provider's clock, each doing one job after the other, and says what came of it.
/// `job` gets the number of its worker and says whether it succeeded. `length` should be many windows.
///
/// Call it under paused time: a worker whose job failed waits 1 s before the next.
pub async fn saturate<F, Fut>(
    provider: &LimitedProvider,
    workers: usize,
    length: Duration,
    job: F,
) -> Goodput
where
    F: Fn(usize) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = bool> + Send + 'static,
{
    let record = Arc::new(Mutex::new(Record::default()));
    let mut tasks = tokio::task::JoinSet::new();
    for worker in 0..workers {
        let (job, record, clock) = (job.clone(), Arc::clone(&record), provider.clock.clone());
        tasks.spawn(async move {
            loop {
                let start = clock.now();
                let succeeded = job(worker).await;
                let wait = clock.now().saturating_duration_since(start);
                {
                    let mut record = record.lock().unwrap_or_else(PoisonError::into_inner);
                    if succeeded {
                        record.waits.push(wait);
                    } else {
                        record.failed += 1;
                    }
                }
                if !succeeded {
                    clock.sleep(AFTER_FAILURE).await;
                }
            }
        });
    }
    let window = provider.window().min(length);
    provider.clock.sleep(window).await;
    let before = provider.counts();
    provider.clock.sleep(length.saturating_sub(window)).await;
    let after = provider.counts();
    tasks.shutdown().await;
    let mut record = record.lock().unwrap_or_else(PoisonError::into_inner);
    record.waits.sort_unstable();
    let at = |part: usize| {
        let index = record.waits.len().saturating_sub(1) * part / 100;
        record.waits.get(index).copied().unwrap_or_default()
    };
    let windows = length.saturating_sub(window).as_secs_f64() / provider.window().as_secs_f64();
    let answers = after.accepted + after.refused;
    let succeeded = record.waits.len() as u64;
    Goodput {
        share: ratio(
            after.accepted - before.accepted,
            f64::from(provider.limit()) * windows,
        ),
        refused: ratio(after.refused, float(answers)),
        requests_per_success: ratio(answers, float(succeeded)),
        wait_p50: at(50),
        wait_p99: at(99),
        succeeded,
        failed: record.failed,
    }
}

fn ratio(part: u64, whole: f64) -> f64 {
    if whole > 0.0 {
        float(part) / whole
    } else {
        0.0
    }
}

#[allow(
    clippy::cast_precision_loss,
    reason = "counts stay far below 2 to the 52"
)]
fn float(count: u64) -> f64 {
    count as f64
}
