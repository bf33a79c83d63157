//! Names: every address of a host, and what kind of address that is.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use async_trait::async_trait;

use super::text::millis;
use super::{CheckContext, DoctorCheck, Finding};
use crate::ident::HostClass;

/// Looks names up. The doctor uses [`SystemResolver`] unless it is given another.
#[async_trait]
pub trait Resolve: fmt::Debug + Send + Sync + 'static {
    /// Every address of `host`, with `port`.
    ///
    /// # Errors
    /// Whatever the look-up ended with.
    async fn resolve(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>>;
}

/// The resolver of the operating system, in a thread that may wait.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver {
    _private: (),
}

#[async_trait]
impl Resolve for SystemResolver {
    async fn resolve(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        Ok(tokio::net::lookup_host((host, port)).await?.collect())
    }
}

/// Looks up one host: how many addresses, which, how fast; all of them and not only the first.
///
/// Warns of addresses that are not public, unless the name itself is a local one; fails when there is none.
#[derive(Debug, Clone)]
pub struct DnsCheck {
    name: String,
    host: String,
}

impl DnsCheck {
    /// Looks up `host`, a name without scheme and port.
    pub fn new(host: impl Into<String>) -> Self {
        let host = host.into();
        Self {
            name: format!("dns {host}"),
            host,
        }
    }
}

#[async_trait]
impl DoctorCheck for DnsCheck {
    fn name(&self) -> &str {
        &self.name
    }

    async fn check(&self, context: &CheckContext) -> Vec<Finding> {
        vec![look_up(context, &self.name, &self.host, 443).await.1]
    }
}

/// What a look-up found; no address when it failed.
pub(super) struct Addresses {
    pub(super) all: Vec<SocketAddr>,
    pub(super) elapsed: Duration,
}

pub(super) async fn look_up(
    context: &CheckContext,
    name: &str,
    host: &str,
    port: u16,
) -> (Addresses, Finding) {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    if let Ok(address) = bare.parse::<IpAddr>() {
        let addresses = Addresses {
            all: vec![SocketAddr::new(address, port)],
            elapsed: Duration::ZERO,
        };
        let finding = Finding::skipped(name, "the host is an address, there is no name to look up");
        return (addresses, finding);
    }
    let (outcome, elapsed) = context.timed(context.resolver().resolve(host, port)).await;
    let (mut all, finding) = match outcome {
        Ok(Ok(all)) if !all.is_empty() => {
            let finding = judge(name, host, &all);
            (all, finding)
        }
        Ok(Ok(_)) => (Vec::new(), unknown(name, host, "no address")),
        Ok(Err(error)) => (Vec::new(), unknown(name, host, &error.to_string())),
        Err(_) => {
            let limit = millis(context.step_limit());
            let finding = Finding::fail(name, format!("{host}: no answer from DNS within {limit}"))
                .with_cause("The name server does not answer, or a firewall drops port 53")
                .with_remedy("Check the machine's name servers (/etc/resolv.conf) and that they can be reached");
            (Vec::new(), finding)
        }
    };
    all.dedup();
    (Addresses { all, elapsed }, finding.with_elapsed(elapsed))
}

fn unknown(name: &str, host: &str, why: &str) -> Finding {
    Finding::fail(name, format!("{host} does not resolve: {why}"))
        .with_cause("The name is misspelt or of another region, has no record yet, or this machine's DNS cannot look it up")
        .with_remedy("Compare the host with the provider's documentation, then look it up with another name server (dig HOST @1.1.1.1)")
}

fn judge(name: &str, host: &str, all: &[SocketAddr]) -> Finding {
    let classes: Vec<HostClass> = all
        .iter()
        .map(|address| HostClass::of_ip(address.ip()))
        .collect();
    let odd = classes.iter().filter(|class| !class.is_public()).count();
    let plural = if all.len() == 1 {
        "address"
    } else {
        "addresses"
    };
    let seen = format!("{host}: {} {plural}", all.len());
    let is_local = !HostClass::of_name(host).is_public();
    let mut finding = match odd {
        0 => Finding::pass(name, seen),
        _ if is_local => Finding::pass(name, seen),
        odd => Finding::warn(name, format!("{seen}, {odd} of them not public"))
            .with_cause("A private zone, a hosts file or a captive network answers in place of the public DNS")
            .with_remedy("Right if you reach the provider by a private link; else compare with a public name server"),
    };
    for (address, class) in all.iter().zip(classes) {
        finding = finding.with_detail(address.ip().to_string(), class.to_string());
    }
    finding
}
