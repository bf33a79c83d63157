//! Durations as the API writes them: `30s`, `0.384s`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// The longest duration that is sent: 10,000 years, the range of the format.
const MAX_SECONDS: u64 = 315_576_000_000;

/// A duration as the API writes it: seconds with an `s`, such as `30s` or `0.384s`.
///
/// **Built here it is right**: made of a [`Duration`], or parsed strictly. **Received it is kept**: the API types several
/// durations of its answers as plain text (`joinTimeout`, `billedDuration` …), so any text is taken, goes back unchanged,
/// and [`duration`](Self::duration) says what it means, if that can be told.
///
/// Two are equal when they mean the same (`30s` and `30.0s`).
///
/// ```
/// use std::time::Duration;
/// use ultravox_client::types::UvDuration;
///
/// assert_eq!(UvDuration::from(Duration::from_millis(384)).as_str(), "0.384s");
/// assert_eq!("90s".parse::<UvDuration>()?.duration(), Some(Duration::from_secs(90)));
/// assert!("90".parse::<UvDuration>().is_err());
/// assert!("1m30s".parse::<UvDuration>().is_err());
/// # Ok::<(), ultravox_client::types::DurationError>(())
/// ```
#[derive(Clone)]
pub struct UvDuration {
    text: Box<str>,
    value: Option<Value>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Value {
    negative: bool,
    length: Duration,
}

/// A text is no duration of the API's form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a duration is seconds with at most 12 digits and 9 decimals, followed by s, such as 30s or 0.384s"
)]
pub struct DurationError;

impl UvDuration {
    /// So many whole seconds; at most 315,576,000,000.
    #[must_use]
    pub fn seconds(seconds: u64) -> Self {
        Duration::from_secs(seconds).into()
    }

    /// So many milliseconds.
    #[must_use]
    pub fn millis(millis: u64) -> Self {
        Duration::from_millis(millis).into()
    }

    /// What it means; `None` for a negative one and for a text that cannot be read.
    ///
    /// Besides the API's own form, `12.5`, `0:01:30` and `1 00:00:00` are understood in answers.
    #[must_use]
    pub fn duration(&self) -> Option<Duration> {
        self.value
            .filter(|value| !value.negative)
            .map(|value| value.length)
    }

    /// The text, as it was received or will be sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the text has the form that requests must have.
    #[must_use]
    pub fn is_well_formed(&self) -> bool {
        strict(&self.text).is_some()
    }

    /// Takes any text.
    fn lenient(text: String) -> Self {
        let value = strict(&text)
            .or_else(|| plain(text.trim()))
            .or_else(|| clock(text.trim()));
        Self {
            text: text.into(),
            value,
        }
    }
}

/// `^-?(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,9})?s$`
fn strict(text: &str) -> Option<Value> {
    let number = text.strip_suffix('s')?;
    let (negative, number) = match number.strip_prefix('-') {
        Some(number) => (true, number),
        None => (false, number),
    };
    let whole = number.split('.').next().unwrap_or_default();
    let leading_zero = whole.len() > 1 && whole.starts_with('0');
    if whole.len() > 12 || leading_zero {
        return None;
    }
    Some(Value {
        negative,
        length: decimal(number)?,
    })
}

/// Seconds without the `s`.
fn plain(text: &str) -> Option<Value> {
    let number = text.strip_suffix('s').unwrap_or(text);
    Some(Value {
        negative: false,
        length: decimal(number)?,
    })
}

/// `[days ]hours:minutes:seconds`
fn clock(text: &str) -> Option<Value> {
    let (days, time) = match text.split_once(' ') {
        Some((days, time)) => (digits(days)?, time),
        None => (0, text),
    };
    let mut parts = time.split(':');
    let (hours, minutes, seconds) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let whole = days
        .checked_mul(24)?
        .checked_add(digits(hours)?)?
        .checked_mul(60)?
        .checked_add(digits(minutes)?)?
        .checked_mul(60)?;
    let length = Duration::from_secs(whole).checked_add(decimal(seconds)?)?;
    Some(Value {
        negative: false,
        length,
    })
}

