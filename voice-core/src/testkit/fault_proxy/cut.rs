//! A relay that knows bytes alone and cuts a connection after a given one.
//!
//! [`FaultProxy`](super::FaultProxy) reads requests and so can give each its fault. A [`CutProxy`] reads nothing: it
//! passes what comes, whatever it is (HTTP, TLS, WebSocket), counts, and acts after exactly so many bytes of one direction.
//! Its [tape](CutProxy::passages) tells a test where the borders lie, so that it can come back for each of them.
//!
//! Cuts belong to **connections**: each queued [`Cut`] waits for the next new one, and connections beyond the queue pass.
//! What happens to the client and what the server sees of it:
//!
//! | cut | the client | the server |
//! |---|---|---|
//! | [`Reset`](CutEnd::Reset) | RST | end of input, in order |
//! | [`Close`](CutEnd::Close) | FIN | end of input, in order |
//! | [`Stall`](CutEnd::Stall) | silence until it goes | silence, and end of input when the client goes |
//! | [`Garbage`](CutEnd::Garbage) towards the client | those bytes, then FIN | end of input, in order |
//! | [`Garbage`](CutEnd::Garbage) towards the server | RST once the server has given up | those bytes, then end of input |
//!
//! The server has always been given every byte before the cut, and is then listened to until it closes, so that
//! [`until_settled`](CutProxy::until_settled) means: it will not act on this connection any more.

mod passage;
mod relay;

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};

use crate::clock::{SharedClock, SystemClock};

use passage::Book;

pub use passage::Passage;

/// The wait before another accept when one failed.
const ACCEPT_AGAIN: Duration = Duration::from_millis(10);

/// Which bytes a [`Cut`] counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Way {
    /// From the client to the server.
    ToServer,
    /// From the server to the client.
    ToClient,
}

/// What happens at a [`Cut`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CutEnd {
    /// The client's connection is reset (RST), 5 ms after the last byte so that the client can read it.
    Reset,
    /// The client's connection is closed in order (FIN).
    Close,
    /// Nothing is passed any more, either way, and the connection stays until the client closes it.
    Stall,
    /// These bytes follow in place of the rest, in the direction that the cut counts; then the connection is closed.
    Garbage(Vec<u8>),
}

/// Where a connection is cut, and how.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cut {
    /// The direction that is counted.
    pub way: Way,
    /// So many bytes of it are passed; 0 cuts when the connection is accepted. A direction that has fewer is not cut.
    pub after: u64,
    /// What happens then.
    pub end: CutEnd,
}

impl Cut {
    /// A cut after so many bytes from the client.
    #[must_use]
    pub fn to_server(after: u64, end: CutEnd) -> Self {
        let way = Way::ToServer;
        Self { way, after, end }
    }

    /// A cut after so many bytes from the server.
    #[must_use]
    pub fn to_client(after: u64, end: CutEnd) -> Self {
        let way = Way::ToClient;
        Self { way, after, end }
    }
}

/// The relay. It stops, and ends every connection through it, when it is dropped.
pub struct CutProxy {
    addr: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

/// What the relay and its connections have in common.
#[derive(Debug)]
struct Shared {
    upstream: SocketAddr,
    clock: SharedClock,
    book: Book,
}

impl CutProxy {
    /// Starts a relay in front of `upstream`, on a free port of 127.0.0.1 and on the real clock.
    ///
    /// # Errors
    /// When no port can be bound.
    ///
    /// # Panics
    /// Outside a tokio runtime with I/O and time.
    pub async fn start(upstream: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let addr = listener.local_addr()?;
        let shared = Arc::new(Shared {
            upstream,
            clock: SystemClock::shared(),
            book: Book::default(),
        });
        let task = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Ok(Self { addr, shared, task })
    }

    /// Where the relay listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Where the relay listens, as `http://127.0.0.1:PORT`, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Queues a cut for the next new connection that no queued cut is waiting for.
    pub fn push(&self, cut: Cut) {
        self.shared.book.push(cut);
    }

    /// Every connection so far, with the bytes that passed.
    #[must_use]
    pub fn passages(&self) -> Vec<Passage> {
        self.shared.book.passages()
    }

    /// Completes once every connection that was cut has ended on both sides, at once when none is under way. A stalled one
    /// ends when the client goes.
    pub async fn until_settled(&self) {
        self.shared.book.until_settled().await;
    }
}

impl Drop for CutProxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl fmt::Debug for CutProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CutProxy")
            .field("addr", &self.addr)
            .field("upstream", &self.shared.upstream)
            .field("connections", &self.shared.book.passages().len())
            .finish_non_exhaustive()
    }
}

/// Accepts connections. They are tasks of a set that this task owns, so they end with it.
async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = connections.join_next() => continue,
        };
        // An accept may fail for one peer or for want of descriptors; either way the next one may do.
        let Ok((client, _)) = accepted else {
            shared.clock.sleep(ACCEPT_AGAIN).await;
            continue;
        };
        let (index, cut) = shared.book.open();
        connections.spawn(relay::serve(client, index, cut, Arc::clone(&shared)));
    }
}
