//! A TCP proxy on loopback that breaks HTTP/1.1 exchanges on purpose.
//!
//! Placed in front of a mock server it does what networks and overloaded services do: it resets connections at a chosen
//! moment, swallows answers, cuts them short, drips them. Its [log](FaultProxy::log) tells which requests reached the
//! upstream, so that a test can prove that nothing was sent twice.
//!
//! Every **request** gets its own [`Fault`], also on a connection that is kept alive: the proxy reads request heads, and
//! the framing of bodies (`Content-Length` and chunked). It answers `Expect: 100-continue` itself, does not pass interim
//! answers on, and opens a fresh connection to the upstream for each request, so that the upstream's idle timeout
//! never looks like a fault. After a `101` it passes bytes both ways. It speaks no TLS and no HTTP/2; a [`CutProxy`] passes
//! both, since it looks at bytes alone.
//!
//! Faults come, in this order, from the queue ([`push`](FaultProxy::push)) and then from the plan that was set last:
//! one fault for all ([`set_default`](FaultProxy::set_default)), a seeded random draw ([`random`](FaultProxy::random)) or a
//! closure ([`with`](FaultProxy::with)). At first the plan is [`Fault::None`].
//!
//! # Paused time
//!
//! The proxy waits on its clock and on real sockets. Under tokio's paused time the clock jumps ahead whenever no task is
//! ready, **also while bytes are under way between two sockets**: a client's timeout may then run out before an answer
//! that takes no time arrives. Use paused time with faults whose outcome is a timeout anyway (`Stall`, `Delay` beyond
//! the client's patience); use real time and short waits everywhere else.
//!
//! ```
//! # async fn upstream() -> std::io::Result<std::net::SocketAddr> {
//! #     use tokio::io::{AsyncReadExt, AsyncWriteExt};
//! #     let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
//! #     let addr = listener.local_addr()?;
//! #     tokio::spawn(async move {
//! #         while let Ok((mut peer, _)) = listener.accept().await {
//! #             let _ = peer.read(&mut [0; 1024]).await;
//! #             let _ = peer.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi").await;
//! #         }
//! #     });
//! #     Ok(addr)
//! # }
//! use voice_core::testkit::{Fault, FaultProxy, Forwarded};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let proxy = FaultProxy::start(upstream().await?).await?;
//! proxy.push(Fault::ResetAfterRequest);
//!
//! let client = reqwest::Client::new();
//! assert!(client.post(proxy.url()).body("dial").send().await.is_err());
//! assert_eq!(client.get(proxy.url()).send().await?.status(), 200);
//!
//! let log = proxy.log();
//! assert_eq!(log[0].request_line, "POST / HTTP/1.1");
//! assert_eq!(log[0].forwarded, Forwarded::Yes); // it was dialled, though the client saw an error
//! # Ok(())
//! # }
//! ```

mod connection;
mod cut;
mod fault;
mod framing;
mod head;
mod log;
mod plan;
mod reframe;
mod request;
mod wire;

#[cfg(test)]
mod tests;

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};

use crate::clock::{SharedClock, SystemClock};

use connection::{Connection, reset};
use log::Log;
use plan::Plans;

pub use cut::{Cut, CutEnd, CutProxy, Passage, Way};
pub use fault::{Fault, Forwarded};
pub use log::{Counters, Exchange};
pub use reframe::Reframe;
pub use request::RequestInfo;

/// The wait before another accept when one failed.
const ACCEPT_AGAIN: Duration = Duration::from_millis(10);

/// The proxy; see the [module](self). It stops, and ends every connection through it, when it is dropped.
pub struct FaultProxy {
    addr: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

/// What the proxy and its connections have in common.
#[derive(Debug)]
struct Shared {
    upstream: SocketAddr,
    clock: SharedClock,
    plans: Plans,
    log: Log,
}

impl FaultProxy {
    /// Starts a proxy in front of `upstream`, on a free port of 127.0.0.1 and on the real clock.
    ///
    /// # Errors
    /// When no port can be bound.
    ///
    /// # Panics
    /// Outside a tokio runtime with I/O and time.
    pub async fn start(upstream: SocketAddr) -> io::Result<Self> {
        Self::start_on(upstream, SystemClock::shared()).await
    }

    /// As [`start`](Self::start), with the waits of the faults on `clock`.
    ///
    /// # Errors
    /// When no port can be bound.
    ///
    /// # Panics
    /// Outside a tokio runtime with I/O.
    pub async fn start_on(upstream: SocketAddr, clock: SharedClock) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let addr = listener.local_addr()?;
        let shared = Arc::new(Shared {
            upstream,
            clock,
            plans: Plans::default(),
            log: Log::default(),
        });
        let task = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Ok(Self { addr, shared, task })
    }

    /// Where the proxy listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Where the proxy listens, as `http://127.0.0.1:PORT`, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Queues a fault for the next request that no queued fault is waiting for. The queue goes before the plan.
    pub fn push(&self, fault: Fault) {
        self.shared.plans.push(fault);
    }

    /// Makes `fault` the plan: every request gets it once the queue is empty.
    pub fn set_default(&self, fault: Fault) {
        self.shared.plans.always(fault);
    }

    /// Makes a random draw the plan. Each fault is as likely as its weight among all weights; without any weight there
    /// is no fault. The same seed draws the same faults in the same order; which request gets which is as certain as
    /// the order in which requests arrive.
    pub fn random(&self, seed: u64, weights: &[(u32, Fault)]) {
        self.shared.plans.random(seed, weights);
    }

    /// Makes a closure the plan. It sees the head of each request, before the body was read.
    ///
    /// [`Fault::RefuseConnection`] comes too late here and resets the connection as [`Fault::ResetBeforeRequest`] does.
    pub fn with(&self, choose: impl Fn(&RequestInfo) -> Fault + Send + Sync + 'static) {
        self.shared.plans.closure(Arc::new(choose));
    }

    /// Every request that was read and every connection that was refused so far, in that order. What is under way is in
    /// it as far as it went.
    #[must_use]
    pub fn log(&self) -> Vec<Exchange> {
        self.shared.log.exchanges()
    }

    /// The log in numbers.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.shared.log.counters()
    }

    /// Completes once `count` requests in all were forwarded to the upstream, at once if they were already.
    pub async fn until_forwarded(&self, count: u64) {
        self.shared.log.until_forwarded(count).await;
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl fmt::Debug for FaultProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FaultProxy")
            .field("addr", &self.addr)
            .field("upstream", &self.shared.upstream)
            .field("counters", &self.counters())
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
        let Ok((stream, _)) = accepted else {
            shared.clock.sleep(ACCEPT_AGAIN).await;
            continue;
        };
        let number = shared.log.connected();
        if shared.plans.refuses_connection() {
            shared.log.refused(number);
            reset(stream);
            continue;
        }
        connections.spawn(Connection::new(stream, number, Arc::clone(&shared)).serve());
    }
}
