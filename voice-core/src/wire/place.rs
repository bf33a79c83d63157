//! JSON read as a type, or the path to what does not fit it.
//!
//! A deserializer that keeps track of the path would have to be compiled once more for each type that is ever read. The path
//! is found from the position that `serde_json` tells instead, by reading the text up to there, which is the same for all.

use std::fmt;
use std::ops::Range;

use serde::de::DeserializeOwned;
use serde_json::{Error, Value};

use crate::secret::redact;

/// A path is shown up to this many characters: a name within open content may be of any length.
const PATH_CHARS: usize = 256;

/// What is nested deeper has no part in a path. `serde_json` reads no type deeper than this, but skips what is unknown at any
/// depth, so that an answer of nothing but brackets would otherwise take many times its size.
const DEEPEST: usize = 128;

/// What does not fit the type that was to be read, and where. It shows the path, redacted, and nothing of the text.
#[derive(thiserror::Error)]
#[error("what stands at {} does not fit the type", shown(path))]
pub struct Misfit {
    path: String,
    error: Error,
}

impl fmt::Debug for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Misfit")
            .field("path", &shown(&self.path))
            .finish_non_exhaustive()
    }
}

impl Misfit {
    /// The path, as `items[3].id`; `.` is the whole text. A field that is missing is told by the path to its object, as is
    /// what a type finds out only after it has seen all of an object (`flatten`, `untagged`).
    ///
    /// Names within open content, such as metadata, are somebody's choice: they may be personal, and of any length. Redact a path
    /// before it is cut, and cut it before it is shown; at most 128 levels of it are told.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What `serde_json` says, which may quote the text.
    pub(crate) const fn error(&self) -> &Error {
        &self.error
    }

    /// Of a text that was read without success; `again` reads another text in the same way.
    pub(crate) fn new(text: &[u8], error: Error, again: &mut Again<'_>) -> Self {
        let end = place(text, &error, again);
        let path = path(text.get(..end).unwrap_or(text));
        Self { path, error }
    }
}

/// Reads a text as before, to see what is wrong with it.
pub(crate) type Again<'a> = dyn FnMut(&[u8]) -> Option<Error> + 'a;

/// Reads a text as a type.
///
/// ```
/// #[derive(serde::Deserialize, Debug)]
/// struct List {
///     items: Vec<Item>,
/// }
/// #[derive(serde::Deserialize, Debug)]
/// struct Item {
///     id: u32,
/// }
///
/// let text = br#"{"items": [{"id": 1}, {"id": "two"}]}"#;
/// let misfit = voice_core::wire::read_json::<List>(text).unwrap_err();
/// assert_eq!(misfit.path(), "items[1].id");
/// ```
///
/// # Errors
/// What does not fit, and where.
pub fn read_json<T: DeserializeOwned>(text: &[u8]) -> Result<T, Misfit> {
    serde_json::from_slice(text).map_err(|error| {
        Misfit::new(text, error, &mut |text| {
            serde_json::from_slice::<T>(text).err()
        })
    })
}

/// Reads a value as a type.
///
/// # Errors
/// What does not fit, and where.
pub fn read_value<T: DeserializeOwned>(value: &Value) -> Result<T, Misfit> {
    T::deserialize(value).map_err(|error| {
        // A value knows no positions. Its text does.
        match read_json::<T>(value.to_string().as_bytes()) {
            Ok(_) => Misfit {
                path: ".".to_owned(),
                error,
            },
            Err(misfit) => misfit,
        }
    })
}

