//! Template contexts against the agent's template: variables, and its JSON Schema.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use common::{agent_id, scripted};
use proptest::prelude::*;
use serde_json::{Value, json};
use ultravox_client::agents::TemplateSpec;
use ultravox_client::calls::StartAgentCall;
use ultravox_client::types::JsonMap;

fn map(value: Value) -> JsonMap {
    JsonMap::try_from(value).unwrap()
}

fn problems(spec: &TemplateSpec, context: Value) -> Vec<(String, String)> {
    match spec.check_context(&map(context)) {
        Ok(()) => Vec::new(),
        Err(error) => error
            .fields()
            .iter()
            .map(|field| (field.field.clone(), field.message.clone()))
            .collect(),
    }
}

fn fields(spec: &TemplateSpec, context: Value) -> Vec<String> {
    let mut fields: Vec<String> = problems(spec, context).into_iter().map(|p| p.0).collect();
    fields.sort();
    fields
}

#[test]
fn without_a_schema_every_variable_needs_a_value() {
    let spec = TemplateSpec::new("{{a}} {{b.c}}").time_exceeded_message("{{d}} {{a}}");
    assert_eq!(
        fields(&spec, json!({"a": 1})),
        ["templateContext.b.c", "templateContext.d"]
    );
    assert!(fields(&spec, json!({"a": 1, "b": {"c": 2}, "d": null, "extra": 1})).is_empty());
    assert_eq!(spec.unfilled(&map(json!({"b.c": 1}))), ["a", "d"]);
}

#[test]
fn variables_without_a_value_are_found_whatever_the_schema_says() {
    let spec = TemplateSpec::new("{{a}} {{b}}").context_schema(map(json!({"type": "object"})));
    assert!(fields(&spec, json!({})).is_empty());
    assert_eq!(spec.unfilled(&JsonMap::new()), ["a", "b"]);
}

#[cfg(feature = "context-schema")]
mod by_schema {
    use super::*;

    fn spec(schema: Value) -> TemplateSpec {
        TemplateSpec::new("Greet {{name}}.").context_schema(map(schema))
    }

    #[test]
    fn everything_wrong_is_named_and_nothing_quoted() {
        let spec = spec(json!({
            "type": "object",
            "properties": {
                "name": {"type": "string", "maxLength": 5},
                "age": {"type": "integer", "minimum": 0},
                "address": {"type": "object", "required": ["city"]},
                "plan": {"enum": ["gold", "silver"]},
            },
            "required": ["name", "language"],
            "additionalProperties": false,
        }));
        assert!(
            fields(&spec, json!({"name": "Ada", "language": 1}))
                .contains(&"templateContext".to_owned())
        );
        let context = json!({
            "name": "planted name", "age": -4711, "address": {}, "plan": "planted",
        });
        assert_eq!(
            fields(&spec, context.clone()),
            [
                "templateContext.address.city",
                "templateContext.age",
                "templateContext.language",
                "templateContext.name",
                "templateContext.plan",
            ]
        );
        let error = spec.check_context(&map(context)).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(
            !shown.contains("planted") && !shown.contains("4711"),
            "{shown}"
        );
        assert!(shown.contains("language: has no value"), "{shown}");
    }

    #[test]
    fn a_context_that_fits_passes() {
        let spec = spec(json!({
            "properties": {"name": {"type": "string"}}, "required": ["name"],
        }));
        assert!(fields(&spec, json!({"name": "Ada", "more": [1]})).is_empty());
        assert_eq!(fields(&spec, json!({"name": 5})), ["templateContext.name"]);
    }

    #[test]
    fn a_schema_of_no_use_here_is_left_to_the_server_but_for_what_it_requires() {
        for schema in [
            json!({"type": 5, "required": ["name"]}),
            json!({"$ref": "https://schemas.example.com/x.json", "required": ["name"]}),
        ] {
            let spec = spec(schema);
            assert_eq!(fields(&spec, json!({})), ["templateContext.name"]);
            assert!(fields(&spec, json!({"name": 5})).is_empty());
        }
    }

    #[tokio::test]
    async fn nothing_is_sent_that_does_not_fit() {
        let (client, transport) = scripted([]);
        let spec = spec(json!({"properties": {"name": {"type": "string"}}}));
        let id = agent_id();
        let calls = client.agents().calls(&id).checked_against(&spec);
        let call = StartAgentCall::new().variable("name", 7);
        let error = calls.create(&call).await.unwrap_err();
        assert_eq!(error.fields()[0].field, "templateContext.name");
        assert!(transport.sent().is_empty());
    }

    proptest! {
        #[test]
        fn any_schema_and_context_are_judged(schema in json_value(), context in json_value()) {
            let spec = spec(json!({"properties": {"a": schema}, "required": schema}));
            let _ = spec.check_context(&map(json!({"a": context})));
        }
    }

    fn json_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "string|object|integer|[a-z]{0,4}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 12, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::btree_map(
                    "type|properties|required|pattern|enum|items|[a-c]",
                    inner,
                    0..4
                )
                .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }
}

proptest! {
    #[test]
    fn what_is_unfilled_is_a_variable(prompt in "(\\{\\{ ?[a-c](\\.[a-c])? ?\\}\\}|[a-c {}]){0,6}", key in "[a-c]") {
        let spec = TemplateSpec::new(prompt);
        let unfilled = spec.unfilled(&map(json!({key.clone(): "x"})));
        for name in &unfilled {
            prop_assert!(spec.variables().contains(name) && name != &key);
        }
    }
}
