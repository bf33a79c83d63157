//! Operations held against the vendor's list; types against its schema are in `tests/schemas`.
//!
//! The schema is not part of the repository. `VOICE_SPECS_DIR` names the directory that holds `ultravox.operations.tsv`;
//! without it these tests say so and pass.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use common::schema::file;
use ultravox_client::OPERATIONS;

#[test]
fn every_operation_of_the_schema_has_a_method_and_no_other_does() {
    let Some(table) = file("ultravox.operations.tsv") else {
        return;
    };
    let rows: Vec<(&str, &str)> = table
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut cells = line.split('\t').skip(1);
            Some((cells.next()?, cells.next()?))
        })
        .collect();
    assert!(rows.len() > 100, "{} rows", rows.len());
    let known: Vec<(&str, &str)> = OPERATIONS
        .iter()
        .map(|operation| (operation.method().as_str(), operation.path()))
        .collect();
    for row in &known {
        assert!(rows.contains(row), "not in the schema: {row:?}");
    }
    for row in &rows {
        assert!(known.contains(row), "no method for {row:?}");
    }
    println!(
        "coverage: {} of {} operations",
        OPERATIONS.len(),
        rows.len()
    );
}

#[test]
fn names_and_paths_are_unique() {
    for (at, operation) in OPERATIONS.iter().enumerate() {
        for other in OPERATIONS.iter().skip(at + 1) {
            assert_ne!(operation.name(), other.name());
            assert!((operation.method(), operation.path()) != (other.method(), other.path()));
        }
    }
}
