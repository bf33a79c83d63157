//! Many trunks at once, through the simulator's bad hours: complete, nothing twice, and few requests.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod provision_common;

use exotel_vsip::provision::{ManyReport, Plan, ProvisionMany, StepOutcome, provision_many};
use exotel_vsip::testkit::{Acted, ExotelSimulator, Weather};
use exotel_vsip::{AccountName, ExotelClient};
use provision_common::{everything, name, number, range, state, tls, trunk, world, world_of};
use voice_core::error::ErrorKind;
use voice_core::testkit::Mishap;

fn plans(count: usize) -> Vec<Plan> {
    (0..count)
        .map(|at| {
            let ip = format!("8.8.{}.{}", at / 250, at % 250);
            let pbx = tls(&ip);
            Plan::pstn(
                name(&format!("trunk_{at}")),
                number(at),
                range(&format!("{ip}/32")),
                pbx,
            )
        })
        .collect()
}

/// Every trunk once, with exactly what its plan says.
fn is_whole(simulator: &ExotelSimulator, count: usize) {
    let mut expected: Vec<_> = (0..count)
        .map(|at| {
            let ip = format!("8.8.{}.{}", at / 250, at % 250);
            (
                format!("trunk_{at}"),
                vec![(number(at).as_str().to_owned(), None)],
                vec![format!("{ip}/32")],
                vec![format!("sip:{ip}:5061;transport=tls")],
                Vec::new(),
                None,
            )
        })
        .collect();
    expected.sort();
    assert_eq!(state(simulator), expected);
    assert_eq!(simulator.duplicates(), 0);
}

fn complete(outcome: &ManyReport) {
    let failed = outcome
        .results
        .iter()
        .filter(|result| !result.report.is_complete());
    let failed: Vec<String> = failed.map(|result| result.report.to_string()).collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    assert!(outcome.is_complete() && outcome.results.iter().all(|result| result.error.is_none()));
}

/// The bar: 200 trunks through peak hours at 85 % success, complete, no duplicate, at most 1.3 requests per needed one.
#[tokio::test(start_paused = true)]
#[allow(clippy::print_stdout, reason = "the figure is what the test is for")]
async fn two_hundred_trunks_through_peak_hours() {
    const TRUNKS: usize = 200;
    const NEEDED: f64 = (TRUNKS * 4) as f64;
    let mut worst = 0.0_f64;
    let mut all = 0.0_f64;
    let seeds = 1..=12;
    let runs = f64::from(u32::try_from(seeds.clone().count()).unwrap());
    for seed in seeds {
        let weather = ExotelSimulator::builder()
            .weather(Weather::PeakHours)
            .seed(seed);
        let (simulator, client, clock) = world_of(weather).await;
        let outcome = provision_many(&client, &plans(TRUNKS), 8).await.unwrap();
        complete(&outcome);
        is_whole(&simulator, TRUNKS);
        // What the limiter or the breaker held back is counted as a try, and was never sent.
        let (counted, came) = (outcome.requests, simulator.requests());
        assert!(
            counted >= came && counted - came <= came / 100,
            "its own count is right: {counted} of {came}"
        );

        #[allow(clippy::cast_precision_loss, reason = "a thousand")]
        let (requests, failed) = (
            simulator.requests() as f64,
            simulator.failures().len() as f64,
        );
        let acted = simulator
            .failures()
            .iter()
            .filter(|failure| failure.acted == Acted::Yes)
            .count();
        let ratio = requests / NEEDED;
        println!(
            "seed {seed:>2}: {requests} requests for {NEEDED} needed = {ratio:.3}; {failed} failed ({:.1} %), \
             {acted} of them carried out; {} passes, {:.0} s",
            100.0 * failed / requests,
            outcome.passes,
            clock.elapsed().as_secs_f64(),
        );
        assert!(
            (0.11..0.19).contains(&(failed / requests)),
            "the weather was bad"
        );
        assert!(acted > 10, "and it lost answers");
        assert!(ratio <= 1.3, "seed {seed}: {ratio:.3}");
        worst = worst.max(ratio);
        all += ratio;
    }
    println!("mean {:.3}, worst {worst:.3}", all / runs);
}

