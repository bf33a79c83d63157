//! Holds operations against the official OpenAPI files: each is called once or more on a scripted answer made from its
//! schema, and what was sent and what was read are compared with the files.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::path::PathBuf;

use serde_json::{Map, Value, json};
use twilio_client::TwilioClient;
use voice_core::error::Error;
use voice_core::testkit::{Reply, ScriptedTransport};

use super::{pairs, scripted};

/// The operations of some groups of `operations.json`, and what was sent for each.
pub(crate) struct Exercise {
    operations: Vec<Value>,
    specs: BTreeMap<String, Value>,
    sent: BTreeMap<String, BTreeSet<String>>,
}

#[allow(
    clippy::disallowed_methods,
    reason = "where the specification lies is not a setting of the crate"
)]
pub(crate) fn read_spec(file: &str) -> Option<Value> {
    let Some(dir) = std::env::var_os("VOICE_SPECS_DIR") else {
        println!("skipped: VOICE_SPECS_DIR is not set");
        return None;
    };
    let path = PathBuf::from(dir).join("twilio").join(file);
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: {} cannot be read", path.display());
        return None;
    };
    Some(serde_json::from_str(&text).expect("the specification is JSON"))
}

impl Exercise {
    /// `None`, with a printed line, where there are no specifications.
    pub(crate) fn of(groups: &[&str]) -> Option<Self> {
        let all = read_spec("operations.json")?;
        let operations: Vec<Value> = all
            .as_array()
            .unwrap()
            .iter()
            .filter(|op| groups.contains(&op["group"].as_str().unwrap()))
            .cloned()
            .collect();
        let mut specs = BTreeMap::new();
        for op in &operations {
            let spec = op["spec"].as_str().unwrap();
            if !specs.contains_key(spec) {
                specs.insert(spec.to_owned(), read_spec(&format!("twilio_{spec}.json"))?);
            }
        }
        assert!(!operations.is_empty(), "no such group");
        Some(Self {
            operations,
            specs,
            sent: BTreeMap::new(),
        })
    }

    /// Calls an operation once, answered with a body in which every property of its schema has a value. All of them must be
    /// read by fields that fit: nothing may be left in an `extra`.
    pub(crate) async fn call<T: Debug>(
        &mut self,
        id: &str,
        run: impl AsyncFnOnce(TwilioClient) -> Result<T, Error>,
    ) {
        let op = self.operation(id).clone();
        let (status, body) = self.sample(&op);
        let reply = match body {
            Some(body) => Reply::status(status, body.to_string()),
            None => Reply::status(status, ""),
        };
        let value = self.answered(id, reply, run).await;
        let shown = format!("{value:?}");
        assert!(
            !shown.contains("extra: ["),
            "{id}: properties without a field that fits: {shown}"
        );
    }

    /// The same with an answer of one's own; nothing is said of what was read.
    pub(crate) async fn answered<T>(
        &mut self,
        id: &str,
        reply: Reply,
        run: impl AsyncFnOnce(TwilioClient) -> Result<T, Error>,
    ) -> T {
        let op = self.operation(id).clone();
        let (client, transport) = scripted([reply]);
        let value = run(client)
            .await
            .unwrap_or_else(|error| panic!("{id}: {error}"));
        self.note(&op, &transport);
        value
    }

    /// Every operation of the groups must have been called, and every documented parameter sent, and no other.
    pub(crate) fn finish(self) {
        for op in &self.operations {
            let id = op["op"].as_str().unwrap();
            let Some(sent) = self.sent.get(&key(op)) else {
                panic!("{id} was not called");
            };
            let documented = documented(op);
            assert_eq!(*sent, documented, "{id}: sent (left), documented (right)");
        }
    }

    fn operation(&self, id: &str) -> &Value {
        let mut found = self
            .operations
            .iter()
            .filter(|op| op["op"] == id || key(op) == id);
        let op = found
            .next()
            .unwrap_or_else(|| panic!("{id} is in none of the groups"));
        assert!(
            found.next().is_none(),
            "{id} is ambiguous: name it SPEC/{id}"
        );
        op
    }

    fn note(&mut self, op: &Value, transport: &ScriptedTransport) {
        let id = op["op"].as_str().unwrap();
        let sent = transport.sent();
        assert_eq!(sent.len(), 1, "{id}: one request");
        let request = &sent[0];
        assert_eq!(request.method.as_str(), op["method"], "{id}");
        let server = op["server"]
            .as_str()
            .unwrap()
            .trim_start_matches("https://");
        assert_eq!(request.uri.host(), Some(server), "{id}");
        let template = op["path"].as_str().unwrap();
        assert!(
            fits(template, request.uri.path()),
            "{id}: {} is not {template}",
            request.uri.path()
        );
        let names = self.sent.entry(key(op)).or_default();
        let query = pairs(request.uri.query().unwrap_or_default());
        names.extend(
            query
                .into_iter()
                .map(|(name, _)| match name.strip_prefix("AddOns.") {
                    // The file names the group, the wire its members.
                    Some(_) => "AddOnsData".to_owned(),
                    None => name,
                }),
        );
        let text = request.text();
        if op["ctype"] == "application/json" {
            let body: Map<String, Value> = serde_json::from_str(&text).unwrap();
            names.extend(body.keys().cloned());
        } else {
            names.extend(pairs(&text).into_iter().map(|(name, _)| name));
        }
        let documented = documented(op);
        assert!(
            names.is_subset(&documented),
            "{id}: {names:?} are not all in {documented:?}"
        );
        for required in op["required"].as_array().into_iter().flatten() {
            let required = required.as_str().unwrap();
            let in_path = template.contains(&format!("{{{required}}}"));
            assert!(
                in_path || names.contains(required),
                "{id}: {required} is required"
            );
        }
    }

