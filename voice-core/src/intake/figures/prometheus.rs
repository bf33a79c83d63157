//! The snapshot in Prometheus's text form.

use std::fmt::Write as _;

use super::{Figure, FigureValues, FiguresSnapshot};

/// Stands for all tenants beyond the bound; no tenant's id has this character.
const OTHERS: &str = "~others";

impl FiguresSnapshot {
    /// The text form of Prometheus (version 0.0.4), every name behind `prefix` and `_`.
    ///
    /// What is counted for tenants has `_tenant` in its name and the label `tenant_id`, so that no sum counts twice.
    /// Characters of `prefix` that no such name may have become `_`.
    ///
    /// ```
    /// use voice_core::intake::figures::{Figure, IntakeFigures};
    ///
    /// let figures = IntakeFigures::default();
    /// figures.count(Figure::RejectedCapacity, None);
    /// let text = figures.snapshot().prometheus("intake");
    /// assert!(text.contains("intake_rejected_calls_total{reason=\"capacity\"} 1\n"));
    /// ```
    #[must_use]
    pub fn prometheus(&self, prefix: &str) -> String {
        let prefix = name(prefix);
        let mut out = String::new();
        let totals = [(None, &self.totals)];
        page(&mut out, &prefix, &totals);
        let tenants: Vec<_> = self
            .tenants
            .iter()
            .map(|(tenant, values)| (Some(tenant.as_str()), values))
            .chain([(Some(OTHERS), &self.others)])
            .collect();
        page(&mut out, &format!("{prefix}_tenant"), &tenants);
        out
    }
}

fn page(out: &mut String, prefix: &str, sets: &[(Option<&str>, &FigureValues)]) {
    head(out, prefix, "active_calls", "gauge");
    for (tenant, values) in sets {
        let active = values.active_calls;
        line(
            out,
            prefix,
            "active_calls",
            &[("tenant_id", *tenant)],
            &active,
        );
    }
    head(out, prefix, "minutes_processed_total", "counter");
    for (tenant, values) in sets {
        let labels = [("tenant_id", *tenant)];
        let minutes = values.minutes_processed;
        line(out, prefix, "minutes_processed_total", &labels, &minutes);
    }
    let mut last = "";
    for figure in Figure::ALL {
        let (family, label) = figure.family();
        let full = format!("{family}_total");
        if family != last {
            head(out, prefix, &full, "counter");
            last = family;
        }
        for (tenant, values) in sets {
            let (key, value) = label.map_or(("", None), |(key, value)| (key, Some(value)));
            let labels = [("tenant_id", *tenant), (key, value)];
            line(out, prefix, &full, &labels, &values.get(*figure));
        }
    }
}

// Writing to a `String` does not fail.
fn head(out: &mut String, prefix: &str, name: &str, kind: &str) {
    let _ = writeln!(out, "# TYPE {prefix}_{name} {kind}");
}

fn line(
    out: &mut String,
    prefix: &str,
    name: &str,
    labels: &[(&str, Option<&str>)],
    value: &dyn std::fmt::Display,
) {
    let _ = write!(out, "{prefix}_{name}");
    let mut open = '{';
    for (key, text) in labels {
        // Ids of tenants and the words of figures have nothing that needs an escape.
        if let Some(text) = text {
            let _ = write!(out, "{open}{key}=\"{text}\"");
            open = ',';
        }
    }
    if open == ',' {
        out.push('}');
    }
    let _ = writeln!(out, " {value}");
}

fn name(prefix: &str) -> String {
    let plain =
        |at: usize, c: char| c.is_ascii_alphabetic() || c == '_' || (at > 0 && c.is_ascii_digit());
    prefix
        .chars()
        .enumerate()
        .map(|(at, c)| if plain(at, c) { c } else { '_' })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::IntakeFigures;
    use super::*;
    use crate::intake::tenant::TenantId;
    use std::collections::BTreeSet;

    #[test]
    fn every_series_is_there_once_below_its_type() {
        let figures = IntakeFigures::default();
        let tenant = TenantId::parse("a.b-c").unwrap();
        figures.count(Figure::FallbackSafe, Some(&tenant));
        let text = figures.snapshot().prometheus("9 voice");
        let mut series = BTreeSet::new();
        let mut families = BTreeSet::new();
        let mut family = String::new();
        for line in text.lines() {
            if let Some(head) = line.strip_prefix("# TYPE ") {
                family = head.split(' ').next().unwrap().to_owned();
                assert!(families.insert(family.clone()), "{family} twice");
                continue;
            }
            let (name, value) = line.rsplit_once(' ').unwrap();
            assert!(value.parse::<f64>().is_ok(), "{line}");
            assert_eq!(name.split('{').next().unwrap(), family, "{line}");
            assert!(series.insert(name.to_owned()), "{name} twice");
        }
        let sets = 3;
        assert_eq!(series.len(), sets * (Figure::ALL.len() + 2));
        assert!(text.contains(
            "__voice_tenant_fallback_instructions_used_total{tenant_id=\"a.b-c\",origin=\"safe\"} 1\n"
        ));
    }
}
