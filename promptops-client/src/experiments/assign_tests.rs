use std::collections::HashMap;
use std::time::{Duration, UNIX_EPOCH};

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn plan(change: &Value) -> ExperimentPlan {
    let mut whole = json!({
        "id": "exp1", "status": "running", "traffic_percentage": 100,
        "control_variant": {"id": "c"}, "treatment_variants": [{"id": "t"}],
    });
    for (key, value) in change.as_object().unwrap() {
        whole[key] = value.clone();
    }
    ExperimentPlan::from_experiment(&serde_json::from_value(whole).unwrap()).unwrap()
}

fn assign(plan: &ExperimentPlan, subject: &Subject) -> Assignment {
    plan.assign(subject, &Segments::new(), UNIX_EPOCH)
}

fn reason(plan: &ExperimentPlan, subject: &Subject) -> Option<NotEnrolled> {
    match assign(plan, subject) {
        Assignment::NotEnrolled(reason) => Some(reason),
        Assignment::Enrolled(_) => None,
    }
}

/// How many of the first `units` users get what; those who do not take part under the empty word.
fn counts(plan: &ExperimentPlan, units: u32) -> HashMap<String, u32> {
    let mut counts = HashMap::new();
    for unit in 0..units {
        let answer = assign(plan, &Subject::user(format!("user-{unit}")));
        let id = answer.variant().map_or("", |variant| &variant.id);
        *counts.entry(id.to_owned()).or_default() += 1;
    }
    counts
}

fn is_within(count: u32, of: u32, share: f64, points: f64) -> bool {
    (f64::from(count) / f64::from(of) - share).abs() <= points / 100.0
}

#[test]
fn a_hundred_thousand_users_are_spread_by_weight() {
    let weights = json!({
        "allocation_strategy": "weighted", "control_variant": {"id": "c", "weight": 50},
        "treatment_variants": [{"id": "a", "weight": 30}, {"id": "b", "weight": 20}],
    });
    let counts = counts(&plan(&weights), 100_000);
    for (id, share) in [("c", 0.5), ("a", 0.3), ("b", 0.2)] {
        assert!(is_within(counts[id], 100_000, share, 0.5), "{counts:?}");
    }
    assert_eq!(counts.values().sum::<u32>(), 100_000);
    assert!(!counts.contains_key(""));
}

#[test]
fn uniform_ignores_weights() {
    let weights = json!({"control_variant": {"id": "c", "weight": 100}});
    let counts = counts(&plan(&weights), 20_000);
    assert!(is_within(counts["c"], 20_000, 0.5, 1.0), "{counts:?}");
}

#[test]
fn no_traffic_is_nobody_and_all_traffic_everybody() {
    assert_eq!(
        counts(&plan(&json!({"traffic_percentage": 0})), 5_000),
        HashMap::from([(String::new(), 5_000)])
    );
    assert!(!counts(&plan(&json!({})), 5_000).contains_key(""));
}

#[test]
fn experiments_are_independent_of_each_other() {
    let (one, two) = (plan(&json!({})), plan(&json!({"id": "exp2"})));
    let both = (0..20_000_u32)
        .map(|unit| Subject::user(format!("user-{unit}")))
        .filter(|subject| assign(&one, subject).is_control() && assign(&two, subject).is_control())
        .count();
    assert!(
        is_within(u32::try_from(both).unwrap(), 20_000, 0.25, 1.0),
        "{both}"
    );
}

#[test]
fn status_time_and_unit_are_asked_first() {
    let ana = Subject::user("user-1");
    for status in ["draft", "paused", "completed", "cancelled", "dreaming"] {
        let expected = NotEnrolled::NotRunning(status.into());
        assert_eq!(
            reason(&plan(&json!({"status": status})), &ana),
            Some(expected)
        );
    }
    let window =
        plan(&json!({"start_time": "1970-01-01T00:00:10Z", "end_time": "1970-01-01T00:00:20"}));
    let at = |second| {
        window.assign(
            &ana,
            &Segments::new(),
            UNIX_EPOCH + Duration::from_secs(second),
        )
    };
    assert_eq!(at(9), Assignment::NotEnrolled(NotEnrolled::NotStarted));
    assert!(at(10).variant().is_some() && at(19).variant().is_some());
    assert_eq!(at(20), Assignment::NotEnrolled(NotEnrolled::Ended));
    assert_eq!(
        reason(&plan(&json!({})), &Subject::new()),
        Some(NotEnrolled::NoUnit)
    );
    let strange = plan(&json!({"allocation_strategy": "lottery"}));
    assert_eq!(
        reason(&strange, &ana),
        Some(NotEnrolled::UnknownStrategy("lottery".into()))
    );
}

#[test]
fn places_and_attributes_take_the_units_place() {
    let geographic = plan(&json!({"allocation_strategy": "geographic"}));
    assert_eq!(
        reason(&geographic, &Subject::user("u")),
        Some(NotEnrolled::NoPlace)
    );
    let place = |user: &str| Subject::user(user).with_country("IN").with_region("KA");
    assert_eq!(
        assign(&geographic, &place("a")),
        assign(&geographic, &place("b"))
    );

    let attributes = plan(&json!({"allocation_strategy": "user_attribute"}));
    assert_eq!(
        reason(&attributes, &Subject::user("u")),
        Some(NotEnrolled::NoAttributes)
    );
    let one = Subject::user("a")
        .with_attribute("x", 1)
        .with_attribute("y", 2.0);
    let two = Subject::user("b")
        .with_attribute("y", 2)
        .with_attribute("x", 1);
    assert_eq!(assign(&attributes, &one), assign(&attributes, &two));
}

#[test]
fn all_three_maps_of_rules_must_agree() {
    let rules = plan(&json!({
        "target_audience": {"plan": "pro"}, "geographic_targeting": {"countries": ["IN"]},
        "user_attributes": {"age": {"$gte": 18}},
    }));
    let subject = |country: &str, plan: &str, age: u32| {
        Subject::user("u")
            .with_country(country)
            .with_attribute("plan", plan)
            .with_attribute("age", age)
    };
    assert_eq!(reason(&rules, &subject("IN", "pro", 18)), None);
    for out in [
        subject("US", "pro", 18),
        subject("IN", "free", 18),
        subject("IN", "pro", 17),
        Subject::user("u"),
    ] {
        assert_eq!(reason(&rules, &out), Some(NotEnrolled::NotTargeted));
    }
}

proptest! {
    #[test]
    fn raising_the_traffic_moves_nobody_who_took_part(unit in "\\PC{1,12}", low in 0..=100_u32, more in 0..=100_u32) {
        let with = |traffic: u32| assign(&plan(&json!({"traffic_percentage": traffic})), &Subject::user(&*unit));
        let before = with(low);
        if before.variant().is_some() {
            prop_assert_eq!(with((low + more).min(100)), before);
        }
    }
}
