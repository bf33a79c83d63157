//! The log of one call, in a program of its own: whether a place in the code logs is settled for the whole process, by the
//! first thread that comes by.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use voice_core::intake::WhenOver;
use voice_core::observe::json_log::{JsonLog, LogLevel, LogLevels};
use voice_examples::inbound::{
    BLUEBELL, NOBODY, OneCallLog, Setup, Stage, Stores, Story, memory_directory, shop_tools,
    tenants,
};

#[tokio::test]
async fn the_log_is_of_one_call_and_names_its_tenant_and_no_number() {
    let log = OneCallLog::default();
    let layer = JsonLog::to(log.clone()).layer(LogLevels::new(LogLevel::Debug));
    let _guard = tracing_subscriber::registry().with(layer).set_default();
    let setup = Setup {
        directory: Arc::new(memory_directory(&tenants()).unwrap()),
        tools: shop_tools(),
        stores: Stores::memory(),
        max_calls: 10,
    };
    let stage = Stage::start(setup, &Story::new(|_| {})).await.unwrap();
    let (call, _) = stage.call(BLUEBELL).await.unwrap();
    stage.call(NOBODY).await.unwrap();
    call.caller_hangs_up();
    assert!(stage.settled(0).await);
    stage
        .intake
        .drain(Duration::from_secs(5), WhenOver::HangUp)
        .await;
    let lines = log.lines();
    let read: Vec<Value> = lines
        .iter()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(
        read.iter()
            .all(|line| line["call_id"] == call.id().as_str())
    );
    let events: Vec<&str> = read
        .iter()
        .filter(|line| line["tenant_id"] == "bluebell")
        .filter_map(|line| line["event"].as_str())
        .collect();
    for event in ["call_accepted", "call_session_started", "call_ended"] {
        assert!(events.contains(&event), "{event}: {events:?}");
    }
    assert!(!lines.concat().contains(BLUEBELL.trim_start_matches('+')));
}
