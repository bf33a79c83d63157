//! What goes over the wire for scheduled batches, and what is wrong before anything is sent.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use common::{AGENT, agent_id, created, only, scripted};
use serde_json::json;
use ultravox_client::agents::{
    BatchCall, BatchUpdate, ListBatches, ListCreatedCalls, ListScheduledCalls, NewBatch,
    ScheduledCallStatus, TemplateSpec,
};
use ultravox_client::types::{
    BatchId, CallMedium, Clearable, OutgoingCall, TelephonyMedium, UvTime,
};
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::testkit::Reply;

fn time(text: &str) -> UvTime {
    text.parse().unwrap()
}

fn rings(to: &str) -> BatchCall {
    let outgoing = OutgoingCall::new(to, "+15557654300");
    BatchCall::new().medium(CallMedium::Twilio(
        TelephonyMedium::new().outgoing(outgoing),
    ))
}

fn fields(error: &Error) -> Vec<&str> {
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    let fields = error.fields().iter();
    fields.map(|field| field.field.as_str()).collect()
}

#[tokio::test]
async fn a_batch_is_created_as_it_was_set() {
    let (client, transport) = scripted([created(&json!({"batchId": "b-1"}))]);
    let (agents, id) = (client.agents(), agent_id());
    let batch = NewBatch::new([
        BatchCall::new()
            .medium(CallMedium::twilio())
            .variable("name", "Ada")
            .tag("order", "4711")
            .experimental_settings([("x", 1)]),
        BatchCall::new(),
    ])
    .window_start(time("2026-01-01T09:00:00Z"))
    .window_end(time("2026-01-01T17:00:00Z"))
    .throttle("gentle")
    .webhook_url("https://hooks.example/x")
    .webhook_secret("s")
    .paused(false);
    let made = agents.scheduled_batches(&id).create(&batch).await.unwrap();
    assert_eq!(made.id().unwrap().as_str(), "b-1");
    assert_eq!(
        transport.sent()[0].header("content-type"),
        "application/json"
    );
    let body = json!({
        "calls": [
            {
                "medium": {"twilio": {}}, "metadata": {"order": "4711"}, "templateContext": {"name": "Ada"},
                "experimentalSettings": {"x": 1},
            },
            {},
        ],
        "windowStart": "2026-01-01T09:00:00Z", "windowEnd": "2026-01-01T17:00:00Z", "throttle": "gentle",
        "webhookUrl": "https://hooks.example/x", "webhookSecret": "s", "paused": false,
    });
    let target = format!("/api/agents/{AGENT}/scheduled_batches");
    assert_eq!(only(&transport), ("POST".to_owned(), target, body));
}

