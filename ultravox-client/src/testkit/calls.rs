//! The simulator's calls.

use serde_json::{Value, json};
use voice_core::testkit::SimAnswer;

use super::answers::{self, Faults};
use super::router::{Asked, Route};
use super::world::{CallRow, World};
use super::{filter, paging};
use crate::types::EndReason;

pub(super) static ROUTES: &[Route] = &[
    Route::new(
        "agents.calls.list",
        "GET",
        "api/agents/*/calls",
        list_of_agent,
    ),
    Route::new("calls.list", "GET", "api/calls", list),
    Route::new("calls.get", "GET", "api/calls/*", get),
    Route::new("calls.delete", "DELETE", "api/calls/*", delete),
    Route::new(
        "calls.send_data_message",
        "POST",
        "api/calls/*/send_data_message",
        send_data_message,
    ),
];

fn get(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    match world.call(asked.id) {
        Some(call) => SimAnswer::json(200, &call),
        None => answers::not_found(),
    }
}

/// A call that goes on is refused; the status is this simulator's choice.
fn delete(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let now = world.now();
    match world.call_row(asked.id) {
        None => answers::not_found(),
        Some(call) if call.is_live() => answers::detail(400, "Cannot delete an ongoing call."),
        Some(call) => {
            call.ended
                .get_or_insert_with(|| (now, EndReason::Unjoined.as_str().to_owned()));
            call.deleted = true;
            call.record.deleted = Some(now);
            SimAnswer::empty(204)
        }
    }
}

fn send_data_message(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let (now, body) = (world.now(), asked.body);
    let Some(call) = world.call_row(asked.id) else {
        return answers::not_found();
    };
    let kind = body.get("type").and_then(Value::as_str);
    let mut faults = Faults::default();
    match kind {
        Some("user_text_message" | "forced_agent_message" | "hang_up") => {}
        Some(_) => faults.add("type", "Not a message that can be sent over REST."),
        None => faults.add("type", "This field is required."),
    }
    if let Some(refusal) = faults.answer() {
        return refusal;
    }
    if !call.is_live() {
        return answers::detail(
            422,
            "The call has not been joined yet or has already ended.",
        );
    }
    if kind == Some("hang_up") {
        call.ended = Some((now, EndReason::Hangup.as_str().to_owned()));
        #[cfg(feature = "realtime")]
        if let Some(sessions) = &asked.settings.realtime {
            let over = super::realtime::Script::new().hang_up();
            sessions.then(asked.id, over);
        }
    }
    for (kind_of, field, role) in [
        ("user_text_message", "text", "MESSAGE_ROLE_USER"),
        ("forced_agent_message", "content", "MESSAGE_ROLE_AGENT"),
    ] {
        if kind == Some(kind_of)
            && let Some(text) = body.get(field)
        {
            let message = json!({"role": role, "text": text, "medium": "MESSAGE_MEDIUM_TEXT"});
            call.record.say(message);
        }
    }
    call.messages.push(Value::Object(body.clone()));
    SimAnswer::empty(204)
}

fn list(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    listed(world, asked, None)
}

fn list_of_agent(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    match world.agent(asked.id) {
        Some(_) => listed(world, asked, Some(asked.id)),
        None => answers::not_found(),
    }
}

/// The list of an agent's calls has no filters.
fn listed(world: &mut World, asked: &Asked<'_>, agent: Option<&str>) -> SimAnswer {
    world.settle();
    let request = asked.request;
    let mut calls: Vec<&CallRow> = world
        .calls
        .iter()
        .filter(|call| !call.deleted)
        .filter(|call| match agent {
            Some(agent) => call.agent == agent,
            None => filter::passes(call, request),
        })
        .collect();
    let sort = request.query_value("sort").filter(|_| agent.is_none());
    if sort.as_deref() != Some("created") {
        calls.reverse();
    }
    let items: Vec<(String, Value)> = calls
        .into_iter()
        .map(|call| (call.id.clone(), call.shown()))
        .collect();
    paging::page(request, asked.settings, &items)
}
