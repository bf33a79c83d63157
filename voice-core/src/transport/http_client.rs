//! The real transport, on reqwest; none of its types show.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;

use super::origins::Origins;
use super::upload::{UploadWatch, Watched};
use super::{Body, Progress, Transport, TransportError, base_url, chain};
use crate::error::{BoxError, Delivery, ErrorKind};

/// Port 0 stands for the URL's own.
const LOOPBACK: [SocketAddr; 2] = [
    SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
    SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), 0),
];

/// HTTP over TLS, with a connection pool.
///
/// Redirects are off, nothing is retried, `http` goes to this machine only. Cloning shares the pool; several clients can
/// share one transport.
#[derive(Clone)]
pub struct HttpTransport {
    client: reqwest::Client,
    /// For plain http to this machine where the environment names a proxy: credentials would go to it in the clear.
    direct: Option<reqwest::Client>,
    origins: Arc<Origins>,
}

/// Settings of an [`HttpTransport`].
#[derive(Clone)]
pub struct HttpTransportBuilder {
    connect_timeout: Duration,
    pool_idle: Duration,
    system_proxy: bool,
    proxy: Option<String>,
    roots: Vec<Vec<u8>>,
}

/// A transport could not be built; the message says which setting is at fault.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP transport cannot be built: {message}")]
pub struct TransportBuildError {
    message: &'static str,
    #[source]
    source: Option<BoxError>,
}

impl TransportBuildError {
    fn new(message: &'static str, source: reqwest::Error) -> Self {
        Self {
            message,
            source: Some(source.without_url().into()),
        }
    }
}

impl Default for HttpTransportBuilder {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            pool_idle: Duration::from_secs(25),
            system_proxy: false,
            proxy: None,
            roots: Vec::new(),
        }
    }
}

/// A proxy's URL may hold a password: only whether there is one is shown.
impl fmt::Debug for HttpTransportBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let proxy = match (&self.proxy, self.system_proxy) {
            (Some(_), _) => "given",
            (None, true) => "system",
            (None, false) => "none",
        };
        f.debug_struct("HttpTransportBuilder")
            .field("connect_timeout", &self.connect_timeout)
            .field("pool_idle", &self.pool_idle)
            .field("proxy", &proxy)
            .field("extra_roots", &self.roots.len())
            .finish()
    }
}

impl HttpTransportBuilder {
    /// Longest time for DNS, TCP and TLS together; 10 s by default.
    #[must_use]
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// How long an unused connection is kept; 25 s by default, below the keep-alive of common servers, so that a request
    /// is not written to a connection the server is just closing.
    #[must_use]
    pub fn pool_idle(mut self, limit: Duration) -> Self {
        self.pool_idle = limit;
        self
    }

    /// Uses this proxy for everything but this machine (`http://` or `https://` URL; credentials may stand in it).
    #[must_use]
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxy = Some(url.into());
        self
    }

    /// Uses the proxy that the environment names (`HTTPS_PROXY`, `NO_PROXY` …) for everything but plain http to this
    /// machine. Off unless asked for: only `from_env()`
    /// constructors read the environment.
    #[must_use]
    pub fn system_proxy(mut self) -> Self {
        self.system_proxy = true;
        self
    }

    /// Trusts one more root certificate (PEM, possibly several in one text), as a private CA or an inspecting proxy
    /// needs it. There is no switch to turn certificate checks off.
    #[must_use]
    pub fn root_certificate_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.roots.push(pem.into());
        self
    }

    /// Builds it.
    ///
    /// # Errors
    /// [`TransportBuildError`] for a proxy URL or certificate that cannot be read, or a TLS backend that cannot start.
    pub fn build(self) -> Result<HttpTransport, TransportBuildError> {
        let direct = match (&self.proxy, self.system_proxy) {
            (None, true) => {
                let mut direct = self.clone();
                direct.system_proxy = false;
                Some(direct.client()?)
            }
            _ => None,
        };
        Ok(HttpTransport {
            client: self.client()?,
            direct,
            origins: Arc::default(),
        })
    }

    fn client(self) -> Result<reqwest::Client, TransportBuildError> {
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .connect_timeout(self.connect_timeout)
            .pool_idle_timeout(self.pool_idle)
            .tcp_nodelay(true)
            // The one name that may be spoken to without TLS is this machine, whatever DNS says.
            .resolve_to_addrs("localhost", &LOOPBACK);
        // Another crate's features could switch HTTP/2 on, where a request leaves before its body is read.
        if cfg!(not(feature = "http2")) {
            builder = builder.http1_only();
        }
        if let Some(url) = self.proxy {
            let proxy = reqwest::Proxy::all(url)
                .map_err(|e| TransportBuildError::new("the proxy URL is malformed", e))?
                .no_proxy(reqwest::NoProxy::from_string("localhost,127.0.0.0/8,::1"));
            builder = builder.proxy(proxy);
        } else if !self.system_proxy {
            builder = builder.no_proxy();
        }
        builder = tls(builder, &self.roots)?;
        builder
            .build()
            .map_err(|e| TransportBuildError::new("the TLS backend did not start", e))
    }
}

