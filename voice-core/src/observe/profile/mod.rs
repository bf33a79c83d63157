//! Times whatever you do, by name: how long, how often well, how much memory.

#[cfg(feature = "report-html")]
mod html;
mod memory;
mod summary;
mod text;

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use serde::Serialize;

use super::Histogram;
use super::log::rfc3339;
use crate::clock::{SharedClock, SystemClock};
use crate::error::Error;
use crate::secret::{Redactor, excerpt};

pub use memory::MemorySampler;
pub use summary::{OperationProfile, ProfileSummary, Times};

/// Longest name or value that is kept, in bytes.
const TEXT_BYTES: usize = 200;
/// Most operations that are told apart; further ones share one name.
const OPERATIONS: usize = 500;
/// The name of further operations.
const OTHERS: &str = "(others)";

/// Times futures and sums up: counts, success rate, latency percentiles, memory, in all and by operation.
///
/// What a future gives is passed on unchanged; a failure is recorded and passed on; a future that is dropped before its end
/// counts as failed with the kind `cancelled`. Cloning shares the figures. Percentiles come from a
/// [`Histogram`], within its [error](Histogram::RELATIVE_ERROR); of one sample every percentile is that sample.
///
/// ```
/// use voice_core::error::Error;
/// use voice_core::observe::Profiler;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Error> {
/// let profiler = Profiler::new();
/// let prompt = profiler
///     .time("get_prompt", [("prompt_id", "hello-world")], async { Ok("Hello") })
///     .await?;
/// assert_eq!(prompt, "Hello");
/// let summary = profiler.summary();
/// assert_eq!((summary.total, summary.success_rate), (1, Some(1.0)));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Profiler(Arc<Shared>);

struct Shared {
    clock: SharedClock,
    memory: Option<MemorySampler>,
    keep: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    operations: BTreeMap<String, Figures>,
    records: VecDeque<ProfileRecord>,
    memory_change: Option<i64>,
    memory_peak: Option<u64>,
}

#[derive(Default)]
struct Figures {
    count: u64,
    failures: u64,
    times: Histogram,
}

/// One thing that was timed. Texts are redacted and bounded to 200 bytes.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ProfileRecord {
    /// When it ended.
    #[serde(serialize_with = "rfc3339::serialize")]
    pub timestamp: SystemTime,
    /// Its name.
    pub operation: String,
    /// How long it took.
    #[serde(rename = "duration_ms", serialize_with = "summary::millis")]
    pub duration: Duration,
    /// The kind of its error; `None` for a success.
    pub error: Option<String>,
    /// By how much the memory of the **whole process** changed meanwhile, in bytes, when it is sampled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_change: Option<i64>,
    /// What the caller said of it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
}

/// Settings of a [`Profiler`].
#[must_use = "a builder does nothing until it is built"]
pub struct ProfilerBuilder {
    clock: SharedClock,
    memory: Option<MemorySampler>,
    keep: usize,
}

impl Profiler {
    /// How many records are kept by default, the newest.
    pub const KEEP: usize = 1_000;

    /// The real clock, no memory, the newest 1,000 records.
    #[must_use]
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// Starts with the defaults.
    pub fn builder() -> ProfilerBuilder {
        ProfilerBuilder {
            clock: SystemClock::shared(),
            memory: None,
            keep: Self::KEEP,
        }
    }

    /// Runs `future`, records it under the name `operation`, and gives what it gives.
    ///
    /// # Errors
    /// Those of the future.
    pub async fn time<T, K: AsRef<str>, V: AsRef<str>>(
        &self,
        operation: &str,
        metadata: impl IntoIterator<Item = (K, V)>,
        future: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let kind = |outcome: &Result<T, Error>| Some(outcome.as_ref().err()?.kind().as_str());
        self.time_any(operation, metadata, future, kind).await
    }

