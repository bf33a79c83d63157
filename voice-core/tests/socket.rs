//! WebSockets against a server on loopback, in memory, and over TLS.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use http::StatusCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::accept_hdr_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::secret::SecretString;
use voice_core::socket::{Explanation, Frame, SocketError, SocketRequest, SocketStage};

async fn listening() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

fn request(url: &str) -> SocketRequest {
    let key = SecretString::from("Bearer planted-credentials");
    SocketRequest::new(url)
        .unwrap()
        .secret_header("Authorization", &key)
        .unwrap()
        .header("x-plain", "plain-value")
        .unwrap()
        .named("example", "talk.connect")
        .explained(|stage| match stage {
            SocketStage::Status(StatusCode::GONE) => Explanation::new().meaning("too late"),
            _ => Explanation::new(),
        })
        .connect_timeout(Duration::from_millis(1500))
}

/// No word of what is secret is in what is shown.
fn silent(error: &Error) {
    let shown = format!("{error} {error:?} {error:#?} {}", error.log_value());
    assert!(!shown.contains("planted"), "{shown}");
    assert_eq!(
        (error.provider(), error.operation()),
        ("example", "talk.connect")
    );
}

/// Answers the request for an upgrade with a refusal that quotes all of it.
async fn refusing(status: &'static str) -> SocketAddr {
    let (listener, address) = listening().await;
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut head = vec![0; 4096];
        let length = socket.read(&mut head).await.unwrap();
        let answer = format!(
            "HTTP/1.1 {status}\r\nx-request-id: req_1\r\nretry-after: 7\r\ncontent-length: {length}\r\n\r\n"
        );
        let mut answer = answer.into_bytes();
        answer.extend_from_slice(&head[..length]);
        socket.write_all(&answer).await.unwrap();
    });
    address
}

#[tokio::test]
async fn headers_arrive_and_frames_go_both_ways() {
    let (listener, address) = listening().await;
    let server = tokio::spawn(async move {
        let (socket, _) = listener.accept().await.unwrap();
        let mut seen = Vec::new();
        #[allow(clippy::result_large_err, reason = "the library's own type")]
        let note = |request: &Request, response: Response| -> Result<Response, ErrorResponse> {
            for name in ["authorization", "x-plain"] {
                seen.push(request.headers()[name].to_str().unwrap().to_owned());
            }
            seen.push(request.uri().to_string());
            Ok(response)
        };
        let mut socket = accept_hdr_async(socket, note).await.unwrap();
        while let Some(Ok(message)) = socket.next().await {
            if message.is_text() || message.is_binary() {
                socket.send(message).await.unwrap();
            }
        }
        seen
    });
    let mut socket = request(&format!("ws://{address}/talk?with=them#part"))
        .open()
        .await
        .unwrap();
    socket.send(Frame::text("hello")).await.unwrap();
    socket.send(Frame::Binary(vec![1, 2].into())).await.unwrap();
    socket.send(Frame::Ping(vec![3].into())).await.unwrap();
    let mut came = Vec::new();
    while came.len() < 3 {
        came.push(socket.next().await.unwrap().unwrap());
    }
    assert!(came.contains(&Frame::text("hello")));
    assert!(came.contains(&Frame::Binary(vec![1, 2].into())));
    assert!(came.contains(&Frame::Pong(vec![3].into())));
    socket.send(Frame::close(1000)).await.unwrap();
    let answer = socket.next().await.unwrap().unwrap();
    assert!(matches!(
        answer,
        Frame::Close {
            code: Some(1000),
            ..
        }
    ));
    assert!(socket.next().await.is_none());
    let late = socket.send(Frame::text("late")).await.unwrap_err();
    assert!(matches!(late, SocketError::Closed), "{late:?}");
    assert_eq!(
        server.await.unwrap(),
        [
            "Bearer planted-credentials",
            "plain-value",
            "/talk?with=them"
        ]
    );
}

#[tokio::test]
async fn refusals_are_typed_and_quote_nothing() {
    for (status, kind, delivery) in [
        ("401 no", ErrorKind::Authentication, Delivery::Answered),
        ("404 no", ErrorKind::NotFound, Delivery::Answered),
        ("410 no", ErrorKind::NotFound, Delivery::Answered),
        ("429 no", ErrorKind::RateLimited, Delivery::Refused),
        ("500 no", ErrorKind::Server, Delivery::Unknown),
        ("503 no", ErrorKind::Unavailable, Delivery::Refused),
        ("302 no", ErrorKind::Protocol, Delivery::Answered),
    ] {
        let address = refusing(status).await;
        let url = format!("ws://{address}/planted-path?planted=planted-query");
        let error = request(&url).open().await.unwrap_err();
        silent(&error);
        assert_eq!(
            (error.kind(), error.delivery()),
            (kind, delivery),
            "{status}"
        );
        assert_eq!(error.request_id(), Some("req_1"));
        assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
        assert_eq!(error.message() == "too late", status.starts_with("410"));
    }
}

