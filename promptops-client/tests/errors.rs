//! What is repeated, how long is waited, what an error says: by the table of the published error map and beyond it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::sync::Arc;
use std::time::Duration;

use common::{builder, json_file, options, prompt, reply, scripted, specs};
use promptops_client::models::*;
use promptops_client::resources::BatchOptions;
use serde_json::{Value, json};
use voice_core::error::{Delivery, ErrorKind};
use voice_core::limits;
use voice_core::testkit::{Reply, ScriptedTransport, TestClock};

fn kind_of(name: &str) -> ErrorKind {
    match name.split([' ', '(']).next().unwrap() {
        "Validation" => ErrorKind::InvalidInput,
        "Authentication" => ErrorKind::Authentication,
        "RateLimit" => ErrorKind::RateLimited,
        "Authorization" => ErrorKind::Permission,
        "NotFound" => ErrorKind::NotFound,
        "Conflict" => ErrorKind::Conflict,
        "Server" => ErrorKind::Server,
        "ServiceUnavailable" => ErrorKind::Unavailable,
        "Timeout" => ErrorKind::Timeout,
        "Network" => ErrorKind::Connection,
        other => panic!("nobody knows {other}"),
    }
}

#[tokio::test(start_paused = true)]
async fn the_published_error_map_holds_in_every_form_of_body() {
    let Some(specs) = specs() else { return };
    for row in json_file(&specs.join("error_map.json")).as_array().unwrap() {
        let kind = kind_of(row["sdk_error"].as_str().unwrap());
        let again = row["retryable"].as_bool().unwrap();
        let status = u16::try_from(row["http"].as_u64().unwrap()).unwrap();
        let attempts = if again { 2 } else { 1 };
        if status == 0 {
            let fail = if kind == ErrorKind::Timeout {
                ErrorKind::Timeout
            } else {
                ErrorKind::Connection
            };
            let (client, transport) = scripted([
                Reply::fail(fail, Delivery::Unknown),
                reply(200, &prompt("greet", "1.0.0")),
            ]);
            client.prompts().get("greet").await.unwrap();
            assert_eq!(transport.sent().len(), attempts);
            continue;
        }
        for pattern in row["message_patterns"].as_str().unwrap().split('|') {
            let message = pattern.trim_end_matches('*');
            let code = row["code"].as_str().unwrap().split('|').next().unwrap();
            let mut forms = vec![
                json!({"detail": message}),
                json!({"success": false, "error": message, "status_code": status, "timestamp": "x"}),
            ];
            if code != "*" {
                forms.push(json!({"success": false, "error": {"code": code, "message": message}}));
            }
            if status == 422 {
                forms = vec![
                    json!({"detail": [{"loc": ["body", "limit"], "msg": "too large", "type": "x"}]}),
                ];
            }
            for form in forms {
                let (client, transport) = scripted([reply(status, &form), reply(400, &json!({}))]);
                let _ = client.prompts().get("greet").await;
                assert_eq!(transport.sent().len(), attempts, "{status} {form}");
                let (client, _) = scripted([reply(status, &form)]);
                let once = client.with(voice_core::client::RequestOptions::new().retries(0));
                let error = once.prompts().get("greet").await.unwrap_err();
                assert_eq!(error.kind(), kind, "{status} {form}");
                assert!(error.hint().is_some());
                if status == 422 {
                    assert_eq!(error.fields()[0].field, "limit");
                }
            }
        }
    }
}

/// How long a client waits before it goes on after an answer, at 45 s past the minute and with little jitter.
async fn waits(first: Reply) -> Vec<Duration> {
    let clock = Arc::new(TestClock::at(1_704_110_445).with_unit(0.0));
    let transport = ScriptedTransport::new([first, reply(200, &prompt("greet", "1.0.0"))]);
    let settings = options(&transport).clock(Arc::clone(&clock) as _);
    let client = builder().options(settings).build().unwrap();
    client.prompts().get("greet").await.unwrap();
    clock
        .sleeps()
        .into_iter()
        .filter(|wait| *wait >= Duration::from_secs(2) && *wait != Duration::from_secs(30))
        .collect()
}

