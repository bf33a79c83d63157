//! A TLS server before a simulator, with a certificate that may be wrong in several ways.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use voice_core::clock::{Clock, SystemClock};

use super::{Fault, LATE};
use crate::Failure;

/// A private authority that the doctor and the clients trust.
pub(super) struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub(super) fn new() -> Result<Self, Failure> {
        Self::named("Clinic Authority")
    }

    fn named(name: &str) -> Result<Self, Failure> {
        let mut params = CertificateParams::new(Vec::<String>::new())?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate()?;
        Ok(Self(CertifiedIssuer::self_signed(params, key)?))
    }

    pub(super) fn pem(&self) -> String {
        self.0.pem()
    }

    /// What a server presents itself with.
    fn config(&self, faults: &[Fault]) -> Result<ServerConfig, Failure> {
        let name = match faults.contains(&Fault::TlsName) {
            true => "api.elsewhere.example",
            false => "localhost",
        };
        let mut params = CertificateParams::new(vec![name.to_owned()])?;
        params.distinguished_name.push(DnType::CommonName, name);
        let day = |days: u64| Duration::from_secs(days * 86_400);
        let now: SystemTime = SystemClock::default().wall();
        let until = match faults.contains(&Fault::TlsExpired) {
            true => now - day(3),
            false => now + day(90),
        };
        params.not_before = (now - day(30)).into();
        params.not_after = until.into();
        let key = KeyPair::generate()?;
        let leaf = if faults.contains(&Fault::TlsInspected) {
            params.signed_by(&key, &Self::named("Zscaler Root CA")?.0)?
        } else if faults.contains(&Fault::TlsUntrusted) {
            params.signed_by(&key, &Self::named("Unknown Authority")?.0)?
        } else {
            params.signed_by(&key, &self.0)?
        };
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let secret = PrivateKeyDer::try_from(key.serialize_der())?;
        Ok(ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![leaf.der().clone()], secret)?)
    }
}

/// Hands everything on to a simulator, and stops when dropped.
pub(super) struct Front {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Front {
    pub(super) async fn start(
        authority: &Authority,
        behind: SocketAddr,
        faults: &[Fault],
    ) -> Result<Self, Failure> {
        let acceptor = TlsAcceptor::from(Arc::new(authority.config(faults)?));
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let slow = faults.contains(&Fault::Slow);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(hand_on(acceptor.clone(), stream, behind, slow));
            }
        });
        Ok(Self { address, task })
    }

    pub(super) fn port(&self) -> u16 {
        self.address.port()
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn hand_on(acceptor: TlsAcceptor, stream: TcpStream, behind: SocketAddr, slow: bool) {
    let Ok(mut stream) = acceptor.accept(stream).await else {
        return;
    };
    if slow {
        SystemClock::default().sleep(LATE).await;
    }
    if let Ok(mut backend) = TcpStream::connect(behind).await {
        // Whoever hangs up first ends it.
        let _ = tokio::io::copy_bidirectional(&mut stream, &mut backend).await;
    }
}

/// A port of this machine where nothing listens.
pub(super) async fn closed_port() -> io::Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    Ok(listener.local_addr()?.port())
}
