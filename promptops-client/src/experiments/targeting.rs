//! For whom at all: rules over the fields of a subject.
//!
//! Rules **fail closed**. A field that is missing or null, two values that cannot be compared, an operator nobody knows:
//! each lets the subject out, never in.

use serde_json::{Number, Value};

use super::{Segments, Subject, canonical_json};

/// Rules that must all hold.
///
/// | key | rule |
/// |---|---|
/// | `countries`, `regions`, `cities` | the subject's is in the list, as it is written; an empty list has nobody |
/// | `min_user_id`, `max_user_id` | the number after `user_` in the user's id is at least, at most |
/// | `segments` | the subject is in one of the named [`Segments`] |
/// | any other field with operators | `$gt`, `$lt`, `$gte`, `$lte`, `$in`, `$nin`, all that are given |
/// | any other field | is equal; `1` and `1.0` are |
///
/// A rule that is `null` is no rule. Fields are `user_id`, `device_id`, `session_id`, `country`, `region`, `city`, and
/// attributes by name or dotted path. Numbers are compared with numbers, exactly where both are whole, and texts with
/// texts, by their characters, as fits ISO dates.
///
/// ```
/// use promptops_client::experiments::{Segments, Subject, Targeting};
/// use serde_json::json;
///
/// let rules = json!({"plan": "pro", "profile.age": {"$gte": 18}, "countries": ["IN", "LK"]});
/// let targeting = Targeting::from_map(rules.as_object().into_iter().flatten());
///
/// let ana = Subject::user("u").with_country("IN").with_attribute("plan", "pro");
/// assert!(!targeting.matches(&ana, &Segments::new()));
/// let ana = ana.with_attribute("profile", json!({"age": 18}));
/// assert!(targeting.matches(&ana, &Segments::new()));
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Targeting {
    rules: Vec<Rule>,
    faults: Vec<TargetingFault>,
}

/// A rule that cannot be read, and therefore lets nobody in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the targeting rule {} {why}", rule.escape_debug())]
#[non_exhaustive]
pub struct TargetingFault {
    /// Its key.
    pub rule: String,
    /// What is wrong with it.
    pub why: &'static str,
}

#[derive(Debug, Clone, PartialEq)]
enum Rule {
    Field(String, Test),
    UserNumber(Test),
    Segment(Vec<String>),
    Never,
}

/// What a value must fulfil.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Test {
    Equals(Value),
    NotEquals(Value),
    Above(Value),
    Below(Value),
    AtLeast(Value),
    AtMost(Value),
    In(Vec<Value>),
    NotIn(Vec<Value>),
    Contains(Value),
}

impl Targeting {
    /// No rules: everybody.
    #[must_use]
    pub fn everybody() -> Self {
        Self::default()
    }

    /// Reads the rules of an API's map. What cannot be read lets nobody in, and is listed in [`faults`](Self::faults).
    pub fn from_map<'a>(rules: impl IntoIterator<Item = (&'a String, &'a Value)>) -> Self {
        let mut out = Self::everybody();
        for (key, rule) in rules.into_iter().filter(|(_, rule)| !rule.is_null()) {
            if let Err(why) = out.read(key, rule) {
                out.never(key, why);
            }
        }
        out
    }

    fn read(&mut self, key: &str, rule: &Value) -> Result<(), &'static str> {
        match key {
            "countries" => self.test("country", Test::In(texts(rule)?.map(Value::from).collect())),
            "regions" => self.test("region", Test::In(texts(rule)?.map(Value::from).collect())),
            "cities" => self.test("city", Test::In(texts(rule)?.map(Value::from).collect())),
            "min_user_id" => self
                .rules
                .push(Rule::UserNumber(Test::AtLeast(number(rule)?))),
            "max_user_id" => self
                .rules
                .push(Rule::UserNumber(Test::AtMost(number(rule)?))),
            "segments" => {
                let names = texts(rule)?.map(str::to_owned).collect();
                self.rules.push(Rule::Segment(names));
            }
            _ if key.starts_with('$') => return Err("is an operator without a field"),
            _ => match rule
                .as_object()
                .filter(|map| map.keys().any(|key| key.starts_with('$')))
            {
                None => self.test(key, Test::Equals(rule.clone())),
                Some(operators) => {
                    for (operator, value) in operators {
                        let test = match operator.as_str() {
                            "$gt" => Test::Above(value.clone()),
                            "$lt" => Test::Below(value.clone()),
                            "$gte" => Test::AtLeast(value.clone()),
                            "$lte" => Test::AtMost(value.clone()),
                            "$in" => Test::In(list(value)?),
                            "$nin" => Test::NotIn(list(value)?),
                            _ => return Err("has an operator nobody knows"),
                        };
                        self.test(key, test);
                    }
                }
            },
        }
        Ok(())
    }

    pub(super) fn test(&mut self, field: &str, test: Test) {
        self.rules.push(Rule::Field(field.to_owned(), test));
    }

    pub(super) fn never(&mut self, rule: &str, why: &'static str) {
        self.rules.push(Rule::Never);
        self.faults.push(TargetingFault {
            rule: rule.to_owned(),
            why,
        });
    }

    /// The rules of both.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.rules.extend(other.rules);
        self.faults.extend(other.faults);
        self
    }

    /// The rules that could not be read. While there are any, nobody is targeted.
    #[must_use]
    pub fn faults(&self) -> &[TargetingFault] {
        &self.faults
    }

    /// Whether all rules hold for the subject.
    #[must_use]
    pub fn matches(&self, subject: &Subject, segments: &Segments) -> bool {
        self.rules.iter().all(|rule| match rule {
            Rule::Field(name, test) => subject.field(name).is_some_and(|value| test.holds(&value)),
            Rule::UserNumber(test) => user_number(subject).is_some_and(|value| test.holds(&value)),
            Rule::Segment(names) => names.iter().any(|name| segments.contains(name, subject)),
            Rule::Never => false,
        })
    }
}

