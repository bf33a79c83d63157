//! Checking a base URL before and after the URL parser has had it.
//!
//! The parser follows the URL standard, which repairs much: it drops tabs and line ends, turns backslashes round and
//! reads `127.1` as an address. So the text is checked for what would be repaired, and the host for what it became.

use url::{Host, ParseError, Url};

use crate::ident::HostClass;
use crate::ident::error::IdentRule;
use crate::ident::host::{self, Fault};
use crate::ident::surface::first_beyond;

const SCHEME: &str = "https://";

/// What URL parsers drop or turn into something else without a word.
pub(super) fn is_unfit(character: char) -> bool {
    character.is_control() || character.is_whitespace() || character == '\\'
}

/// The standard form of a base URL, or the first rule it breaks.
pub(super) fn read(text: &str, max: usize) -> Result<String, Fault> {
    if let Some(at) = first_beyond(text, max) {
        return Err(Fault::new(IdentRule::TooLong { max }, at));
    }
    let scheme = text.get(..SCHEME.len()).unwrap_or_default();
    if !scheme.eq_ignore_ascii_case(SCHEME) {
        return Err(Fault::new(IdentRule::Scheme, 0));
    }
    let rest = text.get(SCHEME.len()..).unwrap_or_default();
    let authority_end = SCHEME.len() + rest.find('/').unwrap_or(rest.len());
    for (at, character) in text.char_indices() {
        match character {
            '?' => return Err(Fault::new(IdentRule::Query, at)),
            '#' => return Err(Fault::new(IdentRule::Fragment, at)),
            '@' if at < authority_end => return Err(Fault::new(IdentRule::UserInfo, at)),
            _ if is_unfit(character) => {
                let byte = u8::try_from(character).unwrap_or(u8::MAX);
                return Err(Fault::character(byte, at));
            }
            _ => {}
        }
    }
    if authority_end == SCHEME.len() {
        return Err(Fault::new(IdentRule::Host, authority_end));
    }
    let mut url = Url::parse(text).map_err(|error| {
        let rule = match error {
            ParseError::InvalidPort => IdentRule::Port,
            ParseError::EmptyHost
            | ParseError::IdnaError
            | ParseError::InvalidIpv4Address
            | ParseError::InvalidIpv6Address
            | ParseError::InvalidDomainCharacter => IdentRule::Host,
            _ => IdentRule::Url,
        };
        Fault::new(rule, SCHEME.len())
    })?;
    if url.port() == Some(0) {
        return Err(Fault::new(IdentRule::Port, SCHEME.len()));
    }
    let class = match url.host() {
        Some(Host::Ipv4(address)) => HostClass::of_ip(address.into()),
        Some(Host::Ipv6(address)) => HostClass::of_ip(address.into()),
        Some(Host::Domain(name)) => class_of_domain(name)?,
        None => return Err(Fault::new(IdentRule::Host, SCHEME.len())),
    };
    if !class.is_public() {
        return Err(Fault::new(IdentRule::NotPublic(class), SCHEME.len()));
    }
    if url.path().ends_with("//") {
        return Err(Fault::new(IdentRule::TrailingSlash, text.len() - 1));
    }
    if let Some(path) = url.path().strip_suffix('/').map(str::to_owned) {
        url.set_path(&path);
    }
    let text = url.as_str();
    Ok(text.strip_suffix('/').unwrap_or(text).to_owned())
}

/// The class of a name in its standard form. What has no class because it is no proper name is refused.
fn class_of_domain(name: &str) -> Result<HostClass, Fault> {
    match HostClass::of_name(name) {
        HostClass::Public => host::ipv4_or_name(name)
            .map(|_| HostClass::Public)
            .map_err(|_| Fault::new(IdentRule::Host, SCHEME.len())),
        class => Ok(class),
    }
}

#[cfg(test)]
mod tests {
    use super::super::PublicHttpsUrl;
    use super::*;

