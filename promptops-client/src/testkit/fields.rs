//! Bodies held against their rules, with the server's 422 for those that break one.

use std::ops::RangeInclusive;

use serde_json::Value;

use super::answer::{Problem, Refusal};

/// Holds a body against rules and collects what breaks one.
pub(super) struct Check<'b> {
    body: &'b Value,
    problems: Vec<Problem>,
}

impl<'b> Check<'b> {
    pub(super) fn of(body: &'b Value) -> Self {
        Self {
            body,
            problems: Vec::new(),
        }
    }

    /// The value of a field; null is none.
    fn value(&self, name: &str) -> Option<&'b Value> {
        self.body.get(name).filter(|value| !value.is_null())
    }

    pub(super) fn add(&mut self, name: &str, message: impl Into<String>, kind: &'static str) {
        let loc = ["body"].into_iter().chain(name.split('.'));
        self.problems.push(Problem {
            loc: loc.map(str::to_owned).collect(),
            message: message.into(),
            kind,
        });
    }

    /// Must be there.
    pub(super) fn required(mut self, names: &[&str]) -> Self {
        for name in names {
            if self.value(name).is_none() {
                self.add(name, "Field required", "missing");
            }
        }
        self
    }

    /// A text of so many characters, if it is there.
    pub(super) fn text(mut self, name: &str, length: RangeInclusive<usize>) -> Self {
        match self.value(name) {
            None => {}
            Some(Value::String(text)) => {
                let count = text.chars().count();
                if count < *length.start() {
                    let least = length.start();
                    self.add(
                        name,
                        format!("String should have at least {least} characters"),
                        "string_too_short",
                    );
                } else if count > *length.end() {
                    let most = length.end();
                    self.add(
                        name,
                        format!("String should have at most {most} characters"),
                        "string_too_long",
                    );
                }
            }
            Some(_) => self.add(name, "Input should be a valid string", "string_type"),
        }
        self
    }

    /// A whole number in a range, if it is there.
    pub(super) fn number(mut self, name: &str, range: RangeInclusive<i64>) -> Self {
        match self.value(name).map(Value::as_i64) {
            None => {}
            Some(None) => self.add(name, "Input should be a valid integer", "int_type"),
            Some(Some(number)) if number < *range.start() => {
                let least = range.start();
                self.add(
                    name,
                    format!("Input should be greater than or equal to {least}"),
                    "greater_than_equal",
                );
            }
            Some(Some(number)) if number > *range.end() => {
                let most = range.end();
                self.add(
                    name,
                    format!("Input should be less than or equal to {most}"),
                    "less_than_equal",
                );
            }
            Some(Some(_)) => {}
        }
        self
    }

    /// A list of so many, if it is there.
    pub(super) fn list(mut self, name: &str, length: RangeInclusive<usize>) -> Self {
        match self.value(name) {
            None => {}
            Some(Value::Array(items)) if items.len() < *length.start() => {
                let least = length.start();
                self.add(
                    name,
                    format!("List should have at least {least} item after validation"),
                    "too_short",
                );
            }
            Some(Value::Array(items)) if items.len() > *length.end() => {
                let most = length.end();
                self.add(
                    name,
                    format!("List should have at most {most} items after validation"),
                    "too_long",
                );
            }
            Some(Value::Array(_)) => {}
            Some(_) => self.add(name, "Input should be a valid list", "list_type"),
        }
        self
    }

    /// An object, if it is there.
    pub(super) fn object(mut self, name: &str) -> Self {
        if self.value(name).is_some_and(|value| !value.is_object()) {
            self.add(name, "Input should be a valid dictionary", "dict_type");
        }
        self
    }

    /// One of some words, if it is there.
    pub(super) fn word(mut self, name: &str, words: &[&str]) -> Self {
        let known = |value: &Value| value.as_str().is_some_and(|word| words.contains(&word));
        if self.value(name).is_some_and(|value| !known(value)) {
            let all = words.join("', '");
            self.add(name, format!("Input should be '{all}'"), "enum");
        }
        self
    }

    /// A decimal number as a text, or a number.
    pub(super) fn decimal(mut self, name: &str) -> Self {
        let good = |value: &Value| match value {
            Value::String(text) => text.parse::<crate::models::Decimal>().is_ok(),
            other => other.is_number(),
        };
        if self.value(name).is_some_and(|value| !good(value)) {
            self.add(name, "Input should be a valid decimal", "decimal_parsing");
        }
        self
    }

    pub(super) fn done(self) -> Result<(), Refusal> {
        if self.problems.is_empty() {
            Ok(())
        } else {
            Err(Refusal::fields(self.problems))
        }
    }
}

/// A number of a query, within a range, or the default; one that is none is a 422.
pub(super) fn number(
    text: Option<&str>,
    name: &str,
    default: usize,
    range: RangeInclusive<usize>,
) -> Result<usize, Refusal> {
    let Some(text) = text else {
        return Ok(default);
    };
    match text.parse() {
        Ok(number) if range.contains(&number) => Ok(number),
        _ => Err(Refusal::fields(vec![Problem {
            loc: vec!["query".to_owned(), name.to_owned()],
            message: format!(
                "Input should be a valid integer from {} to {}",
                range.start(),
                range.end()
            ),
            kind: "int_parsing",
        }])),
    }
}

/// A stretch of a list.
pub(super) fn page<T>(items: Vec<T>, offset: usize, limit: usize) -> Vec<T> {
    items.into_iter().skip(offset).take(limit).collect()
}
