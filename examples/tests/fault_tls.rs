//! A read and a creation of every provider over TLS, cut at every border of every record both ways: within the client's and
//! the server's hello, the certificate, the end of the handshake, the request and the answer.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test fails by panicking, and waits for real sockets"
)]

mod fault_common;

use std::time::Duration;

use fault_common::borders::of_tls;
use fault_common::is_long;
use fault_common::operations::{Op, representatives};
use fault_common::sweep::sweep;
use fault_common::tls::Tls;
use fault_common::trial::{Point, Rig};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use ultravox_client::UltravoxClient;
use ultravox_client::testkit::API_KEY;
use voice_core::client::ClientOptions;
use voice_core::testkit::{Cut, CutEnd, Passage};
use voice_core::transport::HttpTransport;

fn points(op: Op, tape: &Passage, turn: usize) -> Vec<(Op, Point)> {
    let garbage = CutEnd::Garbage(vec![0x17; 40]);
    let ends = [CutEnd::Reset, CutEnd::Close, CutEnd::Stall, garbage];
    let to_server = of_tls(&tape.to_server).into_iter().map(|at| (at, true));
    let to_client = of_tls(&tape.to_client).into_iter().map(|at| (at, false));
    let mut points = Vec::new();
    for (index, (after, is_up)) in to_server.chain(to_client).enumerate() {
        for (place, end) in ends.iter().enumerate() {
            // By default each border meets one of the ends, and another one with the next operation.
            if is_long() || (index + turn) % ends.len() == place {
                let end = end.clone();
                let cut = if is_up {
                    Cut::to_server(after, end)
                } else {
                    Cut::to_client(after, end)
                };
                points.push((op, Point::cut(cut)));
            }
        }
    }
    points
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tls_is_cut_at_every_border() {
    let rig = Rig::start_tls().await;
    let mut trials = Vec::new();
    for (turn, op) in representatives().into_iter().enumerate() {
        let tape = rig.tape(op).await;
        trials.extend(points(op, &tape, turn));
    }
    let tally = sweep(&rig, trials).await;
    tally.check("tls");
    assert!(tally.points > 250, "{tally}");
    assert!(tally.of("success") > tally.points / 4, "{tally}");
    assert!(tally.of("unknown") > 20, "{tally}");
}

/// How a TLS server ends a connection.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Bye {
    CloseNotify,
    Silent,
}

/// A body that ends with its connection is complete only if TLS says so; one with a length needs nothing of the kind.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_end_without_close_notify_is_a_cut_unless_the_length_says_otherwise() {
    let tls = Tls::new();
    let transport = HttpTransport::builder().root_certificate_pem(tls.root());
    let transport = std::sync::Arc::new(transport.build().unwrap());
    let agent = "3c90c3cc-0d44-4b50-8888-8dd25736052a";
    let body = format!("{{\"agentId\":\"{agent}\",\"name\":\"Front desk\"}}");
    for (bye, length, understood) in [
        (Bye::CloseNotify, true, true),
        (Bye::Silent, true, true),
        (Bye::CloseNotify, false, true),
        (Bye::Silent, false, false),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("https://{}", listener.local_addr().unwrap());
        let acceptor = tls.acceptor();
        let length = if length {
            format!("content-length: {}\r\n", body.len())
        } else {
            String::new()
        };
        let answer =
            format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n{length}\r\n{body}");
        let server = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let mut peer = acceptor.accept(socket).await.unwrap();
                let _ = peer.read(&mut [0; 4096]).await;
                peer.write_all(answer.as_bytes()).await.unwrap();
                peer.flush().await.unwrap();
                if bye == Bye::CloseNotify {
                    let _ = peer.shutdown().await;
                } else {
                    let _ = peer.get_mut().0.shutdown().await;
                }
            }
        });
        let options = ClientOptions::new()
            .transport(transport.clone())
            .attempt_timeout(Duration::from_secs(5))
            .retries(0);
        let client = UltravoxClient::builder()
            .api_key(API_KEY)
            .base_url(base)
            .options(options)
            .build()
            .unwrap();
        let outcome = client.agents().get(&agent.parse().unwrap()).await;
        assert_eq!(
            outcome.is_ok(),
            understood,
            "{bye:?} {length:?}: {outcome:?}"
        );
        server.abort();
    }
}
