//! Over real sockets on loopback: the body of a success is not read, whatever is in it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use openai_calls::OpenAiClient;
use openai_calls::session::Session;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use voice_core::ident::E164;
use voice_core::provider::{CallId, TransferTarget};

/// Answers every request with these bytes, and says what it was sent.
async fn serve(answer: &'static [u8]) -> (OpenAiClient, tokio::task::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move {
        let mut seen = Vec::new();
        for _ in 0..2 {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut request = Vec::new();
            let mut chunk = [0; 4096];
            // Head and body may come in two pieces.
            loop {
                let size = socket.read(&mut chunk).await.unwrap();
                request.extend_from_slice(&chunk[..size]);
                let text = String::from_utf8_lossy(&request).into_owned();
                let Some((head, body)) = text.split_once("\r\n\r\n") else {
                    continue;
                };
                let length = head
                    .lines()
                    .find_map(|line| line.strip_prefix("content-length: "))
                    .map_or(0, |length| length.parse().unwrap());
                if size == 0 || body.len() >= length {
                    break;
                }
            }
            seen.push(String::from_utf8(request).unwrap());
            socket.write_all(answer).await.unwrap();
            drop(socket);
        }
        seen
    });
    let client = OpenAiClient::builder()
        .api_key("sk-test")
        .base_url(format!("http://{address}/v1"))
        .build()
        .unwrap();
    (client, server)
}

#[tokio::test]
async fn empty_broken_and_garbled_bodies_of_a_success_are_all_the_same() {
    const EMPTY: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    const CUT: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\nconnection: close\r\n\r\n{\"a\"";
    const GARBLED: &[u8] =
        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 7\r\nconnection: close\r\n\r\nno gzip";
    const CHUNKS: &[u8] =
        b"HTTP/1.1 202 Accepted\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\nzzz\r\n";
    const NOTHING: &[u8] = b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n";
    for answer in [EMPTY, CUT, GARBLED, CHUNKS, NOTHING] {
        let (client, server) = serve(answer).await;
        let id = CallId::new("rtc_1").unwrap();
        let session = Session::new("x");
        let taken = client.calls().accept(&id, &session).await.unwrap();
        assert!(taken.is_done());
        assert!(client.calls().hang_up(&id).await.unwrap().is_done());
        let seen = server.await.unwrap();
        assert!(seen[0].starts_with("POST /v1/realtime/calls/rtc_1/accept HTTP/1.1\r\n"));
        assert!(seen[1].starts_with("POST /v1/realtime/calls/rtc_1/hangup HTTP/1.1\r\n"));
        let (head, body) = seen[1].split_once("\r\n\r\n").unwrap();
        assert_eq!(body, "", "a hang-up has no body");
        assert!(!head.contains("content-type"), "{head}");
    }
}

#[tokio::test]
async fn a_failure_whose_body_breaks_off_is_still_judged_by_openais_rules() {
    const CUT: &[u8] = b"HTTP/1.1 520 Odd\r\ncontent-length: 50\r\nconnection: close\r\n\r\n<html";
    let (client, server) = serve(CUT).await;
    let id = CallId::new("rtc_1").unwrap();
    let target = TransferTarget::Phone(E164::parse("+14155550123").unwrap());
    let error = client.calls().refer(&id, &target).await.unwrap_err();
    server.abort();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(520));
    assert!(error.may_have_happened(), "{error}");
}
