//! Prompts, written and rendered: documented only.

use serde_json::{Value, json};

use super::answer::{Good, Refusal, Said};
use super::auth;
use super::fields::Check;
use super::prompts::{rows, text_for, whole};
use super::world::{Call, State, base_of};
use crate::ids::bare_version;
use crate::models::Prompt;
use crate::render::{PromptTemplate, PromptVariables, RenderOptions};

fn texts(value: Option<&Value>) -> Option<Vec<String>> {
    let items = value?.as_array()?.iter();
    Some(items.filter_map(Value::as_str).map(str::to_owned).collect())
}

fn checked<'b>(body: &'b Value) -> Check<'b> {
    Check::of(body)
        .text("name", 1..=usize::MAX)
        .text("content", 1..=usize::MAX)
        .text("description", 0..=usize::MAX)
        .list("variables", 0..=usize::MAX)
        .list("target_models", 0..=usize::MAX)
        .list("tags", 0..=usize::MAX)
}

/// Takes over what a body says.
fn apply(prompt: &mut Prompt, body: &Value) {
    let text = |name| body.get(name).and_then(Value::as_str).map(str::to_owned);
    for (slot, name) in [
        (&mut prompt.name, "name"),
        (&mut prompt.description, "description"),
        (&mut prompt.project_id, "project_id"),
        (&mut prompt.module_id, "module_id"),
    ] {
        if let Some(text) = text(name) {
            *slot = Some(text);
        }
    }
    if let Some(content) = text("content") {
        prompt.content = content;
    }
    for (slot, name) in [
        (&mut prompt.variables, "variables"),
        (&mut prompt.target_models, "target_models"),
        (&mut prompt.tags, "tags"),
    ] {
        if let Some(list) = texts(body.get(name)) {
            *slot = list;
        }
    }
}

pub(super) fn create(call: &Call<'_>, state: &mut State) -> Said {
    checked(&call.body).required(&["name", "content"]).done()?;
    auth::project(call, state, call.text("project_id"))?;
    let mut prompt = Prompt::new(state.mint(), "1.0.0", "");
    apply(&mut prompt, &call.body);
    let key = call.key.and_then(|index| state.keys.get(index));
    prompt.created_by = key.and_then(|key| key.data.user_id.clone());
    prompt.created_at = Some(call.wall.into());
    prompt.updated_at = Some(call.wall.into());
    let answer = whole(call, &prompt);
    state.store(prompt);
    Ok(Good::created(answer))
}

pub(super) fn update(call: &Call<'_>, state: &mut State) -> Said {
    checked(&call.body).done()?;
    let id = call.route.param("prompt_id");
    let latest = rows(call, state, id).first().copied().cloned();
    let mut prompt = latest.ok_or_else(Refusal::no_prompt)?;
    auth::sees(call, state, prompt.project_id.as_deref())?;
    apply(&mut prompt, &call.body);
    prompt.updated_at = Some(call.wall.into());
    if call.flag("create_new_version") {
        prompt.version = next_version(&prompt.version);
        prompt.id = base_of(&prompt.id).to_owned();
        prompt.created_at = Some(call.wall.into());
    }
    let answer = whole(call, &prompt);
    state.store(prompt);
    Ok(Good::ok(answer))
}

/// `1.4.2` → `1.5.0`; what is no such version gets one more part.
fn next_version(version: &str) -> String {
    let mut parts = version.split('.');
    let numbers = (parts.next(), parts.next().map(str::parse::<u64>));
    match numbers {
        (Some(major), Some(Ok(minor))) => format!("{major}.{}.0", minor + 1),
        _ => format!("{version}.1"),
    }
}

pub(super) fn delete(call: &Call<'_>, state: &mut State) -> Said {
    let id = call.route.param("prompt_id");
    auth::project(call, state, call.query("project_id"))?;
    let version = call.query("version").map(bare_version);
    let of_id = |row: &Prompt| base_of(&row.id) == base_of(id);
    let found = state
        .prompts
        .iter()
        .find(|row| of_id(row) && version.is_none_or(|version| row.version == version));
    let project = match (found, version) {
        (Some(row), _) => row.project_id.clone(),
        (None, Some(_)) => return Err(Refusal::no_version()),
        (None, None) => return Err(Refusal::no_prompt()),
    };
    auth::sees(call, state, project.as_deref())?;
    state
        .prompts
        .retain(|row| !(of_id(row) && version.is_none_or(|version| row.version == version)));
    Ok(Good::message("Prompt deleted successfully"))
}

pub(super) fn render(call: &Call<'_>, state: &State) -> Said {
    Check::of(&call.body).object("variables").done()?;
    auth::project(call, state, call.text("project_id"))?;
    let rows = rows(call, state, call.route.param("prompt_id"));
    let row = match call.text("version").map(bare_version) {
        None => rows.first().copied().ok_or_else(Refusal::no_prompt)?,
        Some(version) => {
            let mut rows = rows.into_iter();
            rows.find(|row| row.version == version)
                .ok_or_else(Refusal::no_version)?
        }
    };
    auth::sees(call, state, row.project_id.as_deref())?;
    let own = match (call.text("model_provider"), call.text("model_name")) {
        (Some(provider), Some(model)) => text_for(row, provider, model),
        _ => None,
    };
    let given = call.body.get("variables").and_then(Value::as_object);
    let names: Vec<&str> = given
        .into_iter()
        .flat_map(|given| given.keys().map(String::as_str))
        .collect();
    let mut variables = PromptVariables::new();
    for (name, value) in given.into_iter().flatten() {
        variables.set(name, value.clone());
    }
    let text = own.map_or(&row.content, |text| &text.content);
    let rendered = PromptTemplate::parse(text)
        .render(&variables, &RenderOptions::default())
        .map_err(|error| Refusal::bad(error.to_string()))?;
    let rendered = rendered.as_str();
    Ok(Good::ok(json!({
        "prompt_id": base_of(&row.id),
        "version": row.version,
        "rendered_content": rendered,
        "messages": [{"role": "system", "content": rendered}],
        "variables_used": names,
        "processing_time_ms": 15,
        "cache_hit": false,
    })))
}
