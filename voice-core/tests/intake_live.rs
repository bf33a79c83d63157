//! Calls that stand: what is said and used, renewals, transfers, and every way in which a call ends.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and may look at the clock"
)]

mod intake_common;

use std::time::Duration;

use intake_common::{ACME, BETA, Bench, Mood, Scribe};
use serde_json::json;
use voice_core::clock::timeout;
use voice_core::intake::figures::Figure;
use voice_core::intake::tools::{
    FnBuilder, FunctionCall, HangUpTool, Then, Tool, ToolError, ToolRegistry, TransferTool,
};
use voice_core::intake::{
    CallPhase, EndReason, Happened, IntakeSettings, Rejected, SessionEvent, Speaker, Taking,
    TranscriptTurn, Usage, WhenOver, WhenPlaceLost,
};
use voice_core::store::{InUse, Tier};

const SEC: Duration = Duration::from_secs(1);

fn with_tools(settings: IntakeSettings) -> Bench {
    Bench::with(settings, |builder| {
        let broken = FnBuilder::new("broken", |_config, _settings| {
            Err::<Option<std::sync::Arc<dyn Tool>>, _>(ToolError::new("no key for the shop"))
        });
        let tools = ToolRegistry::new()
            .register(TransferTool::builder())
            .register(HangUpTool::builder())
            .register(broken);
        builder.tools(tools)
    })
}

async fn standing(bench: &Bench) {
    let outcome = bench.ring("wh_1", "rtc_1", ACME).await;
    assert!(matches!(outcome.happened(), Happened::Accepted { .. }));
}

fn transfer(to: &str) -> FunctionCall {
    let arguments = json!({"destination_id": to}).to_string();
    FunctionCall::new("fc_1", TransferTool::NAME, arguments)
}

#[tokio::test(start_paused = true)]
async fn a_call_is_told_of_from_its_transcript_to_its_minutes() {
    let bench = Bench::new();
    let (scribe, guard) = Scribe::listen();
    standing(&bench).await;
    for (speaker, text) in [(Speaker::Agent, "Good day"), (Speaker::Caller, "Hello")] {
        let turn = TranscriptTurn::new(speaker, text);
        bench.sessions.say("rtc_1", SessionEvent::Transcript(turn));
    }
    for tokens in [10, 32] {
        let mut usage = Usage::default();
        usage.input_tokens = tokens;
        bench.sessions.say("rtc_1", SessionEvent::Usage(usage));
    }
    bench.clock.sleep(90 * SEC).await;
    assert_eq!(bench.intake.active()[0].phase, CallPhase::Live);
    assert_eq!(bench.intake.snapshot().totals.active_calls, 1);
    bench.sessions.end("rtc_1");
    bench.settle().await;
    drop(guard);
    assert_eq!(
        bench.hook.lines(),
        ["rtc_1 acme ended 90s 2 turns, 42 tokens, from +15*******67 to +14*******00, No"]
    );
    assert_eq!(
        scribe.codes(),
        ["call_accepted", "call_session_started", "call_ended"]
    );
    for line in scribe.lines() {
        assert_eq!(line.call.as_deref(), Some("rtc_1"), "{line:?}");
        // Until the tenant is known there is none.
        if line.event.starts_with("call") {
            assert_eq!(line.tenant.as_deref(), Some("acme"), "{line:?}");
        }
    }
    for line in scribe.lines() {
        for number in [ACME, intake_common::CALLER, "Good day", "Hello"] {
            assert!(!line.text.contains(number), "{line:?}");
        }
    }
    let snapshot = bench.intake.snapshot();
    let acme = &snapshot.tenants["acme"];
    assert_eq!(acme.get(Figure::AcceptedCalls), 1);
    assert_eq!(acme.get(Figure::StartedCalls), 1);
    assert_eq!(acme.get(Figure::EndedCalls), 1);
    assert!((acme.minutes_processed - 1.5).abs() < 0.01);
}

#[tokio::test(start_paused = true)]
async fn a_place_is_renewed_for_as_long_as_the_call_stands() {
    let bench = Bench::new();
    standing(&bench).await;
    bench.clock.sleep(3_590 * SEC).await;
    let renewed = bench.script.asked("renew");
    assert!((177..=179).contains(&renewed), "{renewed}");
    assert_eq!(bench.script.asked("reserve"), 1);
    assert_eq!(bench.in_use("acme").await, InUse::new(1, 1));
    bench.sessions.end("rtc_1");
    bench.settle().await;
    assert_eq!(bench.in_use("acme").await, InUse::new(0, 0));
    bench.clock.sleep(600 * SEC).await;
    assert_eq!(bench.script.asked("renew"), renewed);
}

