//! Experiments and flags around prompts, on the simulator: defined there, assigned here, reported in the background.
#![cfg(feature = "testkit")]
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "test code, in real time"
)]

use std::time::Duration;

use promptops_client::experiments::{Assignment, FlagState, NotEnrolled, Recorded, Subject};
use promptops_client::models::{
    Experiment, ExperimentStatus, FeatureFlag, JsonMap, ModelSpecificPrompt, Provider, Variant,
};
use promptops_client::service::Bundled;
use promptops_client::testkit::{Outage, PromptOpsSimulator};
use promptops_client::{PromptOps, PromptOpsClient, variables};
use serde_json::json;
use voice_core::client::ClientOptions;
use voice_core::error::ErrorKind;

fn experiment(id: &str) -> Experiment {
    let config = JsonMap::try_from(json!({
        "model_provider": "openai", "model_name": "gpt-4o", "variables": {"tone": "warmly"},
    }));
    let mut experiment = Experiment::new(id)
        .status(ExperimentStatus::Running)
        .traffic_percentage(100_u32)
        .control_variant(Variant::new("plain"))
        .treatment_variants([Variant::new("friendly").prompt_config(config.unwrap())]);
    experiment.name = Some(id.to_owned());
    experiment
}

async fn simulator() -> PromptOpsSimulator {
    let simulator = PromptOpsSimulator::start().await;
    simulator.add("greet", "1.0.0", "Greet {{name}} {{tone}}");
    let text = ModelSpecificPrompt::new(Provider::OpenAi, "gpt-4o", "Hug {{name}} {{tone}}");
    simulator.add_for_model("greet", &text);
    simulator.add_experiment(experiment("exp1"));
    simulator.add_experiment(experiment("done").status(ExperimentStatus::Completed));
    let flag = FeatureFlag::new("new-ui").enabled(true);
    simulator.add_flag(flag.rollout_percentage(50_u32));
    simulator
}

fn hasty(simulator: &PromptOpsSimulator) -> PromptOpsClient {
    let options = ClientOptions::new()
        .deadline(Duration::from_secs(1))
        .retries(0)
        .without_breaker();
    simulator.client_with(options).unwrap()
}

#[tokio::test]
async fn the_variant_chooses_model_and_values_and_is_reported_once() {
    let simulator = simulator().await;
    let prompts = PromptOps::new(simulator.client().unwrap()).unwrap();
    let values = variables! { name: "Ana", tone: "briefly" };
    // By the vectors of the assignment: user-1 gets control, user-2 the treatment.
    for (user, variant, text) in [
        ("user-1", "plain", "Greet Ana briefly"),
        ("user-2", "friendly", "Hug Ana warmly"),
    ] {
        let subject = Subject::user(user);
        for _ in 0..3 {
            let got = prompts.prompt_with_variant("greet", "exp1", &subject);
            let got = got.await.unwrap();
            assert_eq!(got.variant_id(), Some(variant));
            assert_eq!(got.render(&values).unwrap().text, text);
        }
        let tracked = prompts.track_conversion("exp1", &subject, "ordered").await;
        assert_eq!(tracked.unwrap(), Recorded::Queued);
    }
    let closed = prompts.close(Duration::from_secs(5)).await;
    assert_eq!((closed.events.sent, closed.events.waiting), (4, 0));
    let events = simulator.events();
    let names: Vec<_> = events
        .iter()
        .map(|event| event.event_name.as_deref().unwrap())
        .collect();
    assert_eq!(names.iter().filter(|name| **name == "exposure").count(), 2);
    assert_eq!(names.iter().filter(|name| **name == "ordered").count(), 2);
    assert_eq!(
        simulator.requests("experiments.list"),
        1,
        "definitions are kept"
    );
}

