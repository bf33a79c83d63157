//! Seconds and prices, which come as numbers, as texts, or not at all until a call has settled.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::record::Take;

/// A whole number of seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Seconds(u64);

impl Seconds {
    /// So many seconds.
    #[must_use]
    pub const fn new(seconds: u64) -> Self {
        Self(seconds)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The same as a duration.
    #[must_use]
    pub const fn duration(self) -> Duration {
        Duration::from_secs(self.0)
    }
}

/// Part of a second counts as a whole: a limit that was asked for is never cut short.
impl From<Duration> for Seconds {
    fn from(duration: Duration) -> Self {
        let part = u64::from(duration.subsec_nanos() > 0);
        Self(duration.as_secs().saturating_add(part))
    }
}

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Seconds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.0)
    }
}

impl Take for Seconds {
    fn take(value: &Value) -> Option<Self> {
        match value {
            Value::Number(number) => number.as_u64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
        .map(Self)
    }
}

/// How many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Count(u64);

impl Count {
    /// The number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl Serialize for Count {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.0)
    }
}

impl Take for Count {
    fn take(value: &Value) -> Option<Self> {
        Seconds::take(value).map(|whole| Self(whole.0))
    }
}

/// Not a decimal number; it never quotes the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a decimal number; expected digits with at most one point, such as 1543.75")]
pub struct DecimalError;

/// A decimal number kept exactly as it was written: prices and balances lose nothing to binary fractions.
///
/// ```
/// use exotel_vsip::voice::Decimal;
///
/// let price: Decimal = "0.10".parse()?;
/// assert_eq!((price.as_str(), price.to_f64()), ("0.10", 0.1));
/// assert!("ten".parse::<Decimal>().is_err());
/// # Ok::<(), exotel_vsip::voice::DecimalError>(())
/// ```
///
/// A price that the API sends as a JSON number, not as a text, is as exact as that number's shortest decimal form.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Decimal(Box<str>);

impl Decimal {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The nearest binary fraction: for comparing and plotting, not for money.
    #[must_use]
    pub fn to_f64(&self) -> f64 {
        self.0.parse().unwrap_or(f64::NAN)
    }
}

impl FromStr for Decimal {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, DecimalError> {
        let text = text.trim();
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
        let all = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if text.len() <= 40 && all(whole) && all(part) {
            Ok(Self(text.into()))
        } else {
            Err(DecimalError)
        }
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Decimal({})", self.0)
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl Take for Decimal {
    fn take(value: &Value) -> Option<Self> {
        match value {
            Value::Number(number) => number.to_string().parse().ok(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn decimals_keep_their_digits_and_nonsense_is_refused() {
        for (value, text) in [
            (json!("1543.750"), Some("1543.750")),
            (json!("-0.10"), Some("-0.10")),
            (json!(1.5), Some("1.5")),
            (json!(3), Some("3")),
            (json!("1e9"), None),
            (json!("."), None),
            (json!("1."), None),
            (json!("NaN"), None),
            (json!(true), None),
        ] {
            let read = Decimal::take(&value);
            assert_eq!(read.as_ref().map(Decimal::as_str), text, "{value}");
        }
        assert!("9".repeat(41).parse::<Decimal>().is_err());
    }

    #[test]
    fn seconds_are_whole_and_never_cut_short() {
        assert_eq!(Seconds::take(&json!(" 7 ")), Some(Seconds::new(7)));
        assert_eq!(Seconds::take(&json!(7)), Some(Seconds::new(7)));
        for odd in [json!("-1"), json!(-1), json!("7s"), json!(1.5), json!(null)] {
            assert_eq!(Seconds::take(&odd), None, "{odd}");
        }
        assert_eq!(Seconds::from(Duration::from_millis(1001)).get(), 2);
        assert_eq!(Seconds::from(Duration::MAX).get(), u64::MAX);
    }
}