fn digits(text: &str) -> Option<u64> {
    if text.is_empty() || text.len() > 12 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// Digits, and perhaps a point and up to nine more.
fn decimal(text: &str) -> Option<Duration> {
    let (whole, nanos) = match text.split_once('.') {
        None => (text, 0),
        Some((_, fraction)) if fraction.is_empty() || fraction.len() > 9 => return None,
        Some((whole, fraction)) => {
            let scale = 10_u64.checked_pow(9 - u32::try_from(fraction.len()).ok()?)?;
            (whole, digits(fraction)?.checked_mul(scale)?)
        }
    };
    Some(Duration::new(digits(whole)?, u32::try_from(nanos).ok()?))
}

/// Longer ones become 315,576,000,000 s, the longest the format has.
impl From<Duration> for UvDuration {
    fn from(length: Duration) -> Self {
        let length = length.min(Duration::from_secs(MAX_SECONDS));
        let text = match length.subsec_nanos() {
            0 => format!("{}s", length.as_secs()),
            nanos => {
                let fraction = format!("{nanos:09}");
                format!("{}.{}s", length.as_secs(), fraction.trim_end_matches('0'))
            }
        };
        Self {
            text: text.into(),
            value: Some(Value {
                negative: false,
                length,
            }),
        }
    }
}

/// Strict: only the API's own form.
impl FromStr for UvDuration {
    type Err = DurationError;

    fn from_str(text: &str) -> Result<Self, DurationError> {
        let value = strict(text).ok_or(DurationError)?;
        Ok(Self {
            text: text.into(),
            value: Some(value),
        })
    }
}

impl PartialEq for UvDuration {
    fn eq(&self, other: &Self) -> bool {
        match (self.value, other.value) {
            (Some(mine), Some(theirs)) => {
                mine == theirs || mine.length.is_zero() && theirs.length.is_zero()
            }
            _ => self.text == other.text,
        }
    }
}

impl fmt::Display for UvDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for UvDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.text, f)
    }
}

impl serde::Serialize for UvDuration {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> serde::Deserialize<'de> for UvDuration {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::lenient)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn received(text: &str) -> UvDuration {
        serde_json::from_value(text.into()).unwrap()
    }

    #[test]
    fn the_form_of_requests_is_strict() {
        for good in [
            "0s",
            "30s",
            "0.384s",
            "-1.5s",
            "999999999999s",
            "0.000000001s",
            "30.0s",
            "-0s",
        ] {
            assert_eq!(good.parse::<UvDuration>().unwrap().as_str(), good);
        }
        for bad in [
            "",
            "s",
            "30",
            "30 s",
            " 30s",
            "30S",
            "030s",
            "00s",
            ".5s",
            "1.s",
            "1.0000000001s",
            "1000000000000s",
            "1e3s",
            "+1s",
            "--1s",
            "1m",
            "1.5.5s",
            "٣s",
        ] {
            assert_eq!(bad.parse::<UvDuration>(), Err(DurationError), "{bad}");
        }
    }

    #[test]
    fn answers_are_read_leniently_and_kept() {
        let seconds = |text| received(text).duration().map(|length| length.as_secs_f64());
        for (text, meaning) in [
            ("30s", Some(30.0)),
            ("12.5", Some(12.5)),
            ("007", Some(7.0)),
            ("0:01:30.5", Some(90.5)),
            ("1 00:00:01", Some(86401.0)),
            ("-5s", None),
            ("soon", None),
            ("", None),
            ("1:2", None),
            ("1:2:3:4", None),
        ] {
            assert_eq!(seconds(text), meaning, "{text}");
            assert_eq!(received(text).as_str(), text);
            assert_eq!(serde_json::to_value(received(text)).unwrap(), text);
        }
        assert_eq!(received("30.0s"), received("30s"));
        assert_eq!(received("-0s"), received("0s"));
        assert_ne!(received("soon"), received("later"));
        assert!(!received("0:01:30").is_well_formed());
    }

    #[test]
    fn the_longest_is_what_the_format_has() {
        assert_eq!(UvDuration::from(Duration::MAX).as_str(), "315576000000s");
    }

    proptest! {
        #[test]
        fn what_is_built_is_well_formed_and_means_the_same(
            seconds in 0..MAX_SECONDS,
            nanos in 0..1_000_000_000_u32,
        ) {
            let length = Duration::new(seconds, nanos);
            let built = UvDuration::from(length);
            prop_assert!(built.is_well_formed(), "{}", built);
            prop_assert_eq!(built.as_str().parse::<UvDuration>().unwrap().duration(), Some(length));
        }

        #[test]
        fn what_is_received_goes_back_unchanged(text in "\\PC{0,24}|-?[0-9]{0,14}(\\.[0-9]{0,11})?s?|[0-9: .]{0,14}") {
            let read = received(&text);
            prop_assert_eq!(read.as_str(), &text);
            prop_assert_eq!(read.is_well_formed(), text.parse::<UvDuration>().is_ok());
        }

        #[test]
        fn the_schemas_pattern_is_accepted(text in "-?(0|[1-9][0-9]{0,11})(\\.[0-9]{1,9})?s") {
            prop_assert!(text.parse::<UvDuration>().is_ok(), "{}", text);
        }
    }
}