#[cfg(any(
    feature = "rustls",
    all(feature = "native-tls", not(feature = "rustls-ring"))
))]
fn tls(
    mut builder: reqwest::ClientBuilder,
    roots: &[Vec<u8>],
) -> Result<reqwest::ClientBuilder, TransportBuildError> {
    for pem in roots {
        let certificates = reqwest::Certificate::from_pem_bundle(pem)
            .map_err(|e| TransportBuildError::new("a root certificate cannot be read", e))?;
        builder = builder.tls_certs_merge(certificates);
    }
    Ok(builder)
}

/// The ring provider is handed over in a finished configuration: without one reqwest would look for a process-wide
/// provider and panic when there is none.
#[cfg(all(feature = "rustls-ring", not(feature = "rustls")))]
fn tls(
    builder: reqwest::ClientBuilder,
    roots: &[Vec<u8>],
) -> Result<reqwest::ClientBuilder, TransportBuildError> {
    use rustls::pki_types::{CertificateDer, pem::PemObject};
    use std::sync::Arc;

    let failed = |message, source: BoxError| TransportBuildError {
        message,
        source: Some(source),
    };
    let mut extra = Vec::new();
    for pem in roots {
        for certificate in CertificateDer::pem_slice_iter(pem) {
            extra.push(
                certificate.map_err(|e| {
                    failed("a root certificate cannot be read", e.to_string().into())
                })?,
            );
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier =
        rustls_platform_verifier::Verifier::new_with_extra_roots(extra, Arc::clone(&provider))
            .map_err(|e| failed("the system's certificates cannot be loaded", e.into()))?;
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| failed("no common TLS version", e.into()))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(builder.tls_backend_preconfigured(config))
}

#[cfg(not(any(feature = "rustls", feature = "rustls-ring", feature = "native-tls")))]
fn tls(
    builder: reqwest::ClientBuilder,
    roots: &[Vec<u8>],
) -> Result<reqwest::ClientBuilder, TransportBuildError> {
    if roots.is_empty() {
        return Ok(builder);
    }
    Err(TransportBuildError {
        message: "a root certificate needs one of the features rustls, rustls-ring, native-tls",
        source: None,
    })
}

impl HttpTransport {
    /// Starts with the defaults.
    #[must_use]
    pub fn builder() -> HttpTransportBuilder {
        HttpTransportBuilder::default()
    }

    /// Whether this build can speak TLS at all.
    pub(crate) const fn has_tls() -> bool {
        cfg!(any(
            feature = "rustls",
            feature = "rustls-ring",
            feature = "native-tls"
        ))
    }
}

impl fmt::Debug for HttpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HttpTransport")
    }
}

#[async_trait]
impl Transport for HttpTransport {
    async fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Body>, TransportError> {
        let (parts, bytes) = request.into_parts();
        let refused = |message: &'static str| {
            TransportError::new(ErrorKind::InvalidInput, Delivery::NotSent, message)
        };
        let url = self
            .origins
            .url(&parts.uri)
            .ok_or_else(|| refused("the request's URL is malformed"))?;
        let plain = url.scheme() == "http";
        if plain && !url.host().is_some_and(|h| base_url::is_loopback(&h)) {
            return Err(refused("plain http is allowed to this machine only"));
        }
        let client = match &self.direct {
            Some(direct) if plain => direct,
            _ => &self.client,
        };
        let progress = parts.extensions.get::<Progress>().cloned();
        let tracked = !bytes.is_empty() && cfg!(not(feature = "http2"));
        let mut outgoing = reqwest::Request::new(parts.method, url);
        *outgoing.headers_mut() = parts.headers;
        if !bytes.is_empty() {
            let progress = progress.clone().unwrap_or_default();
            if tracked {
                progress.track();
            }
            let watch = parts.extensions.get::<UploadWatch>().cloned();
            *outgoing.body_mut() = Some(reqwest::Body::wrap(Watched::new(bytes, progress, watch)));
        }
        let mut answer = client
            .execute(outgoing)
            .await
            .map_err(|error| failure(error, progress.as_ref()))?;

        let mut head = http::Response::new(());
        *head.status_mut() = answer.status();
        *head.version_mut() = answer.version();
        *head.headers_mut() = std::mem::take(answer.headers_mut());
        let chunks = futures_util::stream::unfold(Some(answer), |answer| async {
            let mut answer = answer?;
            match answer.chunk().await {
                Ok(Some(chunk)) => Some((Ok(chunk), Some(answer))),
                Ok(None) => None,
                Err(error) => Some((Err(broken(error)), None)),
            }
        });
        Ok(head.map(|()| Body::from_stream(chunks)))
    }
}

fn failure(error: reqwest::Error, progress: Option<&Progress>) -> TransportError {
    let error = error.without_url();
    if error.is_builder() {
        return TransportError::new(
            ErrorKind::InvalidInput,
            Delivery::NotSent,
            "the request cannot be put into HTTP",
        )
        .with_source(error);
    }
    let nothing_left = progress.is_some_and(Progress::withdraw);
    let reading = chain::read(&error, error.is_connect(), nothing_left);
    let mut failure = TransportError::new(reading.kind, reading.delivery, reading.message);
    if let Some(hint) = reading.hint {
        failure = failure.with_hint(hint);
    }
    failure.with_source(error)
}

/// A body that ended too early: the head had arrived, so the server acted on the request.
fn broken(error: reqwest::Error) -> TransportError {
    TransportError::new(
        ErrorKind::Connection,
        Delivery::Unknown,
        "the connection broke within the answer's body",
    )
    .with_source(error.without_url())
}