#[tokio::test]
async fn the_other_operations() {
    let page = || Reply::json(&json!({"results": [{"batchId": "b-1", "status": "FUTURE"}]}));
    let one = || Reply::json(&json!({"batchId": "b-1"}));
    let script = [
        one(),
        page(),
        one(),
        one(),
        Reply::status(204, ""),
        page(),
        page(),
    ];
    let (client, transport) = scripted(script);
    let (agents, id) = (client.agents(), agent_id());
    let batches = agents.scheduled_batches(&id);
    let batch = BatchId::new("b-1").unwrap();
    batches.get(&batch).await.unwrap();
    batches
        .page(&ListBatches::new().page_size(3))
        .await
        .unwrap();
    let change = BatchUpdate::new()
        .window_end(time("2026-01-01T18:00:00Z"))
        .throttle(Clearable::Clear)
        .calls([rings("+15551234567")]);
    batches.update(&batch, &change).await.unwrap();
    batches.pause(&batch).await.unwrap();
    batches.delete(&batch).await.unwrap();
    let all = ListCreatedCalls::new();
    let made = batches.created_calls_page(&batch, &all).await.unwrap();
    assert_eq!(made.items.len(), 1);
    let failed = ListScheduledCalls::new().status(ScheduledCallStatus::Error);
    let calls = batches.scheduled_calls_page(&batch, &failed).await.unwrap();
    assert_eq!(calls.items[0].status, Some(ScheduledCallStatus::Future));
    let sent: Vec<(String, String)> = transport
        .sent()
        .iter()
        .map(|sent| {
            (
                sent.method.to_string(),
                sent.uri.path_and_query().unwrap().to_string(),
            )
        })
        .collect();
    let base = format!("/api/agents/{AGENT}/scheduled_batches");
    let expected = [
        ("GET", format!("{base}/b-1")),
        ("GET", format!("{base}?pageSize=3")),
        ("PATCH", format!("{base}/b-1")),
        ("PATCH", format!("{base}/b-1")),
        ("DELETE", format!("{base}/b-1")),
        ("GET", format!("{base}/b-1/created_calls")),
        ("GET", format!("{base}/b-1/scheduled_calls?status=ERROR")),
    ];
    let expected = expected.map(|(method, target)| (method.to_owned(), target));
    assert_eq!(sent, expected);
    let body = |at: usize| transport.sent()[at].text();
    assert!(body(2).contains(r#""throttle":null"#), "{}", body(2));
    assert_eq!(body(3), r#"{"paused":true}"#);
}

#[tokio::test]
async fn whoever_must_connect_calls_needs_an_address_and_nobody_else_has_one() {
    let url = "https://hooks.example/x";
    let waits = || BatchCall::new().medium(CallMedium::twilio());
    let bare = BatchCall::new;
    for (calls, url, good) in [
        (vec![waits()], None, false),
        (vec![waits()], Some(url), true),
        (vec![waits(), rings("+15551234567")], None, false),
        (vec![rings("+15551234567")], Some(url), false),
        (vec![rings("+15551234567")], None, true),
        // The agent's own medium decides; the server knows it.
        (vec![bare()], None, true),
        (vec![bare(), rings("+15551234567")], Some(url), true),
        (vec![bare(), waits()], None, false),
    ] {
        let (client, transport) = scripted([created(&json!({}))]);
        let shown = format!("{calls:?} {url:?}");
        let mut batch = NewBatch::new(calls);
        batch.webhook_url = url.map(str::to_owned);
        let (agents, id) = (client.agents(), agent_id());
        let outcome = agents.scheduled_batches(&id).create(&batch).await;
        assert_eq!(outcome.is_ok(), good, "{shown}");
        assert_eq!(transport.sent().len(), usize::from(good));
        if let Err(error) = outcome {
            assert_eq!(fields(&error), ["webhookUrl"]);
        }
    }
}

#[tokio::test]
async fn everything_wrong_with_a_batch_comes_at_once() {
    let (client, transport) = scripted([]);
    let (agents, id) = (client.agents(), agent_id());
    let template = TemplateSpec::new("Greet {{name}}.");
    let batches = agents.scheduled_batches(&id).checked_against(&template);
    let batch = NewBatch::new([
        rings("").variable("name", "Ada"),
        BatchCall::new().tag("ultravox.x", "y"),
    ])
    .window_start(time("2026-01-02T00:00:00Z"))
    .window_end(time("2026-01-01T00:00:00Z"))
    .webhook_url(format!("https://hooks.example/{}", "x".repeat(200)))
    .webhook_secret("x".repeat(121));
    let error = batches.create(&batch).await.unwrap_err();
    assert_eq!(
        fields(&error),
        [
            "calls.0.medium.twilio.outgoing.to",
            "calls.1.metadata",
            "calls.1.templateContext.name",
            "windowEnd",
            "webhookUrl",
            "webhookSecret",
        ]
    );
    let error = batches.create(&NewBatch::new([])).await.unwrap_err();
    assert_eq!(fields(&error), ["calls"]);
    let large = NewBatch::new([rings("+15551234567").variable("name", "x".repeat(33 << 20))]);
    let error = batches.create(&large).await.unwrap_err();
    assert!(error.to_string().contains("32 MB"), "{error}");
    let batch = BatchId::new("b").unwrap();
    let error = batches
        .update(&batch, &BatchUpdate::new())
        .await
        .unwrap_err();
    assert_eq!(fields(&error), ["update"]);
    let change = BatchUpdate::new().calls([]).webhook_url("nowhere");
    let error = batches.update(&batch, &change).await.unwrap_err();
    assert_eq!(fields(&error), ["calls", "webhookUrl"]);
    assert!(transport.sent().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_change_with_calls_is_never_sent_twice_and_a_pause_is() {
    let script = || {
        [
            Reply::status(502, ""),
            Reply::json(&json!({"batchId": "b-1"})),
        ]
    };
    let batch = BatchId::new("b-1").unwrap();
    let (client, transport) = scripted(script());
    let (agents, id) = (client.agents(), agent_id());
    let calls = BatchUpdate::new().calls([rings("+15551234567")]);
    let outcome = agents.scheduled_batches(&id).update(&batch, &calls).await;
    assert_eq!(outcome.unwrap_err().delivery(), Delivery::Unknown);
    assert_eq!(
        transport.sent().len(),
        1,
        "its calls may be ringing already"
    );

    let (client, transport) = scripted(script());
    let agents = client.agents();
    agents.scheduled_batches(&id).pause(&batch).await.unwrap();
    assert_eq!(transport.sent().len(), 2);
}
