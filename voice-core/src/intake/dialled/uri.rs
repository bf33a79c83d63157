//! From a URI to the number it stands for: `sip:` and `sips:` (RFC 3261, section 19.1), `tel:` (RFC 3966), or bare digits.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::look::Miss;
use super::number;
use super::region::Region;
use crate::ident::E164;

/// The number that the URI stands for.
pub(super) fn number(uri: &str, region: Option<&Region>) -> Result<E164, Miss> {
    if uri.is_empty() {
        return Err(Miss::Empty);
    }
    match uri.split_once(':') {
        Some((scheme, rest)) if is(scheme, "sip") || is(scheme, "sips") => {
            subscriber(user(rest).ok_or(Miss::NoUser)?, region)
        }
        Some((scheme, rest)) if is(scheme, "tel") => subscriber(rest, region),
        Some((scheme, _)) if is_scheme(scheme) => Err(Miss::OtherScheme),
        // A number without a URI around it, as custom headers have it. It ends where parameters of the header begin.
        _ => subscriber(uri, region),
    }
}

/// The user part of what follows `sip:`, with its parameters and without a password; escapes as written.
pub(super) fn user(rest: &str) -> Option<&str> {
    let (user, _) = rest.split_once('@')?;
    let user = user.split(':').next().unwrap_or_default();
    (!user.is_empty()).then_some(user)
}

/// The host of what follows `sip:`, without port, parameters and headers.
pub(super) fn host(rest: &str) -> &str {
    let after = rest.split_once('@').map_or(rest, |(_, after)| after);
    let end = if after.starts_with('[') {
        after.find(']').map(|at| at + 1)
    } else {
        after.find([':', ';', '?', '>'])
    };
    after.get(..end.unwrap_or(after.len())).unwrap_or_default()
}

/// `digits;parameter;parameter=value`, as in `tel:` and in the user part of `sip:`. Escapes are undone part by part, so
/// that an escaped `;` parts nothing.
fn subscriber(text: &str, region: Option<&Region>) -> Result<E164, Miss> {
    let mut parts = text.split(';');
    let first = parts.next().unwrap_or_default();
    let digits = decoded(first).ok_or(Miss::NotANumber)?;
    let context = parts
        .filter_map(|part| part.split_once('='))
        .find(|(name, _)| is(name.trim(), "phone-context"))
        .map(|(_, value)| value);
    let Some(context) = context else {
        return number::read(&digits, region);
    };
    let context = decoded(context).ok_or(Miss::NotANumber)?;
    let context = context.trim_matches(['"', ' ']);
    match context.strip_prefix('+') {
        // A number that is local to a country: that country's rules, if they are known, whatever the default is.
        Some(code) if !digits.trim_start().starts_with('+') => {
            let code = country(code).ok_or(Miss::ForeignContext)?;
            let known = region.filter(|region| region.calling_code() == code);
            let known = known.or_else(|| Region::of_calling_code(&code));
            number::read(&digits, Some(known.ok_or(Miss::ForeignContext)?))
        }
        _ => number::read(&digits, region),
    }
}

/// The digits of a country as context, if there is nothing but digits and the separators of RFC 3966 in it.
fn country(text: &str) -> Option<String> {
    let is_separator = |character| matches!(character, '-' | '.' | '(' | ')');
    let digits = |character: &char| !is_separator(*character);
    let code: String = text.chars().filter(digits).collect();
    code.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then_some(code)
}

/// Without escapes. One that stands for a control character is no fold of a header, and in no number.
fn decoded(text: &str) -> Option<Cow<'_, str>> {
    let is_control = |escape: &[u8]| {
        matches!(escape, [b'%', b'0' | b'1', low] if low.is_ascii_hexdigit())
            || escape.eq_ignore_ascii_case(b"%7f")
    };
    if text.as_bytes().windows(3).any(is_control) {
        return None;
    }
    percent_decode_str(text).decode_utf8().ok()
}

fn is(text: &str, name: &str) -> bool {
    text.trim().eq_ignore_ascii_case(name)
}

