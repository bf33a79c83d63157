//! The simulator's agents.

use serde_json::{Map, Value};
use voice_core::testkit::SimAnswer;

use super::answers::{self, Faults};
use super::router::{Asked, Route};
use super::settings::PatchMode;
use super::world::{AgentRow, World};
use super::{paging, rules};

type Object = Map<String, Value>;

pub(super) static ROUTES: &[Route] = &[
    Route::new("agents.list", "GET", "api/agents", list),
    Route::new("agents.create", "POST", "api/agents", create),
    Route::new("agents.get", "GET", "api/agents/*", get),
    Route::new("agents.update", "PATCH", "api/agents/*", update),
    Route::new("agents.delete", "DELETE", "api/agents/*", delete),
];

fn list(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let request = asked.request;
    let search = request
        .query_value("search")
        .map(|text| text.to_lowercase());
    if search.as_deref() == Some("") {
        let mut faults = Faults::default();
        faults.add("search", "This field may not be blank.");
        return faults.answer().unwrap_or_else(answers::not_found);
    }
    let mut agents: Vec<&AgentRow> = world
        .agents
        .iter()
        .filter(|agent| !agent.deleted)
        .filter(|agent| {
            search
                .as_ref()
                .is_none_or(|text| agent.name.to_lowercase().contains(text))
        })
        .collect();
    match request.query_value("sort").as_deref() {
        Some("name") => agents.sort_by(|a, b| a.name.cmp(&b.name)),
        Some("-name") => agents.sort_by(|a, b| b.name.cmp(&a.name)),
        Some("created") => {}
        _ => agents.reverse(),
    }
    let items: Vec<(String, Value)> = agents
        .into_iter()
        .map(|agent| (agent.id.clone(), world.shown_agent(agent)))
        .collect();
    paging::page(request, asked.settings, &items)
}

fn get(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    shown(world, asked.id)
}

fn shown(world: &World, id: &str) -> SimAnswer {
    match world.agent(id) {
        Some(agent) => SimAnswer::json(200, &world.shown_agent(agent)),
        None => answers::not_found(),
    }
}

fn create(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let body = asked.body;
    let template = match checked(body, true) {
        Ok(template) => template.unwrap_or_default(),
        Err(refusal) => return refusal,
    };
    let now = world.now();
    let agent = AgentRow {
        id: world.id(),
        name: name_of(body).unwrap_or_default(),
        template: without_nulls(template),
        created: now,
        updated: now,
        deleted: false,
    };
    let shown = world.shown_agent(&agent);
    world.agents.push(agent);
    SimAnswer::json(201, &shown)
}

fn update(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let (id, body, mode) = (asked.id, asked.body, asked.settings.patch);
    let Some(agent) = world.agent(id) else {
        return answers::not_found();
    };
    let mut old = agent.template.clone();
    let template = match checked(body, false) {
        Ok(None) => old,
        Ok(Some(new)) if mode == PatchMode::Merge => {
            old.extend(new);
            old
        }
        Ok(Some(new)) => new,
        Err(refusal) => return refusal,
    };
    let now = world.now();
    if let Some(agent) = world.agent_mut(id) {
        agent.template = without_nulls(template);
        agent.updated = now;
        // Template fields at the top level are ignored, as the API does.
        if let Some(name) = name_of(body) {
            agent.name = name;
        }
    }
    shown(world, id)
}

fn delete(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    match world.agent_mut(asked.id) {
        Some(agent) => {
            agent.deleted = true;
            SimAnswer::empty(204)
        }
        None => answers::not_found(),
    }
}

/// The template of a body that is in order.
fn checked(body: &Object, creating: bool) -> Result<Option<Object>, SimAnswer> {
    let mut faults = Faults::default();
    rules::name(&mut faults, body, creating);
    let template = match body.get("callTemplate") {
        None | Some(Value::Null) => None,
        Some(Value::Object(template)) => {
            rules::template(&mut faults, template);
            Some(template.clone())
        }
        Some(_) => {
            faults.add("callTemplate", "Expected an object.");
            None
        }
    };
    match faults.answer() {
        Some(refusal) => Err(refusal),
        None => Ok(template),
    }
}

fn name_of(body: &Object) -> Option<String> {
    body.get("name").and_then(Value::as_str).map(str::to_owned)
}

fn without_nulls(template: Object) -> Object {
    template
        .into_iter()
        .filter(|(_, value)| !value.is_null())
        .collect()
}
