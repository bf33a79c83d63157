//! The server's rules for values, with the texts it was recorded to answer.

use std::net::Ipv4Addr;

use voice_core::ident::{E164, HostClass};

use super::model::Ip;
use crate::testkit::answer::Refusal;
use crate::testkit::choice::UdpDestinations;

/// An empty name was taken once; so it is here.
pub(super) fn trunk_name(name: &str) -> Result<(), Refusal> {
    if name.chars().count() > 16 {
        return Err(Refusal::invalid(
            "Maximum allowed length for TrunkName is 16",
            "trunk_name",
        ));
    }
    if !name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    {
        return Err(Refusal::invalid(
            "Allowed characters for TrunkName is alphanumeric and _",
            "trunk_name",
        ));
    }
    Ok(())
}

pub(super) fn nso_code(code: &str) -> Result<(), Refusal> {
    if code == "ANY-ANY" {
        Ok(())
    } else {
        Err(Refusal::invalid("Nso code is invalid", "nso_code"))
    }
}

pub(super) fn domain_name(name: &str) -> Result<(), Refusal> {
    match name.strip_suffix(".pstn.exotel.com") {
        Some(label) if !label.is_empty() => Ok(()),
        _ => Err(Refusal::invalid(
            "Domain name should end with .pstn.exotel.com",
            "domain_name",
        )),
    }
}

/// Over 30 digits the server does not find its way any more.
pub(super) fn phone_number(number: &str) -> Result<(), Refusal> {
    if number.chars().filter(char::is_ascii_digit).count() > 30 {
        return Err(Refusal::not_found());
    }
    match E164::parse(number) {
        Ok(_) => Ok(()),
        Err(_) => Err(Refusal::invalid("Invalid PhoneNumber", "phone_number")),
    }
}

pub(super) fn mode(mode: &str) -> Result<(), Refusal> {
    match mode {
        "pstn" | "flow" => Ok(()),
        _ => Err(Refusal::invalid("Invalid mode", "mode")),
    }
}

pub(super) fn ip(text: &str) -> Result<Ipv4Addr, Refusal> {
    text.parse()
        .map_err(|_| Refusal::invalid("Invalid ip", "ip"))
}

pub(super) fn mask(mask: u64) -> Result<u8, Refusal> {
    match u8::try_from(mask) {
        Ok(mask @ 16..=32) => Ok(mask),
        _ => Err(Refusal::invalid(
            "mask should be in-between 16 and 32",
            "mask",
        )),
    }
}

pub(super) fn friendly_name(name: &str) -> Result<(), Refusal> {
    if name.chars().count() > 32 {
        return Err(Refusal::invalid(
            "Maximum allowed length for FriendlyName is 32",
            "friendly_name",
        ));
    }
    Ok(())
}

/// `host:port[;transport=tls|tcp]`. An address must be public and on the access list, a name need not. The addresses that
/// are set aside for documents pass for public ones: tests use nothing else.
pub(super) fn destination(text: &str, ips: &[Ip], udp: UdpDestinations) -> Result<(), Refusal> {
    let invalid = || Refusal::invalid("Destination is not a valid Ip or Fqdn", "destination");
    let (place, parameter) = match text.split_once(';') {
        Some((place, parameter)) => (place, Some(parameter)),
        None => (text, None),
    };
    match parameter.and_then(|parameter| parameter.strip_prefix("transport=")) {
        Some("tls" | "tcp") => {}
        None if parameter.is_none() && udp == UdpDestinations::Taken => {}
        _ => return Err(invalid()),
    }
    let (host, port) = place.split_once(':').ok_or_else(invalid)?;
    if !matches!(port.parse::<u16>(), Ok(1..)) {
        return Err(invalid());
    }
    if let Ok(address) = host.parse::<Ipv4Addr>() {
        let class = HostClass::of_ip(address.into());
        if !class.is_public() && class != HostClass::Documentation {
            return Err(invalid());
        }
        if !ips.iter().any(|entry| covers(entry, address)) {
            return Err(Refusal::invalid(
                "Destination not whitelisted",
                "destination",
            ));
        }
        return Ok(());
    }
    if is_fqdn(host) {
        Ok(())
    } else {
        Err(invalid())
    }
}

fn covers(entry: &Ip, address: Ipv4Addr) -> bool {
    let bits = u32::MAX
        .checked_shl(32 - u32::from(entry.mask.min(32)))
        .unwrap_or(0);
    u32::from(entry.ip) & bits == u32::from(address) & bits
}

/// At least two labels, the last with a letter.
fn is_fqdn(host: &str) -> bool {
    let labels: Vec<&str> = host.split('.').collect();
    labels.len() >= 2
        && labels.iter().all(|label| {
            !label.is_empty()
                && label
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        })
        && labels
            .last()
            .is_some_and(|last| last.bytes().any(|byte| byte.is_ascii_alphabetic()))
        && HostClass::of_name(host).is_public()
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;
    use crate::testkit::v2::model::Dates;

    #[test]
    fn destinations_are_judged_as_documented() {
        let entry = Ip {
            id: "1".to_owned(),
            ip: "203.0.112.0".parse().unwrap(),
            mask: 23,
            dates: Dates::now(UNIX_EPOCH),
        };
        let judge = |text, udp| match destination(text, std::slice::from_ref(&entry), udp) {
            Ok(()) => "ok".to_owned(),
            Err(refusal) => refusal.description,
        };
        const BAD: &str = "Destination is not a valid Ip or Fqdn";
        for (text, expected) in [
            ("203.0.113.9:5061;transport=tls", "ok"),
            ("203.0.113.9:5060;transport=tcp", "ok"),
            ("203.0.113.9:5060", "ok"),
            ("sip.example.com:5061;transport=tls", "ok"),
            (
                "203.0.114.1:5061;transport=tls",
                "Destination not whitelisted",
            ),
            ("10.0.0.1:5061;transport=tls", BAD),
            ("192.168.1.1:5061", BAD),
            ("203.0.113.9", BAD),
            ("203.0.113.9:0", BAD),
            ("203.0.113.9:65536", BAD),
            ("203.0.113.9:5060;transport=udp", BAD),
            ("203.0.113.9:5060;lr", BAD),
            ("sip:203.0.113.9:5060", BAD),
            ("300.1.1.1:5060", BAD),
            ("pbx:5060", BAD),
            ("pbx.local:5060", BAD),
            ("a@b.example.com:5060", BAD),
            ("", BAD),
        ] {
            assert_eq!(judge(text, UdpDestinations::Taken), expected, "{text}");
        }
        assert_eq!(judge("203.0.113.9:5060", UdpDestinations::Refused), BAD);
    }
}
