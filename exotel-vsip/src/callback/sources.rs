//! Which addresses may call.

use std::net::IpAddr;

use http::HeaderMap;
use ipnet::IpNet;

/// Not an address or a network; it never quotes the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "not an IP address or network; expected something like 203.0.113.7, 203.0.113.0/24 or 2001:db8::/32"
)]
pub struct SourceError;

/// Addresses that may send callbacks. Exotel's change: take them from its network page or its support, and expect to update
/// them. An empty list lets nobody in.
///
/// # Behind a proxy
/// By default the address of the connection counts, and `X-Forwarded-For` is not looked at: anybody can write it. Behind a
/// proxy of one's own every connection comes from the proxy; name it with [`behind`](Self::behind). Then the header is read
/// from its right end, where the nearest proxy wrote, and the first address that is no proxy's is the sender. A connection
/// that does not come from such a proxy is taken as it is, whatever header it brings.
///
/// ```
/// use exotel_vsip::callback::CallbackSources;
/// use http::{HeaderMap, HeaderValue};
///
/// let sources = CallbackSources::new().allow("203.0.113.0/24")?.behind("10.0.0.0/8")?;
/// let mut headers = HeaderMap::new();
/// headers.insert("x-forwarded-for", HeaderValue::from_static("203.0.113.1, 198.51.100.9"));
/// assert!(!sources.allows("10.0.0.5".parse()?, &headers), "the left part is the sender's own word");
/// headers.insert("x-forwarded-for", HeaderValue::from_static("1.2.3.4, 203.0.113.1, 10.0.0.7"));
/// assert!(sources.allows("10.0.0.5".parse()?, &headers));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallbackSources {
    allowed: Vec<IpNet>,
    proxies: Vec<IpNet>,
}

impl CallbackSources {
    /// Nobody yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets an address or a network in, IPv4 or IPv6.
    ///
    /// # Errors
    /// [`SourceError`].
    pub fn allow(mut self, network: &str) -> Result<Self, SourceError> {
        self.allowed.push(net(network)?);
        Ok(self)
    }

    /// Names a proxy of one's own, an address or a network, whose `X-Forwarded-For` is believed.
    ///
    /// # Errors
    /// [`SourceError`].
    pub fn behind(mut self, proxy: &str) -> Result<Self, SourceError> {
        self.proxies.push(net(proxy)?);
        Ok(self)
    }

    /// Whether a request that came over a connection from `peer` may pass.
    #[must_use]
    pub fn allows(&self, peer: IpAddr, headers: &HeaderMap) -> bool {
        self.sender(peer, headers)
            .is_some_and(|sender| within(&self.allowed, sender))
    }

    /// Who sent a request; `None` when a proxy forwarded it without saying for whom.
    #[must_use]
    pub fn sender(&self, peer: IpAddr, headers: &HeaderMap) -> Option<IpAddr> {
        let peer = peer.to_canonical();
        if !within(&self.proxies, peer) {
            return Some(peer);
        }
        let lines: Vec<_> = headers.get_all("x-forwarded-for").iter().collect();
        for line in lines.into_iter().rev() {
            // A line that cannot be read may hide whoever it names.
            for entry in line.to_str().ok()?.rsplit(',') {
                let address = address(entry.trim())?.to_canonical();
                if !within(&self.proxies, address) {
                    return Some(address);
                }
            }
        }
        None
    }
}

fn within(networks: &[IpNet], address: IpAddr) -> bool {
    networks.iter().any(|network| network.contains(&address))
}

fn net(text: &str) -> Result<IpNet, SourceError> {
    let text = text.trim();
    match text.parse::<IpAddr>() {
        Ok(address) => Ok(IpNet::from(address.to_canonical())),
        Err(_) => text.parse().map(canonical).map_err(|_| SourceError),
    }
}

/// Senders are compared in IPv4 form where they have one, so networks of such addresses are kept in it too.
fn canonical(net: IpNet) -> IpNet {
    let IpNet::V6(wide) = net else { return net };
    let mapped = wide.addr().to_ipv4_mapped();
    let length = wide.prefix_len().checked_sub(96);
    mapped
        .zip(length)
        .and_then(|(address, length)| IpNet::new(address.into(), length).ok())
        .unwrap_or(net)
}

/// An address, perhaps with a port, as proxies write it.
fn address(text: &str) -> Option<IpAddr> {
    if let Ok(address) = text.parse() {
        return Some(address);
    }
    if let Ok(with_port) = text.parse::<std::net::SocketAddr>() {
        return Some(with_port.ip());
    }
    text.strip_prefix('[')?.strip_suffix(']')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn forwarded(lines: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", HeaderValue::from_str(line).unwrap());
        }
        headers
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn without_a_proxy_the_header_counts_for_nothing() {
        let sources = CallbackSources::new()
            .allow("203.0.113.0/24")
            .and_then(|sources| sources.allow("2001:db8::/32"))
            .unwrap();
        let claims = forwarded(&["203.0.113.1"]);
        for (peer, allowed) in [
            ("203.0.113.255", true),
            ("203.0.114.0", false),
            ("::ffff:203.0.113.9", true),
            ("2001:db8::1", true),
            ("2001:db9::1", false),
        ] {
            assert_eq!(sources.allows(ip(peer), &claims), allowed, "{peer}");
        }
        assert!(!CallbackSources::new().allows(ip("203.0.113.1"), &claims));
    }

    #[test]
    fn a_network_written_as_mapped_addresses_is_the_network() {
        let mapped = CallbackSources::new()
            .allow("::ffff:203.0.113.0/120")
            .unwrap();
        let none = HeaderMap::new();
        assert!(mapped.allows(ip("203.0.113.255"), &none));
        assert!(mapped.allows(ip("::ffff:203.0.113.1"), &none));
        assert!(!mapped.allows(ip("203.0.114.0"), &none));
        // Wider than all of IPv4: an IPv6 network like any other.
        let wide = CallbackSources::new().allow("::/64").unwrap();
        assert!(!wide.allows(ip("203.0.113.1"), &none));
    }

    #[test]
    fn behind_proxies_the_first_stranger_from_the_right_is_the_sender() {
        let sources = CallbackSources::new()
            .behind("10.0.0.0/8")
            .and_then(|sources| sources.behind("fd00::/8"))
            .unwrap();
        for (peer, lines, sender) in [
            (
                "10.0.0.1",
                &["9.9.9.9, 203.0.113.1"][..],
                Some("203.0.113.1"),
            ),
            (
                "10.0.0.1",
                &["9.9.9.9", "203.0.113.1:443, 10.2.2.2"],
                Some("203.0.113.1"),
            ),
            ("fd00::1", &["[2001:db8::1]:80"], Some("2001:db8::1")),
            ("fd00::1", &["[2001:db8::1]"], Some("2001:db8::1")),
            ("10.0.0.1", &["203.0.113.1, nonsense"], None),
            ("10.0.0.1", &["203.0.113.1, "], None),
            ("10.0.0.1", &["10.0.0.2"], None),
            ("10.0.0.1", &[], None),
            ("8.8.8.8", &["203.0.113.1"], Some("8.8.8.8")),
        ] {
            assert_eq!(
                sources.sender(ip(peer), &forwarded(lines)),
                sender.map(ip),
                "{lines:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_text_and_no_header_panics(text in ".{0,40}", line in "[0-9a-f:.,\\[\\] ]{0,60}") {
            let _ = (net(&text), address(&text));
            let sources = CallbackSources::new().behind("10.0.0.0/8").unwrap();
            let _ = sources.sender(ip("10.0.0.1"), &forwarded(&[&line]));
        }
    }
}
