//! The same answers in the words of an older guide, whose error bodies the live API does not have, and of a mock server of
//! the vendor's samples, which answers 201 with flat bodies.

use std::time::SystemTime;

use serde_json::{Map, Value, json};
use voice_core::testkit::SimAnswer;

use super::answer::{Refusal, Said};
use super::limits::Standing;
use super::time::utc;

/// What the guide's words need to know of the request.
#[derive(Debug, Clone, Copy)]
pub(super) struct About<'a> {
    pub(super) operation: &'static str,
    pub(super) method: &'a str,
    /// The trunk, or whatever else it is about.
    pub(super) id: &'a str,
    pub(super) wall: SystemTime,
}

pub(super) fn answer(said: &Result<Said, Refusal>, about: About<'_>) -> SimAnswer {
    let good = if about.method == "POST" { 201 } else { 200 };
    match said {
        Err(refusal) => refused(refusal, about),
        Ok(Said::One(data)) => SimAnswer::json(good, &flat(data)),
        Ok(Said::List(items, _)) => {
            let name = about.operation.split('.').next().unwrap_or_default();
            let items: Vec<Value> = items.iter().map(flat).collect();
            SimAnswer::json(200, &json!({name: items}))
        }
        Ok(Said::Batch(items, _)) => {
            let done: Result<Vec<Value>, &Refusal> =
                items.iter().map(|item| item.as_ref().map(flat)).collect();
            match done {
                Err(first) => refused(first, about),
                Ok(items) => match items.as_slice() {
                    [only] => SimAnswer::json(good, only),
                    _ => SimAnswer::json(good, &Value::Array(items)),
                },
            }
        }
        Ok(Said::Bare(body)) => SimAnswer::json(200, body),
    }
}

/// `{sid, status, created_at, …}`
fn flat(data: &Value) -> Value {
    let Value::Object(map) = data else {
        return data.clone();
    };
    let id = if map.contains_key("id") {
        "id"
    } else {
        "trunk_sid"
    };
    let mut out = Map::new();
    for (name, value) in map {
        let name = match name.as_str() {
            name if name == id => "sid",
            "date_created" => "created_at",
            "date_updated" => "updated_at",
            name => name,
        };
        out.insert(name.to_owned(), value.clone());
    }
    out.entry("status").or_insert_with(|| "active".into());
    Value::Object(out)
}

fn refused(refusal: &Refusal, about: About<'_>) -> SimAnswer {
    let time = utc(about.wall);
    let (status, body) = match refusal.code {
        1010 => (
            401,
            json!({"error": "Authentication failed", "message": "Invalid API key or token", "code": "AUTH_FAILED", "timestamp": time}),
        ),
        1003 if refusal.field == VSIP => (
            403,
            json!({"error": "Feature not enabled", "message": "vSIP is not enabled for this account", "code": "FEATURE_NOT_ENABLED", "timestamp": time}),
        ),
        1000 | 1003 => {
            let kind = match about.operation.split('.').next() {
                Some("trunks") => "trunk",
                Some(other) => other,
                None => "resource",
            };
            (
                404,
                json!({"error": "Resource not found", "message": "There is no such resource", "code": "RESOURCE_NOT_FOUND",
                       "resource_type": kind, "resource_id": about.id}),
            )
        }
        1001 | 1002 => {
            let field = if refusal.field.is_empty() {
                "request"
            } else {
                refusal.field
            };
            (
                400,
                json!({"error": "Validation failed", "details": {field: [refusal.description]}, "code": "VALIDATION_ERROR"}),
            )
        }
        1008 => (
            422,
            json!({"error": "Duplicate resource", "message": refusal.description, "code": "DUPLICATE_RESOURCE",
                   "existing_resource_id": refusal.existing}),
        ),
        _ => (
            refusal.status,
            json!({"error": refusal.message.trim(), "message": refusal.description}),
        ),
    };
    SimAnswer::json(status, &body)
}

/// Marks a 403 that is about the account and not about a trunk.
pub(super) const VSIP: &str = "vsip";

/// The body of a 429.
pub(super) fn hints(wait: u64, standing: Option<Standing>, wall: SystemTime) -> Value {
    let reset = wall + std::time::Duration::from_secs(wait);
    json!({
        "error": "Rate limit exceeded",
        "message": "Too many requests",
        "retry_after": wait,
        "limit": standing.map(|standing| standing.limit),
        "remaining": standing.map(|standing| standing.remaining),
        "reset_time": utc(reset),
    })
}
