//! One test for each fault of the reference clients that assignment and statistics here must not have.

use std::collections::HashSet;
use std::time::UNIX_EPOCH;

use serde_json::{Value, json};

use crate::models::Experiment;

use super::stats::{Comparison, Confidence, Sample, Verdict, sample_size, winner};
use super::{
    Assignment, ExperimentPlan, FlagDecision, FlagPlan, NotEnrolled, OffReason, Segments, Subject,
};

fn plan(change: &Value) -> ExperimentPlan {
    let mut whole = json!({
        "id": "exp1", "status": "running", "traffic_percentage": 50,
        "control_variant": {"id": "c"}, "treatment_variants": [{"id": "t"}],
    });
    for (key, value) in change.as_object().unwrap() {
        whole[key] = value.clone();
    }
    let experiment: Experiment = serde_json::from_value(whole).unwrap();
    ExperimentPlan::from_experiment(&experiment).unwrap()
}

fn assign(plan: &ExperimentPlan, subject: &Subject) -> Assignment {
    plan.assign(subject, &Segments::new(), UNIX_EPOCH)
}

fn flag(change: &Value) -> FlagPlan {
    let mut whole = json!({"name": "new-ui", "enabled": true});
    for (key, value) in change.as_object().unwrap() {
        whole[key] = value.clone();
    }
    FlagPlan::from_flag(&serde_json::from_value(whole).unwrap()).unwrap()
}

#[test]
fn gate_and_variant_do_not_share_a_hash() {
    let plan = plan(&json!({"allocation_strategy": "weighted"}));
    let (mut control, mut treatment, mut out) = (0_u32, 0_u32, 0_u32);
    for unit in 0..20_000 {
        match assign(&plan, &Subject::user(format!("user-{unit}"))) {
            answer if answer.is_control() => control += 1,
            Assignment::Enrolled(_) => treatment += 1,
            Assignment::NotEnrolled(reason) => {
                assert_eq!(reason, NotEnrolled::OutOfTraffic);
                out += 1;
            }
        }
    }
    for (count, expected) in [(control, 5_000_u32), (treatment, 5_000), (out, 10_000)] {
        assert!(
            count.abs_diff(expected) <= 200,
            "{control} {treatment} {out}"
        );
    }
}

#[test]
fn a_user_keeps_the_variant_between_sessions_and_devices() {
    let plan = plan(&json!({"traffic_percentage": 100}));
    for user in 0..50 {
        let answers: HashSet<_> = (0..20)
            .map(|n| {
                Subject::user(format!("user-{user}"))
                    .with_session(format!("s{n}"))
                    .with_device(format!("d{n}"))
            })
            .map(|subject| assign(&plan, &subject).variant().unwrap().id.clone())
            .collect();
        assert_eq!(answers.len(), 1);
    }
}

#[test]
fn out_of_traffic_is_not_reported_as_control() {
    let answer = assign(
        &plan(&json!({"traffic_percentage": 0})),
        &Subject::user("u"),
    );
    assert_eq!(answer, Assignment::NotEnrolled(NotEnrolled::OutOfTraffic));
    assert!(!answer.is_control() && answer.variant().is_none());
}

#[test]
fn flags_do_not_share_buckets() {
    let (one, two) = (
        flag(&json!({"rollout_percentage": 50})),
        flag(&json!({"name": "other", "rollout_percentage": 50})),
    );
    let both = (0..20_000)
        .map(|unit| Subject::new().with_session(format!("s-{unit}")))
        .filter(|subject| {
            [&one, &two]
                .iter()
                .all(|flag| flag.decide(subject, &Segments::new(), UNIX_EPOCH).is_on())
        })
        .count();
    assert!(both.abs_diff(5_000) <= 200, "{both}");
}

#[test]
fn without_a_unit_a_flag_does_not_flap() {
    let flag = flag(&json!({"rollout_percentage": 50}));
    for _ in 0..100 {
        let decision = flag.decide(&Subject::new(), &Segments::new(), UNIX_EPOCH);
        assert_eq!(
            decision,
            FlagDecision::Off(OffReason::NoUnit(NotEnrolled::NoUnit))
        );
    }
}

