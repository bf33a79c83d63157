//! WebSocket servers that mean harm, and webhooks as large as they come.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and waits for a server that does not stop"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use futures_util::StreamExt;
use http::{HeaderMap, HeaderValue, Method};
use tokio::io::{AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream, duplex};
use tokio_tungstenite::accept_async;
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::socket::{Socket, SocketError, SocketRequest};
use voice_core::testkit::TestClock;
use voice_core::webhook::standard::{SigningKey, StandardWebhooks};
use voice_core::webhook::{WebhookError, WebhookRequest};

const LIMIT: usize = 64 << 10;
const SECRET: &str = "planted-credentials-1";

fn request() -> SocketRequest {
    SocketRequest::new("wss://talk.example/session")
        .unwrap()
        .secret_header("Authorization", &format!("Bearer {SECRET}").into())
        .unwrap()
        .max_message_bytes(LIMIT)
        .connect_timeout(Duration::from_secs(10))
}

/// Reads the request for the upgrade, and goes on with whatever `answers` does.
async fn refused_by<F>(answers: impl FnOnce(DuplexStream) -> F) -> Error
where
    F: Future<Output = ()> + Send + 'static,
{
    let (ours, theirs) = duplex(16 << 10);
    let server = tokio::spawn(answers(theirs));
    let error = request().open_over(ours).await.unwrap_err();
    server.abort();
    let shown = format!("{error} {error:?} {}", error.log_value());
    assert!(!shown.contains(SECRET) && shown.len() < 16 << 10, "{shown}");
    error
}

async fn read_head(stream: &mut DuplexStream) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
}

/// Writes the same again and again until nobody reads any more, and counts.
async fn flood(stream: &mut (impl AsyncWrite + Unpin), piece: &[u8], sent: &AtomicU64) {
    while stream.write_all(piece).await.is_ok() {
        sent.fetch_add(piece.len() as u64, Ordering::Relaxed);
    }
}

#[tokio::test(start_paused = true)]
async fn a_handshake_that_comes_byte_by_byte_ends_in_time() {
    let error = refused_by(|mut stream| async move {
        read_head(&mut stream).await;
        for byte in b"HTTP/1.1 101 Switching Protocols\r\n".iter().cycle() {
            stream.write_all(&[*byte]).await.unwrap();
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    })
    .await;
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::Timeout, Delivery::Unknown)
    );
}

#[tokio::test]
async fn a_head_without_end_is_given_up_early() {
    for piece in [
        "x-again: and again\r\n".to_owned(),
        format!("x-long: {}", "y".repeat(1 << 20)),
    ] {
        let sent = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&sent);
        let error = refused_by(|mut stream| async move {
            read_head(&mut stream).await;
            let start = b"HTTP/1.1 101 Switching Protocols\r\n";
            stream.write_all(start).await.unwrap();
            flood(&mut stream, piece.as_bytes(), &count).await;
        })
        .await;
        assert_ne!(error.kind(), ErrorKind::Timeout, "{error}");
        assert!(sent.load(Ordering::Relaxed) < 4 << 20, "{error}");
    }
}

#[tokio::test]
async fn a_refusal_without_end_is_given_up_early() {
    let sent = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&sent);
    let error = refused_by(|mut stream| async move {
        read_head(&mut stream).await;
        let head = b"HTTP/1.1 403 \xff\xfe\r\ncontent-length: 9999999999\r\n\r\n";
        stream.write_all(head).await.unwrap();
        flood(&mut stream, &[0xff; 4096], &count).await;
    })
    .await;
    assert_ne!(error.kind(), ErrorKind::Timeout, "{error}");
    assert!(sent.load(Ordering::Relaxed) < 4 << 20, "{error}");
}

/// An open socket, and the bare stream at its other end.
async fn open() -> (Socket, DuplexStream) {
    let (ours, theirs) = duplex(16 << 10);
    let server = tokio::spawn(async move { accept_async(theirs).await.unwrap().into_inner() });
    let socket = request().open_over(ours).await.unwrap();
    (socket, server.await.unwrap())
}

async fn read_all(mut socket: Socket) -> Option<SocketError> {
    while let Some(frame) = socket.next().await {
        match frame {
            Ok(_) => {}
            Err(error) => return Some(error),
        }
    }
    None
}