    /// The first documented success, and a body with every property of its schema.
    fn sample(&self, op: &Value) -> (u16, Option<Value>) {
        let (status, schemas) = op["responses"]
            .as_object()
            .unwrap()
            .iter()
            .find(|(status, _)| status.starts_with('2'))
            .unwrap();
        let spec = &self.specs[op["spec"].as_str().unwrap()];
        let schema = &spec["paths"][op["path"].as_str().unwrap()]
            [op["method"].as_str().unwrap().to_lowercase()]["responses"][status]["content"]["application/json"]
            ["schema"];
        let body = (!schema.is_null() && !schemas.is_null()).then(|| sample(spec, schema, ""));
        (status.parse().unwrap(), body)
    }
}

fn key(op: &Value) -> String {
    format!(
        "{}/{}",
        op["spec"].as_str().unwrap(),
        op["op"].as_str().unwrap()
    )
}

fn documented(op: &Value) -> BTreeSet<String> {
    ["query", "body"]
        .iter()
        .flat_map(|place| op[*place].as_array().into_iter().flatten())
        .map(|name| name.as_str().unwrap().to_owned())
        .collect()
}

/// Whether a path fills a template: a parameter is one segment, or a part of one.
fn fits(template: &str, path: &str) -> bool {
    let (wanted, given): (Vec<&str>, Vec<&str>) =
        (template.split('/').collect(), path.split('/').collect());
    wanted.len() == given.len()
        && wanted.iter().zip(given).all(|(wanted, given)| {
            match (wanted.find('{'), wanted.find('}')) {
                (Some(open), Some(close)) => {
                    let (head, tail) = (&wanted[..open], &wanted[close + 1..]);
                    given.len() > head.len() + tail.len()
                        && given.starts_with(head)
                        && given.ends_with(tail)
                }
                _ => *wanted == given,
            }
        })
}

/// A value for a schema: every property, one item to a list, no next page.
fn sample(spec: &Value, schema: &Value, name: &str) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = reference.rsplit('/').next().unwrap();
        return sample(spec, &spec["components"]["schemas"][target], name);
    }
    for several in ["allOf", "anyOf", "oneOf"] {
        if let Some(first) = schema[several].as_array().and_then(|list| list.first()) {
            return sample(spec, first, name);
        }
    }
    if name.starts_with("next_page") || name.starts_with("previous_page") {
        return Value::Null;
    }
    if let Some(first) = schema["enum"].as_array().and_then(|words| words.first()) {
        return first.clone();
    }
    let format = schema["format"].as_str().unwrap_or_default();
    match schema["type"].as_str() {
        Some("object") | None if schema["properties"].is_object() => schema["properties"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, schema)| (name.clone(), sample(spec, schema, name)))
            .collect(),
        Some("array") => json!([sample(spec, &schema["items"], name)]),
        Some("boolean") => json!(true),
        Some("integer") => json!(1),
        Some("number") => json!(1.5),
        Some("string") => json!(text(schema["pattern"].as_str().unwrap_or_default(), format)),
        _ => json!({"key": "value"}),
    }
}

fn text(pattern: &str, format: &str) -> String {
    let pattern = pattern.trim_start_matches('^');
    let letters: String = pattern
        .chars()
        .take_while(char::is_ascii_uppercase)
        .collect();
    if letters.len() == 2 && pattern.contains("{32}") {
        return format!("{letters}{}", "0123456789abcdef".repeat(2));
    }
    if pattern.starts_with("[A-Z]{2}") || pattern.starts_with("[a-zA-Z]{2}") {
        return format!("PN{}", "0123456789abcdef".repeat(2));
    }
    match format {
        "date-time-rfc-2822" => "Fri, 18 Oct 2019 17:00:00 +0000",
        "date-time" => "2026-11-01T08:00:00Z",
        "date" => "2026-11-01",
        "uri" => "https://api.twilio.com/x",
        "phone-number" | "endpoint" => "+14155550123",
        "http-method" => "POST",
        "iso-country-code" => "US",
        "currency" => "USD",
        // A number is a text as well, whatever the property is.
        _ => "1",
    }
    .to_owned()
}