    #[test]
    fn hosts_out_of_reach_are_refused_with_their_class() {
        for (text, class) in [
            ("https://localhost", HostClass::LocalName),
            ("https://api.localhost:8443", HostClass::LocalName),
            ("https://printer.local/x", HostClass::LocalName),
            ("https://metadata.google.internal", HostClass::LocalName),
            ("https://db", HostClass::SingleLabel),
            ("https://127.0.0.1", HostClass::Loopback),
            ("https://127.1", HostClass::Loopback),
            ("https://0x7f.0.0.1", HostClass::Loopback),
            ("https://2130706433", HostClass::Loopback),
            ("https://10.1.2.3", HostClass::Private),
            ("https://192.168.0.1", HostClass::Private),
            ("https://169.254.169.254", HostClass::LinkLocal),
            ("https://100.64.0.1", HostClass::Shared),
            ("https://203.0.113.7", HostClass::Documentation),
            ("https://224.0.0.1", HostClass::Multicast),
            ("https://0.0.0.0", HostClass::Unspecified),
            ("https://240.0.0.1", HostClass::Reserved),
            ("https://[::1]", HostClass::Loopback),
            ("https://[fd00::1]", HostClass::Private),
            ("https://[fe80::1]", HostClass::LinkLocal),
            ("https://[2001:db8::1]", HostClass::Documentation),
            ("https://[::ffff:10.0.0.1]", HostClass::Private),
            ("https://[::ffff:8.8.8.8]", HostClass::Reserved),
        ] {
            let error = PublicHttpsUrl::parse(text).unwrap_err();
            assert_eq!(error.rule(), IdentRule::NotPublic(class), "{text}");
            assert_eq!(error.position(), Some(8), "{text}");
        }
    }

    #[test]
    fn says_which_rule_broke_and_where() {
        let long = format!("https://example.com/{}", "a".repeat(2048 - 19));
        for (bad, rule, position) in [
            ("", IdentRule::Empty, None),
            ("http://example.com", IdentRule::Scheme, Some(0)),
            ("https:example.com", IdentRule::Scheme, Some(0)),
            (" https://example.com", IdentRule::Scheme, Some(0)),
            ("example.com", IdentRule::Scheme, Some(0)),
            ("https://", IdentRule::Host, None),
            ("https:///example.com", IdentRule::Host, Some(8)),
            ("https://user@example.com", IdentRule::UserInfo, Some(12)),
            ("https://user:pw@example.com", IdentRule::UserInfo, Some(15)),
            ("https://@example.com", IdentRule::UserInfo, Some(8)),
            ("https://example.com?", IdentRule::Query, Some(19)),
            ("https://example.com/?a=b", IdentRule::Query, Some(20)),
            ("https://example.com#", IdentRule::Fragment, Some(19)),
            ("https://example.com/a b", IdentRule::Character, Some(21)),
            (
                "https://example.com\\@evil.com",
                IdentRule::Character,
                Some(19),
            ),
            ("https://exa\tmple.com", IdentRule::Character, Some(11)),
            ("https://example.com\n", IdentRule::Character, Some(19)),
            ("https://a_b.example.com", IdentRule::Host, Some(8)),
            ("https://example.com.", IdentRule::Host, Some(8)),
            ("https://-a.example.com", IdentRule::Host, Some(8)),
            ("https://a..b", IdentRule::Host, Some(8)),
            ("https://1.2.3.4.5", IdentRule::Host, Some(8)),
            ("https://[::1", IdentRule::Host, Some(8)),
            ("https://example.com:0", IdentRule::Port, Some(8)),
            ("https://example.com:65536", IdentRule::Port, Some(8)),
            ("https://example.com:x", IdentRule::Port, Some(8)),
            ("https://example.com//", IdentRule::TrailingSlash, Some(20)),
            (
                "https://example.com/a//",
                IdentRule::TrailingSlash,
                Some(22),
            ),
            (&long, IdentRule::TooLong { max: 2048 }, Some(2048)),
        ] {
            let error = PublicHttpsUrl::parse(bad).unwrap_err();
            assert_eq!(
                (error.rule(), error.position()),
                (rule, position),
                "{bad:?}"
            );
        }
    }
}
