//! Error bodies. The API declares no form for them, so every form that was seen, and those of what it is built on, are
//! read as best one can.
//!
//! | body | read as |
//! |---|---|
//! | `{"detail": "…"}`, `{"message": "…"}`, `{"error": "…"}`, `{"error": {"message": "…", "code": "…"}}` | the message |
//! | `{"field": ["…"]}`, nested, with indexes | messages about fields: `callTemplate.temperature` |
//! | `["…"]`, `"…"` | the message |
//! | HTML | its title |
//! | other text | its beginning |

use serde_json::{Map, Value};
use voice_core::error::FieldError;

/// What an error body says.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Said {
    /// Empty when it says nothing.
    pub(super) message: String,
    pub(super) code: Option<String>,
    pub(super) fields: Vec<FieldError>,
}

/// The longest message that is taken, in characters.
const MESSAGE: usize = 300;
/// The most field messages that are taken.
const FIELDS: usize = 50;
/// The most field messages that are repeated in the message.
const SHOWN: usize = 4;

/// Reads an error body, whatever it is.
pub(super) fn read(body: &[u8]) -> Said {
    match serde_json::from_slice::<Value>(body) {
        Ok(value) => json(&value),
        Err(_) => Said {
            message: text(&String::from_utf8_lossy(body)),
            ..Said::default()
        },
    }
}

fn json(value: &Value) -> Said {
    match value {
        Value::Object(map) => object(map),
        Value::String(message) => Said {
            message: text(message),
            ..Said::default()
        },
        Value::Array(_) => Said {
            message: shorten(&strings(value).join("; ")),
            ..Said::default()
        },
        Value::Null | Value::Bool(_) | Value::Number(_) => Said::default(),
    }
}

fn object(map: &Map<String, Value>) -> Said {
    let code = ["code", "error_code", "type"]
        .iter()
        .find_map(|name| word(map.get(*name)?));
    for name in ["detail", "message", "error"] {
        match map.get(name) {
            Some(Value::String(message)) if !message.trim().is_empty() => {
                return Said {
                    message: shorten(message),
                    code,
                    fields: Vec::new(),
                };
            }
            // A field may be called so, too; then it is a list of messages.
            Some(Value::Object(inner)) => {
                let inner = object(inner);
                if !inner.message.is_empty() {
                    return Said {
                        code: inner.code.or(code),
                        ..inner
                    };
                }
            }
            _ => {}
        }
    }
    let mut fields = Vec::new();
    collect("", &Value::Object(map.clone()), &mut fields);
    let lines: Vec<String> = fields
        .iter()
        .take(SHOWN)
        .map(|problem: &FieldError| {
            if problem.field.is_empty() {
                problem.message.clone()
            } else {
                format!("{}: {}", problem.field, problem.message)
            }
        })
        .collect();
    let mut message = shorten(&lines.join("; "));
    if fields.len() > SHOWN {
        message.push_str(&format!("; and {} more", fields.len() - SHOWN));
    }
    Said {
        message,
        code: None,
        fields,
    }
}

