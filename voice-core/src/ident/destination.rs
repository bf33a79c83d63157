//! Where a trunk sends its calls: host, port and transport, as Exotel takes them.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::net::Ipv4Addr;
use std::sync::Arc;

use super::error::{Grammar, IdentError, IdentRule};
use super::host::{self, Fault};
use super::surface::{plain_debug, text_surface};

/// The transport under SIP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum SipTransport {
    /// TLS, by custom on port 5061.
    Tls,
    /// TCP, by custom on port 5060.
    Tcp,
    /// UDP, by custom on port 5060. Exotel no longer documents it.
    Udp,
}

impl SipTransport {
    const ALL: [Self; 3] = [Self::Tls, Self::Tcp, Self::Udp];

    /// The value of a `transport` parameter: `tls`, `tcp` or `udp`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tls => "tls",
            Self::Tcp => "tcp",
            Self::Udp => "udp",
        }
    }
}

impl fmt::Display for SipTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A destination of a SIP trunk: `host:port;transport=tls`, `tcp` or `udp`.
///
/// The host is a dotted IPv4 address or a name of two labels or more, the port 1 to 65535. No `sip:` in front, no user,
/// no IPv6. Host and transport are written back in lower case. Cloning does not allocate.
///
/// **The transport is never assumed.** Exotel reads a destination without `transport` as UDP, took it in 2025 and no
/// longer documents it; so [`parse`](Self::parse) asks for the parameter, and UDP is had by saying so:
/// [`udp`](Self::udp), or `;transport=udp`. What goes to Exotel then is [`wire`](Self::wire), which leaves
/// `transport=udp` out.
///
/// ```
/// use voice_core::ident::{SipDestination, SipTransport};
///
/// let pbx = SipDestination::parse("sip.example.com:5061;transport=tls")?;
/// assert_eq!((pbx.host(), pbx.port(), pbx.transport()), ("sip.example.com", 5061, SipTransport::Tls));
/// assert_eq!(SipDestination::tcp("203.0.113.10", 5060)?, "203.0.113.10:5060;transport=tcp");
/// assert!(SipDestination::parse("203.0.113.10:5060").is_err());
/// assert_eq!(SipDestination::udp("203.0.113.10", 5060)?.wire(), "203.0.113.10:5060");
/// # Ok::<(), voice_core::ident::IdentError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SipDestination {
    text: Arc<str>,
    port: u16,
    transport: SipTransport,
}

impl SipDestination {
    pub(super) const GRAMMAR: Grammar = Grammar {
        what: "SipDestination",
        form: "an IPv4 address or host name, a colon, a port, then ;transport= and tls, tcp or udp",
        example: "sip.example.com:5061;transport=tls",
        unit: "characters",
    };

    /// Takes `host:port;transport=…`; nothing is trimmed.
    ///
    /// # Errors
    /// [`IdentRule::Empty`], [`Scheme`](IdentRule::Scheme) for `sip:`, [`UserInfo`](IdentRule::UserInfo),
    /// [`Host`](IdentRule::Host), [`Ipv4`](IdentRule::Ipv4), [`Port`](IdentRule::Port),
    /// [`Transport`](IdentRule::Transport), [`Character`](IdentRule::Character).
    pub fn parse(text: &str) -> Result<Self, IdentError> {
        if text.is_empty() {
            return Err(IdentError::new(&Self::GRAMMAR, IdentRule::Empty));
        }
        let (host, port, transport) =
            read(text).map_err(|fault| fault.within(&Self::GRAMMAR, text, 0))?;
        Ok(Self::build(host, port, transport))
    }

    /// A destination reached over TLS.
    ///
    /// # Errors
    /// [`IdentRule::Host`], [`Ipv4`](IdentRule::Ipv4), [`Port`](IdentRule::Port) for 0,
    /// [`Character`](IdentRule::Character).
    pub fn tls(host: &str, port: u16) -> Result<Self, IdentError> {
        Self::new(host, port, SipTransport::Tls)
    }

    /// A destination reached over TCP.
    ///
    /// # Errors
    /// As [`tls`](Self::tls).
    pub fn tcp(host: &str, port: u16) -> Result<Self, IdentError> {
        Self::new(host, port, SipTransport::Tcp)
    }

    /// A destination reached over UDP.
    ///
    /// # Errors
    /// As [`tls`](Self::tls).
    pub fn udp(host: &str, port: u16) -> Result<Self, IdentError> {
        Self::new(host, port, SipTransport::Udp)
    }

    /// A destination of three parts. A position in the error counts from the start of `host`.
    ///
    /// # Errors
    /// As [`tls`](Self::tls).
    pub fn new(host: &str, port: u16, transport: SipTransport) -> Result<Self, IdentError> {
        host::ipv4_or_name(host).map_err(|fault| fault.within(&Self::GRAMMAR, host, 0))?;
        if port == 0 {
            return Err(IdentError::new(&Self::GRAMMAR, IdentRule::Port));
        }
        Ok(Self::build(host, port, transport))
    }

    fn build(host: &str, port: u16, transport: SipTransport) -> Self {
        let mut text = format!("{host}:{port};transport={transport}");
        text.make_ascii_lowercase();
        Self {
            text: text.into(),
            port,
            transport,
        }
    }

    /// The destination with its transport, always written out.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The destination as Exotel takes it: for UDP without the transport, else as [`as_str`](Self::as_str).
    #[must_use]
    pub fn wire(&self) -> &str {
        match self.transport {
            SipTransport::Udp => self.text.split(';').next().unwrap_or_default(),
            SipTransport::Tls | SipTransport::Tcp => &self.text,
        }
    }

