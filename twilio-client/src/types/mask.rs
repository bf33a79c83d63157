//! How personal texts are shown.

use std::fmt;

use voice_core::ident::E164;

/// Shows a number masked, the scheme of an address, and nothing of anything else.
pub(crate) struct Masked<'a>(pub(crate) &'a str);

impl fmt::Debug for Masked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Ok(number) = E164::parse(self.0) {
            return write!(f, "{}", number.masked());
        }
        match self.0.split_once(':') {
            _ if self.0.is_empty() => f.write_str("\"\""),
            Some((scheme @ ("sip" | "sips" | "client" | "sim" | "app"), _)) => {
                write!(f, "{scheme}:…")
            }
            _ => f.write_str("[personal]"),
        }
    }
}

impl fmt::Display for Masked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_personal_is_shown() {
        for (text, shown) in [
            ("+14155550123", "+14*******23"),
            ("(415) 555-0123", "[personal]"),
            ("client:alice", "client:…"),
            ("sip:alice@example.com", "sip:…"),
            ("Alice: really", "[personal]"),
            ("", "\"\""),
        ] {
            assert_eq!(format!("{:?}", Masked(text)), shown);
        }
    }
}
