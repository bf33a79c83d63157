//! Facts about Exotel's SIP side, for whoever configures a PBX, a bot platform or a firewall. This crate speaks no SIP.
//!
//! Address lists change: read the vendor's network page for them. SIP over UDP and REGISTER are not supported. Media is
//! G.711 only, PCMA preferred; with TLS it is SRTP. A destination by name (FQDN) works inbound only.

use std::ops::RangeInclusive;

use crate::account::AccountName;

/// The edge of the Mumbai region.
pub const EDGE_MUMBAI: &str = "in.voip.exotel.com";
/// The edge of the Mumbai region in older guides; same ports.
pub const EDGE_MUMBAI_OLDER: &str = "pstn.in4.exotel.com";
/// The edge's port for SIP over TLS.
pub const EDGE_TLS_PORT: u16 = 443;
/// The edge's port for SIP over TCP.
pub const EDGE_TCP_PORT: u16 = 5070;
/// UDP ports of RTP and SRTP; older guides end at 20,000.
pub const MEDIA_PORTS: RangeInclusive<u16> = 10_000..=40_000;
/// The header that an INVITE for a bot (StreamKit) must have; its value is the account's name.
pub const ACCOUNT_HEADER: &str = "X-Exotel-AccountSid";
/// Most custom headers of an INVITE.
pub const MAX_CUSTOM_HEADERS: usize = 3;
/// Most bytes of all custom headers together.
pub const MAX_CUSTOM_HEADER_BYTES: usize = 200;
/// What may not stand behind the `X-` of a custom header.
pub const RESERVED_HEADER_PREFIXES: [&str; 2] = ["Exotel-", "Veeno-"];

/// The SIP server a PBX is configured with; the user is the trunk's SID.
///
/// ```
/// use exotel_vsip::{AccountName, sip};
///
/// assert_eq!(sip::server(&AccountName::parse("exampleacc")?), "exampleacc.pstn.exotel.com");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn server(account: &AccountName) -> String {
    format!("{account}.pstn.exotel.com")
}

/// What a SIP status usually means on a trunk, and what to do about it; `None` where nothing better than RFC 3261 is known.
///
/// ```
/// use exotel_vsip::sip;
///
/// assert!(sip::hint(403).is_some_and(|hint| hint.contains("access list")));
/// assert_eq!(sip::hint(200), None);
/// ```
#[must_use]
pub const fn hint(status: u16) -> Option<&'static str> {
    Some(match status {
        401 => {
            "The digest is wrong: user is the trunk SID or the credential's name, and the password is the trunk's"
        }
        403 => "The address is not on the trunk's access list",
        404 => "The number is not mapped to the trunk, or not E.164",
        408 => {
            "Not reachable: a firewall, or a wrong address or port; signalling and media need rules of their own"
        }
        415 | 488 => "No common codec: enable G.711, PCMA preferred",
        480 => "The PBX is down or not available",
        484 => "The number is incomplete: send E.164",
        486 => "Busy",
        500..=599 => "Network or routing: try again later",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_cover_the_documented_statuses_and_no_success() {
        for status in [401, 403, 404, 408, 415, 480, 484, 486, 488, 500, 503] {
            assert!(hint(status).is_some(), "{status}");
        }
        assert!((100..400).all(|status| hint(status).is_none()));
    }
}
