//! What `tools` shows holds.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use voice_core::clock::{SystemClock, timeout};
use voice_core::intake::figures::Figure;
use voice_core::intake::tenant::{TenantConfig, TenantId};
use voice_examples::inbound::{SALES, Story, play_tools, shop_tools, toolbox};

#[tokio::test]
async fn every_function_call_gets_one_answer_and_the_caller_reaches_sales() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let lines = Arc::clone(&told);
    let story = Story::new(move |line| lines.lock().unwrap().push(line.to_owned()));
    let (clock, limit) = (SystemClock::default(), Duration::from_secs(60));
    let played = timeout(&clock, limit, play_tools(&story)).await;
    let played = played.unwrap().unwrap();
    assert!(story.is_good(), "{:#?}", told.lock().unwrap());

    let begins: Vec<&str> = played
        .outputs
        .iter()
        .map(|output| output.split(['.', ':']).next().unwrap())
        .collect();
    assert_eq!(
        begins,
        [
            "Order 4711 left the shop at nine",
            "The arguments do not fit",
            "The arguments are not valid JSON",
            "There is no such tool",
            "The tool took too long",
            "The tool failed",
            "The arguments do not fit",
            "Nobody can be reached there",
        ]
    );
    assert!(!played.outputs.concat().contains("the red ones"));
    assert_eq!(played.refers, [format!("tel:{SALES}")]);
    assert!(
        played.finished[0].ends_with("handed on to sales"),
        "{:?}",
        played.finished
    );
    assert_eq!(played.finished.len(), 1);
    let totals = &played.snapshot.totals;
    assert_eq!(totals.active_calls, 0);
    assert_eq!(totals.get(Figure::ReferredCalls), 1);
}

#[test]
fn settings_that_a_builder_refuses_cost_that_tool_alone() {
    let tenant = TenantId::parse("bluebell").unwrap();
    let mut toolbox = toolbox();
    let document = toolbox.pointer_mut("/tenants/0").unwrap();
    let names = |document: &serde_json::Value| {
        let config = Arc::new(TenantConfig::from_document(&tenant, document).unwrap());
        let built = shop_tools().build(&config);
        let names: Vec<String> = built.tools.names().map(str::to_owned).collect();
        (names, built.problems.len())
    };
    let (broken, problems) = names(document);
    assert_eq!(problems, 1);
    assert!(!broken.contains(&"delivery_slots".to_owned()));
    document["features"]["delivery_slots"]["hours"] = serde_json::json!(["9-12", "13-17"]);
    let (whole, problems) = names(document);
    assert_eq!((whole.len(), problems), (broken.len() + 1, 0));
    document["features"] = serde_json::json!({"order_status": true});
    assert_eq!(names(document).0, ["order_status"]);
}
