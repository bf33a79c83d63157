//! Error bodies.
//!
//! The documented form is `{"error": {"type", "message", "param", "code"}}`, with `param` and `code` nullable. What stands
//! between may send less: the same four without the envelope, `error` as a text, no JSON at all.

use serde_json::{Map, Value};

/// What an error body says.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Said {
    /// Empty when it says nothing.
    pub(super) message: String,
    pub(super) kind: Option<String>,
    pub(super) param: Option<String>,
    pub(super) code: Option<String>,
    /// It is a page for people, which the API never sends.
    pub(super) page: bool,
}

/// The longest message that is taken, in characters.
const MESSAGE: usize = 500;
/// The longest word that is taken for a code, in bytes.
const WORD: usize = 100;

/// Reads an error body, whatever it is.
pub(super) fn read(body: &[u8]) -> Said {
    match serde_json::from_slice::<Value>(body) {
        Ok(Value::Object(map)) => match map.get("error") {
            Some(Value::Object(inner)) => object(inner),
            Some(Value::String(message)) => Said {
                message: shorten(message),
                ..object(&map)
            },
            _ => object(&map),
        },
        Ok(Value::String(message)) => Said {
            message: shorten(&message),
            ..Said::default()
        },
        Ok(_) => Said::default(),
        Err(_) => {
            let body = String::from_utf8_lossy(body);
            Said {
                message: text(&body),
                page: body.trim_start().starts_with('<'),
                ..Said::default()
            }
        }
    }
}

fn object(map: &Map<String, Value>) -> Said {
    let message = ["message", "detail", "error_description"]
        .iter()
        .find_map(|name| map.get(*name)?.as_str())
        .map(shorten)
        .unwrap_or_default();
    let word = |name| match map.get(name)? {
        Value::String(word) if (1..=WORD).contains(&word.len()) => Some(word.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    Said {
        message,
        kind: word("type"),
        param: word("param"),
        code: word("code"),
        page: false,
    }
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

/// On one line, and not too long.
fn shorten(text: &str) -> String {
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.len() > 4 * MESSAGE {
            break;
        }
    }
    match line.char_indices().nth(MESSAGE) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_form_is_read() {
        for (body, message) in [
            (
                r#"{"error":{"message":"No.","type":"t","param":null,"code":null}}"#,
                "No.",
            ),
            (r#"{"message":"No.","type":"t"}"#, "No."),
            (r#"{"error":"No.","type":"t"}"#, "No."),
            (r#"{"detail":"No."}"#, "No."),
            (r#""No.""#, "No."),
            (
                "<html><TITLE> 502 Bad\nGateway </TITLE>",
                "an HTML page: 502 Bad Gateway",
            ),
            ("<p>x", "an HTML page"),
            ("upstream  timed\nout", "upstream timed out"),
            ("", ""),
            ("[1]", ""),
            (r#"{"error":null}"#, ""),
            (r#"{"error":{"message":7}}"#, ""),
        ] {
            assert_eq!(read(body.as_bytes()).message, message, "{body}");
        }
        let said =
            read(br#"{"error":{"message":"m","type":"t","param":"session.model","code":"c"}}"#);
        assert_eq!(said.kind.as_deref(), Some("t"));
        assert_eq!(said.param.as_deref(), Some("session.model"));
        assert_eq!(said.code.as_deref(), Some("c"));
    }

    proptest! {
        #[test]
        fn nothing_panics_and_everything_is_bounded(body in proptest::collection::vec(any::<u8>(), 0..3000)) {
            prop_assert!(read(&body).message.chars().count() <= MESSAGE + 1);
        }

        #[test]
        fn long_messages_are_cut(text in "\\PC{0,1500}") {
            let body = serde_json::json!({"error": {"message": text}}).to_string();
            prop_assert!(read(body.as_bytes()).message.chars().count() <= MESSAGE + 1);
        }
    }
}
