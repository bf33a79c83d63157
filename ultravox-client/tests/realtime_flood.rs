//! A server that sends without pause.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use common::live::{ms, options, within};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_tungstenite::accept_async;
use ultravox_client::realtime::{RealtimeSession, SessionOptions, SlowReader};
use voice_core::clock::{Clock, SystemClock, timeout};
use voice_core::provider::JoinUrl;

/// What came from the client.
#[derive(Debug, Default)]
struct Came {
    audio: AtomicUsize,
    texts: AtomicUsize,
}

/// Sends the same frame for ten seconds without pause, and does not heed a close. Frames are written and read by hand, so
/// that a library of the server's side does not hold either up.
async fn flooding(frame: &'static [u8]) -> (SocketAddr, Arc<Came>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let came = Arc::new(Came::default());
    let noted = Arc::clone(&came);
    tokio::spawn(async move {
        let (socket, _) = listener.accept().await.unwrap();
        let socket = accept_async(socket).await.unwrap().into_inner();
        let (mut read, mut write) = socket.into_split();
        tokio::spawn(async move {
            // Client frames: opcode, masked length of 7 or 16 bits, mask, payload.
            while let (Ok(opcode), Ok(length)) = (read.read_u8().await, read.read_u8().await) {
                let length = match length & 0x7f {
                    126 => u64::from(read.read_u16().await.unwrap()),
                    length => u64::from(length),
                };
                let mut payload = (&mut read).take(length + 4);
                tokio::io::copy(&mut payload, &mut tokio::io::sink())
                    .await
                    .unwrap();
                match opcode & 0x0f {
                    1 => noted.texts.fetch_add(1, Ordering::SeqCst),
                    2 => noted.audio.fetch_add(1, Ordering::SeqCst),
                    _ => 0,
                };
            }
        });
        let many = frame.repeat(1000);
        let clock = SystemClock::default();
        let flood = async { while write.write_all(&many).await.is_ok() {} };
        let _ = timeout(&clock, Duration::from_secs(10), flood).await;
    });
    (address, came)
}

async fn joined(address: SocketAddr, options: SessionOptions) -> RealtimeSession {
    let url = JoinUrl::new(format!("ws://{address}/calls/x")).unwrap();
    RealtimeSession::connect(&url, options).await.unwrap()
}

/// Frames that the reader takes in without having to wait: audio that is dropped, pings, messages.
const FLOODS: [(&[u8], SlowReader); 3] = [
    (b"\x82\x02\0\0", SlowReader::DropAudio),
    (b"\x89\0", SlowReader::Wait),
    (b"\x81\x0e{\"type\":\"new\"}", SlowReader::Wait),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn what_is_said_here_gets_through() {
    let clock = SystemClock::default();
    for (frame, policy) in FLOODS {
        let (address, came) = flooding(frame).await;
        let mut session = joined(address, options().slow_reader(policy)).await;
        let sender = session.sender();
        let taking = tokio::spawn(async move { while session.next_event().await.is_some() {} });
        sender.text("Is anybody there?").await.unwrap();
        clock.sleep(Duration::from_secs(1)).await;
        let (audio, texts) = (
            came.audio.load(Ordering::SeqCst),
            came.texts.load(Ordering::SeqCst),
        );
        // Fifty frames are due in a second; a busy machine may lose some.
        assert!(audio >= 20 && texts == 1, "{frame:?}: {audio} {texts}");
        taking.abort();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn closing_does_not_wait_for_the_end_of_it() {
    let clock = SystemClock::default();
    for (frame, policy) in FLOODS {
        let (address, _came) = flooding(frame).await;
        let options = options().slow_reader(policy).close_timeout(ms(200));
        let session = joined(address, options).await;
        clock.sleep(ms(100)).await;
        let start = clock.now();
        within(session.close()).await;
        let took = clock.now() - start;
        assert!(took < Duration::from_secs(3), "{frame:?}: {took:?}");
    }
}
