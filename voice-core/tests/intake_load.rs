//! 5,000 webhooks with duplicates, forgeries, unknown numbers, broken configurations, outages, faults of the provider,
//! sessions that fail or break, and handlers that are dropped: every call ends up taken once, or refused with its reason, and
//! no place stays behind. In memory under paused time, and on a real Redis.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test fails by panicking, may look at the clock, and says which seed it used"
)]

mod intake_common;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use intake_common::parts::{Line, document};
use intake_common::{ACME, BETA, Bench, Mood, NOBODY, Places, Script, Seen, deliver, ringing};
use serde_json::json;
use voice_core::clock::{SharedClock, SystemClock, timeout};
use voice_core::intake::{Happened, IntakeSettings, Rejected, WhenOver};
use voice_core::store::InUse;
use voice_core::store::redis::{RedisCapacity, RedisConnection, RedisDedup, RedisOptions};
use voice_core::testkit::RedisServer;

const WEBHOOKS: usize = 5_000;
const WAVE: usize = 50;
const GLOBAL: u32 = 40;
/// The number of a tenant whose configuration is broken.
const BROKEN: &str = "+14155550102";
/// The number of a tenant that is disabled.
const DISABLED: &str = "+14155550103";
const MS: Duration = Duration::from_millis(1);

/// How a run is made.
struct Plan {
    seed: u64,
    /// One unit of slowness.
    unit: Duration,
    /// Whether parts may hang until their limit.
    odds: Vec<(&'static str, u32, Mood)>,
    settings: IntakeSettings,
    /// How long it may take until everything that is tried again has been, and every lease is over.
    patience: Duration,
}

/// What came of it, for comparison.
#[derive(Debug, PartialEq, Eq)]
struct Summary {
    outcomes: BTreeMap<String, usize>,
    ledger: BTreeMap<String, usize>,
    peak: u32,
}

fn odds(unit: Duration, hangs: &[(&'static str, u32, Mood)]) -> Vec<(&'static str, u32, Mood)> {
    let mut odds = vec![
        ("claim", 10, Mood::Fail),
        ("claim", 5, Mood::DoneButSilent),
        ("claim", 100, Mood::Slow(unit)),
        ("complete", 30, Mood::Fail),
        ("complete", 10, Mood::DoneButSilent),
        ("release", 30, Mood::Fail),
        ("reserve", 10, Mood::Fail),
        ("reserve", 10, Mood::DoneButSilent),
        ("reserve", 2, Mood::Panic),
        ("free", 50, Mood::Fail),
        ("free", 10, Mood::Panic),
        ("renew", 50, Mood::Fail),
        ("route", 5, Mood::Fail),
        ("route", 2, Mood::Panic),
        ("route", 100, Mood::Slow(unit)),
        ("state", 20, Mood::Fail),
        ("text", 5, Mood::Gone),
        ("text", 5, Mood::Panic),
        ("document", 5, Mood::Fail),
        ("document", 100, Mood::Slow(unit)),
        ("accept", 20, Mood::Fail),
        ("accept", 20, Mood::Doubt),
        ("accept", 20, Mood::DoneButSilent),
        ("accept", 10, Mood::Gone),
        ("accept", 5, Mood::Panic),
        ("accept", 300, Mood::Slow(2 * unit)),
        ("reject", 20, Mood::Fail),
        ("reject", 5, Mood::Panic),
        ("reject", 100, Mood::Slow(unit)),
        ("start", 20, Mood::Fail),
        ("start", 5, Mood::Panic),
        ("start", 300, Mood::Slow(2 * unit)),
        ("hang_up", 50, Mood::Fail),
        ("next", 3, Mood::Panic),
        ("close", 10, Mood::Panic),
        ("hook", 10, Mood::Panic),
    ];
    odds.extend(hangs);
    odds
}

/// One call, under as many webhooks as deliver it.
struct Delivery {
    webhook: String,
    call: String,
    number: &'static str,
    signature: &'static str,
    /// When whoever delivers it loses patience.
    patience: Option<Duration>,
}

fn deliveries(plan: &Plan, rng: &mut fastrand::Rng) -> Vec<Delivery> {
    let numbers = [
        ACME, ACME, ACME, ACME, BETA, BETA, NOBODY, BROKEN, DISABLED, ACME,
    ];
    let mut made: Vec<Delivery> = Vec::with_capacity(WEBHOOKS);
    while made.len() < WEBHOOKS {
        let at = made.len();
        let signature = if rng.u32(0..100) < 5 {
            "forged"
        } else {
            "good"
        };
        let patience = (rng.u32(0..100) < 12).then(|| plan.unit * rng.u32(0..12) / 2);
        let again = at > 0 && rng.u32(0..100) < 35;
        let (webhook, call, number) = if again {
            // Of the last hundred, so that many come while the first is still being dealt with.
            let earlier = &made[rng.usize(at.saturating_sub(100)..at)];
            let webhook = if rng.u32(0..4) == 0 {
                format!("wh_other_{at}")
            } else {
                earlier.webhook.clone()
            };
            (webhook, earlier.call.clone(), earlier.number)
        } else {
            let number = numbers[rng.usize(0..numbers.len())];
            (format!("wh_{at}"), format!("rtc_{at}"), number)
        };
        made.push(Delivery {
            webhook,
            call,
            number,
            signature,
            patience,
        });
    }
    made
}

/// What a delivery came to, in a word; `dropped` when nobody waited for it.
fn word(happened: Happened) -> String {
    match happened {
        Happened::Accepted { .. } => "accepted".to_owned(),
        Happened::Rejected(rejected) => format!("rejected {rejected}"),
        Happened::Failed(code) => format!("failed {code}"),
        other => format!("{other:?}").to_lowercase(),
    }
}

fn allowed(number: &str, rejected: Rejected) -> bool {
    match rejected {
        Rejected::Capacity(_) | Rejected::InstructionsMissing => {
            number == ACME || number == BETA || number == BROKEN || number == DISABLED
        }
        Rejected::TenantResolveFailed => true,
        Rejected::TenantNotConfigured => number != NOBODY,
        Rejected::TenantConfigParseError => number == BROKEN,
        _ => false,
    }
}

async fn run(
    plan: &Plan,
    clock: SharedClock,
    seen: Seen,
    places: Places,
    script: Script,
) -> Summary {
    let (seen, places) = (Arc::new(seen), Arc::new(places));
    let bench = Bench::over(
        script,
        clock.clone(),
        seen,
        Arc::clone(&places),
        plan.settings.clone(),
        |builder| builder,
    );
    bench.phone.strict();
    bench.directory.add("broken", BROKEN, None);
    bench
        .directory
        .document("broken", json!({"schema_version": 1, "timezone": 7}));
    bench.directory.add("disabled", DISABLED, None);
    let mut disabled = document("disabled");
    disabled["status"] = json!("disabled");
    bench.directory.document("disabled", disabled);
    bench.script.dice(plan.seed, &plan.odds);

    let mut rng = fastrand::Rng::with_seed(plan.seed ^ 0x5eed);
    let deliveries = deliveries(plan, &mut rng);
    let mut outcomes: BTreeMap<String, usize> = BTreeMap::new();
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    let mut refused: BTreeMap<String, Rejected> = BTreeMap::new();
    let mut peak = 0;
    // What each delivery of a call came to, for whoever has to find out why a run fails.
    let mut history: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (at, wave) in deliveries.chunks(WAVE).enumerate() {
        // Every tenth wave a store is down.
        let down = match at % 20 {
            7 => Some("claim"),
            17 => Some("reserve"),
            _ => None,
        };
        if let Some(part) = down {
            bench.script.always(part, Mood::Fail);
        }
        let all = wave.iter().map(|delivery| {
            let body = ringing(&delivery.webhook, &delivery.call, delivery.number);
            let bench = &bench;
            async move {
                let handle = deliver(&bench.intake, &body, delivery.signature);
                match delivery.patience {
                    Some(patience) => timeout(&*bench.clock, patience, handle).await.ok(),
                    None => Some(handle.await),
                }
            }
        });
        let came = join_all(all).await;
        if let Some(part) = down {
            bench.script.usually(part);
        }
        for (delivery, outcome) in wave.iter().zip(came) {
            let entry = history.entry(delivery.call.clone()).or_default();
            entry.push(outcome.as_ref().map_or("dropped".to_owned(), |outcome| {
                format!("{} {:?}", word(outcome.happened()), outcome.redelivery())
            }));
            let Some(outcome) = outcome else {
                *outcomes.entry("dropped".to_owned()).or_default() += 1;
                continue;
            };
            let forged = delivery.signature != "good";
            assert_eq!(outcome.status(), if forged { 401 } else { 200 });
            assert_eq!(forged, outcome.happened() == Happened::Unauthorised);
            *outcomes.entry(word(outcome.happened())).or_default() += 1;
            note(delivery, outcome.happened(), &mut taken, &mut refused);
        }
        let in_use = places.inner.in_use("beta").await.unwrap();
        assert!(in_use.global <= GLOBAL && in_use.tenant <= 1, "{in_use:?}");
        peak = peak.max(in_use.global);
        for call in bench.sessions.calls() {
            match rng.u32(0..100) {
                0..40 => hang_up_by_caller(&bench, &call),
                40..43 => bench.sessions.lose(&call),
                _ => {}
            }
        }
        bench.clock.sleep(plan.unit * 3).await;
    }

    // Whatever is still open is delivered again, as a provider does for days.
    bench.script.calm();
    bench.clock.sleep(plan.patience).await;
    for call in bench.sessions.calls() {
        hang_up_by_caller(&bench, &call);
    }
    bench.clock.sleep(plan.unit * 50).await;
    let mut last = BTreeSet::new();
    for delivery in &deliveries {
        if !last.insert(&delivery.call) {
            continue;
        }
        let body = ringing(&delivery.webhook, &delivery.call, delivery.number);
        let outcome = deliver(&bench.intake, &body, "good").await;
        note(delivery, outcome.happened(), &mut taken, &mut refused);
        if matches!(outcome.happened(), Happened::Accepted { .. }) {
            hang_up_by_caller(&bench, &delivery.call);
            bench.clock.sleep(plan.unit).await;
        }
        let entry = history.entry(delivery.call.clone()).or_default();
        entry.push(format!(
            "at last {} {:?}",
            word(outcome.happened()),
            outcome.redelivery()
        ));
        let again = deliver(&bench.intake, &body, "good").await;
        assert_eq!(again.happened(), Happened::Deduped, "{}", delivery.call);
    }
    let drained = bench.intake.drain(plan.patience, WhenOver::Leave).await;
    assert_eq!(drained.left, 0);
    assert_eq!(bench.sessions.standing(), 0);

    // Every call was taken once, or refused once, or was over before it was either.
    let mut ledger: BTreeMap<String, usize> = BTreeMap::new();
    let mut by_call: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (what, call) in bench.phone.ledger() {
        *ledger.entry(what.clone()).or_default() += 1;
        by_call.entry(call).or_default().push(what);
    }
    for call in &last {
        let done = by_call.get(*call).map_or(&[][..], Vec::as_slice);
        let count = |what: &str| done.iter().filter(|done| done.starts_with(what)).count();
        let (accepts, rejects) = (count("accept"), count("reject"));
        assert!(accepts + rejects <= 1, "{call}: {done:?}");
        let line = bench
            .phone
            .exchange(|exchange| exchange.calls.get(*call).copied());
        match (accepts, rejects) {
            (1, 0) => assert_eq!(
                line,
                Some(Some(Line::Over)),
                "{call} stands for ever: {done:?}"
            ),
            (0, 1) => {
                assert_eq!(line, Some(Some(Line::Refused)));
                assert!(!taken.contains_key(*call), "{call}");
            }
            // The caller had gone, or the provider would not let us refuse. A refusal whose handler was dropped has no
            // outcome that anybody saw.
            _ => {
                let tried = bench
                    .phone
                    .exchange(|exchange| exchange.refusals.contains(*call));
                let known = refused.contains_key(*call) || tried == Some(true);
                assert!(
                    line == Some(Some(Line::Over)) || known,
                    "{call} was forgotten: {line:?}, {:?}",
                    history.get(*call)
                );
            }
        }
        assert!(taken.get(*call).copied().unwrap_or(0) <= 1, "{call}");
        assert!(
            !(taken.contains_key(*call) && refused.contains_key(*call)),
            "{call}"
        );
    }
    assert_eq!(bench.phone.exchange(|exchange| exchange.twice), Some(0));
    for tenant in ["acme", "beta", "broken", "disabled"] {
        let in_use = places.inner.in_use(tenant).await.unwrap();
        assert_eq!(in_use, InUse::new(0, 0), "{tenant}");
    }
    let totals = bench.intake.snapshot().totals;
    assert_eq!(totals.active_calls, 0);
    Summary {
        outcomes,
        ledger,
        peak,
    }
}

fn hang_up_by_caller(bench: &Bench, call: &str) {
    bench.phone.exchange(|exchange| {
        exchange.calls.insert(call.to_owned(), Line::Over);
    });
    bench.sessions.end(call);
}

fn note(
    delivery: &Delivery,
    happened: Happened,
    taken: &mut BTreeMap<String, usize>,
    refused: &mut BTreeMap<String, Rejected>,
) {
    match happened {
        Happened::Accepted { .. } => *taken.entry(delivery.call.clone()).or_default() += 1,
        Happened::Rejected(rejected) => {
            assert!(
                allowed(delivery.number, rejected),
                "{} {rejected}",
                delivery.number
            );
            let before = refused.insert(delivery.call.clone(), rejected);
            assert!(before.is_none(), "{} was refused twice", delivery.call);
        }
        _ => {}
    }
}

fn settings() -> IntakeSettings {
    let mut settings = IntakeSettings::default();
    settings.max_calls = GLOBAL;
    settings
}

async fn in_memory(seed: u64) -> Summary {
    let clock = SystemClock::shared();
    let script = Script::default();
    let unit = 200 * MS;
    let plan = Plan {
        seed,
        unit,
        odds: odds(
            unit,
            &[
                ("claim", 2, Mood::Hang),
                ("reserve", 2, Mood::Hang),
                ("accept", 3, Mood::Hang),
                ("start", 3, Mood::Hang),
                ("free", 3, Mood::Hang),
                ("route", 2, Mood::Hang),
                ("hook", 3, Mood::Hang),
            ],
        ),
        settings: settings(),
        patience: Duration::from_secs(120),
    };
    let seen = Seen::memory(&script, clock.clone());
    let places = Places::memory(&script, clock.clone());
    run(&plan, clock, seen, places, script).await
}

#[tokio::test(start_paused = true)]
async fn in_memory_every_call_is_taken_once_or_refused_and_it_is_repeatable() {
    let first = in_memory(7).await;
    println!("{first:#?}");
    assert!(
        first.peak >= GLOBAL / 2,
        "the run never came near its limit"
    );
    for word in [
        "accepted",
        "already_gone",
        "deduped",
        "dropped",
        "unauthorised",
        "failed call_accept_failed",
        "failed call_session_start_failed",
        "failed dedup_store_error",
        "rejected capacity",
        "rejected tenant_resolve_failed",
        "rejected tenant_not_configured",
        "rejected tenant_config_parse_error",
        "rejected instructions_missing",
    ] {
        let key = word.replace("already_gone", "alreadygone");
        assert!(first.outcomes.contains_key(&key), "no call was {word}");
    }
    assert_eq!(in_memory(7).await, first, "the same seed, the same run");
}

#[tokio::test(start_paused = true)]
async fn in_memory_with_other_seeds() {
    for seed in [11, 13] {
        println!("seed {seed}");
        in_memory(seed).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_redis_every_call_is_taken_once_or_refused() {
    let server = RedisServer::start().await.expect("a redis-server");
    let clock = SystemClock::shared();
    let options = RedisOptions::parse(&server.url())
        .unwrap()
        .clock(clock.clone());
    let redis = RedisConnection::open(options).unwrap();
    let script = Script::default();
    let seen = Seen::new(&script, Arc::new(RedisDedup::new(redis.clone())));
    let places = Places::new(&script, Arc::new(RedisCapacity::new(redis)));
    let mut settings = settings();
    settings.farewell = 100 * MS;
    let unit = 2 * MS;
    let plan = Plan {
        seed: 17,
        unit,
        odds: odds(unit, &[]),
        settings,
        patience: Duration::from_secs(12),
    };
    let summary = run(&plan, clock, seen, places, script).await;
    println!("{summary:#?}");
    assert!(summary.ledger["accept"] > 500, "{summary:?}");
}
