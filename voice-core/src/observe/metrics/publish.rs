//! Figures that others count, handed on to the facade as they stand.

use ::metrics::{Label, counter, gauge};

use super::name;
use crate::observe::OperationStats;

/// Sets a counter to a total that something else has counted. Totals only grow: a smaller one than before changes nothing.
pub fn publish_total(name: &'static str, labels: &[(&'static str, &'static str)], total: u64) {
    counter!(name, of(labels)).absolute(total);
}

/// Sets a gauge.
pub fn publish_gauge(name: &'static str, labels: &[(&'static str, &'static str)], value: f64) {
    gauge!(name, of(labels)).set(value);
}

/// Sets [`name::OPERATION_LATENCY`] for each operation and the quantiles 0.5, 0.95 and 0.99 (label `quantile`): for
/// recorders that keep no distributions. Call it from time to time, with [`Stats::snapshot`](crate::observe::Stats::snapshot).
pub fn publish_stats(stats: &[OperationStats]) {
    for figures in stats {
        let latency = &figures.latency;
        for (quantile, value) in [
            ("0.5", latency.p50()),
            ("0.95", latency.p95()),
            ("0.99", latency.p99()),
        ] {
            if let Some(value) = value {
                let labels = vec![
                    Label::from_static_parts("voice.provider", figures.provider),
                    Label::new("voice.operation", figures.operation.clone()),
                    Label::from_static_parts("quantile", quantile),
                ];
                gauge!(name::OPERATION_LATENCY, labels).set(value.as_secs_f64());
            }
        }
    }
}

fn of(labels: &[(&'static str, &'static str)]) -> Vec<Label> {
    labels
        .iter()
        .map(|(key, value)| Label::from_static_parts(key, value))
        .collect()
}
