//! Over loopback sockets, in real time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use voice_core::client::ClientOptions;
use voice_core::error::ErrorKind;

use crate::hostile_server::{Attack, Server, Then};
use crate::parties::PARTIES;
use crate::{live, volume};

/// Buffers of connections that are kept.
const TOLERANCE: i64 = 256 << 10;

pub(crate) async fn hold() {
    many_at_once().await;
    a_body_without_end().await;
}

/// Connections end in the background: looked at until it is flat, or clearly is not.
async fn settles(what: &str, before: i64) {
    let mut left = 0;
    for _ in 0..200 {
        left = live() - before;
        if left <= TOLERANCE {
            println!("sockets | {what} | {left} bytes more than before");
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what}: {left} bytes stay");
}

async fn many_at_once() {
    let size = volume(500, 100);
    for party in &PARTIES {
        // Exotel's client keeps to 200 a minute.
        if party.most_per_second.is_some() {
            continue;
        }
        let head = format!(
            "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{}",
            party.good.len(),
            party.good
        );
        let server = Server::start(Attack::new(head)).await;
        let read = party.read(ClientOptions::new(), Some(&server.base));
        let wave = || async {
            let all = join_all((0..size).map(|_| read())).await;
            assert!(all.iter().all(Result::is_ok), "{}: {all:?}", party.name);
        };
        wave().await;
        tokio::time::sleep(Duration::from_millis(50)).await;
        let before = live();
        for _ in 0..4 {
            wave().await;
        }
        settles(&format!("{}, 4 waves of {size}", party.name), before).await;
    }
}

/// 1 GB that nobody reads: what is held at any time is the cap and its buffer's room to grow.
async fn a_body_without_end() {
    const MOST: i64 = 40 << 20;
    for party in &PARTIES {
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n";
        let flood = Then::Flood(vec![b' '; 256 << 10], 1 << 30);
        let server = Server::start(Attack::new(head).then(flood)).await;
        let read = party.read(ClientOptions::new().retries(0), Some(&server.base));
        let before = live();
        let peak = Arc::new(AtomicI64::new(0));
        let noted = Arc::clone(&peak);
        let watch = tokio::spawn(async move {
            loop {
                noted.fetch_max(live() - before, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        });
        let error = read().await.unwrap_err();
        watch.abort();
        let (peak, sent) = (peak.load(Ordering::Relaxed), server.sent());
        println!(
            "{} | 1 GB | {sent} bytes sent, {peak} bytes held at most",
            party.name
        );
        assert_eq!(error.kind(), ErrorKind::BodyTooLarge, "{error}");
        assert!(peak <= MOST, "{}: {peak} bytes held", party.name);
        assert!(sent <= 24 << 20, "{}: {sent} bytes taken", party.name);
        drop(error);
        settles(&format!("{}, after 1 GB", party.name), before).await;
    }
}
