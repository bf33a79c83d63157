//! Plain decimals, read strictly: digits and at most one point, no sign, no exponent, no `inf`, no `nan`.
//!
//! `str::parse::<f64>` accepts all of those and rounds, so it is not used for what a server sends.

use std::time::Duration;

/// The longest text looked at as a number or a moment. The longest honest one is a date of about 40 characters.
pub(super) const MAX_TEXT: usize = 64;

/// A non-negative decimal. The whole part saturates at `u64::MAX`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Decimal {
    /// The part before the point.
    pub(super) whole: u64,
    /// Billionths after the point; further digits are cut off.
    pub(super) billionths: u32,
}

impl Decimal {
    /// Reads `12`, `12.5`, `12.` or `.5`, and nothing else.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_TEXT {
            return None;
        }
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let mut number = 0_u64;
        for digit in whole.bytes() {
            number = number
                .saturating_mul(10)
                .saturating_add(u64::from(digit_of(digit)?));
        }
        let mut billionths = 0_u32;
        let mut place = 100_000_000_u32;
        for digit in fraction.bytes() {
            billionths = billionths.saturating_add(place.saturating_mul(digit_of(digit)?));
            place /= 10;
        }
        Some(Self {
            whole: number,
            billionths,
        })
    }

    /// As seconds.
    pub(super) fn seconds(self) -> Duration {
        Duration::new(self.whole, self.billionths)
    }

    /// As milliseconds, to the nanosecond.
    pub(super) fn millis(self) -> Duration {
        Duration::from_millis(self.whole)
            .saturating_add(Duration::from_nanos(u64::from(self.billionths / 1_000)))
    }
}

fn digit_of(byte: u8) -> Option<u32> {
    byte.is_ascii_digit().then(|| u32::from(byte - b'0'))
}

/// A count of something: a limit, what remains. A fraction is cut off; a negative number (some gateways send −1 for
/// "unknown") and one that does not fit are no count.
pub(super) fn count(text: &str) -> Option<u64> {
    let number = Decimal::parse(text)?.whole;
    (number != u64::MAX).then_some(number)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn decimals_are_read_exactly() {
        let read = |text| Decimal::parse(text).map(Decimal::seconds);
        assert_eq!(read("0"), Some(Duration::ZERO));
        assert_eq!(read("12"), Some(Duration::from_secs(12)));
        assert_eq!(read("0.1"), Some(Duration::from_millis(100)));
        assert_eq!(read(".5"), Some(Duration::from_millis(500)));
        assert_eq!(read("7."), Some(Duration::from_secs(7)));
        assert_eq!(read("1.0000000019"), Some(Duration::new(1, 1)));
        assert_eq!(
            Decimal::parse("1500.25").map(Decimal::millis),
            Some(Duration::from_micros(1_500_250))
        );
    }

    #[test]
    fn anything_else_is_no_number() {
        for text in [
            "", ".", "-1", "+1", "1e3", "inf", "NaN", "1,5", "0x10", "1 2", "1.2.3", "٣", "1_000",
        ] {
            assert_eq!(Decimal::parse(text), None, "{text:?}");
        }
        assert_eq!(Decimal::parse(&"9".repeat(10_000)), None);
    }

    #[test]
    fn the_longest_text_is_still_read() {
        assert_eq!(count(&format!("{:064}", 7)), Some(7));
        assert_eq!(count(&format!("{:065}", 7)), None);
    }

    #[test]
    fn too_large_saturates_and_is_no_count() {
        let huge = "99999999999999999999999";
        assert_eq!(Decimal::parse(huge).unwrap().whole, u64::MAX);
        assert_eq!(count(huge), None);
        assert_eq!(count("42.9"), Some(42));
        assert_eq!(count("-1"), None);
    }

    proptest! {
        #[test]
        fn agrees_with_the_standard_parser(whole in 0_u64..1 << 50, fraction in 0_u32..1_000_000) {
            let text = format!("{whole}.{fraction:06}");
            let read = Decimal::parse(&text).unwrap();
            prop_assert_eq!(read.whole, whole);
            prop_assert_eq!(read.billionths, fraction * 1_000);
        }

        #[test]
        fn any_text_is_taken_or_left(text in "\\PC{0,80}") {
            if Decimal::parse(&text).is_some() {
                prop_assert!(text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'));
            }
        }
    }
}
