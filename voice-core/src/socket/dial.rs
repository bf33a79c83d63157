//! Name, TCP and TLS.
//!
//! Addresses are tried in the resolver's order, each with a head start before the next is tried beside it (RFC 8305): one
//! that nothing answers from, as on a network whose IPv6 leads nowhere, must not use up the time of all.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use url::{Host, Url};

use super::explain::{Explain, SocketStage};
use super::failure::failed;
use super::target::{Place, place};
use super::tls;
use crate::clock::{Clock, timeout};
use crate::error::{Error, ErrorKind};

/// Bytes both ways, with TLS or without.
pub(super) trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

/// How long an address has before the next is tried as well.
const HEAD_START: Duration = Duration::from_millis(250);

pub(super) async fn dial(
    url: &Url,
    roots: &[Vec<u8>],
    clock: &dyn Clock,
    explain: Explain,
) -> Result<Box<dyn Duplex>, Error> {
    match place(url)? {
        Place::Here(Some(ip), port) => {
            let here = [SocketAddr::new(ip, port)];
            Ok(Box::new(tcp(&here, clock, explain).await?))
        }
        Place::Here(None, port) => {
            let here: [IpAddr; 2] = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
            let here = here.map(|ip| SocketAddr::new(ip, port));
            Ok(Box::new(tcp(&here, clock, explain).await?))
        }
        Place::There(host, port) => {
            let addresses = resolve(&host, port, explain).await?;
            let socket = tcp(&addresses, clock, explain).await?;
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
async fn tcp(
    addresses: &[SocketAddr],
    clock: &dyn Clock,
    explain: Explain,
) -> Result<TcpStream, Error> {
    let mut left = addresses.iter();
    let mut tries = FuturesUnordered::new();
    let mut last = None;
    loop {
        tries.extend(left.next().map(TcpStream::connect));
        let ended = if left.len() == 0 {
            tries.next().await
        } else {
            let Ok(ended) = timeout(clock, HEAD_START, tries.next()).await else {
                continue;
            };
            ended
        };
        match ended {
            Some(Ok(socket)) => {
                // Frames of 20 ms must not wait for company; a socket that cannot be told so works all the same.
                let _ = socket.set_nodelay(true);
                return Ok(socket);
            }
            Some(Err(error)) => last = Some(error),
            None => break,
        }
    }
    let failure = failed(ErrorKind::Connect, SocketStage::Connect, explain);
    Err(match last {
        Some(error) => failure.with_source(error),
        None => failure,
    })
}

#[cfg(test)]
mod tests {
    use tokio::net::{TcpListener, TcpSocket};

    use super::*;
    use crate::clock::SystemClock;
    use crate::socket::Explanation;

    const SEC: Duration = Duration::from_secs(1);

    /// An address that takes no connection and refuses none: its queue is full. What fills it must be kept.
    async fn silent() -> (SocketAddr, Vec<TcpStream>, TcpListener) {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        let listener = socket.listen(1).unwrap();
        let address = listener.local_addr().unwrap();
        let clock = SystemClock::default();
        let mut filling = Vec::new();
        while let Ok(Ok(one)) = timeout(&clock, SEC / 5, TcpStream::connect(address)).await {
            filling.push(one);
            assert!(filling.len() < 64, "its queue has no end");
        }
        (address, filling, listener)
    }

    #[tokio::test]
    async fn an_address_that_says_nothing_does_not_hold_up_the_next() {
        let clock = SystemClock::default();
        let (nowhere, _filling, _listener) = silent().await;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let good = listener.local_addr().unwrap();
        let addresses = [nowhere, nowhere, good];
        let explain = |_| Explanation::new();
        let socket = timeout(&clock, 5 * SEC, tcp(&addresses, &clock, explain)).await;
        let socket = socket.expect("in time").unwrap();
        assert_eq!(socket.peer_addr().unwrap(), good);
    }

    #[tokio::test]
    async fn an_address_that_refuses_is_passed_over_and_none_is_an_error() {
        let clock = SystemClock::default();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let closed = listener.local_addr().unwrap();
        drop(listener);
        let good = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let explain = |_| Explanation::new();
        let both = [closed, good.local_addr().unwrap()];
        assert!(tcp(&both, &clock, explain).await.is_ok());
        for none in [&[closed, closed][..], &[]] {
            let error = tcp(none, &clock, explain).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Connect);
        }
    }
}
