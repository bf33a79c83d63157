//! What a session object may be.

use serde_json::{Map, Value};
use voice_core::testkit::SimAnswer;

use super::answers;

const FIELDS: [&str; 14] = [
    "type",
    "model",
    "output_modalities",
    "instructions",
    "audio",
    "tools",
    "tool_choice",
    "parallel_tool_calls",
    "reasoning",
    "max_output_tokens",
    "truncation",
    "prompt",
    "include",
    "tracing",
];

/// Refuses a session that the API would refuse: above all one nested under `session`.
pub(super) fn check(session: &Map<String, Value>, types: &[&str]) -> Result<(), SimAnswer> {
    match session.get("type") {
        _ if session.contains_key("session") => return Err(answers::unknown_parameter("session")),
        None => return Err(answers::missing("type")),
        Some(kind) if !kind.as_str().is_some_and(|kind| types.contains(&kind)) => {
            return Err(answers::bad_value("type"));
        }
        Some(Value::String(kind)) if kind != "realtime" => return Ok(()),
        Some(_) => {}
    }
    if let Some(odd) = session.keys().find(|key| !FIELDS.contains(&key.as_str())) {
        return Err(answers::unknown_parameter(odd));
    }
    let is_wrong = |field: &str, is_right: &dyn Fn(&Value) -> bool| {
        session.get(field).is_some_and(|value| !is_right(value))
    };
    let one_modality = |value: &Value| {
        let list = value.as_array().map(Vec::as_slice);
        matches!(list, Some([Value::String(one)]) if one == "audio" || one == "text")
    };
    if is_wrong("output_modalities", &one_modality) {
        return Err(answers::bad_value("output_modalities"));
    }
    let tokens =
        |value: &Value| value == "inf" || value.as_u64().is_some_and(|n| (1..=4096).contains(&n));
    if is_wrong("max_output_tokens", &tokens) {
        return Err(answers::bad_value("max_output_tokens"));
    }
    for field in ["model", "instructions"] {
        if is_wrong(field, &Value::is_string) {
            return Err(answers::bad_value(field));
        }
    }
    let speed = session
        .get("audio")
        .and_then(|audio| audio.pointer("/output/speed"));
    if speed.is_some_and(|speed| {
        !speed
            .as_f64()
            .is_some_and(|speed| (0.25..=1.5).contains(&speed))
    }) {
        return Err(answers::bad_value("audio.output.speed"));
    }
    let tools = match session.get("tools") {
        None => return Ok(()),
        Some(Value::Array(tools)) => tools,
        Some(_) => return Err(answers::bad_value("tools")),
    };
    for (at, tool) in tools.iter().enumerate() {
        let text = |name: &str| tool.get(name).and_then(Value::as_str);
        let missing = match text("type") {
            // Functions are flat here, unlike in the API for chats.
            Some("function") => text("name").is_none().then_some("name"),
            Some("mcp") => text("server_label").is_none().then_some("server_label"),
            Some(_) => return Err(answers::bad_value(&format!("tools[{at}].type"))),
            None => Some("type"),
        };
        if let Some(name) = missing {
            return Err(answers::missing(&format!("tools[{at}].{name}")));
        }
    }
    Ok(())
}
