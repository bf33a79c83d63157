//! The profile as a table.

use std::fmt::{self, Write};

use super::summary::{ProfileSummary, Times};
use crate::observe::report::text::{fit, millis, percent};

/// Longest name in the table, in characters.
const NAME: usize = 32;

impl ProfileSummary {
    /// The summary as a table for a terminal: one line for each operation, one for all.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut out = String::with_capacity(1 << 10);
        // Writing into a String cannot fail.
        let _ = self.write_text(&mut out);
        out
    }

    fn write_text(&self, out: &mut String) -> fmt::Result {
        let (Some(rate), Some(times)) = (self.success_rate, &self.times) else {
            return out.write_str("nothing was timed\n");
        };
        let names = self.operations.keys().map(|name| name.chars().count());
        let width = names.max().unwrap_or(0).clamp("operation".len(), NAME);
        writeln!(
            out,
            "{:<width$} {:>8} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}",
            "operation", "count", "success", "average", "p50", "p95", "p99", "max"
        )?;
        for (name, operation) in &self.operations {
            let rate = operation.success_rate;
            line(
                out,
                (&fit(name, width), width),
                operation.count,
                rate,
                &operation.times,
            )?;
        }
        line(out, ("all", width), self.total, rate, times)?;
        if let Some(change) = self.memory_change_bytes {
            write!(
                out,
                "memory of the process: {}",
                mebibytes(change.unsigned_abs(), if change < 0 { "-" } else { "+" })
            )?;
            if let Some(peak) = self.memory_peak_bytes {
                write!(out, ", at most {}", mebibytes(peak, ""))?;
            }
            out.push('\n');
        }
        Ok(())
    }
}

fn line(
    out: &mut String,
    (name, width): (&str, usize),
    count: u64,
    rate: f64,
    times: &Times,
) -> fmt::Result {
    write!(out, "{name:<width$} {count:>8} {:>9}", percent(rate))?;
    let Times {
        average_ms,
        p50_ms,
        p95_ms,
        p99_ms,
        max_ms,
    } = *times;
    for time in [average_ms, p50_ms, p95_ms, p99_ms, max_ms] {
        write!(out, " {:>9}", millis(time))?;
    }
    out.push('\n');
    Ok(())
}

#[allow(clippy::cast_precision_loss, reason = "two digits are shown")]
fn mebibytes(bytes: u64, sign: &str) -> String {
    format!("{sign}{:.2} MiB", bytes as f64 / f64::from(1 << 20))
}