#[test]
fn zero_percent_lets_nobody_through() {
    let flag = flag(&json!({"rollout_percentage": 0}));
    let is_on = |unit: u32| {
        flag.decide(
            &Subject::user(format!("user-{unit}")),
            &Segments::new(),
            UNIX_EPOCH,
        )
        .is_on()
    };
    assert!(!(0..20_000).any(is_on));
    assert!(!super::Percent::NOBODY.takes(0));
}

#[test]
fn a_targeting_error_and_a_missing_field_keep_users_out() {
    for rules in [
        json!({"age": {"$near": 3}}),
        json!({"plan": {"$nin": ["free"]}}),
        json!({"segments": ["unknown"]}),
    ] {
        let plan = plan(&json!({"traffic_percentage": 100, "target_audience": rules}));
        assert_eq!(
            assign(&plan, &Subject::user("u")),
            Assignment::NotEnrolled(NotEnrolled::NotTargeted)
        );
    }
}

#[test]
fn one_region_does_not_get_the_same_variant_of_every_experiment() {
    let place = Subject::new().with_country("IN").with_region("KA");
    let answers: HashSet<_> = (0..40)
        .map(|n| plan(&json!({"id": format!("exp{n}"), "traffic_percentage": 100, "allocation_strategy": "geographic"})))
        .map(|plan| assign(&plan, &place).variant().unwrap().id.clone())
        .collect();
    assert_eq!(answers.len(), 2);
}

#[test]
fn staged_canary_and_scheduled_fields_are_not_ignored() {
    let user = Subject::user("user-1");
    for off in [
        json!({"rollout_percentage": 100, "is_staged_rollout": true, "stage_rollout_percentage": [0]}),
        json!({"rollout_percentage": 100, "is_canary_release": true, "canary_percentage": 1}),
        json!({"rollout_percentage": 100, "scheduled_enable_time": "2026-01-01T00:00:00Z"}),
        json!({"rollout_percentage": 100, "scheduled_disable_time": "1970-01-01T00:00:00Z"}),
    ] {
        assert!(
            !flag(&off)
                .decide(&user, &Segments::new(), UNIX_EPOCH)
                .is_on(),
            "{off}"
        );
    }
}

#[test]
fn difference_z_and_interval_have_one_direction() {
    let better = Comparison::of(
        Sample::new(1000, 100).unwrap(),
        Sample::new(1000, 150).unwrap(),
        Confidence::default(),
    );
    assert!(better.difference() > 0.0 && better.z() > 0.0);
    assert!(better.interval().low > 0.0 && better.interval().contains(better.difference()));
}

#[test]
fn the_sample_size_uses_the_quantile_of_the_power() {
    // With 1.96 in place of 0.8416 it would be twice as many.
    let size = sample_size(0.10, 0.12, 0.8, Confidence::default()).unwrap();
    assert!((3_800..3_900).contains(&size), "{size}");
}

#[test]
fn a_winner_does_not_need_all_variants_to_be_significant() {
    let sample = |conversions| Sample::new(1000, conversions).unwrap();
    let treatments = [("same", sample(100)), ("better", sample(160))];
    let verdict = winner(sample(100), &treatments, 1000, Confidence::default());
    assert!(matches!(
        verdict,
        Verdict::Winner {
            variant_id: "better",
            ..
        }
    ));
}

#[tokio::test]
async fn sticky_is_stored() {
    let assigner = super::Assigner::new(voice_core::clock::SystemClock::shared());
    let sticky = |weight: u32| {
        plan(&json!({
            "traffic_percentage": 100, "allocation_strategy": "sticky", "treatment_variants": [{"id": "t", "weight": weight}],
        }))
    };
    for unit in 0..100 {
        let subject = Subject::user(format!("user-{unit}"));
        let first = assigner.assign(&sticky(1), &subject).await;
        let again = assigner.assign(&sticky(100), &subject).await;
        assert_eq!(first.variant().unwrap().id, again.variant().unwrap().id);
    }
}
