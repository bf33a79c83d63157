//! Operations held against the official schema.
//!
//! The schema is not part of the repository. `VOICE_SPECS_DIR` names the directory that holds
//! `openai.realtime.openapi.json`; without it these tests say so and pass.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::collections::BTreeSet;

use common::{CALL, call, scripted};
use openai_calls::OPERATIONS;
use openai_calls::OpenAiClient;
use openai_calls::calls::RejectStatus;
use openai_calls::client_secrets::{NewClientSecret, NewTranslationSecret, SecretLifetime};
use openai_calls::session::{Session, TranslationSession};
use serde_json::{Map, Value};
use voice_core::client::Operation;
use voice_core::ident::E164;
use voice_core::provider::TransferTarget;
use voice_core::testkit::{Reply, Sent};

#[allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "where the specs are is told by the environment, and a skipped test says so"
)]
fn schema() -> Option<Value> {
    let dir = std::env::var_os("VOICE_SPECS_DIR");
    let path = dir.map(|dir| std::path::PathBuf::from(dir).join("openai.realtime.openapi.json"));
    let text = path.and_then(|path| std::fs::read_to_string(path).ok());
    if text.is_none() {
        println!("skipped: VOICE_SPECS_DIR has no openai.realtime.openapi.json");
    }
    text.map(|text| serde_json::from_str(&text).unwrap())
}

/// Every operation of the schema: method, path, itself.
fn rows(schema: &Value) -> Vec<(String, &str, &Value)> {
    let paths = schema["paths"].as_object().unwrap();
    let rows = paths.iter().flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap().iter();
        methods.map(|(method, row)| (method.to_uppercase(), path.as_str(), row))
    });
    rows.collect()
}

fn resolve<'s>(schema: &'s Value, part: &'s Value) -> &'s Value {
    match part["$ref"].as_str() {
        Some(link) => &schema["components"]["schemas"][link.rsplit('/').next().unwrap()],
        None => part,
    }
}

/// The request an operation sends when everything it can be told is told.
async fn sent(operation: &Operation) -> Sent {
    let json = r#"{"value": "ek_abcdef123456", "expires_at": 1, "session": {}}"#;
    let (client, transport) = scripted([Reply::status(200, json)]);
    call_it(&client, operation).await;
    let mut sent = transport.sent();
    assert_eq!(sent.len(), 1, "{}", operation.name());
    sent.remove(0)
}

#[allow(deprecated, reason = "they are operations of the API all the same")]
async fn call_it(client: &OpenAiClient, operation: &Operation) {
    let (calls, secrets) = (client.calls(), client.client_secrets());
    let session = Session::new("x");
    let lifetime = SecretLifetime::MIN;
    let beta = || {
        let mut body = Map::new();
        body.insert("client_secret".to_owned(), Value::Object(Map::new()));
        body
    };
    match operation.name() {
        "calls.create" => drop(calls.create("v=0", Some(&session)).await.unwrap()),
        "calls.accept" => drop(calls.accept(&call(), &session).await.unwrap()),
        "calls.reject" => {
            let busy = Some(RejectStatus::BUSY_HERE);
            drop(calls.reject(&call(), busy).await.unwrap());
        }
        "calls.refer" => {
            let target = TransferTarget::Phone(E164::parse("+14155550123").unwrap());
            drop(calls.refer(&call(), &target).await.unwrap());
        }
        "calls.hang_up" => drop(calls.hang_up(&call()).await.unwrap()),
        "client_secrets.create" => {
            let request = NewClientSecret::new(session).lifetime(lifetime);
            drop(secrets.create(&request).await.unwrap());
        }
        "client_secrets.create_translation" => {
            let session = TranslationSession::new("gpt-realtime-translate");
            let request = NewTranslationSecret::new(session).lifetime(lifetime);
            drop(secrets.create_translation(&request).await.unwrap());
        }
        "client_secrets.legacy_session" => {
            drop(secrets.legacy_session(&beta()).await.unwrap());
        }
        "client_secrets.legacy_transcription_session" => {
            drop(
                secrets
                    .legacy_transcription_session(&Map::new())
                    .await
                    .unwrap(),
            );
        }
        other => panic!("the schema has {other}, and no test"),
    }
}

/// The names of a body's fields, of JSON and of a form.
fn fields(sent: &Sent) -> BTreeSet<String> {
    let text = sent.text();
    if sent.header("content-type").starts_with("multipart/") {
        let names = text.split("form-data; name=\"").skip(1);
        return names
            .map(|part| part.split('"').next().unwrap().to_owned())
            .collect();
    }
    match serde_json::from_str(&text) {
        Ok(Value::Object(map)) => map.keys().cloned().collect(),
        _ => BTreeSet::new(),
    }
}

#[tokio::test]
#[allow(clippy::print_stdout, reason = "the count is what one wants to see")]
async fn every_operation_of_the_schema_is_sent_as_it_says() {
    let Some(schema) = schema() else { return };
    let rows = rows(&schema);
    let mut covered = 0;
    for (method, path, row) in &rows {
        let operation = OPERATIONS
            .iter()
            .find(|one| one.method().as_str() == method && one.path() == *path)
            .unwrap_or_else(|| panic!("no operation for {method} {path}"));
        let sent = sent(operation).await;
        assert_eq!(sent.method.as_str(), method);
        assert_eq!(
            sent.uri.path(),
            format!("/v1{}", path.replace("{call_id}", CALL))
        );
        let kind = sent
            .header("content-type")
            .split(';')
            .next()
            .unwrap()
            .to_owned();
        let Some(content) = row["requestBody"]["content"].as_object() else {
            assert!(
                sent.body.is_empty() && kind.is_empty(),
                "{path} has no body"
            );
            covered += 1;
            continue;
        };
        let body = content
            .get(&kind)
            .unwrap_or_else(|| panic!("{path} takes no {kind}"));
        let body = resolve(&schema, &body["schema"]);
        let fields = fields(&sent);
        let known = body["properties"].as_object().unwrap();
        for field in &fields {
            assert!(known.contains_key(field), "{path} has no field {field}");
        }
        for field in body["required"].as_array().into_iter().flatten() {
            assert!(
                fields.contains(field.as_str().unwrap()),
                "{path} needs {field}"
            );
        }
        // The small ones are written here whole; sessions are held against the schema elsewhere.
        if known.len() <= 2 {
            let all: BTreeSet<String> = known.keys().cloned().collect();
            assert_eq!(fields, all, "{path}");
        }
        covered += 1;
    }
    println!("coverage: {covered} of {} operations", rows.len());
    assert_eq!((covered, rows.len()), (9, 9));
}

#[test]
fn names_and_paths_are_unique() {
    for (at, operation) in OPERATIONS.iter().enumerate() {
        for other in OPERATIONS.iter().skip(at + 1) {
            assert_ne!(operation.name(), other.name());
            assert!((operation.method(), operation.path()) != (other.method(), other.path()));
        }
    }
}
