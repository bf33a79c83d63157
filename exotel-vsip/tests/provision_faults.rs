//! Whatever fails, at whatever step: running the plan again ends in the same state, with nothing twice.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod provision_common;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use exotel_vsip::provision::{OnDifference, Plan, Rollback};
use exotel_vsip::testkit::{Duplicates, ExotelSimulator, Weather};
use exotel_vsip::trunks::ConfirmDeletion;
use exotel_vsip::{AccountName, ExotelClient, Region};
use proptest::prelude::*;
use provision_common::{
    TrunkState, everything, name, number, range, state, tls, user, world, world_of,
};
use voice_core::client::ClientOptions;
use voice_core::clock::{Clock, timeout};
use voice_core::retry::ExponentialBackoff;
use voice_core::testkit::{Fault, FaultProxy, Forwarded, Mishap, TestClock};

fn plans() -> Vec<Plan> {
    let ip = range("8.8.4.17/32");
    vec![
        Plan::pstn(name("pstn"), number(1), ip, tls("8.8.4.17")),
        Plan::stream_kit(name("stream"), number(1), ip),
        Plan::voice_ai_outbound(name("ai_out"), number(1), user()),
        Plan::voice_ai_inbound(name("ai_in"), number(1), tls("sip.example.com")),
        everything(),
        everything().look_first(),
        everything().on_difference(OnDifference::Change),
    ]
}

/// What a plan comes to when nothing fails.
async fn clean(plan: &Plan) -> Vec<TrunkState> {
    let (simulator, client) = world().await;
    plan.run(&client).await.unwrap();
    state(&simulator)
}

fn mishaps() -> Vec<Mishap> {
    vec![
        Mishap::RateLimited(Some(Duration::from_secs(2))),
        Mishap::RateLimited(None),
        Mishap::ServerError,
        Mishap::ServerErrorAfterActing,
        Mishap::Unavailable(None),
        Mishap::Unavailable(Some(Duration::from_secs(2))),
        Mishap::BadGateway,
        Mishap::Unauthorized,
        Mishap::UnreadableSuccess,
        // Longer than an attempt may take: carried out, and never heard of.
        Mishap::Slow(Duration::from_secs(40)),
    ]
}

/// The operations of a plan's requests, in order.
fn operations(plan: &Plan) -> Vec<String> {
    let steps = plan.describe().steps.into_iter();
    steps.filter_map(|step| step.operation).collect()
}

fn leaked(operation: &str) -> &'static str {
    let known = exotel_vsip::OPERATIONS.iter().map(|known| known.name());
    known.into_iter().find(|known| *known == operation).unwrap()
}

async fn calm() -> (ExotelSimulator, ExotelClient, Arc<TestClock>) {
    world_of(ExotelSimulator::builder()).await
}

/// Runs a plan until it is complete: again by the report where a bit of `by_report` is set, else from the beginning. Gives
/// how often it had stopped.
async fn converge(
    plan: &Plan,
    client: &ExotelClient,
    clock: &TestClock,
    by_report: u64,
    what: &str,
) -> u32 {
    let mut outcome = plan.run(client).await;
    let mut stops = 0;
    while let Err(error) = outcome {
        stops += 1;
        assert!(stops < 200, "{what}: {error}");
        let (report, error) = error.into_parts();
        // The breaker, when it is open.
        clock.sleep(error.retry_after().unwrap_or_default()).await;
        outcome = if by_report.rotate_right(stops) & 1 == 1 {
            plan.resume(client, report).await
        } else {
            plan.run(client).await
        };
    }
    assert!(outcome.unwrap().is_complete(), "{what}");
    stops
}

