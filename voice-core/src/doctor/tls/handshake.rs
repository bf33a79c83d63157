//! The handshake itself, on rustls: the clients' verifier, with ears.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::time_provider::TimeProvider;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error as TlsError, SignatureScheme,
};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::Stream;
use super::words::{Refusal, Seen};
use crate::clock::SharedClock;
use crate::doctor::CheckContext;

/// What came of it.
pub(super) struct Shaken {
    pub(super) seen: Seen,
    pub(super) stream: Option<Box<dyn Stream>>,
}

/// The provider the clients use: aws-lc-rs when both are built in.
pub(super) fn provider() -> Arc<CryptoProvider> {
    #[cfg(feature = "rustls")]
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    #[cfg(not(feature = "rustls"))]
    let provider = rustls::crypto::ring::default_provider();
    Arc::new(provider)
}

/// Shakes hands; `Err` says why that could not even be tried.
pub(super) async fn shake(
    context: &CheckContext,
    host: &str,
    stream: TcpStream,
) -> Result<Shaken, String> {
    let name = ServerName::try_from(
        host.trim_start_matches('[')
            .trim_end_matches(']')
            .to_owned(),
    )
    .map_err(|_| "the host is no name that TLS could ask for".to_owned())?;
    let heard = Arc::new(Mutex::new(Vec::new()));
    let connector = connector(context, Arc::clone(&heard))?;
    let outcome = connector.connect(name, stream).await;
    let mut seen = Seen {
        host: host.to_owned(),
        chain: heard.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        ..Seen::default()
    };
    let stream = match outcome {
        Ok(stream) => {
            let version = stream.get_ref().1.protocol_version();
            seen.protocol = version
                .and_then(|v| v.as_str())
                .map(|v| v.replace('_', "."));
            Some(Box::new(stream) as Box<dyn Stream>)
        }
        Err(error) => {
            seen.refusal = Some(read(&error));
            None
        }
    };
    Ok(Shaken { seen, stream })
}

fn connector(context: &CheckContext, heard: Heard) -> Result<TlsConnector, String> {
    let mut roots = Vec::new();
    for pem in context.roots() {
        for root in CertificateDer::pem_slice_iter(pem) {
            roots.push(root.map_err(|_| "a root certificate cannot be read".to_owned())?);
        }
    }
    let provider = provider();
    let verifier =
        rustls_platform_verifier::Verifier::new_with_extra_roots(roots, Arc::clone(&provider))
            .map_err(|error| format!("the system's certificates cannot be loaded: {error}"))?;
    let config = ClientConfig::builder_with_details(
        provider,
        Arc::new(Calendar(Arc::clone(context.clock()))),
    )
    .with_safe_default_protocol_versions()
    .map_err(|error| format!("no TLS version: {error}"))?
    .dangerous()
    .with_custom_certificate_verifier(Arc::new(Listener {
        inner: verifier,
        heard,
    }))
    .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

/// The injected clock, as rustls asks for the time.
#[derive(Debug)]
struct Calendar(SharedClock);

impl TimeProvider for Calendar {
    fn current_time(&self) -> Option<UnixTime> {
        let now = self.0.wall().duration_since(std::time::UNIX_EPOCH).ok()?;
        Some(UnixTime::since_unix_epoch(now))
    }
}

/// The certificates that were sent, leaf first.
type Heard = Arc<Mutex<Vec<Vec<u8>>>>;

/// Writes the chain down and leaves every verdict to the verifier below.
#[derive(Debug)]
struct Listener {
    inner: rustls_platform_verifier::Verifier,
    heard: Heard,
}

impl ServerCertVerifier for Listener {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        let chain = std::iter::once(leaf).chain(others);
        *self.heard.lock().unwrap_or_else(PoisonError::into_inner) =
            chain.map(|certificate| certificate.to_vec()).collect();
        self.inner.verify_server_cert(leaf, others, name, ocsp, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        self.inner
            .verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        self.inner
            .verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

fn read(error: &io::Error) -> Refusal {
    let Some(tls) = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<TlsError>())
    else {
        return match error.kind() {
            io::ErrorKind::UnexpectedEof
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::BrokenPipe => Refusal::Closed,
            _ => Refusal::Other(error.to_string()),
        };
    };
    match tls {
        TlsError::InvalidCertificate(why) => match why {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => Refusal::Expired,
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                Refusal::NotYetValid
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                Refusal::WrongName
            }
            CertificateError::UnknownIssuer => Refusal::UnknownIssuer,
            CertificateError::Revoked => Refusal::Revoked,
            other => Refusal::Certificate(other.to_string()),
        },
        TlsError::InvalidMessage(_) | TlsError::InappropriateMessage { .. } => Refusal::NotTls,
        TlsError::AlertReceived(alert) => Refusal::Alert(format!("{alert:?}")),
        TlsError::PeerIncompatible(why) => Refusal::Incompatible(format!("{why:?}")),
        other => Refusal::Other(other.to_string()),
    }
}
