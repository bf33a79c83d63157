//! The simulator's calls, asked by hand: checks, states, limits.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::time::Duration;

use common::hand::Hand;
use serde_json::{Value, json};
use ultravox_client::testkit::{Overload, RetryAfter, SimSettings};
use voice_core::provider::CallId;

#[tokio::test]
async fn calls_are_checked_field_by_field() {
    let hand = Hand::new(SimSettings::new()).await;
    let agent = hand
        .agent(json!({"systemPrompt": "{{a}} {{ b.c }} {{#if x}} { {d} }"}))
        .await;
    let target = format!("/api/agents/{agent}/calls");
    for (body, field) in [
        (json!({}), "templateContext"),
        (json!({"templateContext": {"a": 1}}), "templateContext"),
        (
            json!({"templateContext": {"a": 1, "b": {"c": 1}}, "metadata": {"ultravox.x": "y"}}),
            "metadata",
        ),
        (
            json!({"templateContext": {"a": 1, "b.c": 1}, "metadata": {"x": 1}}),
            "metadata",
        ),
        (
            json!({"templateContext": {"a": 1, "b.c": 1}, "medium": {"serverWebSocket": {}}}),
            "medium",
        ),
        (
            json!({"templateContext": {"a": 1, "b.c": 1}, "medium": {"sip": {}}}),
            "medium",
        ),
        (
            json!({"templateContext": {"a": 1, "b.c": 1}, "medium": {"sip": {"outgoing": {"to": "+1"}}}}),
            "medium",
        ),
        (
            json!({"templateContext": {"a": 1, "b.c": 1}, "medium": {"twilio": {"outgoing": {"to": "+1"}}}}),
            "medium",
        ),
        (
            json!({"templateContext": {"a": 1, "b.c": 1}, "voiceOverrides": {"lmnt": {}}}),
            "voiceOverrides",
        ),
        (
            json!({"templateContext": {"a": 1, "b.c": 1}, "toolOverrides": {"remove": [], "removeAll": true}}),
            "toolOverrides",
        ),
        (
            json!({"templateContext": {"a": 1, "b.c": 1}, "maxDuration": "-1s"}),
            "maxDuration",
        ),
    ] {
        let got = hand.ask("POST", &target, &body).await;
        assert_eq!(got.status, 400, "{body}");
        assert_eq!(
            got.json().as_object().unwrap().keys().collect::<Vec<_>>(),
            [field],
            "{body}"
        );
    }
    let good = json!({"templateContext": {"a": 1, "b": {"c": 2}}});
    let got = hand.ask("POST", &target, &good).await;
    assert_eq!(got.status, 201);
    let call = got.json();
    assert_eq!(call["medium"], json!({"webRtc": {}}));
    let url = call["joinUrl"].as_str().unwrap();
    assert!(
        url.starts_with("ws://127.0.0.1:") && url.contains("/calls/"),
        "{url}"
    );
    let throttled = hand
        .ask("POST", &format!("{target}?throttle=none"), &good)
        .await;
    assert_eq!(
        (throttled.status, throttled.json()["throttle"].is_array()),
        (400, true)
    );
    assert_eq!(hand.simulator.created_calls(), 1);
}

#[tokio::test]
async fn a_schema_decides_what_a_context_must_have() {
    let hand = Hand::new(SimSettings::new()).await;
    let template = json!({"systemPrompt": "{{a}} {{b}}", "contextSchema": {"required": ["b"]}});
    let target = format!("/api/agents/{}/calls", hand.agent(template).await);
    assert_eq!(
        hand.ask("POST", &target, &json!({"templateContext": {"a": 1}}))
            .await
            .status,
        400
    );
    assert_eq!(
        hand.ask("POST", &target, &json!({"templateContext": {"b": 1}}))
            .await
            .status,
        201
    );
}

