//! [`Reader`]: collects problems by path while a document is read on.

use serde_json::{Map, Value};

use super::problem::{Problem, ProblemKind, TenantConfigError};
use crate::ident::E164;
use crate::secret::redact;

/// Longest key that is shown in a path.
const SHOWN_KEY: usize = 64;

/// Where something stands, as a chain from the inside out: paths are only written when there is a problem.
#[derive(Debug, Clone, Copy)]
pub(in crate::intake::tenant) enum Path<'a> {
    Root,
    Key(&'a Path<'a>, &'a str),
    Item(&'a Path<'a>, usize),
    /// A key that is a number, which is shown masked.
    Number(&'a Path<'a>, E164),
}

impl<'a> Path<'a> {
    pub(in crate::intake::tenant) const fn key(&'a self, key: &'a str) -> Self {
        Self::Key(self, key)
    }

    pub(in crate::intake::tenant) const fn item(&'a self, at: usize) -> Self {
        Self::Item(self, at)
    }

    pub(in crate::intake::tenant) const fn number(&'a self, number: E164) -> Self {
        Self::Number(self, number)
    }

    pub(in crate::intake::tenant) fn text(&self) -> String {
        match self {
            Self::Root => String::new(),
            Self::Key(Self::Root, key) => shown(key),
            Self::Key(parent, key) => format!("{}.{}", parent.text(), shown(key)),
            Self::Number(parent, number) => format!("{}.{}", parent.text(), number.masked()),
            Self::Item(parent, at) => format!("{}[{at}]", parent.text()),
        }
    }
}

/// A key as it may be shown: one that is plain and that looks neither like a number nor like a secret.
fn shown(key: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    let is_plain = (1..=SHOWN_KEY).contains(&key.len()) && key.bytes().all(plain);
    // A run of digits that is long enough to dial may be somebody's number.
    let longest_number = key
        .split(|byte: char| !byte.is_ascii_digit())
        .map(str::len)
        .max();
    if is_plain && longest_number < Some(7) && redact(key) == key {
        key.to_owned()
    } else {
        "?".to_owned()
    }
}

/// Collects problems and what was not known.
#[derive(Debug, Default)]
pub(in crate::intake::tenant) struct Reader {
    pub(in crate::intake::tenant) problems: Vec<Problem>,
    pub(in crate::intake::tenant) omitted: usize,
    pub(in crate::intake::tenant) unknown: Vec<String>,
}

impl Reader {
    pub(in crate::intake::tenant) fn problem(
        &mut self,
        path: Path<'_>,
        kind: ProblemKind,
        expected: &'static str,
    ) {
        if self.problems.len() < TenantConfigError::KEPT {
            self.problems.push(Problem {
                path: path.text(),
                kind,
                expected,
            });
        } else {
            self.omitted += 1;
        }
    }

    pub(in crate::intake::tenant) fn wrong_type(
        &mut self,
        path: Path<'_>,
        found: &Value,
        expected: &'static str,
    ) {
        self.problem(path, ProblemKind::Type(type_name(found)), expected);
    }

    /// Notes the keys that are not in `known`.
    pub(in crate::intake::tenant) fn note_unknown(
        &mut self,
        path: Path<'_>,
        object: &Map<String, Value>,
        known: &[&str],
    ) {
        for key in object.keys().filter(|key| !known.contains(&key.as_str())) {
            if self.unknown.len() < TenantConfigError::KEPT {
                self.unknown.push(path.key(key).text());
            }
        }
    }

    /// The object at a path; one without keys when there is none.
    pub(in crate::intake::tenant) fn object<'v>(
        &mut self,
        path: Path<'_>,
        value: Option<&'v Value>,
        expected: &'static str,
    ) -> Option<&'v Map<String, Value>> {
        match value {
            Some(Value::Object(object)) => Some(object),
            None | Some(Value::Null) => None,
            Some(other) => {
                self.wrong_type(path, other, expected);
                None
            }
        }
    }
}

/// The type as JSON Schema names it.
const fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_shows_plain_keys_only() {
        let root = Path::Root;
        let destinations = root.key("destinations");
        for (key, path) in [
            ("sales", "destinations.sales"),
            ("sales-2.b_c", "destinations.sales-2.b_c"),
            ("14155550123", "destinations.?"),
            ("x4155550123", "destinations.?"),
            ("", "destinations.?"),
            ("a b\n", "destinations.?"),
            (
                "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCD",
                "destinations.?",
            ),
            (&"k".repeat(65), "destinations.?"),
        ] {
            assert_eq!(destinations.key(key).text(), path, "{key}");
        }
        assert_eq!(
            root.key("summary_emails").item(3).text(),
            "summary_emails[3]"
        );
        assert_eq!(root.text(), "");
    }
}
