//! Writes results into the README, between two markers, and the chart beside it.

use std::io;
use std::path::Path;

use super::{chart, table};
use crate::{Options, Row};

/// Where the results stand.
pub const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
const CHART: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/results.svg");
const BEGIN: &str = "<!-- results: written by `compare --write` -->";
const END: &str = "<!-- end of results -->";

/// Writes both files.
///
/// # Errors
/// When a file cannot be read or written, or the markers are missing.
pub fn write(rows: &[Row], options: &Options, machine: &str) -> io::Result<()> {
    let text = std::fs::read_to_string(README)?;
    let measured = format!(
        "Measured on: {machine}; {} rounds.\n\n{}",
        options.rounds,
        table(rows)
    );
    let text = between(&text, &measured)
        .ok_or_else(|| io::Error::other("the README has lost its markers"))?;
    std::fs::write(Path::new(README), text)?;
    std::fs::write(Path::new(CHART), chart(rows))
}

/// The text with what stands between the markers replaced.
fn between(text: &str, results: &str) -> Option<String> {
    let (before, rest) = text.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n\n{results}{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_replace_what_stood_between_the_markers() {
        let text = format!("a\n{BEGIN}\nold\n{END}\nb\n");
        let once = between(&text, "new\n\n").unwrap();
        assert_eq!(once, format!("a\n{BEGIN}\n\nnew\n\n{END}\nb\n"));
        assert_eq!(between(&once, "new\n\n").unwrap(), once);
        assert_eq!(between("no markers", "new"), None);
    }

    #[test]
    fn the_readme_has_its_markers() {
        let text = std::fs::read_to_string(README).unwrap();
        assert!(between(&text, "").is_some());
    }
}
