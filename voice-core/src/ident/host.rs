//! Reading hosts and ports, for every type that has them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::error::{Grammar, IdentError, IdentRule};

/// A rule broken at a byte offset of the part that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fault {
    rule: IdentRule,
    at: usize,
    byte: Option<u8>,
}

impl Fault {
    pub(super) const fn new(rule: IdentRule, at: usize) -> Self {
        Self {
            rule,
            at,
            byte: None,
        }
    }

    pub(super) const fn character(byte: u8, at: usize) -> Self {
        Self {
            rule: IdentRule::Character,
            at,
            byte: Some(byte),
        }
    }

    /// The same fault, when the part that was read starts at `offset` of a larger part.
    pub(super) const fn later(self, offset: usize) -> Self {
        Self {
            at: self.at + offset,
            ..self
        }
    }

    /// The error for the whole `text`, of which the part that was read starts at `offset`.
    pub(super) const fn within(
        self,
        grammar: &'static Grammar,
        text: &str,
        offset: usize,
    ) -> IdentError {
        let error = IdentError::new(grammar, self.rule).at(text, offset + self.at);
        match self.byte {
            Some(byte) => error.found(byte),
            None => error,
        }
    }
}

/// Reads four decimal numbers with dots between, each 0 to 255 and without leading zeros.
pub(super) fn ipv4(text: &str) -> Result<Ipv4Addr, Fault> {
    let mut octets = [0; 4];
    let mut parts = text.split('.');
    let mut at = 0;
    for octet in &mut octets {
        let Some(part) = parts.next() else {
            return Err(Fault::new(IdentRule::Ipv4, text.len()));
        };
        if let Some((inside, byte)) = part.bytes().enumerate().find(|(_, b)| !b.is_ascii_digit()) {
            return Err(Fault::character(byte, at + inside));
        }
        *octet = canonical(part).ok_or(Fault::new(IdentRule::Ipv4, at))?;
        at += part.len() + 1;
    }
    match parts.next() {
        Some(_) => Err(Fault::new(IdentRule::Ipv4, at - 1)),
        None => Ok(octets.into()),
    }
}

/// A decimal number as it would be printed: digits only, no sign, no leading zero.
pub(super) fn canonical<T: std::str::FromStr>(text: &str) -> Option<T> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let padded = text.len() > 1 && text.starts_with('0');
    (plain && !padded).then(|| text.parse().ok())?
}

/// Reads a port from 1 to 65535.
pub(super) fn port(text: &str) -> Result<u16, Fault> {
    canonical(text)
        .filter(|port| *port != 0)
        .ok_or(Fault::new(IdentRule::Port, 0))
}

/// Reads a host: a dotted IPv4 address (`Some`) or a fully qualified name (`None`).
///
/// A name is two or more labels of letters, digits and inner hyphens, each up to 63 characters, 253 together, the last
/// label not all digits (RFC 1123); no underscore, no dot at the end. Names in other scripts are written in punycode.
pub(super) fn ipv4_or_name(text: &str) -> Result<Option<Ipv4Addr>, Fault> {
    let last = text.rsplit('.').next().unwrap_or_default();
    if !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit()) {
        return ipv4(text).map(Some);
    }
    if text.len() > 253 {
        return Err(Fault::new(IdentRule::Host, 0));
    }
    let mut at = 0;
    for label in text.split('.') {
        let stray = label
            .bytes()
            .enumerate()
            .find(|(_, byte)| !byte.is_ascii_alphanumeric() && *byte != b'-');
        if let Some((inside, byte)) = stray {
            return Err(Fault::character(byte, at + inside));
        }
        if label.is_empty() || label.len() > 63 || label.starts_with('-') || label.ends_with('-') {
            return Err(Fault::new(IdentRule::Host, at));
        }
        at += label.len() + 1;
    }
    if text.contains('.') {
        Ok(None)
    } else {
        Err(Fault::new(IdentRule::Host, 0))
    }
}

