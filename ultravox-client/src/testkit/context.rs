//! Template variables, as the API finds and fills them. Written on its own, so that it does not share the client's mistakes.

use serde_json::{Map, Value};

use super::answers::Faults;
use super::rules::list;

type Object = Map<String, Value>;

/// Checks the template context of a call against the agent's template.
pub(super) fn check(faults: &mut Faults, template: &Object, context: Option<&Value>) {
    let required: Vec<String> = match template.get("contextSchema").and_then(Value::as_object) {
        Some(schema) => list(schema.get("required"))
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        None => variables_of(template),
    };
    for name in required {
        let direct = context.and_then(|context| context.get(&name));
        let pointer = format!("/{}", name.replace('.', "/"));
        if direct
            .or_else(|| context.and_then(|context| context.pointer(&pointer)))
            .is_none()
        {
            faults.add(
                "templateContext",
                &format!("'{name}' is a required property"),
            );
        }
    }
}

fn variables_of(template: &Object) -> Vec<String> {
    let mut names = Vec::new();
    let mut scan = |value: Option<&Value>| {
        names.extend(
            value
                .and_then(Value::as_str)
                .map(variables)
                .unwrap_or_default(),
        );
    };
    for field in ["systemPrompt", "languageHint", "timeExceededMessage"] {
        scan(template.get(field));
    }
    for message in list(template.get("inactivityMessages")) {
        scan(message.get("message"));
    }
    for tool in list(template.get("selectedTools")) {
        let definition = tool.get("temporaryTool");
        scan(definition.and_then(|tool| tool.get("description")));
        for parameter in list(definition.and_then(|tool| tool.get("staticParameters"))) {
            scan(parameter.get("value"));
        }
    }
    names.sort();
    names.dedup();
    names
}

/// The names within double braces.
fn variables(text: &str) -> Vec<String> {
    let inner = text
        .split("{{")
        .skip(1)
        .filter_map(|rest| rest.split_once("}}"));
    inner
        .map(|(name, _)| name.trim())
        .filter(|name| {
            name.starts_with(|first: char| first.is_alphabetic() || first == '_')
                && name
                    .chars()
                    .all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-'))
        })
        .map(str::to_owned)
        .collect()
}

/// Puts the context into a text.
pub(super) fn filled(text: &str, context: Option<&Value>) -> String {
    let mut text = text.to_owned();
    for name in variables(&text) {
        let Some(value) = context.and_then(|context| context.get(&name)) else {
            continue;
        };
        let value = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        text = text.replace(&format!("{{{{{name}}}}}"), &value);
    }
    text
}
