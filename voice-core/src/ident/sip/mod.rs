//! SIP addresses: `SipUri` and its parts.

mod mask;
mod read;

use std::fmt;
use std::hash::{Hash, Hasher};
use std::net::IpAddr;
use std::ops::Range;
use std::sync::Arc;

use super::E164;
use super::error::{Grammar, IdentError, IdentRule};
use super::host;
use super::surface::{first_beyond, text_surface};

pub use mask::MaskedSipUri;

/// A `sip:` or `sips:` URI (RFC 3261, section 19.1): `sip:user@host:port;parameters?headers`.
///
/// | part | rule |
/// |---|---|
/// | scheme | `sip:` or `sips:`, written back in lower case |
/// | user | optional; **a password is refused** |
/// | host | dotted IPv4, IPv6 in brackets, or a name of two labels or more; written back in lower case |
/// | port | optional, 1 to 65535 |
/// | parameters, headers | optional; kept as written |
/// | length | at most 255 characters before the `?` and 1,023 after it |
///
/// The lengths are those Twilio states for a SIP URI and for the headers in it (errors 13251 and 21227). Escapes
/// (`%40`) are kept as written; one that stands for a control character is refused, for it could end a header line.
/// Display names and angle brackets (`"Anna" <sip:…>`) are no part of a URI. Cloning does not allocate.
///
/// # A SIP address may be personal
/// **`Display`, [`as_str`](Self::as_str) and serde write the URI in full**, and the user part is often a phone number.
/// **Never log them.** Use [`masked`](Self::masked); `Debug` prints that form by itself.
///
/// ```
/// use voice_core::ident::SipUri;
///
/// let uri = SipUri::parse("sip:+14155550123@Example.com:5061;transport=tls")?;
/// assert_eq!(uri.user(), Some("+14155550123"));
/// assert_eq!((uri.host(), uri.port()), ("example.com", Some(5061)));
/// assert_eq!(uri.parameters().collect::<Vec<_>>(), [("transport", Some("tls"))]);
/// assert_eq!(uri.masked().to_string(), "sip:+14*******23@example.com:5061;transport=tls");
/// assert!(SipUri::parse("sip:anna:secret@example.com").is_err());
/// # Ok::<(), voice_core::ident::IdentError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SipUri {
    text: Arc<str>,
    parts: Parts,
}

/// Where the parts of a URI lie in its text; offsets in bytes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Parts {
    /// Of the host; what is before it is the scheme and perhaps a user with `@`.
    host_start: usize,
    host_end: usize,
    port: Option<u16>,
    /// Of the first `;`, or where the parameters would start.
    parameters: usize,
    /// Of the `?`, or the end.
    headers: usize,
}

impl SipUri {
    /// The most characters before the headers.
    pub const MAX_LEN: usize = 255;
    /// The most characters in the headers, after the `?`.
    pub const MAX_HEADERS_LEN: usize = 1023;

    pub(super) const GRAMMAR: Grammar = Grammar {
        what: "SipUri",
        form: "sip: or sips:, an optional user and @, a host, then an optional port, parameters and headers",
        example: "sip:anna@example.com;transport=tls",
        unit: "characters",
    };

    /// Takes a SIP URI; nothing is trimmed, and only the scheme and the host change their case.
    ///
    /// # Errors
    /// [`IdentRule::Empty`], [`Scheme`](IdentRule::Scheme), [`Password`](IdentRule::Password),
    /// [`Host`](IdentRule::Host), [`Ipv4`](IdentRule::Ipv4), [`Port`](IdentRule::Port),
    /// [`Character`](IdentRule::Character), [`Shape`](IdentRule::Shape) for an empty user, parameter or header,
    /// [`TooLong`](IdentRule::TooLong).
    pub fn parse(text: &str) -> Result<Self, IdentError> {
        if text.is_empty() {
            return Err(IdentError::new(&Self::GRAMMAR, IdentRule::Empty));
        }
        let too_long =
            |max, at| Err(IdentError::new(&Self::GRAMMAR, IdentRule::TooLong { max }).at(text, at));
        let most = Self::MAX_LEN + 1 + Self::MAX_HEADERS_LEN;
        if let Some(at) = first_beyond(text, most) {
            return too_long(most, at);
        }
        let parts = read::read(text).map_err(|fault| fault.within(&Self::GRAMMAR, text, 0))?;
        if parts.headers > Self::MAX_LEN {
            return too_long(Self::MAX_LEN, Self::MAX_LEN);
        }
        if text.len() > parts.headers + 1 + Self::MAX_HEADERS_LEN {
            let at = parts.headers + 1 + Self::MAX_HEADERS_LEN;
            return too_long(Self::MAX_HEADERS_LEN, at);
        }

        let mut kept = text.to_owned();
        let scheme_end = text.find(':').unwrap_or_default();
        for range in [0..scheme_end, parts.host_start..parts.host_end] {
            if let Some(part) = kept.get_mut(range) {
                part.make_ascii_lowercase();
            }
        }
        Ok(Self {
            text: kept.into(),
            parts,
        })
    }

