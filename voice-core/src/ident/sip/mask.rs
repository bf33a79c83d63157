//! The form of a SIP URI that may be logged.

use std::fmt;

use super::SipUri;
use super::read::unescape;

/// From this many digits on, a user part may be a phone number; shorter ones are extensions.
const USER_DIGITS: usize = 5;
/// From this many digits on, any other part may be a phone number. The shortest international numbers have 7.
const OTHER_DIGITS: usize = 7;

/// A SIP URI as it may be logged, such as `sip:+14*******23@example.com`; made by [`SipUri::masked`].
///
/// A user part of 5 digits or more keeps the first two and the last two of them, the others become `*`; so does any
/// label of a host name, parameter or header of 7 digits or more. Escaped digits (`%34`) count as digits. Everything
/// else, IP addresses among it, is shown. `Debug` is the same as `Display`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct MaskedSipUri<'a>(pub(super) &'a SipUri);

impl fmt::Display for MaskedSipUri<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, user, host, rest) = self.0.sections();
        let mut masked = String::with_capacity(self.0.as_str().len());
        masked.push_str(scheme);
        masked.push(':');
        if let Some(user) = user {
            for piece in user.split_inclusive(';') {
                push_masked(&mut masked, piece, USER_DIGITS);
            }
            masked.push('@');
        }
        if self.0.host_address().is_some() {
            masked.push_str(host);
        } else {
            for label in host.split_inclusive(['.', ':']) {
                push_masked(&mut masked, label, OTHER_DIGITS);
            }
        }
        for piece in rest.split_inclusive([';', '?', '&', '=']) {
            push_masked(&mut masked, piece, OTHER_DIGITS);
        }
        f.pad(&masked)
    }
}

impl fmt::Debug for MaskedSipUri<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn push_masked(out: &mut String, piece: &str, threshold: usize) {
    let total = units(piece).filter(|(_, is_digit)| *is_digit).count();
    let mut seen = 0;
    for (unit, is_digit) in units(piece) {
        if is_digit {
            seen += 1;
            if total >= threshold && seen > 2 && seen + 2 <= total {
                out.push('*');
                continue;
            }
        }
        out.push_str(unit);
    }
}

/// The characters of a part, an escape counting as one, and whether each is a digit.
fn units(piece: &str) -> impl Iterator<Item = (&str, bool)> {
    let mut rest = piece;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let escaped = rest.strip_prefix('%').map(str::as_bytes).and_then(unescape);
        let (len, is_digit) = match escaped {
            Some(byte) => (3, byte.is_ascii_digit()),
            None => (first.len_utf8(), first.is_ascii_digit()),
        };
        let (unit, tail) = rest.split_at_checked(len)?;
        rest = tail;
        Some((unit, is_digit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phone_numbers_are_masked_wherever_they_stand() {
        for (uri, masked) in [
            (
                "sip:+14155550123@example.com",
                "sip:+14*******23@example.com",
            ),
            (
                "sips:4155550123@203.0.113.10:5061",
                "sips:41******23@203.0.113.10:5061",
            ),
            (
                "sip:+1-415-555-0123@example.com",
                "sip:+1-4**-***-**23@example.com",
            ),
            (
                "sip:%2B%31%34155550123@example.com",
                "sip:%2B%31%34*******23@example.com",
            ),
            (
                "sip:14%31%35%35550123@example.com",
                "sip:14*******23@example.com",
            ),
            ("sip:12345@example.com", "sip:12*45@example.com"),
            (
                "sip:+14155550123;phone-context=+1@example.com",
                "sip:+14*******23;phone-context=+1@example.com",
            ),
            (
                "sip:anna@example.com;cli=4155550123?P-Asserted=sip:4155550123",
                "sip:anna@example.com;cli=41******23?P-Asserted=sip:41******23",
            ),
            (
                "sip:x@4155550123.example.com",
                "sip:x@41******23.example.com",
            ),
        ] {
            let uri = SipUri::parse(uri).unwrap();
            assert_eq!(uri.masked().to_string(), masked);
            assert_eq!(format!("{uri:?}"), format!("SipUri({masked})"));
            assert_eq!(format!("{:?}", uri.masked()), masked);
        }
    }

    #[test]
    fn what_is_no_number_is_shown() {
        for uri in [
            "sip:anna@example.com",
            "sip:1001@[2001:db8:1234:5678::1]:5061;transport=tls",
            "sip:proj_1a@sip.example.com:5061;transport=tls?X-Tenant=acme%20gmbh",
        ] {
            assert_eq!(SipUri::parse(uri).unwrap().masked().to_string(), uri);
        }
    }
}
