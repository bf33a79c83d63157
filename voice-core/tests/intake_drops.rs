//! Handlers that are dropped, processes that die, deliveries that come at once: every call is taken once, and nothing stays
//! behind.
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

use futures_util::future::join_all;
use intake_common::{ACME, BETA, Bench, Mood, Script};
use voice_core::clock::timeout;
use voice_core::intake::{EventCode, Happened, IntakeSettings, Redelivery, WhenOver};
use voice_core::store::{Claim, InUse};

const SEC: Duration = Duration::from_secs(1);

/// Parts that wait, in the order in which a good call asks them.
const WAITING: [&str; 9] = [
    "claim", "route", "reserve", "state", "text", "document", "accept", "start", "complete",
];

/// Everything takes a second.
fn slow(script: &Script) {
    for part in WAITING
        .into_iter()
        .chain(["release", "free", "reject", "hang_up"])
    {
        script.always(part, Mood::Slow(SEC));
    }
}

#[tokio::test(start_paused = true)]
async fn a_handler_dropped_anywhere_loses_no_call_and_keeps_nothing() {
    let mut undone = 0;
    let mut taken = 0;
    for at in 0..16_u32 {
        let bench = Bench::new();
        slow(&bench.script);
        let handle = bench.ring("wh_1", "rtc_1", ACME);
        let wait = SEC / 2 + SEC * at;
        let outcome = timeout(&*bench.clock, wait, handle).await;
        bench.settle_all().await;
        if bench.phone.done_to("rtc_1").is_empty() {
            assert!(outcome.is_err());
            assert_eq!(bench.in_use("acme").await, InUse::new(0, 0), "at {at}");
            assert_eq!(
                bench.claims("wh_1", "rtc_1").await,
                [Claim::Claimed; 2],
                "at {at}"
            );
            // The next delivery finds the work undone, and does it.
            let again = bench.ring("wh_1", "rtc_1", ACME).await;
            assert!(
                matches!(again.happened(), Happened::Accepted { .. }),
                "at {at}"
            );
            undone += 1;
        } else {
            assert_eq!(bench.in_use("acme").await, InUse::new(1, 1), "at {at}");
            assert_eq!(
                bench.claims("wh_1", "rtc_1").await,
                [Claim::Done; 2],
                "at {at}"
            );
            let again = bench.ring("wh_1", "rtc_1", ACME).await;
            assert_eq!(again.happened(), Happened::Deduped, "at {at}");
            taken += 1;
        }
        assert_eq!(bench.phone.done_to("rtc_1"), ["accept"], "at {at}");
        bench.sessions.end_all();
        bench.settle_all().await;
        assert_eq!(bench.in_use("acme").await, InUse::new(0, 0), "at {at}");
        assert!(bench.intake.active().is_empty());
        assert_eq!(bench.intake.drain(SEC, WhenOver::Leave).await.left, 0);
    }
    // Nine waits before the task of its own: two claims, number, place, state, texts, document, and both claims held again.
    assert_eq!((undone, taken), (9, 7));
}

