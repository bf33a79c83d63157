//! The doctor's checks, on answers from a script.
#![cfg(feature = "doctor")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::sync::Arc;

use serde_json::{Value, json};
use ultravox_client::UltravoxClient;
use ultravox_client::doctor::{AccountCheck, WebhookEndpointsCheck, environment};
use voice_core::client::ClientOptions;
use voice_core::config::Environment;
use voice_core::doctor::{CheckContext, DoctorCheck, Finding, Status};
use voice_core::testkit::{Reply, ScriptedTransport};

fn client(answer: &Value) -> UltravoxClient {
    let transport = ScriptedTransport::new([Reply::json(answer)]);
    let options = ClientOptions::new().transport(Arc::new(transport));
    UltravoxClient::builder()
        .api_key("12345678.1234567890abcdef1234567890abcdef")
        .options(options.retries(0))
        .build()
        .unwrap()
}

async fn look(check: impl DoctorCheck) -> Vec<Finding> {
    check.check(&CheckContext::builder().build().unwrap()).await
}

#[tokio::test]
async fn plan_and_places_are_judged() {
    for (subscribed, free, active, plan, places) in [
        (true, "0s", 1, Status::Pass, Status::Pass),
        (false, "60s", 9, Status::Warn, Status::Warn),
        (false, "0s", 10, Status::Fail, Status::Fail),
    ] {
        let answer = json!({"hasActiveSubscription": subscribed, "freeTimeRemaining": free,
            "activeCalls": active, "allowedConcurrentCalls": 10});
        let findings = look(AccountCheck::new(client(&answer))).await;
        let seen: Vec<_> = findings
            .iter()
            .map(|finding| (finding.name(), finding.status()))
            .collect();
        assert_eq!(
            seen,
            [("account", plan), ("concurrency", places)],
            "{findings:?}"
        );
        for finding in &findings {
            assert_eq!(finding.remedy().is_some(), finding.status() != Status::Pass);
        }
    }
}

#[tokio::test]
async fn registered_webhooks_are_judged() {
    let hook = |url: &str, status: &str| json!({"webhookId": "11111111-2222-3333-4444-555555555555", "url": url, "events": ["call.ended"], "status": status});
    for (hooks, verdict) in [
        (vec![], Status::Skipped),
        (
            vec![hook("https://voice.example.com/hook", "normal")],
            Status::Pass,
        ),
        (
            vec![hook("https://voice.example.com/hook", "unhealthy")],
            Status::Warn,
        ),
        (vec![hook("http://10.0.0.1/hook", "normal")], Status::Fail),
    ] {
        let answer =
            json!({"results": hooks, "next": null, "previous": null, "total": hooks.len()});
        let findings = look(WebhookEndpointsCheck::new(client(&answer))).await;
        assert_eq!(findings[0].status(), verdict, "{findings:?}");
    }
}

#[test]
fn settings_are_read_as_the_client_reads_them() {
    let look =
        |pairs: &[(&str, &str)]| environment(Environment::from_pairs(pairs.iter().copied())).look();
    assert_eq!(look(&[]).status(), Status::Fail);
    assert_eq!(
        look(&[("ULTRAVOX_API_KEY", "your_api_key")]).status(),
        Status::Fail
    );
    let base = look(&[
        (
            "ULTRAVOX_API_KEY",
            "12345678.1234567890abcdef1234567890abcdef",
        ),
        ("ULTRAVOX_BASE_URL", "https://api.ultravox.ai/api"),
    ]);
    assert!(
        base.seen().contains("ULTRAVOX_BASE_URL is malformed"),
        "{base:?}"
    );
}
