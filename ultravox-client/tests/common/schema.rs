//! The vendor's schema, where it is at hand.

use std::path::PathBuf;

use serde_json::{Map, Value, json};

/// A file of the specs; says so when it is not there.
#[allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "where the specs are is told by the environment, and a skipped test says so"
)]
pub(crate) fn file(name: &str) -> Option<String> {
    let path = std::env::var_os("VOICE_SPECS_DIR").map(|dir| PathBuf::from(dir).join(name));
    let text = path.and_then(|path| std::fs::read_to_string(path).ok());
    if text.is_none() {
        println!("skipped: VOICE_SPECS_DIR has no {name}");
    }
    text
}

/// The schema, and instances made from it.
pub(crate) struct Schema(Value);

impl Schema {
    pub(crate) fn load() -> Option<Self> {
        let text = file("ultravox.openapi.json")?;
        Some(Self(serde_json::from_str(&text).unwrap()))
    }

    pub(crate) fn of(&self, name: &str) -> &Value {
        &self.0["components"]["schemas"][name]
    }

    pub(crate) fn properties(&self, name: &str) -> Map<String, Value> {
        let properties = self.of(name)["properties"].as_object();
        properties
            .unwrap_or_else(|| panic!("no schema {name}"))
            .clone()
    }

    /// One value of a schema with everything set. Where exactly one of several may be set, `choice` says which.
    pub(crate) fn value(&self, schema: &Value, choice: usize) -> Value {
        if let Some(target) = schema["$ref"].as_str() {
            let name = target.rsplit('/').next().unwrap();
            return self.value(self.of(name), choice);
        }
        for several in ["allOf", "oneOf"] {
            if let Some(first) = schema[several].get(0) {
                return self.value(first, choice);
            }
        }
        if let Some(words) = schema["enum"].as_array() {
            return words[choice % words.len()].clone();
        }
        match schema["type"].as_str() {
            Some("string") => match (schema["format"].as_str(), schema["pattern"].as_str()) {
                (Some("date-time"), _) => "2026-01-02T03:04:05Z".into(),
                (_, Some(_)) => "1.5s".into(),
                _ => "text".into(),
            },
            Some("integer") => 1.into(),
            Some("number") => 0.5.into(),
            Some("boolean") => true.into(),
            Some("array") => json!([self.value(&schema["items"], choice)]),
            Some("object") => self.object(schema, choice),
            _ => json!({"any": [1, "x"]}),
        }
    }

    pub(crate) fn object(&self, schema: &Value, choice: usize) -> Value {
        let Some(properties) = schema["properties"].as_object() else {
            return match &schema["additionalProperties"] {
                Value::Null => json!({"free": 1}),
                values => json!({"key": self.value(values, choice)}),
            };
        };
        let about = schema["description"].as_str().unwrap_or_default();
        let one = [
            "At most one",
            "Exactly one field",
            "Exactly one of incoming",
            "Exactly one of user",
            "Exactly one\n of query",
        ];
        let only = one.iter().any(|text| about.contains(text));
        let all = properties
            .iter()
            .map(|(name, value)| (name.clone(), self.value(value, choice)));
        if only {
            all.skip(choice % properties.len())
                .take(1)
                .collect::<Map<_, _>>()
                .into()
        } else {
            all.collect::<Map<_, _>>().into()
        }
    }

    pub(crate) fn instance(&self, name: &str, choice: usize) -> Value {
        self.value(self.of(name), choice)
    }
}
