//! Connections: every address of a host is tried, since one that is dead among several makes every second call slow.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::future::join_all;
use tokio::net::TcpStream;

use super::dns::look_up;
use super::text::millis;
use super::{CheckContext, DoctorCheck, Explanation, Finding, Status};

/// Most addresses that are tried.
const ADDRESSES: usize = 8;

/// Connects to every address of a host (the first 8), without saying anything.
#[derive(Debug, Clone)]
pub struct TcpCheck {
    name: String,
    host: String,
    port: u16,
}

impl TcpCheck {
    /// Connects to `host`, a name or an address, at `port`.
    pub fn new(host: impl Into<String>, port: u16) -> Self {
        let host = host.into();
        Self {
            name: format!("tcp {host}"),
            host,
            port,
        }
    }
}

#[async_trait]
impl DoctorCheck for TcpCheck {
    fn name(&self) -> &str {
        &self.name
    }

    async fn check(&self, context: &CheckContext) -> Vec<Finding> {
        let (addresses, finding) = look_up(context, &self.name, &self.host, self.port).await;
        if addresses.all.is_empty() {
            return vec![finding];
        }
        vec![connect_all(context, &self.name, &addresses.all).await.1]
    }
}

/// The first connection that stood, in the order of the addresses.
pub(super) struct Connected {
    pub(super) stream: TcpStream,
    pub(super) elapsed: Duration,
}

pub(super) async fn connect_all(
    context: &CheckContext,
    name: &str,
    addresses: &[SocketAddr],
) -> (Option<Connected>, Finding) {
    let tried = addresses.iter().take(ADDRESSES).copied();
    let outcomes = join_all(tried.clone().map(|address| async move {
        let (outcome, elapsed) = context.timed(TcpStream::connect(address)).await;
        (
            outcome.unwrap_or_else(|late| Err(io::Error::new(io::ErrorKind::TimedOut, late))),
            elapsed,
        )
    }))
    .await;
    let total = outcomes.len();
    let mut finding = Finding::pass(name, "");
    let mut first = None;
    let mut failed = Vec::new();
    for (address, (outcome, elapsed)) in tried.zip(outcomes) {
        let shown = match outcome {
            Ok(stream) => {
                first = first.or(Some(Connected { stream, elapsed }));
                format!("connected in {}", millis(elapsed))
            }
            Err(error) => {
                let shown = format!("{} after {}", in_words(&error), millis(elapsed));
                failed.push(error);
                shown
            }
        };
        finding = finding.with_detail(address.to_string(), shown);
    }
    let elapsed = first
        .as_ref()
        .map_or(Duration::ZERO, |connected| connected.elapsed);
    let port = addresses.first().map_or(0, SocketAddr::port);
    let addresses = if total == 1 { "address" } else { "addresses" };
    let (status, seen) = match (failed.len(), total) {
        (0, total) => (
            Status::Pass,
            format!("port {port}: {total} {addresses} connected"),
        ),
        (bad, total) if bad < total => (
            Status::Warn,
            format!("port {port}: {bad} of {total} {addresses} cannot be reached"),
        ),
        _ => (
            Status::Fail,
            format!(
                "port {port}: {}",
                failed
                    .first()
                    .map_or_else(|| "no address to try".to_owned(), in_words)
            ),
        ),
    };
    let mut finding = finding.reviewed(status, &seen).with_elapsed(elapsed);
    if let Some(error) = failed.first() {
        finding = finding.with_explanation(&explain(error.kind()));
    }
    (first, finding)
}

fn in_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "connection refused".to_owned(),
        io::ErrorKind::TimedOut => "no answer in time".to_owned(),
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
            "no route to that address".to_owned()
        }
        _ => error.to_string(),
    }
}

fn explain(kind: io::ErrorKind) -> Explanation {
    match kind {
        io::ErrorKind::ConnectionRefused => Explanation {
            cause: "The machine is there, but nothing listens on this port",
            remedy: "Start the service, or correct the port",
        },
        io::ErrorKind::TimedOut => Explanation {
            cause: "A firewall or security group drops the packets, or the machine is down",
            remedy: "Allow outgoing connections to this host and port; behind a company proxy set the proxy in the client",
        },
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => Explanation {
            cause: "This machine has no route there; for IPv6 addresses usually no IPv6 at all",
            remedy: "Check the network and VPN; with broken IPv6 repair it or switch it off on this machine",
        },
        _ => Explanation {
            cause: "The connection could not be made",
            remedy: "Check firewall, proxy and VPN, then try from another network",
        },
    }
}