/// Every step of every plan, every mishap, of the longest plans also three times in a row; then again, by the
/// report and without it.
#[tokio::test(start_paused = true)]
async fn every_mishap_at_every_step_ends_in_the_same_state() {
    let mut stopped = 0;
    let mut cases = 0;
    for plan in plans() {
        let wanted = clean(&plan).await;
        let mut steps = operations(&plan);
        steps.dedup();
        for operation in steps {
            for mishap in mishaps() {
                let in_a_row: &[u32] = if plan.steps().len() > 3 {
                    &[1, 3]
                } else {
                    &[1]
                };
                for &times in in_a_row {
                    for by_report in [false, true] {
                        let (simulator, client, clock) = calm().await;
                        for _ in 0..times {
                            let operation = leaked(&operation);
                            simulator.mishaps().next_of(operation, mishap.clone());
                        }
                        let what = format!("{operation} {mishap:?} x{times}, report {by_report}");
                        let again = if by_report { u64::MAX } else { 0 };
                        stopped += converge(&plan, &client, &clock, again, &what).await;
                        assert_eq!(state(&simulator), wanted, "{what}");
                        assert_eq!(simulator.duplicates(), 0, "{what}");
                        plan.run(&client).await.unwrap();
                        assert_eq!(state(&simulator), wanted, "{what}, once more");
                        assert_eq!(simulator.duplicates(), 0, "{what}, once more");
                        cases += 1;
                    }
                }
            }
        }
    }
    assert!(
        cases > 700 && stopped > 200,
        "{cases} cases, {stopped} stops"
    );
}

/// Two different mishaps, anywhere, looks included.
#[tokio::test(start_paused = true)]
async fn a_mishap_of_a_look_changes_nothing_either() {
    let wanted = clean(&everything()).await;
    for lost in [Mishap::ServerErrorAfterActing, Mishap::ServerError] {
        for step in operations(&everything()) {
            for look in mishaps() {
                for (times, by_report) in [(1, 0), (4, 0), (4, u64::MAX)] {
                    let (simulator, client, clock) = calm().await;
                    simulator.mishaps().next_of(leaked(&step), lost.clone());
                    let list = match step.split_once('.').unwrap().0 {
                        "trunks" => "trunks.list",
                        "phone_numbers" => "phone_numbers.list",
                        "whitelisted_ips" => "whitelisted_ips.list",
                        "destination_uris" => "destination_uris.list",
                        "credentials" => "credentials.list",
                        _ => "settings.list",
                    };
                    for _ in 0..times {
                        simulator.mishaps().next_of(list, look.clone());
                    }
                    let what = format!("{step} {lost:?}, then {times} {look:?}, {by_report}");
                    converge(&everything(), &client, &clock, by_report, &what).await;
                    assert_eq!(
                        (state(&simulator), simulator.duplicates()),
                        (wanted.clone(), 0),
                        "{what}"
                    );
                }
            }
        }
    }
}

/// A server that refuses every duplicate, and one that takes some, are the same in the end.
#[tokio::test(start_paused = true)]
async fn a_server_that_refuses_duplicates_ends_in_the_same_state() {
    let wanted = clean(&everything()).await;
    for step in operations(&everything()) {
        for mishap in mishaps() {
            let settings = ExotelSimulator::builder().duplicates(Duplicates::Refused);
            let (simulator, client, clock) = world_of(settings).await;
            simulator.mishaps().next_of(leaked(&step), mishap.clone());
            converge(&everything(), &client, &clock, 0, &step).await;
            assert_eq!(state(&simulator), wanted, "{step} {mishap:?}");
        }
    }
}

/// The task that runs a plan is dropped at any moment: the next run finds out.
#[tokio::test(start_paused = true)]
async fn a_run_that_is_dropped_is_taken_up_again() {
    let wanted = clean(&everything()).await;
    for millis in (50..2_500).step_by(100) {
        let slow = ExotelSimulator::builder().latency(Duration::from_millis(300));
        let (simulator, client, clock) = world_of(slow).await;
        let plan = everything();
        let limit = Duration::from_millis(millis);
        let cut = timeout(&*clock, limit, Box::pin(plan.run(&client))).await;
        let finished = cut.is_ok();
        assert_eq!(finished, millis > 2_100, "{millis}");
        plan.run(&client).await.unwrap();
        assert_eq!(
            (state(&simulator), simulator.duplicates()),
            (wanted.clone(), 0),
            "{millis}"
        );
    }
}

