//! Who can reach a host: the classes of addresses and names, by the registries that define them.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

/// What kind of host an address or a name stands for, as far as the public internet is concerned.
///
/// Addresses are classed by the IANA special-purpose registries (RFC 6890 and its updates), names by RFC 6761, 6762,
/// 7686, 8375 and ICANN's reservation of `internal`. Nothing is looked up: a name that passes may still resolve to a
/// private address.
///
/// ```
/// use voice_core::ident::HostClass;
///
/// assert_eq!(HostClass::of_ip("8.8.8.8".parse()?), HostClass::Public);
/// assert_eq!(HostClass::of_ip("100.64.0.1".parse()?), HostClass::Shared);
/// assert_eq!(HostClass::of_ip("::ffff:10.0.0.1".parse()?), HostClass::Private);
/// assert_eq!(HostClass::of_name("printer.local"), HostClass::LocalName);
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HostClass {
    /// Reachable from the public internet, as far as its form tells.
    Public,
    /// The machine itself: `127.0.0.0/8`, `::1`.
    Loopback,
    /// A private network: `10.0.0.0/8`, `172.16.0.0/12`, `192.168.0.0/16`, `fc00::/7`, `fec0::/10`.
    Private,
    /// One link only: `169.254.0.0/16`, `fe80::/10`. Cloud metadata services live here.
    LinkLocal,
    /// Shared by a carrier's customers (CGNAT): `100.64.0.0/10`.
    Shared,
    /// For examples in texts: `192.0.2.0/24`, `198.51.100.0/24`, `203.0.113.0/24`, `2001:db8::/32`, `3fff::/20`.
    Documentation,
    /// A group of machines: `224.0.0.0/4`, `ff00::/8`.
    Multicast,
    /// No address at all: `0.0.0.0/8`, `::`.
    Unspecified,
    /// Set aside for other uses or not assigned: `192.0.0.0/24`, `192.88.99.0/24`, `198.18.0.0/15`, `240.0.0.0/4`,
    /// `2001::/23`, `2002::/16`, IPv4 embedded in IPv6, and all of IPv6 outside `2000::/3`.
    Reserved,
    /// A name that means something only inside one network: `localhost`, `.localhost`, `.local`, `.internal`,
    /// `.home.arpa`, `.test`, `.invalid`, `.onion`.
    LocalName,
    /// A name of one label, such as `db`, which each network completes in its own way.
    SingleLabel,
}

/// Every IPv4 network that is not public. No two overlap.
const IPV4: [(Ipv4Net, HostClass); 15] = [
    (v4([0, 0, 0, 0], 8), HostClass::Unspecified),
    (v4([10, 0, 0, 0], 8), HostClass::Private),
    (v4([100, 64, 0, 0], 10), HostClass::Shared),
    (v4([127, 0, 0, 0], 8), HostClass::Loopback),
    (v4([169, 254, 0, 0], 16), HostClass::LinkLocal),
    (v4([172, 16, 0, 0], 12), HostClass::Private),
    (v4([192, 0, 0, 0], 24), HostClass::Reserved),
    (v4([192, 0, 2, 0], 24), HostClass::Documentation),
    (v4([192, 88, 99, 0], 24), HostClass::Reserved),
    (v4([192, 168, 0, 0], 16), HostClass::Private),
    (v4([198, 18, 0, 0], 15), HostClass::Reserved),
    (v4([198, 51, 100, 0], 24), HostClass::Documentation),
    (v4([203, 0, 113, 0], 24), HostClass::Documentation),
    (v4([224, 0, 0, 0], 4), HostClass::Multicast),
    (v4([240, 0, 0, 0], 4), HostClass::Reserved),
];

/// IPv6 networks with a class of their own; what is outside `2000::/3` and not here is reserved.
const IPV6: [(Ipv6Net, HostClass); 8] = [
    (v6([0xfc00, 0], 7), HostClass::Private),
    (v6([0xfec0, 0], 10), HostClass::Private),
    (v6([0xfe80, 0], 10), HostClass::LinkLocal),
    (v6([0xff00, 0], 8), HostClass::Multicast),
    (v6([0x2001, 0xdb8], 32), HostClass::Documentation),
    (v6([0x3fff, 0], 20), HostClass::Documentation),
    (v6([0x2001, 0], 23), HostClass::Reserved),
    (v6([0x2002, 0], 16), HostClass::Reserved),
];

