//! What goes over the wire for tools, to the letter.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::time::Duration;

use common::{created, only, scripted};
use serde_json::{Value, json};
use ultravox_client::tools::{ListToolHistory, ListTools, NewTool, ToolOrder};
use ultravox_client::types::{Ownership, ToolDefinition, ToolId, UploadFile};
use voice_core::testkit::Reply;

fn id() -> ToolId {
    ToolId::new("t-1").unwrap()
}

fn hours() -> NewTool {
    NewTool::new(
        "hours",
        ToolDefinition::http_tool("hours", "GET", "https://a.example/hours"),
    )
}

fn sent(method: &str, target: &str, body: &Value) -> (String, String, Value) {
    (method.to_owned(), target.to_owned(), body.clone())
}

#[tokio::test]
async fn a_tool_and_its_verbs() {
    let whole = json!({
        "name": "hours",
        "definition": {
            "modelToolName": "hours",
            "http": {"baseUrlPattern": "https://a.example/hours", "httpMethod": "GET"},
        },
    });
    let (client, transport) = scripted([created(&json!({"toolId": "t-1"}))]);
    let made = client.tools().create(&hours()).await.unwrap();
    assert_eq!(made.id().unwrap(), &id());
    assert_eq!(only(&transport), sent("POST", "/api/tools", &whole));

    let (client, transport) = scripted([Reply::json(&json!({}))]);
    client.tools().get(&id()).await.unwrap();
    assert_eq!(
        only(&transport),
        sent("GET", "/api/tools/t-1", &Value::Null)
    );

    let (client, transport) = scripted([Reply::json(&json!({}))]);
    client.tools().replace(&id(), &hours()).await.unwrap();
    assert_eq!(only(&transport), sent("PUT", "/api/tools/t-1", &whole));

    let (client, transport) = scripted([Reply::status(204, "")]);
    client.tools().delete(&id()).await.unwrap();
    assert_eq!(
        only(&transport),
        sent("DELETE", "/api/tools/t-1", &Value::Null)
    );
}

#[tokio::test]
async fn lists() {
    let (client, transport) = scripted([Reply::json(&json!({"results": []}))]);
    let filter = ListTools::new()
        .ownership(Ownership::Public)
        .search("hang")
        .sort_order(ToolOrder::ReverseChronologic);
    client.tools().page(&filter).await.unwrap();
    let target = "/api/tools?ownership=public&search=hang&sortOrder=reverseChronologic";
    assert_eq!(only(&transport), sent("GET", target, &Value::Null));

    let item = json!({"call": {"callId": "c-1"}, "errorCount": 2});
    let (client, transport) = scripted([Reply::json(&json!({"results": [item]}))]);
    let got = client
        .tools()
        .history_page(&id(), &ListToolHistory::new())
        .await
        .unwrap();
    assert_eq!(got.items[0].error_count, Some(2));
    assert_eq!(
        only(&transport),
        sent("GET", "/api/tools/t-1/history", &Value::Null)
    );
}

#[tokio::test]
async fn a_description_is_a_form_with_a_file() {
    let (client, transport) = scripted([created(&json!({}))]);
    let file = UploadFile::new("api.yaml", "openapi: 3.0.0").unwrap();
    client.tools().create_from_openapi(&file).await.unwrap();
    let sent = &transport.sent()[0];
    assert_eq!(
        (sent.method.as_str(), sent.uri.path()),
        ("POST", "/api/tools")
    );
    let part = "name=\"file\"; filename=\"api.yaml\"\r\nContent-Type: application/yaml\r\n\r\nopenapi: 3.0.0\r\n";
    assert!(sent.text().contains(part), "{}", sent.text());
}

#[tokio::test]
async fn a_test_takes_any_json_gives_any_bytes_and_runs_once() {
    let (client, transport) = scripted([Reply::status(200, "not { json")]);
    let answer = client
        .tools()
        .test(&id(), &json!({"day": "Monday"}))
        .await
        .unwrap();
    assert_eq!(&answer[..], b"not { json");
    assert_eq!(
        only(&transport),
        sent("POST", "/api/tools/t-1/test", &json!({"day": "Monday"}))
    );

    let (client, transport) = scripted([Reply::status(502, ""), Reply::status(200, "")]);
    assert!(
        client
            .tools()
            .test(&id(), &json!({}))
            .await
            .unwrap_err()
            .may_have_happened()
    );
    assert_eq!(transport.sent().len(), 1);
}

#[tokio::test]
async fn what_breaks_a_rule_is_not_sent_and_all_of_it_is_said() {
    let (client, transport) = scripted([]);
    let definition = ToolDefinition::default()
        .model_tool_name("no spaces")
        .timeout(Duration::from_secs(41));
    let tool = NewTool::new("x".repeat(41), definition);
    for error in [
        client.tools().create(&tool).await.unwrap_err(),
        client.tools().replace(&id(), &tool).await.unwrap_err(),
    ] {
        let fields: Vec<&str> = error
            .fields()
            .iter()
            .map(|field| field.field.as_str())
            .collect();
        assert_eq!(
            fields,
            [
                "name",
                "definition",
                "definition.modelToolName",
                "definition.timeout"
            ]
        );
    }
    let empty = UploadFile::new("api.json", "").unwrap();
    assert!(client.tools().create_from_openapi(&empty).await.is_err());
    assert!(transport.sent().is_empty());
}