/// A program that dies while it goes on from a stored report, and goes on from the same one again.
#[tokio::test(start_paused = true)]
async fn one_report_can_be_resumed_any_number_of_times() {
    let wanted = clean(&everything()).await;
    for millis in (50..3_000).step_by(100) {
        let slow = ExotelSimulator::builder().latency(Duration::from_millis(300));
        let (simulator, client, clock) = world_of(slow).await;
        let plan = everything();
        simulator
            .mishaps()
            .next_of("phone_numbers.map", Mishap::Unauthorized);
        let stored = plan.run(&client).await.unwrap_err().into_parts().0;
        for limit in [millis, millis / 2] {
            let resumed = Box::pin(plan.resume(&client, stored.clone()));
            let _ = timeout(&*clock, Duration::from_millis(limit), resumed).await;
        }
        plan.resume(&client, stored).await.unwrap();
        assert_eq!(
            (state(&simulator), simulator.duplicates()),
            (wanted.clone(), 0),
            "{millis}"
        );
    }
}

/// After whatever failure a rollback of the report leaves nothing that the run surely made.
#[tokio::test(start_paused = true)]
async fn a_rollback_after_any_failure_leaves_what_was_there_before() {
    for step in operations(&everything()).into_iter().skip(1) {
        let (simulator, client) = world().await;
        for _ in 0..2 {
            simulator
                .mishaps()
                .next_of(leaked(&step), Mishap::Unauthorized);
        }
        let stopped = everything().run(&client).await.unwrap_err();
        let report = stopped.report();
        let sid = report.trunk_sid.clone().unwrap();
        let rollback = Rollback::of(report).confirm(ConfirmDeletion::of(sid.as_str()));
        // The rollback meets failures too; deletions are repeated.
        for deletion in ["phone_numbers.unmap", "trunks.delete"] {
            simulator
                .mishaps()
                .next_of(deletion, Mishap::ServerErrorAfterActing);
        }
        rollback.run(&client).await.unwrap();
        assert!(simulator.trunks().is_empty(), "{step}");
    }
}

fn wire_faults() -> Vec<Fault> {
    // The head of an answer has about 400 bytes, the body some more.
    let mut faults = vec![
        Fault::RefuseConnection,
        Fault::ResetBeforeRequest,
        Fault::ResetAfterRequest,
        Fault::Stall,
        Fault::StallBeforeForward,
        Fault::CloseIdle,
        Fault::DelayAnswer(Duration::from_millis(50)),
        Fault::Drip {
            chunk: 100,
            every: Duration::from_millis(1),
        },
        Fault::Garbage(b"SSH-2.0-OpenSSH\r\n".to_vec()),
        Fault::GarbageAfterForward(b"\x16\x03\x01".to_vec()),
    ];
    for bytes in [0, 1, 60, 400, 100_000] {
        faults.push(Fault::ResetMidRequest(bytes));
    }
    for bytes in [0, 1, 12, 17, 100, 300, 450, 600] {
        faults.push(Fault::Truncate(bytes));
        faults.push(Fault::ResetMidAnswer(bytes));
    }
    for status in [429, 500, 502, 503, 504, 408] {
        for forwarded in [Forwarded::Yes, Forwarded::No] {
            // A 429 or 408 whose request was acted on all the same would be a lie.
            if status == 429 && forwarded == Forwarded::Yes {
                continue;
            }
            faults.push(Fault::StatusInstead {
                status,
                body: "gateway".to_owned(),
                forwarded,
            });
        }
    }
    faults
}

/// A client that goes through a proxy, in real time and without patience.
fn over(proxy: &FaultProxy) -> ExotelClient {
    let quick = ExponentialBackoff::new(Duration::from_millis(1), Duration::from_millis(5));
    ExotelClient::builder()
        .account(AccountName::parse(ExotelSimulator::ACCOUNT).unwrap())
        .api_key(ExotelSimulator::API_KEY)
        .api_token(ExotelSimulator::API_TOKEN)
        .region(Region::custom(&proxy.url()).unwrap())
        .settle(Duration::from_millis(1))
        .options(
            ClientOptions::new()
                .attempt_timeout(Duration::from_millis(150))
                .backoff(quick)
                .without_breaker(),
        )
        .build()
        .unwrap()
}

