//! TLS: a handshake of the doctor's own, which keeps the certificates even when they are refused, and says in words why.
//!
//! With the feature `rustls` (or `rustls-ring`) the verifier is the one the clients use. Without either, as with
//! `native-tls` alone, there is nothing here that could shake hands, and the check is skipped with that reason.

mod certificate;
#[cfg(any(feature = "rustls", feature = "rustls-ring"))]
mod handshake;
#[cfg(any(feature = "rustls", feature = "rustls-ring"))]
mod words;

use std::time::Duration;

use async_trait::async_trait;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use super::dns::look_up;
use super::tcp::connect_all;
use super::{CheckContext, DoctorCheck, Finding};

pub use certificate::{Certificate, CertificateError};

/// Bytes both ways, encrypted or not.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// Shakes hands with a host and looks at its certificate: protocol version, subject, issuer, names, days left; what is
/// wrong with chain, name or dates in words.
///
/// Warns when less than 14 days are left. Fails when a client of this family would refuse the certificate. Times are those
/// of the context's clock; roots are the system's and those of the context.
#[derive(Debug, Clone)]
pub struct TlsCheck {
    name: String,
    host: String,
    port: u16,
}

impl TlsCheck {
    /// Looks at `host`, a name or an address, at `port`.
    pub fn new(host: impl Into<String>, port: u16) -> Self {
        let host = host.into();
        Self {
            name: format!("tls {host}"),
            host,
            port,
        }
    }
}

#[async_trait]
impl DoctorCheck for TlsCheck {
    fn name(&self) -> &str {
        &self.name
    }

    async fn check(&self, context: &CheckContext) -> Vec<Finding> {
        let (addresses, finding) = look_up(context, &self.name, &self.host, self.port).await;
        if addresses.all.is_empty() {
            return vec![finding];
        }
        let (connected, finding) = connect_all(context, &self.name, &addresses.all).await;
        match connected {
            Some(connected) => {
                let secured = secure(context, &self.name, &self.host, connected.stream).await;
                vec![secured.finding]
            }
            None => vec![finding],
        }
    }
}

/// What came of a handshake.
pub(super) struct Secured {
    /// There when the certificate was accepted.
    pub(super) stream: Option<Box<dyn Stream>>,
    pub(super) elapsed: Duration,
    pub(super) finding: Finding,
}

#[cfg(not(any(feature = "rustls", feature = "rustls-ring")))]
#[allow(clippy::unused_async, reason = "it waits when there is TLS")]
pub(super) async fn secure(
    _context: &CheckContext,
    name: &str,
    _host: &str,
    stream: TcpStream,
) -> Secured {
    drop(stream);
    let reason = match cfg!(feature = "native-tls") {
        true => {
            "the system's TLS library does not show its handshake; build with the feature rustls to look at it"
        }
        false => "this build has no TLS; build with the feature rustls",
    };
    Secured {
        stream: None,
        elapsed: Duration::ZERO,
        finding: Finding::skipped(name, reason),
    }
}

#[cfg(any(feature = "rustls", feature = "rustls-ring"))]
pub(super) async fn secure(
    context: &CheckContext,
    name: &str,
    host: &str,
    stream: TcpStream,
) -> Secured {
    use super::text::millis;

    let shake = handshake::shake(context, host, stream);
    let (outcome, elapsed) = context.timed(shake).await;
    let (stream, finding) = match outcome {
        Ok(Ok(shaken)) => {
            let finding = words::judge(name, context.clock().wall(), &shaken.seen);
            (shaken.stream, finding)
        }
        Ok(Err(message)) => {
            let finding = Finding::skipped(name, message);
            (None, finding)
        }
        Err(_) => {
            let limit = millis(context.step_limit());
            let finding = Finding::fail(name, format!("no TLS handshake within {limit}"))
                .with_cause("The port accepts connections and says nothing: it does not speak TLS, or a firewall inspects and drops it")
                .with_remedy("Check the port, and whether plain HTTP is spoken there; try from another network");
            (None, finding)
        }
    };
    Secured {
        stream,
        elapsed,
        finding: finding.with_elapsed(elapsed),
    }
}

#[cfg(any(feature = "rustls", feature = "rustls-ring"))]
#[cfg(test)]
mod tests;