#[tokio::test(start_paused = true)]
async fn a_place_is_renewed_while_the_session_takes_long_to_start() {
    let mut settings = IntakeSettings::default();
    settings.place_lease = 12 * SEC;
    settings.start_limit = 26 * SEC;
    settings.claim_lease = 60 * SEC;
    let bench = Bench::with(settings, |builder| builder);
    bench.script.always("start", Mood::Slow(25 * SEC));
    let outcome = bench.ring("wh_1", "rtc_1", ACME).await;
    assert!(matches!(outcome.happened(), Happened::Accepted { .. }));
    assert!(bench.script.asked("renew") >= 5);
    assert_eq!(bench.script.asked("reserve"), 1);
    assert_eq!(bench.in_use("acme").await, InUse::new(1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_place_that_was_lost_is_taken_anew() {
    let bench = Bench::new();
    let (scribe, guard) = Scribe::listen();
    standing(&bench).await;
    bench
        .script
        .next("renew", [Mood::Fail, Mood::Hang, Mood::Panic, Mood::Fail]);
    bench.clock.sleep(180 * SEC).await;
    drop(guard);
    assert_eq!(bench.in_use("acme").await, InUse::new(1, 1));
    assert_eq!(bench.script.asked("reserve"), 2);
    let lost = scribe.find("lease_lost").unwrap();
    assert_eq!(lost.call.as_deref(), Some("rtc_1"));
    assert!(lost.text.contains("taken_anew"), "{}", lost.text);
    assert_eq!(
        scribe
            .codes()
            .iter()
            .filter(|code| *code == "capacity_store_error")
            .count(),
        4
    );
    bench.sessions.end("rtc_1");
    bench.settle().await;
    assert_eq!(bench.in_use("acme").await, InUse::new(0, 0));
}

/// Loses the place of `rtc_1` of `beta` to `rtc_2`.
async fn lose_the_place(bench: &Bench) {
    let outcome = bench.ring("wh_1", "rtc_1", BETA).await;
    assert!(matches!(outcome.happened(), Happened::Accepted { .. }));
    bench.script.next("renew", [Mood::Fail; 3]);
    bench.clock.sleep(65 * SEC).await;
    let outcome = bench.ring("wh_2", "rtc_2", BETA).await;
    assert!(matches!(outcome.happened(), Happened::Accepted { .. }));
    bench.clock.sleep(60 * SEC).await;
}

#[tokio::test(start_paused = true)]
async fn a_call_without_a_place_goes_on_unless_set_otherwise() {
    let bench = Bench::new();
    let (scribe, guard) = Scribe::listen();
    lose_the_place(&bench).await;
    drop(guard);
    assert_eq!(bench.intake.active().len(), 2);
    assert_eq!(bench.in_use("beta").await.tenant, 1);
    let lost: Vec<_> = scribe
        .codes()
        .into_iter()
        .filter(|code| code == "lease_lost")
        .collect();
    assert_eq!(lost.len(), 1, "said once");
    // Once there is a place, it is taken.
    bench.sessions.end("rtc_2");
    bench.clock.sleep(30 * SEC).await;
    assert_eq!(bench.in_use("beta").await.tenant, 1);
    bench.sessions.end("rtc_1");
    bench.settle().await;
    assert_eq!(bench.in_use("beta").await.tenant, 0);

    let mut settings = IntakeSettings::default();
    settings.when_place_lost = WhenPlaceLost::HangUp;
    let bench = Bench::with(settings, |builder| builder);
    lose_the_place(&bench).await;
    assert_eq!(bench.phone.done_to("rtc_1"), ["accept", "hang_up"]);
    assert_eq!(bench.intake.active().len(), 1);
    assert_eq!(bench.in_use("beta").await.tenant, 1);
}

#[tokio::test(start_paused = true)]
async fn a_transfer_goes_to_a_destination_of_the_configuration_and_frees_the_place_at_once() {
    let bench = with_tools(IntakeSettings::default());
    let (scribe, guard) = Scribe::listen();
    standing(&bench).await;
    let names: Vec<_> = bench.phone.requests()[0]
        .tools
        .iter()
        .map(|tool| tool.name.clone())
        .collect();
    assert_eq!(names, [TransferTool::NAME, HangUpTool::NAME]);
    assert!(scribe.codes().contains(&"tool_build_error".to_owned()));
    assert_eq!(
        bench.intake.snapshot().totals.get(Figure::ToolBuildErrors),
        1
    );

    let tools = bench.sessions.tools("rtc_1");
    // A number is no destination, nor is an id of somebody else's.
    for nowhere in ["+15550000000", "sip:me@evil.example", "other-desk", ""] {
        let mut call = transfer(nowhere);
        call.id = format!("fc_{nowhere}");
        let answer = tools.run(call).await;
        assert_eq!(answer.then, Then::Speak);
    }
    assert_eq!(bench.phone.done_to("rtc_1"), ["accept"]);
    assert_eq!(bench.in_use("acme").await.tenant, 1);

    let answer = tools.run(transfer("front-desk")).await;
    assert_eq!(answer.then, Then::Wait);
    assert_eq!(bench.in_use("acme").await.tenant, 0);
    assert_eq!(bench.intake.active().len(), 1, "its last words come in");
    let turn = TranscriptTurn::new(Speaker::Agent, "One moment, please.");
    bench.sessions.say("rtc_1", SessionEvent::Transcript(turn));
    bench.clock.sleep(6 * SEC).await;
    drop(guard);
    assert!(bench.intake.active().is_empty());
    assert_eq!(
        bench.phone.done_to("rtc_1"),
        ["accept", "transfer Phone(E164(+14*******77))"],
        "a call that was handed on is not hung up"
    );
    let hook = &bench.hook.lines()[0];
    assert!(
        hook.contains("1 turns") && hook.contains("To(\"front-desk\")"),
        "{hook}"
    );
    let codes = scribe.codes();
    for code in ["request_transfer_started", "call_referred", "call_ended"] {
        assert_eq!(
            codes.iter().filter(|other| *other == code).count(),
            1,
            "{codes:?}"
        );
    }
    assert_eq!(bench.intake.snapshot().totals.get(Figure::ReferredCalls), 1);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_ends_over_its_transfer_was_handed_on() {
    let bench = with_tools(IntakeSettings::default());
    for at in 0..20 {
        let call = format!("rtc_{at}");
        let outcome = bench.ring(&format!("wh_{at}"), &call, ACME).await;
        assert!(matches!(outcome.happened(), Happened::Accepted { .. }));
        let tools = bench.sessions.tools(&call);
        // The order leaves, and its session ends; its answer and the end are there before the pipeline looks again.
        let ended = async { bench.sessions.end(&call) };
        tokio::join!(tools.run(transfer("front-desk")), ended);
        bench.clock.sleep(6 * SEC).await;
        let hook = bench.hook.lines().pop().unwrap();
        assert!(hook.contains("To(\"front-desk\")"), "{hook}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_transfer_that_fails_leaves_the_call_with_the_agent() {
    for mood in [Mood::Fail, Mood::Doubt, Mood::Panic, Mood::Hang] {
        let bench = with_tools(IntakeSettings::default());
        let (scribe, guard) = Scribe::listen();
        standing(&bench).await;
        bench.script.next("transfer", [mood]);
        let tools = bench.sessions.tools("rtc_1");
        let answer = tools.run(transfer("front-desk")).await;
        drop(guard);
        assert_eq!(answer.then, Then::Speak, "{mood:?}");
        assert!(scribe.find("request_transfer_failed").is_some());
        assert_eq!(bench.in_use("acme").await.tenant, 1);
        assert_eq!(bench.intake.active().len(), 1);
        let mut again = transfer("front-desk");
        again.id = "fc_2".to_owned();
        // Only what was certainly refused is ordered once more.
        let then = match mood {
            Mood::Fail => Then::Wait,
            _ => Then::Speak,
        };
        assert_eq!(tools.run(again).await.then, then, "{mood:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_transfer_whose_tool_is_dropped_is_known_all_the_same() {
    let bench = with_tools(IntakeSettings::default());
    let (scribe, guard) = Scribe::listen();
    standing(&bench).await;
    bench.script.next("transfer", [Mood::Slow(2 * SEC)]);
    let tools = bench.sessions.tools("rtc_1");
    let run = tools.run(transfer("front-desk"));
    assert!(timeout(&*bench.clock, SEC, run).await.is_err());
    bench.clock.sleep(2 * SEC).await;
    assert_eq!(bench.in_use("acme").await.tenant, 0);
    bench.clock.sleep(6 * SEC).await;
    drop(guard);
    let referred = scribe.find("call_referred").unwrap();
    assert_eq!(referred.call.as_deref(), Some("rtc_1"));
    assert_eq!(bench.intake.snapshot().totals.get(Figure::ReferredCalls), 1);
    assert!(bench.hook.lines()[0].contains("To(\"front-desk\")"));
}

#[tokio::test(start_paused = true)]
async fn what_is_cleared_away_is_no_part_of_the_call() {
    for lost in [false, true] {
        let bench = Bench::new();
        standing(&bench).await;
        bench.script.always("close", Mood::Hang);
        bench.script.always("hang_up", Mood::Hang);
        bench.clock.sleep(60 * SEC).await;
        if lost {
            bench.sessions.lose("rtc_1");
        } else {
            bench.sessions.end("rtc_1");
        }
        bench.settle_all().await;
        let line = &bench.hook.lines()[0];
        assert!(line.contains(" 60s "), "{line}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_agent_hangs_up() {
    let bench = with_tools(IntakeSettings::default());
    standing(&bench).await;
    let tools = bench.sessions.tools("rtc_1");
    bench.script.next("hang_up", [Mood::Fail]);
    let call = |id: &str| FunctionCall::new(id, HangUpTool::NAME, "{}");
    tools.run(call("fc_1")).await;
    assert_eq!(bench.in_use("acme").await.tenant, 1);
    tools.run(call("fc_2")).await;
    assert_eq!(bench.in_use("acme").await.tenant, 0);
    bench.clock.sleep(6 * SEC).await;
    assert!(bench.intake.active().is_empty());
    assert_eq!(bench.phone.done_to("rtc_1"), ["accept", "hang_up"]);
    assert!(bench.hook.lines()[0].contains("closed"));
}

#[tokio::test(start_paused = true)]
async fn an_end_webhook_hastens_the_end_and_nothing_depends_on_it() {
    let bench = Bench::new();
    standing(&bench).await;
    let ended = json!({"id": "wh_9", "type": "call.ended", "call": "rtc_1"});
    for _ in 0..2 {
        let outcome = bench.deliver(&ended, "good").await;
        assert_eq!(outcome.happened(), Happened::Ended);
    }
    bench.settle().await;
    assert_eq!(bench.in_use("acme").await.tenant, 0);
    bench.clock.sleep(6 * SEC).await;
    assert!(bench.intake.active().is_empty());
    assert_eq!(bench.sessions.standing(), 0);
    assert_eq!(bench.phone.done_to("rtc_1"), ["accept"]);
    assert!(bench.hook.lines()[0].contains("ended"));
}

#[tokio::test(start_paused = true)]
async fn a_session_that_breaks_has_the_call_hung_up() {
    let bench = Bench::new();
    let (scribe, guard) = Scribe::listen();
    standing(&bench).await;
    bench.sessions.lose("rtc_1");
    bench.settle().await;
    drop(guard);
    assert_eq!(bench.phone.done_to("rtc_1"), ["accept", "hang_up"]);
    assert_eq!(bench.in_use("acme").await.tenant, 0);
    assert!(scribe.find("call_session_lost").is_some());
    assert!(bench.hook.lines()[0].contains("lost"));
    assert_eq!(bench.intake.snapshot().totals.get(Figure::FailedCalls), 1);

    let bench = Bench::new();
    bench.script.next("next", [Mood::Panic]);
    standing(&bench).await;
    bench.settle().await;
    assert_eq!(bench.phone.done_to("rtc_1"), ["accept", "hang_up"]);
    assert_eq!(bench.in_use("acme").await.tenant, 0);
}

#[tokio::test(start_paused = true)]
async fn whatever_panics_or_hangs_at_the_end_keeps_no_place() {
    for (part, mood) in [
        ("close", Mood::Panic),
        ("close", Mood::Hang),
        ("drop", Mood::Panic),
        ("hook", Mood::Panic),
        ("hook", Mood::Hang),
        ("hook", Mood::Fail),
    ] {
        let bench = Bench::new();
        let (scribe, guard) = Scribe::listen();
        standing(&bench).await;
        bench.script.next(part, [mood]);
        bench.sessions.end("rtc_1");
        bench.clock.sleep(40 * SEC).await;
        drop(guard);
        assert_eq!(bench.in_use("acme").await.tenant, 0, "{part} {mood:?}");
        assert!(bench.intake.active().is_empty());
        assert!(scribe.find("call_ended").is_some());
        let failed = scribe.find("hook_failed");
        assert_eq!(failed.is_some(), part == "hook", "{part} {mood:?}");
        assert_eq!(bench.intake.drain(SEC, WhenOver::Leave).await.left, 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_place_that_cannot_be_given_back_at_once_is_tried_again() {
    let bench = Bench::new();
    standing(&bench).await;
    bench.script.next("free", [Mood::Fail, Mood::Hang]);
    bench.sessions.end("rtc_1");
    bench.settle().await;
    assert_eq!(bench.in_use("acme").await.tenant, 1);
    bench.clock.sleep(8 * SEC).await;
    assert_eq!(bench.in_use("acme").await.tenant, 0);
}

#[tokio::test(start_paused = true)]
async fn draining_refuses_newcomers_and_waits_for_the_others() {
    let bench = Bench::new();
    standing(&bench).await;
    assert!(bench.intake.health().await.is_ok());
    let intake = bench.intake.clone();
    let drain = tokio::spawn(async move { intake.drain(600 * SEC, WhenOver::HangUp).await });
    bench.settle().await;
    let outcome = bench.ring("wh_2", "rtc_2", ACME).await;
    assert_eq!(
        outcome.happened(),
        Happened::Rejected(Rejected::Capacity(Tier::Global))
    );
    assert_eq!(bench.phone.done_to("rtc_2"), ["reject 503"]);
    let health = bench.intake.health().await;
    assert_eq!((health.taking, health.calls), (Taking::Draining, 1));
    assert!(!health.is_ok());
    bench.clock.sleep(100 * SEC).await;
    assert!(!drain.is_finished());
    bench.sessions.end("rtc_1");
    bench.settle().await;
    let drained = drain.await.unwrap();
    assert_eq!((drained.hung_up, drained.left), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn draining_hangs_up_or_leaves_what_is_not_over_in_time() {
    let bench = Bench::new();
    standing(&bench).await;
    let drained = bench.intake.drain(60 * SEC, WhenOver::Leave).await;
    assert_eq!((drained.hung_up, drained.left), (0, 1));
    assert_eq!(bench.in_use("acme").await.tenant, 1);
    bench.script.next("hang_up", [Mood::Fail]);
    let drained = bench.intake.shutdown().await;
    assert_eq!((drained.hung_up, drained.left), (1, 0));
    assert_eq!(bench.phone.done_to("rtc_1"), ["accept", "hang_up"]);
    assert_eq!(bench.in_use("acme").await.tenant, 0);
    assert!(bench.hook.lines()[0].contains("closed"));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_being_taken_during_a_shutdown_is_hung_up() {
    let bench = Bench::new();
    for part in ["document", "accept", "start"] {
        bench.script.always(part, Mood::Slow(2 * SEC));
    }
    let intake = bench.intake.clone();
    let handle = bench.ring("wh_1", "rtc_1", ACME);
    let shutdown = async {
        bench.clock.sleep(SEC).await;
        intake.shutdown().await
    };
    let (outcome, drained) = tokio::join!(handle, shutdown);
    assert!(matches!(outcome.happened(), Happened::Accepted { .. }));
    assert_eq!(drained.left, 0);
    assert_eq!(bench.phone.done_to("rtc_1"), ["accept", "hang_up"]);
    assert_eq!(bench.in_use("acme").await, InUse::new(0, 0));
}

#[tokio::test(start_paused = true)]
async fn health_says_which_store_fails() {
    let bench = Bench::new();
    bench.script.next("in_use", [Mood::Hang]);
    bench.script.next("claim", [Mood::Panic]);
    let health = bench.intake.health().await;
    assert!(health.places.is_err() && health.claims.is_err() && !health.is_ok());
    assert!(bench.intake.health().await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_session_that_says_it_was_closed_is_over() {
    let bench = Bench::new();
    standing(&bench).await;
    bench
        .sessions
        .say("rtc_1", SessionEvent::Ended(EndReason::Closed));
    bench.settle().await;
    assert!(bench.intake.active().is_empty());
    assert_eq!(bench.phone.done_to("rtc_1"), ["accept"]);
    assert_eq!(bench.in_use("acme").await.tenant, 0);
}
