//! Phone numbers: `E164`, its strict parser, and its masked form.

use std::fmt;

use super::error::{Grammar, IdentError, IdentRule};
use super::inline::Inline;
use super::surface::text_surface;

/// A phone number in E.164 form: `+`, then 7 to 15 digits, the first of them 1 to 9.
///
/// A `Copy` value of 17 bytes, built without allocation. It proves the *shape* of a number, not that somebody answers
/// it: which lengths a country uses changes over time and is no part of this type, so `+1234567890` is accepted.
///
/// # What is accepted
/// - [`parse`](Self::parse) takes exactly the E.164 form. `+1 (123) 456-7890` and `1234567890` are refused.
/// - [`parse_lenient`](Self::parse_lenient) also takes the usual separators between the digits and drops them.
///
/// At most 15 digits is the rule of ITU-T E.164 (section 6.1), and no country code starts with 0. E.164 sets no
/// minimum; 7 is where the shortest real international numbers lie (Niue: `+683` and four digits), and anything shorter
/// is a short code or a slip.
///
/// # A phone number is personal
/// **`Display`, [`as_str`](Self::as_str) and serde write the number in full**, because that is what an API needs.
/// **Never log them.** Use [`masked`](Self::masked); `Debug` prints that form by itself.
///
/// ```
/// use voice_core::ident::E164;
///
/// let number = E164::parse("+14155550123")?;
/// assert_eq!(number.digits(), "14155550123");
/// assert_eq!(number.masked().to_string(), "+14*******23");
/// assert_eq!(format!("{number:?}"), "E164(+14*******23)");
/// assert!(E164::parse("+1 (415) 555-0123").is_err());
/// assert_eq!(E164::parse_lenient("+1 (415) 555-0123")?, number);
/// # Ok::<(), voice_core::ident::IdentError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct E164(Inline<16>);

impl E164 {
    /// The fewest digits accepted, country code included.
    pub const MIN_DIGITS: usize = 7;
    /// The most digits accepted, country code included (ITU-T E.164).
    pub const MAX_DIGITS: usize = 15;

    pub(super) const GRAMMAR: Grammar = Grammar {
        what: "E164",
        form: "+ and 7 to 15 digits, the first 1 to 9, nothing between them",
        example: "+14155550123",
        unit: "digits",
    };

    /// Takes a number in exactly the E.164 form; nothing is trimmed, dropped or assumed.
    ///
    /// A `const fn`, so a number known beforehand can be checked by the compiler.
    ///
    /// # Errors
    /// [`IdentRule::Empty`], [`Plus`](IdentRule::Plus), [`FirstDigit`](IdentRule::FirstDigit),
    /// [`Character`](IdentRule::Character), [`TooShort`](IdentRule::TooShort), [`TooLong`](IdentRule::TooLong).
    #[inline]
    pub const fn parse(text: &str) -> Result<Self, IdentError> {
        match pack(text.as_bytes()) {
            Some(packed) => Ok(Self(Inline::from_padded(packed, text.len()))),
            None => Err(explain(text)),
        }
    }

    /// The number in full, with `+`. Personal: not for logs.
    #[must_use]
    pub const fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The number in full, without `+`. Personal: not for logs.
    #[must_use]
    pub const fn digits(&self) -> &str {
        match self.as_str().split_at_checked(1) {
            Some((_, digits)) => digits,
            None => "",
        }
    }

    /// The number for logs: `+`, two digits, a `*` for each digit in the middle, two digits.
    #[must_use]
    pub const fn masked(&self) -> MaskedE164 {
        MaskedE164(*self)
    }
}

/// The bytes of a number padded with zeros, if it is one.
///
/// A number is 8 to 16 bytes with its `+`, so its first 8 and its last 8 bytes cover it, overlapping, and each half is
/// checked at once: no loop, and no call to copy memory. This halves the time of the plain loop.
const fn pack(text: &[u8]) -> Option<[u8; 16]> {
    const PLUS_AS_ZERO: u64 = (b'+' ^ b'0') as u64;

    let (Some(head @ [b'+', b'1'..=b'9', ..]), Some(tail)) =
        (text.first_chunk::<8>(), text.last_chunk::<8>())
    else {
        return None;
    };
    let Some(padding) = 16_usize.checked_sub(text.len()) else {
        return None;
    };
    let head = u64::from_le_bytes(*head);
    let (tail, rest) = if padding == 8 {
        (head ^ PLUS_AS_ZERO, 0)
    } else {
        let tail = u64::from_le_bytes(*tail);
        (tail, tail >> (8 * padding))
    };
    if !(are_digits(head ^ PLUS_AS_ZERO) && are_digits(tail)) {
        return None;
    }
    Some((head as u128 | (rest as u128) << 64).to_le_bytes())
}

/// Whether each of 8 bytes is a digit, 0x30 to 0x39: its high half is 3, and still is after adding 6. The addition
/// cannot carry into the next byte once the first test has passed.
const fn are_digits(bytes: u64) -> bool {
    const HIGH_HALVES: u64 = u64::from_ne_bytes([0xf0; 8]);
    const ZEROS: u64 = u64::from_ne_bytes([b'0'; 8]);
    const SIXES: u64 = u64::from_ne_bytes([6; 8]);
    bytes & HIGH_HALVES == ZEROS && bytes.wrapping_add(SIXES) & HIGH_HALVES == ZEROS
}

