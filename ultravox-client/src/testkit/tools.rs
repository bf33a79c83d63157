//! The simulator's tools: those that come with Ultravox, and those of the account.
//!
//! What nobody documents is decided here: names are unique within the account, a description of an API makes one tool of
//! its first operation, a test answers with what it was given, and the history of a tool is the calls of agents that have
//! picked it.

use serde_json::{Value, json};
use voice_core::testkit::SimAnswer;

use super::answers::{self, Faults};
use super::crud::{self, Change, Object, Resource, Write};
use super::fields::{self, Field, Holds};
use super::multipart;
use super::paging;
use super::router::{Asked, Route};
use super::rules;
use super::world::{Row, World};

const TOOLS: &str = "tools";

/// The tools that come with Ultravox.
const BUILT_IN: [&str; 6] = [
    "queryCorpus",
    "leaveVoicemail",
    "hangUp",
    "playDtmfSounds",
    "coldTransfer",
    "warmTransfer",
];

pub(super) static ROUTES: &[Route] = &[
    Route::new("tools.list", "GET", "api/tools", list),
    Route::new("tools.create", "POST", "api/tools", create).raw(),
    Route::new("tools.get", "GET", "api/tools/*", crud::get::<Tools>),
    Route::new("tools.replace", "PUT", "api/tools/*", replace),
    Route::new("tools.delete", "DELETE", "api/tools/*", delete),
    Route::new("tools.history", "GET", "api/tools/*/history", history),
    Route::new("tools.test", "POST", "api/tools/*/test", test).raw(),
];

pub(super) struct Tools;

impl Resource for Tools {
    const TABLE: &'static str = TOOLS;
    const ID: &'static str = "toolId";
    const READ_ONLY: &'static [&'static str] = &["ownership"];

    fn check(_: &World, faults: &mut Faults, change: &Change<'_>) {
        const FIELDS: [Field; 2] = [
            Field::new("name", Holds::Text(40)).required(),
            Field::new("definition", Holds::Object).required(),
        ];
        fields::check(faults, "", change.sent, &FIELDS, change.is_whole());
        let Some(definition) = change.sent.get("definition") else {
            return;
        };
        let ways = ["http", "client", "dataConnection"];
        let set = |name: &&&str| definition.get(**name).is_some_and(|value| !value.is_null());
        if ways.iter().filter(set).count() != 1 {
            faults.add(
                "definition",
                "Exactly one of http, client and dataConnection must be set.",
            );
        }
        if let Value::Object(definition) = definition {
            let fields = [
                Field::new("timeout", Holds::Length),
                Field::new("dynamicParameters", Holds::List(0, usize::MAX)),
            ];
            fields::check(faults, "definition.", definition, &fields, true);
        }
    }

    fn fill(_: &mut World, row: &mut Row, _: Write) {
        row.fields.insert("ownership".to_owned(), "private".into());
    }
}

/// The tools of everybody.
pub(super) fn seed(world: &mut World) {
    for (at, name) in BUILT_IN.iter().enumerate() {
        let definition =
            json!({"modelToolName": name, "description": "Comes with Ultravox.", "client": {}});
        let mut fields = Object::new();
        fields.insert("name".to_owned(), (*name).into());
        fields.insert("definition".to_owned(), definition);
        fields.insert("ownership".to_owned(), "public".into());
        let row = Row {
            id: format!("5e000000-0000-4000-8000-00000000700{at:x}"),
            parent: String::new(),
            fields,
            created: world.now(),
            deleted: false,
        };
        world.table(TOOLS).push(row);
    }
}

