//! The simulator, asked by hand: what a wrong client would see.
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
use ultravox_client::testkit::{API_KEY, PatchMode, RESTRICTED_KEY, SimSettings};
use voice_core::testkit::Mishap;

#[tokio::test]
async fn only_the_right_header_authenticates() {
    let hand = Hand::new(SimSettings::new()).await;
    let bearer = format!("Bearer {API_KEY}");
    for (headers, status) in [
        (vec![], 401),
        (vec![("authorization", bearer.as_str())], 401),
        (vec![("x-api-key", "wrong")], 401),
        (vec![("x-unsafe-api-key", API_KEY)], 401),
        (vec![("x-api-key", RESTRICTED_KEY)], 403),
        (vec![("X-API-KEY", API_KEY)], 200),
    ] {
        let got = hand.send("GET", "/api/accounts/me", &headers, "").await;
        assert_eq!(got.status, status, "{headers:?}");
        assert!(status == 200 || got.json()["detail"].is_string());
    }
}

#[tokio::test]
async fn paths_methods_and_bodies_that_are_none() {
    let hand = Hand::new(SimSettings::new()).await;
    let key = ("x-api-key", API_KEY);
    for (method, target, content_type, body, status) in [
        ("GET", "/api/nowhere", "", "", 404),
        ("GET", "/agents", "", "", 404),
        ("GET", "/api/agents/", "", "", 404),
        ("PUT", "/api/agents", "application/json", "{}", 405),
        ("PUT", "/api/agents/x", "application/json", "{}", 405),
        ("POST", "/api/agents", "text/plain", "{}", 415),
        (
            "POST",
            "/api/agents",
            "application/x-www-form-urlencoded",
            "a=b",
            415,
        ),
        ("POST", "/api/agents", "application/json", "{", 400),
        (
            "POST",
            "/api/agents",
            "application/json; charset=utf-8",
            "[]",
            400,
        ),
        ("POST", "/api/agents", "application/json", "{}", 400),
        (
            "GET",
            "/api/agents/5e000000-0000-4000-8000-000000000000",
            "",
            "",
            404,
        ),
    ] {
        let got = hand
            .send(method, target, &[key, ("content-type", content_type)], body)
            .await;
        assert_eq!(got.status, status, "{method} {target} {body}: {}", got.text);
    }
}

#[tokio::test]
async fn agents_are_checked_field_by_field() {
    let hand = Hand::new(SimSettings::new()).await;
    let body = json!({"name": "x".repeat(65), "callTemplate": {
        "temperature": 2, "joinTimeout": "30", "systemPrompt": 5, "recordingEnabled": "yes",
        "voice": "a", "externalVoice": {}, "medium": {"twilio": {}, "webRtc": {}},
        "initialOutputMedium": "voice", "sharedSecrets": ["short"], "selectedTools": [{}],
        "vadSettings": {"frameActivationThreshold": 0}, "inactivityMessages": [{"message": "x"}],
        "firstSpeakerSettings": {"user": {}, "agent": {}}, "retentionPolicy": "retain",
    }});
    let got = hand.ask("POST", "/api/agents", &body).await;
    assert_eq!(got.status, 400);
    let said = got.json();
    assert!(said["name"].is_array());
    let template = said["callTemplate"].as_object().unwrap();
    let fields: Vec<&str> = template.keys().map(String::as_str).collect();
    assert_eq!(
        fields,
        [
            "externalVoice",
            "firstSpeakerSettings",
            "inactivityMessages",
            "initialOutputMedium",
            "joinTimeout",
            "medium",
            "recordingEnabled",
            "retentionPolicy",
            "selectedTools",
            "sharedSecrets",
            "systemPrompt",
            "temperature",
            "vadSettings",
        ]
    );
    assert_eq!(hand.simulator.created_agents(), 0);
}