    /// The host, in lower case.
    #[must_use]
    pub fn host(&self) -> &str {
        self.text.split(':').next().unwrap_or_default()
    }

    /// The host as an address, unless it is a name. Exotel wants an address on the trunk's access list first.
    #[must_use]
    pub fn host_address(&self) -> Option<Ipv4Addr> {
        self.host().parse().ok()
    }

    /// The port.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The transport.
    #[must_use]
    pub const fn transport(&self) -> SipTransport {
        self.transport
    }
}

fn read(text: &str) -> Result<(&str, u16, SipTransport), Fault> {
    let starts = |scheme: &str| {
        text.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    if starts("sip:") || starts("sips:") {
        return Err(Fault::new(IdentRule::Scheme, 0));
    }
    if let Some(at) = text.find('@') {
        return Err(Fault::new(IdentRule::UserInfo, at));
    }
    let (place, parameter) = text.split_once(';').unwrap_or((text, ""));
    let Some((host, port)) = place.rsplit_once(':') else {
        host::ipv4_or_name(place)?;
        return Err(Fault::new(IdentRule::Port, place.len()));
    };
    host::ipv4_or_name(host)?;
    let port = host::port(port).map_err(|fault| fault.later(host.len() + 1))?;
    let transport = parameter
        .split_once('=')
        .filter(|(name, _)| name.eq_ignore_ascii_case("transport"))
        .and_then(|(_, value)| {
            let mut known = SipTransport::ALL.into_iter();
            known.find(|known| known.as_str().eq_ignore_ascii_case(value))
        })
        .ok_or(Fault::new(IdentRule::Transport, place.len() + 1))?;
    Ok((host, port, transport))
}

text_surface!(SipDestination);
plain_debug!(SipDestination);

impl Hash for SipDestination {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_parts_make_the_same_value() {
        let parsed = SipDestination::parse("SIP.Example.com:5061;Transport=TLS").unwrap();
        assert_eq!(
            parsed,
            SipDestination::tls("sip.example.com", 5061).unwrap()
        );
        assert_eq!(parsed, "sip.example.com:5061;transport=tls");
        assert_eq!(
            (parsed.wire(), parsed.host_address()),
            (parsed.as_str(), None)
        );
        let address = SipDestination::tcp("203.0.113.10", 5060).unwrap();
        assert_eq!(address.host_address(), Some(Ipv4Addr::new(203, 0, 113, 10)));
        assert_eq!((parsed.port(), address.port()), (5061, 5060));
    }

    #[test]
    fn a_set_of_destinations_can_be_asked_with_text() {
        let known = std::collections::HashSet::from([SipDestination::tls("a.example", 1).unwrap()]);
        assert!(known.contains("a.example:1;transport=tls"));
        assert!(!known.contains("a.example:1;transport=tcp"));
    }

    #[test]
    fn udp_is_explicit_and_leaves_its_transport_off_the_wire() {
        let udp = SipDestination::udp("203.0.113.10", 5060).unwrap();
        assert_eq!(udp.as_str(), "203.0.113.10:5060;transport=udp");
        assert_eq!(udp.wire(), "203.0.113.10:5060");
        assert_eq!(SipDestination::parse(udp.as_str()).unwrap(), udp);
        assert!(SipDestination::parse(udp.wire()).is_err());
    }

    #[test]
    fn says_which_rule_broke_and_where() {
        for (bad, rule, position) in [
            ("", IdentRule::Empty, None),
            (
                "sip:example.com:5060;transport=tcp",
                IdentRule::Scheme,
                Some(0),
            ),
            (
                "SIPS:example.com:5060;transport=tcp",
                IdentRule::Scheme,
                Some(0),
            ),
            (
                "anna@example.com:5060;transport=tcp",
                IdentRule::UserInfo,
                Some(4),
            ),
            ("example.com;transport=tcp", IdentRule::Port, Some(11)),
            ("example.com", IdentRule::Port, None),
            ("example.com:0;transport=tcp", IdentRule::Port, Some(12)),
            ("example.com:65536;transport=tcp", IdentRule::Port, Some(12)),
            ("example.com:5060", IdentRule::Transport, None),
            ("example.com:5060;", IdentRule::Transport, None),
            (
                "example.com:5060;transport=ws",
                IdentRule::Transport,
                Some(17),
            ),
            (
                "example.com:5060;transport=tcp;lr",
                IdentRule::Transport,
                Some(17),
            ),
            ("example.com:5060;lr", IdentRule::Transport, Some(17)),
            ("trunk:5060;transport=tcp", IdentRule::Host, Some(0)),
            ("300.1.1.1:5060;transport=tcp", IdentRule::Ipv4, Some(0)),
            (
                "[2001:db8::1]:5060;transport=tcp",
                IdentRule::Character,
                Some(0),
            ),
            (
                "exa mple.com:5060;transport=tcp",
                IdentRule::Character,
                Some(3),
            ),
        ] {
            let error = SipDestination::parse(bad).unwrap_err();
            assert_eq!(
                (error.rule(), error.position()),
                (rule, position),
                "{bad:?}"
            );
        }
        let error = SipDestination::tls("example.com", 0).unwrap_err();
        assert_eq!((error.rule(), error.position()), (IdentRule::Port, None));
        let error = SipDestination::tls("a:b.com", 1).unwrap_err();
        assert_eq!(
            (error.rule(), error.position()),
            (IdentRule::Character, Some(1))
        );
    }
}
