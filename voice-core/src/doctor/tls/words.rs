//! The verdict on a handshake, in words.

use std::time::SystemTime;

use super::Certificate;
use crate::doctor::{Explanation, Finding};
use crate::observe::log::rfc3339;

/// A certificate that ends sooner is warned of.
const SOON_DAYS: i64 = 14;

/// Marks in the issuer's name of certificates that inspecting proxies and local tools make up, in lower case.
const INSPECTORS: [&str; 16] = [
    "zscaler",
    "netskope",
    "fortinet",
    "fortigate",
    "palo alto",
    "blue coat",
    "bluecoat",
    "cisco umbrella",
    "sophos",
    "kaspersky",
    "avast",
    "mitmproxy",
    "charles proxy",
    "fiddler",
    "portswigger",
    "check point",
];

/// Whether an inspecting proxy made this certificate, as far as its issuer's name tells.
fn is_inspected(leaf: &Certificate) -> bool {
    let issuer = leaf.issuer.to_lowercase();
    INSPECTORS.iter().any(|mark| issuer.contains(mark))
}

const INSPECTED: Explanation = Explanation {
    cause: "An inspecting proxy or a tool on this machine answers in the provider's place and makes up certificates of its own",
    remedy: "Exempt the provider's host from inspection, or add the proxy's root certificate to the client (root_certificate_pem)",
};

/// What a handshake showed, whether it went well or not.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) host: String,
    /// Leaf first, as they were sent.
    pub(super) chain: Vec<Vec<u8>>,
    /// Such as `TLSv1.3`.
    pub(super) protocol: Option<String>,
    pub(super) refusal: Option<Refusal>,
}

/// Why there is no connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    Expired,
    NotYetValid,
    WrongName,
    UnknownIssuer,
    Revoked,
    /// Refused for another reason, in the verifier's words.
    Certificate(String),
    /// What came back is not TLS.
    NotTls,
    /// The server ended the handshake with an alert.
    Alert(String),
    /// No version or cipher in common.
    Incompatible(String),
    /// The connection ended.
    Closed,
    Other(String),
}

pub(super) fn judge(name: &str, now: SystemTime, seen: &Seen) -> Finding {
    let leaf = seen
        .chain
        .first()
        .and_then(|der| Certificate::from_der(der).ok());
    let finding = match (&seen.refusal, &leaf) {
        (None, Some(leaf)) => accepted(name, now, leaf),
        (None, None) => Finding::pass(name, "the handshake succeeded"),
        (Some(refusal), leaf) => refused(name, now, seen, refusal, leaf.as_ref()),
    };
    details(finding, now, seen, leaf.as_ref())
}

fn accepted(name: &str, now: SystemTime, leaf: &Certificate) -> Finding {
    if is_inspected(leaf) {
        let seen = format!(
            "the certificate is trusted, but of an inspecting proxy: {}",
            leaf.issuer
        );
        return Finding::warn(name, seen).with_explanation(&INSPECTED);
    }
    match leaf.days_left(now) {
        days if days < SOON_DAYS => {
            let days = match days {
                1 => "1 day".to_owned(),
                days => format!("{days} days"),
            };
            Finding::warn(name, format!("the certificate is valid for another {days} only"))
                .with_cause("It was not renewed; authorities renew 30 days ahead as a rule")
                .with_remedy("Look at the renewal job if the host is yours, else tell the provider; after that day every call fails")
        }
        days => Finding::pass(
            name,
            format!("the certificate is valid for another {days} days"),
        ),
    }
}

fn refused(
    name: &str,
    now: SystemTime,
    seen: &Seen,
    refusal: &Refusal,
    leaf: Option<&Certificate>,
) -> Finding {
    let host = &seen.host;
    let text = match refusal {
        Refusal::Expired => match leaf.map(|leaf| -1 - leaf.days_left(now)) {
            Some(0) => "the certificate expired less than a day ago".to_owned(),
            Some(days @ 1..) => format!("the certificate expired {days} days ago"),
            _ => "a certificate of the chain has expired".to_owned(),
        },
        Refusal::NotYetValid => match leaf {
            Some(leaf) if leaf.not_before > now => format!(
                "the certificate is not valid before {}",
                rfc3339::text(leaf.not_before)
            ),
            _ => "a certificate of the chain is not valid yet".to_owned(),
        },
        Refusal::WrongName => match leaf.map(|leaf| leaf.names.join(", ")) {
            Some(names) if !names.is_empty() => {
                format!("the certificate is for {names}, not for {host}")
            }
            _ => format!("the certificate is not for {host}"),
        },
        Refusal::UnknownIssuer => match leaf {
            Some(leaf) if is_self_signed(seen, leaf) => "the certificate is self-signed".to_owned(),
            Some(leaf) => format!("the certificate's issuer is not trusted: {}", leaf.issuer),
            None => "the certificate's issuer is not trusted".to_owned(),
        },
        Refusal::Revoked => "the certificate was revoked".to_owned(),
        Refusal::Certificate(why) => match leaf {
            Some(leaf) if is_self_signed(seen, leaf) => {
                format!("the certificate is self-signed ({why})")
            }
            _ => format!("the certificate was refused: {why}"),
        },
        Refusal::NotTls => "the answer is not TLS".to_owned(),
        Refusal::Alert(alert) => format!("the server ended the handshake: {alert}"),
        Refusal::Incompatible(why) => format!("no TLS version or cipher in common: {why}"),
        Refusal::Closed => "the connection was closed within the handshake".to_owned(),
        Refusal::Other(why) => format!("the handshake failed: {why}"),
    };
    let explanation = match (refusal, leaf) {
        (Refusal::UnknownIssuer | Refusal::Certificate(_), Some(leaf)) if is_inspected(leaf) => {
            INSPECTED
        }
        _ => explain(refusal),
    };
    Finding::fail(name, text).with_explanation(&explanation)
}

