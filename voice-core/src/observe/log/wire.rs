//! How a record's values are written: times, durations, the outcome.

use super::RecordKind;

pub(super) fn attempt() -> RecordKind {
    RecordKind::Attempt
}

pub(super) fn first() -> u32 {
    1
}

/// The longest beginning of at most `max` bytes that ends at a character.
pub(crate) fn cut(text: &str, max: usize) -> &str {
    if text.len() <= max {
        return text;
    }
    let end = (0..=max).rev().find(|end| text.is_char_boundary(*end));
    end.and_then(|end| text.get(..end)).unwrap_or_default()
}

/// RFC 3339 in UTC, to the millisecond. Moments before 1970 are not read, and written as 1970.
pub(crate) mod rfc3339 {
    use std::borrow::Cow;
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    use jiff::Timestamp;
    use serde::de::{Deserialize, Deserializer, Error};
    use serde::ser::Serializer;

    pub(crate) fn text(time: SystemTime) -> String {
        let stamp = Timestamp::try_from(time)
            .unwrap_or(Timestamp::UNIX_EPOCH)
            .max(Timestamp::UNIX_EPOCH);
        format!("{stamp:.3}")
    }

    pub(crate) fn read(text: &str) -> Option<SystemTime> {
        let stamp: Timestamp = text.parse().ok()?;
        let seconds = u64::try_from(stamp.as_second()).ok()?;
        let nanos = u32::try_from(stamp.subsec_nanosecond()).ok()?;
        UNIX_EPOCH.checked_add(Duration::new(seconds, nanos))
    }

    pub(crate) fn serialize<S: Serializer>(time: &SystemTime, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(&text(*time))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<SystemTime, D::Error> {
        let text = Cow::<'_, str>::deserialize(input)?;
        read(&text).ok_or_else(|| D::Error::custom("no time as RFC 3339 has them, from 1970 on"))
    }
}

pub(super) mod millis {
    use std::time::Duration;

    use serde::de::{Deserialize, Deserializer, Error};
    use serde::ser::Serializer;

    #[allow(
        clippy::cast_precision_loss,
        reason = "exact up to 285 years, and a log is none the worse beyond"
    )]
    pub(crate) fn serialize<S: Serializer>(value: &Duration, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_f64(value.as_micros() as f64 / 1000.0)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Duration, D::Error> {
        let millis = f64::deserialize(input)?;
        // To the microsecond, as it was written.
        let micros = (millis * 1000.0).round();
        if !(0.0..1e18).contains(&micros) {
            return Err(D::Error::custom("no duration"));
        }
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is a whole number in range"
        )]
        Ok(Duration::from_micros(micros as u64))
    }
}

pub(super) mod success {
    use serde::de::{Deserialize, Deserializer};
    use serde::ser::Serializer;

    use crate::observe::log::Outcome;

    pub(crate) fn serialize<S: Serializer>(value: &Outcome, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_bool(*value == Outcome::Succeeded)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Outcome, D::Error> {
        Ok(match bool::deserialize(input)? {
            true => Outcome::Succeeded,
            false => Outcome::Failed,
        })
    }
}
