//! Prompts, read: as the server finds them, by pattern and by text order, or as documented, exactly.

use std::cmp::Ordering;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::answer::{Good, Refusal, Said};
use super::choice::Speaks;
use super::fields::{Check, number};
use super::world::{Call, State, base_of};
use super::{auth, time};
use crate::ids::{bare_version, compare_versions, is_plain, split_id};
use crate::models::{ModelSpecificPrompt, PoTime, Prompt};

/// Whether the server's `id = X OR id LIKE 'X-v%'` finds a row: `_` stands for any character.
fn is_like(asked: &str, stored: &str) -> bool {
    if asked == stored {
        return true;
    }
    let pattern = format!("{asked}-v");
    let mut stored = stored.chars();
    pattern.chars().all(|wanted| match stored.next() {
        Some(given) => wanted == '_' || wanted.eq_ignore_ascii_case(&given),
        None => false,
    })
}

/// The rows an id stands for, latest first.
pub(super) fn rows<'s>(call: &Call<'_>, state: &'s State, id: &str) -> Vec<&'s Prompt> {
    let base = split_id(id).0;
    let server = call.speaks() == Speaks::Server;
    let mut rows: Vec<&Prompt> = state
        .prompts
        .iter()
        .filter(|row| {
            if server {
                is_like(base, &row.id)
            } else {
                base_of(&row.id) == base
            }
        })
        .collect();
    let pinned = state.pinned.get(base);
    rows.sort_by(|a, b| {
        let is_pinned = |row: &Prompt| pinned == Some(&row.version);
        is_pinned(b)
            .cmp(&is_pinned(a))
            .then_with(|| later(call.speaks(), &b.version, &a.version))
    });
    rows
}

/// The server compares versions as texts.
fn later(speaks: Speaks, a: &str, b: &str) -> Ordering {
    match speaks {
        Speaks::Server => a.cmp(b),
        Speaks::Docs => compare_versions(a, b),
    }
}

/// What an id may be, and the project that was named.
fn admit<'c>(call: &'c Call<'_>, state: &State) -> Result<&'c str, Refusal> {
    let id = call.route.param("prompt_id");
    if !is_plain(split_id(id).0) {
        return Err(Refusal::bad("Invalid prompt ID format"));
    }
    auth::project(call, state, call.query("project_id"))?;
    Ok(id)
}

/// The rows of an id within the project that was named, and to be seen with this key.
fn seen<'s>(
    call: &Call<'_>,
    state: &'s State,
    id: &str,
    project: Option<&str>,
) -> Result<Vec<&'s Prompt>, Refusal> {
    let mut rows = rows(call, state, id);
    rows.retain(|row| project.is_none() || row.project_id.as_deref() == project);
    if let Some(first) = rows.first() {
        auth::sees(call, state, first.project_id.as_deref())?;
    }
    Ok(rows)
}

/// An object of the crate as the service writes it: every field from the server, those that are set from the other.
pub(super) fn shown(call: &Call<'_>, value: &impl Serialize, fields: &[&str]) -> Value {
    let mut object = match serde_json::to_value(value) {
        Ok(Value::Object(object)) => object,
        _ => Map::new(),
    };
    let speaks = call.speaks();
    if speaks == Speaks::Server {
        for field in fields {
            object.entry(*field).or_insert(Value::Null);
        }
    }
    for (name, value) in &mut object {
        let is_time = name.ends_with("_at") || name.ends_with("_time");
        if let (true, Some(text)) = (is_time, value.as_str())
            && let Ok(moment) = text.parse::<PoTime>()
        {
            *value = time::rewritten(&moment, speaks).into();
        }
    }
    object.into()
}

const MAS: [&str; 4] = [
    "mas_intent",
    "mas_fairness_notes",
    "mas_testing_notes",
    "mas_risk_level",
];
const DOCUMENTED: [&str; 4] = ["variables", "tags", "metadata", "is_active"];

/// A stored version, whole.
pub(super) fn whole(call: &Call<'_>, row: &Prompt) -> Value {
    let mut value = shown(call, row, Prompt::FIELDS);
    let Some(object) = value.as_object_mut() else {
        return value;
    };
    match call.speaks() {
        Speaks::Server => {
            for name in DOCUMENTED {
                object.remove(name);
            }
        }
        Speaks::Docs => {
            let notes: Map<String, Value> = MAS
                .iter()
                .filter_map(|name| Some(((*name).to_owned(), object.remove(*name)?)))
                .collect();
            if !notes.is_empty() {
                object.insert("metadata".to_owned(), notes.into());
            }
            object.insert("id".to_owned(), base_of(&row.id).into());
        }
    }
    value
}

