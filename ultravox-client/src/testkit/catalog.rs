//! What the simulator has that nobody can change: its models, and its schema.

use serde_json::{Value, json};
use voice_core::testkit::SimAnswer;

use super::answers;
use super::paging;
use super::router::{Asked, Route};
use super::world::World;

pub(super) static ROUTES: &[Route] = &[
    Route::new("models.list", "GET", "api/models", models),
    Route::new("schema.get", "GET", "api/schema/", schema).open(),
];

fn models(_: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let names = ["ultravox-v0.7", "ultravox-v0.6", "ultravox-v0.6-gemma3-27b"];
    let items: Vec<(String, Value)> = names
        .iter()
        .map(|name| ((*name).to_owned(), json!({"name": name})))
        .collect();
    paging::page(asked.request, asked.settings, &items)
}

/// Its head: enough to tell the forms apart.
fn schema(_: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let accept = asked.request.header("accept");
    let json = match asked.request.query_value("format").as_deref() {
        Some("json") => true,
        Some("yaml") => false,
        Some(_) => return answers::not_found(),
        None => accept.ends_with("+json"),
    };
    if json {
        let head = json!({"openapi": "3.0.3", "info": {"title": "Simulated", "version": "0.1.0"}, "paths": {}});
        SimAnswer::text(200, "application/vnd.oai.openapi+json", head.to_string())
    } else {
        let head = "openapi: 3.0.3\ninfo:\n  title: Simulated\n  version: 0.1.0\npaths: {}\n";
        SimAnswer::text(200, "application/vnd.oai.openapi", head)
    }
}
