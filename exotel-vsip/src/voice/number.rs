//! Telephone numbers in the two forms voice v1 takes, and how they are shown.

use std::fmt;
use std::str::FromStr;

use voice_core::ident::E164;

/// A telephone number for voice v1: E.164, which Exotel prefers, or the local form with a leading `0`.
///
/// A number is personal: [`as_str`](Self::as_str) gives it in full, `Debug` masks it.
///
/// ```
/// use exotel_vsip::voice::Number;
///
/// assert_eq!(Number::parse("+919876543210")?.as_str(), "+919876543210");
/// assert_eq!(format!("{:?}", Number::parse("09876543210")?), "Number(0********10)");
/// assert!(Number::parse("9876543210").is_err());
/// # Ok::<(), exotel_vsip::voice::NumberError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Number(Form);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Form {
    Global(E164),
    Local(Box<str>),
}

/// Why a text is no number; it never quotes the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a telephone number; expected E.164 such as +919876543210, or 0 and 6 to 14 digits such as 09876543210"
)]
pub struct NumberError;

impl Number {
    /// Takes a number in either form; nothing is trimmed, dropped or assumed.
    ///
    /// # Errors
    /// [`NumberError`].
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        if let Ok(number) = E164::parse(text) {
            return Ok(Self(Form::Global(number)));
        }
        match text.strip_prefix('0') {
            Some(rest)
                if (6..=14).contains(&rest.len())
                    && rest.bytes().all(|byte| byte.is_ascii_digit()) =>
            {
                Ok(Self(Form::Local(text.into())))
            }
            _ => Err(NumberError),
        }
    }

    /// The number in full. Personal: not for logs.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Form::Global(number) => number.as_str(),
            Form::Local(text) => text,
        }
    }
}

impl From<E164> for Number {
    fn from(number: E164) -> Self {
        Self(Form::Global(number))
    }
}

impl FromStr for Number {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        Self::parse(text)
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Number({})", Masked(self.as_str()))
    }
}

impl From<NumberError> for voice_core::error::Error {
    fn from(error: NumberError) -> Self {
        Self::invalid_input("number", error.to_string()).with_source(error)
    }
}

/// Shows a number masked, and nothing of anything else.
pub(crate) struct Masked<'a>(pub(crate) &'a str);

impl fmt::Display for Masked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Ok(number) = E164::parse(self.0) {
            return write!(f, "{}", number.masked());
        }
        let digits = self.0.len() >= 7 && self.0.bytes().all(|byte| byte.is_ascii_digit());
        match (
            self.0.get(..1),
            self.0.get(self.0.len().saturating_sub(2)..),
        ) {
            (Some(first), Some(last)) if digits => {
                write!(f, "{first}{}{last}", "*".repeat(self.0.len() - 3))
            }
            _ if self.0.is_empty() => f.write_str("\"\""),
            _ => f.write_str("[personal]"),
        }
    }
}

impl fmt::Debug for Masked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Whether a text of an answer can be `number`: the same digits, or its national form with or without leading zeros.
///
/// Answers write local forms although E.164 was sent.
pub(crate) fn is_same(text: &str, number: E164) -> bool {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let local = digits.trim_start_matches('0');
    local == number.digits()
        || (!text.trim_start().starts_with('+') && !local.is_empty() && local == national(number))
}

/// A number without its country code.
fn national(number: E164) -> String {
    let digits = number.digits();
    digits
        .get(country_code(digits)..)
        .unwrap_or_default()
        .to_owned()
}

/// How many digits the country code has: the codes of one and of two digits, as ITU-T E.164 assigns them; every other has
/// three.
fn country_code(digits: &str) -> usize {
    match digits.as_bytes() {
        [b'1' | b'7', ..] => 1,
        [b'2', b'0' | b'7', ..]
        | [b'3', b'0'..=b'4' | b'6' | b'9', ..]
        | [b'4', b'0' | b'1' | b'3'..=b'9', ..]
        | [b'5', b'1'..=b'8', ..]
        | [b'6', b'0'..=b'6', ..]
        | [b'8', b'1' | b'2' | b'4' | b'6', ..]
        | [b'9', b'0'..=b'5' | b'8', ..] => 2,
        _ => 3,
    }
}

/// The ways in which a list may spell a number, as a filter takes them.
pub(crate) fn spellings(number: E164) -> Vec<String> {
    vec![
        number.as_str().to_owned(),
        number.digits().to_owned(),
        format!("0{}", national(number)),
    ]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn both_forms_and_no_other() {
        for good in ["+919876543210", "09876543210", "0224567"] {
            assert_eq!(Number::parse(good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            "0",
            "012345",
            "9876543210",
            "0987 6543210",
            "+0123456789",
            "0123456789012345",
            "sip:a@b",
        ] {
            assert_eq!(Number::parse(bad), Err(NumberError), "{bad}");
        }
    }

    #[test]
    fn nothing_personal_is_shown() {
        for (text, shown) in [
            ("+919876543210", "+91********10"),
            ("09876543210", "0********10"),
            ("sip:ada@example.com", "[personal]"),
            ("Ada", "[personal]"),
            ("१२३४५६७८९", "[personal]"),
            ("", "\"\""),
        ] {
            assert_eq!(format!("{:?}", Masked(text)), shown);
        }
    }

    #[test]
    fn a_number_is_recognised_in_every_spelling_and_no_other_is() {
        let number = E164::parse("+919876543210").unwrap();
        for same in [
            "+919876543210",
            "919876543210",
            "09876543210",
            "9876543210",
            "+91 98765-43210",
        ] {
            assert!(is_same(same, number), "{same}");
        }
        for other in [
            "",
            "0",
            "+9876543210",
            "9876543211",
            "543210",
            "+19876543210",
            "19876543210",
        ] {
            assert!(!is_same(other, number), "{other}");
        }
        assert_eq!(
            spellings(number),
            ["+919876543210", "919876543210", "09876543210"]
        );
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".*") {
            let _ = Number::parse(&text);
            let shown = format!("{}", Masked(&text));
            let number = E164::parse("+919876543210").unwrap();
            let _ = is_same(&text, number);
            prop_assert!(!shown.contains("987654"));
        }
    }
}
