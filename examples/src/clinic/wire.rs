//! Names and requests: real ones to this machine, but for the webhook's host. No other name is known, and none is looked up.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::Uri;
use voice_core::doctor::Resolve;
use voice_core::error::{Delivery, ErrorKind};
use voice_core::transport::{Body, Transport, TransportError};

use super::Fault;

const HOOK: &str = "hooks.example.com";

/// Looks names up.
#[derive(Debug)]
pub(super) struct Names {
    hook: Ipv4Addr,
}

impl Names {
    pub(super) fn new(faults: &[Fault]) -> Self {
        let hook = match faults.contains(&Fault::WebhookPrivate) {
            true => Ipv4Addr::new(10, 0, 0, 7),
            false => Ipv4Addr::new(93, 184, 215, 14),
        };
        Self { hook }
    }
}

#[async_trait]
impl Resolve for Names {
    async fn resolve(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        let address = match host {
            "localhost" => Ipv4Addr::LOCALHOST,
            HOOK => self.hook,
            _ => return Err(io::Error::new(io::ErrorKind::NotFound, "no such name")),
        };
        Ok(vec![SocketAddr::new(IpAddr::V4(address), port)])
    }
}

/// Sends requests.
#[derive(Debug)]
pub(super) struct Wire {
    real: Arc<dyn Transport>,
    hook: SocketAddr,
}

impl Wire {
    pub(super) fn new(real: Arc<dyn Transport>, hook: SocketAddr) -> Self {
        Self { real, hook }
    }

    /// The URL under which it really is.
    fn rewritten(&self, uri: &Uri) -> Option<Uri> {
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        match uri.host() {
            Some(HOOK) => format!("http://{}{path}", self.hook).parse().ok(),
            _ => None,
        }
    }
}

#[async_trait]
impl Transport for Wire {
    async fn send(
        &self,
        mut request: http::Request<Bytes>,
    ) -> Result<http::Response<Body>, TransportError> {
        let host = request.uri().host().unwrap_or_default();
        // Nothing leaves this machine.
        if ![HOOK, "localhost", "127.0.0.1"].contains(&host) {
            let text = "the host name does not resolve";
            return Err(TransportError::new(ErrorKind::Dns, Delivery::NotSent, text)
                .with_hint("Check the host in the base URL, the region, and this machine's DNS"));
        }
        if let Some(uri) = self.rewritten(request.uri()) {
            *request.uri_mut() = uri;
        }
        self.real.send(request).await
    }
}
