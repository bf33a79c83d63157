//! Counts and latencies by operation.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use super::{AttemptEvent, Histogram, HistogramSnapshot, Observer, OperationEvent};

/// An [`Observer`] that keeps, for each provider and operation, how often it was asked for, sent, and failed, and how
/// long it took. Cloning shares the figures.
///
/// ```
/// use voice_core::observe::Stats;
///
/// let stats = Stats::default();
/// // ClientOptions::new().observer(stats.clone())
/// assert!(stats.snapshot().is_empty());
/// ```
#[derive(Debug, Clone, Default)]
pub struct Stats(Arc<RwLock<Entries>>);

/// By provider and operation.
type Entries = BTreeMap<(&'static str, String), Arc<Entry>>;

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
    pub fn snapshot(&self) -> Vec<OperationStats> {
        let entries = self.0.read().unwrap_or_else(PoisonError::into_inner);
        entries
            .iter()
            .map(|((provider, operation), entry)| OperationStats {
                provider,
                operation: operation.clone(),
                operations: entry.operations.load(Ordering::Relaxed),
                failures: entry.failures.load(Ordering::Relaxed),
                attempts: entry.attempts.load(Ordering::Relaxed),
                latency: entry.latency.snapshot(),
            })
            .collect()
    }

    fn entry(&self, provider: &'static str, operation: &str) -> Arc<Entry> {
        let key = (provider, operation.to_owned());
        {
            let entries = self.0.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(entry) = entries.get(&key) {
                return Arc::clone(entry);
            }
        }
        let mut entries = self.0.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(entries.entry(key).or_default())
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
