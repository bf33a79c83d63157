//! What a handler and an operator see of the pipeline: the response, the figures of guarded stores, and when nothing runs.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and may look at the clock"
)]

mod intake_common;

use std::sync::Arc;
use std::time::Duration;

use intake_common::{ACME, Bench, Mood, Places, Script, Seen};
use serde_json::{Value, json};
use voice_core::clock::SystemClock;
use voice_core::intake::figures::Figure;
use voice_core::intake::{Happened, Idle, IntakeSettings};
use voice_core::store::{GuardedCapacity, GuardedDedup, WhenDown};

#[tokio::test(start_paused = true)]
async fn an_outcome_is_a_response() {
    let bench = Bench::new();
    let response = bench.ring("wh_1", "rtc_1", ACME).await.response();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "application/json");
    let body: Value = serde_json::from_str(response.body()).unwrap();
    assert_eq!(body["accepted"], true);

    let forged = bench.deliver(&json!({"id": "wh_2"}), "bad").await;
    assert_eq!(forged.response().status(), 401);
}

#[tokio::test(start_paused = true)]
async fn it_is_idle_once_the_calls_and_their_hooks_are_over() {
    let bench = Bench::new();
    assert_eq!(bench.intake.idle(Duration::ZERO).await, Idle::Yes);
    bench.ring("wh_1", "rtc_1", ACME).await;
    let while_it_lasts = bench.intake.idle(Duration::from_secs(5)).await;
    assert_eq!(while_it_lasts, Idle::NotYet);
    bench.sessions.end("rtc_1");
    assert_eq!(bench.intake.idle(Duration::from_secs(5)).await, Idle::Yes);
    assert_eq!(bench.hook.lines().len(), 1, "the hook has come back");
    // It goes on taking calls.
    let next = bench.ring("wh_2", "rtc_2", ACME).await;
    assert!(matches!(next.happened(), Happened::Accepted { .. }));
}

#[tokio::test(start_paused = true)]
async fn what_guards_answer_without_their_store_is_counted() {
    let (script, clock) = (Script::default(), SystemClock::shared());
    // The bench's stores fail as they are told, below the guards.
    let claims = Seen::memory(&script, clock.clone());
    let places = Places::memory(&script, clock.clone());
    let claims = GuardedDedup::new(Arc::new(claims), WhenDown::Local, clock.clone());
    let places = GuardedCapacity::new(Arc::new(places), WhenDown::Local, clock.clone());
    let quiet = Script::default();
    let bench = Bench::over(
        script.clone(),
        clock.clone(),
        Arc::new(Seen::memory(&quiet, clock.clone())),
        Arc::new(Places::memory(&quiet, clock)),
        IntakeSettings::default(),
        |builder| builder.dedup(Arc::new(claims)).capacity(Arc::new(places)),
    );
    bench.ring("wh_1", "rtc_1", ACME).await;
    let counted = |figure| bench.intake.snapshot().totals.get(figure);
    assert_eq!(counted(Figure::DedupStoreFallbacks), 0);
    assert_eq!(counted(Figure::CapacityStoreFallbacks), 0);

    script.always("claim", Mood::Fail);
    script.always("reserve", Mood::Fail);
    let outcome = bench.ring("wh_2", "rtc_2", ACME).await;
    assert!(matches!(outcome.happened(), Happened::Accepted { .. }));
    assert!(counted(Figure::DedupStoreFallbacks) > 0);
    assert!(counted(Figure::CapacityStoreFallbacks) > 0);
}
