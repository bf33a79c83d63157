//! Counts and latencies by operation.

mod snapshot;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

pub use snapshot::StatsSnapshot;

use super::{AttemptEvent, Histogram, HistogramSnapshot, Observer, OperationEvent};

/// Most operations that are told apart; further ones share one entry for each provider.
const OPERATIONS: usize = 500;
/// The name of further operations.
const OTHERS: &str = "(others)";

/// An [`Observer`] that keeps, for each provider and operation, how often it was asked for, sent, and failed, and how
/// long it took, with p50, p95 and p99 in a [`Histogram`]. Cloning shares the figures; one may serve any number of clients.
///
/// Memory is bounded: a histogram takes [`Histogram::BYTES`] (about 4 KiB), and at most 500 operations are told apart;
/// further ones are counted as `(others)` of their provider. Quantiles are within [`Histogram::RELATIVE_ERROR`] (a little
/// over 3 %) from 1 µs to 1 h.
///
/// ```
/// use voice_core::client::ClientOptions;
/// use voice_core::observe::Stats;
///
/// let stats = Stats::default();
/// let options = ClientOptions::new().observer(stats.clone());
/// // … a client with these options works …
/// let snapshot = stats.snapshot();
/// println!("{snapshot}"); // a table: one line for each operation
/// let json = snapshot.to_json();
/// # assert_eq!((snapshot.to_string().as_str(), json), ("nothing was asked for\n", serde_json::json!({"operations": []})));
/// ```
#[derive(Debug, Clone, Default)]
pub struct Stats(Arc<RwLock<Entries>>);

/// By provider and operation.
#[derive(Debug, Default)]
struct Entries {
    known: BTreeMap<&'static str, BTreeMap<String, Arc<Entry>>>,
    count: usize,
}

#[derive(Debug, Default)]
struct Entry {
    operations: AtomicU64,
    failures: AtomicU64,
    attempts: AtomicU64,
    latency: Histogram,
}

/// The figures of one operation.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct OperationStats {
    /// The provider.
    pub provider: &'static str,
    /// The operation's name.
    pub operation: String,
    /// Operations that ended.
    pub operations: u64,
    /// Those that ended with an error.
    pub failures: u64,
    /// Attempts made for them.
    pub attempts: u64,
    /// Their time, waits included.
    pub latency: HistogramSnapshot,
}

impl Stats {
    /// The figures now, by provider and operation.
    #[must_use]
    pub fn snapshot(&self) -> StatsSnapshot {
        let entries = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let providers = entries.known.iter();
        let operations = providers.flat_map(|(provider, operations)| {
            operations.iter().map(|(operation, entry)| OperationStats {
                provider,
                operation: operation.clone(),
                operations: entry.operations.load(Ordering::Relaxed),
                failures: entry.failures.load(Ordering::Relaxed),
                attempts: entry.attempts.load(Ordering::Relaxed),
                latency: entry.latency.snapshot(),
            })
        });
        StatsSnapshot {
            operations: operations.collect(),
        }
    }

    fn entry(&self, provider: &'static str, operation: &str) -> Arc<Entry> {
        {
            let entries = self.0.read().unwrap_or_else(PoisonError::into_inner);
            let known = entries.known.get(provider);
            if let Some(entry) = known.and_then(|known| known.get(operation)) {
                return Arc::clone(entry);
            }
        }
        let mut entries = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let Entries { known, count } = &mut *entries;
        let known = known.entry(provider).or_default();
        let name = match known.contains_key(operation) || *count < OPERATIONS {
            true => operation,
            false => OTHERS,
        };
        let entry = known.entry(name.to_owned()).or_insert_with(|| {
            *count += 1;
            Arc::default()
        });
        Arc::clone(entry)
    }
}

impl Observer for Stats {
    fn on_attempt(&self, event: &AttemptEvent<'_>) {
        let entry = self.entry(event.provider, event.operation);
        entry.attempts.fetch_add(1, Ordering::Relaxed);
    }

    fn on_operation(&self, event: &OperationEvent<'_>) {
        let entry = self.entry(event.provider, event.operation);
        entry.operations.fetch_add(1, Ordering::Relaxed);
        if event.error.is_some() {
            entry.failures.fetch_add(1, Ordering::Relaxed);
        }
        entry.latency.record(event.elapsed);
    }
}
