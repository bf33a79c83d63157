//! Feature flags, as the server keeps them.

use serde_json::{Value, json};

use super::answer::{Good, Refusal, Said};
use super::experiments::{STRATEGIES, with_defaults};
use super::fields::{Check, number, page};
use super::prompts::shown;
use super::world::{Call, State};
use crate::models::FeatureFlag;

pub(super) fn act(call: &Call<'_>, state: &mut State) -> Said {
    match call.route.name {
        "flags.create" => create(call, state),
        "flags.list" => list(call, state),
        "flags.update" => update(call, state),
        _ => {
            let flag = find(state, call)?;
            Ok(Good::ok(shown(call, flag, FeatureFlag::FIELDS)))
        }
    }
}

fn find<'s>(state: &'s mut State, call: &Call<'_>) -> Result<&'s mut FeatureFlag, Refusal> {
    let id = call.route.param("id");
    let found = state
        .flags
        .iter_mut()
        .find(|flag| flag.id.as_deref() == Some(id));
    found.ok_or_else(|| Refusal::not_found("Feature flag not found"))
}

fn checked(body: &Value) -> Check<'_> {
    Check::of(body)
        .text("name", 1..=200)
        .text("description", 0..=1000)
        .number("rollout_percentage", 0..=100)
        .word("rollout_strategy", &STRATEGIES)
        .object("targeting_rules")
        .number("current_stage", 1..=i64::MAX)
        .number("total_stages", 1..=i64::MAX)
        .list("stage_rollout_percentage", 0..=usize::MAX)
        .number("canary_percentage", 1..=50)
        .number("canary_duration_hours", 1..=i64::MAX)
}

fn create(call: &Call<'_>, state: &mut State) -> Said {
    checked(&call.body)
        .required(&["name", "project_id"])
        .done()?;
    if !call.settings.creates_work() {
        return Err(Refusal::broken());
    }
    let name = call.text("name");
    if state.flags.iter().any(|flag| Some(&*flag.name) == name) {
        return Err(Refusal::bad("Feature flag with this name already exists"));
    }
    let object = with_defaults(
        &call.body,
        json!({
            "enabled": false, "rollout_percentage": 0, "rollout_strategy": "uniform",
            "is_staged_rollout": false, "current_stage": 1, "total_stages": 5,
            "is_canary_release": false, "canary_percentage": 5, "canary_duration_hours": 24,
        }),
    );
    let flag = serde_json::from_value::<FeatureFlag>(object.into());
    let mut flag = flag.map_err(|_| Refusal::broken())?;
    flag.id = Some(state.mint());
    flag.created_at = Some(call.wall.into());
    flag.updated_at = Some(call.wall.into());
    let answer = shown(call, &flag, FeatureFlag::FIELDS);
    state.flags.push(flag);
    Ok(Good::created(answer))
}

fn list(call: &Call<'_>, state: &State) -> Said {
    let limit = number(call.query("limit"), "limit", 100, 1..=1000)?;
    let offset = number(call.query("offset"), "offset", 0, 0..=usize::MAX)?;
    let project = call.query("project_id");
    let enabled = call.query("enabled").map(|word| word == "true");
    let found: Vec<Value> = state
        .flags
        .iter()
        .filter(|flag| project.is_none() || flag.project_id.as_deref() == project)
        .filter(|flag| enabled.is_none_or(|enabled| flag.enabled.unwrap_or(false) == enabled))
        .map(|flag| shown(call, flag, FeatureFlag::FIELDS))
        .collect();
    Ok(Good::ok(page(found, offset, limit)))
}

fn update(call: &Call<'_>, state: &mut State) -> Said {
    checked(&call.body).done()?;
    let (id, name) = (call.route.param("id"), call.text("name"));
    let is_taken = |flag: &FeatureFlag| Some(&*flag.name) == name && flag.id.as_deref() != Some(id);
    let taken = state.flags.iter().any(is_taken);
    let flag = find(state, call)?;
    if taken {
        return Err(Refusal::bad("Feature flag with this name already exists"));
    }
    let before = serde_json::to_value(&*flag).unwrap_or_default();
    let (project, prompt) = (flag.project_id.clone(), flag.prompt_id.clone());
    let merged = with_defaults(&call.body, before);
    let merged = serde_json::from_value::<FeatureFlag>(merged.into());
    *flag = merged.map_err(|_| Refusal::broken())?;
    flag.project_id = project;
    flag.prompt_id = prompt;
    flag.updated_at = Some(call.wall.into());
    Ok(Good::ok(shown(call, flag, FeatureFlag::FIELDS)))
}
