//! The tolerant way to read a phone number: separators between digits are dropped, nothing is guessed.

use super::error::{IdentError, IdentRule};
use super::phone::E164;

/// Whether `character` may stand between two digits. The list in the docs of [`E164::parse_lenient`] is this one.
const fn is_separator(character: char) -> bool {
    matches!(
        character,
        ' ' | '\t' | '\u{a0}' | '-' | '\u{2010}'..='\u{2014}' | '.' | '/' | '(' | ')'
    )
}

impl E164 {
    /// Takes a number as people write it, and drops the separators between its digits.
    ///
    /// Dropped between two digits, one or several in a row:
    ///
    /// | character | |
    /// |---|---|
    /// | space, tab, no-break space | U+0020, U+0009, U+00A0 |
    /// | hyphen-minus | `-` U+002D |
    /// | hyphen, non-breaking hyphen, figure dash, en dash, em dash | U+2010 to U+2014 |
    /// | dot, slash, round brackets | `.` `/` `(` `)` |
    ///
    /// Everything else is as in [`parse`](Self::parse): the number starts with `+` and ends with a digit. Nothing is
    /// guessed: a missing `+`, the prefix `00` and `tel:` are refused, and so is `(0)` as in `+44 (0)20 …`, because
    /// whether that zero is dialled differs from country to country.
    ///
    /// # Errors
    /// Those of [`parse`](Self::parse), and [`IdentRule::TrunkPrefix`].
    ///
    /// ```
    /// use voice_core::ident::E164;
    ///
    /// assert_eq!(E164::parse_lenient("+1 (415) 555-0123")?, "+14155550123");
    /// assert_eq!(E164::parse_lenient("+44 20.7946/0958")?, "+442079460958");
    /// assert!(E164::parse_lenient("+44 (0)20 7946 0958").is_err());
    /// assert!(E164::parse_lenient("(415) 555-0123").is_err());
    /// # Ok::<(), voice_core::ident::IdentError>(())
    /// ```
    pub fn parse_lenient(text: &str) -> Result<Self, IdentError> {
        let fail = |rule, at| Err(IdentError::new(&Self::GRAMMAR, rule).at(text, at));
        let unwelcome = |character: char, at| {
            let byte = u8::try_from(character).unwrap_or(u8::MAX);
            Err(IdentError::new(&Self::GRAMMAR, IdentRule::Character)
                .at(text, at)
                .found(byte))
        };

        let mut characters = text.char_indices();
        match characters.next() {
            None => return fail(IdentRule::Empty, 0),
            Some((_, '+')) => {}
            Some((at, _)) => return fail(IdentRule::Plus, at),
        }
        let mut number = String::with_capacity(1 + Self::MAX_DIGITS);
        number.push('+');
        let mut separator = None;
        for (at, character) in characters {
            if character.is_ascii_digit() {
                if number.len() == 1 && character == '0' {
                    return fail(IdentRule::FirstDigit, at);
                }
                if number.len() > Self::MAX_DIGITS {
                    let max = Self::MAX_DIGITS;
                    return fail(IdentRule::TooLong { max }, at);
                }
                number.push(character);
                separator = None;
            } else if is_separator(character) && number.len() > 1 {
                if text.get(at..).is_some_and(|rest| rest.starts_with("(0)")) {
                    return fail(IdentRule::TrunkPrefix, at);
                }
                separator = separator.or(Some((at, character)));
            } else {
                return unwelcome(character, at);
            }
        }
        match separator {
            Some((at, character)) => unwelcome(character, at),
            None => Self::parse(&number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_separator_is_dropped() {
        for separator in [
            " ", "\t", "\u{a0}", "-", "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}", "\u{2014}",
            ".", "/", "(", ")", ") ", " - ", "((",
        ] {
            let text = format!("+1415{separator}555{separator}0123");
            assert_eq!(
                E164::parse_lenient(&text).unwrap(),
                "+14155550123",
                "{text:?}"
            );
        }
    }

    #[test]
    fn nothing_is_guessed() {
        for (bad, rule, position) in [
            ("", IdentRule::Empty, None),
            ("(415) 555-0123", IdentRule::Plus, Some(0)),
            (" +14155550123", IdentRule::Plus, Some(0)),
            ("0014155550123", IdentRule::Plus, Some(0)),
            ("tel:+1-415-555-0123", IdentRule::Plus, Some(0)),
            ("+ 14155550123", IdentRule::Character, Some(1)),
            ("+(1)4155550123", IdentRule::Character, Some(1)),
            ("+14155550123 ", IdentRule::Character, Some(12)),
            ("+1 415 555 0123 \u{2013}", IdentRule::Character, Some(15)),
            ("+1 415 555 0123 x9", IdentRule::Character, Some(16)),
            ("+1,415,555,0123", IdentRule::Character, Some(2)),
            ("+1\u{2009}4155550123", IdentRule::Character, Some(2)),
            ("+1\u{2015}4155550123", IdentRule::Character, Some(2)),
            ("+1\n4155550123", IdentRule::Character, Some(2)),
            ("+0 415 555 0123", IdentRule::FirstDigit, Some(1)),
            ("+44 (0)20 7946 0958", IdentRule::TrunkPrefix, Some(4)),
            ("+1 23-45", IdentRule::TooShort { min: 7 }, None),
            (
                "+1 234 567 890 123 456",
                IdentRule::TooLong { max: 15 },
                Some(21),
            ),
        ] {
            let error = E164::parse_lenient(bad).unwrap_err();
            assert_eq!(
                (error.rule(), error.position()),
                (rule, position),
                "{bad:?}"
            );
        }
    }

    #[test]
    fn an_area_code_in_brackets_keeps_its_zero() {
        let number = E164::parse_lenient("+39 (06) 1234 5678").unwrap();
        assert_eq!(number, "+390612345678");
    }
}
