//! At which value a trigger fires.

use std::fmt;
use std::str::FromStr;

use crate::types::{Encode, Sink};

/// At which value a trigger fires: a positive number, or so much more than there is now.
///
/// ```
/// use twilio_client::usage::TriggerValue;
///
/// assert_eq!(TriggerValue::at(1_000).to_string(), "1000");
/// assert_eq!(TriggerValue::beyond_now(30).to_string(), "+30");
/// assert_eq!("99.50".parse::<TriggerValue>()?.to_string(), "99.50");
/// assert!("0".parse::<TriggerValue>().is_err() && "-1".parse::<TriggerValue>().is_err());
/// # Ok::<(), twilio_client::usage::TriggerValueError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TriggerValue(Box<str>);

/// A text is no value of a trigger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected a positive decimal number such as 1000 or 99.50, with + before it for that much more than now"
)]
pub struct TriggerValueError;

impl TriggerValue {
    /// This many; 0 is refused when the trigger is sent.
    #[must_use]
    pub fn at(value: u64) -> Self {
        Self(value.to_string().into())
    }

    /// This many more than there are now; 0 is refused when the trigger is sent.
    #[must_use]
    pub fn beyond_now(value: u64) -> Self {
        Self(format!("+{value}").into())
    }

    pub(super) fn is_positive(&self) -> bool {
        self.0.bytes().any(|byte| (b'1'..=b'9').contains(&byte))
    }
}

impl FromStr for TriggerValue {
    type Err = TriggerValueError;

    fn from_str(text: &str) -> Result<Self, TriggerValueError> {
        let digits =
            |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.strip_prefix('+').unwrap_or(text);
        let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
        let value = Self(text.into());
        if digits(whole) && digits(fraction) && value.is_positive() {
            Ok(value)
        } else {
            Err(TriggerValueError)
        }
    }
}

impl fmt::Display for TriggerValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Encode for TriggerValue {
    fn encode(&self, name: &str, sink: Sink<'_>) {
        sink(name, &self.0);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_positive_decimal_numbers_are_values() {
        for good in ["1", "+30", "0.01", "99.50", "+0.5"] {
            assert_eq!(good.parse::<TriggerValue>().unwrap().to_string(), good);
        }
        for bad in [
            "", "0", "0.00", "+0", "-1", "+", ".5", "5.", "1e3", "1.2.3", "++1", "1 ", "inf", "١",
        ] {
            assert_eq!(bad.parse::<TriggerValue>(), Err(TriggerValueError), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_taken_is_a_positive_number(text in "\\PC{0,8}|[+]?[0-9]{1,6}([.][0-9]{1,4})?") {
            if let Ok(value) = text.parse::<TriggerValue>() {
                prop_assert_eq!(value.to_string(), text.as_str());
                prop_assert!(text.parse::<f64>().unwrap() > 0.0);
            }
        }
    }
}
