//! The figures of the pipeline for inbound calls.

use super::{name, publish_gauge, publish_total};
use crate::intake::figures::{Figure, FiguresSnapshot};

/// Hands the figures of the pipeline on: calls that go on, minutes, refusals by reason, and every other count by its name.
/// Call it from time to time, with [`Intake::snapshot`](crate::intake::Intake::snapshot).
///
/// Only what is counted over all tenants is handed on: tenants would be labels of many values. Their figures are in the
/// snapshot, and in its own text form for Prometheus.
///
/// ```
/// use voice_core::intake::figures::IntakeFigures;
/// use voice_core::observe::metrics::publish_intake;
///
/// publish_intake(&IntakeFigures::default().snapshot());
/// ```
pub fn publish_intake(snapshot: &FiguresSnapshot) {
    let totals = &snapshot.totals;
    #[allow(clippy::cast_precision_loss, reason = "a gauge is a float")]
    publish_gauge(name::CALLS_ACTIVE, &[], totals.active_calls as f64);
    publish_gauge(name::INTAKE_MINUTES, &[], totals.minutes_processed);
    for figure in Figure::ALL {
        let count = totals.get(*figure);
        match figure.as_str().strip_prefix("rejected_calls_") {
            Some(reason) => publish_total(name::INTAKE_REJECTED, &[("reason", reason)], count),
            None => publish_total(name::INTAKE_EVENTS, &[("event", figure.as_str())], count),
        }
    }
}