/// A version as the list of versions has it.
fn brief(call: &Call<'_>, row: &Prompt) -> Value {
    let mut value = whole(call, row);
    if let Some(object) = value.as_object_mut() {
        for name in MAS {
            object.remove(name);
        }
        object.remove("metadata");
    }
    value
}

pub(super) fn get(call: &Call<'_>, state: &State) -> Said {
    let id = admit(call, state)?;
    let rows = seen(call, state, id, call.query("project_id"))?;
    let row = rows.first().ok_or_else(Refusal::no_prompt)?;
    Ok(Good::ok(whole(call, row)))
}

pub(super) fn versions(call: &Call<'_>, state: &State) -> Said {
    let id = admit(call, state)?;
    let mut rows = seen(call, state, id, call.query("project_id"))?;
    if rows.is_empty() {
        return Err(Refusal::no_prompt());
    }
    // In no order: as they were stored.
    rows.sort_by_key(|row| state.prompts.iter().position(|known| known.id == row.id));
    let rows: Vec<Value> = rows.into_iter().map(|row| brief(call, row)).collect();
    Ok(Good::ok(rows))
}

pub(super) fn version(call: &Call<'_>, state: &State) -> Said {
    let id = admit(call, state)?;
    let asked = call.route.param("version");
    let rows = seen(call, state, id, call.query("project_id"))?;
    let wanted = match call.speaks() {
        Speaks::Server => asked,
        Speaks::Docs => bare_version(asked),
    };
    let row = rows.into_iter().find(|row| row.version == wanted);
    let row = row.ok_or_else(Refusal::no_version)?;
    Ok(Good::ok(brief(call, row)))
}

pub(super) fn search(call: &Call<'_>, state: &State) -> Said {
    let project = call.query("project_id");
    auth::project(call, state, project)?;
    let most = match call.speaks() {
        // The schema says 1000; the route does not look at it.
        Speaks::Server => usize::MAX,
        Speaks::Docs => 1000,
    };
    let limit = number(call.query("limit"), "limit", 50, 1..=most)?;
    let offset = number(call.query("offset"), "offset", 0, 0..=usize::MAX)?;
    let wanted = call.query("query").unwrap_or_default().to_lowercase();
    let tags: Vec<&str> = match (call.speaks(), call.query("tags")) {
        (Speaks::Docs, Some(tags)) => tags.split(',').map(str::trim).collect(),
        _ => Vec::new(),
    };
    let mut found: Vec<&Prompt> = state
        .prompts
        .iter()
        .filter(|row| auth::sees(call, state, row.project_id.as_deref()).is_ok())
        .filter(|row| project.is_none() || row.project_id.as_deref() == project)
        .filter(|row| {
            let module = call.query("module_id");
            module.is_none() || row.module_id.as_deref() == module
        })
        .filter(|row| {
            let texts = [
                row.name.as_deref(),
                row.description.as_deref(),
                Some(&*row.content),
            ];
            let mut texts = texts.into_iter().flatten();
            texts.any(|text| text.to_lowercase().contains(&wanted))
        })
        .filter(|row| tags.iter().all(|tag| row.tags.iter().any(|t| t == tag)))
        .collect();
    sort(&mut found, call);
    let total = found.len();
    let rows: Vec<Value> = found
        .into_iter()
        .skip(offset)
        .take(limit)
        .map(|row| {
            let mut value = whole(call, row);
            if let Some(object) = value.as_object_mut() {
                for name in [
                    "content",
                    "model_specific_prompts",
                    "mas_fairness_notes",
                    "mas_testing_notes",
                ] {
                    object.remove(name);
                }
            }
            value
        })
        .collect();
    let has_more = offset.saturating_add(rows.len()) < total;
    Ok(Good::ok(json!({
        "prompts": rows, "total": total, "limit": limit, "offset": offset, "has_more": has_more,
    })))
}

