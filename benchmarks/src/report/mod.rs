//! What is made of the rows: a table, JSON, a chart, and the README they are written into.

mod chart;
mod json;
mod machine;
mod readme;
mod table;

pub use chart::chart;
pub use json::json;
pub use machine::machine;
pub use readme::{README, write};
pub use table::table;

use crate::{Bar, Row, Unit};

/// A figure with its unit, short enough for a table.
#[must_use]
pub fn figure(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Nanoseconds if value >= 1e6 => format!("{} ms", short(value / 1e6)),
        Unit::Nanoseconds if value >= 1e3 => format!("{} µs", short(value / 1e3)),
        Unit::Nanoseconds => format!("{} ns", short(value)),
        Unit::Allocations => format!("{} allocs", plain(value)),
        Unit::Bytes if value >= 1e6 => format!("{} MB", short(value / 1e6)),
        Unit::Bytes if value >= 1e3 => format!("{} kB", short(value / 1e3)),
        Unit::Bytes => format!("{} B", plain(value)),
        Unit::Seconds => format!("{} s", short(value)),
        Unit::Count => plain(value),
        Unit::Percent => format!("{} %", short(value)),
    }
}

/// Three digits that count.
fn short(value: f64) -> String {
    match value.abs() {
        large if large >= 99.95 => format!("{value:.0}"),
        middle if middle >= 9.995 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// A whole number without a fraction, any other with one digit of it.
fn plain(value: f64) -> String {
    if (value - value.round()).abs() < 0.05 {
        format!("{value:.0}")
    } else {
        format!("{value:.1}")
    }
}

/// A ratio: `0.02×`, `1.25×`, and what is smaller with the digits that count.
#[must_use]
pub fn ratio(value: f64) -> String {
    if value >= 0.1 {
        format!("{value:.2}×")
    } else if value >= 0.01 {
        format!("{value:.3}×")
    } else {
        format!("{value:.4}×")
    }
}

/// What is promised, in words.
#[must_use]
pub fn promise(row: &Row) -> String {
    match row.bar {
        None => String::new(),
        Some(Bar::AtMost(most)) => format!("at most {}", figure(most, row.unit)),
        Some(Bar::Ratio(most)) => format!("at most {most}×"),
        Some(Bar::RatioAndExtra(most, extra)) => {
            format!("at most {most}× and +{}", figure(extra, row.unit))
        }
    }
}

/// Whether it is kept, in a word.
#[must_use]
pub fn kept(row: &Row) -> &'static str {
    match row.is_met() {
        Some(true) => "met",
        Some(false) => "NOT MET",
        None => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_short_and_have_their_unit() {
        for (value, unit, text) in [
            (6.123, Unit::Nanoseconds, "6.12 ns"),
            (999.4, Unit::Nanoseconds, "999 ns"),
            (1_530.0, Unit::Nanoseconds, "1.53 µs"),
            (15_300.0, Unit::Nanoseconds, "15.3 µs"),
            (2.5e6, Unit::Nanoseconds, "2.50 ms"),
            (3.0, Unit::Allocations, "3 allocs"),
            (3.4, Unit::Allocations, "3.4 allocs"),
            (4_200_000.0, Unit::Bytes, "4.20 MB"),
            (512.0, Unit::Bytes, "512 B"),
            (61.0, Unit::Seconds, "61.0 s"),
            (140.0, Unit::Count, "140"),
            (10.0, Unit::Percent, "10.0 %"),
        ] {
            assert_eq!(figure(value, unit), text);
        }
        let ratios = [1.254, 0.25, 0.0312, 0.00123].map(ratio);
        assert_eq!(ratios, ["1.25×", "0.25×", "0.031×", "0.0012×"]);
        let row =
            Row::new("a", "b", Unit::Nanoseconds, 1.0).promised(Bar::RatioAndExtra(1.1, 15_000.0));
        assert_eq!(
            (promise(&row).as_str(), kept(&row)),
            ("at most 1.1× and +15.0 µs", "")
        );
        let row = row.beside("c", 1.0);
        assert_eq!(kept(&row), "met");
    }
}
