//! The simulator's webhook endpoints, as they are kept; `webhooks_due` delivers.

use serde_json::{Value, json};

use super::answers::Faults;
use super::crud::{self, Change, Resource, Write};
use super::fields::{self, Field, Holds};
use super::router::{Asked, Route};
use super::world::{Row, World};

struct Webhooks;

const FIELDS: [Field; 4] = [
    Field::new("url", Holds::Url(200)).required(),
    Field::new("events", Holds::List(0, usize::MAX)).required(),
    Field::new("agentId", Holds::Uuid).nullable(),
    Field::new("secrets", Holds::List(0, usize::MAX)),
];

const EVENTS: &[&str] = &["call.started", "call.joined", "call.ended", "call.billed"];

pub(super) static ROUTES: &[Route] = &[
    Route::new(
        "webhooks.list",
        "GET",
        "api/webhooks",
        crud::list::<Webhooks>,
    ),
    Route::new(
        "webhooks.create",
        "POST",
        "api/webhooks",
        crud::create::<Webhooks>,
    ),
    Route::new(
        "webhooks.get",
        "GET",
        "api/webhooks/*",
        crud::get::<Webhooks>,
    ),
    Route::new(
        "webhooks.replace",
        "PUT",
        "api/webhooks/*",
        crud::replace::<Webhooks>,
    ),
    Route::new(
        "webhooks.update",
        "PATCH",
        "api/webhooks/*",
        crud::update::<Webhooks>,
    ),
    Route::new(
        "webhooks.delete",
        "DELETE",
        "api/webhooks/*",
        crud::delete::<Webhooks>,
    ),
];

impl Resource for Webhooks {
    const TABLE: &'static str = "webhooks";
    const ID: &'static str = "webhookId";
    const READ_ONLY: &'static [&'static str] = &["status", "lastStatusChange", "recentFailures"];
    const DEFAULTS: &'static str = r#"{"agentId": null}"#;

    fn check(world: &World, faults: &mut Faults, change: &Change<'_>) {
        fields::check(faults, "", change.sent, &FIELDS, change.is_whole());
        fields::check_items(faults, "events", change.sent, Holds::Word(EVENTS));
        fields::check_items(faults, "secrets", change.sent, Holds::Text(120));
        let agent = change.sent.get("agentId").and_then(Value::as_str);
        if agent.is_some_and(|agent| world.agent(agent).is_none()) {
            faults.add("agentId", "There is no such agent.");
        }
    }

    /// Without secrets one is made up.
    fn fill(_: &mut World, row: &mut Row, write: Write) {
        if write == Write::Create {
            row.fields.insert("status".to_owned(), "normal".into());
            row.fields
                .insert("lastStatusChange".to_owned(), Value::Null);
            row.fields.insert("recentFailures".to_owned(), json!([]));
        }
        let made_up = json!([format!("made-up-{}", row.id)]);
        row.fields.entry("secrets").or_insert(made_up);
    }

    fn lists(row: &Row, asked: &Asked<'_>) -> bool {
        asked
            .request
            .query_value("agentId")
            .is_none_or(|agent| row.fields.get("agentId").and_then(Value::as_str) == Some(&agent))
    }
}
