//! Members of a JSON object, written so that nothing secret is in them.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use crate::observe::log::cut;
use crate::secret::{Redacted, redact};

/// Most bytes of one text; what is longer is cut off.
const TEXT_BYTES: usize = 16 * 1024;

/// Writes a member of the object that `out` ends in.
pub(super) fn put(out: &mut String, key: &str, value: &Value) {
    match value {
        Value::String(text) => put_text(out, key, text),
        Value::Null | Value::Bool(_) => plain(out, key, value),
        _ if announces_secret(key) => put_text(out, key, Redacted::TEXT),
        Value::Number(_) => plain(out, key, value),
        Value::Array(items) => {
            begin(out, key);
            out.push('[');
            for item in items {
                separate(out);
                // An item has no name of its own; its text is shown as that of the list's would be.
                let mut member = String::from("{");
                put(&mut member, key, item);
                let skip = 1 + quoted(key).len() + 1;
                out.push_str(member.get(skip..).unwrap_or("null"));
            }
            out.push(']');
        }
        Value::Object(members) => {
            begin(out, key);
            put_members(out, members);
        }
    }
}

fn put_members(out: &mut String, members: &Map<String, Value>) {
    out.push('{');
    for (key, value) in members {
        put(out, key, value);
    }
    out.push('}');
}

/// The same for text, which is looked at together with its name.
pub(super) fn put_text(out: &mut String, key: &str, text: &str) {
    separate(out);
    let text = match text.len() > TEXT_BYTES {
        // First what is hidden, so that no secret is cut into something that does not look like one.
        true => Cow::Owned(cut(&redact(text), TEXT_BYTES).to_owned()),
        false => Cow::Borrowed(text),
    };
    let (key, member) = (quoted(key), format!("{}:{}", quoted(key), quoted(&text)));
    match redact(&member) {
        Cow::Borrowed(member) => out.push_str(member),
        // Redaction looks at text, not at JSON: what came out must still be a member.
        Cow::Owned(hidden) if is_member(&hidden) && hidden.starts_with(&key) => {
            out.push_str(&hidden);
        }
        Cow::Owned(_) => {
            let _ = write!(out, "{key}:\"{}\"", Redacted::TEXT);
        }
    }
}

fn plain(out: &mut String, key: &str, value: &Value) {
    begin(out, key);
    let _ = write!(out, "{value}");
}

fn begin(out: &mut String, key: &str) {
    separate(out);
    out.push_str(&quoted(key));
    out.push(':');
}

fn separate(out: &mut String) {
    if !out.ends_with(['{', '[']) {
        out.push(',');
    }
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

fn announces_secret(key: &str) -> bool {
    let member = format!("{}:\"x\"", quoted(key));
    redact(&member) != member
}

fn is_member(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(&format!("{{{text}}}")).is_ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The members of an object, those of one name apart.
    struct Members(Vec<String>);

    impl<'de> serde::Deserialize<'de> for Members {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Reader;
            impl<'de> serde::de::Visitor<'de> for Reader {
                type Value = Members;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<A: serde::de::MapAccess<'de>>(
                    self,
                    mut map: A,
                ) -> Result<Members, A::Error> {
                    let mut keys = Vec::new();
                    while let Some((key, _)) = map.next_entry::<String, IgnoredAny>()? {
                        keys.push(key);
                    }
                    Ok(Members(keys))
                }
            }
            deserializer.deserialize_map(Reader)
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]
        #[test]
        fn one_text_is_one_member_whatever_is_hidden_in_it(
            key in "[a-z]{1,4}|msg|token|sig",
            text in "(token|pass|Bearer |Basic |sk-abcdefgh|\\+14155552671|https://u:p@h/|<secret>|</secret>|\\\\|\"|'|:|=|,|\\{|\\}|a|\n| |&){0,14}",
        ) {
            let mut line = String::from("{");
            put_text(&mut line, &key, &text);
            line.push('}');
            let members: Members = serde_json::from_str(&line).unwrap();
            prop_assert_eq!(members.0, vec![key], "{}", line);
        }
    }
}