impl Test {
    /// Whether it holds for a value. A null fulfils nothing.
    pub(super) fn holds(&self, value: &Value) -> bool {
        use std::cmp::Ordering::{Equal, Greater, Less};

        let is = |limit: &Value, wanted: &[std::cmp::Ordering]| {
            compare(value, limit).is_some_and(|order| wanted.contains(&order))
        };
        !value.is_null()
            && match self {
                Self::Equals(wanted) => equal(value, wanted),
                Self::NotEquals(wanted) => !equal(value, wanted),
                Self::Above(limit) => is(limit, &[Greater]),
                Self::Below(limit) => is(limit, &[Less]),
                Self::AtLeast(limit) => is(limit, &[Greater, Equal]),
                Self::AtMost(limit) => is(limit, &[Less, Equal]),
                Self::In(list) => list.iter().any(|wanted| equal(value, wanted)),
                Self::NotIn(list) => !list.iter().any(|wanted| equal(value, wanted)),
                Self::Contains(wanted) => match (value, wanted) {
                    (Value::String(text), Value::String(part)) => text.contains(part.as_str()),
                    (Value::Array(list), wanted) => list.iter().any(|value| equal(value, wanted)),
                    _ => false,
                },
            }
    }
}

fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::String(a), Value::String(b)) => a == b,
        (Value::Number(_), Value::Number(_)) => compare(a, b) == Some(std::cmp::Ordering::Equal),
        _ => a == b || canonical_json(a) == canonical_json(b),
    }
}

fn compare(a: &Value, b: &Value) -> Option<std::cmp::Ordering> {
    let whole = |number: &Number| {
        let signed = number.as_i64().map(i128::from);
        signed.or_else(|| number.as_u64().map(i128::from))
    };
    match (a, b) {
        (Value::String(a), Value::String(b)) => Some(a.cmp(b)),
        (Value::Number(a), Value::Number(b)) => match (whole(a), whole(b)) {
            (Some(a), Some(b)) => Some(a.cmp(&b)),
            _ => a.as_f64()?.partial_cmp(&b.as_f64()?),
        },
        _ => None,
    }
}

pub(super) fn list(value: &Value) -> Result<Vec<Value>, &'static str> {
    value.as_array().cloned().ok_or("needs a list")
}

fn texts(value: &Value) -> Result<impl Iterator<Item = &str>, &'static str> {
    let list = match value {
        Value::Array(list) => list.as_slice(),
        single => std::slice::from_ref(single),
    };
    let texts: Option<Vec<_>> = list.iter().map(Value::as_str).collect();
    texts.map(Vec::into_iter).ok_or("needs a list of texts")
}

fn number(value: &Value) -> Result<Value, &'static str> {
    value
        .is_number()
        .then(|| value.clone())
        .ok_or("needs a number")
}

/// The number after `user_` in the user's id.
fn user_number(subject: &Subject) -> Option<Value> {
    let digits = subject.user_id()?.strip_prefix("user_")?;
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    digits
        .parse::<u64>()
        .ok()
        .filter(|_| is_number)
        .map(Value::from)
}

#[cfg(test)]
#[path = "targeting_tests.rs"]
mod tests;