/// Newest change first unless asked otherwise; not at all by a word that is not known.
fn sort(found: &mut [&Prompt], call: &Call<'_>) {
    let by = call.query("sort_by").unwrap_or("updated_at");
    let moment = |time: &Option<PoTime>| time.as_ref().and_then(PoTime::time);
    let order = |a: &Prompt, b: &Prompt| match by {
        "created_at" => moment(&a.created_at).cmp(&moment(&b.created_at)),
        "updated_at" => moment(&a.updated_at).cmp(&moment(&b.updated_at)),
        "name" => a.name.cmp(&b.name),
        _ => Ordering::Equal,
    };
    let ascending = call.query("sort_order") == Some("asc");
    found.sort_by(|a, b| {
        let order = order(a, b);
        if ascending { order } else { order.reverse() }
    });
}

/// The text of a row for a model, by exactly its maker and name.
pub(super) fn text_for<'r>(
    row: &'r Prompt,
    provider: &str,
    model: &str,
) -> Option<&'r ModelSpecificPrompt> {
    row.model_specific_prompts
        .iter()
        .find(|text| text.model_provider.as_str() == provider && text.model_name == model)
}

pub(super) fn for_model(call: &Call<'_>, state: &State) -> Said {
    let id = admit(call, state)?;
    let rows = seen(call, state, id, call.query("project_id"))?;
    let row = rows.first().ok_or_else(Refusal::no_prompt)?;
    let (provider, model) = (call.route.param("provider"), call.route.param("name"));
    let own = text_for(row, provider, model);
    let id = match call.speaks() {
        Speaks::Server => &*row.id,
        Speaks::Docs => base_of(&row.id),
    };
    Ok(Good::ok(json!({
        "id": id,
        "version": row.version,
        "name": row.name,
        "description": row.description,
        "content": own.map_or(&row.content, |text| &text.content),
        "is_model_specific": own.is_some(),
        "provider": provider,
        "model": model,
        "expected_output_format": own.and_then(|text| text.expected_output_format.as_ref()),
        "instructions": own.and_then(|text| text.instructions.as_ref()),
    })))
}

pub(super) fn batch(call: &Call<'_>, state: &State) -> Said {
    Check::of(&call.body)
        .required(&["prompt_ids"])
        .list("prompt_ids", 1..=100)
        .text("project_id", 0..=usize::MAX)
        .done()?;
    let project = call.text("project_id");
    auth::project(call, state, project)?;
    let ids = call.body.get("prompt_ids").and_then(Value::as_array);
    let ids: Vec<&str> = ids
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let (mut found, mut errors) = (Map::new(), Vec::new());
    for id in &ids {
        match entry(call, state, id, project) {
            Ok(entry) => {
                found.insert((*id).to_owned(), entry);
            }
            Err(refusal) => errors.push(json!({"prompt_id": id, "error": refusal.text})),
        }
    }
    let count = found.len();
    Ok(Good::ok(json!({
        "prompts": found, "errors": errors, "total_requested": ids.len(), "total_found": count,
    })))
}

fn entry(
    call: &Call<'_>,
    state: &State,
    id: &str,
    project: Option<&str>,
) -> Result<Value, Refusal> {
    let rows = seen(call, state, id, project)?;
    let row = rows.first().ok_or_else(Refusal::no_prompt)?;
    let whole = whole(call, row);
    let mut entry = Map::new();
    let mut take = |names: &[&str]| {
        for name in names {
            if let Some(value) = whole.get(*name) {
                entry.insert((*name).to_owned(), value.clone());
            }
        }
    };
    take(&["id", "version", "name", "content"]);
    if call.flag("include_metadata") {
        take(&[
            "description",
            "module_id",
            "created_by",
            "created_at",
            "updated_at",
            "target_models",
            "mas_intent",
            "mas_risk_level",
        ]);
    }
    if call.flag("include_versions") {
        let of_this = |row: &&Prompt| match call.speaks() {
            Speaks::Server => row.id == id,
            Speaks::Docs => true,
        };
        let marks: Vec<Value> = rows
            .iter()
            .filter(|row| of_this(row))
            .map(|row| {
                let made = row.created_at.as_ref();
                let made = made.map(|made| time::rewritten(made, call.speaks()));
                json!({"version": row.version, "created_at": made})
            })
            .collect();
        entry.insert("versions".to_owned(), marks.into());
    }
    Ok(entry.into())
}
