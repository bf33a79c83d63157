//! A number of the API, which comes as a text, a number, null or nothing.

use std::fmt;
use std::time::Duration;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A number as Twilio wrote it: `"4"`, `4`, `"-0.200"`. Prices lose nothing to binary fractions.
///
/// ```
/// use twilio_client::types::Numeric;
///
/// let price: Numeric = serde_json::from_str("\"-0.200\"")?;
/// assert_eq!((price.as_str(), price.to_f64(), price.to_u64()), ("-0.200", Some(-0.2), None));
/// let duration: Numeric = serde_json::from_str("4")?;
/// assert_eq!(duration.to_u64(), Some(4));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Numeric(Box<str>);

impl Numeric {
    /// The text as it came.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As a whole number, if it is one that is not negative.
    #[must_use]
    pub fn to_u64(&self) -> Option<u64> {
        self.0.trim().parse().ok()
    }

    /// As a binary fraction; for money use the [text](Self::as_str).
    #[must_use]
    pub fn to_f64(&self) -> Option<f64> {
        self.0
            .trim()
            .parse()
            .ok()
            .filter(|number: &f64| number.is_finite())
    }

    /// As a number of whole seconds.
    #[must_use]
    pub fn seconds(&self) -> Option<Duration> {
        self.to_u64().map(Duration::from_secs)
    }

    /// As a number of whole milliseconds.
    #[must_use]
    pub fn milliseconds(&self) -> Option<Duration> {
        self.to_u64().map(Duration::from_millis)
    }
}

impl From<u64> for Numeric {
    fn from(number: u64) -> Self {
        Self(number.to_string().into())
    }
}

impl fmt::Display for Numeric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Numeric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Numeric({})", self.0)
    }
}

impl Serialize for Numeric {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Numeric {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl Visitor<'_> for Text {
            type Value = Numeric;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number, as such or as a text")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Numeric, E> {
                let numeric = Numeric(text.into());
                match numeric.to_f64() {
                    Some(_) => Ok(numeric),
                    None => Err(E::custom("the text is no number")),
                }
            }

            fn visit_u64<E>(self, number: u64) -> Result<Numeric, E> {
                Ok(number.into())
            }

            fn visit_i64<E>(self, number: i64) -> Result<Numeric, E> {
                Ok(Numeric(number.to_string().into()))
            }

            fn visit_f64<E>(self, number: f64) -> Result<Numeric, E> {
                Ok(Numeric(number.to_string().into()))
            }
        }

        deserializer.deserialize_any(Text)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_and_numbers_are_one_and_nonsense_is_refused() {
        for (source, text, whole) in [
            (json!("4"), "4", Some(4)),
            (json!(4), "4", Some(4)),
            (json!(-1), "-1", None),
            (json!(0.5), "0.5", None),
            (json!("-0.200"), "-0.200", None),
            (json!(" 7 "), " 7 ", Some(7)),
            (
                json!("18446744073709551615"),
                "18446744073709551615",
                Some(u64::MAX),
            ),
        ] {
            let read: Numeric = serde_json::from_value(source.clone()).unwrap();
            assert_eq!((read.as_str(), read.to_u64()), (text, whole), "{source}");
        }
        for bad in [
            json!(""),
            json!("NaN"),
            json!("inf"),
            json!("four"),
            json!(null),
            json!(true),
            json!([1]),
        ] {
            assert!(
                serde_json::from_value::<Numeric>(bad.clone()).is_err(),
                "{bad}"
            );
        }
        assert_eq!(
            Numeric::from(1500).milliseconds(),
            Some(Duration::from_millis(1500))
        );
        assert_eq!(Numeric::from(3).seconds(), Some(Duration::from_secs(3)));
    }
}
