//! Webhook endpoints: what is sent, and how answers and lists are read.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use common::{only, scripted};
use futures_util::StreamExt;
use openai_calls::webhook_endpoints::{
    KeepOldSecret, ListWebhookEndpoints, NewWebhookEndpoint, WebhookEndpoint, WebhookEndpointUpdate,
};
use serde_json::{Value, json};
use voice_core::client::Cursor;
use voice_core::error::ErrorKind;
use voice_core::testkit::Reply;

fn endpoint(id: &str) -> Value {
    json!({
        "id": id, "object": "webhook_endpoint", "name": "phones", "created_at": 1_756_310_470,
        "event_types": ["realtime.call.incoming"], "url": "https://voice.example/openai",
        "signing_secret_hint": null, "updated_at": 1_756_310_471,
    })
}

fn list(ids: &[&str], more: bool) -> Reply {
    let data: Vec<Value> = ids.iter().map(|id| endpoint(id)).collect();
    Reply::json(&json!({
        "object": "list", "data": data, "has_more": more,
        "first_id": ids.first(), "last_id": ids.last(),
    }))
}

#[tokio::test]
async fn an_endpoint_is_created_read_changed_and_deleted() {
    let mut made = endpoint("whe_1");
    made["signing_secret"] = "whsec_c2VjcmV0".into();
    let deleted = json!({"id": "whe_1", "deleted": true, "object": "webhook_endpoint.deleted"});
    let (client, transport) = scripted([
        Reply::json(&made),
        Reply::json(&endpoint("whe_1")),
        Reply::json(&endpoint("whe_1")),
        Reply::json(&deleted),
    ]);
    let endpoints = client.webhook_endpoints();
    let new = NewWebhookEndpoint::new(
        "phones",
        "https://voice.example/openai",
        ["realtime.call.incoming"],
    );
    let created = endpoints.create(&new).await.unwrap();
    assert_eq!(created.secret().unwrap().expose(), "whsec_c2VjcmV0");
    let id = created.endpoint_id().unwrap();
    let read = endpoints.get(id).await.unwrap();
    assert_eq!(
        read.secret().unwrap_err().kind(),
        ErrorKind::Decode,
        "it is shown once"
    );
    assert_eq!(
        read.event_types.as_deref().unwrap(),
        ["realtime.call.incoming"]
    );
    let change = WebhookEndpointUpdate::new()
        .name("desk")
        .event_types(["a", "b"]);
    endpoints.update(id, &change).await.unwrap();
    endpoints.delete(id).await.unwrap();

    let sent = transport.sent();
    let rows: Vec<(String, String, String)> = sent
        .iter()
        .map(|sent| {
            (
                sent.method.to_string(),
                sent.uri.path().to_owned(),
                sent.text(),
            )
        })
        .collect();
    let one = "/v1/webhook_endpoints/whe_1".to_owned();
    let body = r#"{"name":"phones","url":"https://voice.example/openai","event_types":["realtime.call.incoming"]}"#;
    assert_eq!(
        rows,
        [
            (
                "POST".to_owned(),
                "/v1/webhook_endpoints".to_owned(),
                body.to_owned()
            ),
            ("GET".to_owned(), one.clone(), String::new()),
            (
                "POST".to_owned(),
                one.clone(),
                r#"{"name":"desk","event_types":["a","b"]}"#.to_owned()
            ),
            ("DELETE".to_owned(), one, String::new()),
        ]
    );
}

#[tokio::test]
async fn what_breaks_a_rule_is_not_sent() {
    let (client, transport) = scripted([]);
    let endpoints = client.webhook_endpoints();
    let none: [&str; 0] = [];
    for (name, url, types) in [
        (" ", "https://a.example", &["x"][..]),
        ("a", "http://a.example", &["x"]),
        ("a", "nonsense", &["x"]),
        ("a", "https://a.example", &none),
        ("a", "https://a.example", &["x", ""]),
    ] {
        let new = NewWebhookEndpoint::new(name, url, types.iter().copied());
        let error = endpoints.create(&new).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{name} {url}");
    }
    for change in [
        WebhookEndpointUpdate::new(),
        WebhookEndpointUpdate::new().url("ftp://a.example"),
        WebhookEndpointUpdate::new().name(""),
        WebhookEndpointUpdate::new().event_types(none),
    ] {
        assert!(endpoints.update("whe_1", &change).await.is_err());
    }
    assert_eq!(transport.sent().len(), 0);
}