/// The part of IPv6 that is assigned to the public internet.
const GLOBAL_UNICAST: Ipv6Net = v6([0x2000, 0], 3);

const LOCAL_SUFFIXES: [&str; 7] = [
    "localhost",
    "local",
    "internal",
    "home.arpa",
    "test",
    "invalid",
    "onion",
];

const fn v4([a, b, c, d]: [u8; 4], mask: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), mask)
}

const fn v6([a, b]: [u16; 2], mask: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, 0, 0, 0, 0, 0, 0), mask)
}

impl HostClass {
    /// The class of an address. An IPv4 address mapped into IPv6 has the class of the IPv4 address, and
    /// [`Reserved`](Self::Reserved) if that is public: it is not used on the wire.
    #[must_use]
    pub fn of_ip(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => of_networks(
                IPV4.iter()
                    .map(|(net, class)| (net.contains(&address), *class)),
            )
            .unwrap_or(Self::Public),
            IpAddr::V6(address) => Self::of_ipv6(address),
        }
    }

    fn of_ipv6(address: Ipv6Addr) -> Self {
        if let Some(mapped) = address.to_ipv4_mapped() {
            return match Self::of_ip(IpAddr::V4(mapped)) {
                Self::Public => Self::Reserved,
                class => class,
            };
        }
        let listed = of_networks(
            IPV6.iter()
                .map(|(net, class)| (net.contains(&address), *class)),
        );
        match listed {
            Some(class) => class,
            None if address.is_loopback() => Self::Loopback,
            None if address.is_unspecified() => Self::Unspecified,
            None if GLOBAL_UNICAST.contains(&address) => Self::Public,
            None => Self::Reserved,
        }
    }

    /// The class of a host name, in any case of its letters, with or without a dot at the end; an address is taken as
    /// [`of_ip`](Self::of_ip) takes it. Names kept for
    /// documentation (`example.com`, `.example`) count as public: they reach nobody's private network.
    #[must_use]
    pub fn of_name(name: &str) -> Self {
        if let Ok(address) = name.parse::<IpAddr>() {
            return Self::of_ip(address);
        }
        let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
        let local = LOCAL_SUFFIXES.iter().any(|suffix| {
            name.strip_suffix(suffix)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        });
        if local {
            Self::LocalName
        } else if name.contains('.') {
            Self::Public
        } else {
            Self::SingleLabel
        }
    }

    /// Whether the public internet can reach such a host, as far as its form tells.
    #[must_use]
    pub const fn is_public(self) -> bool {
        matches!(self, Self::Public)
    }
}

fn of_networks(networks: impl IntoIterator<Item = (bool, HostClass)>) -> Option<HostClass> {
    networks
        .into_iter()
        .find_map(|(inside, class)| inside.then_some(class))
}

/// Whether no address of the network is anything but public.
pub(super) fn all_public(network: Ipv4Net) -> bool {
    !IPV4
        .iter()
        .any(|(special, _)| special.contains(&network) || network.contains(special))
}