async fn proxied(
    settings: exotel_vsip::testkit::SimulatorBuilder,
) -> (ExotelSimulator, FaultProxy) {
    let simulator = settings.requests_per_minute(usize::MAX).start().await;
    let upstream: SocketAddr = simulator
        .url()
        .strip_prefix("http://")
        .unwrap()
        .parse()
        .unwrap();
    let proxy = FaultProxy::start(upstream).await.unwrap();
    (simulator, proxy)
}

/// Runs until it is complete; gives the runs it took.
async fn until_complete(plan: &Plan, client: &ExotelClient, what: &str) -> u32 {
    for runs in 1..=6 {
        match plan.run(client).await {
            Ok(report) => {
                assert!(report.is_complete(), "{what}");
                return runs;
            }
            Err(error) if runs == 6 => panic!("{what}: {error}"),
            Err(_) => {}
        }
    }
    unreachable!("the sixth run returns or panics")
}

/// Every fault of the wire, at every request of a run: real bytes, real connections.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_break_of_the_wire_at_every_request_ends_in_the_same_state() {
    let wanted = clean(&everything()).await;
    let requests = operations(&everything()).len() as u64;
    let mut stopped = 0;
    for fault in wire_faults() {
        for at in 0..requests {
            let (simulator, proxy) = proxied(ExotelSimulator::builder()).await;
            let (count, chosen) = (AtomicU64::new(0), fault.clone());
            if chosen == Fault::RefuseConnection {
                proxy.push(chosen);
            } else {
                proxy.with(move |_| {
                    if count.fetch_add(1, Ordering::Relaxed) == at {
                        chosen.clone()
                    } else {
                        Fault::None
                    }
                });
            }
            let what = format!("{fault:?} at request {at}");
            let runs = until_complete(&everything(), &over(&proxy), &what).await;
            stopped += runs - 1;
            assert_eq!(state(&simulator), wanted, "{what}");
            assert_eq!(simulator.duplicates(), 0, "{what}");
        }
    }
    // Nearly everything is dealt with inside of one run.
    assert!(stopped <= 20, "{stopped} runs stopped");
}

/// A third of all requests breaks somehow, for as long as it takes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bad_line_only_takes_longer() {
    let wanted = clean(&everything()).await;
    for seed in 0..6 {
        let (simulator, proxy) = proxied(ExotelSimulator::builder()).await;
        let mut weights = vec![(60, Fault::None)];
        weights.extend(
            wire_faults()
                .into_iter()
                .filter(|fault| !matches!(fault, Fault::Stall | Fault::StallBeforeForward))
                .map(|fault| (1, fault)),
        );
        proxy.random(seed, &weights);
        let client = over(&proxy);
        let mut runs = 0;
        while everything().run(&client).await.is_err() {
            runs += 1;
            assert!(runs < 60, "seed {seed}");
        }
        assert_eq!(
            (state(&simulator), simulator.duplicates()),
            (wanted.clone(), 0),
            "seed {seed}"
        );
    }
}

fn rain() -> impl Strategy<Value = (f64, u64)> {
    (0.0..0.6_f64, any::<u64>())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// In any weather, by any mixture of new runs and resumed ones.
    #[test]
    fn any_weather_ends_in_the_same_state((rate, seed) in rain(), by_report in any::<u64>()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let wanted = clean(&everything()).await;
            let settings = ExotelSimulator::builder().weather(Weather::Intermittent { rate }).seed(seed);
            let (simulator, client, clock) = world_of(settings).await;
            converge(&everything(), &client, &clock, by_report, "rain").await;
            assert_eq!((state(&simulator), simulator.duplicates()), (wanted, 0));
        });
    }
}