#[tokio::test(start_paused = true)]
async fn the_wait_is_the_header_then_the_error_then_the_body_then_the_next_minute() {
    let inner = json!({"success": false, "error": {"code": "RATE_LIMIT_ERROR", "message": "x", "retry_after": 7}, "retry_after": 9});
    for (answer, seconds) in [
        (reply(429, &inner).header("retry-after", "5"), 5),
        (reply(429, &inner), 7),
        (reply(429, &json!({"detail": "x", "retry_after": 9})), 9),
        (reply(401, &json!({"detail": "Rate limit exceeded"})), 15),
        (reply(429, &json!({"detail": "x"})), 15),
        (
            reply(429, &json!({}))
                .header("x-ratelimit-remaining-minute", "0")
                .header("x-ratelimit-reset-minute", "11"),
            11,
        ),
    ] {
        assert_eq!(waits(answer).await, [Duration::from_secs(seconds)]);
    }
}

#[tokio::test(start_paused = true)]
async fn limits_of_minute_hour_and_day_are_read() {
    let mut answer = reply(200, &prompt("greet", "1.0.0"));
    for (name, value) in [
        ("x-ratelimit-limit-minute", "60"),
        ("x-ratelimit-remaining-minute", "59"),
        ("x-ratelimit-limit-hour", "3600"),
        ("x-ratelimit-limit-day", "86400"),
        ("x-ratelimit-remaining-day", "86000"),
    ] {
        answer = answer.header(name, value);
    }
    let (client, _) = scripted([answer]);
    let answer = client.prompts().get("greet").await.unwrap();
    let mut seen: Vec<(String, Option<u64>)> = answer
        .rate_limits()
        .windows()
        .map(|window| (format!("{:?}", window.scope()), window.limit()))
        .collect();
    seen.sort();
    let mut expected: Vec<(String, Option<u64>)> =
        [("minute", 60), ("hour", 3600), ("day", 86_400)]
            .map(|(name, limit)| (format!("{:?}", limits::Scope::named(name)), Some(limit)))
            .to_vec();
    expected.sort();
    assert_eq!(seen, expected);
}

#[tokio::test(start_paused = true)]
async fn what_creates_or_counts_is_sent_once_and_what_reads_or_sets_again() {
    async fn sent(status: u16, call: impl AsyncFn(&promptops_client::PromptOpsClient)) -> usize {
        let (client, transport) = scripted([reply(status, &json!({})), reply(400, &json!({}))]);
        call(&client).await;
        transport.sent().len()
    }
    let new = NewPrompt::new("n", "c");
    let changed = PromptUpdate::new().content("c");
    let same = changed.clone().create_new_version(false);
    let record = UsageRecord::new("/x", "GET", 200_u16);
    let event = NewEvent::new("e", "s", "custom", "n");
    let flag = NewFeatureFlag::new("n", "p");
    assert_eq!(
        sent(500, async |c| drop(c.prompts().create(&new).await)).await,
        1
    );
    assert_eq!(
        sent(500, async |c| drop(
            c.prompts().update("greet", &changed).await
        ))
        .await,
        1
    );
    assert_eq!(
        sent(500, async |c| drop(c.usage().log(&record).await)).await,
        1
    );
    assert_eq!(
        sent(500, async |c| drop(c.events().create(&event).await)).await,
        1
    );
    assert_eq!(
        sent(500, async |c| drop(c.flags().create(&flag).await)).await,
        1
    );
    assert_eq!(
        sent(500, async |c| drop(
            c.prompts().update("greet", &same).await
        ))
        .await,
        2
    );
    assert_eq!(
        sent(500, async |c| drop(
            c.prompts().delete_version("greet", "1.0.0").await
        ))
        .await,
        2
    );
    assert_eq!(
        sent(500, async |c| drop(
            c.prompts().batch(["a"], BatchOptions::new()).await
        ))
        .await,
        2
    );
    assert_eq!(
        sent(500, async |c| drop(c.keys().validate_self().await)).await,
        2
    );
    assert_eq!(
        sent(404, async |c| drop(c.prompts().get("greet").await)).await,
        1,
        "404 is not repeated"
    );
    assert_eq!(
        sent(401, async |c| drop(c.prompts().get("greet").await)).await,
        1
    );
    assert_eq!(
        sent(429, async |c| drop(c.usage().log(&record).await)).await,
        2,
        "refused is not done"
    );
}

