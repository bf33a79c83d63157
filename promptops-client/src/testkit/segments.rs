//! Segments of users, as the server keeps them.

use serde_json::{Value, json};

use super::answer::{Good, Refusal, Said};
use super::experiments::with_defaults;
use super::fields::{Check, number, page};
use super::prompts::shown;
use super::world::{Call, State};
use crate::models::UserSegment;

pub(super) fn act(call: &Call<'_>, state: &mut State) -> Said {
    match call.route.name {
        "segments.create" => create(call, state),
        _ => list(call, state),
    }
}

fn create(call: &Call<'_>, state: &mut State) -> Said {
    Check::of(&call.body)
        .required(&["name", "project_id", "segment_conditions", "segment_type"])
        .text("name", 1..=200)
        .text("description", 0..=1000)
        .object("segment_conditions")
        .number("estimated_user_count", 0..=i64::MAX)
        .done()?;
    if !call.settings.creates_work() {
        return Err(Refusal::broken());
    }
    let id = state.mint();
    let defaults = json!({"id": id, "estimated_user_count": 0, "is_active": true});
    let object = with_defaults(&call.body, defaults);
    let segment = serde_json::from_value::<UserSegment>(object.into());
    let mut segment = segment.map_err(|_| Refusal::broken())?;
    segment.created_at = Some(call.wall.into());
    segment.updated_at = Some(call.wall.into());
    let answer = shown(call, &segment, UserSegment::FIELDS);
    state.segments.push(segment);
    Ok(Good::created(answer))
}

fn list(call: &Call<'_>, state: &State) -> Said {
    let limit = number(call.query("limit"), "limit", 100, 1..=1000)?;
    let offset = number(call.query("offset"), "offset", 0, 0..=usize::MAX)?;
    let project = call.query("project_id");
    let active = call.query("is_active").map(|word| word == "true");
    let found: Vec<Value> = state
        .segments
        .iter()
        .filter(|one| project.is_none() || one.project_id.as_deref() == project)
        .filter(|one| active.is_none_or(|active| one.is_active.unwrap_or(true) == active))
        .map(|one| shown(call, one, UserSegment::FIELDS))
        .collect();
    Ok(Good::ok(page(found, offset, limit)))
}
