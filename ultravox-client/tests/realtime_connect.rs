//! Joining: what is asked for, and what refusals mean.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::net::{Ipv4Addr, SocketAddr};

use common::live::{LIVE, all, joined, ms, options, within};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use ultravox_client::realtime::RealtimeSession;
use ultravox_client::testkit::realtime::{RealtimeSim, Script};
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::provider::JoinUrl;

/// A server that answers the first bytes with these and then says no more.
async fn server(answer: &'static str) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut head = [0; 4096];
                let _ = socket.read(&mut head).await;
                let _ = socket.write_all(answer.as_bytes()).await;
                if answer.is_empty() {
                    // Holds the connection open and stays silent.
                    let _ = socket.read(&mut head).await;
                }
            });
        }
    });
    address
}

async fn failure(url: &str) -> Error {
    let url = JoinUrl::new(url).unwrap();
    let options = options().connect_timeout(ms(1500));
    let error = within(RealtimeSession::connect(&url, options))
        .await
        .unwrap_err();
    let shown = format!("{error} {error:?} {error:#?} {}", error.log_value());
    assert!(!shown.contains("planted"), "{shown}");
    assert_eq!(
        (error.provider(), error.operation()),
        ("ultravox", "realtime.connect")
    );
    error
}

#[tokio::test]
async fn the_version_of_the_client_is_told_and_the_query_kept() {
    let sim = RealtimeSim::start().await.unwrap();
    let url = sim.call(LIVE, Script::new().hang_up()).unwrap();
    let url = JoinUrl::new(format!("{}?token=a%2Bb", url.expose())).unwrap();
    let options = options().experimental_messages(["debug", "more"]);
    let mut session = RealtimeSession::connect(&url, options).await.unwrap();
    all(&mut session).await;
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(
        sim.seen(LIVE).query,
        format!(
            "token=a%2Bb&clientVersion=rust_{version}&apiVersion=1&experimentalMessages=debug%2Cmore"
        )
    );
}

#[tokio::test]
async fn localhost_by_name_is_this_machine() {
    let sim = RealtimeSim::start().await.unwrap();
    let url = sim.call(LIVE, Script::new().hang_up()).unwrap();
    let url = JoinUrl::new(url.expose().replace("127.0.0.1", "localhost")).unwrap();
    let mut session = RealtimeSession::connect(&url, options()).await.unwrap();
    assert!(all(&mut session).await.1.reason.is_expected());
}

#[tokio::test]
async fn refusals_are_typed_and_show_no_url() {
    let cases = [
        (400, ErrorKind::InvalidInput, Delivery::Answered),
        (401, ErrorKind::Authentication, Delivery::Answered),
        (403, ErrorKind::Permission, Delivery::Answered),
        (410, ErrorKind::NotFound, Delivery::Answered),
        (429, ErrorKind::RateLimited, Delivery::Refused),
        (500, ErrorKind::Server, Delivery::Unknown),
        (503, ErrorKind::Unavailable, Delivery::Refused),
    ];
    for (status, kind, delivery) in cases {
        let sim = RealtimeSim::start().await.unwrap();
        let url = sim.call("planted-call", Script::new()).unwrap();
        sim.refuse("planted-call", status);
        // The simulator's refusal quotes the request's target.
        let error = failure(&format!("{}?token=planted-token", url.expose())).await;
        assert_eq!(
            (error.kind(), error.delivery()),
            (kind, delivery),
            "{status}"
        );
        assert_eq!(error.status().unwrap().as_u16(), status);
        assert_eq!(error.hint().is_some(), status != 500);
    }
}

#[tokio::test]
async fn an_unknown_call_and_a_second_connection_are_refused() {
    let (sim, session) = joined(Script::new(), options()).await;
    let url = JoinUrl::new(
        sim.call("other", Script::new())
            .unwrap()
            .expose()
            .replace("other", LIVE),
    )
    .unwrap();
    let error = RealtimeSession::connect(&url, options()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.status().unwrap().as_u16()),
        (ErrorKind::Conflict, 409)
    );
    assert!(error.hint().unwrap().contains("one connection"));
    let url = JoinUrl::new(url.expose().replace(LIVE, "nobody")).unwrap();
    let error = RealtimeSession::connect(&url, options()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    session.close().await;
}

#[tokio::test]
async fn nobody_listens() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let error = failure(&format!("ws://{address}/planted")).await;
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::Connect, Delivery::NotSent)
    );
}

#[tokio::test]
async fn what_is_no_websocket_server() {
    let redirect =
        server("HTTP/1.1 302 Found\r\nlocation: /planted\r\ncontent-length: 0\r\n\r\n").await;
    let error = failure(&format!("ws://{redirect}/planted")).await;
    assert_eq!(error.kind(), ErrorKind::Protocol);

    let page = server("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello").await;
    let error = failure(&format!("ws://{page}/planted")).await;
    assert_eq!(error.kind(), ErrorKind::Protocol);

    let noise = server("planted\r\n\r\n").await;
    let error = failure(&format!("ws://{noise}/planted")).await;
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::Protocol, Delivery::Unknown)
    );
}

#[tokio::test]
async fn a_retry_after_is_read() {
    let busy =
        server("HTTP/1.1 429 Too Many Requests\r\nretry-after: 7\r\ncontent-length: 0\r\n\r\n")
            .await;
    let error = failure(&format!("ws://{busy}/planted")).await;
    assert_eq!(error.retry_after(), Some(ms(7000)));
}

#[tokio::test]
async fn a_server_that_says_nothing_is_given_up() {
    let silent = server("").await;
    let error = failure(&format!("ws://{silent}/planted")).await;
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::Timeout, Delivery::Unknown)
    );
}

#[tokio::test]
async fn plain_text_where_tls_is_expected() {
    let plain = server("planted\r\n\r\n").await;
    let error = failure(&format!("wss://{plain}/planted")).await;
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::Tls, Delivery::NotSent)
    );
}
