//! Go's way to write a duration, which OpenAI and many gateways use in `x-ratelimit-reset-*`.
//!
//! One or more pairs of number and unit, such as `6m0s`, `4m12.5s` or `850ms`. The units are those of Go's
//! `time.ParseDuration` (h, m, s, ms, us, µs, ns) and `d`, which some gateways add. The whole text must be read: a part
//! that does not fit, a sign, or a sum beyond Go's range (about 292 years) makes it unknown, not a guess.

use std::time::Duration;

use super::number::{Decimal, MAX_TEXT};

/// Go keeps durations in signed nanoseconds; a longer one is an error there, and here.
const GO_MAX: u128 = i64::MAX as u128;

/// Units and their nanoseconds, longer names first where one begins another.
const UNITS: [(&str, u128); 9] = [
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000), // U+00B5, the micro sign
    ("μs", 1_000), // U+03BC, the Greek letter
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60 * 1_000_000_000),
    ("h", 3_600 * 1_000_000_000),
    ("d", 86_400 * 1_000_000_000),
];

/// Reads a whole Go duration.
pub(super) fn parse(text: &str) -> Option<Duration> {
    if text.is_empty() || text.len() > MAX_TEXT {
        return None;
    }
    let mut rest = text;
    let mut total = 0_u128;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, tail) = rest.split_at_checked(end)?;
        let number = Decimal::parse(number)?;
        let (unit, tail) = UNITS
            .iter()
            .find_map(|(name, nanos)| Some((*nanos, tail.strip_prefix(name)?)))?;
        let part =
            u128::from(number.whole) * unit + u128::from(number.billionths) * unit / 1_000_000_000;
        total = total.checked_add(part).filter(|sum| *sum <= GO_MAX)?;
        rest = tail;
    }
    Some(Duration::from_nanos(u64::try_from(total).ok()?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_unit_and_every_sum() {
        let cases = [
            ("6m0s", Duration::from_secs(360)),
            ("1h2m3.5s", Duration::from_millis(3_723_500)),
            ("12ms", Duration::from_millis(12)),
            ("4m12.5s", Duration::from_millis(252_500)),
            ("850ms", Duration::from_millis(850)),
            ("1.5h", Duration::from_secs(5_400)),
            ("7us", Duration::from_micros(7)),
            ("7µs", Duration::from_micros(7)),
            ("7μs", Duration::from_micros(7)),
            ("3ns", Duration::from_nanos(3)),
            ("1d2h", Duration::from_secs(93_600)),
            ("0s", Duration::ZERO),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_part_that_does_not_fit_makes_it_unknown() {
        for text in [
            "",
            "1",
            "s",
            "ms",
            "-1s",
            "+1s",
            "1 s",
            "1s ",
            "1s2",
            "1x",
            "1S",
            "NaN",
            "infs",
            "1.2.3s",
            "6m0",
            "1e3s",
            ".s",
            "1w",
            "999999999h",
            "3000000h",
        ] {
            assert_eq!(parse(text), None, "{text:?}");
        }
        assert_eq!(parse(&"1h".repeat(5_000)), None);
        assert_eq!(parse(&"1s".repeat(32)), Some(Duration::from_secs(32)));
        assert_eq!(parse(&"1s".repeat(33)), None, "more than 64 bytes");
    }

    proptest! {
        #[test]
        fn parts_add_up(h in 0_u64..1_000, m in 0_u64..100, s in 0_u64..100, ms in 0_u64..2_000) {
            let text = format!("{h}h{m}m{s}s{ms}ms");
            let expected = Duration::from_secs(h * 3_600 + m * 60 + s) + Duration::from_millis(ms);
            prop_assert_eq!(parse(&text), Some(expected));
        }

        #[test]
        fn any_text_is_taken_or_left(text in "[0-9.hmsµud+ -]{0,40}|\\PC{0,40}") {
            if let Some(read) = parse(&text) {
                prop_assert!(read.as_nanos() <= GO_MAX);
            }
        }
    }
}
