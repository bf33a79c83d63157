//! The fields of one event, and the line they make.

use std::fmt;

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};

use super::ids::Ids;
use super::value::{put, put_text};

/// The keys of the line's own.
const OWN: [&str; 7] = [
    "ts",
    "level",
    "logger",
    "msg",
    "tenant_id",
    "call_id",
    "event",
];

#[derive(Default)]
pub(super) struct Fields {
    ids: Ids,
    message: String,
    event: Option<String>,
    others: Map<String, Value>,
}

impl Fields {
    pub(super) fn ids(&mut self) -> Ids {
        std::mem::take(&mut self.ids)
    }

    /// The whole line, its line feed included.
    pub(super) fn line(&self, time: &str, level: &str, logger: &str, ids: &Ids) -> String {
        let mut line = String::with_capacity(256);
        line.push('{');
        // The time is ours, and redaction takes no part of it for a number.
        put_text(&mut line, "ts", time);
        put_text(&mut line, "level", level);
        put_text(&mut line, "logger", logger);
        put_text(&mut line, "msg", &self.message);
        for (key, text) in [
            ("tenant_id", &ids.tenant),
            ("call_id", &ids.call),
            ("event", &self.event),
        ] {
            if let Some(text) = text {
                put_text(&mut line, key, text);
            }
        }
        for (key, value) in &self.others {
            put(&mut line, key, value);
        }
        line.push_str("}\n");
        line
    }

    fn text(&mut self, name: &str, text: String) {
        match name {
            "message" => self.message = text,
            "event" => self.event = Some(text),
            "error" => {
                let value = object(&text).map_or(Value::String(text), Value::Object);
                self.other(name, value);
            }
            "details" => match object(&text) {
                Some(details) => {
                    for (name, value) in details {
                        self.other(&name, value);
                    }
                }
                None => self.other(name, text.into()),
            },
            _ => self.other(name, text.into()),
        }
    }

    fn other(&mut self, name: &str, value: Value) {
        // Fields named like a keyword of Rust's carry a prefix.
        let name = name.strip_prefix("r#").unwrap_or(name);
        let mut name = name.to_owned();
        while OWN.contains(&name.as_str()) || self.others.contains_key(&name) {
            name.insert_str(0, "fields.");
        }
        self.others.insert(name, value);
    }

    /// A number or a truth value: as it is, unless it says whose call it is or what happened, which are texts.
    fn plain(&mut self, name: &str, value: Value) {
        if self.ids.take(name, || value.to_string()) {
            return;
        }
        match name {
            "event" | "message" => self.text(name, value.to_string()),
            _ => self.other(name, value),
        }
    }
}

fn object(text: &str) -> Option<Map<String, Value>> {
    if !text.starts_with('{') {
        return None;
    }
    serde_json::from_str(text).ok()
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        // What is no number in JSON is written as text.
        let value = match value.is_finite() {
            true => value.into(),
            false => value.to_string().into(),
        };
        self.plain(field.name(), value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.plain(field.name(), value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.plain(field.name(), value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.plain(field.name(), value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if !self.ids.take(field.name(), || value.to_owned()) {
            self.text(field.name(), value.to_owned());
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let text = format!("{value:?}");
        if !self.ids.take(field.name(), || text.clone()) {
            self.text(field.name(), text);
        }
    }
}