/// Reads a host of a SIP URI: as [`ipv4_or_name`], or an IPv6 address in square brackets.
pub(super) fn any_host(text: &str) -> Result<Option<IpAddr>, Fault> {
    if !text.starts_with('[') {
        return Ok(ipv4_or_name(text)?.map(IpAddr::V4));
    }
    text.strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .and_then(|address| address.parse::<Ipv6Addr>().ok())
        .map(|address| Some(IpAddr::V6(address)))
        .ok_or(Fault::new(IdentRule::Host, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ipv4_is_four_plain_numbers() {
        assert_eq!(ipv4("203.0.113.10"), Ok(Ipv4Addr::new(203, 0, 113, 10)));
        for (bad, fault) in [
            ("", Fault::new(IdentRule::Ipv4, 0)),
            ("1.2.3", Fault::new(IdentRule::Ipv4, 5)),
            ("1.2.3.4.5", Fault::new(IdentRule::Ipv4, 7)),
            ("1.2.256.4", Fault::new(IdentRule::Ipv4, 4)),
            ("1.2.03.4", Fault::new(IdentRule::Ipv4, 4)),
            ("1..3.4", Fault::new(IdentRule::Ipv4, 2)),
            ("1.2.3.4/24", Fault::character(b'/', 7)),
            ("1.+2.3.4", Fault::character(b'+', 2)),
            ("::1", Fault::character(b':', 0)),
        ] {
            assert_eq!(ipv4(bad), Err(fault), "{bad:?}");
        }
    }

    #[test]
    fn names_have_two_labels_or_more() {
        let longest = format!("{}.{}", "a".repeat(63), "b".repeat(63));
        for good in [
            "example.com",
            "a.b",
            "xn--mnchen-3ya.de",
            "1and1.com",
            "a.1b",
            &longest,
        ] {
            assert_eq!(ipv4_or_name(good), Ok(None), "{good:?}");
        }
        let most = ["a.".repeat(125), "bcd".to_owned()].concat();
        assert_eq!((most.len(), ipv4_or_name(&most)), (253, Ok(None)));
        let wide = format!("{}.com", "a".repeat(64));
        let long = ["a.".repeat(126), "bc".to_owned()].concat();
        for (bad, fault) in [
            ("", Fault::new(IdentRule::Host, 0)),
            ("localhost", Fault::new(IdentRule::Host, 0)),
            ("example.com.", Fault::new(IdentRule::Host, 12)),
            ("a..b", Fault::new(IdentRule::Host, 2)),
            ("-a.b", Fault::new(IdentRule::Host, 0)),
            ("a.b-", Fault::new(IdentRule::Host, 2)),
            ("a_b.c", Fault::character(b'_', 1)),
            ("m\u{fc}nchen.de", Fault::character(0xc3, 1)),
            ("300.1.1.1", Fault::new(IdentRule::Ipv4, 0)),
            ("example.123", Fault::character(b'e', 0)),
            (&wide, Fault::new(IdentRule::Host, 0)),
            (&long, Fault::new(IdentRule::Host, 0)),
        ] {
            assert_eq!(ipv4_or_name(bad), Err(fault), "{bad:?}");
        }
    }

    #[test]
    fn ipv6_stands_in_brackets() {
        assert_eq!(
            any_host("[2001:db8::1]"),
            Ok(Some("2001:db8::1".parse().unwrap()))
        );
        for bad in ["[2001:db8::1", "[]", "[fe80::1%25eth0]", "[1.2.3.4]"] {
            assert_eq!(
                any_host(bad),
                Err(Fault::new(IdentRule::Host, 0)),
                "{bad:?}"
            );
        }
    }

    #[test]
    fn ports_are_1_to_65535() {
        assert_eq!((port("1"), port("65535")), (Ok(1), Ok(65535)));
        for bad in ["", "0", "65536", "05060", "+5060", "5060 ", "sip"] {
            assert_eq!(port(bad), Err(Fault::new(IdentRule::Port, 0)), "{bad:?}");
        }
    }
}