#[tokio::test]
async fn before_the_upgrade_nothing_was_sent() {
    let (listener, address) = listening().await;
    drop(listener);
    let error = request(&format!("ws://{address}/planted"))
        .open()
        .await
        .unwrap_err();
    silent(&error);
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::Connect, Delivery::NotSent)
    );
    assert!(error.hint().is_some());
}

#[tokio::test(start_paused = true)]
async fn a_server_that_says_nothing_is_given_up() {
    let (ours, _theirs) = duplex(4096);
    let error = request("wss://planted.example/planted")
        .open_over(ours)
        .await
        .unwrap_err();
    silent(&error);
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::Timeout, Delivery::Unknown)
    );
}

#[tokio::test]
async fn a_connection_that_breaks_within_the_upgrade_may_have_acted() {
    let (ours, theirs) = duplex(4096);
    drop(theirs);
    let error = request("wss://planted.example/planted")
        .open_over(ours)
        .await
        .unwrap_err();
    silent(&error);
    assert_eq!(error.delivery(), Delivery::Unknown);
}

/// What the client reads when the server sends these bytes after the upgrade and then hangs up.
async fn after(bytes: &'static [u8]) -> Vec<Result<Frame, SocketError>> {
    let (ours, theirs) = duplex(1 << 16);
    tokio::spawn(async move {
        let socket = tokio_tungstenite::accept_async(theirs).await.unwrap();
        let mut raw = socket.into_inner();
        raw.write_all(bytes).await.unwrap();
    });
    let request = request("wss://voice.example/").max_message_bytes(1024);
    let socket = request.open_over(ours).await.unwrap();
    socket.collect().await
}

#[tokio::test]
async fn what_breaks_the_rules_is_told_apart() {
    // A length of 2,000; a reserved opcode; a text that is no UTF-8; nothing at all; a close without a code.
    let large = after(b"\x82\x7e\x07\xd0").await;
    assert!(
        matches!(large[..], [Err(SocketError::TooLarge)]),
        "{large:?}"
    );
    let garbage = after(b"\x83\x00").await;
    assert!(
        matches!(garbage[..], [Err(SocketError::Protocol)]),
        "{garbage:?}"
    );
    let no_text = after(b"\x81\x02\xff\xff").await;
    assert!(
        matches!(no_text[..], [Err(SocketError::Protocol)]),
        "{no_text:?}"
    );
    let nothing = after(b"").await;
    assert!(
        matches!(nothing[..], [Err(SocketError::Lost(_))]),
        "{nothing:?}"
    );
    let close = after(b"\x88\x00").await;
    assert!(
        matches!(close[0], Ok(Frame::Close { code: None, .. })),
        "{close:?}"
    );
}

#[tokio::test]
async fn dropping_the_socket_breaks_the_connection() {
    let (listener, address) = listening().await;
    let request = request(&format!("ws://{address}/"));
    let socket = tokio::spawn(async move { request.open().await.unwrap() });
    let (tcp, _) = listener.accept().await.unwrap();
    let mut server = tokio_tungstenite::accept_async::<TcpStream>(tcp)
        .await
        .unwrap();
    drop(socket.await.unwrap());
    assert!(!matches!(server.next().await, Some(Ok(Message::Text(_)))));
    assert!(server.next().await.is_none());
}

#[test]
fn headers_of_the_upgrade_itself_and_broken_ones_are_refused() {
    let request = || SocketRequest::new("wss://voice.example/").unwrap();
    for name in [
        "Host",
        "connection",
        "UPGRADE",
        "sec-websocket-key",
        "a b",
        "",
    ] {
        assert!(request().header(name, "x").is_err(), "{name}");
    }
    let error = request()
        .secret_header("x", &SecretString::from("planted\r\nx: y"))
        .unwrap_err();
    assert!(!format!("{error:?}").contains("planted"));
}

#[test]
fn debug_shows_no_secret() {
    let request = request("wss://voice.example/planted?planted=planted");
    let shown = format!("{request:?} {request:#?}");
    assert!(
        !shown.contains("planted") && shown.contains("voice.example"),
        "{shown}"
    );
}
