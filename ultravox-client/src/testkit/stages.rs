//! The simulator's stages, messages and tools of calls.

use serde_json::Value;
use voice_core::testkit::SimAnswer;

use super::answers::{self, Faults};
use super::paging;
use super::record::Stage;
use super::router::{Asked, Route};
use super::world::World;

pub(super) static ROUTES: &[Route] = &[
    Route::new(
        "calls.messages.list",
        "GET",
        "api/calls/*/messages",
        messages,
    ),
    Route::new("calls.tools.list", "GET", "api/calls/*/tools", tools),
    Route::new("calls.stages.list", "GET", "api/calls/*/stages", list),
    Route::new("calls.stages.get", "GET", "api/calls/*/stages/*", get),
    Route::new(
        "calls.stages.messages.list",
        "GET",
        "api/calls/*/stages/*/messages",
        stage_messages,
    ),
    Route::new(
        "calls.stages.tools.list",
        "GET",
        "api/calls/*/stages/*/tools",
        stage_tools,
    ),
];

/// Of the last stage, initial messages included; or of all stages, without them.
fn messages(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let Some(call) = world.call_row(asked.id) else {
        return answers::not_found();
    };
    let stages = &call.record.stages;
    let items = match asked.request.query_value("mode").as_deref() {
        None | Some("last_stage") => stages.last().map(|stage| stage.messages(true)),
        Some("in_call") => Some(
            stages
                .iter()
                .flat_map(|stage| stage.messages(false))
                .collect(),
        ),
        Some(word) => {
            let mut faults = Faults::default();
            faults.add("mode", &format!("\"{word}\" is not a valid choice."));
            return faults.answer().unwrap_or_else(answers::not_found);
        }
    };
    paging::page(asked.request, asked.settings, &items.unwrap_or_default())
}

fn tools(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    match world.call_row(asked.id) {
        Some(call) => shown_tools(call.record.stages.last()),
        None => answers::not_found(),
    }
}

fn list(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let Some(call) = world.call_row(asked.id) else {
        return answers::not_found();
    };
    let stages = call.record.stages.iter();
    let items: Vec<(String, Value)> = stages
        .map(|stage| (stage.id.clone(), stage.shown(&call.id)))
        .collect();
    paging::page(asked.request, asked.settings, &items)
}

fn get(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    with_stage(world, asked, |stage| {
        SimAnswer::json(200, &stage.shown(asked.id))
    })
}

fn stage_messages(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    with_stage(world, asked, |stage| {
        paging::page(asked.request, asked.settings, &stage.messages(true))
    })
}

fn stage_tools(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    with_stage(world, asked, |stage| shown_tools(Some(stage)))
}

/// Answers from the stage that was asked for.
fn with_stage(
    world: &mut World,
    asked: &Asked<'_>,
    answer: impl FnOnce(&Stage) -> SimAnswer,
) -> SimAnswer {
    let call = world.call_row(asked.id);
    match call.and_then(|call| call.record.stage(asked.nth(1))) {
        Some(stage) => answer(stage),
        None => answers::not_found(),
    }
}

fn shown_tools(stage: Option<&Stage>) -> SimAnswer {
    let tools = stage.map(|stage| stage.tools.clone()).unwrap_or_default();
    SimAnswer::json(200, &tools.into())
}
