//! The simulator's scheduled batches, as they are managed; they are [run](super::batch_run) beside this.
//!
//! What is not documented and decided here: a PATCH with calls puts them in place of those that wait; a paused batch is
//! refused to go on with 400; lists of scheduled calls are in the order in which the calls were given.

use serde_json::{Value, json};
use voice_core::testkit::SimAnswer;

use super::answers::{self, Faults};
use super::batch_run::{self, CALLS, SINCE, TABLE};
use super::crud::{self, Change, Object, Resource, Write};
use super::fields::{self, Field, Holds};
use super::router::{Asked, Route};
use super::world::{Row, World, stamp};
use super::{paging, rules, throttles};
use crate::types::UvTime;

struct Batches;

const FIELDS: [Field; 7] = [
    Field::new("windowStart", Holds::Time).nullable(),
    Field::new("windowEnd", Holds::Time).nullable(),
    Field::new("throttle", Holds::AnyText).nullable(),
    Field::new("webhookUrl", Holds::Url(200)).nullable(),
    Field::new("webhookSecret", Holds::Text(120)).nullable(),
    Field::new("paused", Holds::Flag),
    Field::new("calls", Holds::List(1, usize::MAX)).required(),
];

const CALL: [Field; 4] = [
    Field::new("medium", Holds::Object).nullable(),
    Field::new("metadata", Holds::Texts).nullable(),
    Field::new("templateContext", Holds::Object).nullable(),
    Field::new("experimentalSettings", Holds::Any).nullable(),
];

const STATUSES: [&str; 5] = ["FUTURE", "PENDING", "SUCCESS", "EXPIRED", "ERROR"];

/// Whether a batch was paused before a change, beside what the API knows.
const WAS_PAUSED: &str = "simulated.paused";

pub(super) static ROUTES: &[Route] = &[
    Route::new(
        "agents.scheduled_batches.list",
        "GET",
        "api/agents/*/scheduled_batches",
        crud::list::<Batches>,
    ),
    Route::new(
        "agents.scheduled_batches.create",
        "POST",
        "api/agents/*/scheduled_batches",
        crud::create::<Batches>,
    ),
    Route::new(
        "agents.scheduled_batches.get",
        "GET",
        "api/agents/*/scheduled_batches/*",
        crud::get::<Batches>,
    ),
    Route::new(
        "agents.scheduled_batches.update",
        "PATCH",
        "api/agents/*/scheduled_batches/*",
        crud::update::<Batches>,
    ),
    Route::new(
        "agents.scheduled_batches.delete",
        "DELETE",
        "api/agents/*/scheduled_batches/*",
        crud::delete::<Batches>,
    ),
    Route::new(
        "agents.scheduled_batches.created_calls",
        "GET",
        "api/agents/*/scheduled_batches/*/created_calls",
        created_calls,
    ),
    Route::new(
        "agents.scheduled_batches.scheduled_calls",
        "GET",
        "api/agents/*/scheduled_batches/*/scheduled_calls",
        scheduled_calls,
    ),
];

impl Resource for Batches {
    const TABLE: &'static str = TABLE;
    const ID: &'static str = "batchId";
    const READ_ONLY: &'static [&'static str] =
        &["totalCount", "completedCount", "endedAt", SINCE, WAS_PAUSED];
    const WRITE_ONLY: &'static [&'static str] = &["calls", SINCE, WAS_PAUSED];
    const DEFAULTS: &'static str = r#"{
        "windowStart": null, "windowEnd": null, "throttle": null, "webhookUrl": null, "webhookSecret": null,
        "paused": false, "endedAt": null
    }"#;

    fn parent(world: &mut World, asked: &Asked<'_>) -> Result<String, SimAnswer> {
        let agent = world.agent(asked.id).ok_or_else(answers::not_found)?;
        Ok(agent.id.clone())
    }

    fn id<'a>(asked: &Asked<'a>) -> &'a str {
        asked.nth(1)
    }

    fn check(world: &World, faults: &mut Faults, change: &Change<'_>) {
        fields::check(faults, "", change.sent, &FIELDS, change.is_whole());
        fields::check_each(faults, "calls", change.sent, &CALL);
        window(world, faults, change);
        webhook(world, faults, change);
        let resumed = change.sent.get("paused") == Some(&Value::Bool(false));
        if resumed && change.whole.contains_key(WAS_PAUSED) {
            faults.add("paused", "A paused batch cannot be resumed.");
        }
    }

    fn fill(world: &mut World, row: &mut Row, write: Write) {
        row.fields.insert(SINCE.to_owned(), stamp(world.now()));
        if row.fields.get("paused") == Some(&Value::Bool(true)) {
            row.fields.insert(WAS_PAUSED.to_owned(), true.into());
        }
        let Some(calls) = row.fields.remove("calls") else {
            return;
        };
        if write != Write::Create {
            batch_run::drop_waiting(world, &row.id);
            row.fields.insert("endedAt".to_owned(), Value::Null);
        }
        for call in rules::list(Some(&calls)) {
            let (id, created) = (world.id(), world.now());
            world.table(CALLS).push(Row {
                id,
                parent: row.id.clone(),
                fields: call.as_object().cloned().unwrap_or_default(),
                created,
                deleted: false,
            });
        }
    }

    fn show(world: &World, row: &Row, shown: &mut Object) {
        let (total, done) = batch_run::counts(world, &row.id);
        shown.insert("totalCount".to_owned(), total.into());
        shown.insert("completedCount".to_owned(), done.into());
        if shown.get("webhookSecret").is_none_or(Value::is_null)
            && shown.get("webhookUrl").is_some_and(Value::is_string)
        {
            let made_up = format!("made-up-{}", row.id);
            shown.insert("webhookSecret".to_owned(), made_up.into());
        }
    }
}