/// One certificate that names itself as its issuer.
fn is_self_signed(seen: &Seen, leaf: &Certificate) -> bool {
    seen.chain.len() == 1 && leaf.is_self_issued()
}

fn explain(refusal: &Refusal) -> Explanation {
    let (cause, remedy) = match refusal {
        Refusal::Expired => (
            "It was not renewed, or this machine's clock is ahead",
            "Check this machine's clock first; then renew the certificate if the host is yours, else tell the provider",
        ),
        Refusal::NotYetValid => (
            "This machine's clock is behind, or the certificate was put in place too early",
            "Check this machine's clock first",
        ),
        Refusal::WrongName => (
            "The URL names another host than the certificate, or another server or a proxy answers in its place",
            "Check the base URL and the region; on a server of yours, order a certificate for this name",
        ),
        Refusal::UnknownIssuer | Refusal::Certificate(_) => (
            "The server sends no complete chain, has a private or self-signed certificate, or an inspecting proxy stands in between",
            "Install the full chain on the server; for a private authority or an inspecting proxy add its root certificate to the client; keep the system's CA certificates up to date",
        ),
        Refusal::Revoked => (
            "Its issuer has withdrawn it, usually because its key was lost",
            "Order a new certificate, or tell the provider",
        ),
        Refusal::NotTls => (
            "The port speaks something else, usually plain HTTP",
            "Check scheme and port of the URL, and that the server's TLS is switched on for this port",
        ),
        Refusal::Alert(_) => (
            "The server refuses this client: it knows no such name, or asks for a client certificate",
            "Check the host name; look at the server's log",
        ),
        Refusal::Incompatible(_) => (
            "The server speaks only TLS 1.1 or older, or unusual ciphers",
            "Update the server to TLS 1.2 or 1.3",
        ),
        Refusal::Closed | Refusal::Other(_) => (
            "A firewall or proxy ends TLS connections, or the port speaks something else",
            "Check the port; try from another network; look at the server's log",
        ),
    };
    Explanation { cause, remedy }
}

fn details(
    mut finding: Finding,
    now: SystemTime,
    seen: &Seen,
    leaf: Option<&Certificate>,
) -> Finding {
    if let Some(protocol) = &seen.protocol {
        finding = finding.with_detail("protocol", protocol);
    }
    if let Some(leaf) = leaf {
        finding = finding
            .with_detail("subject", &leaf.subject)
            .with_detail("issuer", &leaf.issuer)
            .with_detail("names", leaf.names.join(", "))
            .with_detail("valid from", rfc3339::text(leaf.not_before))
            .with_detail("valid until", rfc3339::text(leaf.not_after))
            .with_detail("days left", leaf.days_left(now).to_string())
            .with_detail("certificates sent", seen.chain.len().to_string());
    }
    finding
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;
    use crate::doctor::Status;

    #[test]
    fn every_refusal_fails_with_cause_and_remedy_also_without_a_certificate() {
        let other = || "x".to_owned();
        let refusals = [
            Refusal::Expired,
            Refusal::NotYetValid,
            Refusal::WrongName,
            Refusal::UnknownIssuer,
            Refusal::Revoked,
            Refusal::Certificate(other()),
            Refusal::NotTls,
            Refusal::Alert(other()),
            Refusal::Incompatible(other()),
            Refusal::Closed,
            Refusal::Other(other()),
        ];
        let mut texts = Vec::new();
        for refusal in refusals {
            let seen = Seen {
                refusal: Some(refusal),
                chain: vec![b"no certificate".to_vec()],
                ..Seen::default()
            };
            let finding = judge("tls", UNIX_EPOCH, &seen);
            assert_eq!(finding.status(), Status::Fail);
            assert!(finding.cause().is_some() && finding.remedy().is_some());
            assert!(!texts.contains(&finding.seen().to_owned()), "{finding:?}");
            texts.push(finding.seen().to_owned());
        }
    }
}
