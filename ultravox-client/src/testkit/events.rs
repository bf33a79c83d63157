//! The simulator's event log.

use serde_json::Value;
use voice_core::testkit::SimAnswer;

use super::answers::{self, Faults};
use super::paging;
use super::router::{Asked, Route};
use super::world::World;
use crate::types::Severity;

pub(super) static ROUTES: &[Route] = &[Route::new(
    "calls.events.list",
    "GET",
    "api/calls/*/events",
    list,
)];

/// Worse ones have a higher rank.
fn rank(severity: &str) -> Option<usize> {
    Severity::KNOWN.iter().position(|word| *word == severity)
}

fn list(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let Some(call) = world.call_row(asked.id) else {
        return answers::not_found();
    };
    let mut faults = Faults::default();
    let wanted = asked.request.query_value("minimum_severity");
    let least = rank(wanted.as_deref().unwrap_or("info"));
    if least.is_none() {
        faults.add("minimum_severity", "Not a valid choice.");
    }
    let kind = asked.request.query_value("type");
    if kind.as_deref() == Some("") {
        faults.add("type", "This field may not be blank.");
    }
    if let Some(refusal) = faults.answer() {
        return refusal;
    }
    let text = |event: &Value, name: &str| {
        event
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let events = call.record.events.iter().enumerate();
    let items: Vec<(String, Value)> = events
        .filter(|(_, event)| rank(&text(event, "severity")) >= least)
        .filter(|(_, event)| {
            kind.as_ref()
                .is_none_or(|kind| text(event, "type") == *kind)
        })
        .map(|(at, event)| (at.to_string(), event.clone()))
        .collect();
    paging::page(asked.request, asked.settings, &items)
}
