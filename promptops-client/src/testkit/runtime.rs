//! The server's runtime module. Its route for a version stands before `latest`, which is therefore taken for a version.

use serde_json::json;

use super::answer::{Good, Refusal, Said};
use super::prompts::{rows, whole};
use super::world::{Call, State, base_of};

/// How long a prompt takes from the cache and from the database, in seconds.
const LATENCIES: (f64, f64) = (0.001, 0.02);

pub(super) fn get(call: &Call<'_>, state: &mut State) -> Said {
    let (id, version) = (call.route.param("prompt_id"), call.route.param("version"));
    let provider = call.query("provider_id");
    let found = rows(call, state, id).into_iter().find(|row| {
        row.version == version && (provider.is_none() || row.provider_id.as_deref() == provider)
    });
    let prompt = whole(call, found.ok_or_else(Refusal::no_version)?);
    let is_new = state
        .cached
        .insert((base_of(id).to_owned(), version.to_owned()));
    let (source, latency) = if is_new {
        ("database", LATENCIES.1)
    } else {
        ("cache", LATENCIES.0)
    };
    Ok(Good::ok(
        json!({"source": source, "prompt": prompt, "latency": latency}),
    ))
}

pub(super) fn rollback(call: &Call<'_>, state: &mut State) -> Said {
    let (id, version) = (call.route.param("prompt_id"), call.route.param("version"));
    let is_there = rows(call, state, id)
        .iter()
        .any(|row| row.version == version);
    if !is_there {
        return Err(Refusal::no_version());
    }
    state
        .pinned
        .insert(base_of(id).to_owned(), version.to_owned());
    Ok(Good::ok(json!({
        "message": "Rollback successful", "prompt_id": id, "rolled_back_to_version": version,
    })))
}

pub(super) fn invalidate(call: &Call<'_>, state: &mut State) -> Said {
    let id = base_of(call.route.param("prompt_id"));
    let version = call.query("version");
    state
        .cached
        .retain(|(known, at)| !(known == id && version.is_none_or(|version| at == version)));
    Ok(Good::message("Cache invalidated"))
}