#[tokio::test]
async fn a_call_goes_through_its_states() {
    let hand = Hand::new(SimSettings::new()).await;
    let agent = hand.agent(json!({})).await;
    let body = json!({"joinTimeout": "10s", "maxDuration": "60s"});
    let mut ids = Vec::new();
    for _ in 0..3 {
        let got = hand
            .ask("POST", &format!("/api/agents/{agent}/calls"), &body)
            .await;
        ids.push(got.json()["callId"].as_str().unwrap().to_owned());
    }
    let call = |at: usize| CallId::new(ids[at].as_str()).unwrap();
    let target = |at: usize| format!("/api/calls/{}", ids[at]);
    let message = json!({"type": "user_text_message", "text": "Hi."});
    let message_to = |at: usize| format!("{}/send_data_message", target(at));

    assert_eq!(
        hand.ask("POST", &message_to(0), &message).await.status,
        422,
        "not joined"
    );
    assert!(
        hand.simulator.join(&call(0)) && !hand.simulator.join(&call(0)),
        "one client to a call"
    );
    assert_eq!(hand.ask("POST", &message_to(0), &message).await.status, 204);
    assert_eq!(
        hand.ask(
            "POST",
            &message_to(0),
            &json!({"type": "set_output_medium"})
        )
        .await
        .status,
        400
    );
    assert_eq!(
        hand.ask("DELETE", &target(0), &Value::Null).await.status,
        400,
        "it goes on"
    );
    assert_eq!(hand.simulator.messages(&call(0)), vec![message.clone()]);

    assert_eq!(
        hand.ask("DELETE", &target(1), &Value::Null).await.status,
        204,
        "nobody joined"
    );
    assert_eq!(hand.ask("GET", &target(1), &Value::Null).await.status, 404);
    assert_eq!(
        hand.ask("DELETE", &target(1), &Value::Null).await.status,
        404
    );

    hand.clock.step(Ok(Duration::from_secs(11)));
    let unjoined = hand.ask("GET", &target(2), &Value::Null).await.json();
    assert_eq!(
        (&unjoined["endReason"], &unjoined["joined"]),
        (&json!("unjoined"), &Value::Null)
    );
    hand.clock.step(Ok(Duration::from_secs(60)));
    let long = hand.ask("GET", &target(0), &Value::Null).await.json();
    assert_eq!(
        (&long["endReason"], &long["billedDuration"]),
        (&json!("timeout"), &json!("60s"))
    );
    assert_eq!(
        hand.ask("POST", &message_to(0), &message).await.status,
        422,
        "it is over"
    );
    assert_eq!(
        hand.ask("DELETE", &target(0), &Value::Null).await.status,
        204
    );
}

#[tokio::test]
async fn too_many_calls_are_refused_by_rate_number_and_throttle() {
    let window = Duration::from_secs(60);
    let settings = SimSettings::new()
        .call_rate(3, window)
        .throttle("slow", 1, window);
    let hand = Hand::new(settings).await;
    let target = format!("/api/agents/{}/calls", hand.agent(json!({})).await);
    let slow = format!("{target}?throttle=slow");
    assert_eq!(hand.ask("POST", &slow, &json!({})).await.status, 201);
    assert_eq!(hand.ask("POST", &slow, &json!({})).await.status, 429);
    assert_eq!(hand.ask("POST", &target, &json!({})).await.status, 201);
    hand.clock.step(Ok(Duration::from_secs(20)));
    assert_eq!(hand.ask("POST", &target, &json!({})).await.status, 201);
    let refused = hand.ask("POST", &target, &json!({})).await;
    assert_eq!(
        (refused.status, refused.retry_after.as_deref()),
        (429, Some("40"))
    );
    hand.clock.step(Ok(Duration::from_secs(41)));
    assert_eq!(hand.ask("POST", &target, &json!({})).await.status, 201);

    for (overload, status) in [
        (Overload::TooManyRequests, 429),
        (Overload::Unavailable, 503),
    ] {
        let settings = SimSettings::new()
            .concurrency(1, overload)
            .retry_after(RetryAfter::Absent);
        let hand = Hand::new(settings).await;
        let target = format!("/api/agents/{}/calls", hand.agent(json!({})).await);
        assert_eq!(hand.ask("POST", &target, &json!({})).await.status, 201);
        let refused = hand.ask("POST", &target, &json!({})).await;
        assert_eq!((refused.status, refused.retry_after), (status, None));
        assert_eq!(hand.simulator.created_calls(), 1);
    }
}
