//! Fields of bodies, declared: what they hold, how long they may be, whether they must be there.

use serde_json::{Map, Value};

use super::answers::Faults;
use super::rules;
use crate::types::UvTime;

/// What a field holds.
#[allow(
    dead_code,
    reason = "a vocabulary for every resource, those to come too"
)]
#[derive(Debug, Clone, Copy)]
pub(super) enum Holds {
    /// Text of at most so many characters; it may not be blank.
    Text(usize),
    /// Text of any length that may be blank.
    AnyText,
    /// An `http` or `https` URL of at most so many characters.
    Url(usize),
    /// A UUID.
    Uuid,
    /// A date with a time.
    Time,
    /// A duration such as `30s`.
    Length,
    /// A flag.
    Flag,
    /// A whole number of this range.
    Whole(i64, i64),
    /// A number of this range.
    Number(f64, f64),
    /// One of these words.
    Word(&'static [&'static str]),
    /// An object of any content.
    Object,
    /// An object whose values are text.
    Texts,
    /// A list of at least and at most so many.
    List(usize, usize),
    /// Any JSON.
    Any,
}

/// A declared field.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field {
    name: &'static str,
    holds: Holds,
    required: bool,
    nullable: bool,
}

impl Field {
    /// A field that may be absent and may not be null.
    pub(super) const fn new(name: &'static str, holds: Holds) -> Self {
        Self {
            name,
            holds,
            required: false,
            nullable: false,
        }
    }

    /// The same, and a whole body must have it.
    pub(super) const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The same, and it may be null.
    pub(super) const fn nullable(mut self) -> Self {
        self.nullable = true;
        self
    }
}

/// Holds an object against its fields; `whole` says whether required ones must be there, `at` is where it stands in the
/// body: empty, or a path with a dot at its end.
pub(super) fn check(
    faults: &mut Faults,
    at: &str,
    object: &Map<String, Value>,
    fields: &[Field],
    whole: bool,
) {
    for field in fields {
        let message = match object.get(field.name) {
            None if field.required && whole => Some("This field is required.".to_owned()),
            None => None,
            Some(Value::Null) if field.nullable => None,
            Some(Value::Null) => Some("This field may not be null.".to_owned()),
            Some(value) => wrong(value, field.holds),
        };
        if let Some(message) = message {
            faults.add(&format!("{at}{}", field.name), &message);
        }
    }
}

/// Holds each object of a list against fields, all of them required that say so.
pub(super) fn check_each(
    faults: &mut Faults,
    name: &str,
    object: &Map<String, Value>,
    fields: &[Field],
) {
    for (at, item) in rules::list(object.get(name)).iter().enumerate() {
        match item {
            Value::Object(item) => check(faults, &format!("{name}.{at}."), item, fields, true),
            _ => faults.add(&format!("{name}.{at}"), "Expected an object."),
        }
    }
}

/// Holds each value of a list against what it must be.
pub(super) fn check_items(
    faults: &mut Faults,
    name: &str,
    object: &Map<String, Value>,
    holds: Holds,
) {
    for (at, item) in rules::list(object.get(name)).iter().enumerate() {
        if let Some(message) = wrong(item, holds) {
            faults.add(&format!("{name}.{at}"), &message);
        }
    }
}

/// What is wrong with a value.
fn wrong(value: &Value, holds: Holds) -> Option<String> {
    let text = value.as_str();
    let no = |message: &str| Some(message.to_owned());
    match holds {
        Holds::Any => None,
        Holds::Text(most) => match text {
            None => no("Not a valid string."),
            Some("") => no("This field may not be blank."),
            Some(text) => too_long(text, most),
        },
        Holds::AnyText => match text {
            None => no("Not a valid string."),
            Some(_) => None,
        },
        Holds::Url(most) => match text {
            Some(text) if is_url(text) => too_long(text, most),
            _ => no("Enter a valid URL."),
        },
        Holds::Uuid => match text {
            Some(text) if is_uuid(text) => None,
            _ => no("Must be a valid UUID."),
        },
        Holds::Time => match text.map(str::parse::<UvTime>) {
            Some(Ok(_)) => None,
            _ => no("Datetime has wrong format."),
        },
        Holds::Length => match text.and_then(rules::seconds) {
            Some(seconds) if seconds >= 0.0 => None,
            _ => no("Must be a duration such as 30s."),
        },
        Holds::Flag if value.is_boolean() => None,
        Holds::Flag => no("Must be a valid boolean."),
        Holds::Whole(low, high) => match value.as_i64() {
            None => no("A valid integer is required."),
            Some(number) if number < low => Some(format!(
                "Ensure this value is greater than or equal to {low}."
            )),
            Some(number) if number > high => Some(format!(
                "Ensure this value is less than or equal to {high}."
            )),
            Some(_) => None,
        },
        Holds::Number(low, high) => match value.as_f64() {
            Some(number) if (low..=high).contains(&number) => None,
            Some(_) => Some(format!("Must be between {low} and {high}.")),
            None => no("A valid number is required."),
        },
        Holds::Word(words) => match text {
            Some(word) if words.contains(&word) => None,
            _ => Some(format!("{value} is not a valid choice.")),
        },
        Holds::Object if value.is_object() => None,
        Holds::Object => no("Expected an object."),
        Holds::Texts => match value.as_object() {
            Some(object) if object.values().all(Value::is_string) => None,
            Some(_) => no("All values must be strings."),
            None => no("Expected an object."),
        },
        Holds::List(least, most) => match value.as_array().map(Vec::len) {
            None => no("Expected a list of items."),
            Some(0) if least > 0 => no("This list may not be empty."),
            Some(length) if length > most => Some(format!(
                "Ensure this field has no more than {most} elements."
            )),
            Some(_) => None,
        },
    }
}

