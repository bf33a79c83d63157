//! Each of the eleven steps, when it succeeds and when it fails: the outcome, the answer, what the log says, what the
//! provider was told, and that no place and no claim stays behind.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and may look at the clock"
)]

mod intake_common;

use intake_common::{ACME, BETA, Bench, Mood, NOBODY, Scribe, ringing};
use serde_json::{Value, json};
use tracing::Level;
use voice_core::intake::instructions::InstructionOrigin;
use voice_core::intake::{EVENTS, EventCode, Happened, Ignored, IntakeSettings, Outcome, Rejected};
use voice_core::provider::RejectReason;
use voice_core::store::{Claim, Tier};

const DONE: [Claim; 2] = [Claim::Done; 2];
const FREE: [Claim; 2] = [Claim::Claimed; 2];

/// What one delivery leads to.
struct Expect<'a> {
    happened: Happened,
    body: Value,
    /// Events louder than debug, in order.
    log: &'a [&'a str],
    /// What was done to the call.
    provider: &'a [&'a str],
    claims: [Claim; 2],
}

/// Delivers one call of `acme` and holds everything against what is expected.
async fn expect(bench: &Bench, number: &str, expected: Expect<'_>) -> Outcome {
    let (scribe, guard) = Scribe::listen();
    let outcome = bench.ring("wh_1", "rtc_1", number).await;
    bench.settle_all().await;
    drop(guard);
    assert_eq!(outcome.happened(), expected.happened);
    assert_eq!(outcome.body(), expected.body);
    assert_eq!(outcome.status(), 200);
    assert_eq!(outcome.call().unwrap().as_str(), "rtc_1");
    assert_eq!(scribe.codes(), expected.log);
    for line in scribe.lines() {
        assert_eq!(line.call.as_deref(), Some("rtc_1"), "{}", line.event);
        let row = EVENTS.iter().find(|row| row.code.as_str() == line.event);
        let level = match row.unwrap().level.as_str() {
            "DEBUG" => Level::DEBUG,
            "INFO" => Level::INFO,
            "WARNING" => Level::WARN,
            _ => Level::ERROR,
        };
        assert_eq!(line.level, level, "{}", line.event);
    }
    assert_eq!(bench.phone.done_to("rtc_1"), expected.provider);
    assert_eq!(bench.claims("wh_1", "rtc_1").await, expected.claims);
    if !matches!(expected.happened, Happened::Accepted { .. }) {
        assert_eq!(bench.in_use("acme").await.global, 0);
        assert!(bench.intake.active().is_empty());
        assert_eq!(bench.sessions.standing(), 0);
        assert_eq!(bench.intake.snapshot().totals.active_calls, 0);
    }
    outcome
}

fn rejected(word: &str, reason: &str) -> Value {
    json!({"ok": true, "rejected": word, "reason": reason, "tenant_id": "acme"})
}

#[tokio::test(start_paused = true)]
async fn a_good_call_goes_through_all_steps_and_ends() {
    let bench = Bench::new();
    let outcome = expect(
        &bench,
        ACME,
        Expect {
            happened: Happened::Accepted {
                texts: InstructionOrigin::Active,
            },
            body: json!({"ok": true, "accepted": true, "tenant_id": "acme"}),
            log: &["call_accepted", "call_session_started"],
            provider: &["accept"],
            claims: DONE,
        },
    )
    .await;
    assert!(outcome.error().is_none());
    assert_eq!(bench.in_use("acme").await.tenant, 1);
    assert_eq!(bench.intake.active()[0].call.as_str(), "rtc_1");
    let start = &bench.sessions.starts()[0];
    assert_eq!(start.greeting.as_deref(), Some("Good day, how can I help?"));
    assert_eq!(
        bench.phone.requests()[0].instructions,
        "You answer for acme."
    );
    let steps = [
        "read", "claim", "claim", "route", "reserve", "state", "text", "text", "document", "claim",
        "claim", "claim", "accept", "start",
    ];
    let order = bench.script.order();
    let order: Vec<_> = order.iter().filter(|part| steps.contains(part)).collect();
    assert_eq!(order, steps.iter().collect::<Vec<_>>());

    bench.sessions.end("rtc_1");
    bench.settle().await;
    assert_eq!(bench.in_use("acme").await.global, 0);
    assert!(bench.intake.active().is_empty());
    assert_eq!(bench.phone.done_to("rtc_1"), ["accept"]);
    assert_eq!(bench.hook.lines().len(), 1);
    assert!(
        bench.hook.lines()[0].contains("from +15*******67 to +14*******00"),
        "{:?}",
        bench.hook.lines()
    );
}