/// Why `text` is not a number: the first rule broken from the left.
#[cold]
const fn explain(text: &str) -> IdentError {
    const GRAMMAR: &Grammar = &E164::GRAMMAR;
    let mut rest = match text.as_bytes() {
        [] => return IdentError::new(GRAMMAR, IdentRule::Empty),
        [b'+', b'0', ..] => return IdentError::new(GRAMMAR, IdentRule::FirstDigit).at(text, 1),
        [b'+', rest @ ..] => rest,
        [..] => return IdentError::new(GRAMMAR, IdentRule::Plus).at(text, 0),
    };
    let mut at = 1;
    while let [first, tail @ ..] = rest {
        if !first.is_ascii_digit() {
            return IdentError::new(GRAMMAR, IdentRule::Character)
                .at(text, at)
                .found(*first);
        }
        if at > E164::MAX_DIGITS {
            let max = E164::MAX_DIGITS;
            return IdentError::new(GRAMMAR, IdentRule::TooLong { max }).at(text, at);
        }
        rest = tail;
        at += 1;
    }
    let min = E164::MIN_DIGITS;
    IdentError::new(GRAMMAR, IdentRule::TooShort { min })
}

text_surface!(E164);

impl fmt::Debug for E164 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "E164({})", self.masked())
    }
}

/// A phone number as it may be logged, such as `+14*******23`; made by [`E164::masked`].
///
/// The length of the number can be told, its middle cannot. `Debug` is the same as `Display`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct MaskedE164(E164);

impl fmt::Display for MaskedE164 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.digits();
        let mut masked = String::with_capacity(1 + digits.len());
        masked.push('+');
        for (at, digit) in digits.char_indices() {
            let shown = at < 2 || at + 2 >= digits.len();
            masked.push(if shown { digit } else { '*' });
        }
        f.pad(&masked)
    }
}

impl fmt::Debug for MaskedE164 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHECKED_BY_THE_COMPILER: Result<E164, IdentError> = E164::parse("+14155550123");

    #[test]
    fn takes_the_e164_form_and_nothing_else() {
        for good in [
            "+1234567890",
            "+6834000",
            "+999999999999999",
            "+919876543210",
        ] {
            assert_eq!(E164::parse(good).unwrap().as_str(), good);
        }
        assert_eq!(CHECKED_BY_THE_COMPILER.unwrap(), "+14155550123");
    }

    #[test]
    fn says_which_rule_broke_and_where() {
        for (bad, rule, position) in [
            ("", IdentRule::Empty, None),
            ("1234567890", IdentRule::Plus, Some(0)),
            ("0014155550123", IdentRule::Plus, Some(0)),
            ("tel:+14155550123", IdentRule::Plus, Some(0)),
            (" +14155550123", IdentRule::Plus, Some(0)),
            ("+", IdentRule::TooShort { min: 7 }, None),
            ("+123456", IdentRule::TooShort { min: 7 }, None),
            ("+04155550123", IdentRule::FirstDigit, Some(1)),
            (
                "+1234567890123456",
                IdentRule::TooLong { max: 15 },
                Some(16),
            ),
            ("+1 (123) 456-7890", IdentRule::Character, Some(2)),
            ("+14155550123\n", IdentRule::Character, Some(12)),
            ("++14155550123", IdentRule::Character, Some(1)),
            ("+1415555012\u{0663}", IdentRule::Character, Some(11)),
            ("+\u{0661}4155550123", IdentRule::Character, Some(1)),
        ] {
            let error = E164::parse(bad).unwrap_err();
            assert_eq!(
                (error.rule(), error.position()),
                (rule, position),
                "{bad:?}"
            );
        }
    }

    #[test]
    fn debug_and_the_masked_form_hide_the_middle() {
        let number = E164::parse("+15551234567").unwrap();
        assert_eq!(number.masked().to_string(), "+15*******67");
        assert_eq!(format!("{number:?}"), "E164(+15*******67)");
        assert_eq!(format!("{:?}", number.masked()), "+15*******67");
        assert_eq!(
            E164::parse("+6834567").unwrap().masked().to_string(),
            "+68***67"
        );
    }

    #[test]
    fn a_map_of_numbers_can_be_asked_with_text() {
        let number = E164::parse("+14155550123").unwrap();
        let tenants = std::collections::HashMap::from([(number, "acme")]);
        assert_eq!(tenants.get("+14155550123"), Some(&"acme"));
    }

    #[test]
    fn a_number_written_as_json_number_is_not_echoed() {
        for json in [
            "14155550123",
            "-14155550123",
            "1.4155550123",
            "[14155550123]",
        ] {
            let by_text = serde_json::from_str::<E164>(json).unwrap_err().to_string();
            let value: serde_json::Value = serde_json::from_str(json).unwrap();
            let by_value = serde_json::from_value::<E164>(value)
                .unwrap_err()
                .to_string();
            for text in [by_text, by_value] {
                assert!(text.starts_with("invalid type: not a string"), "{text}");
                assert!(
                    !text.contains("4155550123") && !text.contains("155550123"),
                    "{text}"
                );
            }
        }
    }
}
