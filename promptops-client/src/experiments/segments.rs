//! Named groups of users, which targeting rules refer to.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::models::UserSegment;

use super::targeting::{Test, list};
use super::{Subject, Targeting, TargetingFault};

/// Who belongs to a segment: conditions over fields, all of which must hold, and which fail closed like all targeting.
///
/// The operators are `equals`, `not_equals`, `in`, `not_in`, `contains`, `gt`, `lt`, `gte` and `lte`; fields may be dotted
/// paths. The API leaves the form of conditions open, so that all of these are read:
///
/// ```
/// use promptops_client::experiments::{Segment, Subject};
/// use serde_json::json;
///
/// for conditions in [
///     json!({"plan.name": "pro"}),
///     json!({"plan.name": {"equals": "pro", "contains": "r"}}),
///     json!({"plan.name": {"operator": "in", "value": ["pro", "gold"]}}),
///     json!({"conditions": [{"field": "plan.name", "operator": "not_equals", "value": "free"}]}),
/// ] {
///     let segment = Segment::from_conditions(conditions.as_object().into_iter().flatten());
///     assert!(segment.contains(&Subject::new().with_attribute("plan", json!({"name": "pro"}))));
///     assert!(!segment.contains(&Subject::new()));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Segment {
    targeting: Targeting,
}

impl Segment {
    /// Reads conditions. None at all hold for nobody: a segment without conditions says nothing about its users.
    pub fn from_conditions<'a>(
        conditions: impl IntoIterator<Item = (&'a String, &'a Value)>,
    ) -> Self {
        let mut out = Targeting::everybody();
        let mut has_any = false;
        for (key, rule) in conditions {
            has_any = true;
            if let Err(why) = read(&mut out, key, rule) {
                out.never(key, why);
            }
        }
        if !has_any {
            out.never("", "is missing");
        }
        Self { targeting: out }
    }

    /// Reads a segment of the API. One that is not active has nobody.
    #[must_use]
    pub fn from_segment(segment: &UserSegment) -> Self {
        let conditions = segment.segment_conditions.iter();
        let mut out = Self::from_conditions(conditions.flat_map(|map| map.iter()));
        if segment.is_active == Some(false) {
            out.targeting.never("is_active", "is false");
        }
        out
    }

    /// Whether the subject belongs to it.
    #[must_use]
    pub fn contains(&self, subject: &Subject) -> bool {
        self.targeting.matches(subject, &Segments::default())
    }

    /// The conditions that could not be read. While there are any, the segment has nobody.
    #[must_use]
    pub fn faults(&self) -> &[TargetingFault] {
        self.targeting.faults()
    }
}

fn read(out: &mut Targeting, key: &str, rule: &Value) -> Result<(), &'static str> {
    match rule {
        Value::Array(list) if key == "conditions" => {
            if list.is_empty() {
                return Err("is empty");
            }
            for condition in list {
                let text = |key: &str| condition.get(key).and_then(Value::as_str);
                let field = text("field").ok_or("has a condition without a field")?;
                let operator = text("operator").ok_or("has a condition without an operator")?;
                out.test(field, operator_test(operator, condition.get("value"))?);
            }
        }
        Value::Object(map) => operators(out, key, map)?,
        other => out.test(key, Test::Equals(other.clone())),
    }
    Ok(())
}

fn operators(
    out: &mut Targeting,
    field: &str,
    map: &Map<String, Value>,
) -> Result<(), &'static str> {
    if let Some(operator) = map.get("operator") {
        let operator = operator.as_str().ok_or("has an operator nobody knows")?;
        out.test(field, operator_test(operator, map.get("value"))?);
        return Ok(());
    }
    if map.is_empty() {
        return Err("has no operator");
    }
    for (operator, value) in map {
        out.test(field, operator_test(operator, Some(value))?);
    }
    Ok(())
}

fn operator_test(operator: &str, value: Option<&Value>) -> Result<Test, &'static str> {
    let value = value.ok_or("has an operator without a value")?;
    let whole = || value.clone();
    Ok(match operator {
        "equals" => Test::Equals(whole()),
        "not_equals" => Test::NotEquals(whole()),
        "in" => Test::In(list(value)?),
        "not_in" => Test::NotIn(list(value)?),
        "contains" => Test::Contains(whole()),
        "gt" => Test::Above(whole()),
        "lt" => Test::Below(whole()),
        "gte" => Test::AtLeast(whole()),
        "lte" => Test::AtMost(whole()),
        _ => return Err("has an operator nobody knows"),
    })
}

