//! Rules for template contexts.

use serde_json::{Map, Number, Value};
use voice_core::ident::TemplateKey;

use crate::check::Problems;

const PART: &str = "templateContext";
/// The most keys of a context.
const KEYS: usize = 50;
/// The most characters of a text.
const TEXT: usize = 1_000;
/// The most characters of an array or object, as compact JSON.
const NESTED: usize = 2_000;
/// The largest number that is not whole, either way.
const FLOAT: f64 = 1e10;
/// How texts do not begin or go on, in small letters.
const REFUSED: [&str; 4] = ["<script", "javascript:", "data:", "vbscript:"];

pub(super) fn check(problems: &mut Problems, context: &Map<String, Value>) {
    problems.rule(
        context.len() > KEYS,
        PART,
        "Template context must have at most 50 keys",
    );
    for (name, value) in context {
        key(problems, PART, name);
        let Some(message) = broken(value) else {
            continue;
        };
        problems.add(format!("{PART}.{name}"), message);
    }
}

pub(super) fn key(problems: &mut Problems, part: &str, name: &str) {
    let message = match TemplateKey::parse(name) {
        Ok(known) if known.is_reserved() => format!("Template variable key \"{name}\" is reserved"),
        Ok(_) => return,
        Err(_) if is_long(name) => {
            "Template variable key must have at most 100 characters".to_owned()
        }
        Err(_) => format!("Template variable key \"{name}\" must be a valid identifier"),
    };
    problems.add(format!("{part}.{name}"), message);
}

fn is_long(name: &str) -> bool {
    name.chars().count() > TemplateKey::MAX_LEN
}

/// The rule a value breaks, if it breaks one.
fn broken(value: &Value) -> Option<&'static str> {
    match value {
        Value::Null | Value::Bool(_) => None,
        Value::Number(number) => broken_number(number),
        Value::String(text) if text.chars().count() > TEXT => {
            Some("must have at most 1000 characters")
        }
        Value::Array(_) | Value::Object(_) if value.to_string().chars().count() > NESTED => {
            Some("must have at most 2000 characters as JSON")
        }
        _ => {
            is_refused(value).then_some("must not contain <script, javascript:, data: or vbscript:")
        }
    }
}

fn broken_number(number: &Number) -> Option<&'static str> {
    if let Some(whole) = number.as_i64() {
        return i32::try_from(whole)
            .is_err()
            .then_some("must be a whole number within 32 bits");
    }
    if number.is_u64() {
        return Some("must be a whole number within 32 bits");
    }
    // Written so that what is no number at all is refused.
    let is_good = number.as_f64().is_some_and(|float| float.abs() <= FLOAT);
    (!is_good).then_some("must be between -10000000000 and 10000000000")
}

/// Whether any text in it, names of fields too, has what is refused. The depth is bounded by the length above.
fn is_refused(value: &Value) -> bool {
    match value {
        Value::String(text) => has_refused(text),
        Value::Array(items) => items.iter().any(is_refused),
        Value::Object(fields) => fields
            .iter()
            .any(|(name, value)| has_refused(name) || is_refused(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn has_refused(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    REFUSED.iter().any(|refused| text.contains(refused))
}