    /// The URI in full. May hold a phone number: not for logs.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    fn part(&self, range: Range<usize>) -> &str {
        self.text.get(range).unwrap_or_default()
    }

    /// `sip` or `sips`.
    #[must_use]
    pub fn scheme(&self) -> &str {
        self.text.split(':').next().unwrap_or_default()
    }

    /// Whether the scheme is `sips`, which asks for TLS on every hop.
    #[must_use]
    pub fn is_sips(&self) -> bool {
        self.scheme() == "sips"
    }

    /// The part before the `@`, escapes as written. Often a phone number: not for logs.
    #[must_use]
    pub fn user(&self) -> Option<&str> {
        let before_host = self.part(self.scheme().len() + 1..self.parts.host_start);
        before_host.strip_suffix('@')
    }

    /// The user part as a phone number, if it is one with `+`; separators and parameters of the user are left out.
    #[must_use]
    pub fn phone_number(&self) -> Option<E164> {
        let user = self.user()?.split(';').next()?;
        let escaped = user.strip_prefix("%2B").or(user.strip_prefix("%2b"));
        match escaped {
            Some(digits) => E164::parse_lenient(&format!("+{digits}")).ok(),
            None => E164::parse_lenient(user).ok(),
        }
    }

    /// The host: an IPv4 address, an IPv6 address in brackets, or a name in lower case.
    #[must_use]
    pub fn host(&self) -> &str {
        self.part(self.parts.host_start..self.parts.host_end)
    }

    /// The host as an address, unless it is a name.
    #[must_use]
    pub fn host_address(&self) -> Option<IpAddr> {
        host::any_host(self.host()).ok().flatten()
    }

    /// The port, if one is written. Without one, 5060 is meant (5061 for TLS).
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        self.parts.port
    }

    /// The parameters after the host, in order, as name and value; escapes as written.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        let all = self.part(self.parts.parameters..self.parts.headers);
        all.split(';')
            .skip(1)
            .map(|parameter| match parameter.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (parameter, None),
            })
    }

    /// The headers after the `?`, in order, as name and value; escapes as written.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = self.part(self.parts.headers + 1..self.text.len());
        all.split('&').filter_map(|header| header.split_once('='))
    }

    /// The URI for logs: digits in the middle of what may be a phone number are replaced by `*`.
    #[must_use]
    pub const fn masked(&self) -> MaskedSipUri<'_> {
        MaskedSipUri(self)
    }

    /// The text up to the user, the user, the text of the host and port, and the rest.
    pub(super) fn sections(&self) -> (&str, Option<&str>, &str, &str) {
        (
            self.scheme(),
            self.user(),
            self.part(self.parts.host_start..self.parts.parameters),
            self.part(self.parts.parameters..self.text.len()),
        )
    }
}

text_surface!(SipUri);

impl Hash for SipUri {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl fmt::Debug for SipUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SipUri({})", self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_are_told_apart() {
        let uri = SipUri::parse(
            "SIPS:+1-415-555-0123;ext=9@SIP.Example.com:5061;transport=tls;lr?X-Key=a%40b&Y=",
        )
        .unwrap();
        assert_eq!((uri.scheme(), uri.is_sips()), ("sips", true));
        assert_eq!(uri.user(), Some("+1-415-555-0123;ext=9"));
        assert_eq!(uri.phone_number().unwrap(), "+14155550123");
        assert_eq!((uri.host(), uri.port()), ("sip.example.com", Some(5061)));
        let parameters: Vec<_> = uri.parameters().collect();
        assert_eq!(parameters, [("transport", Some("tls")), ("lr", None)]);
        assert_eq!(
            uri.headers().collect::<Vec<_>>(),
            [("X-Key", "a%40b"), ("Y", "")]
        );
        assert_eq!(
            uri.as_str(),
            "sips:+1-415-555-0123;ext=9@sip.example.com:5061;transport=tls;lr?X-Key=a%40b&Y="
        );
    }

    #[test]
    fn a_map_of_addresses_can_be_asked_with_text() {
        let uri = SipUri::parse("sip:anna@example.com").unwrap();
        let names = std::collections::HashMap::from([(uri, "anna")]);
        assert_eq!(names.get("sip:anna@example.com"), Some(&"anna"));
    }

    #[test]
    fn a_host_alone_is_enough() {
        for (text, host, address) in [
            ("sip:example.com", "example.com", None),
            ("sip:203.0.113.10", "203.0.113.10", Some("203.0.113.10")),
            ("sip:[2001:DB8::1]", "[2001:db8::1]", Some("2001:db8::1")),
        ] {
            let uri = SipUri::parse(text).unwrap();
            assert_eq!((uri.user(), uri.host(), uri.port()), (None, host, None));
            assert_eq!((uri.scheme(), uri.is_sips()), ("sip", false));
            assert_eq!(
                uri.host_address(),
                address.map(|address| address.parse().unwrap())
            );
            assert_eq!((uri.parameters().count(), uri.headers().count()), (0, 0));
        }
        let uri = SipUri::parse("sip:%2B14155550123@[::1]:5060?a=b").unwrap();
        assert_eq!(uri.phone_number().unwrap(), "+14155550123");
        assert_eq!(uri.headers().collect::<Vec<_>>(), [("a", "b")]);
        assert_eq!(
            SipUri::parse("sip:4155550123@example.com")
                .unwrap()
                .phone_number(),
            None
        );
    }

    #[test]
    fn lengths_are_bounded_before_and_after_the_question_mark() {
        let address = format!("sip:{}@example.com", "a".repeat(255 - 16));
        assert_eq!(address.len(), 255);
        assert!(SipUri::parse(&address).is_ok());
        let headers = format!("X={}", "b".repeat(1021));
        assert!(SipUri::parse(&format!("{address}?{headers}")).is_ok());

        let at = |text: &str| {
            let error = SipUri::parse(text).unwrap_err();
            (error.rule(), error.position())
        };
        let long = format!("{address};lr");
        assert_eq!(at(&long), (IdentRule::TooLong { max: 255 }, Some(255)));
        let long = format!("sip:example.com?{headers}b");
        assert_eq!(
            at(&long),
            (IdentRule::TooLong { max: 1023 }, Some(16 + 1023))
        );
        let long = format!("{address}?{headers}b");
        assert_eq!(at(&long), (IdentRule::TooLong { max: 1279 }, Some(1279)));
    }
}