#[tokio::test]
async fn a_patch_replaces_or_merges_and_never_gives_secrets_out() {
    for (mode, voice) in [
        (PatchMode::Replace, Value::Null),
        (PatchMode::Merge, "Mark".into()),
    ] {
        let hand = Hand::new(SimSettings::new().patch(mode)).await;
        let secret = "x".repeat(20);
        let agent = hand
            .agent(json!({"systemPrompt": "Old", "voice": "Mark", "sharedSecrets": [secret]}))
            .await;
        let target = format!("/api/agents/{agent}");
        let body = json!({"voice": "Top", "callTemplate": {"systemPrompt": "New", "model": null}});
        let got = hand.ask("PATCH", &target, &body).await;
        assert_eq!(got.status, 200);
        let template = &got.json()["callTemplate"];
        assert_eq!(template["systemPrompt"], "New");
        assert_eq!(template["voice"], voice, "{mode:?}");
        assert!(template.get("sharedSecrets").is_none() && template.get("model").is_none());
    }
}

#[tokio::test]
async fn pages_have_absolute_links_both_ways_and_ignore_offsets() {
    let hand = Hand::new(SimSettings::new()).await;
    for _ in 0..5 {
        hand.agent(json!({})).await;
    }
    let first = hand
        .ask(
            "GET",
            "/api/agents?pageSize=2&limit=1&offset=3",
            &Value::Null,
        )
        .await
        .json();
    assert_eq!(
        (first["results"].as_array().unwrap().len(), &first["total"]),
        (2, &json!(5))
    );
    assert_eq!(first["previous"], Value::Null);
    let next = first["next"].as_str().unwrap();
    let own = next
        .strip_prefix(&hand.simulator.url())
        .expect("its own origin");
    assert!(
        own.contains("cursor=p%3D") && own.contains("pageSize=2"),
        "{own}"
    );
    let second = hand.ask("GET", own, &Value::Null).await.json();
    let back = second["previous"]
        .as_str()
        .unwrap()
        .strip_prefix(&hand.simulator.url())
        .unwrap();
    assert_eq!(
        hand.ask("GET", back, &Value::Null).await.json()["results"],
        first["results"]
    );
    assert_eq!(
        hand.ask("GET", "/api/agents?cursor=nonsense", &Value::Null)
            .await
            .status,
        404
    );
    assert_eq!(
        hand.ask("GET", "/api/agents?search=", &Value::Null)
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn mishaps_happen_once_to_whom_they_are_meant_for() {
    let hand = Hand::new(SimSettings::new()).await;
    let mishaps = hand.simulator.mishaps();
    mishaps.next_of("agents.create", Mishap::ServerErrorAfterActing);
    mishaps.next_of("agents.create", Mishap::UnreadableSuccess);
    mishaps.next_of("agents.create", Mishap::ServerError);
    assert_eq!(
        hand.ask("GET", "/api/agents", &Value::Null).await.status,
        200,
        "not meant"
    );
    let body = json!({"name": "A"});
    assert_eq!(hand.ask("POST", "/api/agents", &body).await.status, 500);
    let cut = hand.ask("POST", "/api/agents", &body).await;
    assert!(cut.status == 201 && serde_json::from_str::<Value>(&cut.text).is_err());
    assert_eq!(hand.ask("POST", "/api/agents", &body).await.status, 500);
    assert_eq!(
        hand.simulator.created_agents(),
        2,
        "the last one did nothing"
    );
    assert_eq!(
        (mishaps.left(), hand.simulator.requests("agents.create")),
        (0, 3)
    );
    for (mishap, status) in [
        (Mishap::RateLimited(Some(Duration::from_millis(1500))), 429),
        (Mishap::Unavailable(None), 503),
        (Mishap::BadGateway, 502),
        (Mishap::Unauthorized, 401),
    ] {
        hand.simulator.mishaps().next(mishap);
        let got = hand.ask("GET", "/api/agents", &Value::Null).await;
        assert_eq!(got.status, status);
        assert_eq!(got.retry_after.as_deref(), (status == 429).then_some("2"));
    }
}
