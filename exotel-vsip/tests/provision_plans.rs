//! Plans: shown, tried, run, resumed, rolled back.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod provision_common;

use std::sync::{Arc, Mutex};

use exotel_vsip::AddressCheck;
use exotel_vsip::credentials::NewCredential;
use exotel_vsip::numbers::MapNumber;
use exotel_vsip::provision::{
    DryRun, Forecast, OnDifference, Plan, PlanDescription, ProvisionReport, Rollback,
    RollbackReport, StepName, StepOutcome, Undone,
};
use exotel_vsip::settings::NewSetting;
use exotel_vsip::testkit::ExotelSimulator;
use exotel_vsip::trunks::ConfirmDeletion;
use exotel_vsip::types::{NumberMode, TrunkSid};
use provision_common::{
    PASSWORD, builder, everything, name, number, range, state, tls, trunk, user, world, world_of,
};
use voice_core::error::{Error, ErrorKind};
use voice_core::testkit::Mishap;

fn outcomes(report: &ProvisionReport) -> Vec<StepOutcome> {
    report.steps.iter().map(|step| step.outcome).collect()
}

fn confirm(report: &ProvisionReport) -> ConfirmDeletion {
    ConfirmDeletion::of(report.trunk_sid.as_ref().unwrap().as_str())
}

#[test]
fn a_plan_shows_every_step_and_no_secret() {
    let shown = everything().describe();
    let names: Vec<&str> = shown.steps.iter().map(|step| step.step.as_str()).collect();
    assert_eq!(
        names,
        [
            "create_trunk",
            "map_number",
            "allow_ip",
            "add_destination",
            "add_destination",
            "create_credential",
            "set"
        ]
    );
    let (text, json) = (shown.to_string(), serde_json::to_string(&shown).unwrap());
    let debug = format!("{:?}", everything());
    for shown in [&text, &json, &debug] {
        assert!(!shown.contains(PASSWORD), "{shown}");
        assert!(!shown.contains(number(1).digits()), "{shown}");
    }
    assert_eq!(
        serde_json::from_str::<PlanDescription>(&json).unwrap(),
        shown
    );
    assert_eq!(
        text.lines().take(3).collect::<Vec<_>>(),
        [
            "trunk: everything (7 steps)",
            "   1  create_trunk       everything (ANY-ANY)                trunks.create",
            "   2  map_number         +91********01 (flow)                phone_numbers.map",
        ]
    );
}

