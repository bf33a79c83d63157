//! Name, TCP and TLS.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use url::Host;
use voice_core::error::{Error, ErrorKind};

use super::tls;
use super::url::{Place, Target};
use crate::realtime::SessionOptions;

/// Bytes both ways, with TLS or without.
pub(crate) trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

/// A connection of either kind.
pub(crate) type Socket = Box<dyn Duplex>;

pub(super) async fn dial(target: &Target, options: &SessionOptions) -> Result<Socket, Error> {
    match target.place()? {
        Place::Here(Some(ip), port) => Ok(Box::new(tcp(&[SocketAddr::new(ip, port)]).await?)),
        Place::Here(None, port) => {
            let here: [IpAddr; 2] = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
            Ok(Box::new(
                tcp(&here.map(|ip| SocketAddr::new(ip, port))).await?,
            ))
        }
        Place::There(host, port) => {
            let addresses = resolve(&host, port).await?;
            let socket = tcp(&addresses).await?;
            tls::secure(socket, &host, &options.roots).await
        }
    }
}

async fn resolve(host: &Host<&str>, port: u16) -> Result<Vec<SocketAddr>, Error> {
    let name = match host {
        Host::Ipv4(ip) => return Ok(vec![SocketAddr::new((*ip).into(), port)]),
        Host::Ipv6(ip) => return Ok(vec![SocketAddr::new((*ip).into(), port)]),
        Host::Domain(name) => *name,
    };
    let failed = |error: Option<io::Error>| {
        let failure = Error::new(ErrorKind::Dns, "the host name does not resolve")
            .with_hint("Check this machine's DNS, and that the join URL is the API's own");
        match error {
            Some(error) => failure.with_source(error),
            None => failure,
        }
    };
    let found: Vec<SocketAddr> = tokio::net::lookup_host((name, port))
        .await
        .map_err(|error| failed(Some(error)))?
        .collect();
    if found.is_empty() {
        return Err(failed(None));
    }
    Ok(found)
}

/// The first address that answers.
async fn tcp(addresses: &[SocketAddr]) -> Result<TcpStream, Error> {
    let mut last = None;
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(socket) => {
                // Frames of 20 ms must not wait for company; a socket that cannot be told so works all the same.
                let _ = socket.set_nodelay(true);
                return Ok(socket);
            }
            Err(error) => last = Some(error),
        }
    }
    let failure = Error::new(ErrorKind::Connect, "no connection could be made").with_hint(
        "Check the firewall: the server WebSocket needs port 443 outwards. Proxies are not used for it",
    );
    Err(match last {
        Some(error) => failure.with_source(error),
        None => failure,
    })
}
