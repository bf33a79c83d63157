//! The counters as a table.

use voice_core::intake::figures::{Figure, FigureValues, FiguresSnapshot};

/// A line for each tenant that was counted, and one over all.
#[must_use]
pub fn table(snapshot: &FiguresSnapshot) -> Vec<String> {
    let mut lines = vec![format!(
        "{:<10} {:>6} {:>8} {:>7} {:>5} {:>6} {:>5} {:>8} {:>5} {:>8}",
        "tenant",
        "active",
        "accepted",
        "refused",
        "gone",
        "failed",
        "ended",
        "fallback",
        "tools",
        "minutes"
    )];
    for (tenant, values) in &snapshot.tenants {
        lines.push(line(tenant, values));
    }
    lines.push(line("all", &snapshot.totals));
    lines
}

fn line(name: &str, values: &FigureValues) -> String {
    format!(
        "{name:<10} {:>6} {:>8} {:>7} {:>5} {:>6} {:>5} {:>8} {:>5} {:>8.3}",
        values.active_calls,
        values.get(Figure::AcceptedCalls),
        values.rejected_calls(),
        values.get(Figure::CallersGone),
        values.get(Figure::FailedCalls),
        values.get(Figure::EndedCalls),
        values.fallback_instructions_used(),
        values.get(Figure::ToolRuns),
        values.minutes_processed,
    )
}