/// The class in words, to follow "it is".
impl fmt::Display for HostClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Public => "a public host",
            Self::Loopback => "a loopback address",
            Self::Private => "a private address",
            Self::LinkLocal => "a link-local address",
            Self::Shared => "an address shared behind a carrier's NAT",
            Self::Documentation => "an address for documentation",
            Self::Multicast => "a multicast address",
            Self::Unspecified => "an unspecified address",
            Self::Reserved => "a reserved address",
            Self::LocalName => "a name for local use",
            Self::SingleLabel => "a name of one label",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(address: &str) -> HostClass {
        HostClass::of_ip(address.parse().unwrap())
    }

    #[test]
    fn ipv4_networks_are_classed_to_their_edges() {
        for (address, expected) in [
            ("0.255.255.255", HostClass::Unspecified),
            ("1.0.0.0", HostClass::Public),
            ("9.255.255.255", HostClass::Public),
            ("10.0.0.0", HostClass::Private),
            ("10.255.255.255", HostClass::Private),
            ("11.0.0.0", HostClass::Public),
            ("100.63.255.255", HostClass::Public),
            ("100.64.0.0", HostClass::Shared),
            ("100.127.255.255", HostClass::Shared),
            ("100.128.0.0", HostClass::Public),
            ("127.0.0.1", HostClass::Loopback),
            ("169.254.169.254", HostClass::LinkLocal),
            ("172.15.255.255", HostClass::Public),
            ("172.16.0.0", HostClass::Private),
            ("172.31.255.255", HostClass::Private),
            ("172.32.0.0", HostClass::Public),
            ("192.0.0.8", HostClass::Reserved),
            ("192.0.1.0", HostClass::Public),
            ("192.0.2.1", HostClass::Documentation),
            ("192.88.99.1", HostClass::Reserved),
            ("192.167.255.255", HostClass::Public),
            ("192.168.1.100", HostClass::Private),
            ("198.17.255.255", HostClass::Public),
            ("198.19.255.255", HostClass::Reserved),
            ("198.51.100.7", HostClass::Documentation),
            ("203.0.113.7", HostClass::Documentation),
            ("223.255.255.255", HostClass::Public),
            ("224.0.0.1", HostClass::Multicast),
            ("239.255.255.255", HostClass::Multicast),
            ("240.0.0.1", HostClass::Reserved),
            ("255.255.255.255", HostClass::Reserved),
        ] {
            assert_eq!(class(address), expected, "{address}");
        }
    }

    #[test]
    fn ipv6_is_public_only_where_it_is_assigned() {
        for (address, expected) in [
            ("2606:4700:4700::1111", HostClass::Public),
            ("2a00:1450:4001::1", HostClass::Public),
            ("::", HostClass::Unspecified),
            ("::1", HostClass::Loopback),
            ("::ffff:127.0.0.1", HostClass::Loopback),
            ("::ffff:192.168.0.1", HostClass::Private),
            ("::ffff:169.254.169.254", HostClass::LinkLocal),
            ("::ffff:8.8.8.8", HostClass::Reserved),
            ("::127.0.0.1", HostClass::Reserved),
            ("64:ff9b::7f00:1", HostClass::Reserved),
            ("2001::1", HostClass::Reserved),
            ("2002:7f00:1::", HostClass::Reserved),
            ("2001:db8::1", HostClass::Documentation),
            ("3fff::1", HostClass::Documentation),
            ("3fff:1000::1", HostClass::Public),
            ("fc00::1", HostClass::Private),
            ("fdff::1", HostClass::Private),
            ("fe80::1", HostClass::LinkLocal),
            ("fec0::1", HostClass::Private),
            ("ff02::1", HostClass::Multicast),
            ("4000::1", HostClass::Reserved),
        ] {
            assert_eq!(class(address), expected, "{address}");
        }
    }

    #[test]
    fn names_are_classed_by_their_last_labels() {
        for (name, expected) in [
            ("example.com", HostClass::Public),
            ("localhost.com", HostClass::Public),
            ("mylocal", HostClass::SingleLabel),
            ("my-local.io", HostClass::Public),
            ("db", HostClass::SingleLabel),
            ("db.", HostClass::SingleLabel),
            ("localhost", HostClass::LocalName),
            ("LocalHost.", HostClass::LocalName),
            ("a.localhost", HostClass::LocalName),
            ("printer.LOCAL", HostClass::LocalName),
            ("metadata.google.internal", HostClass::LocalName),
            ("router.home.arpa", HostClass::LocalName),
            ("x.test", HostClass::LocalName),
            (
                "0.0.0.4",
                HostClass::of_ip(Ipv4Addr::new(0, 0, 0, 4).into()),
            ),
            ("10.1.2.3", HostClass::Private),
            ("8.8.8.8", HostClass::Public),
            ("::1", HostClass::Loopback),
        ] {
            assert_eq!(HostClass::of_name(name), expected, "{name}");
        }
    }

    #[test]
    fn a_network_is_public_only_as_a_whole() {
        let public = |text: &str| all_public(text.parse().unwrap());
        assert!(public("8.8.8.0/24"));
        assert!(public("11.0.0.0/8"));
        assert!(!public("8.0.0.0/6"), "holds 10.0.0.0/8");
        assert!(!public("10.1.0.0/16"));
        assert!(!public("0.0.0.0/0"));
    }
}
