use std::time::UNIX_EPOCH;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn plan(change: &Value) -> Result<FlagPlan, PlanError> {
    let mut whole = json!({"name": "new-ui", "enabled": true, "rollout_percentage": 100});
    for (key, value) in change.as_object().unwrap() {
        whole[key] = value.clone();
    }
    FlagPlan::from_flag(&serde_json::from_value(whole).unwrap())
}

fn at(change: &Value, hour: u64) -> FlagDecision {
    let now = UNIX_EPOCH + Duration::from_secs(hour * 3600);
    plan(change)
        .unwrap()
        .decide(&Subject::user("user-1"), &Segments::new(), now)
}

#[test]
fn the_golden_buckets_decide() {
    // user-1 has the bucket 8e28…, which is 55.5 %.
    for (percent, decision) in [
        (55, FlagDecision::Off(OffReason::OutOfRollout)),
        (56, FlagDecision::On(OnReason::Rollout)),
    ] {
        assert_eq!(at(&json!({"rollout_percentage": percent}), 0), decision);
    }
}

#[test]
fn a_flag_is_off_unless_all_is_well() {
    for (change, reason) in [
        (json!({"enabled": null}), OffReason::Disabled),
        (json!({"enabled": false}), OffReason::Disabled),
        (json!({"rollout_percentage": null}), OffReason::OutOfRollout),
        (
            json!({"targeting_rules": {"plan": "pro"}}),
            OffReason::NotTargeted,
        ),
        (
            json!({"rollout_percentage": 99, "rollout_strategy": "geographic"}),
            OffReason::NoUnit(NotEnrolled::NoPlace),
        ),
    ] {
        assert_eq!(at(&change, 0), FlagDecision::Off(reason), "{change}");
    }
    let almost = plan(&json!({"rollout_percentage": 99})).unwrap();
    let nobody = almost.decide(&Subject::new(), &Segments::new(), UNIX_EPOCH);
    assert_eq!(
        nobody,
        FlagDecision::Off(OffReason::NoUnit(NotEnrolled::NoUnit))
    );
    let whole = plan(&json!({})).unwrap();
    assert!(
        whole
            .decide(&Subject::new(), &Segments::new(), UNIX_EPOCH)
            .is_on()
    );
}

#[test]
fn the_schedule_opens_and_closes() {
    let change = json!({"scheduled_enable_time": "1970-01-01T01:00:00Z", "scheduled_disable_time": "1970-01-01T03:00:00Z"});
    assert_eq!(at(&change, 0), FlagDecision::Off(OffReason::NotYet));
    assert!(at(&change, 1).is_on() && at(&change, 2).is_on());
    assert_eq!(at(&change, 3), FlagDecision::Off(OffReason::NoLonger));
}

#[test]
fn stages_have_their_own_percentage() {
    let staged = |stage: Value| json!({"is_staged_rollout": true, "current_stage": stage, "stage_rollout_percentage": [0, 56, 100]});
    assert_eq!(
        at(&staged(Value::Null), 0),
        FlagDecision::Off(OffReason::OutOfRollout)
    );
    assert_eq!(at(&staged(json!(2)), 0), FlagDecision::On(OnReason::Stage));
    for stage in [0, 4, u32::MAX] {
        assert_eq!(
            plan(&staged(json!(stage))).unwrap_err(),
            PlanError::Stage(stage)
        );
    }
    assert_eq!(
        plan(&json!({"is_staged_rollout": true})).unwrap_err(),
        PlanError::Stage(1)
    );
}

#[test]
fn a_canary_lasts_its_hours_and_gives_way() {
    let canary = json!({"is_canary_release": true, "created_at": "1970-01-01T00:00:00"});
    assert_eq!(at(&canary, 23), FlagDecision::Off(OffReason::OutOfRollout));
    assert_eq!(at(&canary, 24), FlagDecision::On(OnReason::Rollout));

    let mut wide = canary;
    wide["canary_percentage"] = json!(56);
    wide["canary_duration_hours"] = json!(2);
    wide["scheduled_enable_time"] = json!("1970-01-01T10:00:00Z");
    wide["is_staged_rollout"] = json!(true);
    wide["stage_rollout_percentage"] = json!([55]);
    assert_eq!(at(&wide, 11), FlagDecision::On(OnReason::Canary));
    assert_eq!(at(&wide, 12), FlagDecision::Off(OffReason::OutOfRollout));

    let timeless = json!({"is_canary_release": true, "canary_percentage": 50});
    assert_eq!(
        at(&timeless, 1_000_000),
        FlagDecision::Off(OffReason::OutOfRollout)
    );
    let endless = json!({"is_canary_release": true, "canary_duration_hours": u32::MAX, "created_at": "9999-01-01T00:00:00Z"});
    assert_eq!(
        at(&endless, 1_000_000),
        FlagDecision::Off(OffReason::OutOfRollout)
    );
}

#[test]
fn what_cannot_be_asked_is_refused() {
    for (change, error) in [
        (json!({"name": ""}), PlanError::NoId),
        (
            json!({"rollout_percentage": 101}),
            PlanError::Percent(super::super::PercentError(101)),
        ),
        (
            json!({"scheduled_disable_time": "x"}),
            PlanError::Time("scheduled_disable_time"),
        ),
    ] {
        assert_eq!(plan(&change).unwrap_err(), error);
    }
}

proptest! {
    #[test]
    fn raising_the_rollout_never_switches_anybody_off(user in "\\PC{1,12}", low in 0..=100_u32, more in 0..=100_u32) {
        let is_on = |percent: u32| {
            let flag = plan(&json!({"rollout_percentage": percent})).unwrap();
            flag.decide(&Subject::user(&*user), &Segments::new(), UNIX_EPOCH).is_on()
        };
        prop_assert!(!is_on(low) || is_on((low + more).min(100)));
        prop_assert!(!is_on(0) && is_on(100));
    }
}
