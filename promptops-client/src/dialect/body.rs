//! The five forms an error's body comes in.

use serde_json::{Map, Value};
use voice_core::error::FieldError;

use crate::envelope::read_object;

/// What a body says of a failure.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) code: Option<String>,
    pub(super) message: String,
    pub(super) fields: Vec<FieldError>,
    /// The status within the body.
    pub(super) status: Option<u16>,
    pub(super) context: Vec<(&'static str, String)>,
}

/// Parts of `details` that say something of their own: an approval that is missing, a quota that is used up.
const DETAILS: [&str; 3] = ["approval_request_id", "limit", "current"];

/// Reads a body of any form; one that is no JSON object says nothing.
pub(super) fn read(body: &[u8]) -> Said {
    let Some(object) = read_object(body) else {
        return Said::default();
    };
    let mut said = match object.get("error") {
        Some(Value::Object(error)) => Said {
            code: text(error, "code"),
            message: text(error, "message").unwrap_or_default(),
            context: details(error),
            ..Said::default()
        },
        Some(Value::String(message)) => Said {
            message: message.clone(),
            context: details(&object),
            ..Said::default()
        },
        _ => detail(&object),
    };
    if said.message.is_empty() {
        said.message = text(&object, "message").unwrap_or_default();
    }
    said.status = object
        .get("status_code")
        .and_then(Value::as_u64)
        .and_then(|status| u16::try_from(status).ok())
        .filter(|status| (400..600).contains(status));
    said
}

/// What the framework writes: a text, or a list of fields.
fn detail(object: &Map<String, Value>) -> Said {
    match object.get("detail") {
        Some(Value::String(message)) => Said {
            message: message.clone(),
            ..Said::default()
        },
        Some(Value::Array(entries)) => {
            let fields: Vec<FieldError> = entries.iter().filter_map(field).collect();
            let lines: Vec<String> = fields
                .iter()
                .map(|field| format!("{}: {}", field.field, field.message))
                .collect();
            Said {
                message: lines.join("; "),
                fields,
                ..Said::default()
            }
        }
        // A handler may raise with an object of its own.
        Some(Value::Object(inner)) => Said {
            code: text(inner, "code"),
            message: text(inner, "message").unwrap_or_default(),
            context: details(inner),
            ..Said::default()
        },
        _ => Said::default(),
    }
}

/// One entry of the list: where, and what. `body`, which begins every place in a body, is left out.
fn field(entry: &Value) -> Option<FieldError> {
    let message = entry.get("msg")?.as_str()?;
    let place: Vec<String> = entry
        .get("loc")
        .and_then(Value::as_array)
        .map(|parts| parts.iter().filter_map(part).collect())
        .unwrap_or_default();
    let place = match place.split_first() {
        Some((first, rest)) if first == "body" && !rest.is_empty() => rest.join("."),
        _ => place.join("."),
    };
    Some(FieldError::new(place, message))
}

fn part(part: &Value) -> Option<String> {
    match part {
        Value::String(name) => Some(name.clone()),
        Value::Number(index) => Some(index.to_string()),
        _ => None,
    }
}

fn details(object: &Map<String, Value>) -> Vec<(&'static str, String)> {
    let Some(Value::Object(details)) = object.get("details") else {
        return Vec::new();
    };
    DETAILS
        .into_iter()
        .filter_map(|key| Some((key, part(details.get(key)?)?)))
        .collect()
}

fn text(object: &Map<String, Value>, key: &str) -> Option<String> {
    let text = object.get(key)?.as_str()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn said(body: &Value) -> Said {
        read(body.to_string().as_bytes())
    }

    #[test]
    fn all_forms_are_read() {
        let documented = said(
            &json!({"success": false, "error": {"code": "CONFLICT_ERROR", "message": "No",
            "details": {"approval_request_id": "a-1", "limit": 10, "text": "prompt"}}}),
        );
        assert_eq!(documented.code.as_deref(), Some("CONFLICT_ERROR"));
        assert_eq!(documented.message, "No");
        assert_eq!(
            documented.context,
            [
                ("approval_request_id", "a-1".to_owned()),
                ("limit", "10".to_owned())
            ]
        );

        let helper = said(
            &json!({"success": false, "error": "Broken", "status_code": 503, "timestamp": "x"}),
        );
        assert_eq!(
            (helper.message.as_str(), helper.status),
            ("Broken", Some(503))
        );

        assert_eq!(
            said(&json!({"detail": "Prompt not found"})).message,
            "Prompt not found"
        );

        let fields = said(&json!({"detail": [
            {"loc": ["body", "models", 0, "name"], "msg": "field required", "type": "missing"},
            {"loc": ["query", "limit"], "msg": "too large", "type": "less_than"},
            {"loc": ["body"], "msg": "no JSON"},
            "nonsense"]}));
        let named: Vec<(&str, &str)> = fields
            .fields
            .iter()
            .map(|field| (field.field.as_str(), field.message.as_str()))
            .collect();
        assert_eq!(
            named,
            [
                ("models.0.name", "field required"),
                ("query.limit", "too large"),
                ("body", "no JSON")
            ]
        );
        for empty in ["", "<html>502</html>", "null", "[]", "{}"] {
            assert_eq!(read(empty.as_bytes()), Said::default(), "{empty}");
        }
    }

    proptest! {
        #[test]
        fn no_body_panics(body in prop::collection::vec(any::<u8>(), 0..80)) {
            let _ = read(&body);
        }

        #[test]
        fn no_object_panics(key in "error|detail|message|details|status_code", value in "\\PC{0,40}|[\\[\\]{}\":,0-9a-z]{0,40}") {
            let _ = read(format!("{{\"{key}\": {value}}}").as_bytes());
        }
    }
}
