//! A client, an upstream and a clock, made by hand so that no HTTP library hides what is on the wire.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use crate::clock::{Clock, SharedClock, Sleep, SystemClock, timeout};
use crate::testkit::fault_proxy::FaultProxy;

/// How long anything on loopback may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) const ANSWER: &str = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello";
pub(super) const GET: &str = "GET /x HTTP/1.1\r\nhost: a\r\n\r\n";
pub(super) const POST: &str = "POST /x HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\n\r\nbody";

/// An upstream that gives every request the same answer and keeps the connection, unless the answer has no end.
pub(super) struct Upstream {
    pub(super) addr: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Upstream {
    pub(super) async fn answering(answer: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        tokio::spawn(async move {
            while let Ok((mut peer, _)) = listener.accept().await {
                let seen = Arc::clone(&seen);
                tokio::spawn(async move {
                    while let Some(request) = read_request(&mut peer).await {
                        let upgrades = request.contains("upgrade: ");
                        seen.lock().unwrap().push(request);
                        peer.write_all(answer.as_bytes()).await.unwrap();
                        if upgrades {
                            echo(&mut peer).await;
                        }
                        if !answer.contains("content-length") && !answer.contains("chunked") {
                            return;
                        }
                    }
                });
            }
        });
        Self { addr, requests }
    }

    /// The requests that arrived, whole.
    pub(super) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

async fn echo(peer: &mut TcpStream) {
    let mut bytes = [0; 64];
    while let Ok(read @ 1..) = peer.read(&mut bytes).await {
        peer.write_all(&bytes[..read]).await.unwrap();
    }
}

/// One request with a body of a given length, or with chunks.
async fn read_request(peer: &mut TcpStream) -> Option<String> {
    let mut text = String::new();
    loop {
        let complete = text.split_once("\r\n\r\n").is_some_and(|(head, body)| {
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            match length {
                Some(length) => body.len() >= length.parse().unwrap(),
                None => !head.contains("chunked") || body.ends_with("0\r\n\r\n"),
            }
        });
        if complete {
            return Some(text);
        }
        let mut bytes = [0; 4096];
        match peer.read(&mut bytes).await {
            Ok(read @ 1..) => text.push_str(std::str::from_utf8(&bytes[..read]).unwrap()),
            _ => return None,
        }
    }
}

/// How a connection ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum End {
    Closed,
    Reset,
}

/// A client on a bare socket.
pub(super) struct Client(pub(super) TcpStream);

impl Client {
    pub(super) async fn to(proxy: &FaultProxy) -> Self {
        Self::at(proxy.addr()).await
    }

    pub(super) async fn at(addr: SocketAddr) -> Self {
        Self(TcpStream::connect(addr).await.unwrap())
    }

    /// Sends as much as the peer takes.
    pub(super) async fn try_send(&mut self, text: &str) {
        let _ = self.0.write_all(text.as_bytes()).await;
    }

    pub(super) async fn send(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.unwrap();
    }

    /// Reads exactly what `text` is.
    pub(super) async fn expect(&mut self, text: &str) {
        let mut bytes = vec![0; text.len()];
        let read = timeout(
            &SystemClock::default(),
            PATIENCE,
            self.0.read_exact(&mut bytes),
        )
        .await;
        read.unwrap().unwrap();
        assert_eq!(String::from_utf8_lossy(&bytes), text);
    }

    /// Reads to the end.
    pub(super) async fn rest(&mut self) -> (String, End) {
        let mut bytes = Vec::new();
        let read = timeout(
            &SystemClock::default(),
            PATIENCE,
            self.0.read_to_end(&mut bytes),
        )
        .await;
        let end = match read.unwrap() {
            Ok(_) => End::Closed,
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => End::Reset,
            Err(error) => panic!("{error}"),
        };
        (String::from_utf8(bytes).unwrap(), end)
    }

    /// Whether the connection is open and silent for a while.
    pub(super) async fn is_silent(&mut self) -> bool {
        let wait = Duration::from_millis(50);
        let read = timeout(&SystemClock::default(), wait, self.0.read(&mut [0; 1])).await;
        read.is_err()
    }
}

/// A clock whose waits are noted and end when the test lets them.
#[derive(Debug)]
pub(super) struct HeldClock {
    waits: Mutex<Vec<Duration>>,
    permits: Arc<Semaphore>,
}

impl HeldClock {
    /// The first `free` waits end at once.
    pub(super) fn new(free: usize) -> Arc<Self> {
        Arc::new(Self {
            waits: Mutex::default(),
            permits: Arc::new(Semaphore::new(free)),
        })
    }

    pub(super) fn shared(self: &Arc<Self>) -> SharedClock {
        Arc::clone(self) as SharedClock
    }

    pub(super) fn waits(&self) -> Vec<Duration> {
        self.waits.lock().unwrap().clone()
    }

    pub(super) fn let_one_end(&self) {
        self.permits.add_permits(1);
    }
}

impl Clock for HeldClock {
    fn now(&self) -> Instant {
        SystemClock::default().now()
    }

    fn wall(&self) -> SystemTime {
        SystemClock::default().wall()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        self.waits.lock().unwrap().push(duration);
        let permits = Arc::clone(&self.permits);
        Box::pin(async move { permits.acquire_owned().await.unwrap().forget() })
    }

    fn unit(&self) -> f64 {
        0.5
    }
}

/// Waits until `ready`, in real time.
pub(super) async fn until(ready: impl Fn() -> bool) {
    let clock = SystemClock::default();
    let waiting = async {
        while !ready() {
            clock.sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(&clock, PATIENCE, waiting).await.unwrap();
}