#[tokio::test]
async fn a_frame_that_says_it_is_huge_is_refused_by_its_head() {
    for length in [LIMIT as u64 + 1, 1 << 32, (1 << 63) - 1, u64::MAX] {
        for opcode in [0x81, 0x82] {
            let (socket, mut server) = open().await;
            server.write_all(&[opcode, 127]).await.unwrap();
            server.write_all(&length.to_be_bytes()).await.unwrap();
            let error = read_all(socket).await;
            assert!(
                matches!(error, Some(SocketError::TooLarge | SocketError::Protocol)),
                "{length}: {error:?}"
            );
        }
    }
}

#[tokio::test]
async fn fragments_without_end_stop_at_the_limit() {
    let (socket, mut server) = open().await;
    let sent = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&sent);
    let flooding = tokio::spawn(async move {
        server.write_all(&[0x02, 0]).await.unwrap();
        let mut piece = vec![0x00, 126, 4, 0];
        piece.resize(4 + 1024, 7);
        flood(&mut server, &piece, &count).await;
    });
    assert!(matches!(
        read_all(socket).await,
        Some(SocketError::TooLarge)
    ));
    flooding.await.unwrap();
    assert!(sent.load(Ordering::Relaxed) < 4 * LIMIT as u64);
}

/// They are no message, so that nothing comes; whoever waits can still stop waiting.
#[tokio::test]
async fn empty_fragments_without_end_do_not_hold_the_caller() {
    let (mut socket, mut server) = open().await;
    let flooding = tokio::spawn(async move {
        server.write_all(&[0x01, 0]).await.unwrap();
        flood(&mut server, &[0; 4096], &AtomicU64::new(0)).await;
    });
    let waited = tokio::time::timeout(Duration::from_millis(300), socket.next()).await;
    assert!(waited.is_err(), "{waited:?}");
    drop(socket);
    flooding.await.unwrap();
}

#[tokio::test]
async fn what_is_no_web_socket_ends_it() {
    let broken: [&[u8]; 5] = [
        // A text that is no UTF-8, reserved bits, an unknown opcode, a fragmented ping, a continuation of nothing.
        &[0x81, 2, 0xff, 0xfe],
        &[0xf1, 0],
        &[0x83, 0],
        &[0x09, 0],
        &[0x80, 0],
    ];
    for bytes in broken {
        let (socket, mut server) = open().await;
        server.write_all(bytes).await.unwrap();
        let error = read_all(socket).await;
        assert!(
            matches!(error, Some(SocketError::Protocol)),
            "{bytes:?}: {error:?}"
        );
    }
}

#[test]
fn webhooks_of_any_size_are_judged() {
    let key = || SigningKey::from_whsec("whsec_cGxhbnRlZC1zZWNyZXQtcGxhbnRlZC1zZWNyZXQ=").unwrap();
    let clock = TestClock::at(1_750_000_000);
    let verifier = StandardWebhooks::new([key()])
        .unwrap()
        .clock(Arc::new(clock));
    let stamp = voice_core::clock::Clock::wall(&TestClock::at(1_750_000_000));
    let stamp = stamp
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs()
        .to_string();
    let long = std::env::var_os("VOICE_LONG").is_some();
    let body = vec![0xff; if long { 10 << 20 } else { 1 << 20 }];
    let mut headers = HeaderMap::new();
    headers.insert("webhook-id", HeaderValue::from_static("id-1"));
    headers.insert("webhook-timestamp", stamp.parse().unwrap());
    let wrong = key().sign("id-2", &stamp, &body);
    for _ in 0..10_000 {
        headers.append("webhook-signature", wrong.parse().unwrap());
    }
    for n in 0..10_000 {
        let name: http::HeaderName = format!("x-{n}").parse().unwrap();
        headers.insert(name, HeaderValue::from_bytes(&[0xff; 32]).unwrap());
    }
    let check = |headers: &HeaderMap| {
        let request =
            WebhookRequest::new(&Method::POST, "https://example.com/hook", headers, &body);
        verifier.check(&request).map(drop)
    };
    assert_eq!(check(&headers), Err(WebhookError::BadSignature));

    let long = format!("{wrong} ").repeat(10_000);
    headers.insert("webhook-signature", long.parse().unwrap());
    assert_eq!(check(&headers), Err(WebhookError::BadSignature));

    let right = key().sign("id-1", &stamp, &body);
    headers.insert(
        "webhook-signature",
        format!("{wrong} {right}").parse().unwrap(),
    );
    assert_eq!(check(&headers), Ok(()));
}
