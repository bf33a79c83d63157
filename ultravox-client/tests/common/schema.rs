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

/// A word no enum of the schema has.
const NEW_WORD: &str = "A_WORD_OF_THE_FUTURE";

/// The schema, and instances made from it.
pub(crate) struct Schema {
    spec: Value,
    /// Schemas of which exactly one field may be set.
    one_of: Vec<&'static str>,
    /// Whether instances have words the schema does not know.
    new_words: bool,
}

impl Schema {
    pub(crate) fn load() -> Option<Self> {
        let text = file("ultravox.openapi.json")?;
        Some(Self {
            spec: serde_json::from_str(&text).unwrap(),
            one_of: Vec::new(),
            new_words: false,
        })
    }

    /// The same, with instances of these schemas having one field each.
    pub(crate) fn one_of(mut self, names: impl IntoIterator<Item = &'static str>) -> Self {
        self.one_of.extend(names);
        self
    }

    /// The same, with instances whose words nobody knows.
    pub(crate) fn with_new_words(&self) -> Self {
        Self {
            spec: self.spec.clone(),
            one_of: self.one_of.clone(),
            new_words: true,
        }
    }

    /// The names of all schemas.
    pub(crate) fn names(&self) -> Vec<&str> {
        let schemas = self.spec["components"]["schemas"].as_object().unwrap();
        schemas.keys().map(String::as_str).collect()
    }

    pub(crate) fn of(&self, name: &str) -> &Value {
        &self.spec["components"]["schemas"][name]
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
            return self.instance(name, choice);
        }
        for several in ["allOf", "oneOf"] {
            if let Some(first) = schema[several].get(0) {
                return self.value(first, choice);
            }
        }
        if let Some(words) = schema["enum"].as_array() {
            if self.new_words {
                return NEW_WORD.into();
            }
            return words[choice % words.len()].clone();
        }
        match schema["type"].as_str() {
            Some("string") => match (schema["format"].as_str(), schema["pattern"].as_str()) {
                (Some("date-time"), _) => "2026-01-02T03:04:05Z".into(),
                (Some("date"), _) => "2026-01-02".into(),
                // 64-bit integers of the protobuf dialect.
                (Some("int64" | "uint64"), _) => "7".into(),
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
        let all = properties
            .iter()
            .map(|(name, value)| (name.clone(), self.value(value, choice)));
        all.collect::<Map<_, _>>().into()
    }

    /// An instance with everything set, except where exactly one field may be.
    pub(crate) fn instance(&self, name: &str, choice: usize) -> Value {
        let schema = self.of(name);
        assert!(!schema.is_null(), "the schema has no {name}");
        if !self.one_of.contains(&name) {
            return self.value(schema, choice);
        }
        let properties = schema["properties"].as_object().unwrap();
        let (name, value) = properties.iter().nth(choice % properties.len()).unwrap();
        json!({name: self.value(value, choice)})
    }
}
