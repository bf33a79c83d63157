//! The table: Markdown that is also readable as it stands.

use std::fmt::Write as _;

use super::{figure, kept, promise, ratio};
use crate::Row;

const HEAD: [&str; 7] = ["what", "this family", "beside", "", "ratio", "promised", ""];

/// One table for each section, in the order of the rows.
#[must_use]
pub fn table(rows: &[Row]) -> String {
    let mut out = String::new();
    for section in rows.chunk_by(|a, b| a.section == b.section) {
        if let Some(first) = section.first() {
            let _ = writeln!(out, "### {}\n", first.section);
        }
        out.push_str(&aligned(&section.iter().map(cells).collect::<Vec<_>>()));
        out.push('\n');
    }
    out
}

fn cells(row: &Row) -> [String; 7] {
    let (peer, beside) = match &row.peer {
        Some((name, value)) => (name.clone(), figure(*value, row.unit)),
        None => Default::default(),
    };
    [
        row.what.clone(),
        figure(row.ours, row.unit),
        peer,
        beside,
        row.ratio().map(ratio).unwrap_or_default(),
        promise(row),
        kept(row).to_owned(),
    ]
}

fn aligned(rows: &[[String; 7]]) -> String {
    let mut widths = HEAD.map(width);
    for row in rows {
        for (widest, cell) in widths.iter_mut().zip(row) {
            *widest = (*widest).max(width(cell));
        }
    }
    let mut out = line(&HEAD.map(str::to_owned), &widths);
    let rule: Vec<String> = widths
        .iter()
        .enumerate()
        .map(|(at, width)| match is_number(at) {
            true => format!("{}:", "-".repeat(width + 1)),
            false => "-".repeat(width + 2),
        })
        .collect();
    let _ = writeln!(out, "|{}|", rule.join("|"));
    for row in rows {
        out.push_str(&line(row, &widths));
    }
    out
}

fn line(cells: &[String; 7], widths: &[usize; 7]) -> String {
    let mut out = String::from("|");
    for (at, (cell, wide)) in cells.iter().zip(widths).enumerate() {
        let blanks = " ".repeat(wide - width(cell));
        let _ = match is_number(at) {
            true => write!(out, " {blanks}{cell} |"),
            false => write!(out, " {cell}{blanks} |"),
        };
    }
    out.push('\n');
    out
}

/// Columns of figures stand to the right.
const fn is_number(column: usize) -> bool {
    matches!(column, 1 | 3 | 4)
}

fn width(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Bar, Unit};

    #[test]
    fn sections_have_a_table_each_and_columns_are_aligned() {
        let rows = [
            Row::new("one", "a", Unit::Nanoseconds, 10.0)
                .beside("peer", 20.0)
                .promised(Bar::Ratio(1.3)),
            Row::new("one", "longer", Unit::Nanoseconds, 2_000.0).promised(Bar::AtMost(1_000.0)),
            Row::new("two", "b", Unit::Allocations, 3.0),
        ];
        let text = table(&rows);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "### one");
        assert_eq!(
            lines[4],
            "| a      |     10.0 ns | peer   | 20.0 ns | 0.50× | at most 1.3×    | met     |"
        );
        assert!(
            lines[5].ends_with("| at most 1.00 µs | NOT MET |"),
            "{text}"
        );
        assert_eq!(lines[7], "### two");
        let first: Vec<usize> = lines[2..6].iter().map(|line| width(line)).collect();
        assert!(first.iter().all(|wide| *wide == first[0]), "{text}");
    }
}