/// A code: a short word or a number.
fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(word) if (1..=64).contains(&word.len()) => Some(word.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Messages about fields: every text below, by the path to it. Lists of texts count as one place.
fn collect(path: &str, value: &Value, fields: &mut Vec<FieldError>) {
    if fields.len() >= FIELDS {
        return;
    }
    let below = |name: &str| match (path, name) {
        // What the framework calls messages about no field in particular.
        (_, "non_field_errors" | "nonFieldErrors") => path.to_owned(),
        ("", name) => name.to_owned(),
        (path, name) => format!("{path}.{name}"),
    };
    match value {
        Value::String(message) => fields.push(FieldError::new(path, shorten(message))),
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                match item {
                    Value::String(_) => collect(path, item, fields),
                    _ => collect(&below(&at.to_string()), item, fields),
                }
            }
        }
        Value::Object(map) => {
            for (name, value) in map {
                collect(&below(name), value, fields);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn strings(value: &Value) -> Vec<String> {
    let mut fields = Vec::new();
    collect("", value, &mut fields);
    fields
        .into_iter()
        .take(SHOWN)
        .map(|field| field.message)
        .collect()
}

/// A text that is no JSON: the title of a page, or its beginning.
fn text(body: &str) -> String {
    let body = body.trim();
    if !body.starts_with('<') {
        return shorten(body);
    }
    // ASCII case does not move bytes.
    let lower = body.to_ascii_lowercase();
    let title = lower.find("<title>").and_then(|start| {
        let start = start + "<title>".len();
        let length = lower.get(start..)?.find("</title>")?;
        body.get(start..start + length)
    });
    match title.map(str::trim) {
        Some(title) if !title.is_empty() => shorten(&format!("an HTML page: {title}")),
        _ => "an HTML page".to_owned(),
    }
}

fn shorten(text: &str) -> String {
    let mut words = String::new();
    for word in text.split_whitespace() {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
        if words.len() > 4 * MESSAGE {
            break;
        }
    }
    match words.char_indices().nth(MESSAGE) {
        Some((end, _)) => format!("{}…", words.get(..end).unwrap_or_default()),
        None => words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn message(body: &str) -> String {
        read(body.as_bytes()).message
    }

    fn fields(body: &str) -> Vec<(String, String)> {
        let fields = read(body.as_bytes()).fields;
        fields
            .into_iter()
            .map(|field| (field.field, field.message))
            .collect()
    }

    #[test]
    fn messages_are_found_wherever_they_are() {
        for (body, expected) in [
            (r#"{"detail": "Not found."}"#, "Not found."),
            (r#"{"message": "No."}"#, "No."),
            (r#"{"error": "No."}"#, "No."),
            (r#"{"error": {"message": "No."}}"#, "No."),
            (r#"{"detail": {"message": "No."}}"#, "No."),
            (r#"["One.", "Two."]"#, "One.; Two."),
            (r#""Just this.""#, "Just this."),
            (
                "<html><head><TITLE> 502 Bad\nGateway </TITLE></head>",
                "an HTML page: 502 Bad Gateway",
            ),
            ("<!doctype html><p>no title", "an HTML page"),
            ("upstream  timed\nout", "upstream timed out"),
            ("", ""),
            ("null", ""),
            ("{}", ""),
            (r#"{"status": 400, "ok": false}"#, ""),
        ] {
            assert_eq!(message(body), expected, "{body}");
        }
    }

    #[test]
    fn codes_come_with_messages_only() {
        assert_eq!(
            read(br#"{"detail": "x", "code": "throttled"}"#)
                .code
                .as_deref(),
            Some("throttled")
        );
        assert_eq!(
            read(br#"{"error": {"message": "x", "code": 17}}"#)
                .code
                .as_deref(),
            Some("17")
        );
        assert_eq!(read(br#"{"code": ["This field is required."]}"#).code, None);
    }

    #[test]
    fn fields_are_named_by_their_path() {
        let body = r#"{
            "name": ["This field is required."],
            "callTemplate": {"temperature": ["Too high.", "Really."], "selectedTools": [{}, {"toolId": ["Bad."]}]},
            "non_field_errors": ["Broken."]
        }"#;
        assert_eq!(
            fields(body),
            [
                (
                    "callTemplate.selectedTools.1.toolId".to_owned(),
                    "Bad.".to_owned()
                ),
                (
                    "callTemplate.temperature".to_owned(),
                    "Too high.".to_owned()
                ),
                ("callTemplate.temperature".to_owned(), "Really.".to_owned()),
                ("name".to_owned(), "This field is required.".to_owned()),
                (String::new(), "Broken.".to_owned()),
            ]
        );
        assert!(message(body).ends_with("and 1 more"), "{}", message(body));
        assert_eq!(fields(r#"{"detail": ["About a field."]}"#).len(), 1);
    }

    proptest! {
        #[test]
        fn nothing_panics_and_everything_is_bounded(body in proptest::collection::vec(any::<u8>(), 0..2000)) {
            let said = read(&body);
            prop_assert!(said.message.chars().count() <= MESSAGE + 30);
        }

        #[test]
        fn long_pages_and_fields_are_bounded(text in "\\PC{0,900}", count in 0..80_usize) {
            let map: Map<String, Value> =
                (0..count).map(|at| (format!("f{at}"), vec![text.clone()].into())).collect();
            let said = read(Value::Object(map).to_string().as_bytes());
            prop_assert!(said.fields.len() <= FIELDS);
            prop_assert!(said.message.chars().count() <= MESSAGE + 30);
            for field in &said.fields {
                prop_assert!(field.message.chars().count() <= MESSAGE + 20);
            }
        }
    }
}
