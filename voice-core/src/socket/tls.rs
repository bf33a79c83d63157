//! TLS by whichever library the crate's features name; certificates are checked by the system's verifier.

use tokio::net::TcpStream;
use url::Host;

use super::dial::Duplex;
use super::explain::Explain;
use crate::error::{Error, ErrorKind};

#[cfg(any(feature = "rustls", feature = "rustls-ring"))]
pub(super) async fn secure(
    socket: TcpStream,
    host: &Host<&str>,
    roots: &[Vec<u8>],
    explain: Explain,
) -> Result<Box<dyn Duplex>, Error> {
    use rustls::pki_types::ServerName;

    let name = match host {
        Host::Ipv4(ip) => ServerName::from(std::net::IpAddr::from(*ip)),
        Host::Ipv6(ip) => ServerName::from(std::net::IpAddr::from(*ip)),
        Host::Domain(name) => ServerName::try_from((*name).to_owned())
            .map_err(|_| Error::invalid_input("url", "its host is no name for TLS"))?,
    };
    let config = config(roots)?;
    let secured = tokio_rustls::TlsConnector::from(config)
        .connect(name, socket)
        .await
        .map_err(|error| refused(error, explain))?;
    Ok(Box::new(secured))
}

/// The provider is named, so that none needs to be installed for the process and none is looked for.
#[cfg(any(feature = "rustls", feature = "rustls-ring"))]
fn config(roots: &[Vec<u8>]) -> Result<std::sync::Arc<rustls::ClientConfig>, Error> {
    use std::sync::Arc;

    use rustls::pki_types::{CertificateDer, pem::PemObject};

    #[cfg(feature = "rustls")]
    use rustls::crypto::aws_lc_rs as crypto;
    #[cfg(not(feature = "rustls"))]
    use rustls::crypto::ring as crypto;

    let failed = |text: &str| Error::new(ErrorKind::Config, text);
    let mut extra = Vec::new();
    for pem in roots {
        for certificate in CertificateDer::pem_slice_iter(pem) {
            extra.push(certificate.map_err(|_| failed("a root certificate cannot be read"))?);
        }
    }
    let provider = Arc::new(crypto::default_provider());
    let verifier =
        rustls_platform_verifier::Verifier::new_with_extra_roots(extra, Arc::clone(&provider))
            .map_err(|error| {
                failed("the system's certificates cannot be loaded").with_source(error)
            })?;
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| failed("no common TLS version").with_source(error))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(Arc::new(config))
}

#[cfg(all(
    feature = "native-tls",
    not(any(feature = "rustls", feature = "rustls-ring"))
))]
pub(super) async fn secure(
    socket: TcpStream,
    host: &Host<&str>,
    roots: &[Vec<u8>],
    explain: Explain,
) -> Result<Box<dyn Duplex>, Error> {
    use tokio_native_tls::native_tls;

    let failed = |text: &str| Error::new(ErrorKind::Config, text);
    let mut builder = native_tls::TlsConnector::builder();
    for pem in roots {
        let certificate = native_tls::Certificate::from_pem(pem)
            .map_err(|_| failed("a root certificate cannot be read"))?;
        builder.add_root_certificate(certificate);
    }
    let connector = builder
        .build()
        .map_err(|error| failed("the TLS library did not start").with_source(error))?;
    let name = match host {
        Host::Ipv4(ip) => ip.to_string(),
        Host::Ipv6(ip) => ip.to_string(),
        Host::Domain(name) => (*name).to_owned(),
    };
    let secured = tokio_native_tls::TlsConnector::from(connector)
        .connect(&name, socket)
        .await
        .map_err(|error| refused(error, explain))?;
    Ok(Box::new(secured))
}

#[cfg(not(any(feature = "rustls", feature = "rustls-ring", feature = "native-tls")))]
pub(super) async fn secure(
    _: TcpStream,
    _: &Host<&str>,
    _: &[Vec<u8>],
    _: Explain,
) -> Result<Box<dyn Duplex>, Error> {
    Err(Error::new(
        ErrorKind::Config,
        "wss:// needs one of the features rustls, rustls-ring, native-tls",
    ))
}

#[cfg(any(feature = "rustls", feature = "rustls-ring", feature = "native-tls"))]
fn refused(error: impl std::error::Error + Send + Sync + 'static, explain: Explain) -> Error {
    super::failure::failed(ErrorKind::Tls, super::SocketStage::Tls, explain).with_source(error)
}
