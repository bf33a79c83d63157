//! From what any provider is told about a call to a session of this one.

use serde_json::{Map, Value};
use voice_core::provider::AcceptCall;

use super::{Model, Session};
use crate::wire::Fields;

/// Instructions that are empty are left to the API. What stands in `extra` is read as the session's own fields and wins:
/// `audio` is merged with the voice that was asked for, everything else replaces.
///
/// ```
/// use openai_calls::session::Session;
/// use serde_json::json;
/// use voice_core::provider::AcceptCall;
///
/// let mut call = AcceptCall::new("You answer the phone of a bakery.");
/// call.voice = Some("marin".to_owned());
/// call.extra.insert("audio".to_owned(), json!({"input": {"turn_detection": null}}));
/// assert_eq!(
///     serde_json::to_value(Session::from(&call))?,
///     json!({
///         "type": "realtime",
///         "model": "gpt-realtime-2.1",
///         "instructions": "You answer the phone of a bakery.",
///         "audio": {"input": {"turn_detection": null}, "output": {"voice": "marin"}},
///     })
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
impl From<&AcceptCall> for Session {
    fn from(call: &AcceptCall) -> Self {
        let mut session = Self::changes().model(
            call.model
                .as_deref()
                .map_or_else(Model::default, Model::from_word),
        );
        if !call.instructions.is_empty() {
            session = session.instructions(call.instructions.as_str());
        }
        if let Some(voice) = &call.voice {
            session = session.voice(voice.as_str());
        }
        for tool in &call.tools {
            session = session.tool(tool.clone());
        }
        if let Some(choice) = &call.tool_choice {
            session = session.tool_choice(choice.clone());
        }
        if call.extra.is_empty() {
            return session;
        }
        match serde_json::to_value(&session) {
            Ok(Value::Object(mut map)) => {
                for (name, value) in &call.extra {
                    if name == "audio" {
                        merge(&mut map, name, value);
                    } else {
                        map.insert(name.clone(), value.clone());
                    }
                }
                Self::read_tagged(map)
            }
            _ => {
                session.extra.extend(call.extra.clone());
                session
            }
        }
    }
}

/// As from a reference.
impl From<AcceptCall> for Session {
    fn from(call: AcceptCall) -> Self {
        Self::from(&call)
    }
}

/// Sets `name`, and keeps what an object there has beside it.
fn merge(map: &mut Map<String, Value>, name: &str, value: &Value) {
    match (map.get_mut(name), value) {
        (Some(Value::Object(old)), Value::Object(new)) => {
            for (name, value) in new {
                merge(old, name, value);
            }
        }
        _ => {
            map.insert(name.to_owned(), value.clone());
        }
    }
}
