//! Reading leniently: numbers may be texts and texts numbers; what cannot be read is kept as it came.

use serde_json::Value;

/// A value read from an answer; `None` when it is of no form that is known, so that it is kept beside the others.
pub(crate) trait FromWire: Sized {
    fn from_wire(value: &Value) -> Option<Self>;
}

/// The same value on its way back.
pub(crate) trait ToWire {
    fn to_wire(&self) -> Value;
}

impl FromWire for String {
    fn from_wire(value: &Value) -> Option<Self> {
        match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }
}

impl ToWire for String {
    fn to_wire(&self) -> Value {
        Value::from(self.as_str())
    }
}

macro_rules! numbers {
    ($($number:ty)*) => {$(
        impl FromWire for $number {
            fn from_wire(value: &Value) -> Option<Self> {
                match value {
                    Value::Number(number) => number.as_i64()?.try_into().ok(),
                    Value::String(text) => text.trim().parse().ok(),
                    _ => None,
                }
            }
        }

        impl ToWire for $number {
            fn to_wire(&self) -> Value {
                Value::from(*self)
            }
        }
    )*};
}

numbers!(u8 u16 u32 u64 i64);

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_and_texts_stand_for_each_other() {
        assert_eq!(u8::from_wire(&json!(32)), Some(32));
        assert_eq!(u8::from_wire(&json!("32")), Some(32));
        assert_eq!(String::from_wire(&json!(32)).as_deref(), Some("32"));
        for bad in [
            json!(256),
            json!(-1),
            json!("x"),
            json!(null),
            json!([1]),
            json!(true),
        ] {
            assert_eq!(u8::from_wire(&bad), None, "{bad}");
        }
        for bad in [json!(null), json!(true), json!({})] {
            assert_eq!(String::from_wire(&bad), None, "{bad}");
        }
    }
}
