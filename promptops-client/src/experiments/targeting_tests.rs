use proptest::prelude::*;
use serde_json::json;

use super::*;

fn targeting(rules: &Value) -> Targeting {
    Targeting::from_map(rules.as_object().unwrap())
}

fn matches(rules: &Value, subject: &Subject) -> bool {
    targeting(rules).matches(subject, &Segments::new())
}

fn subject() -> Subject {
    Subject::user("user_42").with_country("IN").with_region("KA").with_city("Mysuru").with_attributes(
        json!({"plan": "pro", "age": 18, "score": 1.5, "big": u64::MAX, "joined": "2026-05-01", "tags": ["a"], "none": null, "deep": {"x": {"y": true}}})
            .as_object()
            .unwrap()
            .clone(),
    )
}

#[test]
fn rules_that_hold() {
    for rules in [
        json!({}),
        json!({"plan": null}),
        json!({"plan": "pro", "age": 18.0, "tags": ["a"], "deep.x.y": true}),
        json!({"age": {"$gt": 17, "$lt": 19, "$gte": 18, "$lte": 18.0}}),
        json!({"big": {"$gt": i64::MAX}, "score": {"$gte": 1.5}}),
        json!({"joined": {"$gt": "2026-04-30", "$lt": "2026-05-02"}}),
        json!({"plan": {"$in": ["free", "pro"]}, "age": {"$nin": [17, "18"]}}),
        json!({"countries": ["IN", "US"], "regions": ["KA"], "cities": "Mysuru"}),
        json!({"min_user_id": 42, "max_user_id": 42}),
        json!({"user_id": "user_42", "country": {"$in": ["IN"]}}),
    ] {
        assert!(matches(&rules, &subject()), "{rules}");
    }
}

#[test]
fn rules_that_do_not_hold() {
    for rules in [
        json!({"plan": "free"}),
        json!({"age": "18"}),
        json!({"age": {"$gt": 18}}),
        json!({"age": {"$gte": 18, "$lt": 18}}),
        json!({"plan": {"$in": []}}),
        json!({"plan": {"$nin": ["pro"]}}),
        json!({"countries": []}),
        json!({"countries": ["in"]}),
        json!({"regions": ["TN"]}),
        json!({"min_user_id": 43}),
        json!({"max_user_id": 41}),
        json!({"segments": ["beta"]}),
    ] {
        assert!(!matches(&rules, &subject()), "{rules}");
        assert!(targeting(&rules).faults().is_empty(), "{rules}");
    }
}

#[test]
fn missing_null_and_incomparable_fields_fail_closed() {
    for rules in [
        json!({"absent": {"$nin": [1]}}),
        json!({"absent": {"$lt": 5}}),
        json!({"none": {"$nin": [1]}}),
        json!({"plan": {"$gt": 5}}),
        json!({"age": {"$lt": "x"}}),
        json!({"deep": {"$gt": 1}}),
        json!({"deep.x.z": {"$nin": [1]}}),
    ] {
        assert!(!matches(&rules, &subject()), "{rules}");
    }
    for id in [
        "42",
        "user_",
        "user_x",
        "user_+5",
        "user_99999999999999999999",
        "User_42",
    ] {
        assert!(
            !matches(&json!({"min_user_id": 0}), &Subject::user(id)),
            "{id}"
        );
    }
    assert!(!matches(&json!({"max_user_id": 100}), &Subject::new()));
}

#[test]
fn rules_that_cannot_be_read_let_nobody_in_and_are_named() {
    for (rules, rule) in [
        (json!({"age": {"$regex": "1"}}), "age"),
        (json!({"age": {"$gt": 1, "lt": 2}}), "age"),
        (json!({"age": {"$in": 18}}), "age"),
        (json!({"$or": []}), "$or"),
        (json!({"countries": {"a": 1}}), "countries"),
        (json!({"cities": [1]}), "cities"),
        (json!({"min_user_id": "1"}), "min_user_id"),
        (json!({"segments": 1}), "segments"),
    ] {
        let targeting = targeting(&rules);
        assert!(!targeting.matches(&subject(), &Segments::new()), "{rules}");
        assert_eq!(targeting.faults()[0].rule, rule);
        assert!(targeting.faults()[0].to_string().contains(rule));
    }
}

proptest! {
    #[test]
    fn no_rule_panics_and_both_sides_of_a_limit_exclude_each_other(key in "[a-z.$_]{0,8}|age|segments|countries", limit in any::<i64>(), text in "\\PC{0,8}") {
        for rule in [json!(text), json!([text]), json!({"$gt": limit}), json!({&text: limit})] {
            let _ = matches(&json!({&key: rule}), &subject());
        }
        let sides = ["$gt", "$lte"].map(|operator| matches(&json!({"age": {operator: limit}}), &subject()));
        prop_assert_ne!(sides[0], sides[1]);
    }
}
