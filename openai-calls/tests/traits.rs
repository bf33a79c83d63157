//! The shared traits: the suite for ringing calls, and the health probe.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::sync::Arc;

use common::exchange::Exchange;
use common::{CALL, KEY, call, only, refusal, scripted};
use openai_calls::OpenAiClient;
use serde_json::json;
use voice_core::client::ClientOptions;
use voice_core::error::{Delivery, ErrorKind};
use voice_core::provider::{AcceptCall, HealthCheck, InboundCallProvider, Presence, RejectReason};
use voice_core::testkit::{Reply, conformance};

#[tokio::test(start_paused = true)]
async fn the_suite_for_ringing_calls_passes_whatever_a_repeated_accept_is_told() {
    for repeated in [404, 409, 200] {
        let exchange = Exchange::new(repeated);
        let options = ClientOptions::new().transport(Arc::new(exchange.clone()));
        let client = OpenAiClient::builder()
            .api_key(KEY)
            .options(options)
            .build()
            .unwrap();
        conformance::inbound_call_provider(&client, &exchange).await;
    }
}

#[tokio::test]
async fn a_call_is_accepted_with_the_clients_model_unless_the_order_names_one() {
    let build = |script: [Reply; 1]| {
        let transport = voice_core::testkit::ScriptedTransport::new(script);
        let options = ClientOptions::new().transport(Arc::new(transport.clone()));
        let client = OpenAiClient::builder()
            .api_key(KEY)
            .default_model("gpt-realtime-2.1-mini")
            .options(options)
            .build()
            .unwrap();
        (client, transport)
    };
    let (client, transport) = build([Reply::status(200, "")]);
    let mut order = AcceptCall::new("Be brief.");
    client.accept(&call(), &order).await.unwrap();
    let (method, path, body) = only(&transport);
    assert_eq!(
        (method.as_str(), path),
        ("POST", format!("/v1/realtime/calls/{CALL}/accept"))
    );
    let expected = json!({
        "type": "realtime", "model": "gpt-realtime-2.1-mini", "instructions": "Be brief.",
    });
    assert_eq!(body, expected);

    order.model = Some("gpt-realtime-3".to_owned());
    let (client, transport) = build([Reply::status(200, "")]);
    client.accept(&call(), &order).await.unwrap();
    assert_eq!(only(&transport).2["model"], "gpt-realtime-3");

    order
        .extra
        .insert("model".to_owned(), "gpt-realtime-4".into());
    order.model = None;
    let (client, transport) = build([Reply::status(200, "")]);
    client.accept(&call(), &order).await.unwrap();
    assert_eq!(
        only(&transport).2["model"],
        "gpt-realtime-4",
        "extra is merged last"
    );

    let (client, transport) = scripted([Reply::status(200, "")]);
    client
        .accept(&call(), &AcceptCall::default())
        .await
        .unwrap();
    assert_eq!(
        only(&transport).2,
        json!({"type": "realtime", "model": "gpt-realtime-2.1"})
    );
}

#[tokio::test(start_paused = true)]
async fn an_accept_that_may_have_happened_is_an_error_that_says_so() {
    let (client, _) = scripted([Reply::status(500, ""), refusal(404, "t", None, "No call")]);
    let provider: Arc<dyn InboundCallProvider> = Arc::new(client);
    let error = provider
        .accept(&call(), &AcceptCall::new("x"))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::NotFound, Delivery::Unknown)
    );
}

#[tokio::test]
async fn each_reason_has_its_sip_status() {
    for (reason, status) in [
        (RejectReason::Busy, 486),
        (RejectReason::NoCapacity, 503),
        (RejectReason::Declined, 603),
        (RejectReason::UnknownNumber, 404),
    ] {
        let (client, transport) = scripted([Reply::status(200, "")]);
        let done = InboundCallProvider::reject(&client, &call(), reason)
            .await
            .unwrap();
        assert_eq!(done, Presence::Done);
        assert_eq!(only(&transport).2, json!({"status_code": status}));
    }
}

#[tokio::test]
async fn a_probe_reads_the_model_once() {
    let model = json!({"id": "gpt-realtime-2.1", "object": "model"});
    let (client, transport) = scripted([Reply::json(&model)]);
    conformance::health_ok(&client).await;
    assert_eq!(only(&transport).1, "/v1/models/gpt-realtime-2.1");

    let (client, transport) = scripted([Reply::status(500, ""), Reply::json(&model)]);
    assert_eq!(client.health().await.status.as_str(), "error");
    assert_eq!(transport.sent().len(), 1);

    let (client, _) = scripted([refusal(401, "t", Some("invalid_api_key"), "No.")]);
    conformance::health_of_refused(&client).await;

    let gone = refusal(
        404,
        "invalid_request_error",
        Some("model_not_found"),
        "Gone.",
    );
    let (client, _) = scripted([gone]);
    let health = client.health().await;
    assert_ne!(health.status.as_str(), "ok");
    assert!(health.error.unwrap().hint().unwrap().contains("model"));

    let nobody = OpenAiClient::builder()
        .api_key(KEY)
        .base_url("http://127.0.0.1:1/v1")
        .build()
        .unwrap();
    conformance::health_of_unreachable(&nobody).await;
}