#[tokio::test(start_paused = true)]
async fn a_handler_dropped_while_it_refuses_keeps_nothing() {
    for at in 0..8_u32 {
        let bench = Bench::new();
        slow(&bench.script);
        bench.directory.forget("acme");
        let handle = bench.ring("wh_1", "rtc_1", ACME);
        // Claims, route, place, state, two texts, document: then it is refused.
        let _ = timeout(&*bench.clock, SEC / 2 + SEC * (7 + at), handle).await;
        bench.settle_all().await;
        assert_eq!(bench.in_use("acme").await, InUse::new(0, 0), "at {at}");
        let claims = bench.claims("wh_1", "rtc_1").await;
        let refused = bench.phone.done_to("rtc_1");
        if refused.is_empty() {
            assert_eq!(claims, [Claim::Claimed; 2], "at {at}");
        } else {
            assert_eq!(refused, ["reject 603"]);
            // Dropped after the refusal and before it was written down, it is refused once more, which harms nobody.
            assert!(claims == [Claim::Done; 2] || at == 1, "at {at}: {claims:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_hundred_deliveries_at_once_are_one_call() {
    for slowly in [false, true] {
        let bench = Bench::new();
        if slowly {
            slow(&bench.script);
        }
        let webhooks: Vec<String> = (0..100).map(|at| format!("wh_{}", at % 4)).collect();
        let all = webhooks
            .iter()
            .map(|webhook| bench.ring(webhook, "rtc_1", ACME));
        let outcomes = join_all(all).await;
        bench.settle_all().await;
        let accepted = outcomes
            .iter()
            .filter(|outcome| matches!(outcome.happened(), Happened::Accepted { .. }))
            .count();
        let deduped = outcomes
            .iter()
            .filter(|outcome| outcome.happened() == Happened::Deduped)
            .count();
        assert_eq!((accepted, deduped), (1, 99));
        assert_eq!(bench.phone.done_to("rtc_1"), ["accept"]);
        assert_eq!(bench.in_use("acme").await, InUse::new(1, 1));
        let useful =
            |outcome: &&voice_core::intake::Outcome| outcome.redelivery() == Redelivery::Useful;
        // Some found the work in progress: whoever does it may die, so that another delivery does some good.
        assert!(outcomes.iter().any(|outcome| useful(&outcome)));
    }
}

#[tokio::test(start_paused = true)]
async fn a_hundred_calls_for_one_place_get_one() {
    let bench = Bench::new();
    slow(&bench.script);
    let ids: Vec<(String, String)> = (0..100)
        .map(|at| (format!("wh_{at}"), format!("rtc_{at}")))
        .collect();
    let all = ids
        .iter()
        .map(|(webhook, call)| bench.ring(webhook, call, BETA));
    let outcomes = join_all(all).await;
    let accepted = outcomes
        .iter()
        .filter(|outcome| matches!(outcome.happened(), Happened::Accepted { .. }))
        .count();
    assert_eq!(accepted, 1);
    assert_eq!(bench.in_use("beta").await, InUse::new(1, 1));
    let refused = bench.phone.ledger();
    assert_eq!(
        refused
            .iter()
            .filter(|(what, _)| what == "reject 486")
            .count(),
        99
    );
}

/// A process that stops in the middle: its runtime is gone, and with it every task.
fn die_in_the_middle(bench: impl FnOnce() -> Bench + Send + 'static, after: Duration) {
    let dying = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(async {
            let bench = bench();
            let handle = bench.ring("wh_1", "rtc_1", ACME);
            let cut = timeout(&*bench.clock, after, handle).await;
            assert!(cut.is_err());
            // Nothing is given back by a process that was killed.
            std::mem::forget(bench);
            std::process::id()
        });
        drop(runtime);
    });
    dying.join().unwrap();
}

#[tokio::test(start_paused = true)]
async fn what_a_dead_process_held_goes_to_the_next_delivery_when_the_lease_is_over() {
    let bench = Bench::new();
    // The state that a process leaves behind which dies after claiming and reserving.
    let owner = voice_core::store::ClaimOwner::unique(&*bench.clock);
    let lease = IntakeSettings::default().claim_lease;
    for key in ["fake:webhook:wh_1", "fake:call:rtc_1"] {
        bench.seen.inner.claim(key, &owner, lease).await.unwrap();
    }
    let place = voice_core::store::Lease::new("acme", "rtc_1");
    let limits = voice_core::store::LeaseLimits::new(100, 100);
    let reserved = bench.places.inner.reserve(&place, limits, 60 * SEC).await;
    reserved.unwrap();

    let outcome = bench.ring("wh_1", "rtc_1", ACME).await;
    assert_eq!(outcome.happened(), Happened::Deduped);
    assert_eq!(
        (outcome.status(), outcome.status_asking_again()),
        (200, 503)
    );
    bench.clock.sleep(46 * SEC).await;
    let outcome = bench.ring("wh_1", "rtc_1", ACME).await;
    assert!(matches!(outcome.happened(), Happened::Accepted { .. }));
    // The dead one's place is the same one: the call has one and not two.
    assert_eq!(bench.in_use("acme").await, InUse::new(1, 1));
    bench.clock.sleep(300 * SEC).await;
    assert_eq!(bench.in_use("acme").await, InUse::new(1, 1));
    bench.sessions.end_all();
    bench.settle().await;
    assert_eq!(bench.in_use("acme").await, InUse::new(0, 0));
}

/// A bench whose call a process accepted that died before it could say so: its claims are over, and its mark is there.
async fn heir() -> Bench {
    let script = Script::default();
    let clock = voice_core::clock::SystemClock::shared();
    let seen = Arc::new(intake_common::Seen::memory(&script, clock.clone()));
    let places = Arc::new(intake_common::Places::memory(&script, clock.clone()));
    let bench = |script: &Script| {
        Bench::over(
            script.clone(),
            clock.clone(),
            Arc::clone(&seen),
            Arc::clone(&places),
            IntakeSettings::default(),
            |builder| builder,
        )
    };
    let dying = Script::default();
    dying.always("accept", Mood::Hang);
    let dead = bench(&dying);
    let cut = timeout(&*clock, SEC, dead.ring("wh_1", "rtc_1", ACME)).await;
    assert!(cut.is_err());
    // The dead give nothing back; this one is cut off from its stores and from the provider until its leases are over.
    let stores = ["claim", "release", "complete", "free", "renew"];
    for part in stores {
        script.always(part, Mood::Fail);
    }
    for part in ["start", "hang_up"] {
        dying.always(part, Mood::Hang);
    }
    clock.sleep(120 * SEC).await;
    for part in stores {
        script.usually(part);
    }
    bench(&script)
}

#[tokio::test(start_paused = true)]
async fn a_call_that_a_dead_process_accepted_is_attached_to() {
    for mood in [Mood::Decided, Mood::Gone] {
        let bench = heir().await;
        bench.script.always("accept", mood);
        let outcome = bench.ring("wh_1", "rtc_1", ACME).await;
        assert!(
            matches!(outcome.happened(), Happened::Accepted { .. }),
            "{mood:?} {outcome:?}"
        );
        assert_eq!(bench.sessions.standing(), 1);
        assert_eq!(bench.claims("wh_1", "rtc_1").await, [Claim::Done; 2]);
        assert_eq!(bench.in_use("acme").await, InUse::new(1, 1));
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_of_a_dead_process_that_is_over_is_done_with() {
    let bench = heir().await;
    bench.script.always("accept", Mood::Decided);
    bench.script.always("start", Mood::Fail);
    bench.script.always("hang_up", Mood::Gone);
    let outcome = bench.ring("wh_1", "rtc_1", ACME).await;
    assert_eq!(outcome.happened(), Happened::AlreadyGone);
    assert_eq!(outcome.status_asking_again(), 200);
    assert_eq!(bench.claims("wh_1", "rtc_1").await, [Claim::Done; 2]);
    assert_eq!(bench.in_use("acme").await, InUse::new(0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_a_stranger_accepted_is_left_alone() {
    let bench = Bench::new();
    for mood in [Mood::Decided, Mood::Fail, Mood::Decided] {
        bench.script.next("accept", [mood]);
        let outcome = bench.ring("wh_1", "rtc_1", ACME).await;
        assert_eq!(
            outcome.happened(),
            Happened::Failed(EventCode::CallAcceptFailed)
        );
    }
    assert_eq!(bench.script.asked("start"), 0);
    assert_eq!(bench.script.asked("hang_up"), 0);
    assert_eq!(bench.in_use("acme").await, InUse::new(0, 0));
}

#[test]
fn a_runtime_that_is_torn_down_in_the_middle_is_survived() {
    for after in [SEC / 2, 5 * SEC, 11 * SEC, 12 * SEC] {
        die_in_the_middle(
            || {
                let bench = Bench::new();
                slow(&bench.script);
                bench
            },
            after,
        );
    }
}

#[tokio::test(start_paused = true)]
async fn work_that_took_longer_than_its_claim_is_left_to_whoever_took_it_over() {
    let mut settings = IntakeSettings::default();
    settings.accept_limit = SEC;
    settings.start_limit = SEC;
    settings.hang_up_limit = SEC;
    settings.store_limit = SEC;
    settings.claim_lease = 5 * SEC;
    let script = Script::default();
    let clock = voice_core::clock::SystemClock::shared();
    let seen = Arc::new(intake_common::Seen::memory(&script, clock.clone()));
    let places = Arc::new(intake_common::Places::memory(&script, clock.clone()));
    let bench = || {
        Bench::over(
            script.clone(),
            clock.clone(),
            Arc::clone(&seen),
            Arc::clone(&places),
            settings.clone(),
            |builder| builder,
        )
    };
    let (slow, quick) = (bench(), bench());
    // Eight seconds of lookups, and a claim that holds for five.
    script.next("route", [Mood::Slow(4 * SEC)]);
    script.next("document", [Mood::Slow(4 * SEC)]);
    let first = tokio::spawn(async move {
        let outcome = slow.ring("wh_1", "rtc_1", ACME).await;
        (slow, outcome)
    });
    clock.sleep(4 * SEC).await;
    let outcome = quick.ring("wh_1", "rtc_1", ACME).await;
    assert_eq!(outcome.happened(), Happened::Deduped);
    clock.sleep(2 * SEC).await;
    let outcome = quick.ring("wh_1", "rtc_1", ACME).await;
    assert!(matches!(outcome.happened(), Happened::Accepted { .. }));
    let (slow, outcome) = first.await.unwrap();
    assert_eq!(outcome.happened(), Happened::Deduped);
    assert!(slow.phone.done_to("rtc_1").is_empty());
    assert_eq!(quick.phone.done_to("rtc_1"), ["accept"]);
    slow.settle_all().await;
    assert_eq!(
        quick.in_use("acme").await,
        InUse::new(1, 1),
        "its place stays"
    );
    assert_eq!(quick.claims("wh_1", "rtc_1").await, [Claim::Done; 2]);
    quick.sessions.end_all();
    quick.settle().await;
    assert_eq!(quick.in_use("acme").await, InUse::new(0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_claim_that_cannot_be_settled_at_once_is_settled_later() {
    let bench = Bench::new();
    bench
        .script
        .next("complete", [Mood::Fail, Mood::Hang, Mood::DoneButSilent]);
    let outcome = bench.ring("wh_1", "rtc_1", ACME).await;
    assert!(matches!(outcome.happened(), Happened::Accepted { .. }));
    assert!(
        bench
            .claims("wh_1", "rtc_1")
            .await
            .contains(&Claim::InProgress)
    );
    bench.settle_all().await;
    assert_eq!(bench.claims("wh_1", "rtc_1").await, [Claim::Done; 2]);

    let bench = Bench::new();
    bench.script.always("accept", Mood::Fail);
    bench
        .script
        .next("release", [Mood::Panic, Mood::Fail, Mood::Fail]);
    let outcome = bench.ring("wh_1", "rtc_1", ACME).await;
    assert_eq!(
        outcome.happened(),
        Happened::Failed(EventCode::CallAcceptFailed)
    );
    bench.settle_all().await;
    assert_eq!(bench.claims("wh_1", "rtc_1").await, [Claim::Claimed; 2]);
    assert_eq!(bench.in_use("acme").await, InUse::new(0, 0));
}