/// The same with other trunks in the account, which every look has to read past.
#[tokio::test(start_paused = true)]
async fn a_full_account_does_not_make_it_dearer() {
    let weather = ExotelSimulator::builder()
        .requests_per_minute(usize::MAX)
        .seed(3);
    let (simulator, client, _) = world_of(weather).await;
    for at in 0..1_000 {
        client
            .trunks()
            .create(&trunk(&format!("other_{at}")))
            .await
            .unwrap();
    }
    simulator.set_weather(Weather::PeakHours);
    let before = simulator.requests();
    let outcome = provision_many(&client, &plans(200), 8).await.unwrap();
    complete(&outcome);
    assert_eq!(simulator.trunks().len(), 1_200);
    let requests = simulator.requests() - before;
    assert!(
        requests <= 1_200,
        "{requests} for 800, with 20 pages to each look"
    );
}

#[tokio::test(start_paused = true)]
async fn in_calm_weather_every_request_is_a_needed_one_and_none_is_refused() {
    let (simulator, client, clock) = world_of(ExotelSimulator::builder()).await;
    let outcome = provision_many(&client, &plans(200), 50).await.unwrap();
    complete(&outcome);
    is_whole(&simulator, 200);
    assert_eq!(
        (simulator.requests(), simulator.limited(), outcome.passes),
        (800, 0, 1)
    );
    // 200 a minute: three minutes and a little.
    assert!(
        (180..=200).contains(&clock.elapsed().as_secs()),
        "{:?}",
        clock.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn running_all_of_it_again_changes_nothing() {
    let (simulator, client) = world().await;
    provision_many(&client, &plans(60), 8).await.unwrap();
    let before = simulator.requests();
    let again = provision_many(&client, &plans(60), 8).await.unwrap();
    complete(&again);
    is_whole(&simulator, 60);
    assert!(again.results.iter().all(|result| {
        result
            .report
            .steps
            .iter()
            .all(|step| step.outcome == StepOutcome::Found)
    }));
    // Trunks: refused, and listed once for all; numbers and addresses: refused and looked for; destinations: looked for.
    assert_eq!(simulator.requests() - before, 60 * (1 + 2 + 2 + 1) + 2);
}

#[tokio::test(start_paused = true)]
async fn no_more_run_at_a_time_than_allowed() {
    use std::time::Duration;

    for most in [1, 5] {
        let slow = ExotelSimulator::builder()
            .latency(Duration::from_secs(1))
            .connections(most);
        let (simulator, client, clock) = world_of(slow).await;
        let outcome = provision_many(&client, &plans(10), most).await.unwrap();
        complete(&outcome);
        assert_eq!(simulator.limited(), 0, "one more would have been refused");
        let seconds = 40 / u64::try_from(most).unwrap();
        assert!((seconds..=seconds + 3).contains(&clock.elapsed().as_secs()));
    }
}

#[tokio::test(start_paused = true)]
async fn what_fails_for_good_fails_alone() {
    let (simulator, client) = world().await;
    everything().run(&client).await.unwrap();
    simulator.take_name("trunk_3");
    // The number of this one is held by `everything`.
    let rival = Plan::pstn(
        name("rival"),
        number(1),
        range("8.8.9.9/32"),
        tls("8.8.9.9"),
    );
    let mut all: Vec<Plan> = plans(6).into_iter().skip(2).collect();
    all.push(rival);
    let outcome = provision_many(&client, &all, 3).await.unwrap();
    assert!(!outcome.is_complete());
    let kinds: Vec<Option<ErrorKind>> = outcome
        .results
        .iter()
        .map(|result| result.error.as_ref().map(voice_core::error::Error::kind))
        .collect();
    assert_eq!(
        kinds,
        [
            None,
            Some(ErrorKind::AlreadyExists),
            None,
            None,
            Some(ErrorKind::Conflict)
        ]
    );
    assert_eq!(
        outcome.passes, 2,
        "one for the name, none for what is certain"
    );
    let taken = outcome.results[1].error.as_ref().unwrap();
    assert_eq!(
        taken.context_value("existing"),
        Some("not visible to this account")
    );
}

#[tokio::test(start_paused = true)]
async fn a_refused_account_is_not_asked_two_hundred_times() {
    let (simulator, _) = world().await;
    let client = ExotelClient::builder()
        .account(AccountName::parse(ExotelSimulator::ACCOUNT).unwrap())
        .api_key("wrong")
        .api_token("wr0ng")
        .options(
            voice_core::client::ClientOptions::new()
                .transport(std::sync::Arc::new(simulator.in_process())),
        )
        .build()
        .unwrap();
    let outcome = provision_many(&client, &plans(200), 8).await.unwrap();
    assert!(simulator.requests() <= 16, "{}", simulator.requests());
    assert!(!outcome.is_complete());
    let failed = outcome
        .results
        .iter()
        .filter(|result| result.error.is_some())
        .count();
    assert!((1..=16).contains(&failed));
    let unbegun = &outcome.results[199];
    assert!(unbegun.error.is_none() && unbegun.report.steps[0].outcome == StepOutcome::NotRun);
}

/// The breaker opens, everything waits with it, and goes on when it lets through again: for as long as patience lasts.
#[tokio::test(start_paused = true)]
async fn an_outage_is_waited_out() {
    use std::time::Duration;

    let (simulator, client, clock) = world_of(ExotelSimulator::builder()).await;
    for _ in 0..20 {
        simulator.mishaps().next(Mishap::BadGateway);
    }
    let outcome = provision_many(&client, &plans(20), 4).await.unwrap();
    complete(&outcome);
    is_whole(&simulator, 20);
    // Five open it; then one every half minute finds out.
    assert!(
        (400..550).contains(&clock.elapsed().as_secs()),
        "{:?}",
        clock.elapsed()
    );
    // Repetitions that the breaker held back are counted as tries.
    assert!(outcome.requests - simulator.requests() <= 20);

    let (simulator, client, clock) = world_of(ExotelSimulator::builder()).await;
    for _ in 0..1_000 {
        simulator.mishaps().next(Mishap::BadGateway);
    }
    let many = plans(20);
    let many = ProvisionMany::new(&many).patience(Duration::from_secs(300));
    let outcome = many.run(&client).await.unwrap();
    assert!(!outcome.is_complete() && simulator.trunks().is_empty());
    assert!(
        (300..400).contains(&clock.elapsed().as_secs()),
        "{:?}",
        clock.elapsed()
    );
    assert!(simulator.requests() < 50, "{}", simulator.requests());
}

#[tokio::test(start_paused = true)]
async fn impossible_settings_are_refused_before_anything_is_sent() {
    let (simulator, client) = world().await;
    let twice = [plans(1), plans(1)].concat();
    let bad = [
        Plan::new(trunk("a")),
        Plan::new(trunk("b")).allow_ip(range("8.0.0.0/8")),
    ];
    let one = plans(1);
    for (many, field) in [
        (ProvisionMany::new(&one).concurrency(0), "concurrency"),
        (ProvisionMany::new(&one).concurrency(51), "concurrency"),
        (ProvisionMany::new(&one).passes(0), "passes"),
        (ProvisionMany::new(&twice), "plans.1"),
        (ProvisionMany::new(&bad), "plans.1.steps.2.mask"),
    ] {
        let error = many.run(&client).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.fields()[0].field.as_str()),
            (ErrorKind::InvalidInput, field)
        );
    }
    let none = provision_many(&client, &[], 8).await.unwrap();
    assert!(none.is_complete() && simulator.requests() == 0);
}
