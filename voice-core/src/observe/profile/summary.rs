//! The figures of a profile.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Serialize, Serializer};

use crate::observe::HistogramSnapshot;

/// How long things took, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Times {
    /// The mean.
    pub average_ms: f64,
    /// The median.
    pub p50_ms: f64,
    /// What 95 of 100 do not exceed.
    pub p95_ms: f64,
    /// What 99 of 100 do not exceed.
    pub p99_ms: f64,
    /// The longest.
    pub max_ms: f64,
}

impl Times {
    pub(in crate::observe) fn of(snapshot: &HistogramSnapshot) -> Option<Self> {
        Some(Self {
            average_ms: to_millis(snapshot.mean()?),
            p50_ms: to_millis(snapshot.p50()?),
            p95_ms: to_millis(snapshot.p95()?),
            p99_ms: to_millis(snapshot.p99()?),
            max_ms: to_millis(snapshot.max()?),
        })
    }
}

/// The figures of one operation.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct OperationProfile {
    /// How often.
    pub count: u64,
    /// How much of it went well, from 0 to 1.
    pub success_rate: f64,
    /// How long it took.
    #[serde(flatten)]
    pub times: Times,
}

/// Everything a [`Profiler`](super::Profiler) has recorded, summed up. As JSON: `total`, `success_rate`, the
/// [`Times`], `memory_change_bytes`, `memory_peak_bytes` and `operations` by name; of a profiler that has recorded nothing
/// only `total` 0 and no operations.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ProfileSummary {
    /// How much was timed.
    pub total: u64,
    /// How much of it went well, from 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub success_rate: Option<f64>,
    /// How long it took.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub times: Option<Times>,
    /// The changes of the process's memory over all operations, added up; operations that overlap count theirs twice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_change_bytes: Option<i64>,
    /// The most memory the process was seen with after an operation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_peak_bytes: Option<u64>,
    /// By operation.
    pub operations: BTreeMap<String, OperationProfile>,
}

impl ProfileSummary {
    pub(super) fn of<'a>(
        figures: impl Iterator<Item = (&'a str, u64, u64, HistogramSnapshot)>,
        memory_change_bytes: Option<i64>,
        memory_peak_bytes: Option<u64>,
    ) -> Self {
        let (mut total, mut failures) = (0, 0);
        let mut all: Option<HistogramSnapshot> = None;
        let mut operations = BTreeMap::new();
        for (name, count, failed, snapshot) in figures {
            total += count;
            failures += failed;
            if let (Some(times), Some(success_rate)) = (Times::of(&snapshot), rate(count, failed)) {
                let profile = OperationProfile {
                    count,
                    success_rate,
                    times,
                };
                operations.insert(name.to_owned(), profile);
            }
            match &mut all {
                Some(all) => all.merge(&snapshot),
                None => all = Some(snapshot),
            }
        }
        Self {
            total,
            success_rate: rate(total, failures),
            times: all.as_ref().and_then(Times::of),
            memory_change_bytes,
            memory_peak_bytes,
            operations,
        }
    }

    /// The summary as pretty JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Numbers and texts can always be written.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

#[allow(clippy::cast_precision_loss, reason = "a rate needs no more digits")]
fn rate(total: u64, failed: u64) -> Option<f64> {
    (total > 0).then(|| total.saturating_sub(failed) as f64 / total as f64)
}

/// To the microsecond.
fn to_millis(time: Duration) -> f64 {
    (time.as_secs_f64() * 1_000_000.0).round() / 1_000.0
}

pub(super) fn millis<S: Serializer>(time: &Duration, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_f64(to_millis(*time))
}