#[tokio::test]
async fn a_list_is_read_page_after_page() {
    let (client, transport) = scripted([list(&["a", "b"], true), list(&["c"], false)]);
    let all: Vec<WebhookEndpoint> = client
        .webhook_endpoints()
        .list(&ListWebhookEndpoints::new().limit(2))
        .map(Result::unwrap)
        .collect()
        .await;
    let ids: Vec<&str> = all.iter().map(|one| one.endpoint_id().unwrap()).collect();
    assert_eq!(ids, ["a", "b", "c"]);
    let queries: Vec<String> = transport
        .sent()
        .iter()
        .map(|sent| sent.uri.query().unwrap().to_owned())
        .collect();
    assert_eq!(queries, ["limit=2", "limit=2&after=b"]);

    let (client, transport) = scripted([list(&[], false)]);
    let from = ListWebhookEndpoints::new().after(Cursor::new("x y"));
    let page = client.webhook_endpoints().page(&from).await.unwrap();
    assert!(page.items.is_empty() && page.next.is_none());
    assert_eq!(only(&transport).1, "/v1/webhook_endpoints?after=x+y");

    let lost = Reply::json(&json!({"data": [], "has_more": true, "last_id": null}));
    let (client, _) = scripted([lost]);
    let page = client
        .webhook_endpoints()
        .page(&ListWebhookEndpoints::new())
        .await;
    assert_eq!(page.unwrap_err().kind(), ErrorKind::Protocol);
}

#[tokio::test(start_paused = true)]
async fn rotating_creating_and_testing_are_sent_once() {
    let (client, transport) = scripted([Reply::status(500, ""), Reply::status(500, "")]);
    let endpoints = client.webhook_endpoints();
    let rotated = endpoints.rotate_secret("whe_1", KeepOldSecret::No).await;
    assert!(rotated.unwrap_err().may_have_happened());
    let keep = transport.sent()[0].text();
    assert_eq!(keep, r#"{"keep_old_secret_active_for_24_hours":false}"#);
    let tested = endpoints.test("whe_1", "realtime.call.incoming").await;
    assert!(tested.unwrap_err().may_have_happened());
    assert_eq!(transport.sent().len(), 2);
}

#[tokio::test]
async fn a_test_tells_what_the_endpoint_answered() {
    for (status, taken) in [(200, true), (204, true), (404, false), (500, false)] {
        let result = json!({
            "object": "webhook_endpoint.test", "webhook_endpoint_id": "whe_1",
            "event_type": "realtime.call.incoming", "status_code": status, "success": true,
        });
        let (client, transport) = scripted([Reply::json(&result)]);
        let tested = client
            .webhook_endpoints()
            .test("whe_1", "realtime.call.incoming")
            .await;
        assert_eq!(tested.unwrap().is_taken(), taken, "{status}");
        let (_, path, body) = only(&transport);
        assert_eq!(path, "/v1/webhook_endpoints/whe_1/test");
        assert_eq!(body, json!({"event_type": "realtime.call.incoming"}));
    }
}

#[tokio::test]
async fn types_of_events_are_open_texts() {
    let types = json!({"object": "list", "data": ["realtime.call.incoming", "of.tomorrow"]});
    let (client, transport) = scripted([Reply::json(&types)]);
    let known = client.webhook_endpoints().event_types().await.unwrap();
    assert_eq!(*known, ["realtime.call.incoming", "of.tomorrow"]);
    assert_eq!(only(&transport).1, "/v1/webhook_event_types");
}