/// Whether the window is one, and long enough for so many calls.
fn window(world: &World, faults: &mut Faults, change: &Change<'_>) {
    let time = |name: &str| {
        let text = change.whole.get(name).and_then(Value::as_str)?;
        text.parse::<UvTime>().ok()?.time()
    };
    let throttle = change.whole.get("throttle").and_then(Value::as_str);
    let named = throttle.and_then(|name| throttles::named(world, change.settings, name));
    if throttle.is_some() && named.is_none() {
        faults.add("throttle", "There is no such throttle.");
    }
    let Some(end) = time("windowEnd") else { return };
    let now = world.now();
    let start = time("windowStart").unwrap_or(now).max(now);
    let Ok(length) = end.duration_since(start) else {
        // A batch that is over may still be renamed, paused or deleted.
        if change.sent.contains_key("windowEnd") || change.is_whole() {
            faults.add(
                "windowEnd",
                "The window must end in the future, after its start.",
            );
        }
        return;
    };
    let calls = rules::list(change.sent.get("calls")).len();
    let rules = named.into_iter().flat_map(|throttle| throttle.rules);
    let needed = rules
        .chain(change.settings.call_rate)
        .map(|(most, window)| {
            let full = calls.saturating_sub(1) / most.max(1);
            window.saturating_mul(u32::try_from(full).unwrap_or(u32::MAX))
        });
    if let Some(needed) = needed.max().filter(|needed| *needed > length) {
        let text = format!(
            "The window is too short: {calls} calls take an estimated {} seconds.",
            needed.as_secs()
        );
        faults.add("windowEnd", &text);
    }
}

/// An address is needed if, and only if, somebody else must connect a call.
fn webhook(world: &World, faults: &mut Faults, change: &Change<'_>) {
    let calls = rules::list(change.sent.get("calls"));
    if calls.is_empty() {
        return;
    }
    let agent = world.agent(change.parent);
    let standard = agent.and_then(|agent| agent.template.get("medium"));
    let waits = calls.iter().any(|call| {
        let own = call.get("medium").filter(|medium| !medium.is_null());
        !batch_run::dials(own.or(standard))
    });
    let has_url = change.whole.get("webhookUrl").is_some_and(Value::is_string);
    if waits && !has_url {
        faults.add(
            "webhookUrl",
            "Required when any call has a medium that is not outgoing.",
        );
    } else if !waits && has_url {
        faults.add("webhookUrl", "Not allowed when all media are outgoing.");
    }
}

fn created_calls(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let batch = match crud::found::<Batches>(world, asked) {
        Ok(batch) => batch,
        Err(refusal) => return refusal,
    };
    world.settle();
    let made = batch_run::made(world, &batch.id);
    let items: Vec<(String, Value)> = world
        .calls
        .iter()
        .rev()
        .filter(|call| !call.deleted && made.contains(&call.id))
        .map(|call| (call.id.clone(), call.shown()))
        .collect();
    paging::page(asked.request, asked.settings, &items)
}

fn scheduled_calls(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let batch = match crud::found::<Batches>(world, asked) {
        Ok(batch) => batch,
        Err(refusal) => return refusal,
    };
    let wanted = asked.request.query_value("status");
    if wanted
        .as_deref()
        .is_some_and(|status| !STATUSES.contains(&status))
    {
        let text = format!("{} is not one of the available choices.", json!(wanted));
        return SimAnswer::json(400, &json!({"status": [text]}));
    }
    let items: Vec<(String, Value)> = batch_run::calls(world, &batch)
        .into_iter()
        .filter(|(_, call)| {
            let status = call.get("status").and_then(Value::as_str);
            wanted.is_none() || status == wanted.as_deref()
        })
        .collect();
    paging::page(asked.request, asked.settings, &items)
}
