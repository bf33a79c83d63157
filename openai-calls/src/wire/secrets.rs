//! The secrets within a body that is about to be sent, whatever shape it has.

use serde::Serialize;
use serde_json::Value;
use voice_core::wire::Secret;

/// The values of every `authorization`, and of all members of every `headers`, at any depth: what tools are reached with.
///
/// Bodies are looked at as JSON, since sessions may hold objects this version does not know.
pub(crate) fn secrets_of(body: &impl Serialize) -> Vec<Secret> {
    let mut found = Vec::new();
    // What cannot be written is not sent either.
    let mut rest = Vec::from_iter(serde_json::to_value(body));
    while let Some(value) = rest.pop() {
        match value {
            Value::Array(items) => rest.extend(items),
            Value::Object(members) => {
                for (name, value) in members {
                    match (name.as_str(), value) {
                        ("authorization", Value::String(secret)) => found.push(secret.into()),
                        ("headers", Value::Object(headers)) => {
                            found.extend(headers.into_iter().filter_map(
                                |(_, value)| match value {
                                    Value::String(secret) => Some(Secret::from(secret)),
                                    _ => None,
                                },
                            ));
                        }
                        (_, value) => rest.push(value),
                    }
                }
            }
            _ => {}
        }
    }
    found.retain(|secret| !secret.expose().is_empty());
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_found_at_any_depth_and_nothing_else_is_one() {
        let body = json!({
            "authorization": {"authorization": "one"},
            "session": [{"tools": [{"authorization": "two", "headers": {"a": "three", "b": 4, "c": ""}}]}],
            "headers": ["not one"],
            "instructions": "authorization",
        });
        let mut found: Vec<String> = secrets_of(&body)
            .iter()
            .map(|secret| secret.expose().to_owned())
            .collect();
        found.sort();
        assert_eq!(found, ["one", "three", "two"]);
    }
}