#[tokio::test(start_paused = true)]
async fn a_forgery_is_401_and_nothing_else_runs() {
    let bench = Bench::new();
    let (scribe, guard) = Scribe::listen();
    let outcome = bench.deliver(&ringing("wh_1", "rtc_1", ACME), "bad").await;
    drop(guard);
    assert_eq!(outcome.happened(), Happened::Unauthorised);
    assert_eq!(
        (outcome.status(), outcome.status_asking_again()),
        (401, 401)
    );
    assert_eq!(
        outcome.body(),
        json!({"ok": false, "reason": "webhook_verification_failed"})
    );
    assert_eq!(scribe.codes(), ["webhook_verification_failed"]);
    assert_eq!(scribe.lines()[0].level, Level::ERROR);
    assert_eq!(bench.script.order(), ["read"]);
}

#[tokio::test(start_paused = true)]
async fn a_source_that_panics_proves_nothing() {
    let bench = Bench::new();
    bench.script.always("read", Mood::Panic);
    let outcome = bench.ring("wh_1", "rtc_1", ACME).await;
    assert_eq!(
        (outcome.happened(), outcome.status()),
        (Happened::Unauthorised, 401)
    );
    assert_eq!(outcome.error().unwrap().reason().as_str(), "panicked");
}

#[tokio::test(start_paused = true)]
async fn what_is_signed_but_no_ringing_call_is_acknowledged() {
    let bench = Bench::new();
    for (body, happened, answer) in [
        (
            json!({"id": "wh_1", "type": "call.ringing"}),
            Happened::Ignored(Ignored::MissingCallId),
            json!({"ok": true, "ignored": "missing_call_id"}),
        ),
        (
            json!({"type": "call.ringing", "call": "rtc_1", "to": ACME}),
            Happened::Ignored(Ignored::MissingWebhookId),
            json!({"ok": true, "ignored": "missing_webhook_id"}),
        ),
        (
            json!({"id": "wh_1", "type": "batch.completed"}),
            Happened::Ignored(Ignored::UnsupportedEventType),
            json!({"ok": true, "ignored": "unsupported_event_type"}),
        ),
        (
            json!({"id": "wh_1"}),
            Happened::Unreadable,
            json!({"ok": false, "reason": "webhook_unreadable"}),
        ),
        (
            json!({"id": "wh_1", "type": "call.ended", "call": "rtc_9"}),
            Happened::Ended,
            json!({"ok": true}),
        ),
    ] {
        let outcome = bench.deliver(&body, "good").await;
        assert_eq!(outcome.happened(), happened);
        assert_eq!((outcome.status(), outcome.body()), (200, answer));
    }
    assert!(bench.phone.ledger().is_empty());
    assert_eq!(bench.script.asked("claim"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_repeat_is_told_from_the_first_by_webhook_and_by_call() {
    let bench = Bench::new();
    bench.ring("wh_1", "rtc_1", ACME).await;
    let (scribe, guard) = Scribe::listen();
    for (webhook, call) in [("wh_1", "rtc_1"), ("wh_2", "rtc_1"), ("wh_1", "rtc_2")] {
        let outcome = bench.ring(webhook, call, ACME).await;
        assert_eq!(outcome.happened(), Happened::Deduped, "{webhook} {call}");
        assert_eq!(outcome.body(), json!({"ok": true, "deduped": true}));
        assert_eq!(outcome.status_asking_again(), 200);
    }
    drop(guard);
    assert_eq!(scribe.codes(), ["duplicate_webhook_id"; 3]);
    assert_eq!(
        scribe.find("duplicate_webhook_id").unwrap().level,
        Level::WARN
    );
    assert_eq!(bench.phone.ledger().len(), 1);
    // The second webhook of the call that was done is done as well.
    assert_eq!(bench.claims("wh_2", "rtc_1").await, DONE);
    // The call that came under a webhook that was done was never claimed.
    assert_eq!(
        bench.claims("wh_1", "rtc_2").await,
        [Claim::Done, Claim::Claimed]
    );
}

#[tokio::test(start_paused = true)]
async fn a_store_of_claims_that_fails_leaves_the_call_alone() {
    for mood in [
        Mood::Fail,
        Mood::Doubt,
        Mood::DoneButSilent,
        Mood::Panic,
        Mood::Hang,
    ] {
        let bench = Bench::new();
        bench.script.next("claim", [Mood::Well, mood]);
        let outcome = expect(
            &bench,
            ACME,
            Expect {
                happened: Happened::Failed(EventCode::DedupStoreError),
                body: json!({"ok": false, "accepted": false, "reason": "dedup_store_error"}),
                log: &["dedup_store_error"],
                provider: &[],
                claims: FREE,
            },
        )
        .await;
        assert_eq!(outcome.status_asking_again(), 503);
        bench.script.always("claim", Mood::Well);
        let again = bench.ring("wh_1", "rtc_1", ACME).await;
        assert!(matches!(again.happened(), Happened::Accepted { .. }));
    }
}

#[tokio::test(start_paused = true)]
async fn a_number_of_nobody_is_refused() {
    let bench = Bench::new();
    expect(
        &bench,
        NOBODY,
        Expect {
            happened: Happened::Rejected(Rejected::TenantResolveFailed),
            body: json!({"ok": true, "rejected": "tenant_resolve_failed", "reason": "unknown_number"}),
            log: &["tenant_resolution_failed", "call_rejected"],
            provider: &["reject 404"],
            claims: DONE,
        },
    )
    .await;
    assert_eq!(bench.script.asked("reserve"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_directory_that_fails_has_the_caller_refused() {
    for mood in [Mood::Fail, Mood::Panic, Mood::Hang] {
        let bench = Bench::new();
        bench.script.always("route", mood);
        let outcome = bench.ring("wh_1", "rtc_1", ACME).await;
        assert_eq!(
            outcome.happened(),
            Happened::Rejected(Rejected::TenantResolveFailed)
        );
        assert_eq!(bench.phone.done_to("rtc_1"), ["reject 603"], "{mood:?}");
        assert_eq!(bench.claims("wh_1", "rtc_1").await, DONE);
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_place_of_the_tenant_it_is_busy() {
    let bench = Bench::new();
    bench.ring("wh_0", "rtc_0", BETA).await;
    let (scribe, guard) = Scribe::listen();
    let outcome = bench.ring("wh_1", "rtc_1", BETA).await;
    drop(guard);
    assert_eq!(
        outcome.happened(),
        Happened::Rejected(Rejected::Capacity(Tier::Tenant))
    );
    assert_eq!(
        outcome.body(),
        json!({"ok": true, "rejected": "capacity", "tenant_id": "beta"})
    );
    assert_eq!(scribe.codes(), ["call_rejected"]);
    let line = scribe.find("call_rejected").unwrap();
    assert_eq!(
        (line.level, line.tenant.as_deref()),
        (Level::INFO, Some("beta"))
    );
    assert!(line.text.contains("capacity"), "{}", line.text);
    assert_eq!(bench.phone.done_to("rtc_1"), ["reject 486"]);
    assert_eq!(bench.claims("wh_1", "rtc_1").await, DONE);
    assert_eq!(bench.in_use("beta").await.tenant, 1);
    // The place comes back with the first call's end.
    bench.sessions.end("rtc_0");
    bench.settle().await;
    let outcome = bench.ring("wh_2", "rtc_2", BETA).await;
    assert!(matches!(outcome.happened(), Happened::Accepted { .. }));
}

#[tokio::test(start_paused = true)]
async fn without_a_place_over_all_there_is_no_capacity() {
    let mut settings = IntakeSettings::default();
    settings.max_calls = 1;
    settings.reject_full = RejectReason::Declined;
    let bench = Bench::with(settings, |builder| builder);
    bench.ring("wh_0", "rtc_0", ACME).await;
    let outcome = bench.ring("wh_1", "rtc_1", BETA).await;
    assert_eq!(
        outcome.happened(),
        Happened::Rejected(Rejected::Capacity(Tier::Global))
    );
    assert_eq!(bench.phone.done_to("rtc_1"), ["reject 603"]);
    assert_eq!(
        bench.in_use("beta").await,
        voice_core::store::InUse::new(1, 0)
    );
}

#[tokio::test(start_paused = true)]
async fn a_store_of_places_that_fails_has_the_caller_refused_and_keeps_no_place() {
    for mood in [
        Mood::Fail,
        Mood::Doubt,
        Mood::DoneButSilent,
        Mood::Panic,
        Mood::Hang,
    ] {
        let bench = Bench::new();
        bench.script.always("reserve", mood);
        expect(
            &bench,
            ACME,
            Expect {
                happened: Happened::Rejected(Rejected::Capacity(Tier::Global)),
                body: json!({"ok": true, "rejected": "capacity", "tenant_id": "acme"}),
                log: &["capacity_store_error", "call_rejected"],
                provider: &["reject 503"],
                claims: DONE,
            },
        )
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn missing_texts_are_refused() {
    let bench = Bench::new();
    bench.script.always("text", Mood::Gone);
    expect(
        &bench,
        ACME,
        Expect {
            happened: Happened::Rejected(Rejected::InstructionsMissing),
            body: rejected("instructions_missing", "id_not_found"),
            log: &["instructions_missing", "call_rejected"],
            provider: &["reject 603"],
            claims: DONE,
        },
    )
    .await;
    let bench = Bench::new();
    *bench.texts.greeting.lock().unwrap() = " ".to_owned();
    expect(
        &bench,
        ACME,
        Expect {
            happened: Happened::Rejected(Rejected::InstructionsMissing),
            body: rejected("instructions_missing", "greeting_text_empty"),
            log: &["instructions_missing", "call_rejected"],
            provider: &["reject 603"],
            claims: DONE,
        },
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn no_state_is_no_configuration() {
    let bench = Bench::new();
    bench.script.always("state", Mood::Gone);
    expect(
        &bench,
        ACME,
        Expect {
            happened: Happened::Rejected(Rejected::TenantNotConfigured),
            body: rejected("tenant_not_configured", "state_doc_missing"),
            log: &["tenant_not_configured", "call_rejected"],
            provider: &["reject 603"],
            claims: DONE,
        },
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_store_of_texts_that_fails_has_the_call_go_on_with_fallback_texts() {
    for mood in [Mood::Fail, Mood::Panic, Mood::Hang] {
        let bench = Bench::new();
        bench.script.always("state", mood);
        let outcome = expect(
            &bench,
            ACME,
            Expect {
                happened: Happened::Accepted {
                    texts: InstructionOrigin::Downtime,
                },
                body: json!({"ok": true, "accepted": true, "fallback": true, "tenant_id": "acme"}),
                log: &[
                    "instructions_db_error",
                    "call_accepted",
                    "call_session_started",
                ],
                provider: &["accept"],
                claims: DONE,
            },
        )
        .await;
        assert!(outcome.error().is_none());
        let greeting = bench.sessions.starts()[0].greeting.clone().unwrap();
        assert!(greeting.contains("technical difficulties"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_broken_configuration_is_refused() {
    let bench = Bench::new();
    bench
        .directory
        .document("acme", json!({"schema_version": 1, "timezone": 7}));
    expect(
        &bench,
        ACME,
        Expect {
            happened: Happened::Rejected(Rejected::TenantConfigParseError),
            body: rejected("tenant_config_parse_error", "invalid_config"),
            log: &["tenant_config_parse_error", "call_rejected"],
            provider: &["reject 603"],
            claims: DONE,
        },
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn no_configuration_and_a_disabled_tenant_are_refused() {
    let bench = Bench::new();
    bench.directory.forget("acme");
    expect(
        &bench,
        ACME,
        Expect {
            happened: Happened::Rejected(Rejected::TenantNotConfigured),
            body: rejected("tenant_not_configured", "config_missing"),
            log: &["tenant_not_configured", "call_rejected"],
            provider: &["reject 603"],
            claims: DONE,
        },
    )
    .await;
    let bench = Bench::new();
    let mut document = intake_common::parts::document("acme");
    document["status"] = json!("disabled");
    bench.directory.document("acme", document);
    expect(
        &bench,
        ACME,
        Expect {
            happened: Happened::Rejected(Rejected::TenantNotConfigured),
            body: rejected("tenant_not_configured", "tenant_disabled"),
            log: &["tenant_not_configured", "call_rejected"],
            provider: &["reject 603"],
            claims: DONE,
        },
    )
    .await;
    for mood in [Mood::Fail, Mood::Panic, Mood::Hang] {
        let bench = Bench::new();
        bench.script.always("document", mood);
        let outcome = bench.ring("wh_1", "rtc_1", ACME).await;
        assert_eq!(
            outcome.happened(),
            Happened::Rejected(Rejected::TenantNotConfigured)
        );
        bench.settle().await;
        assert_eq!(bench.in_use("acme").await.global, 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_that_fails_is_logged_and_changes_nothing() {
    for (mood, extra) in [
        (Mood::Fail, "call_reject_failed"),
        (Mood::Panic, "call_reject_failed"),
        (Mood::Hang, "call_reject_failed"),
        (Mood::Gone, "call_already_gone"),
    ] {
        let bench = Bench::new();
        bench.directory.forget("acme");
        bench.script.always("reject", mood);
        expect(
            &bench,
            ACME,
            Expect {
                happened: Happened::Rejected(Rejected::TenantNotConfigured),
                body: rejected("tenant_not_configured", "config_missing"),
                log: &["tenant_not_configured", "call_rejected", extra],
                provider: &[],
                claims: DONE,
            },
        )
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_caller_who_has_gone_is_no_failure() {
    let bench = Bench::new();
    bench.script.always("accept", Mood::Gone);
    expect(
        &bench,
        ACME,
        Expect {
            happened: Happened::AlreadyGone,
            body: json!({"ok": true, "accepted": false, "reason": "call_already_gone", "tenant_id": "acme"}),
            log: &["call_already_gone"],
            provider: &[],
            claims: DONE,
        },
    )
    .await;
    assert_eq!(bench.script.asked("start"), 0);
}

#[tokio::test(start_paused = true)]
async fn an_accept_that_surely_failed_may_be_tried_by_the_next_delivery() {
    let bench = Bench::new();
    bench.script.next("accept", [Mood::Fail]);
    let outcome = expect(
        &bench,
        ACME,
        Expect {
            happened: Happened::Failed(EventCode::CallAcceptFailed),
            body: json!({"ok": false, "accepted": false, "reason": "call_accept_failed", "tenant_id": "acme"}),
            log: &["call_accept_failed"],
            provider: &[],
            claims: FREE,
        },
    )
    .await;
    assert_eq!(outcome.status_asking_again(), 503);
    assert_eq!(bench.script.asked("start"), 0);
    let again = bench.ring("wh_1", "rtc_1", ACME).await;
    assert!(matches!(again.happened(), Happened::Accepted { .. }));
}

#[tokio::test(start_paused = true)]
async fn an_accept_without_an_answer_is_settled_by_attaching() {
    for mood in [Mood::DoneButSilent, Mood::Doubt, Mood::Panic, Mood::Hang] {
        let bench = Bench::new();
        bench.script.always("accept", mood);
        let outcome = bench.ring("wh_1", "rtc_1", ACME).await;
        assert!(matches!(outcome.happened(), Happened::Accepted { .. }));
        assert_eq!(bench.claims("wh_1", "rtc_1").await, DONE);
        assert_eq!(bench.in_use("acme").await.global, 1);
        assert_eq!(bench.script.asked("hang_up"), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn an_accept_without_an_answer_and_without_a_session_is_hung_up() {
    // The hang-up proves that the call was there: it is done with.
    let bench = Bench::new();
    bench.script.always("accept", Mood::Doubt);
    bench.script.always("start", Mood::Fail);
    let body = json!({"ok": false, "accepted": false, "reason": "call_accept_failed", "tenant_id": "acme"});
    let outcome = expect(
        &bench,
        ACME,
        Expect {
            happened: Happened::Failed(EventCode::CallAcceptFailed),
            body: body.clone(),
            log: &["call_accept_failed"],
            provider: &["hang_up"],
            claims: DONE,
        },
    )
    .await;
    assert_eq!(outcome.status_asking_again(), 200);
    // Otherwise it may still ring: the next delivery may try.
    let bench = Bench::new();
    bench.script.always("accept", Mood::Doubt);
    bench.script.always("start", Mood::Fail);
    bench.script.always("hang_up", Mood::Gone);
    expect(
        &bench,
        ACME,
        Expect {
            happened: Happened::Failed(EventCode::CallAcceptFailed),
            body: body.clone(),
            log: &["call_accept_failed"],
            provider: &[],
            claims: FREE,
        },
    )
    .await;
    // While it cannot be hung up it stays claimed, and the hang-up is tried again.
    let bench = Bench::new();
    bench.script.always("accept", Mood::DoneButSilent);
    bench.script.always("start", Mood::Fail);
    bench.script.next("hang_up", [Mood::Fail, Mood::Fail]);
    let outcome = expect(
        &bench,
        ACME,
        Expect {
            happened: Happened::Failed(EventCode::CallAcceptFailed),
            body,
            log: &[
                "call_accept_failed",
                "call_hang_up_failed",
                "call_hang_up_failed",
            ],
            provider: &["accept", "hang_up"],
            claims: DONE,
        },
    )
    .await;
    assert_eq!(outcome.status_asking_again(), 503);
    let bench = Bench::new();
    bench.script.always("accept", Mood::Doubt);
    bench.script.always("start", Mood::Fail);
    bench.script.always("hang_up", Mood::Fail);
    bench.ring("wh_1", "rtc_1", ACME).await;
    assert_eq!(bench.claims("wh_1", "rtc_1").await, [Claim::InProgress; 2]);
    bench.settle_all().await;
    assert_eq!(bench.claims("wh_1", "rtc_1").await, FREE);
    assert_eq!(bench.script.asked("hang_up"), 4);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_does_not_stand_is_hung_up() {
    for mood in [Mood::Fail, Mood::Panic, Mood::Hang] {
        let bench = Bench::new();
        bench.script.always("start", mood);
        expect(
            &bench,
            ACME,
            Expect {
                happened: Happened::Failed(EventCode::CallSessionStartFailed),
                body: json!({"ok": false, "accepted": false, "reason": "call_session_start_failed", "tenant_id": "acme"}),
                log: &["call_accepted", "call_session_start_failed"],
                provider: &["accept", "hang_up"],
                claims: DONE,
            },
        )
        .await;
        assert!(bench.hook.lines().is_empty());
    }
    let bench = Bench::new();
    bench.script.always("start", Mood::Fail);
    bench
        .script
        .next("hang_up", [Mood::Fail, Mood::Panic, Mood::Hang]);
    bench.ring("wh_1", "rtc_1", ACME).await;
    bench.settle_all().await;
    assert_eq!(
        bench.phone.done_to("rtc_1"),
        ["accept", "hang_up"],
        "tried until it is done"
    );
}
