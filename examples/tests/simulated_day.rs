//! The simulated day has the weather that the report is to find, whichever day it is.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::sync::Arc;

use voice_core::client::ClientOptions;
use voice_core::observe::report::{PatternKind, ReportCollector, ReportOptions, Zone};
use voice_examples::Day;

#[tokio::test]
async fn all_three_patterns_are_found_and_retries_save_most_of_it() {
    for seed in [1, 2, 7] {
        let day = Day::new(seed);
        let collector = ReportCollector::new(ReportOptions::new().zone(Zone::INDIA))
            .with_clock(Arc::new(day.clone()));
        day.work(ClientOptions::new().observer(collector.clone()))
            .await
            .unwrap();
        let report = collector.report();
        let kinds: Vec<PatternKind> = report.patterns.iter().map(|found| found.kind).collect();
        assert_eq!(
            kinds,
            [
                PatternKind::Intermittent500,
                PatternKind::PeakHourFailures,
                PatternKind::RegionalConnectivity
            ],
            "seed {seed}"
        );
        assert_eq!(report.by_hour.len(), 24, "seed {seed}");
        let operations = report.operations.unwrap();
        assert!(
            operations.tally.rate() < report.attempts.rate() / 3.0,
            "seed {seed}"
        );
    }
}
