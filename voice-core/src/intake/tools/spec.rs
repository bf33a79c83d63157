//! What a tool may be called and which arguments it may ask for; and whether arguments are such.

use std::fmt::Write as _;

use jsonschema::Validator;
use serde_json::{Map, Value};

use crate::observe::log::cut;
use crate::provider::ToolSpec;

/// Problems shown to the agent at once; it rarely makes more mistakes than that.
const MOST_PROBLEMS: usize = 5;
/// Bytes of one problem: names that the agent made up may be in it.
const PROBLEM_BYTES: usize = 200;

/// What is wrong with a tool's description of itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum SpecProblem {
    /// The name is not 1 to 64 of `A-Z a-z 0-9 _ -`.
    #[error("a tool's name has 1 to 64 letters, digits, '_' and '-'")]
    Name,
    /// The parameters are not a schema of type `object`.
    #[error("a tool's parameters are a JSON Schema of type \"object\"")]
    NoObject,
    /// The parameters are no valid JSON Schema, or refer to something outside it.
    #[error("the parameters are no JSON Schema that stands alone: {0}")]
    Schema(String),
}

/// Checks a description. Nothing is fetched: a reference to another document is refused.
pub(super) fn check(spec: &ToolSpec) -> Result<Validator, SpecProblem> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if !(1..=64).contains(&spec.name.len()) || !spec.name.bytes().all(plain) {
        return Err(SpecProblem::Name);
    }
    if spec.parameters.get("type") != Some(&Value::from("object")) {
        return Err(SpecProblem::NoObject);
    }
    jsonschema::options()
        .offline()
        .build(&spec.parameters)
        .map_err(|error| SpecProblem::Schema(cut(&error.to_string(), PROBLEM_BYTES).to_owned()))
}

/// Why the agent's arguments cannot be used.
pub(super) enum BadArguments {
    TooLong,
    NotJson,
    NoObject,
    /// In words for the agent: where and which rule, never the value.
    Invalid(String),
}

/// Reads arguments and holds them against the schema. Blank arguments count as an empty object, since some models send
/// nothing for a function without parameters.
pub(super) fn read(
    text: &str,
    most_bytes: usize,
    schema: &Validator,
) -> Result<Map<String, Value>, BadArguments> {
    if text.len() > most_bytes {
        return Err(BadArguments::TooLong);
    }
    let value = match text.trim() {
        "" => Value::Object(Map::new()),
        text => serde_json::from_str(text).map_err(|_| BadArguments::NotJson)?,
    };
    if !value.is_object() {
        return Err(BadArguments::NoObject);
    }
    let mut words = String::new();
    for error in schema.iter_errors(&value).take(MOST_PROBLEMS) {
        if !words.is_empty() {
            words.push_str("; ");
        }
        let problem = error.masked_with("the value").to_string();
        let place = error.instance_path().to_string();
        let place = if place.is_empty() { "/" } else { &place };
        // Writing to a `String` does not fail.
        let _ = write!(
            words,
            "at {}: {}",
            cut(place, PROBLEM_BYTES),
            cut(&problem, PROBLEM_BYTES)
        );
    }
    match value {
        Value::Object(arguments) if words.is_empty() => Ok(arguments),
        _ => Err(BadArguments::Invalid(words)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn spec(name: &str, parameters: Value) -> ToolSpec {
        ToolSpec::new(name, "", parameters)
    }

    #[test]
    fn names_and_schemas_are_checked() {
        let object = || json!({"type": "object"});
        for good in ["a", "A_b-9", &"x".repeat(64)] {
            assert!(check(&spec(good, object())).is_ok(), "{good}");
        }
        for bad in ["", "a b", "é", "a.b", &"x".repeat(65)] {
            assert_eq!(check(&spec(bad, object())).err(), Some(SpecProblem::Name));
        }
        for bad in [json!({}), json!({"type": "array"}), json!([]), json!(true)] {
            let problem = check(&spec("a", bad)).err();
            assert_eq!(problem, Some(SpecProblem::NoObject));
        }
        for bad in [
            json!({"type": "object", "required": "x"}),
            json!({"type": "object", "properties": {"a": {"type": "strnig"}}}),
            json!({"type": "object", "properties": {"a": {"$ref": "https://example.com/s.json"}}}),
            json!({"type": "object", "properties": {"a": {"$ref": "file:///etc/hostname"}}}),
            json!({"type": "object", "properties": {"a": {"$ref": "#/$defs/no"}}}),
            json!({"type": "object", "properties": {"a": {"pattern": "("}}}),
        ] {
            let problem = check(&spec("a", bad.clone())).err();
            assert!(matches!(problem, Some(SpecProblem::Schema(_))), "{bad}");
        }
    }

    #[test]
    fn problems_say_where_and_which_rule_but_not_the_value() {
        let schema = check(&spec(
            "a",
            json!({
                "type": "object",
                "properties": {
                    "id": {"type": "string", "maxLength": 3},
                    "to": {"enum": ["sales", "support"]},
                },
                "required": ["to"],
                "additionalProperties": false,
            }),
        ))
        .unwrap();
        let words = |text: &str| match read(text, 1_000, &schema) {
            Err(BadArguments::Invalid(words)) => words,
            _ => panic!("{text}"),
        };
        assert!(words("").contains("\"to\" is a required property"));
        let text = words(r#"{"id":"s3cret-value","to":"+14155552671"}"#);
        assert!(
            text.contains("at /id: the value is longer than 3"),
            "{text}"
        );
        assert!(
            text.contains("at /to: ") && text.contains("support"),
            "{text}"
        );
        assert!(!text.contains("s3cret") && !text.contains("4155"), "{text}");
        let many = format!(r#"{{"to":"sales","{}":1}}"#, "x".repeat(900));
        assert!(words(&many).len() < 300);
        assert!(read(r#" {"to":"sales"} "#, 1_000, &schema).is_ok());
        assert!(matches!(
            read("[]", 9, &schema),
            Err(BadArguments::NoObject)
        ));
        assert!(matches!(read("{", 9, &schema), Err(BadArguments::NotJson)));
        assert!(matches!(
            read("{    }", 5, &schema),
            Err(BadArguments::TooLong)
        ));
    }

    #[test]
    fn a_schema_that_goes_round_and_a_pattern_that_backtracks_end() {
        let round = json!({"type": "object", "allOf": [{"$ref": "#"}]});
        if let Ok(schema) = check(&spec("a", round)) {
            assert!(read("{}", 100, &schema).is_ok());
        }
        let pattern = json!({"type": "object", "properties": {"n": {"pattern": "^(a|a)*$"}}});
        let schema = check(&spec("a", pattern)).unwrap();
        let text = json!({"n": "a".repeat(60_000) + "b"}).to_string();
        assert!(read(&text, 64 * 1024, &schema).is_err());
    }

    proptest! {
        #[test]
        fn reading_never_panics(text in "\\PC{0,60}|[\\[\\]{}\",:0-9a]{0,40}") {
            let schema = check(&spec("a", json!({"type": "object"}))).unwrap();
            if let Ok(arguments) = read(&text, 50, &schema) {
                let again: Value = serde_json::from_str(text.trim()).unwrap_or(json!({}));
                prop_assert_eq!(Value::Object(arguments), again);
            }
        }
    }
}
