//! Amounts of money, which the API writes as decimal text.

use std::fmt;
use std::str::FromStr;

use serde_json::Value;

/// A decimal number, kept as text so that no digit changes: `0.000285`.
///
/// Sent as a string, as the server stores it; read from a string or a number.
///
/// ```
/// use promptops_client::models::Decimal;
///
/// let cost: Decimal = "0.000285".parse()?;
/// assert_eq!(cost.to_string(), "0.000285");
/// assert_eq!(cost.as_f64(), 0.000285);
/// assert!("a dime".parse::<Decimal>().is_err());
/// # Ok::<(), promptops_client::models::DecimalError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Decimal(Box<str>);

/// A text is no decimal number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a decimal number: write digits with at most one point, such as 0.000285")]
pub struct DecimalError;

impl Decimal {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The nearest floating-point number.
    #[must_use]
    pub fn as_f64(&self) -> f64 {
        self.0.parse().unwrap_or(f64::NAN)
    }
}

impl FromStr for Decimal {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, DecimalError> {
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let (whole, part) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if text.len() > 40 || !digits(whole) || !digits(part) {
            return Err(DecimalError);
        }
        Ok(Self(text.into()))
    }
}

impl From<u32> for Decimal {
    fn from(amount: u32) -> Self {
        Self(amount.to_string().into())
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl serde::Serialize for Decimal {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// A number in exponent form is taken as it is written: nothing is worth losing an answer for.
impl<'de> serde::Deserialize<'de> for Decimal {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::String(text) if text.trim().parse::<f64>().is_ok() => {
                Ok(Self(text.trim().into()))
            }
            Value::Number(number) => Ok(Self(number.to_string().into())),
            _ => Err(serde::de::Error::custom(DecimalError)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn text_and_numbers_are_read_and_text_is_written() {
        for (json, text) in [("\"0.142500\"", "0.142500"), ("0.5", "0.5"), ("3", "3")] {
            let read: Decimal = serde_json::from_str(json).unwrap();
            assert_eq!(read.as_str(), text);
            assert_eq!(serde_json::to_string(&read).unwrap(), format!("\"{text}\""));
        }
        for wrong in ["\"a lot\"", "true", "\"\"", "{}"] {
            assert!(serde_json::from_str::<Decimal>(wrong).is_err(), "{wrong}");
        }
        for wrong in ["", ".", "1.", ".5", "--1", "1.2.3", "1e5", "NaN", " 1"] {
            assert!(wrong.parse::<Decimal>().is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn what_is_taken_is_a_number(text in "-?[0-9.]{0,12}|\\PC{0,8}") {
            if let Ok(decimal) = text.parse::<Decimal>() {
                prop_assert!(decimal.as_f64().is_finite());
                prop_assert_eq!(decimal.as_str(), text);
            }
        }
    }
}
