//! The vendor's schemas, where they are at hand, and instances made from them.

use std::path::PathBuf;

use serde_json::{Map, Value, json};

/// A file of the specs; says so when it is not there.
#[allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "where the specs are is told by the environment, and a skipped test says so"
)]
pub(crate) fn file(name: &str) -> Option<Value> {
    let path = std::env::var_os("VOICE_SPECS_DIR").map(|dir| PathBuf::from(dir).join(name));
    let text = path.and_then(|path| std::fs::read_to_string(path).ok());
    if text.is_none() {
        println!("skipped: VOICE_SPECS_DIR has no {name}");
    }
    text.map(|text| serde_json::from_str(&text).unwrap())
}

/// The schemas of the Realtime API.
pub(crate) struct Spec(Value);

impl Spec {
    pub(crate) fn load() -> Option<Self> {
        file("openai.realtime.openapi.json").map(Self)
    }

    fn named(&self, name: &str) -> &Value {
        let schema = &self.0["components"]["schemas"][name];
        assert!(schema.is_object(), "no schema {name}");
        schema
    }

    /// Instances of a schema, each with every property, that between them have every alternative and every word.
    pub(crate) fn instances(&self, name: &str) -> Vec<Value> {
        self.make(self.named(name))
    }

    fn make(&self, schema: &Value) -> Vec<Value> {
        if let Some(reference) = schema["$ref"].as_str() {
            return self.instances(reference.rsplit('/').next().unwrap());
        }
        let mut made = Vec::new();
        for choice in ["anyOf", "oneOf"] {
            for part in schema[choice].as_array().into_iter().flatten() {
                made.extend(self.make(part));
            }
        }
        if let Some(words) = schema["enum"].as_array() {
            made.extend(words.iter().cloned());
        } else if !schema["const"].is_null() {
            made.push(schema["const"].clone());
        } else if made.is_empty() {
            made.extend(self.of_type(schema));
        }
        if schema["nullable"] == true {
            made.push(Value::Null);
        }
        made
    }

    fn of_type(&self, schema: &Value) -> Vec<Value> {
        match schema["type"].as_str() {
            Some("null") => vec![Value::Null],
            Some("boolean") => vec![json!(true), json!(false)],
            Some("integer") => vec![schema.get("minimum").cloned().unwrap_or(json!(7))],
            Some("number") => vec![json!(0.5)],
            Some("string") => vec![json!("text")],
            Some("array") => {
                let items = self.make(&schema["items"]);
                items.into_iter().map(|item| json!([item])).collect()
            }
            Some("object") if schema["properties"].is_object() => self.object(schema),
            Some("object") if schema["additionalProperties"].is_object() => {
                let values = self.make(&schema["additionalProperties"]);
                values
                    .into_iter()
                    .map(|value| json!({"key": value}))
                    .collect()
            }
            Some("object") | None => vec![json!({"free": [1, {"deep": null}]}), json!({})],
            Some(other) => panic!("a type of the future: {other}"),
        }
    }

    /// As many objects as the property with the most instances needs.
    fn object(&self, schema: &Value) -> Vec<Value> {
        let properties: Vec<(&String, Vec<Value>)> = schema["properties"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, property)| match name.as_str() {
                // The one detector whose type the schema leaves open, though there is only one.
                "turn_detection" => (name, words_for_open_types(self.make(property))),
                _ => (name, self.make(property)),
            })
            .collect();
        let most = properties.iter().map(|(_, made)| made.len()).max();
        (0..most.unwrap_or(1))
            .map(|at| {
                let fields = properties.iter();
                fields
                    .map(|(name, made)| ((*name).clone(), made[at % made.len()].clone()))
                    .collect::<Map<_, _>>()
                    .into()
            })
            .collect()
    }
}

fn words_for_open_types(mut made: Vec<Value>) -> Vec<Value> {
    for value in &mut made {
        if value["type"] == "text" {
            value["type"] = "server_vad".into();
        }
    }
    made
}

/// Checks that `read` is all typed: a `Debug` form names what is not.
pub(crate) fn assert_typed(read: &impl std::fmt::Debug, from: &Value) {
    let shown = format!("{read:?}");
    for sign in ["extra: ", "Unknown {", "Other,", "Other }", "Other)"] {
        assert!(!shown.contains(sign), "{sign} in {shown}\nfrom {from}");
    }
}

/// What a field may turn out to be.
pub(crate) fn odd_values() -> [Value; 6] {
    [
        json!(true),
        json!(-1.5),
        json!("of the future"),
        json!([]),
        json!([[null], 3]),
        json!({"new": {"deep": null}}),
    ]
}

/// Any JSON.
pub(crate) fn any_json() -> impl proptest::strategy::Strategy<Value = Value> {
    use proptest::prelude::*;

    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(any_name(), inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Names that are often known.
fn any_name() -> impl proptest::strategy::Strategy<Value = String> {
    use proptest::prelude::*;

    prop_oneof![
        prop::sample::select(vec![
            "type",
            "item",
            "id",
            "content",
            "delta",
            "session",
            "audio",
            "input",
            "output",
            "response",
            "error",
            "usage",
            "tools",
            "turn_detection",
            "voice",
            "event_id",
            "role",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,6}",
    ]
}