/// How much of the text was read when it went wrong.
fn place(text: &[u8], error: &Error, again: &mut Again<'_>) -> usize {
    let end = offset(text, error);
    // A value that its own type refuses is told by the position after it, unless it is the last one: then the bracket after
    // it has been read as well, as if the whole were wrong. With one more value there it is not the last one.
    let more: &[u8] = match end.checked_sub(1).and_then(|last| text.get(last)) {
        Some(b'}') => b",\"\":null",
        Some(b']') => b",null",
        _ => return end,
    };
    let (before, after) = text.split_at(end.saturating_sub(1));
    if matches!(before.trim_ascii_end().last(), Some(b'{' | b'[')) {
        return end;
    }
    let longer = [before, more, after].concat();
    match again(&longer).map(|error| offset(&longer, &error)) {
        // Of a list it reads the comma that is there instead of the end.
        Some(nearer) if nearer <= before.len().saturating_add(1) => nearer.min(before.len()),
        _ => end,
    }
}

/// The position that an error tells, in bytes.
fn offset(text: &[u8], error: &Error) -> usize {
    // Lines are counted from 1; 0 is an error without a position.
    let Some(lines) = error.line().checked_sub(1) else {
        return 0;
    };
    let line: usize = text
        .split_inclusive(|byte| *byte == b'\n')
        .take(lines)
        .map(<[u8]>::len)
        .sum();
    line.saturating_add(error.column()).min(text.len())
}

/// What is open at the end of a piece of JSON.
enum Open {
    Object {
        /// The name whose value is read, as it stands in the text, with its quotes.
        name: Option<Range<usize>>,
        /// The text that may turn out to be a name.
        text: Option<Range<usize>>,
    },
    Array {
        element: usize,
    },
}

/// The path to the last thing that a piece of JSON, cut off somewhere, has read.
fn path(text: &[u8]) -> String {
    let mut open: Vec<Open> = Vec::new();
    let mut deeper: usize = 0;
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        let begin = at;
        at += 1;
        let is_full = open.len() >= DEEPEST;
        match (byte, open.last_mut()) {
            (b'{' | b'[', _) if is_full => deeper += 1,
            (b'}' | b']', _) if deeper > 0 => deeper -= 1,
            (b':' | b',', _) if deeper > 0 => {}
            (b'{', _) => open.push(Open::Object {
                name: None,
                text: None,
            }),
            (b'[', _) => open.push(Open::Array { element: 0 }),
            (b'}' | b']', _) => drop(open.pop()),
            (b'"', last) => {
                at = after_text(text, at);
                if deeper == 0
                    && let Some(Open::Object {
                        name: None,
                        text: found,
                    }) = last
                {
                    *found = Some(begin..at);
                }
            }
            (b':', Some(Open::Object { name, text })) => *name = text.take(),
            (b',', Some(Open::Object { name, text })) => (*name, *text) = (None, None),
            (b',', Some(Open::Array { element })) => *element += 1,
            _ => {}
        }
    }
    let mut path = String::new();
    for open in open {
        match open {
            Open::Array { element } => path.push_str(&format!("[{element}]")),
            Open::Object {
                name: Some(name), ..
            } => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(&decoded(text.get(name).unwrap_or_default()));
            }
            Open::Object { name: None, .. } => {}
        }
    }
    if path.is_empty() {
        path.push('.');
    }
    path
}

/// A path as it may be shown. What is cut first could leave half a number, which nothing recognises.
fn shown(path: &str) -> String {
    bounded(&redact(path))
}

/// A redacted path, no longer than what may be shown.
pub(crate) fn bounded(path: &str) -> String {
    path.chars().take(PATH_CHARS).collect()
}

/// Behind the closing quote of a text that has begun.
fn after_text(text: &[u8], mut at: usize) -> usize {
    while let Some(byte) = text.get(at) {
        at += match byte {
            b'"' => return at + 1,
            b'\\' => 2,
            _ => 1,
        };
    }
    text.len()
}

