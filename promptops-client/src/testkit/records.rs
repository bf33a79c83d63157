//! Assignments and events: whoever reaches the server can write them.

use std::time::SystemTime;

use serde_json::{Value, json};

use super::answer::{Good, Problem, Refusal, Said};
use super::experiments::with_defaults;
use super::fields::{Check, number, page};
use super::prompts::shown;
use super::world::{Call, State};
use crate::models::{Assignment, Event, EventType, PoTime};

const TYPES: [&str; 6] = [
    "prompt_request",
    "prompt_render",
    "model_response",
    "conversion",
    "error",
    "custom",
];

pub(super) fn act(call: &Call<'_>, state: &mut State) -> Said {
    match call.route.name {
        "assignments.create" => assign(call, state),
        "assignments.list" => assignments(call, state),
        "events.create" => record(call, state),
        _ => events(call, state),
    }
}

fn known_experiment(call: &Call<'_>, state: &State) -> Result<(), Refusal> {
    let id = call.text("experiment_id");
    let is_known = state
        .experiments
        .iter()
        .any(|one| Some(one.id.as_str()) == id);
    is_known
        .then_some(())
        .ok_or_else(|| Refusal::not_found("Experiment not found"))
}

fn assign(call: &Call<'_>, state: &mut State) -> Said {
    let names = [
        "experiment_id",
        "session_id",
        "variant_id",
        "variant_name",
        "variant_config",
    ];
    Check::of(&call.body)
        .required(&names)
        .object("variant_config")
        .done()?;
    known_experiment(call, state)?;
    let is_consistent = call.body.get("is_consistent") != Some(&Value::Bool(false));
    if is_consistent {
        let stored = state.assignments.iter().find(|one| {
            one.session_id.as_deref() == call.text("session_id")
                && one.experiment_id.as_deref() == call.text("experiment_id")
        });
        if let Some(stored) = stored {
            return Ok(Good::created(shown(call, stored, Assignment::FIELDS)));
        }
    }
    let id = state.mint();
    let defaults = json!({"id": id, "is_consistent": true});
    let object = with_defaults(&call.body, defaults);
    let assignment = serde_json::from_value::<Assignment>(object.into());
    let mut assignment = assignment.map_err(|_| Refusal::broken())?;
    assignment.assigned_at = Some(call.wall.into());
    let answer = shown(call, &assignment, Assignment::FIELDS);
    state.assignments.push(assignment);
    Ok(Good::created(answer))
}

fn assignments(call: &Call<'_>, state: &State) -> Said {
    let session = call.route.param("session_id");
    let experiment = call.query("experiment_id");
    let found: Vec<Value> = state
        .assignments
        .iter()
        .filter(|one| one.session_id.as_deref() == Some(session))
        .filter(|one| experiment.is_none() || one.experiment_id.as_deref() == experiment)
        .map(|one| shown(call, one, Assignment::FIELDS))
        .collect();
    Ok(Good::ok(found))
}

fn record(call: &Call<'_>, state: &mut State) -> Said {
    let any = 0..=i64::MAX;
    Check::of(&call.body)
        .required(&["experiment_id", "event_type", "event_name", "session_id"])
        .word("event_type", &TYPES)
        .text("event_name", 1..=usize::MAX)
        .object("event_data")
        .number("response_time_ms", any.clone())
        .number("tokens_used", any)
        .decimal("cost_usd")
        .decimal("conversion_value")
        .done()?;
    known_experiment(call, state)?;
    if let Some(assignment) = call.text("assignment_id")
        && !state.assignments.iter().any(|one| one.id == assignment)
    {
        return Err(Refusal::not_found("Assignment not found"));
    }
    let id = state.mint();
    let object = with_defaults(&call.body, json!({"id": id}));
    let event = serde_json::from_value::<Event>(object.into());
    let mut event = event.map_err(|_| Refusal::broken())?;
    event.occurred_at.get_or_insert(call.wall.into());
    let answer = shown(call, &event, Event::FIELDS);
    state.events.push(event);
    Ok(Good::created(answer))
}

fn moment(call: &Call<'_>, name: &str) -> Option<SystemTime> {
    call.query(name)?.parse::<PoTime>().ok()?.time()
}

fn events(call: &Call<'_>, state: &State) -> Said {
    let Some(experiment) = call.query("experiment_id") else {
        return Err(Refusal::fields(vec![Problem {
            loc: vec!["query".to_owned(), "experiment_id".to_owned()],
            message: "Field required".to_owned(),
            kind: "missing",
        }]));
    };
    let limit = number(call.query("limit"), "limit", 1000, 1..=10_000)?;
    let offset = number(call.query("offset"), "offset", 0, 0..=usize::MAX)?;
    let (start, end) = (moment(call, "start_time"), moment(call, "end_time"));
    let is = |name, given: Option<&str>| {
        let wanted = call.query(name);
        wanted.is_none() || wanted == given
    };
    let found: Vec<Value> = state
        .events
        .iter()
        .filter(|one| one.experiment_id.as_deref() == Some(experiment))
        .filter(|one| {
            is("event_type", one.event_type.as_ref().map(EventType::as_str))
                && is("user_id", one.user_id.as_deref())
                && is("session_id", one.session_id.as_deref())
        })
        .filter(|one| {
            let at = one.occurred_at.as_ref().and_then(PoTime::time);
            at.is_none_or(|at| {
                start.is_none_or(|start| at >= start) && end.is_none_or(|end| at <= end)
            })
        })
        .map(|one| shown(call, one, Event::FIELDS))
        .collect();
    Ok(Good::ok(page(found, offset, limit)))
}
