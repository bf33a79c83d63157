//! What the simulator keeps of deleted calls.

use serde_json::{Value, json};
use voice_core::testkit::SimAnswer;

use super::router::{Asked, Route};
use super::world::{CallRow, World, stamp};
use super::{answers, filter, paging};

pub(super) static ROUTES: &[Route] = &[
    Route::new("deleted_calls.list", "GET", "api/deleted_calls", list),
    Route::new("deleted_calls.get", "GET", "api/deleted_calls/*", get),
];

fn list(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let calls = world.calls.iter().rev();
    let items: Vec<(String, Value)> = calls
        .filter(|call| call.deleted && filter::passes(call, asked.request))
        .map(|call| (call.id.clone(), tombstone(call)))
        .collect();
    paging::page(asked.request, asked.settings, &items)
}

fn get(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let mut calls = world.calls.iter();
    match calls.find(|call| call.deleted && call.id == asked.id) {
        Some(call) => SimAnswer::json(200, &tombstone(call)),
        None => answers::not_found(),
    }
}

fn tombstone(call: &CallRow) -> Value {
    let shown = call.shown();
    let of = |name: &str| shown.get(name).cloned().unwrap_or_default();
    json!({
        "callId": call.id,
        "accountId": super::accounts::ACCOUNT,
        "created": of("created"),
        "deletionTime": call.record.deleted.map(stamp),
        "joined": of("joined"),
        "ended": of("ended"),
        "maxDuration": of("maxDuration"),
        "endReason": of("endReason"),
        "recordingEnabled": of("recordingEnabled"),
        "hadSummary": !of("summary").is_null(),
    })
}