/// A name without its quotes and escapes.
fn decoded(name: &[u8]) -> String {
    serde_json::from_slice(name).unwrap_or_else(|_| String::from_utf8_lossy(name).into_owned())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde::Deserialize;
    use serde_json::json;

    use super::*;
    use crate::ident::E164;

    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "only read")]
    struct Call {
        id: u32,
        // Refused by its own type, after it was read as a text.
        to: Option<E164>,
        legs: Option<Vec<Call>>,
        numbers: Option<Vec<E164>>,
        extra: Option<BTreeMap<String, u8>>,
        kind: Option<Kind>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase")]
    #[allow(dead_code, reason = "only read")]
    enum Kind {
        Inbound,
        Outbound { line: u8 },
    }

    fn path_in(text: &str) -> String {
        read_json::<Call>(text.as_bytes())
            .unwrap_err()
            .path()
            .to_owned()
    }

    #[test]
    fn what_does_not_fit_is_told_by_its_path() {
        for (text, path) in [
            (r#"5"#, "."),
            (r#"[]"#, "."),
            (r#"{}"#, "."),
            (r#"{"id": "x"}"#, "id"),
            (r#"{"id": -1 }"#, "id"),
            (r#"{"id": []}"#, "id"),
            (r#"{"id": {}}"#, "id"),
            (r#"{"id": 1, "to": "+1"}"#, "to"),
            (r#"{"to": "+1", "id": 1}"#, "to"),
            ("{\"id\": 1,\n \"to\"\n :\n \"+1\" \n }\n", "to"),
            (r#"{"id": 1, "to": 7}"#, "to"),
            (
                r#"{"id": 1, "legs": [{"id": 1}, {"id": 2, "to": "x"}]}"#,
                "legs[1].to",
            ),
            (r#"{"id": 1, "legs": [{"id": 1}, {}]}"#, "legs[1]"),
            (r#"{"id": 1, "legs": [{"id": 1}, {"to": null}]}"#, "legs[1]"),
            (r#"{"id": 1, "legs": [3]}"#, "legs[0]"),
            (r#"{"id": 1, "legs": [{"id": 1}, [1, 2]]}"#, "legs[1][1]"),
            (
                r#"{"id": 1, "numbers": ["+14155550123", "5"]}"#,
                "numbers[1]",
            ),
            (
                r#"{"id": 1, "numbers": ["5", "+14155550123"]}"#,
                "numbers[0]",
            ),
            (
                r#"{"id": 1, "extra": {"a": 1, "b\n\"{": 300}}"#,
                "extra.b\n\"{",
            ),
            (
                r#"{"id": 1, "extra": {"a.b": "}]"}, "to": null}"#,
                "extra.a.b",
            ),
            (r#"{"id": 1, "kind": "sideways"}"#, "kind"),
            (
                r#"{"id": 1, "kind": {"outbound": {"line": 256}}}"#,
                "kind.outbound.line",
            ),
            (r#"{"id": 1, "kind": {"outbound": {}}}"#, "kind.outbound"),
            (r#"{"ignored": [[[{"\\": ["]"]}]]], "id": "x"}"#, "id"),
            (r#"{"id": 1, "legs": [{"id": 1,"#, "legs[0]"),
            (r#"{"id": 1, "to": "+1415"#, "to"),
            (r#"{"id": 1} x"#, "."),
            (r#"{"id": 1, "numbers": [5]}"#, "numbers[0]"),
            (
                r#"{"id": 1, "numbers": ["+14155550123", -1 ]}"#,
                "numbers[1]",
            ),
            (r#"[1, -1]"#, "[1]"),
            (r#"[1, null]"#, "."),
            (r#"{"id": 1, "to": []}"#, "to"),
            ("", "."),
        ] {
            assert_eq!(path_in(text), path, "{text}");
        }
        assert!(read_json::<Call>(br#"{"id": 1, "kind": "inbound", "extra": {}}"#).is_ok());
    }

    #[test]
    fn a_value_is_read_as_its_text_is() {
        let value = json!({"id": 1, "legs": [{"id": 2}, {"id": 3, "numbers": ["five"]}]});
        let misfit = read_value::<Call>(&value).unwrap_err();
        assert_eq!(misfit.path(), "legs[1].numbers[0]");
        assert_eq!(
            misfit.to_string(),
            "what stands at legs[1].numbers[0] does not fit the type"
        );
        assert_eq!(read_value::<Vec<u8>>(&json!([1, 2])).unwrap(), [1, 2]);
    }

    #[test]
    fn what_is_shown_quotes_nothing_of_the_text() {
        let text = br#"{"id": 1, "extra": {"+14155550123": "s3cret-word"}}"#;
        let misfit = read_json::<Call>(text).unwrap_err();
        for shown in [misfit.to_string(), format!("{misfit:?}")] {
            assert!(!shown.contains("4155550123"), "{shown}");
            assert!(!shown.contains("s3cret"), "{shown}");
        }
        assert!(std::error::Error::source(&misfit).is_none());
    }

    #[test]
    fn what_is_skipped_may_be_nested_at_any_depth() {
        let (open, close) = (r#"{"a":["#.repeat(500), "]}".repeat(500));
        let text = format!(r#"{{"skipped": {open}"x", 1{close}, "id": "x"}}"#);
        assert_eq!(path_in(&text), "id");
        let text = format!(r#"{{"skipped": {}"#, "[".repeat(1_000_000));
        assert!(path_in(&text).starts_with("skipped[0][0][0]"));
    }

    #[test]
    fn a_path_is_shown_in_bounded_length() {
        let name = "ü".repeat(5_000);
        let text = json!({"id": 1, "extra": {name: "x"}}).to_string();
        let misfit = read_json::<Call>(text.as_bytes()).unwrap_err();
        assert_eq!(misfit.path().chars().count(), 5_006);
        let longest = PATH_CHARS + "what stands at  does not fit the type".len();
        assert_eq!(misfit.to_string().chars().count(), longest);
        // A number is hidden before the path is cut within it.
        let text = json!({"id": 1, "extra": {format!("{}+14155550123", "x ".repeat(121)): "x"}});
        let shown = read_value::<Call>(&text).unwrap_err().to_string();
        assert!(!shown.contains("+1415"), "{shown}");
    }

    /// Any tree, and a place in it.
    fn tree() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<i32>().prop_map(Value::from),
            "\\PC{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(5, 40, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("\\PC{0,6}", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    /// The place of each value, and the end of it in the text.
    fn places(value: &Value, path: &str, out: &mut Vec<(String, usize)>, written: &mut String) {
        match value {
            Value::Array(items) => {
                written.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        written.push_str(" ,");
                    }
                    places(item, &format!("{path}[{index}]"), out, written);
                }
                written.push_str("\n]");
            }
            Value::Object(map) => {
                written.push_str("{ ");
                for (index, (name, item)) in map.iter().enumerate() {
                    if index > 0 {
                        written.push(',');
                    }
                    written.push_str(&Value::from(name.as_str()).to_string());
                    written.push_str(" :");
                    let dot = if path.is_empty() { "" } else { "." };
                    places(item, &format!("{path}{dot}{name}"), out, written);
                }
                written.push('}');
            }
            leaf => written.push_str(&leaf.to_string()),
        }
        let path = if path.is_empty() { "." } else { path };
        out.push((path.to_owned(), written.len()));
    }

    proptest! {
        #[test]
        fn the_end_of_each_value_has_its_path(tree in tree()) {
            let (mut ends, mut written) = (Vec::new(), String::new());
            places(&tree, "", &mut ends, &mut written);
            prop_assert_eq!(&serde_json::from_str::<Value>(&written).unwrap(), &tree);
            for (wanted, end) in ends {
                prop_assert_eq!(path(&written.as_bytes()[..end]), wanted);
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in "[\\[\\]{}\",:\\\\0-9a-z\n é]{0,40}") {
            if let Err(misfit) = read_json::<Call>(text.as_bytes()) {
                prop_assert!(!misfit.path().is_empty());
            }
        }
    }
}
