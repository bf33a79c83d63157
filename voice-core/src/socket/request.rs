//! [`SocketRequest`]: where to connect, with what, and for how long.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http::header::{HOST, HeaderMap, HeaderName, HeaderValue};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use url::Url;

use super::dial::{Duplex, dial};
use super::explain::{Explain, Explanation, SocketStage};
use super::failure::of_upgrade;
use super::{Socket, target};
use crate::clock::{SharedClock, SystemClock, timeout};
use crate::error::{Delivery, Error, ErrorKind};
use crate::secret::{ExposeSecret, Redactor, SecretString};

/// Shorter texts are no secrets, and hiding them would hide half of an error's words.
const SECRET_BYTES: usize = 8;

/// A WebSocket to open; it can be opened any number of times.
///
/// Neither the URL beyond its host nor a secret header is shown, in `Debug` or in errors; `Debug` shows no header at all.
#[derive(Clone)]
pub struct SocketRequest {
    url: Url,
    headers: HeaderMap,
    secrets: Vec<SecretString>,
    roots: Vec<Vec<u8>>,
    connect_timeout: Duration,
    max_message_bytes: usize,
    clock: SharedClock,
    provider: &'static str,
    operation: &'static str,
    explain: Explain,
}

impl SocketRequest {
    /// To `wss://…`, or `ws://…` on this machine. The URL may hold a secret.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] when the URL cannot be dialled, has another scheme, or holds a user or password.
    pub fn new(url: &str) -> Result<Self, Error> {
        Ok(Self {
            url: target::parse(url)?,
            headers: HeaderMap::new(),
            secrets: Vec::new(),
            roots: Vec::new(),
            connect_timeout: Duration::from_secs(10),
            max_message_bytes: 1024 * 1024,
            clock: SystemClock::shared(),
            provider: "",
            operation: "",
            explain: |_| Explanation::new(),
        })
    }

    /// Adds a header to the request for the upgrade.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] for a name or value that HTTP does not have, and for a header that belongs to the upgrade
    /// itself.
    pub fn header(mut self, name: &str, value: &str) -> Result<Self, Error> {
        let refused = |text| Error::invalid_input("header", text);
        let name: HeaderName = name.parse().map_err(|_| refused("is no name for HTTP"))?;
        let text = name.as_str();
        if name == HOST
            || matches!(text, "connection" | "upgrade")
            || text.starts_with("sec-websocket-")
        {
            return Err(refused("belongs to the upgrade itself"));
        }
        let mut value = HeaderValue::from_str(value)
            .map_err(|_| refused("has a value that HTTP does not have"))?;
        value.set_sensitive(true);
        self.headers.append(name, value);
        Ok(self)
    }

    /// The same with a secret value, such as `Bearer …`: found and hidden in whatever the server says.
    ///
    /// # Errors
    /// Those of [`header`](Self::header).
    pub fn secret_header(self, name: &str, value: &SecretString) -> Result<Self, Error> {
        let mut request = self.header(name, value.expose_secret())?;
        // The scheme may be left out where it is quoted.
        if let Some((_, credentials)) = value.expose_secret().split_once(' ') {
            request.secrets.push(credentials.into());
        }
        request.secrets.push(value.clone());
        Ok(request)
    }

    /// Names provider and operation in errors, such as `openai` and `sideband.connect`.
    #[must_use]
    pub fn named(mut self, provider: &'static str, operation: &'static str) -> Self {
        self.provider = provider;
        self.operation = operation;
        self
    }

    /// What failures mean at this provider.
    #[must_use]
    pub fn explained(mut self, explain: fn(SocketStage) -> Explanation) -> Self {
        self.explain = explain;
        self
    }

