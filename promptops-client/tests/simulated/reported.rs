//! Usage is reported in the background, once, and holds nobody up.

use std::sync::Arc;

use async_trait::async_trait;
use promptops_client::PromptOpsClient;
use promptops_client::models::UsageRecord;
use promptops_client::telemetry::{Telemetry, TelemetrySettings, UsageSink};
use promptops_client::testkit::Outage;
use voice_core::error::Error;
use voice_core::testkit::Mishap;

use super::support::*;

#[derive(Debug)]
struct Sink(PromptOpsClient);

#[async_trait]
impl UsageSink for Sink {
    async fn send(&self, record: &UsageRecord) -> Result<(), Error> {
        self.0.usage().log(record).await.map(drop)
    }
}

fn telemetry(world: &World, settings: TelemetrySettings) -> Telemetry {
    let sink = Arc::new(Sink(world.client.clone()));
    Telemetry::new(settings, sink, world.clock.clone())
}

fn record(n: usize) -> UsageRecord {
    UsageRecord::new("/v1/client/prompts/greet", "GET", 200_u16)
        .prompt_id("greet")
        .request_id(format!("r{n}"))
}

#[tokio::test(start_paused = true)]
async fn what_waits_at_the_end_is_sent_in_order() {
    let world = World::new().await;
    let telemetry = telemetry(&world, TelemetrySettings::new());
    for n in 0..3 {
        telemetry.record(record(n));
    }
    assert_eq!(world.sim.total_requests(), 0);
    let report = telemetry.close(5 * SECOND).await;
    assert_eq!((report.sent, report.failed, report.abandoned), (3, 0, 0));
    let ids: Vec<String> = world
        .sim
        .usage()
        .into_iter()
        .filter_map(|one| one.request_id)
        .collect();
    assert_eq!(ids, ["r0", "r1", "r2"]);
    let filter = promptops_client::resources::StatsFilter::new();
    let stats = world.client.usage().stats(&filter).await.unwrap();
    assert_eq!(stats.top_prompts[0].count, 3);
}

#[tokio::test(start_paused = true)]
async fn a_service_that_hangs_costs_records_and_no_time() {
    let world = World::new().await;
    world.sim.set_outage(Outage::Hang);
    let telemetry = telemetry(&world, TelemetrySettings::new().capacity(500));
    world
        .at_once(async {
            for n in 0..20_000 {
                telemetry.record(record(n));
            }
        })
        .await;
    let stats = telemetry.stats();
    assert_eq!(
        (stats.recorded, stats.dropped, stats.pending),
        (20_000, 19_500, 500)
    );
    let before = world.clock.elapsed();
    let report = telemetry.close(SECOND).await;
    assert!(world.clock.elapsed() - before <= SECOND + std::time::Duration::from_millis(5));
    assert_eq!(report.sent, 0);
    assert!(world.sim.usage().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_record_of_unknown_fate_is_not_sent_again() {
    let world = World::new().await;
    let telemetry = telemetry(&world, TelemetrySettings::new());
    world
        .sim
        .mishaps()
        .next_of("usage.log", Mishap::ServerErrorAfterActing);
    world
        .sim
        .mishaps()
        .next_of("usage.log", Mishap::ServerError);
    for n in 0..3 {
        telemetry.record(record(n));
    }
    let report = telemetry.close(60 * SECOND).await;
    assert_eq!((report.sent, report.failed), (1, 2));
    assert_eq!(world.sim.requests("usage.log"), 3);
    assert_eq!(world.sim.usage().len(), 2);
}
