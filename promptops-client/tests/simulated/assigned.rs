//! An experiment from its making to its numbers.

use std::time::{Duration, UNIX_EPOCH};

use promptops_client::experiments::{
    Assigner, Assignment, ExperimentPlan, ExposureRecorder, NotEnrolled, Recorded, Subject,
    conversion, stored_assignment,
};
use promptops_client::models::{
    EventType, ExperimentStatus, ExperimentUpdate, NewExperiment, Variant,
};
use promptops_client::resources::EventFilter;
use voice_core::clock::Clock;
use voice_core::error::ErrorKind;

use super::support::*;

#[tokio::test(start_paused = true)]
async fn assignments_exposures_and_conversions_arrive() {
    let world = World::docs().await;
    let experiments = world.client.experiments();
    let wanted = NewExperiment::new("greeting", "p1", "greet", "orders", Variant::new("plain"))
        .traffic_percentage(50_u32)
        .treatment_variants([Variant::new("friendly")]);
    let made = experiments.create(&wanted).await.unwrap().into_inner();
    assert_eq!(made.status, Some(ExperimentStatus::Draft));
    experiments.start(&made.id).await.unwrap();
    let running = experiments.get(&made.id).await.unwrap().into_inner();
    assert_eq!(running.status, Some(ExperimentStatus::Running));

    let plan = ExperimentPlan::from_experiment(&running).unwrap();
    let assigner = Assigner::new(world.clock.clone());
    let exposures = ExposureRecorder::default();
    let (mut enrolled, mut converted) = (0, 0);
    for n in 0..60 {
        let subject = Subject::user(format!("user-{n}")).with_session(format!("s-{n}"));
        let answer = assigner.assign(&plan, &subject).await;
        let now = world.clock.wall();
        let recorded = exposures.record(&answer, &subject, now);
        let Some(stored) = stored_assignment(&answer, &subject) else {
            assert_eq!(answer, Assignment::NotEnrolled(NotEnrolled::OutOfTraffic));
            assert_eq!(recorded, Recorded::NotEnrolled);
            continue;
        };
        assert_eq!(
            exposures.record(&answer, &subject, now),
            Recorded::Duplicate
        );
        enrolled += 1;
        let first = world.client.assignments().create(&stored).await.unwrap();
        let second = world.client.assignments().create(&stored).await.unwrap();
        assert_eq!(first.id, second.id, "the session keeps it");
        if n % 3 == 0 {
            converted += 1;
            let event = conversion(&answer, &subject, "ordered", now).unwrap();
            let event = event.assignment_id(first.id.clone());
            world.client.events().create(&event).await.unwrap();
        }
    }
    for event in exposures.take(1000) {
        world.client.events().create(&event).await.unwrap();
    }
    assert!(enrolled > 10 && enrolled < 50, "about half: {enrolled}");
    assert_eq!(world.sim.assignments().len(), enrolled);
    assert_eq!(world.sim.events().len(), enrolled + converted);
    let filter = EventFilter::new().event_type(EventType::Conversion);
    let events = world
        .client
        .events()
        .list(&made.id, &filter)
        .collect()
        .await
        .unwrap();
    assert_eq!(events.len(), converted);
    let stats = experiments.stats(None).await.unwrap();
    assert_eq!(stats.total_assignments, Some(enrolled as u64));

    assert!(experiments.delete(&made.id).await.is_err(), "it runs");
    experiments.pause(&made.id).await.unwrap();
    let resume = ExperimentUpdate::new().status(ExperimentStatus::Running);
    experiments.update(&made.id, &resume).await.unwrap();
    experiments.complete(&made.id).await.unwrap();
    assert!(
        experiments.update(&made.id, &resume).await.is_err(),
        "nothing leads out of it"
    );
}

#[tokio::test(start_paused = true)]
async fn the_servers_numbers_are_read_in_its_spelling() {
    let world = World::new().await;
    world
        .sim
        .add_experiment(experiment("exp1", ExperimentStatus::Running));
    let plan = ExperimentPlan::from_experiment(&world.sim.experiments()[0]).unwrap();
    let ana = Subject::user("ana");
    let now = UNIX_EPOCH + Duration::from_secs(1_704_110_445);
    let answer = Assigner::new(world.clock.clone()).assign(&plan, &ana).await;
    for _ in 0..2 {
        let event = conversion(&answer, &ana, "ordered", now).unwrap();
        world.client.events().create(&event).await.unwrap();
    }
    let stats = world.client.experiments().stats(None).await.unwrap();
    let keys: Vec<&String> = stats
        .events_by_type
        .iter()
        .flatten()
        .map(|(key, _)| key)
        .collect();
    assert_eq!(keys, ["EventType.CONVERSION"]);
    assert_eq!(stats.events().get(&EventType::Conversion), Some(&2));

    let stranger = conversion(&answer, &ana, "ordered", now).unwrap();
    let stranger = stranger.assignment_id("nobody's");
    let error = world.client.events().create(&stranger).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}
