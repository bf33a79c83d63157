//! IPv4 addresses with a mask, as access lists take them.

use std::fmt;
use std::net::Ipv4Addr;
use std::ops::RangeInclusive;

use ipnet::Ipv4Net;

use super::class::all_public;
use super::error::{Grammar, IdentError, IdentRule};
use super::host;

/// An IPv4 address and the number of its leading bits that count, from 0 to 32.
///
/// Parsed from `a.b.c.d/nn`, or from `a.b.c.d` alone, which means `/32`; written as `a.b.c.d/nn`. The address is kept as
/// given, host bits included, because access lists send address and mask apart. There is no `AsRef<str>`: the value is
/// a number, not a text.
///
/// Services narrow the masks they take; Exotel accepts 16 to 32. [`with_mask_range`](Self::with_mask_range) checks that.
///
/// ```
/// use voice_core::ident::Ipv4Cidr;
///
/// let office = Ipv4Cidr::parse("8.8.4.17/24")?;
/// assert!(office.contains("8.8.4.200".parse()?) && office.is_public());
/// assert_eq!(office.with_mask_range(16..=32)?.mask(), 24);
/// assert!(Ipv4Cidr::parse("8.0.0.0/8")?.with_mask_range(16..=32).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ipv4Cidr(Ipv4Net);

impl Ipv4Cidr {
    /// The longest mask: one address.
    pub const MAX_MASK: u8 = 32;

    pub(super) const GRAMMAR: Grammar = Grammar {
        what: "Ipv4Cidr",
        form: "a dotted IPv4 address, alone or with a slash and a mask from 0 to 32",
        example: "203.0.113.10/32",
        unit: "characters",
    };

    /// An address and a mask from 0 to 32.
    ///
    /// # Errors
    /// [`IdentRule::Mask`].
    pub fn new(address: Ipv4Addr, mask: u8) -> Result<Self, IdentError> {
        Ipv4Net::new(address, mask)
            .map(Self)
            .map_err(|_| Self::bad_mask(0..=Self::MAX_MASK))
    }

    /// Takes `a.b.c.d/nn`, or `a.b.c.d` for `/32`. Numbers have no leading zeros; IPv6 is refused.
    ///
    /// # Errors
    /// [`IdentRule::Empty`], [`Ipv4`](IdentRule::Ipv4), [`Mask`](IdentRule::Mask),
    /// [`Character`](IdentRule::Character).
    pub fn parse(text: &str) -> Result<Self, IdentError> {
        if text.is_empty() {
            return Err(IdentError::new(&Self::GRAMMAR, IdentRule::Empty));
        }
        let (address, mask) = match text.split_once('/') {
            Some((address, mask)) => (address, Some(mask)),
            None => (text, None),
        };
        let start = address.len() + 1;
        let address = host::ipv4(address).map_err(|fault| fault.within(&Self::GRAMMAR, text, 0))?;
        let mask = match mask {
            None => Self::MAX_MASK,
            Some(mask) => host::canonical(mask)
                .filter(|mask| *mask <= Self::MAX_MASK)
                .ok_or_else(|| Self::bad_mask(0..=Self::MAX_MASK).at(text, start))?,
        };
        Self::new(address, mask)
    }

    /// The same value, if its mask lies in `accepted`.
    ///
    /// # Errors
    /// [`IdentRule::Mask`] with the accepted range.
    pub fn with_mask_range(self, accepted: RangeInclusive<u8>) -> Result<Self, IdentError> {
        if accepted.contains(&self.mask()) {
            Ok(self)
        } else {
            Err(Self::bad_mask(accepted))
        }
    }

    #[allow(
        clippy::needless_pass_by_value,
        reason = "a range literal reads best by value"
    )]
    fn bad_mask(accepted: RangeInclusive<u8>) -> IdentError {
        let rule = IdentRule::Mask {
            min: *accepted.start(),
            max: *accepted.end(),
        };
        IdentError::new(&Self::GRAMMAR, rule)
    }

    /// The address as given.
    #[must_use]
    pub fn address(&self) -> Ipv4Addr {
        self.0.addr()
    }

    /// The number of leading bits that count, from 0 to 32.
    #[must_use]
    pub fn mask(&self) -> u8 {
        self.0.prefix_len()
    }

    /// The first address of the block: the address with its host bits cleared.
    #[must_use]
    pub fn network(&self) -> Ipv4Addr {
        self.0.network()
    }

    /// Whether the block holds `address`.
    #[must_use]
    pub fn contains(&self, address: Ipv4Addr) -> bool {
        self.0.contains(&address)
    }

    /// Whether every address of the block can be reached from the public internet: none is private, loopback,
    /// link-local, shared, reserved, multicast or for documentation. The classes are those of
    /// [`HostClass`](super::HostClass).
    #[must_use]
    pub fn is_public(&self) -> bool {
        all_public(self.0)
    }
}

