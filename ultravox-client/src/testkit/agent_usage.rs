//! How much the simulator's agents were used.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use voice_core::testkit::SimAnswer;

use super::filter;
use super::router::{Asked, Route};
use super::usage::minutes;
use super::world::{World, stamp};

pub(super) static ROUTES: &[Route] =
    &[Route::new("agents.usage", "GET", "api/agents/usage", usage)];

/// Calls by agent and day; deleted ones count, since they were billed.
fn usage(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    world.settle();
    let mut figures = Vec::new();
    for agent in &world.agents {
        let mut days: BTreeMap<String, (f64, u64)> = BTreeMap::new();
        let calls = world.calls.iter().filter(|call| call.agent == agent.id);
        for call in calls.filter(|call| filter::passes(call, asked.request)) {
            let created = stamp(call.created);
            let day = created
                .as_str()
                .and_then(|time| time.get(..10))
                .unwrap_or_default();
            let (billed, count) = days.entry(day.to_owned()).or_default();
            *billed += minutes(call);
            *count += 1;
        }
        if days.is_empty() {
            continue;
        }
        let days = days.into_iter().map(|(date, (billed, count))| {
            json!({"date": date, "billedMinutes": billed, "calls": count})
        });
        figures.push(json!({
            "agent": {"agentId": agent.id, "name": agent.name},
            "usage": days.collect::<Vec<_>>(),
        }));
    }
    SimAnswer::json(200, &Value::Array(figures))
}