    /// As [`time`](Self::time), for a future of any type; `failure` names the kind of failure in its output, or `None` for
    /// a success.
    pub async fn time_any<T, K: AsRef<str>, V: AsRef<str>>(
        &self,
        operation: &str,
        metadata: impl IntoIterator<Item = (K, V)>,
        future: impl Future<Output = T>,
        failure: impl FnOnce(&T) -> Option<&'static str>,
    ) -> T {
        let pairs = metadata.into_iter();
        let metadata = pairs.map(|(name, value)| {
            (
                clean(name.as_ref()),
                clean_value(name.as_ref(), value.as_ref()),
            )
        });
        let mut running = Running {
            profiler: self,
            operation: clean(operation),
            metadata: metadata.collect(),
            start: self.0.clock.now(),
            memory: self
                .0
                .memory
                .as_ref()
                .and_then(MemorySampler::resident_bytes),
            error: Some("cancelled"),
        };
        let output = future.await;
        running.error = failure(&output);
        drop(running);
        output
    }

    /// The newest records, oldest first.
    #[must_use]
    pub fn records(&self) -> Vec<ProfileRecord> {
        self.lock().records.iter().cloned().collect()
    }

    /// Everything recorded so far, summed up.
    #[must_use]
    pub fn summary(&self) -> ProfileSummary {
        let state = self.lock();
        let operations = state.operations.iter();
        let figures = operations.map(|(name, figures)| {
            (
                name.as_str(),
                figures.count,
                figures.failures,
                figures.times.snapshot(),
            )
        });
        ProfileSummary::of(figures, state.memory_change, state.memory_peak)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Profiler {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Profiler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Profiler").field(&self.summary()).finish()
    }
}

impl ProfilerBuilder {
    /// The clock.
    pub fn clock(mut self, clock: SharedClock) -> Self {
        self.clock = clock;
        self
    }

    /// Samples the memory of the process before and after each operation.
    pub fn memory(mut self, sampler: MemorySampler) -> Self {
        self.memory = Some(sampler);
        self
    }

    /// How many records are kept, the newest; [`Profiler::KEEP`]. The summary counts all.
    pub fn keep(mut self, records: usize) -> Self {
        self.keep = records;
        self
    }

    /// Builds it.
    #[must_use]
    pub fn build(self) -> Profiler {
        Profiler(Arc::new(Shared {
            clock: self.clock,
            memory: self.memory,
            keep: self.keep,
            state: Mutex::default(),
        }))
    }
}

impl fmt::Debug for ProfilerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProfilerBuilder")
            .field("memory", &self.memory)
            .field("keep", &self.keep)
            .finish_non_exhaustive()
    }
}

/// Records when it is dropped, whether the future ended or was dropped itself.
struct Running<'a> {
    profiler: &'a Profiler,
    operation: String,
    metadata: BTreeMap<String, String>,
    start: Instant,
    memory: Option<u64>,
    error: Option<&'static str>,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let shared = &self.profiler.0;
        let duration = shared.clock.now().saturating_duration_since(self.start);
        let after = shared
            .memory
            .as_ref()
            .and_then(MemorySampler::resident_bytes);
        let memory_change = self
            .memory
            .zip(after)
            .map(|(before, after)| memory::change(before, after));
        let record = ProfileRecord {
            timestamp: shared.clock.wall(),
            operation: std::mem::take(&mut self.operation),
            duration,
            error: self.error.map(str::to_owned),
            memory_change,
            metadata: std::mem::take(&mut self.metadata),
        };
        let mut state = self.profiler.lock();
        state.memory_peak = state.memory_peak.max(after);
        if let Some(change) = memory_change {
            let sum = state.memory_change.unwrap_or(0);
            state.memory_change = Some(sum.saturating_add(change));
        }
        let room = state.operations.len() < OPERATIONS;
        let name = match state.operations.contains_key(&record.operation) || room {
            true => record.operation.clone(),
            false => OTHERS.to_owned(),
        };
        let figures = state.operations.entry(name).or_default();
        figures.count += 1;
        figures.failures += u64::from(record.error.is_some());
        figures.times.record(duration);
        state.records.push_back(record);
        while state.records.len() > shared.keep {
            state.records.pop_front();
        }
    }
}

fn clean(text: &str) -> String {
    excerpt(text.as_bytes(), TEXT_BYTES, &Redactor::default())
}

/// A value whose name announces a secret is hidden whatever it looks like.
fn clean_value(name: &str, value: &str) -> String {
    let pair = format!("{name}={value}");
    match crate::secret::redact(&pair) == format!("{name}=[REDACTED]") {
        true => crate::secret::Redacted::TEXT.to_owned(),
        false => clean(value),
    }
}

#[cfg(test)]
mod tests;
