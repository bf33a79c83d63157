use proptest::prelude::*;
use serde_json::json;

use super::super::Role;
use super::*;

#[test]
fn setting_again_replaces_and_keeps_the_place() {
    let mut values = variables! { z: 1, a: 2 };
    assert_eq!(values.set("z", 3), Some(json!(1)));
    assert_eq!(values.set("m", 4), None);
    assert_eq!(values.names().collect::<Vec<_>>(), ["z", "a", "m"]);
    assert_eq!(values.get("z"), Some(&json!(3)));
    assert_ne!(values, variables! { a: 2, z: 3, m: 4 });
    let map = Map::from(values);
    assert_eq!(Value::Object(map), json!({"a": 2, "m": 4, "z": 3}));
}

#[test]
fn debug_shows_no_value() {
    let values = variables! { phone: "+919876543210" }
        .with_messages("history", [Message::new(Role::User, "confidential")]);
    let shown = format!("{values:?}");
    assert!(shown.contains("phone") && shown.contains("history"));
    assert!(
        !shown.contains("9876") && !shown.contains("confidential"),
        "{shown}"
    );
}

proptest! {
    #[test]
    fn every_name_finds_its_last_value(pairs in prop::collection::vec(("[a-d]{0,2}", any::<i64>()), 0..40)) {
        let values: PromptVariables = pairs.clone().into_iter().collect();
        let expected: std::collections::HashMap<_, _> = pairs.iter().cloned().collect();
        prop_assert_eq!(values.len(), expected.len());
        for (name, value) in &expected {
            prop_assert_eq!(values.get(name), Some(&json!(value)));
        }
        let mut order = Vec::new();
        for (name, _) in &pairs {
            if !order.contains(&name.as_str()) {
                order.push(name);
            }
        }
        prop_assert_eq!(values.names().collect::<Vec<_>>(), order);
        prop_assert!(values.get("absent").is_none());
    }
}