#[tokio::test]
async fn an_experiment_that_cannot_be_had_changes_nothing() {
    let simulator = simulator().await;
    let prompts = PromptOps::new(simulator.client().unwrap()).unwrap();
    let ana = Subject::user("user-2");
    let values = variables! { name: "Ana", tone: "briefly" };
    for experiment in ["done", "nowhere"] {
        let got = prompts.prompt_with_variant("greet", experiment, &ana);
        let got = got.await.unwrap();
        assert_eq!(got.variant_id(), None);
        assert_eq!(got.render(&values).unwrap().text, "Greet Ana briefly");
    }
    let done = prompts.assign("done", &ana).await.unwrap();
    let status = ExperimentStatus::Completed;
    assert_eq!(
        done,
        Assignment::NotEnrolled(NotEnrolled::NotRunning(status))
    );
    let nowhere = prompts.assign("nowhere", &ana).await.unwrap_err();
    assert_eq!(nowhere.kind(), ErrorKind::NotFound);
    let tracked = prompts.track_conversion("done", &ana, "ordered").await;
    assert_eq!(tracked.unwrap(), Recorded::NotEnrolled);
    assert_eq!(prompts.event_stats().waiting, 0);
}

#[tokio::test]
async fn flags_are_decided_here_and_the_caller_decides_about_unknown_ones() {
    let simulator = simulator().await;
    let prompts = PromptOps::new(simulator.client().unwrap()).unwrap();
    assert!(prompts.is_enabled("new-ui", &Subject::user("user-2")).await);
    assert!(!prompts.is_enabled("new-ui", &Subject::user("user-1")).await);
    assert!(!prompts.is_enabled("new-ui", &Subject::new()).await);
    let ana = Subject::user("user-1");
    assert!(prompts.flag("other", &ana, FlagState::On).await.is_on());
    assert!(!prompts.is_enabled("other", &ana).await);
    assert_eq!(simulator.requests("flags.list"), 1);
}

#[tokio::test]
async fn bundled_definitions_count_when_the_service_gives_none() {
    let simulator = simulator().await;
    simulator.set_outage(Outage::Down);
    let own = Bundled::new()
        .experiments([experiment("exp1")])
        .flags([FeatureFlag::new("new-ui")
            .enabled(true)
            .rollout_percentage(100_u32)]);
    let prompts = PromptOps::builder(hasty(&simulator))
        .bundled(own)
        .build()
        .unwrap();
    let ana = Subject::user("user-1");
    let got = prompts.assign("exp1", &ana).await.unwrap();
    assert!(got.is_control());
    assert!(prompts.is_enabled("new-ui", &ana).await);
    let bare = PromptOps::new(hasty(&simulator)).unwrap();
    assert_eq!(
        bare.assign("exp1", &ana).await.unwrap_err().kind(),
        ErrorKind::Unavailable
    );
    assert!(!bare.is_enabled("new-ui", &ana).await);
}

#[tokio::test]
async fn events_wait_out_an_outage_and_are_given_up_in_time() {
    let simulator = simulator().await;
    let prompts = PromptOps::new(hasty(&simulator)).unwrap();
    let ana = Subject::user("user-1");
    let assignment = prompts.assign("exp1", &ana).await.unwrap();
    simulator.set_outage(Outage::Down);
    assert_eq!(prompts.track_exposure(&assignment, &ana), Recorded::Queued);
    assert_eq!(
        prompts.track_exposure(&assignment, &ana),
        Recorded::Duplicate
    );
    prompts.flush(Duration::from_secs(2)).await;
    let stats = prompts.event_stats();
    assert_eq!((stats.sent, stats.dropped), (0, 0), "{stats:?}");
    assert_eq!(stats.waiting + stats.failed, 1, "{stats:?}");
    simulator.set_outage(Outage::None);
    prompts
        .track_conversion("exp1", &ana, "ordered")
        .await
        .unwrap();
    prompts.flush(Duration::from_secs(2)).await;
    assert_eq!(prompts.event_stats().waiting, 0);

    simulator.set_outage(Outage::Hang);
    prompts.track_event(
        promptops_client::experiments::conversion(&assignment, &ana, "x", simulator.wall())
            .unwrap(),
    );
    let start = std::time::Instant::now();
    let closed = prompts.close(Duration::from_millis(100)).await;
    assert!(start.elapsed() < Duration::from_secs(1));
    assert_eq!(closed.events.waiting, 0);
    assert!(
        closed.events.dropped + closed.events.failed > 0,
        "{closed:?}"
    );
}
