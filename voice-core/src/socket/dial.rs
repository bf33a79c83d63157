//! Name, TCP and TLS.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use url::{Host, Url};

use super::explain::{Explain, SocketStage};
use super::failure::failed;
use super::target::{Place, place};
use super::tls;
use crate::error::{Error, ErrorKind};

/// Bytes both ways, with TLS or without.
pub(super) trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

pub(super) async fn dial(
    url: &Url,
    roots: &[Vec<u8>],
    explain: Explain,
) -> Result<Box<dyn Duplex>, Error> {
    match place(url)? {
        Place::Here(Some(ip), port) => {
            Ok(Box::new(tcp(&[SocketAddr::new(ip, port)], explain).await?))
        }
        Place::Here(None, port) => {
            let here: [IpAddr; 2] = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
            let here = here.map(|ip| SocketAddr::new(ip, port));
            Ok(Box::new(tcp(&here, explain).await?))
        }
        Place::There(host, port) => {
            let addresses = resolve(&host, port, explain).await?;
            let socket = tcp(&addresses, explain).await?;
            tls::secure(socket, &host, roots, explain).await
        }
    }
}

async fn resolve(host: &Host<&str>, port: u16, explain: Explain) -> Result<Vec<SocketAddr>, Error> {
    let name = match host {
        Host::Ipv4(ip) => return Ok(vec![SocketAddr::new((*ip).into(), port)]),
        Host::Ipv6(ip) => return Ok(vec![SocketAddr::new((*ip).into(), port)]),
        Host::Domain(name) => *name,
    };
    let failed = |error: Option<io::Error>| {
        let failure = failed(ErrorKind::Dns, SocketStage::Name, explain);
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
async fn tcp(addresses: &[SocketAddr], explain: Explain) -> Result<TcpStream, Error> {
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
    let failure = failed(ErrorKind::Connect, SocketStage::Connect, explain);
    Err(match last {
        Some(error) => failure.with_source(error),
        None => failure,
    })
}
