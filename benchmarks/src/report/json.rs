//! The rows for a machine.

use serde_json::{Value, json};

use crate::{Bar, Options, Row, Unit};

/// All rows with how they were measured.
#[must_use]
pub fn json(rows: &[Row], options: &Options, machine: &str) -> Value {
    json!({
        "machine": machine,
        "quick": options.quick,
        "rounds": options.rounds,
        "rows": rows.iter().map(row).collect::<Vec<_>>(),
    })
}

fn row(row: &Row) -> Value {
    let unit = match row.unit {
        Unit::Nanoseconds => "nanoseconds",
        Unit::Allocations => "allocations",
        Unit::Bytes => "bytes",
        Unit::Seconds => "seconds",
        Unit::Count => "count",
        Unit::Percent => "percent",
    };
    let bar = row.bar.map(|bar| match bar {
        Bar::AtMost(most) => json!({"at_most": most}),
        Bar::Ratio(most) => json!({"ratio": most}),
        Bar::RatioAndExtra(most, extra) => json!({"ratio": most, "extra": extra}),
    });
    json!({
        "section": row.section,
        "what": row.what,
        "unit": unit,
        "ours": row.ours,
        "peer": row.peer.as_ref().map(|(name, value)| json!({"name": name, "figure": value})),
        "ratio": row.ratio(),
        "promise": bar,
        "met": row.is_met(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_keeps_all_it_has() {
        let rows = [Row::new("s", "w", Unit::Seconds, 1.0)
            .beside("p", 2.0)
            .promised(Bar::Ratio(1.25))];
        let written = json(&rows, &Options::quick(), "m");
        assert_eq!(
            written["rows"][0],
            json!({
                "section": "s", "what": "w", "unit": "seconds", "ours": 1.0, "peer": {"name": "p", "figure": 2.0},
                "ratio": 0.5, "promise": {"ratio": 1.25}, "met": true,
            })
        );
        assert_eq!(
            (&written["quick"], &written["machine"]),
            (&json!(true), &json!("m"))
        );
    }
}
