//! How the simulator runs scheduled batches: on its clock, one call after the other, within window and limits.
//!
//! Whatever is asked, batches are brought up to date first: each call that waits is made at the first point in time the
//! limits allow, even when nobody looked at that time. Calls that wait for others to end, under a limit of calls at a
//! time, are made when somebody looks after that.

use std::time::SystemTime;

use serde_json::{Value, json};

use super::crud::Object;
use super::limits;
use super::settings::SimSettings;
use super::start::Order;
use super::world::{Row, World, stamp};
use crate::types::UvTime;

/// The batches.
pub(super) const TABLE: &str = "scheduled_batches";
/// Their calls, each with its batch as parent.
pub(super) const CALLS: &str = "scheduled_calls";
/// When a batch was created or changed last: no call is made before.
pub(super) const SINCE: &str = "simulated.since";
/// The requests to webhook addresses.
pub(super) const WEBHOOKS: &str = "batch_webhooks";

/// Brings every batch up to date.
pub(super) fn run(world: &mut World, settings: &SimSettings) {
    let is_open = |row: &&Row| !row.deleted && time(&row.fields, "endedAt").is_none();
    let open: Vec<Row> = world.rows(TABLE).iter().filter(is_open).cloned().collect();
    for batch in open {
        world.settle();
        run_one(world, settings, &batch);
    }
}

fn run_one(world: &mut World, settings: &SimSettings, batch: &Row) {
    let now = world.now();
    let end = time(&batch.fields, "windowEnd");
    let is_paused = batch.fields.get("paused") == Some(&Value::Bool(true));
    let throttle = text(&batch.fields, "throttle");
    let mut at = begins(batch);
    let mut last = at;
    let waiting: Vec<Row> = world
        .rows(CALLS)
        .iter()
        .filter(|call| call.parent == batch.id && is_waiting(call))
        .cloned()
        .collect();
    let mut left = waiting.len();
    for call in waiting {
        let order = Order {
            agent: &batch.parent,
            body: &order_of(&call),
            throttle: throttle.as_deref(),
        };
        let limit = order.throttle(world, settings);
        let turn = if is_paused {
            None
        } else {
            limits::turn(world, settings, limit.as_ref(), at)
        };
        let outcome = match (turn, end) {
            (Some(turn), Some(end)) if turn > end && end <= now => expired(),
            (None, Some(end)) if end <= now => expired(),
            (Some(turn), _) if turn <= now => {
                (at, last) = (turn, turn);
                match order.refusal(world, settings) {
                    Some(refusal) => {
                        let said = String::from_utf8_lossy(&refusal.body).into_owned();
                        json!({"status": "ERROR", "error": said})
                    }
                    None => {
                        let made = order.placed(world, limit, turn);
                        notify(world, batch, &made);
                        world.settle();
                        json!({"status": "SUCCESS", "callId": made.get("callId")})
                    }
                }
            }
            _ => break,
        };
        if outcome.get("status") == Some(&"EXPIRED".into()) {
            last = end.unwrap_or(last);
        }
        left -= 1;
        if let (Some(row), Value::Object(outcome)) = (world.row(CALLS, &call.id), outcome) {
            row.fields.extend(outcome);
        }
    }
    if left == 0
        && let Some(row) = world.row(TABLE, &batch.id)
    {
        row.fields.insert("endedAt".to_owned(), stamp(last));
    }
}

fn expired() -> Value {
    json!({"status": "EXPIRED"})
}

/// The body of a call of a batch: what was set of it.
fn order_of(call: &Row) -> Object {
    let names = [
        "medium",
        "metadata",
        "templateContext",
        "experimentalSettings",
    ];
    let set = call
        .fields
        .iter()
        .filter(|(name, value)| names.contains(&name.as_str()) && !value.is_null());
    set.map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// Whoever must connect the call is told, once.
fn notify(world: &mut World, batch: &Row, call: &Value) {
    let Some(url) = text(&batch.fields, "webhookUrl") else {
        return;
    };
    if dials(call.get("medium")) {
        return;
    }
    let body = json!({"url": url, "payload": {"event": "call.started", "call": call}});
    let (id, created) = (world.id(), world.now());
    world.table(WEBHOOKS).push(Row {
        id,
        parent: batch.id.clone(),
        fields: body.as_object().cloned().unwrap_or_default(),
        created,
        deleted: false,
    });
}

/// The requests to webhook addresses so far.
pub(super) fn webhooks(world: &World) -> Vec<(String, Value)> {
    let rows = world.rows(WEBHOOKS).iter();
    rows.map(|row| {
        let payload = row.fields.get("payload").cloned().unwrap_or_default();
        (text(&row.fields, "url").unwrap_or_default(), payload)
    })
    .collect()
}

/// Whether a medium dials.
pub(super) fn dials(medium: Option<&Value>) -> bool {
    let medium = medium.and_then(Value::as_object);
    let mut ways = medium.into_iter().flat_map(|medium| medium.values());
    ways.any(|way| way.get("outgoing").is_some())
}

/// When a batch may begin.
fn begins(batch: &Row) -> SystemTime {
    let since = time(&batch.fields, SINCE).unwrap_or(batch.created);
    time(&batch.fields, "windowStart").map_or(since, |start| start.max(since))
}

fn is_waiting(call: &Row) -> bool {
    !call.deleted && !call.fields.contains_key("status")
}

/// Takes the calls of a batch away that wait.
pub(super) fn drop_waiting(world: &mut World, batch: &str) {
    for call in world.table(CALLS) {
        if call.parent == batch && is_waiting(call) {
            call.deleted = true;
        }
    }
}

/// How many calls a batch has, and how many of them were made or have failed.
pub(super) fn counts(world: &World, batch: &str) -> (usize, usize) {
    let calls = || {
        let rows = world.rows(CALLS).iter();
        rows.filter(|call| call.parent == batch && !call.deleted)
    };
    let is_done = |call: &&Row| {
        matches!(
            call.fields.get("status").and_then(Value::as_str),
            Some("SUCCESS" | "ERROR")
        )
    };
    (calls().count(), calls().filter(is_done).count())
}

/// The ids of the calls a batch has made.
pub(super) fn made(world: &World, batch: &str) -> Vec<String> {
    let rows = world.rows(CALLS).iter();
    rows.filter(|call| call.parent == batch)
        .filter_map(|call| text(&call.fields, "callId"))
        .collect()
}

/// The calls of a batch as they are given out, in order.
pub(super) fn calls(world: &World, batch: &Row) -> Vec<(String, Value)> {
    let waits = if world.now() < begins(batch) {
        "FUTURE"
    } else {
        "PENDING"
    };
    let rows = world.rows(CALLS).iter();
    rows.filter(|call| call.parent == batch.id && !call.deleted)
        .map(|call| {
            let mut shown = json!({
                "status": waits, "batchId": batch.id, "callId": null, "error": null, "medium": null,
                "metadata": null, "templateContext": null, "experimentalSettings": null,
            });
            if let Value::Object(shown) = &mut shown {
                shown.extend(call.fields.clone());
            }
            (call.id.clone(), shown)
        })
        .collect()
}

fn text(fields: &Object, name: &str) -> Option<String> {
    fields.get(name)?.as_str().map(str::to_owned)
}

fn time(fields: &Object, name: &str) -> Option<SystemTime> {
    fields.get(name)?.as_str()?.parse::<UvTime>().ok()?.time()
}
