use std::time::Duration;

use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

use super::*;
use crate::retry::Repeat;

fn ended(stats: &Stats, operation: &str, elapsed: Duration) {
    stats.on_operation(&OperationEvent {
        provider: "sample",
        operation,
        repeat: Repeat::Safe,
        attempts: 1,
        elapsed,
        error: None,
    });
}

#[test]
fn a_snapshot_is_a_table_and_json() {
    let stats = Stats::default();
    assert!(stats.snapshot().is_empty());
    for ms in 1..=100 {
        ended(&stats, "calls.get", Duration::from_millis(ms));
    }
    ended(&stats, "calls.create", Duration::from_secs(2));
    let snapshot = stats.snapshot();
    assert_eq!(snapshot.len(), 2);
    let figures = snapshot.of("sample", "calls.get").unwrap();
    assert_eq!((figures.operations, figures.failures), (100, 0));
    assert!(snapshot.of("other", "calls.get").is_none());
    let table = snapshot.to_string();
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), 3, "{table}");
    assert!(lines[0].starts_with("operation "), "{table}");
    assert!(lines[1].starts_with("sample calls.create "), "{table}");
    let width = lines[0].chars().count();
    assert!(
        lines.iter().all(|line| line.chars().count() == width),
        "{table}"
    );
    let json = snapshot.to_json();
    let get = &json["operations"][1];
    assert_eq!(get["operation"], "calls.get");
    assert_eq!(get["max_ms"], 100.0);
    let p95 = get["p95_ms"].as_f64().unwrap();
    assert!(
        (p95 / 95.0 - 1.0).abs() <= Histogram::RELATIVE_ERROR,
        "{p95}"
    );
}

#[test]
fn an_operation_that_has_not_ended_has_no_times() {
    let stats = Stats::default();
    stats
        .entry("sample", "calls.get")
        .attempts
        .fetch_add(1, Ordering::Relaxed);
    let json = stats.snapshot().to_json();
    assert_eq!(json["operations"][0]["attempts"], 1);
    assert!(json["operations"][0].get("p50_ms").is_none());
    assert!(stats.snapshot().to_string().contains("sample calls.get"));
}

#[test]
fn memory_is_bounded_however_many_operations_there_are() {
    let stats = Stats::default();
    for number in 0..2_000 {
        ended(&stats, &format!("op.{number}"), Duration::from_millis(1));
    }
    // One that is known already stays itself.
    ended(&stats, "op.0", Duration::from_millis(1));
    let snapshot = stats.snapshot();
    assert_eq!(snapshot.len(), OPERATIONS + 1);
    let total: u64 = snapshot.iter().map(|figures| figures.operations).sum();
    assert_eq!(total, 2_001);
    assert_eq!(snapshot.of("sample", OTHERS).unwrap().operations, 1_500);
    assert_eq!(snapshot.of("sample", "op.0").unwrap().operations, 2);
}

proptest! {
    #[test]
    fn percentiles_of_each_operation_are_near_the_exact_ones(
        mut micros in proptest::collection::vec(1_u64..3_600_000_000, 1..200),
    ) {
        let stats = Stats::default();
        for value in &micros {
            ended(&stats, "calls.get", Duration::from_micros(*value));
            ended(&stats, "calls.list", Duration::from_micros(1));
        }
        micros.sort_unstable();
        let snapshot = stats.snapshot();
        let latency = &snapshot.of("sample", "calls.get").unwrap().latency;
        for (q, found) in [(0.5, latency.p50()), (0.95, latency.p95()), (0.99, latency.p99())] {
            let rank = ((q * micros.len() as f64).ceil() as usize).max(1);
            let exact = micros[rank - 1] as f64 / 1e6;
            let found = found.unwrap().as_secs_f64();
            prop_assert!((found / exact - 1.0).abs() <= Histogram::RELATIVE_ERROR, "{found} for {exact}");
        }
        let other = &snapshot.of("sample", "calls.list").unwrap().latency;
        prop_assert_eq!(other.p99(), Some(Duration::from_micros(1)));
    }
}