/// Segments by name or id. One that is not there has nobody.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Segments {
    by_name: HashMap<String, Segment>,
}

impl Segments {
    /// None.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with one more, under this name.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, segment: Segment) -> Self {
        self.by_name.insert(name.into(), segment);
        self
    }

    /// Whether the subject belongs to the segment of this name.
    #[must_use]
    pub fn contains(&self, name: &str, subject: &Subject) -> bool {
        self.by_name
            .get(name)
            .is_some_and(|segment| segment.contains(subject))
    }
}

/// Each under its id and its name; an id wins over another's name.
impl<'a> FromIterator<&'a UserSegment> for Segments {
    fn from_iter<I: IntoIterator<Item = &'a UserSegment>>(segments: I) -> Self {
        let mut ids = HashMap::new();
        let mut by_name = HashMap::new();
        for segment in segments {
            let read = Segment::from_segment(segment);
            if let Some(name) = &segment.name {
                by_name.insert(name.clone(), read.clone());
            }
            ids.insert(segment.id.clone(), read);
        }
        by_name.extend(ids);
        Self { by_name }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn holds(conditions: &Value, subject: &Subject) -> bool {
        Segment::from_conditions(conditions.as_object().unwrap()).contains(subject)
    }

    #[test]
    fn every_operator_is_known() {
        let subject = Subject::user("u")
            .with_attribute("n", 5)
            .with_attribute("t", json!(["a", 1]));
        for (conditions, expected) in [
            (json!({"n": {"equals": 5.0}}), true),
            (json!({"n": {"not_equals": 5}}), false),
            (json!({"n": {"in": [4, 5]}}), true),
            (json!({"n": {"not_in": [4, 5]}}), false),
            (json!({"n": {"gt": 4, "lt": 6, "gte": 5, "lte": 5}}), true),
            (json!({"n": {"gt": 5}}), false),
            (json!({"t": {"contains": 1.0}}), true),
            (json!({"t": {"contains": "b"}}), false),
            (json!({"user_id": {"contains": "u"}}), true),
        ] {
            assert_eq!(holds(&conditions, &subject), expected, "{conditions}");
        }
    }

    #[test]
    fn what_cannot_be_read_has_nobody() {
        let subject = Subject::user("u").with_attribute("n", 5);
        for conditions in [
            json!({}),
            json!({"n": {}}),
            json!({"n": {"matches": 5}}),
            json!({"n": {"operator": "not_equals"}}),
            json!({"n": {"operator": 1, "value": 1}}),
            json!({"n": {"not_in": 4}}),
            json!({"conditions": []}),
            json!({"conditions": [{"operator": "not_equals", "value": 1}]}),
            json!({"conditions": [{"field": "n", "value": 5}]}),
            json!({"conditions": ["n"]}),
        ] {
            assert!(!holds(&conditions, &subject), "{conditions}");
            let segment = Segment::from_conditions(conditions.as_object().unwrap());
            assert_eq!(segment.faults().len(), 1, "{conditions}");
        }
    }

    #[test]
    fn rules_refer_to_segments_by_name_or_id() {
        let read = |segment: Value| serde_json::from_value::<UserSegment>(segment).unwrap();
        let all = [
            read(json!({"id": "s1", "name": "beta", "segment_conditions": {"beta": true}})),
            read(
                json!({"id": "s2", "name": "old", "is_active": false, "segment_conditions": {"beta": true}}),
            ),
        ];
        let segments: Segments = all.iter().collect();
        let beta = Subject::user("u").with_attribute("beta", true);
        for (name, expected) in [
            ("beta", true),
            ("s1", true),
            ("old", false),
            ("s2", false),
            ("x", false),
        ] {
            assert_eq!(segments.contains(name, &beta), expected, "{name}");
            let rules = json!({"segments": [name]});
            let targeting = Targeting::from_map(rules.as_object().unwrap());
            assert_eq!(targeting.matches(&beta, &segments), expected, "{name}");
            assert!(!targeting.matches(&Subject::user("u"), &segments));
        }
    }
}