    /// Trusts one more root certificate (PEM, possibly several in one text), as an inspecting proxy needs it. There is no
    /// switch to turn certificate checks off.
    #[must_use]
    pub fn root_certificate_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.roots.push(pem.into());
        self
    }

    /// Longest time for name, TCP, TLS and upgrade together; 10 s by default.
    #[must_use]
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// The longest message that is read, in bytes; 1 MiB by default, 1 KiB at least.
    #[must_use]
    pub fn max_message_bytes(mut self, bytes: usize) -> Self {
        self.max_message_bytes = bytes.max(1024);
        self
    }

    /// The clock that times out.
    #[must_use]
    pub fn clock(mut self, clock: SharedClock) -> Self {
        self.clock = clock;
        self
    }

    /// Connects and upgrades, within the connect timeout. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// See the [module](super).
    pub async fn open(&self) -> Result<Socket, Error> {
        let progress = Progress::default();
        let work = async {
            let bytes = dial(&self.url, &self.roots, &*self.clock, self.explain).await?;
            progress.upgrading();
            self.upgrade(bytes).await
        };
        self.within(work, &progress).await
    }

    /// Upgrades a connection that stands already, such as one through a tunnel, or in memory. TLS, if any, is done.
    ///
    /// # Errors
    /// See the [module](super).
    pub async fn open_over(
        &self,
        connection: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    ) -> Result<Socket, Error> {
        let progress = Progress::default();
        progress.upgrading();
        self.within(self.upgrade(Box::new(connection)), &progress)
            .await
    }

    async fn upgrade(&self, bytes: Box<dyn Duplex>) -> Result<Socket, Error> {
        // Its errors might quote the URL, so none is kept.
        let mut request =
            self.url.as_str().into_client_request().map_err(|_| {
                Error::new(ErrorKind::InvalidInput, "the URL cannot be put into HTTP")
            })?;
        for (name, value) in &self.headers {
            request.headers_mut().append(name, value.clone());
        }
        let config = WebSocketConfig::default()
            .max_message_size(Some(self.max_message_bytes))
            .max_frame_size(Some(self.max_message_bytes));
        tokio_tungstenite::client_async_with_config(request, bytes, Some(config))
            .await
            .map(|(socket, _)| Socket::new(socket))
            .map_err(|error| of_upgrade(error, &self.redactor(), self.explain, &*self.clock))
    }

    async fn within(
        &self,
        work: impl Future<Output = Result<Socket, Error>>,
        progress: &Progress,
    ) -> Result<Socket, Error> {
        // A TLS handshake is large, and whoever waits for it would be as well.
        match timeout(&*self.clock, self.connect_timeout, Box::pin(work)).await {
            Ok(done) => done,
            Err(timed_out) => {
                let (what, delivery) = if progress.is_upgrading() {
                    ("the server did not answer the upgrade", Delivery::Unknown)
                } else {
                    ("no connection could be made", Delivery::NotSent)
                };
                let text = format!("{what} within {:?}", timed_out.0);
                Err(Error::new(ErrorKind::Timeout, text).with_delivery(delivery))
            }
        }
        .map_err(|error| error.with_operation(self.provider, self.operation))
    }

    /// Knows the secret headers, the URL, its path and each value of its query.
    fn redactor(&self) -> Redactor {
        let url = self.url.as_str();
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        let path = rest.split_once('/').map_or("", |(_, path)| path);
        let query = path.split_once('?').map_or("", |(_, query)| query);
        let values = query
            .split('&')
            .filter_map(|pair| Some(pair.split_once('=')?.1));
        let of_url = [url, path]
            .into_iter()
            .chain(values)
            .map(SecretString::from);
        let all = of_url.chain(self.secrets.iter().cloned());
        Redactor::new(all.filter(|secret| secret.expose_secret().len() >= SECRET_BYTES))
    }
}

impl fmt::Debug for SocketRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SocketRequest")
            .field("host", &self.url.host_str())
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .field("extra_roots", &self.roots.len())
            .field("connect_timeout", &self.connect_timeout)
            .field("max_message_bytes", &self.max_message_bytes)
            .field("operation", &self.operation)
            .finish_non_exhaustive()
    }
}

/// Whether the request for the upgrade may have left.
#[derive(Debug, Default)]
struct Progress(AtomicBool);

impl Progress {
    fn upgrading(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn is_upgrading(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