fn name_of(row: &Row) -> &str {
    row.fields
        .get("name")
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn is_public(row: &Row) -> bool {
    row.fields.get("ownership") == Some(&json!("public"))
}

fn list(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let query = |name: &str| asked.request.query_value(name);
    let search = query("search").unwrap_or_default().to_lowercase();
    let ownership = query("ownership");
    let mut rows: Vec<&Row> = world
        .rows(TOOLS)
        .iter()
        .filter(|row| !row.deleted)
        .filter(|row| name_of(row).to_lowercase().contains(&search))
        .filter(|row| {
            let own = if is_public(row) { "public" } else { "private" };
            ownership.as_deref().is_none_or(|wanted| wanted == own)
        })
        .collect();
    match query("sortOrder").as_deref() {
        None | Some("default" | "display" | "chronologic") => {}
        Some("reverseChronologic") => rows.reverse(),
        Some("alphabetic") => rows.sort_by(|a, b| name_of(a).cmp(name_of(b))),
        Some("reverseAlphabetic") => rows.sort_by(|a, b| name_of(b).cmp(name_of(a))),
        Some(word) => {
            let text = format!("\"{word}\" is not a valid choice.");
            return SimAnswer::json(400, &json!({"sortOrder": [text]}));
        }
    }
    let items: Vec<(String, Value)> = rows
        .into_iter()
        .map(|row| (row.id.clone(), crud::shown::<Tools>(world, row)))
        .collect();
    paging::page(asked.request, asked.settings, &items)
}

/// JSON defines a tool, a form brings a file that does.
fn create(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let body = if asked.request.is_type("multipart/form-data") {
        described(asked)
    } else {
        super::router::body_of(asked.request)
    };
    let body = match body {
        Ok(body) => body,
        Err(refusal) => return refusal,
    };
    let name = body.get("name").and_then(Value::as_str).unwrap_or_default();
    let taken = world
        .rows(TOOLS)
        .iter()
        .any(|row| !row.deleted && !is_public(row) && name_of(row) == name);
    if taken {
        return SimAnswer::json(
            400,
            &json!({"name": ["A tool of this name exists already."]}),
        );
    }
    crud::create::<Tools>(
        world,
        &Asked {
            body: &body,
            ..*asked
        },
    )
}

/// The tool that a description of an API makes. JSON is read; of YAML only that it is one.
fn described(asked: &Asked<'_>) -> Result<Object, SimAnswer> {
    let bad = |text: &str| SimAnswer::json(400, &json!({"file": [text]}));
    let parts = multipart::parts(asked.request)
        .ok_or_else(|| answers::detail(400, "Multipart form parse error."))?;
    let file = multipart::file(&parts, "file").ok_or_else(|| bad("No file was submitted."))?;
    let text = std::str::from_utf8(&file.bytes).map_err(|_| bad("Not a text."))?;
    let spec: Value = match serde_json::from_str(text) {
        Ok(spec) => spec,
        Err(_) if text.contains("openapi:") && text.contains("paths:") => {
            json!({"openapi": "3", "paths": {"/yaml": {"get": {"operationId": "fromYaml"}}}})
        }
        Err(_) => return Err(bad("Not an OpenAPI description.")),
    };
    let first = spec
        .get("paths")
        .and_then(Value::as_object)
        .and_then(|paths| paths.iter().next())
        .and_then(|(path, methods)| Some((path, methods.as_object()?.iter().next()?)));
    let Some((path, (method, operation))) = first.filter(|_| spec.get("openapi").is_some()) else {
        return Err(bad("Not an OpenAPI description."));
    };
    let name = operation
        .get("operationId")
        .and_then(Value::as_str)
        .unwrap_or("unnamed");
    let base = spec
        .pointer("/servers/0/url")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let tool = json!({
        "name": name,
        "definition": {
            "modelToolName": name,
            "http": {"baseUrlPattern": format!("{base}{path}"), "httpMethod": method.to_uppercase()},
        },
    });
    tool.as_object().cloned().ok_or_else(answers::server_error)
}

fn replace(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    refuse_public(world, asked).unwrap_or_else(|| crud::replace::<Tools>(world, asked))
}

fn delete(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    refuse_public(world, asked).unwrap_or_else(|| crud::delete::<Tools>(world, asked))
}

/// Only the account's own tools can be changed.
fn refuse_public(world: &mut World, asked: &Asked<'_>) -> Option<SimAnswer> {
    let row = crud::found::<Tools>(world, asked).ok()?;
    is_public(&row).then(|| answers::detail(403, "Public tools cannot be changed."))
}

/// Answers with what it was given, if that has what the model would have to fill.
fn test(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let row = match crud::found::<Tools>(world, asked) {
        Ok(row) => row,
        Err(refusal) => return refusal,
    };
    let Some(given) = asked.request.json() else {
        return answers::detail(400, "JSON parse error");
    };
    let definition = row.fields.get("definition").cloned().unwrap_or_default();
    let mut faults = Faults::default();
    for parameter in rules::list(definition.get("dynamicParameters")) {
        let name = parameter
            .get("name")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let is_required = parameter.get("required") == Some(&Value::Bool(true));
        if is_required && given.get(name).is_none() {
            faults.add(name, "This field is required.");
        }
    }
    faults.answer().unwrap_or_else(|| {
        SimAnswer::json(200, &json!({"tool": name_of(&row), "parameters": given}))
    })
}

fn history(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let row = match crud::found::<Tools>(world, asked) {
        Ok(row) => row,
        Err(refusal) => return refusal,
    };
    world.settle();
    let picks = |tool: &Value| {
        let is = |field: &str, value: &str| tool.get(field).and_then(Value::as_str) == Some(value);
        is("toolId", &row.id) || is("toolName", name_of(&row))
    };
    let agents: Vec<&str> = world
        .agents
        .iter()
        .filter(|agent| {
            rules::list(agent.template.get("selectedTools"))
                .iter()
                .any(picks)
        })
        .map(|agent| agent.id.as_str())
        .collect();
    let items: Vec<(String, Value)> = world
        .calls
        .iter()
        .rev()
        .filter(|call| !call.deleted && agents.contains(&call.agent.as_str()))
        .map(|call| {
            (
                call.id.clone(),
                json!({"call": call.shown(), "errorCount": 0}),
            )
        })
        .collect();
    paging::page(asked.request, asked.settings, &items)
}
