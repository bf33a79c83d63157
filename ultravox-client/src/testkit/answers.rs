//! The simulator's error answers. The API declares no form for them; these are those of the framework it is built on.

use std::time::Duration;

use serde_json::{Map, Value, json};
use voice_core::testkit::SimAnswer;

/// An error with a sentence.
pub(super) fn detail(status: u16, text: &str) -> SimAnswer {
    SimAnswer::json(status, &json!({"detail": text}))
}

pub(super) fn not_found() -> SimAnswer {
    detail(404, "Not found.")
}

/// A refusal that may say how long to wait, in whole seconds.
pub(super) fn refused(status: u16, wait: Option<Duration>) -> SimAnswer {
    let text = if status == 429 {
        "Request was throttled."
    } else {
        "Insufficient capacity."
    };
    let answer = detail(status, text);
    match wait {
        Some(wait) => answer.header("retry-after", wait.as_secs_f64().ceil().to_string()),
        None => answer,
    }
}

pub(super) fn server_error() -> SimAnswer {
    SimAnswer::text(
        500,
        "text/html",
        "<html><title>Server Error (500)</title></html>",
    )
}

pub(super) fn bad_gateway() -> SimAnswer {
    SimAnswer::text(
        502,
        "text/html",
        "<html><head><title>502 Bad Gateway</title></head></html>",
    )
}

/// Messages about fields, nested as the fields are.
#[derive(Debug, Default)]
pub(super) struct Faults(Map<String, Value>);

impl Faults {
    /// Adds a message; `path` has dots between names.
    pub(super) fn add(&mut self, path: &str, message: &str) {
        let mut at = &mut self.0;
        let mut names = path.split('.').peekable();
        while let Some(name) = names.next() {
            if names.peek().is_none() {
                let messages = at.entry(name).or_insert_with(|| json!([]));
                if let Value::Array(messages) = messages {
                    messages.push(message.into());
                }
                return;
            }
            let below = at.entry(name).or_insert_with(|| json!({}));
            let Value::Object(below) = below else { return };
            at = below;
        }
    }

    /// The 400, if there is anything to say.
    pub(super) fn answer(self) -> Option<SimAnswer> {
        (!self.0.is_empty()).then(|| SimAnswer::json(400, &Value::Object(self.0)))
    }
}
