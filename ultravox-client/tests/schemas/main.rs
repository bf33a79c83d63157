//! Every schema of the API against its type: every field, every word, every alternative, both ways.
//!
//! Each area of the API has its table here, in a file of its own. Together with [`EXEMPT`] the tables must name exactly
//! the schemas the vendor has, so that none is forgotten. See [`table`] for what an entry says.
//!
//! The schema is not part of the repository: `VOICE_SPECS_DIR` names the directory that holds it, and without it these
//! tests say so and pass.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "../common/mod.rs"]
mod common;
mod table;

mod accounts;
mod agents;
mod api_keys;
mod batches;
mod calls;
mod corpora;
mod models;
mod parts;
mod sip;
mod telephony;
mod throttles;
mod tools;
mod voices;
mod webhooks;

use std::collections::{BTreeMap, BTreeSet};

use common::schema::Schema;
use table::Entry;

/// The tables, by area.
static AREAS: &[&[Entry]] = &[
    accounts::TABLE,
    agents::TABLE,
    api_keys::TABLE,
    batches::TABLE,
    calls::TABLE,
    corpora::TABLE,
    models::TABLE,
    parts::TABLE,
    sip::TABLE,
    telephony::TABLE,
    throttles::TABLE,
    tools::TABLE,
    voices::TABLE,
    webhooks::TABLE,
];

/// What needs no type: the null beside an enum, and a value of any kind. Pages of lists are tested on their own.
const EXEMPT: [&str; 2] = ["NullEnum", "google.protobuf.Value"];

fn entries() -> impl Iterator<Item = &'static Entry> {
    AREAS.iter().copied().flatten()
}

fn schema() -> Option<Schema> {
    let one_of = entries().filter(|entry| entry.kind == "one_of");
    Some(Schema::load()?.one_of(one_of.map(|entry| entry.schema)))
}

fn is_page(name: &str) -> bool {
    name.starts_with("Paginated")
}

#[test]
fn every_type_is_as_its_schema() {
    let Some(schema) = schema() else { return };
    for entry in entries() {
        (entry.check)(&schema, entry);
    }
}

#[test]
fn no_schema_is_forgotten() {
    let Some(schema) = schema() else { return };
    let all: BTreeSet<&str> = schema.names().into_iter().collect();
    let typed: BTreeSet<&str> = entries().map(|entry| entry.schema).collect();
    let exempt: BTreeSet<&str> = all
        .iter()
        .copied()
        .filter(|name| is_page(name) || EXEMPT.contains(name))
        .collect();
    let listed: BTreeSet<&str> = &typed | &exempt;
    let forgotten: Vec<_> = all.difference(&listed).collect();
    assert!(forgotten.is_empty(), "in no table: {forgotten:?}");
    let invented: Vec<_> = listed.difference(&all).collect();
    assert!(invented.is_empty(), "no such schemas: {invented:?}");
    println!(
        "coverage: {} of {} schemas have a type, the others need none",
        typed.len(),
        all.len()
    );
    assert!(typed.is_disjoint(&exempt));
}

/// What one type of a schema leaves out another one has.
#[test]
fn no_field_is_left_out_by_all() {
    let mut left_out: BTreeMap<&str, Vec<BTreeSet<&str>>> = BTreeMap::new();
    for entry in entries().filter(|entry| entry.kind != "words") {
        let without = entry.without.iter().copied().collect();
        left_out.entry(entry.schema).or_default().push(without);
    }
    for (name, sets) in left_out {
        let by_all = sets.into_iter().reduce(|a, b| &a & &b).unwrap();
        assert!(by_all.is_empty(), "{name}: no type has {by_all:?}");
    }
}

/// All lists have one form, which `list.rs` reads.
#[test]
fn every_page_is_a_page() {
    let Some(schema) = schema() else { return };
    let mut pages = 0;
    for name in schema.names().into_iter().filter(|name| is_page(name)) {
        pages += 1;
        let properties = schema.properties(name);
        for field in properties.keys() {
            let known = ["next", "previous", "results", "total"].contains(&field.as_str());
            assert!(known, "{name}.{field}");
        }
        assert!(properties.contains_key("results"), "{name}");
        let item = properties["results"]["items"]["$ref"].as_str().unwrap();
        let item = item.rsplit('/').next().unwrap();
        assert!(!schema.of(item).is_null(), "{name} is of {item}");
    }
    assert_eq!(pages, 20, "pages in the schema");
}