fn too_long(text: &str, most: usize) -> Option<String> {
    (text.chars().count() > most)
        .then(|| format!("Ensure this field has no more than {most} characters."))
}

fn is_url(text: &str) -> bool {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        !rest.is_empty()
            && !rest.starts_with('/')
            && text.bytes().all(|byte| byte.is_ascii_graphic())
    })
}

fn is_uuid(text: &str) -> bool {
    let lengths = [8, 4, 4, 4, 12];
    text.split('-').map(str::len).eq(lengths)
        && text
            .bytes()
            .all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_held_against_what_they_must_be() {
        let words: &[&str] = &["a", "b"];
        for (value, holds, good) in [
            (json!("x"), Holds::Text(1), true),
            (json!("xy"), Holds::Text(1), false),
            (json!(""), Holds::Text(1), false),
            (json!(""), Holds::AnyText, true),
            (json!(1), Holds::AnyText, false),
            (json!("https://a.example/x"), Holds::Url(200), true),
            (json!("https://a.example/x"), Holds::Url(5), false),
            (json!("ftp://a.example"), Holds::Url(200), false),
            (json!("https://a b"), Holds::Url(200), false),
            (
                json!("5e000000-0000-4000-8000-000000000001"),
                Holds::Uuid,
                true,
            ),
            (
                json!("5e0000000000400080000000000000001"),
                Holds::Uuid,
                false,
            ),
            (json!("2026-01-01T00:00:00Z"), Holds::Time, true),
            (json!("soon"), Holds::Time, false),
            (json!("1.5s"), Holds::Length, true),
            (json!("-1s"), Holds::Length, false),
            (json!(true), Holds::Flag, true),
            (json!("true"), Holds::Flag, false),
            (json!(1), Holds::Whole(1, 2), true),
            (json!(0), Holds::Whole(1, 2), false),
            (json!(3), Holds::Whole(1, 2), false),
            (json!(1.5), Holds::Whole(1, 2), false),
            (json!(1.5), Holds::Number(1.0, 2.0), true),
            (json!(2.5), Holds::Number(1.0, 2.0), false),
            (json!("a"), Holds::Word(words), true),
            (json!("c"), Holds::Word(words), false),
            (json!({}), Holds::Object, true),
            (json!([]), Holds::Object, false),
            (json!({"k": "v"}), Holds::Texts, true),
            (json!({"k": 1}), Holds::Texts, false),
            (json!([1]), Holds::List(1, 1), true),
            (json!([]), Holds::List(1, 1), false),
            (json!([1, 2]), Holds::List(1, 1), false),
            (json!(null), Holds::Any, true),
        ] {
            assert_eq!(wrong(&value, holds).is_none(), good, "{value} as {holds:?}");
        }
    }

    #[test]
    fn absent_null_and_required_are_three_things() {
        let fields = [
            Field::new("a", Holds::Flag).required(),
            Field::new("b", Holds::Flag).nullable(),
            Field::new("c", Holds::Flag),
        ];
        let said = |body: Value, whole: bool| {
            let mut faults = Faults::default();
            check(
                &mut faults,
                "in.",
                body.as_object().unwrap(),
                &fields,
                whole,
            );
            faults
                .answer()
                .map(|answer| String::from_utf8(answer.body.to_vec()).unwrap())
        };
        assert_eq!(said(json!({}), false), None);
        assert_eq!(said(json!({"a": true, "b": null}), true), None);
        let all = said(json!({"b": 1, "c": null}), true).unwrap();
        assert_eq!(
            all,
            r#"{"in":{"a":["This field is required."],"b":["Must be a valid boolean."],"c":["This field may not be null."]}}"#
        );
    }
}
