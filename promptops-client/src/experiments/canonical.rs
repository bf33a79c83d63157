//! One text for one value, however it was put together.

use serde_json::Value;

/// Compact JSON with the keys of every object sorted, so that equal attributes give equal text.
///
/// Keys are sorted by their UTF-8 bytes. A number that is whole is written without a fraction, so that `1.0` and `1` are
/// the same attribute; others are written as `serde_json` does.
///
/// ```
/// use promptops_client::experiments::canonical_json;
/// use serde_json::json;
///
/// assert_eq!(canonical_json(&json!({"b": [1.0, null], "a": "x"})), r#"{"a":"x","b":[1,null]}"#);
/// ```
#[must_use]
pub fn canonical_json(value: &Value) -> String {
    let mut out = String::new();
    write(&mut out, value);
    out
}

/// Beyond this a double no longer holds every whole number.
const EXACT: f64 = 9_007_199_254_740_992.0;

fn write(out: &mut String, value: &Value) {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_unstable_by_key(|(key, _)| *key);
            let mut before = '{';
            for (key, value) in entries {
                out.push(before);
                push_text(out, key);
                out.push(':');
                write(out, value);
                before = ',';
            }
            out.push_str(if before == '{' { "{}" } else { "}" });
        }
        Value::Array(list) => {
            let mut before = '[';
            for value in list {
                out.push(before);
                write(out, value);
                before = ',';
            }
            out.push_str(if before == '[' { "[]" } else { "]" });
        }
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < EXACT => {
                // Adding zero makes minus zero plus zero.
                out.push_str(&format!("{:.0}", float + 0.0));
            }
            _ => out.push_str(&number.to_string()),
        },
        Value::String(text) => push_text(out, text),
        Value::Null | Value::Bool(_) => out.push_str(&value.to_string()),
    }
}

fn push_text(out: &mut String, text: &str) {
    // A text always has a JSON form.
    out.push_str(&serde_json::to_string(text).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn equal_values_have_one_text() {
        for (value, text) in [
            (json!({}), "{}"),
            (json!([]), "[]"),
            (
                json!({"z": {"b": 1, "a": true}, "ä": "\"\n"}),
                "{\"z\":{\"a\":true,\"b\":1},\"ä\":\"\\\"\\n\"}",
            ),
            (
                json!([-0.0, 2.0, 2.5, 1e300, u64::MAX, i64::MIN]),
                "[0,2,2.5,1e+300,18446744073709551615,-9223372036854775808]",
            ),
        ] {
            assert_eq!(canonical_json(&value), text);
        }
    }

    proptest! {
        #[test]
        fn the_text_reads_back_to_the_same_text(map in prop::collection::btree_map("\\PC{0,4}", any::<i64>(), 0..5), eighths in any::<i32>()) {
            let value = json!({"m": map, "f": f64::from(eighths) / 8.0});
            let text = canonical_json(&value);
            let again: Value = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(canonical_json(&again), text);
        }
    }
}
