//! [`FiguresSnapshot`]: the counters at one moment.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::Figure;

/// The counters at one moment; serialises as an object.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct FiguresSnapshot {
    /// Over all tenants, and what belongs to none.
    pub totals: FigureValues,
    /// By the tenant's id.
    pub tenants: BTreeMap<String, FigureValues>,
    /// Of all tenants beyond the bound together.
    pub others: FigureValues,
}

/// One set of counters; serialises as one flat object with the names of [`Figure`], and with `active_calls`,
/// `minutes_processed`, `rejected_calls` and `fallback_instructions_used`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct FigureValues {
    /// Calls that go on.
    pub active_calls: u64,
    /// Minutes of calls that are over.
    pub minutes_processed: f64,
    counts: [u64; Figure::ALL.len()],
}

impl FigureValues {
    pub(super) fn new(
        active_calls: u64,
        processed: Duration,
        counts: [u64; Figure::ALL.len()],
    ) -> Self {
        Self {
            active_calls,
            minutes_processed: processed.as_secs_f64() / 60.0,
            counts,
        }
    }

    /// One count.
    #[must_use]
    pub fn get(&self, figure: Figure) -> u64 {
        self.counts.get(figure as usize).copied().unwrap_or(0)
    }

    pub(in crate::intake) fn set(&mut self, figure: Figure, count: u64) {
        if let Some(place) = self.counts.get_mut(figure as usize) {
            *place = count;
        }
    }

    /// Calls refused, whatever the reason.
    #[must_use]
    pub fn rejected_calls(&self) -> u64 {
        self.sum("rejected_calls")
    }

    /// Calls with fallback texts, whatever their origin; those past their time do not count, see
    /// [`Figure::StaleInstructions`].
    #[must_use]
    pub fn fallback_instructions_used(&self) -> u64 {
        self.sum("fallback_instructions_used")
    }

    fn sum(&self, family: &str) -> u64 {
        Figure::ALL
            .iter()
            .filter(|figure| figure.family().0 == family)
            .fold(0, |sum, figure| sum.saturating_add(self.get(*figure)))
    }
}

impl Serialize for FigureValues {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let mut map = out.serialize_map(Some(Figure::ALL.len() + 4))?;
        map.serialize_entry("active_calls", &self.active_calls)?;
        map.serialize_entry("minutes_processed", &self.minutes_processed)?;
        map.serialize_entry("rejected_calls", &self.rejected_calls())?;
        map.serialize_entry(
            "fallback_instructions_used",
            &self.fallback_instructions_used(),
        )?;
        for figure in Figure::ALL {
            map.serialize_entry(figure.as_str(), &self.get(*figure))?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::super::IntakeFigures;
    use super::*;
    use crate::intake::tenant::TenantId;

    #[test]
    fn the_snapshot_has_every_name_of_the_service() {
        let figures = IntakeFigures::default();
        let tenant = TenantId::parse("acme").unwrap();
        figures.count(Figure::FallbackDowntime, Some(&tenant));
        figures.count(Figure::FallbackSafe, Some(&tenant));
        figures.count(Figure::StaleInstructions, Some(&tenant));
        let value = serde_json::to_value(figures.snapshot()).unwrap();
        for name in [
            "active_calls",
            "accepted_calls",
            "rejected_calls_capacity",
            "rejected_calls_tenant_not_configured",
            "rejected_calls_instructions_missing",
            "instructions_db_errors",
            "started_calls",
            "ended_calls",
            "failed_calls",
            "referred_calls",
            "minutes_processed",
        ] {
            assert!(value["totals"][name].is_number(), "{name}");
            assert_eq!(value["tenants"]["acme"][name].as_f64(), Some(0.0), "{name}");
        }
        assert_eq!(value["totals"]["fallback_instructions_used"], 2);
        assert_eq!(value["tenants"]["acme"]["stale_instructions_used"], 1);
    }
}
