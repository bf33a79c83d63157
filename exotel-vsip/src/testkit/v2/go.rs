//! Reads a body as the server's JSON decoder does, with its texts for what does not fit.
//!
//! Recorded are `unexpected EOF` and a number that does not fit a `uint8`; the others are what the same decoder of Go's
//! standard library says.

use serde_json::error::Category;
use serde_json::{Map, Value};

use crate::testkit::answer::Refusal;

/// What a field of a body is to be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Type {
    Text,
    /// 0 to 255.
    Small,
    Whole,
    List(&'static Struct),
}

impl Type {
    fn name(self) -> String {
        match self {
            Self::Text => "string".to_owned(),
            Self::Small => "uint8".to_owned(),
            Self::Whole => "int".to_owned(),
            Self::List(of) => format!("[]{}", of.name),
        }
    }
}

/// What a body is read into.
#[derive(Debug)]
pub(super) struct Struct {
    pub(super) name: &'static str,
    pub(super) fields: &'static [(&'static str, Type)],
}

/// The fields that are known and not null, each of its type.
pub(super) fn read(body: &[u8], into: &Struct) -> Result<Map<String, Value>, Refusal> {
    let value: Value =
        serde_json::from_slice(body).map_err(|error| Refusal::malformed(syntax(body, &error)))?;
    match value {
        Value::Object(map) => object(map, into, into.name, ""),
        Value::Null => Ok(Map::new()),
        other => Err(Refusal::malformed(format!(
            "json: cannot unmarshal {} into Go value of type {}",
            kind(&other),
            into.name
        ))),
    }
}

fn object(
    mut map: Map<String, Value>,
    into: &Struct,
    root: &str,
    path: &str,
) -> Result<Map<String, Value>, Refusal> {
    let mut out = Map::new();
    for (name, wanted) in into.fields {
        let Some(value) = map.remove(*name).filter(|value| !value.is_null()) else {
            continue;
        };
        let path = if path.is_empty() {
            (*name).to_owned()
        } else {
            format!("{path}.{name}")
        };
        let mismatch = |shown: String| {
            Refusal::malformed(format!(
                "json: cannot unmarshal {shown} into Go struct field {root}.{path} of type {}",
                wanted.name()
            ))
        };
        let fits = match (wanted, &value) {
            (Type::Text, Value::String(_)) => true,
            (Type::Small, Value::Number(number)) => number.as_u64().is_some_and(|n| n <= 255),
            (Type::Whole, Value::Number(number)) => number.is_i64(),
            (Type::List(of), Value::Array(items)) => {
                let mut read = Vec::new();
                for item in items {
                    match item {
                        Value::Object(item) => {
                            read.push(Value::Object(object(item.clone(), of, root, &path)?));
                        }
                        Value::Null => read.push(Value::Object(Map::new())),
                        other => {
                            return Err(Refusal::malformed(format!(
                                "json: cannot unmarshal {} into Go struct field {root}.{path} of type {}",
                                kind(other),
                                of.name
                            )));
                        }
                    }
                }
                out.insert((*name).to_owned(), Value::Array(read));
                continue;
            }
            _ => false,
        };
        if !fits {
            let number = matches!(wanted, Type::Small | Type::Whole) && value.is_number();
            let shown = if number {
                format!("number {value}")
            } else {
                kind(&value).to_owned()
            };
            return Err(mismatch(shown));
        }
        out.insert((*name).to_owned(), value);
    }
    Ok(out)
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn syntax(body: &[u8], error: &serde_json::Error) -> String {
    if body.trim_ascii().is_empty() {
        return "EOF".to_owned();
    }
    if error.classify() == Category::Eof {
        return "unexpected EOF".to_owned();
    }
    let line = body
        .split(|byte| *byte == b'\n')
        .nth(error.line().saturating_sub(1));
    let byte = line.and_then(|line| line.get(error.column().saturating_sub(1)));
    let character = byte.map_or(' ', |byte| char::from(*byte));
    if error.to_string().starts_with("trailing") {
        format!("invalid character '{character}' after top-level value")
    } else {
        format!("invalid character '{character}' looking for beginning of value")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ITEM: Struct = Struct {
        name: "Item",
        fields: &[("text", Type::Text)],
    };
    const BODY: Struct = Struct {
        name: "Body",
        fields: &[
            ("name", Type::Text),
            ("mask", Type::Small),
            ("size", Type::Whole),
            ("items", Type::List(&ITEM)),
        ],
    };

    #[test]
    fn what_fits_is_taken_and_null_is_nothing() {
        let read = read(
            br#"{"name":"a","mask":24,"size":-3,"items":[{"text":"x"},null],"other":1}"#,
            &BODY,
        )
        .unwrap();
        assert_eq!(
            Value::Object(read),
            serde_json::json!({"name": "a", "mask": 24, "size": -3, "items": [{"text": "x"}, {}]})
        );
        assert!(super::read(br#"{"name":null}"#, &BODY).unwrap().is_empty());
    }

    #[test]
    fn what_does_not_fit_is_named_as_go_names_it() {
        for (body, text) in [
            (r#"{"name": "a", "#, "unexpected EOF"),
            ("", "EOF"),
            (
                "{'name'}",
                "invalid character ''' looking for beginning of value",
            ),
            ("{} x", "invalid character 'x' after top-level value"),
            (
                "[1]",
                "json: cannot unmarshal array into Go value of type Body",
            ),
            (
                r#"{"mask":-1}"#,
                "json: cannot unmarshal number -1 into Go struct field Body.mask of type uint8",
            ),
            (
                r#"{"mask":256}"#,
                "json: cannot unmarshal number 256 into Go struct field Body.mask of type uint8",
            ),
            (
                r#"{"mask":"32"}"#,
                "json: cannot unmarshal string into Go struct field Body.mask of type uint8",
            ),
            (
                r#"{"size":1.5}"#,
                "json: cannot unmarshal number 1.5 into Go struct field Body.size of type int",
            ),
            (
                r#"{"name":7}"#,
                "json: cannot unmarshal number into Go struct field Body.name of type string",
            ),
            (
                r#"{"items":{}}"#,
                "json: cannot unmarshal object into Go struct field Body.items of type []Item",
            ),
            (
                r#"{"items":["x"]}"#,
                "json: cannot unmarshal string into Go struct field Body.items of type Item",
            ),
            (
                r#"{"items":[{"text":[]}]}"#,
                "json: cannot unmarshal array into Go struct field Body.items.text of type string",
            ),
        ] {
            let refusal = read(body.as_bytes(), &BODY).unwrap_err();
            assert_eq!(
                (refusal.code, refusal.description.as_str()),
                (1007, text),
                "{body}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_body_panics(bytes in proptest::collection::vec(any::<u8>(), 0..80), text in "[{}\\[\\]\":,a-z0-9\\n ]{0,60}") {
            let _ = (read(&bytes, &BODY), read(text.as_bytes(), &BODY));
        }
    }
}
