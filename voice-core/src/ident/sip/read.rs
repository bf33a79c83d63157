//! Finding and checking the parts of a SIP URI, by the grammar of RFC 3261, section 25.1.

use super::Parts;
use crate::ident::error::IdentRule;
use crate::ident::host::{self, Fault};

pub(super) fn read(text: &str) -> Result<Parts, Fault> {
    let shape = |at| Err(Fault::new(IdentRule::Shape, at));
    let starts = |scheme: &str| {
        text.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    let scheme_len = if starts("sip:") {
        4
    } else if starts("sips:") {
        5
    } else {
        return Err(Fault::new(IdentRule::Scheme, 0));
    };
    let from = |at: usize| text.get(at..).unwrap_or_default();

    let mut host_start = scheme_len;
    if let Some((user, _)) = from(scheme_len).split_once('@') {
        read_user(user).map_err(|fault| fault.later(scheme_len))?;
        host_start += user.len() + 1;
    }

    let tail = from(host_start);
    let host_len = if tail.starts_with('[') {
        tail.find(']').map(|bracket| bracket + 1)
    } else {
        tail.find([':', ';', '?'])
    };
    let host_end = host_start + host_len.unwrap_or(tail.len());
    let name = text.get(host_start..host_end).unwrap_or_default();
    host::any_host(name).map_err(|fault| fault.later(host_start))?;

    let (mut parameters, mut port) = (host_end, None);
    if let Some(tail) = from(host_end).strip_prefix(':') {
        let digits = tail.split([';', '?']).next().unwrap_or_default();
        port = Some(host::port(digits).map_err(|fault| fault.later(host_end + 1))?);
        parameters += 1 + digits.len();
    }

    let tail = from(parameters);
    let (all, query) = match tail.split_once('?') {
        Some((all, query)) => (all, Some(query)),
        None => (tail, None),
    };
    let headers = parameters + all.len();
    let mut at = parameters;
    for (count, parameter) in all.split(';').enumerate() {
        if count == 0 {
            // What is left between host and parameters: nothing, unless something follows an IPv6 address.
            scan(parameter, &[]).map_err(|fault| fault.later(at))?;
            if !parameter.is_empty() {
                return shape(at);
            }
        } else {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, "-"));
            if name.is_empty() || value.is_empty() {
                return shape(at - 1);
            }
            scan(name, b"[]/:&+$").map_err(|fault| fault.later(at))?;
            let value_at = at + name.len() + 1;
            scan(value, b"[]/:&+$").map_err(|fault| fault.later(value_at))?;
        }
        at += parameter.len() + 1;
    }
    if let Some(query) = query {
        for header in query.split('&') {
            let Some((name, value)) = header.split_once('=').filter(|(name, _)| !name.is_empty())
            else {
                return shape(at - 1);
            };
            scan(name, b"[]/?:+$").map_err(|fault| fault.later(at))?;
            let value_at = at + name.len() + 1;
            scan(value, b"[]/?:+$").map_err(|fault| fault.later(value_at))?;
            at += header.len() + 1;
        }
    }
    Ok(Parts {
        host_start,
        host_end,
        port,
        parameters,
        headers,
    })
}

fn read_user(user: &str) -> Result<(), Fault> {
    if user.is_empty() {
        return Err(Fault::new(IdentRule::Shape, 0));
    }
    let name = user.split(':').next().unwrap_or_default();
    scan(name, b"&=+$,;?/")?;
    if name.len() < user.len() {
        return Err(Fault::new(IdentRule::Password, name.len()));
    }
    Ok(())
}

/// Checks the unreserved characters of RFC 3261, those in `extra`, and escapes.
fn scan(part: &str, extra: &[u8]) -> Result<(), Fault> {
    let mut at = 0;
    let mut rest = part.as_bytes();
    while let [byte, tail @ ..] = rest {
        let fine = byte.is_ascii_alphanumeric()
            || b"-_.!~*'()".contains(byte)
            || extra.contains(byte)
            || (*byte == b'%' && unescape(tail).is_some_and(|value| !value.is_ascii_control()));
        if !fine {
            return Err(Fault::character(*byte, at));
        }
        rest = tail;
        at += 1;
    }
    Ok(())
}

/// The byte that two hexadecimal digits after a `%` stand for.
pub(super) fn unescape(after_percent: &[u8]) -> Option<u8> {
    let [high, low, ..] = after_percent else {
        return None;
    };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()
}

#[cfg(test)]
mod tests {
    use super::super::SipUri;
    use super::*;

    #[test]
    fn says_which_rule_broke_and_where() {
        for (bad, rule, position) in [
            ("", IdentRule::Empty, None),
            ("anna@example.com", IdentRule::Scheme, Some(0)),
            ("tel:+14155550123", IdentRule::Scheme, Some(0)),
            ("<sip:anna@example.com>", IdentRule::Scheme, Some(0)),
            ("sip:anna:pw@example.com", IdentRule::Password, Some(8)),
            ("sip::@example.com", IdentRule::Password, Some(4)),
            ("sip:@example.com", IdentRule::Shape, Some(4)),
            ("sip:a b@example.com", IdentRule::Character, Some(5)),
            ("sip:a%4@example.com", IdentRule::Character, Some(5)),
            ("sip:a%0d@example.com", IdentRule::Character, Some(5)),
            ("sip:", IdentRule::Host, None),
            ("sip:anna@", IdentRule::Host, None),
            ("sip:anna@localhost", IdentRule::Host, Some(9)),
            ("sip:anna@a_b.com", IdentRule::Character, Some(10)),
            ("sip:a@b@example.com", IdentRule::Character, Some(7)),
            ("sip:anna@300.1.1.1", IdentRule::Ipv4, Some(9)),
            ("sip:[::1", IdentRule::Host, Some(4)),
            ("sip:[::1]x;lr", IdentRule::Shape, Some(9)),
            ("sip:example.com:0", IdentRule::Port, Some(16)),
            ("sip:example.com:", IdentRule::Port, None),
            ("sip:example.com:70000;lr", IdentRule::Port, Some(16)),
            ("sip:example.com;", IdentRule::Shape, Some(15)),
            ("sip:example.com;a=", IdentRule::Shape, Some(15)),
            ("sip:example.com;a=b=c", IdentRule::Character, Some(19)),
            ("sip:example.com;a=\"b\"", IdentRule::Character, Some(18)),
            ("sip:example.com?", IdentRule::Shape, Some(15)),
            ("sip:example.com?a=b&c", IdentRule::Shape, Some(19)),
            (
                "sip:example.com?a=b%0D%0AEvil:1",
                IdentRule::Character,
                Some(19),
            ),
            ("sip:example.com\n", IdentRule::Character, Some(15)),
            ("sip:\u{e9}@example.com", IdentRule::Character, Some(4)),
        ] {
            let error = SipUri::parse(bad).unwrap_err();
            assert_eq!(
                (error.rule(), error.position()),
                (rule, position),
                "{bad:?}"
            );
        }
    }
}
