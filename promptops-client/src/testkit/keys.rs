//! API keys: judged, made, listed, revoked.

use serde_json::{Value, json};

use super::answer::{Good, Refusal, Said};
use super::auth;
use super::choice::Speaks;
use super::fields::{Check, number, page};
use super::limits::{Limits, Windows};
use super::prompts::shown;
use super::world::{Call, Key, State};
use crate::models::{ApiKey, KeyStatus, NewApiKey, Scope, Secret};

/// What the server allows a key that names no limits.
const DEFAULTS: Limits = [60, 3600, 86_400];

/// Requests a key may make.
pub(super) fn limits(key: &ApiKey) -> Limits {
    let [minute, hour, day] = DEFAULTS;
    [
        key.rate_limit_per_minute.unwrap_or(minute),
        key.rate_limit_per_hour.unwrap_or(hour),
        key.rate_limit_per_day.unwrap_or(day),
    ]
}

pub(super) fn validate(call: &Call<'_>, state: &State) -> Said {
    let names = ["api_key", "signature", "timestamp", "method", "endpoint"];
    Check::of(&call.body).required(&names).done()?;
    let text = |name| call.text(name).unwrap_or_default();
    let no = |error: String| {
        Ok(Good::ok(match call.speaks() {
            Speaks::Server => json!({
                "valid": false, "api_key_id": null, "user_id": null, "tenant_id": null, "scopes": null,
                "allowed_projects": null, "rate_limits": null, "error": error,
            }),
            Speaks::Docs => json!({"valid": false, "error": error}),
        }))
    };
    let index = auth::position(state, text("api_key"));
    let Some(key) = index.and_then(|index| state.keys.get(index)) else {
        return no("Invalid API key".to_owned());
    };
    if let Err(error) = auth::usable(&key.data, call.wall) {
        return no(error);
    }
    // The age of the timestamp is not looked at.
    let signed = auth::Signed {
        timestamp: text("timestamp"),
        method: text("method"),
        path: text("endpoint"),
        signature: text("signature"),
    };
    if !auth::is_right(call, &key.data, &signed) {
        return no("Invalid signature".to_owned());
    }
    let [minute, hour, day] = limits(&key.data);
    Ok(Good::ok(json!({
        "valid": true,
        "api_key_id": key.data.id,
        "user_id": key.data.user_id,
        "tenant_id": key.data.tenant_id,
        "scopes": key.data.allowed_scopes,
        "allowed_projects": key.data.allowed_projects,
        "rate_limits": {"minute": minute, "hour": hour, "day": day},
    })))
}

/// A key as a list shows it; the server shows its secrets too.
fn listed(call: &Call<'_>, key: &ApiKey) -> Value {
    let mut value = shown(call, key, ApiKey::FIELDS);
    if let (Speaks::Docs, Some(object)) = (call.speaks(), value.as_object_mut()) {
        for name in ["api_key", "secret_key", "user_id", "tenant_id"] {
            object.remove(name);
        }
    }
    value
}

pub(super) fn create(call: &Call<'_>, state: &mut State) -> Said {
    Check::of(&call.body)
        .required(&["name"])
        .text("name", 1..=100)
        .text("description", 0..=500)
        .number("rate_limit_per_minute", 1..=10_000)
        .number("rate_limit_per_hour", 1..=100_000)
        .number("rate_limit_per_day", 1..=1_000_000)
        .list("allowed_projects", 0..=usize::MAX)
        .list("allowed_scopes", 1..=usize::MAX)
        .done()?;
    let asked = serde_json::from_value::<NewApiKey>(call.body.clone());
    let asked = asked.map_err(|_| Refusal::broken())?;
    let (id, number) = (state.mint(), state.keys.len());
    let api_key = format!("po_51e{number:021x}");
    let secret = format!("5ec0{number:028x}");
    let mut key = ApiKey::new(id)
        .name(asked.name)
        .api_key_prefix(api_key.chars().take(8).collect::<String>())
        .api_key(Secret::from(api_key.clone()))
        .secret_key(Secret::from(secret.clone()))
        .status(KeyStatus::Active)
        .created_at(call.wall)
        .updated_at(call.wall)
        .allowed_scopes(asked.allowed_scopes.unwrap_or_else(|| vec![Scope::Read]));
    let [minute, hour, day] = DEFAULTS;
    key.rate_limit_per_minute = asked.rate_limit_per_minute.or(Some(minute));
    key.rate_limit_per_hour = asked.rate_limit_per_hour.or(Some(hour));
    key.rate_limit_per_day = asked.rate_limit_per_day.or(Some(day));
    key.description = asked.description;
    key.allowed_projects = asked.allowed_projects;
    key.expires_at = asked.expires_at;
    let answer = json!({
        "api_key": api_key, "secret_key": secret, "api_key_data": listed(call, &key),
    });
    state.keys.push(Key {
        data: key,
        windows: Windows::default(),
    });
    Ok(Good::created(answer))
}

pub(super) fn list(call: &Call<'_>, state: &State) -> Said {
    let keys: Vec<Value> = state
        .keys
        .iter()
        .filter(|key| match (call.speaks(), call.query("status")) {
            (Speaks::Docs, Some(status)) => {
                key.data.status.as_ref().map(KeyStatus::as_str) == Some(status)
            }
            _ => true,
        })
        .map(|key| listed(call, &key.data))
        .collect();
    if call.speaks() == Speaks::Server {
        return Ok(Good::ok(keys));
    }
    let limit = number(call.query("limit"), "limit", 50, 1..=1000)?;
    let offset = number(call.query("offset"), "offset", 0, 0..=usize::MAX)?;
    let total = keys.len();
    let keys = page(keys, offset, limit);
    let has_more = offset.saturating_add(keys.len()) < total;
    Ok(Good::ok(keys)
        .with_metadata("total", total)
        .with_metadata("limit", limit)
        .with_metadata("offset", offset)
        .with_metadata("has_more", has_more))
}

pub(super) fn revoke(call: &Call<'_>, state: &mut State) -> Said {
    let id = call.route.param("api_key_id");
    let key = state.keys.iter_mut().find(|key| key.data.id == id);
    let key = key.ok_or_else(|| Refusal::not_found("API key not found"))?;
    key.data.status = Some(KeyStatus::Revoked);
    key.data.updated_at = Some(call.wall.into());
    Ok(Good::message("API key revoked successfully"))
}