/// Whether the text could be the scheme of a URI (RFC 3986, section 3.1).
fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(uri: &str) -> Result<String, Miss> {
        number(uri, None).map(|number| number.as_str().to_owned())
    }

    #[test]
    fn every_form_of_a_global_number_is_read() {
        for uri in [
            "sip:+14155550123@example.com",
            "SIPS:+14155550123@example.com:5061",
            "sip:+1-415-555-0123@[2001:db8::1]:5060;transport=tls?Subject=x%40y",
            "sip:%2B14155550123@example.com",
            "sip:%2b1%34155550123@10.0.0.1",
            "sip:+1(415)555.0123;ext=9;isub=7@example.com;user=phone",
            "sip:+14155550123;phone-context=+49@example.com",
            "sip:+14155550123:secret@example.com",
            "sip:+14155550123@host;note=a@b",
            "tel:+1-415-555-0123",
            "TEL:+14155550123;ext=22;isub=1",
            "tel:+1(415)555-0123-;phone-context=example.com",
            "tel:+1%204155550123",
            "+14155550123",
            "+1 415 555 0123",
            "+1-415-\r\n 555-0123;tag=1",
        ] {
            assert_eq!(read(uri).as_deref(), Ok("+14155550123"), "{uri}");
        }
    }

    #[test]
    fn what_is_no_global_number_says_why() {
        for (uri, why) in [
            ("", Miss::Empty),
            ("sip:example.com", Miss::NoUser),
            ("sip:+14155550123", Miss::NoUser),
            ("sip:@example.com", Miss::NoUser),
            ("sip::secret@example.com", Miss::NoUser),
            ("sip:proj_abc123@sip.example.com", Miss::NotANumber),
            ("sip:+1415%FF5550123@h", Miss::NotANumber),
            ("sip:+1415%3B5550123@h", Miss::NotANumber),
            ("sip:+1415%005550123@h", Miss::NotANumber),
            ("sip:+1415%0D%0A5550123@h", Miss::NotANumber),
            ("tel:+1415%0a5550123", Miss::NotANumber),
            ("tel:+1415%095550123", Miss::NotANumber),
            ("sip:14155550123@example.com", Miss::NoRegion),
            ("sip:0014155550123@h", Miss::NoRegion),
            ("tel:863-1234", Miss::NoRegion),
            ("tel:863-1234;phone-context=example.com", Miss::NoRegion),
            ("tel:8631234;phone-context=+1-914-555", Miss::ForeignContext),
            ("tel:*21#;phone-context=+44", Miss::NotANumber),
            ("tel:02079460958;phone-context=+4x4", Miss::ForeignContext),
            ("tel:02079460958;phone-context=+44a", Miss::ForeignContext),
            ("tel:+44( 0 )2079460958", Miss::TrunkInside),
            ("tel:+", Miss::NotANumber),
            ("sip:+0155550123@h", Miss::OutOfRange),
            ("sip:+12345@h", Miss::OutOfRange),
            ("sip:+1234567890123456@h", Miss::OutOfRange),
            ("tel:+44(0)2079460958", Miss::TrunkInside),
            ("mailto:a@b", Miss::OtherScheme),
            ("urn:service:sos", Miss::OtherScheme),
            ("+1415:5550123", Miss::NotANumber),
        ] {
            assert_eq!(read(uri), Err(why), "{uri}");
        }
    }

    #[test]
    fn a_country_as_context_decides_how_a_local_number_is_read() {
        let number = read("tel:020-7946-0958;phone-context=+44");
        assert_eq!(number.as_deref(), Ok("+442079460958"));
        let number = super::number(
            "sip:02079460958;phone-context=%2B44@h;user=phone",
            Some(&Region::GERMANY),
        );
        assert_eq!(number.unwrap(), "+442079460958");
        let number = super::number(
            "tel:02079460958;phone-context=h.example",
            Some(&Region::UNITED_KINGDOM),
        );
        assert_eq!(number.unwrap(), "+442079460958");
    }

    #[test]
    fn the_host_is_what_is_left_of_it_all() {
        for (rest, expected) in [
            ("a@h.example:5060;x=y", "h.example"),
            ("h.example?x=y", "h.example"),
            ("a@[::1]:5060", "[::1]"),
            ("", ""),
        ] {
            assert_eq!(host(rest), expected, "{rest}");
        }
    }
}
