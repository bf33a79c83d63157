//! The official list of operations has every operation of voice v1, with every parameter.
//!
//! Skipped, with a line that says so, where `VOICE_SPECS_DIR` does not lead to it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod voice_common;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use exotel_vsip::OPERATIONS;
use exotel_vsip::voice::{
    CallEvent, CallQuery, CallStatus, CallType, CallbackFormat, ConnectFlow, ConnectNumbers,
    Direction, DurationRange, ListCalls, PlaybackTo, PriceRange, Recording, RecordingChannels,
    RecordingFormat, Seconds, SortBy, StreamBegin, TimeRange,
};
use jiff::civil::date;
use serde_json::{Value, json};
use voice_common::{SID, app, exophone, join_url, pairs, person, scripted, second, sid};
use voice_core::retry::Repeat;
use voice_core::testkit::{Reply, Sent};
use voice_core::webhook::WebhookUrl;

#[allow(
    clippy::disallowed_methods,
    reason = "where the specification lies is not a setting of the crate"
)]
fn spec() -> Option<Vec<Value>> {
    let Some(dir) = std::env::var_os("VOICE_SPECS_DIR") else {
        println!("skipped: VOICE_SPECS_DIR is not set");
        return None;
    };
    let path = PathBuf::from(dir).join("exotel/endpoints.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: {} cannot be read", path.display());
        return None;
    };
    let all: Vec<Value> = serde_json::from_str(&text).expect("the list is JSON");
    Some(
        all.into_iter()
            .filter(|operation| operation["api"] == "v1")
            .collect(),
    )
}

#[test]
fn every_operation_is_here_with_its_method_path_and_class() {
    let Some(all) = spec() else { return };
    assert_eq!(all.len(), 6);
    for documented in &all {
        let own = OPERATIONS.iter().find(|own| documented["op"] == own.name());
        let own = own.unwrap_or_else(|| panic!("{} is missing", documented["op"]));
        assert_eq!(documented["method"], own.method().as_str());
        assert_eq!(documented["path"], own.path());
        let class = if documented["repeat"] == "safe" {
            Repeat::Safe
        } else {
            Repeat::Once
        };
        assert_eq!(own.repeat(), class, "{}", own.name());
    }
    let ours = OPERATIONS
        .iter()
        .filter(|own| own.path().starts_with("/v1/"));
    assert_eq!(ours.count(), all.len());
}

fn names(sent: &Sent) -> BTreeSet<String> {
    let body = pairs(&sent.text());
    let query = pairs(sent.uri.query().unwrap_or_default());
    let indexed = |name: String| name.replace("[0]", "[n]").replace("[1]", "[n]");
    body.into_iter()
        .chain(query)
        .map(|(name, _)| indexed(name))
        .collect()
}

fn documented(operation: &Value) -> BTreeSet<String> {
    ["query", "body"]
        .iter()
        .filter_map(|part| operation[part].as_object())
        .flat_map(|part| part.keys().cloned())
        .collect()
}

#[tokio::test]
async fn every_parameter_can_be_sent_and_no_other_is() {
    let Some(all) = spec() else { return };
    let call = || Reply::json(&json!({"Call": {"Sid": SID}}));
    let list = || Reply::json(&json!({"Metadata": {}, "Calls": []}));
    let (client, transport) = scripted([
        call(),
        call(),
        call(),
        list(),
        list(),
        Reply::json(&json!({"Numbers": {}})),
        Reply::json(&json!({"Account": {}})),
    ]);
    let url = WebhookUrl::parse("https://a.example/x").unwrap();
    let events = [CallEvent::Terminal, CallEvent::Answered];
    let voice = client.voice();
    let numbers = ConnectNumbers::new(person(), second(), exophone())
        .call_type(CallType::Transactional)
        .time_limit(Duration::from_secs(60))
        .ring_timeout(Duration::from_secs(30))
        .wait_url(url.clone())
        .record(Recording::On)
        .recording_channels(RecordingChannels::Single)
        .recording_format(RecordingFormat::Mp3)
        .stream(join_url(), StreamBegin::Leg1Connect)
        .playback(PlaybackTo::Callee, url.clone())
        .status_callback(url.clone())
        .events(events.clone())
        .callback_format(CallbackFormat::Json);
    voice.connect(&numbers).await.unwrap();
    let flow = ConnectFlow::new(person(), app(), exophone())
        .call_type(CallType::Transactional)
        .time_limit(Duration::from_secs(60))
        .ring_timeout(Duration::from_secs(30))
        .status_callback(url)
        .events(events);
    voice.connect_flow(&flow).await.unwrap();
    voice
        .details_with(&sid(), &CallQuery::new().recording_url_validity(5))
        .await
        .unwrap();
    let month = TimeRange::new(
        date(2026, 1, 1).at(0, 0, 0, 0),
        date(2026, 1, 2).at(0, 0, 0, 0),
    )
    .unwrap();
    let filters = ListCalls::new()
        .sids([sid()])
        .created(month)
        .to([second()])
        .from([person()])
        .phone_numbers([exophone()])
        .status(CallStatus::Completed)
        .duration(DurationRange::exactly(Seconds::new(30)))
        .price(PriceRange::at_most("1".parse().unwrap()))
        .direction(Direction::Inbound)
        .page_size(1)
        .sort_by(SortBy::NewestFirst)
        .recording_url_validity(5);
    voice.page(&filters.clone().after("x")).await.unwrap();
    voice.page(&filters.before("x")).await.unwrap();
    voice.number_metadata(person()).await.unwrap();
    voice.balance().await.unwrap();

    let sent: Vec<BTreeSet<String>> = transport.sent().iter().map(names).collect();
    let lists = sent[3].union(&sent[4]).cloned().collect();
    let ours = [
        ("calls.connect", &sent[0]),
        ("calls.connect_flow", &sent[1]),
        ("calls.get", &sent[2]),
        ("calls.list", &lists),
        ("numbers.metadata", &sent[5]),
        ("account.balance", &sent[6]),
    ];
    for (name, own) in ours {
        let operation = all
            .iter()
            .find(|operation| operation["op"] == name)
            .unwrap();
        assert_eq!(own, &documented(operation), "{name}");
    }
}
