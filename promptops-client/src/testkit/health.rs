//! How the service says it feels.

use serde_json::json;

use super::answer::{Good, Said};
use super::time;
use super::world::{Call, State};

const VERSION: &str = "1.0.0";

pub(super) fn health() -> Said {
    Ok(Good::ok(json!({"status": "healthy", "version": VERSION})))
}

pub(super) fn runtime() -> Said {
    Ok(Good::ok(json!({
        "status": "healthy",
        "redis_connected": true,
        "message": "Runtime service is operational",
    })))
}

pub(super) fn documented(call: &Call<'_>, state: &State) -> Said {
    let started = state.started.unwrap_or(call.wall);
    let uptime = call.wall.duration_since(started).unwrap_or_default();
    let busy: u64 = state
        .keys
        .iter()
        .filter_map(|key| {
            let standing = key.windows.standing(call.wall, [0; 3]);
            standing.first().map(|window| window.used)
        })
        .sum();
    Ok(Good::ok(json!({
        "status": "healthy",
        "timestamp": time::zulu(call.wall),
        "version": VERSION,
        "dependencies": {"database": "healthy", "cache": "healthy", "queue": "healthy"},
        "uptime_seconds": uptime.as_secs(),
        "requests_last_minute": busy,
    })))
}