#[test]
fn the_helpers_have_the_steps_of_their_purpose() {
    let names = |plan: Plan| -> Vec<&'static str> {
        plan.describe()
            .steps
            .iter()
            .map(|step| step.step.as_str())
            .collect()
    };
    let (who, ip) = (name("t"), range("8.8.4.17/32"));
    let pstn = Plan::pstn(who, number(1), ip, tls("8.8.4.17"));
    assert_eq!(
        names(pstn),
        ["create_trunk", "map_number", "allow_ip", "add_destination"]
    );
    let kit = Plan::stream_kit(who, number(1), ip);
    assert!(kit.describe().steps[1].what.ends_with("(flow)"));
    assert_eq!(names(kit), ["create_trunk", "map_number", "allow_ip"]);
    let out = Plan::voice_ai_outbound(who, number(1), user());
    assert_eq!(
        names(out),
        ["create_trunk", "map_number", "create_credential"]
    );
    let inbound = Plan::voice_ai_inbound(who, number(1), tls("sip.example.com"));
    assert_eq!(
        names(inbound),
        ["create_trunk", "map_number", "add_destination"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_run_makes_everything_and_a_second_finds_it() {
    let (simulator, client) = world().await;
    let plan = everything();
    let report = plan.run(&client).await.unwrap();
    assert!(report.is_complete());
    assert_eq!(outcomes(&report), [StepOutcome::Created; 7]);
    assert_eq!(
        (report.requests(), simulator.requests()),
        (7, 7),
        "one request per step"
    );
    let trunk = simulator.trunk("everything").unwrap();
    assert_eq!(report.trunk_sid.as_ref().unwrap(), &trunk.sid.as_str());
    assert_eq!(trunk.numbers[0].mode.as_deref(), Some("flow"));
    assert_eq!(trunk.credentials[0].password, PASSWORD);

    let made = state(&simulator);
    let again = plan.run(&client).await.unwrap();
    assert_eq!(outcomes(&again), [StepOutcome::Found; 7]);
    assert_eq!(u64::from(again.requests()), simulator.requests() - 7);
    assert_eq!((state(&simulator), simulator.duplicates()), (made, 0));
    let ids = |report: &ProvisionReport| -> Vec<_> {
        report
            .steps
            .iter()
            .map(|step| step.id.clone().unwrap())
            .collect()
    };
    assert_eq!(ids(&report), ids(&again));
}

#[tokio::test(start_paused = true)]
async fn every_step_is_told_of_twice() {
    let (_simulator, client) = world().await;
    let plan = everything();
    let told = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&told);
    let run = plan.runner(&client).on_step(move |progress| {
        assert_eq!((progress.trunk, progress.steps), ("everything", 7));
        seen.lock()
            .unwrap()
            .push((progress.number, progress.step.outcome));
    });
    run.run().await.unwrap();
    let expected: Vec<_> = (1..=7)
        .flat_map(|number| {
            [
                (number, StepOutcome::NotRun),
                (number, StepOutcome::Created),
            ]
        })
        .collect();
    assert_eq!(*told.lock().unwrap(), expected);
}

#[tokio::test(start_paused = true)]
async fn a_dry_run_only_reads_and_says_what_would_be_made() {
    let (simulator, client) = world().await;
    let plan = everything();
    let dry = plan.dry_run(&client).await.unwrap();
    assert_eq!((dry.to_create(), dry.trunk_sid.clone()), (7, None));
    assert!(simulator.trunks().is_empty());

    plan.run(&client).await.unwrap();
    let before = state(&simulator);
    let posts = |simulator: &ExotelSimulator| -> u64 {
        let all = simulator.requests_by_operation();
        all.iter()
            .filter(|(name, _)| !name.ends_with(".list") && **name != "trunk_maps.lookup")
            .map(|(_, n)| n)
            .sum()
    };
    let written = posts(&simulator);
    let dry = plan.dry_run(&client).await.unwrap();
    assert_eq!(dry.to_create(), 0);
    assert!(
        matches!(dry.steps[5].forecast, Forecast::Differs { .. }),
        "the password is not comparable"
    );
    assert!(
        dry.to_string()
            .contains("found; the password cannot be compared"),
        "{dry}"
    );
    let json = serde_json::to_string(&dry).unwrap();
    assert_eq!(serde_json::from_str::<DryRun>(&json).unwrap(), dry);

    let rival = Plan::new(trunk("rival")).map_number(MapNumber::new(number(1)));
    let dry = rival.dry_run(&client).await.unwrap();
    let holder = simulator.trunk("everything").unwrap().sid;
    let holder = TrunkSid::parse(&holder).unwrap();
    assert_eq!(
        dry.steps[1].forecast,
        Forecast::Conflict { trunk_sid: holder }
    );
    let other = Plan::new(trunk("everything")).allow_ip(range("8.8.4.17/24"));
    let dry = other.dry_run(&client).await.unwrap();
    assert!(dry.to_string().contains("the mask is 32, not 24"), "{dry}");
    assert_eq!(
        (posts(&simulator), state(&simulator)),
        (written, before),
        "reads alone"
    );
}

#[tokio::test(start_paused = true)]
async fn a_run_stops_at_the_first_failure_and_goes_on_from_its_report() {
    let (clean, client) = world().await;
    everything().run(&client).await.unwrap();
    let (simulator, client) = world().await;
    simulator
        .mishaps()
        .next_of("destination_uris.add", Mishap::Unauthorized);
    let stopped = everything().run(&client).await.unwrap_err();
    assert_eq!(stopped.error().kind(), ErrorKind::Authentication);
    assert!(
        stopped
            .to_string()
            .starts_with("provisioning of everything stopped at step 4 (add_destination): "),
        "{stopped}"
    );
    let (report, _) = stopped.into_parts();
    use StepOutcome::{Created, Failed, NotRun};
    assert_eq!(
        outcomes(&report),
        [Created, Created, Created, Failed, NotRun, NotRun, NotRun]
    );
    assert_eq!(report.failure().unwrap().step, StepName::AddDestination);

    // Stored, and read by another process.
    let stored = serde_json::to_string(&report).unwrap();
    assert!(
        !stored.contains(PASSWORD) && !stored.contains(number(1).digits()),
        "{stored}"
    );
    let read: ProvisionReport = serde_json::from_str(&stored).unwrap();
    assert_eq!(read, report);
    let before = simulator.requests();
    let done = everything().resume(&client, read).await.unwrap();
    assert_eq!(outcomes(&done), [Created; 7]);
    assert_eq!(
        simulator.requests() - before,
        8,
        "what was not done: looked for, and made"
    );
    assert_eq!(u64::from(done.requests()), simulator.requests());
    assert_eq!(state(&simulator), state(&clean));
    let shown = done.to_string();
    assert!(
        shown.contains("complete") && !shown.contains(PASSWORD),
        "{shown}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_report_of_another_plan_is_refused() {
    let (simulator, client) = world().await;
    let report = everything().run(&client).await.unwrap();
    let before = simulator.requests();
    for other in [
        Plan::new(trunk("everything")),
        Plan::new(trunk("other")),
        everything().set(NewSetting::external_alias(&number(2))),
    ] {
        let error = other.resume(&client, report.clone()).await.unwrap_err();
        assert_eq!(error.error().kind(), ErrorKind::InvalidInput);
    }
    assert_eq!(simulator.requests(), before);
}

#[tokio::test(start_paused = true)]
async fn rules_are_checked_before_anything_is_sent() {
    let (simulator, client) = world().await;
    let plan = Plan::new(trunk("t"))
        .map_number(MapNumber::new(number(1)).mode(NumberMode::Other("odd".to_owned())))
        .allow_ip(range("8.0.0.0/8"))
        .create_credential(NewCredential::new("", ""))
        .set(NewSetting::new("trunk_external_alias", "no number"));
    let stopped = plan.run(&client).await.unwrap_err();
    let fields: Vec<&str> = stopped
        .error()
        .fields()
        .iter()
        .map(|field| field.field.as_str())
        .collect();
    assert_eq!(
        fields,
        [
            "steps.2.mode",
            "steps.3.mask",
            "steps.4.user_name",
            "steps.4.password",
            "steps.5.settings.0.value"
        ]
    );
    assert_eq!(simulator.requests(), 0);

    let clock = Arc::new(voice_core::testkit::TestClock::at(provision_common::NOON));
    let strict = builder(&simulator, clock)
        .address_check(AddressCheck::Refuse)
        .build()
        .unwrap();
    let private = Plan::pstn(
        name("t"),
        number(1),
        range("192.168.1.1/32"),
        tls("10.0.0.1"),
    );
    let stopped = private.run(&strict).await.unwrap_err();
    assert_eq!(
        (stopped.error().fields().len(), simulator.requests()),
        (2, 0)
    );
    assert!(
        private.check(&client).is_ok(),
        "otherwise it is a warning when it is sent"
    );
}

#[tokio::test(start_paused = true)]
async fn what_differs_stops_the_run_or_stays_or_is_changed() {
    let rival = || {
        Plan::new(trunk("t"))
            .map_number(MapNumber::new(number(1)))
            .allow_ip(range("8.8.4.17/24"))
            .create_credential(NewCredential::new("voice_ai_user", "old-password"))
            .set(NewSetting::external_alias(&number(2)))
    };
    let wanted = || {
        Plan::new(trunk("t"))
            .map_number(MapNumber::new(number(1)).mode(NumberMode::Flow))
            .allow_ip(range("8.8.4.17/32"))
            .create_credential(user())
            .set(NewSetting::external_alias(&number(1)))
    };
    use StepOutcome::{Changed, Failed, Found, NotRun};
    let (simulator, client) = world().await;
    rival().run(&client).await.unwrap();
    let before = state(&simulator);

    let stopped = wanted().run(&client).await.unwrap_err();
    assert_eq!(stopped.error().kind(), ErrorKind::Conflict);
    assert!(
        stopped.to_string().contains("the mode is pstn, not flow"),
        "{stopped}"
    );
    assert_eq!(
        outcomes(stopped.report()),
        [Found, Failed, NotRun, NotRun, NotRun]
    );

    let kept = wanted()
        .on_difference(OnDifference::Keep)
        .run(&client)
        .await
        .unwrap();
    assert_eq!(
        (outcomes(&kept), state(&simulator)),
        (vec![Found; 5], before)
    );
    assert!(
        kept.to_string().contains("the mask is 24, not 32"),
        "{kept}"
    );

    let changed = wanted()
        .on_difference(OnDifference::Change)
        .run(&client)
        .await
        .unwrap();
    assert_eq!(
        outcomes(&changed),
        [Found, Changed, Changed, Changed, Changed]
    );
    let (clean, client) = world().await;
    wanted().run(&client).await.unwrap();
    assert_eq!(state(&simulator), state(&clean));
}

/// That a password cannot be compared stops nothing.
#[tokio::test(start_paused = true)]
async fn an_unverified_password_is_said_and_stops_nothing() {
    let (_simulator, client) = world().await;
    let plan = Plan::new(trunk("t")).create_credential(user());
    plan.run(&client).await.unwrap();
    let again = plan.run(&client).await.unwrap();
    assert_eq!(again.steps[1].mismatches.len(), 1);
    assert!(
        again
            .to_string()
            .contains("the password cannot be compared"),
        "{again}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_rollback_takes_back_what_was_made_in_reverse() {
    let (simulator, client) = world().await;
    client.trunks().create(&trunk("bystander")).await.unwrap();
    let before = state(&simulator);
    let report = everything().run(&client).await.unwrap();

    let requests = simulator.requests();
    for refused in [
        Rollback::of(&report),
        Rollback::of(&report).confirm(ConfirmDeletion::of("trmum1000000000000000009aa1n")),
    ] {
        let error = refused.run(&client).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
    assert_eq!(
        simulator.requests(),
        requests,
        "nothing is sent without a confirmation"
    );

    let undone = Rollback::of(&report)
        .confirm(confirm(&report))
        .run(&client)
        .await
        .unwrap();
    let steps: Vec<(StepName, Undone)> = undone
        .steps
        .iter()
        .map(|step| (step.step, step.undone))
        .collect();
    let expected = everything().describe().steps.into_iter().rev();
    let expected: Vec<_> = expected.map(|step| (step.step, Undone::Deleted)).collect();
    assert_eq!((steps, state(&simulator)), (expected, before));
    assert_eq!(u64::from(undone.requests), simulator.requests() - requests);
    let json = serde_json::to_string(&undone).unwrap();
    assert_eq!(
        serde_json::from_str::<RollbackReport>(&json).unwrap(),
        undone
    );

    // Once more: everything is gone already, and that is fine.
    let again = Rollback::of(&report)
        .confirm(confirm(&report))
        .run(&client)
        .await
        .unwrap();
    assert!(
        again.steps.iter().all(|step| step.undone == Undone::Gone),
        "{again}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_rollback_never_deletes_what_was_found_or_changed() {
    let (simulator, client) = world().await;
    let first = Plan::new(trunk("everything"))
        .map_number(MapNumber::new(number(1)))
        .add_destination(tls("sip.example.com"));
    first.run(&client).await.unwrap();
    let plan = everything().on_difference(OnDifference::Change);
    let report = plan.run(&client).await.unwrap();
    assert_eq!(report.steps[1].outcome, StepOutcome::Changed);
    let undone = Rollback::of(&report).run(&client).await.unwrap();
    let kept = undone
        .steps
        .iter()
        .filter(|step| step.undone == Undone::Kept);
    assert_eq!(kept.count(), 3, "trunk, number, destination: {undone}");
    let left = simulator.trunk("everything").unwrap();
    assert_eq!((left.numbers.len(), left.destinations.len()), (1, 1));
    assert!(left.ips.is_empty() && left.credentials.is_empty() && left.alias.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_trunk_with_something_else_on_it_is_not_deleted() {
    let (simulator, client) = world().await;
    let report = everything().run(&client).await.unwrap();
    let sid = report.trunk_sid.clone().unwrap();
    client
        .trunk(&sid)
        .phone_numbers()
        .map(&MapNumber::new(number(7)))
        .await
        .unwrap();
    let error = Rollback::of(&report)
        .confirm(confirm(&report))
        .run(&client)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    let left = simulator.trunk("everything").unwrap();
    assert_eq!(left.numbers[0].number, number(7).as_str());
}

/// After a failure in the middle, and after one of the rollback itself.
#[tokio::test(start_paused = true)]
async fn half_a_run_is_rolled_back_and_half_a_rollback_goes_on() {
    let (simulator, client) = world().await;
    simulator
        .mishaps()
        .next_of("credentials.create", Mishap::Unauthorized);
    let stopped = everything().run(&client).await.unwrap_err();
    let report = stopped.report();
    simulator
        .mishaps()
        .next_of("whitelisted_ips.remove", Mishap::Unauthorized);
    let error = Rollback::of(report)
        .confirm(confirm(report))
        .run(&client)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Authentication);
    assert_eq!(simulator.trunk("everything").unwrap().ips.len(), 1);
    Rollback::of(report)
        .confirm(confirm(report))
        .run(&client)
        .await
        .unwrap();
    assert!(simulator.trunks().is_empty());
}

/// What was only probably made stays unless asked for; looked for first, it is known whose it is.
#[tokio::test(start_paused = true)]
async fn what_was_recovered_stays_unless_asked_for() {
    let (simulator, client) = world().await;
    let plan = Plan::new(trunk("t")).allow_ip(range("8.8.4.17/32"));
    simulator
        .mishaps()
        .next_of("trunks.create", Mishap::ServerErrorAfterActing);
    let report = plan.run(&client).await.unwrap();
    assert_eq!(
        outcomes(&report),
        [StepOutcome::Recovered, StepOutcome::Created]
    );
    let undone = Rollback::of(&report).run(&client).await.unwrap();
    let became: Vec<Undone> = undone.steps.iter().map(|step| step.undone).collect();
    assert_eq!(became, [Undone::Deleted, Undone::Kept]);
    let all = Rollback::of(&report).include_recovered();
    assert!(
        all.clone().run(&client).await.is_err(),
        "the trunk needs its confirmation"
    );
    all.confirm(confirm(&report)).run(&client).await.unwrap();
    assert!(simulator.trunks().is_empty());

    simulator
        .mishaps()
        .next_of("trunks.create", Mishap::ServerErrorAfterActing);
    let report = plan.look_first().run(&client).await.unwrap();
    assert_eq!(outcomes(&report), [StepOutcome::Created; 2]);
}

#[tokio::test(start_paused = true)]
async fn things_can_be_put_on_a_trunk_that_is_there() {
    let (simulator, client) = world().await;
    let made = client.trunks().create(&trunk("mine")).await.unwrap();
    let sid = made.sid().unwrap().clone();
    let plan = Plan::on_trunk(sid.clone()).add_destination(tls("sip.example.com"));
    assert_eq!(plan.dry_run(&client).await.unwrap().to_create(), 1);
    let report = plan.run(&client).await.unwrap();
    assert_eq!(
        outcomes(&report),
        [StepOutcome::Found, StepOutcome::Created]
    );
    plan.run(&client).await.unwrap();
    assert_eq!(
        (
            simulator.trunks()[0].destinations.len(),
            simulator.duplicates()
        ),
        (1, 0)
    );
    Rollback::of(&report).run(&client).await.unwrap();
    assert_eq!(
        (
            simulator.trunks().len(),
            simulator.trunks()[0].destinations.len()
        ),
        (1, 0)
    );

    let nowhere = Plan::on_trunk(TrunkSid::parse("trmum1000000000000000009aa1n").unwrap())
        .allow_ip(range("8.8.4.17/32"));
    assert!(nowhere.dry_run(&client).await.unwrap_err().is_not_found());
    let plain = Error::from(nowhere.run(&client).await.unwrap_err());
    assert!(plain.is_not_found());
    assert_eq!(
        plain.context_value("provisioning"),
        Some("step 2 (allow_ip)")
    );
}

#[tokio::test(start_paused = true)]
async fn a_number_held_by_another_trunk_stops_the_run() {
    let (simulator, client, _) = world_of(ExotelSimulator::builder()).await;
    everything().run(&client).await.unwrap();
    let rival = Plan::new(trunk("rival")).map_number(MapNumber::new(number(1)));
    let stopped = rival.run(&client).await.unwrap_err();
    assert_eq!(stopped.error().kind(), ErrorKind::Conflict);
    let holder = simulator.trunk("everything").unwrap().sid;
    assert_eq!(
        stopped.error().context_value("trunk_sid"),
        Some(holder.as_str())
    );
    assert_eq!(stopped.report().steps[1].outcome, StepOutcome::Failed);
}
