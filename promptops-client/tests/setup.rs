//! Building a client, from settings and from the environment; its health.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::time::Duration;

use common::{KEY, SECRET, builder, reply, scripted, scripted_with, targets};
use promptops_client::{CacheSwitch, Preset, PromptOpsClient, PromptOpsClientBuilder};
use serde_json::json;
use voice_core::config::Environment;
use voice_core::error::{Delivery, ErrorKind};
use voice_core::provider::{HealthCheck, HealthStatus};
use voice_core::testkit::Reply;
use voice_core::testkit::conformance::{health_of_refused, health_of_unreachable, health_ok};

fn environment(pairs: &[(&str, &str)]) -> Environment {
    Environment::from_pairs(pairs.iter().copied())
}

#[test]
fn all_problems_are_named_at_once_and_no_value_is_shown() {
    let pairs = [
        ("PROMPTOPS_SECRET_KEY", " planted4secret "),
        ("PROMPTOPS_BASE_URL", "http://planted5.example"),
        ("PROMPTOPS_ENVIRONMENT", "planted6"),
        ("PROMPTOPS_TIMEOUT", "999"),
        ("PROMPTOPS_CACHE_TTL", "+5"),
        ("PROMPTOPS_ENABLE_CACHE", "planted7"),
        ("REDIS_URL", "http://planted8"),
    ];
    let error = PromptOpsClient::from_environment(&environment(&pairs)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert_eq!(error.fields().len(), 8, "{error}");
    let text = format!("{error} {error:?}");
    assert!(
        text.contains("PROMPTOPS_API_KEY") && !text.contains("planted"),
        "{text}"
    );

    let error = PromptOpsClient::builder()
        .api_key("a b")
        .secret_key("")
        .base_url("https://a.example/api")
        .timeout(Duration::from_millis(1))
        .attempts(0)
        .build()
        .unwrap_err();
    let fields: Vec<&str> = error
        .fields()
        .iter()
        .map(|field| field.field.as_str())
        .collect();
    assert_eq!(
        fields,
        ["api_key", "timeout", "attempts", "base_url", "secret_key"]
    );
}

#[test]
fn milliseconds_presets_and_their_order() {
    let pairs = [
        ("PROMPTOPS_API_KEY", KEY),
        ("PROMPTOPS_SECRET_KEY", SECRET),
        ("PROMPTOPS_ENVIRONMENT", "staging"),
        ("PROMPTOPS_TIMEOUT", "5000"),
        ("PROMPTOPS_CACHE_TTL", "1500"),
        ("PROMPTOPS_ENABLE_CACHE", "false"),
        ("REDIS_URL", "redis://:planted9@localhost"),
    ];
    let client = PromptOpsClient::from_environment(&environment(&pairs)).unwrap();
    assert_eq!(
        client.raw().base_url().as_str(),
        "https://staging-api.promptops.com"
    );
    let settings = client.settings();
    assert_eq!(settings.cache_ttl, Some(Duration::from_millis(1500)));
    assert_eq!(
        (settings.cache, settings.preset),
        (Some(CacheSwitch::Off), Some(Preset::Staging))
    );
    assert!(!format!("{client:?}").contains("planted9"));

    let base = |builder: PromptOpsClientBuilder| {
        let client = builder.build().unwrap();
        (
            client.raw().base_url().as_str().to_owned(),
            client.settings().cache_ttl,
        )
    };
    let key = || PromptOpsClient::builder().api_key(KEY);
    assert_eq!(base(key()), ("https://api.promptops.com".to_owned(), None));
    assert_eq!(
        base(key().preset(Preset::Development)),
        (
            "http://localhost:8000".to_owned(),
            Some(Duration::from_secs(300))
        )
    );
    let set = key()
        .preset(Preset::Development)
        .base_url("https://own.example/v1/client/");
    assert_eq!(base(set).0, "https://own.example");
    let read = PromptOpsClientBuilder::from_environment(&environment(&pairs)).unwrap();
    assert_eq!(
        base(read.base_url("https://own.example")).0,
        "https://own.example"
    );
}

#[tokio::test(start_paused = true)]
async fn attempts_and_timeout_are_kept() {
    let down = || (0..9).map(|_| reply(503, &json!({}))).collect::<Vec<_>>();
    for (builder, attempts) in [
        (builder(), 4),
        (builder().attempts(1), 1),
        (builder().preset(Preset::Development), 3),
        (builder().preset(Preset::Production).attempts(2), 2),
    ] {
        let (client, transport) = scripted_with(builder, down());
        assert!(client.usage().limits().await.is_err());
        assert_eq!(transport.sent().len(), attempts);
    }
    let (client, _) = scripted_with(
        builder().timeout(Duration::from_secs(2)).attempts(1),
        [Reply::hang()],
    );
    let error = client.usage().limits().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.elapsed() < Duration::from_secs(3));
}

#[tokio::test(start_paused = true)]
async fn health_is_looked_for_in_all_three_places_and_the_signature_judged() {
    let absent = || reply(404, &json!({"detail": "Not Found"}));
    let good = || reply(200, &json!({"status": "healthy", "version": "1"}));
    let valid = || reply(200, &json!({"valid": true}));
    let (client, _) = scripted([good(), valid()]);
    health_ok(&client).await;
    let (client, transport) = scripted([absent(), absent(), good(), valid()]);
    health_ok(&client).await;
    assert_eq!(
        targets(&transport),
        [
            "GET /health",
            "GET /v1/client/health",
            "GET /v1/health",
            "POST /v1/client/auth/validate",
        ]
    );
    let (client, _) = scripted([absent(), absent(), absent(), valid()]);
    health_ok(&client).await;
    let (client, _) = scripted([
        good(),
        reply(200, &json!({"valid": false, "error": "Invalid API key"})),
    ]);
    health_of_refused(&client).await;
    let (client, _) = scripted([good(), reply(401, &json!({"detail": "Invalid signature"}))]);
    health_of_refused(&client).await;
    let fails = (0..9).map(|_| Reply::fail(ErrorKind::Connect, Delivery::NotSent));
    let (client, _) = scripted(fails);
    health_of_unreachable(&client).await;
    let (client, _) = scripted([reply(200, &json!({"status": "unhealthy"}))]);
    let health = HealthCheck::health(&client).await;
    assert_eq!(health.status, HealthStatus::Error);
}
