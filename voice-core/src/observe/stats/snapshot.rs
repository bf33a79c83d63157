//! [`StatsSnapshot`]: the figures at one moment, as a table and as JSON.

use std::fmt;
use std::ops::Deref;

use serde::ser::{Serialize, SerializeStruct, Serializer};
use serde_json::Value;

use super::OperationStats;
use crate::observe::profile::Times;
use crate::observe::report::text::{fit, millis};

/// Longest name in the table, in characters.
const NAME: usize = 48;

/// What [`Stats`](super::Stats) had counted at one moment: a list, by provider and operation.
///
/// `Display` is a table with one line for each operation, times in milliseconds. As JSON it is `operations`, a list of
/// objects with `provider`, `operation`, `operations`, `failures`, `attempts` and, once something was timed, `average_ms`,
/// `p50_ms`, `p95_ms`, `p99_ms` and `max_ms`.
#[derive(Debug, Clone, Default, serde::Serialize)]
#[non_exhaustive]
pub struct StatsSnapshot {
    /// The figures.
    pub operations: Vec<OperationStats>,
}

impl StatsSnapshot {
    /// The figures of one operation.
    #[must_use]
    pub fn of(&self, provider: &str, operation: &str) -> Option<&OperationStats> {
        let mut all = self.operations.iter();
        all.find(|figures| figures.provider == provider && figures.operation == operation)
    }

    /// The figures as JSON.
    #[must_use]
    pub fn to_json(&self) -> Value {
        // Numbers and texts can always be written.
        serde_json::to_value(self).unwrap_or_default()
    }
}

impl Deref for StatsSnapshot {
    type Target = [OperationStats];

    fn deref(&self) -> &Self::Target {
        &self.operations
    }
}

impl Serialize for OperationStats {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let times = Times::of(&self.latency);
        let fields = if times.is_some() { 10 } else { 5 };
        let mut object = out.serialize_struct("OperationStats", fields)?;
        object.serialize_field("provider", self.provider)?;
        object.serialize_field("operation", &self.operation)?;
        object.serialize_field("operations", &self.operations)?;
        object.serialize_field("failures", &self.failures)?;
        object.serialize_field("attempts", &self.attempts)?;
        if let Some(times) = times {
            object.serialize_field("average_ms", &times.average_ms)?;
            object.serialize_field("p50_ms", &times.p50_ms)?;
            object.serialize_field("p95_ms", &times.p95_ms)?;
            object.serialize_field("p99_ms", &times.p99_ms)?;
            object.serialize_field("max_ms", &times.max_ms)?;
        }
        object.end()
    }
}

impl fmt::Display for StatsSnapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.operations.is_empty() {
            return f.write_str("nothing was asked for\n");
        }
        let name = |figures: &OperationStats| format!("{} {}", figures.provider, figures.operation);
        let widths = self.iter().map(|figures| name(figures).chars().count());
        let width = widths.max().unwrap_or(0).clamp("operation".len(), NAME);
        writeln!(
            f,
            "{:<width$} {:>8} {:>8} {:>8} {:>9} {:>9} {:>9} {:>9} {:>9}",
            "operation", "count", "failed", "attempts", "average", "p50", "p95", "p99", "max"
        )?;
        for figures in self.iter() {
            write!(
                f,
                "{:<width$} {:>8} {:>8} {:>8}",
                fit(&name(figures), width),
                figures.operations,
                figures.failures,
                figures.attempts
            )?;
            let times = Times::of(&figures.latency).map(|times| {
                let Times {
                    average_ms,
                    p50_ms,
                    p95_ms,
                    p99_ms,
                    max_ms,
                } = times;
                [average_ms, p50_ms, p95_ms, p99_ms, max_ms]
            });
            for time in times.into_iter().flatten() {
                write!(f, " {:>9}", millis(time))?;
            }
            f.write_str("\n")?;
        }
        Ok(())
    }
}