#[tokio::test(start_paused = true)]
async fn created_with_201_and_empty_with_204_are_successes() {
    let (client, _) = scripted([
        reply(201, &json!({"id": "e"})),
        Reply::status(204, ""),
        reply(
            200,
            &json!({"success": true, "message": "gone", "data": null, "timestamp": "x"}),
        ),
        reply(200, &json!({"success": true, "data": {}})),
    ]);
    let event = NewEvent::new("e", "s", "custom", "n");
    assert_eq!(client.events().create(&event).await.unwrap().id, "e");
    for words in ["", "gone", ""] {
        let answer = client
            .prompts()
            .delete_version("greet", "1.0.0")
            .await
            .unwrap();
        assert_eq!(answer.into_inner(), words);
    }
}

#[tokio::test(start_paused = true)]
async fn the_documented_limits_are_checked_before_sending() {
    let (client, transport) = scripted([]);
    let long = "x".repeat(1001);
    let key = NewApiKey::new("")
        .description(&*long)
        .rate_limit_per_minute(0_u64)
        .rate_limit_per_day(1_000_001_u64)
        .allowed_scopes(Vec::<Scope>::new());
    let error = client.keys().create(&key).await.unwrap_err();
    let fields: Vec<&str> = error
        .fields()
        .iter()
        .map(|field| field.field.as_str())
        .collect();
    assert_eq!(
        fields,
        [
            "name",
            "description",
            "rate_limit_per_minute",
            "rate_limit_per_day",
            "allowed_scopes"
        ]
    );

    let experiment = NewExperiment::new("n", "p", "greet", "", Variant::new("c").weight(0_u32))
        .traffic_percentage(101_u32)
        .min_sample_size(99_u64)
        .statistical_significance(79_u32);
    let error = client.experiments().create(&experiment).await.unwrap_err();
    assert_eq!(error.fields().len(), 6, "{error}");

    let flag = FeatureFlagUpdate::new()
        .rollout_percentage(101_u32)
        .canary_percentage(51_u32)
        .current_stage(0_u32)
        .stage_rollout_percentage(vec![100_u32, 101]);
    assert_eq!(
        client
            .flags()
            .update("f", &flag)
            .await
            .unwrap_err()
            .fields()
            .len(),
        4
    );

    let weights = |pairs: &[(&str, f64)]| {
        pairs
            .iter()
            .map(|(name, weight)| ((*name).to_owned(), *weight))
            .collect()
    };
    for wrong in [
        weights(&[("a", 0.5)]),
        weights(&[("a", 1.5), ("b", -0.5)]),
        weights(&[("a", f64::NAN)]),
        weights(&[]),
    ] {
        assert!(client.aliases().set_weights("live", &wrong).await.is_err());
    }
    assert!(
        client
            .usage()
            .log(&UsageRecord::new("/x", "GET", 99_u16))
            .await
            .is_err()
    );
    assert!(transport.sent().is_empty());

    let (client, transport) = scripted([reply(200, &json!({"alias": "live"}))]);
    let thirds = weights(&[("a", 0.333), ("b", 0.333), ("c", 0.333)]);
    client.aliases().set_weights("live", &thirds).await.unwrap();
    let body: Value = serde_json::from_str(&transport.sent()[0].text()).unwrap();
    assert_eq!(body["weights"]["a"], 0.333);
}

#[tokio::test(start_paused = true)]
async fn details_and_request_ids_reach_the_error() {
    let body = json!({"success": false, "metadata": {"request_id": "req-7"},
        "error": {"code": "CONFLICT_ERROR", "message": "x", "details": {"approval_request_id": "a-1"}}});
    let (client, _) = scripted([
        reply(409, &body),
        reply(404, &json!({})).header("x-request-id", "req-8"),
    ]);
    let error = client.prompts().get("greet").await.unwrap_err();
    assert_eq!(error.code(), Some("CONFLICT_ERROR"));
    assert_eq!(error.request_id(), Some("req-7"));
    assert_eq!(error.context_value("approval_request_id"), Some("a-1"));
    let error = client.prompts().get("greet").await.unwrap_err();
    assert_eq!(error.request_id(), Some("req-8"));
}
