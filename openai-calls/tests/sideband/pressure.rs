//! A reader that is slow.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::{SinkExt, StreamExt};
use openai_calls::events::ClientEvent;
use openai_calls::sideband::SidebandEvent;
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;
use voice_core::clock::{Clock, SystemClock};

use super::server::{Server, ms, within};

const MANY: usize = 10_000;

#[tokio::test]
async fn nothing_is_lost_and_what_is_sent_goes_on() {
    let server = Server::start().await;
    let options = server.options().event_queue(8).keep_alive(ms(100));
    let (mut sideband, peer) = server.attached(options).await;
    let (mut write, mut read) = peer.0.split();
    let written = Arc::new(AtomicUsize::new(0));
    let noted = Arc::clone(&written);
    let writing = tokio::spawn(async move {
        for n in 0..MANY {
            let padding = "x".repeat(2000);
            let event = json!({"type": "marker", "n": n, "padding": padding});
            write.send(Message::text(event.to_string())).await.unwrap();
            noted.fetch_add(1, Ordering::SeqCst);
        }
        write
    });
    // Nobody takes events: the server cannot get rid of them all, and hears all the same.
    let sender = sideband.sender();
    let mut pings = 0;
    let mut texts = 0;
    within(async {
        while pings < 3 || texts < 5 {
            if texts < 5 {
                sender.send(ClientEvent::cancel()).await.unwrap();
            }
            match read.next().await.unwrap().unwrap() {
                Message::Ping(_) => pings += 1,
                Message::Text(_) => texts += 1,
                _ => {}
            }
        }
    })
    .await;
    SystemClock::default().sleep(ms(100)).await;
    assert!(written.load(Ordering::SeqCst) < MANY, "it was not read on");
    let mut next = 0;
    while next < MANY {
        match within(sideband.next_event()).await.unwrap().unwrap() {
            SidebandEvent::Server(event) => {
                let openai_calls::events::ServerEvent::Unknown { raw, .. } = *event else {
                    panic!("{event:?}");
                };
                assert_eq!(raw["n"], next);
                next += 1;
            }
            other => panic!("{other:?}"),
        }
    }
    let _ = writing.await.unwrap();
}

#[tokio::test]
async fn a_server_that_falls_silent_counts_as_broken() {
    let server = Server::start().await;
    let options = server.options().keep_alive(ms(100)).silence_limit(ms(300));
    let (mut sideband, peer) = server.attached(options).await;
    // It does not read, so that pings are not answered.
    let event = within(sideband.next_event()).await.unwrap().unwrap();
    assert!(matches!(
        event,
        SidebandEvent::Reconnecting { attempt: 1, .. }
    ));
    let again = server.accept().await;
    again.close(1000, "").await;
    drop(peer);
}