impl std::str::FromStr for Ipv4Cidr {
    type Err = IdentError;

    fn from_str(text: &str) -> Result<Self, IdentError> {
        Self::parse(text)
    }
}

impl TryFrom<&str> for Ipv4Cidr {
    type Error = IdentError;

    fn try_from(text: &str) -> Result<Self, IdentError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Ipv4Cidr {
    type Error = IdentError;

    fn try_from(text: String) -> Result<Self, IdentError> {
        Self::parse(&text)
    }
}

/// The one address, with mask 32.
impl From<Ipv4Addr> for Ipv4Cidr {
    fn from(address: Ipv4Addr) -> Self {
        Self(address.into())
    }
}

impl fmt::Display for Ipv4Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Ipv4Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ipv4Cidr({})", self.0)
    }
}

impl serde::Serialize for Ipv4Cidr {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for Ipv4Cidr {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        super::surface::deserialize(deserializer, &Self::GRAMMAR)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_alone_is_one_address() {
        let one = Ipv4Cidr::parse("8.8.8.8").unwrap();
        assert_eq!((one.mask(), one.to_string().as_str()), (32, "8.8.8.8/32"));
        assert_eq!(one, Ipv4Addr::new(8, 8, 8, 8).into());
        assert!(
            one.contains(Ipv4Addr::new(8, 8, 8, 8)) && !one.contains(Ipv4Addr::new(8, 8, 8, 9))
        );
    }

    #[test]
    fn host_bits_are_kept() {
        let block = Ipv4Cidr::parse("192.168.1.100/24").unwrap();
        assert_eq!(block.to_string(), "192.168.1.100/24");
        assert_eq!(block.address(), Ipv4Addr::new(192, 168, 1, 100));
        assert_eq!(block.network(), Ipv4Addr::new(192, 168, 1, 0));
        assert!(!block.is_public() && Ipv4Cidr::parse("8.8.4.17/24").unwrap().is_public());
        assert_eq!(format!("{block:?}"), "Ipv4Cidr(192.168.1.100/24)");
        assert!(
            Ipv4Cidr::parse("0.0.0.0/0")
                .unwrap()
                .contains(Ipv4Addr::new(9, 9, 9, 9))
        );
    }

    #[test]
    fn says_which_rule_broke_and_where() {
        let mask = IdentRule::Mask { min: 0, max: 32 };
        for (bad, rule, position) in [
            ("", IdentRule::Empty, None),
            ("8.8.8.8/33", mask, Some(8)),
            ("8.8.8.8/-1", mask, Some(8)),
            ("8.8.8.8/08", mask, Some(8)),
            ("8.8.8.8/", mask, None),
            ("8.8.8.8/24/24", mask, Some(8)),
            ("8.8.8/24", IdentRule::Ipv4, Some(5)),
            ("8.8.8.256", IdentRule::Ipv4, Some(6)),
            ("8.8.8.8 ", IdentRule::Character, Some(7)),
            ("::1/128", IdentRule::Character, Some(0)),
        ] {
            let error = Ipv4Cidr::parse(bad).unwrap_err();
            assert_eq!(
                (error.rule(), error.position()),
                (rule, position),
                "{bad:?}"
            );
        }
        let wide = Ipv4Cidr::new(Ipv4Addr::LOCALHOST, 33).unwrap_err();
        assert_eq!((wide.rule(), wide.position()), (mask, None));
    }

    #[test]
    fn the_mask_range_of_a_service_is_checked() {
        for (mask, accepted) in [(15, false), (16, true), (32, true)] {
            let block = Ipv4Cidr::new(Ipv4Addr::new(8, 8, 8, 8), mask).unwrap();
            let checked = block.with_mask_range(16..=32);
            assert_eq!(checked.is_ok(), accepted, "{mask}");
            if let Err(error) = checked {
                assert_eq!(error.rule(), IdentRule::Mask { min: 16, max: 32 });
            }
        }
    }
}
