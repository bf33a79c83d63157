//! Reconnects in memory, under paused time.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::StreamExt;
use tokio::io::{DuplexStream, duplex};
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use voice_core::clock::{Clock, SystemClock};
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::socket::{Socket, SocketRequest};

use super::connect::Connect;
use super::{CloseReason, Sideband, SidebandEvent, SidebandOptions};
use crate::events::ClientEvent;

type Peer = WebSocketStream<DuplexStream>;

/// A server in memory that follows a script: takes a connection (`None`), or refuses it.
#[derive(Debug)]
struct Memory {
    script: Mutex<VecDeque<Option<Error>>>,
    tries: Mutex<Vec<std::time::Instant>>,
    peers: mpsc::UnboundedSender<Peer>,
}

impl Memory {
    fn new(
        script: impl IntoIterator<Item = Option<Error>>,
    ) -> (Arc<Self>, mpsc::UnboundedReceiver<Peer>) {
        let (peers, taken) = mpsc::unbounded_channel();
        let memory = Self {
            script: Mutex::new(script.into_iter().collect()),
            tries: Mutex::default(),
            peers,
        };
        (Arc::new(memory), taken)
    }

    /// The waits between tries.
    fn waits(&self) -> Vec<Duration> {
        let tries = self.tries.lock().unwrap();
        tries.windows(2).map(|two| two[1] - two[0]).collect()
    }
}

#[async_trait]
impl Connect for Memory {
    async fn open(&self) -> Result<Socket, Error> {
        self.tries
            .lock()
            .unwrap()
            .push(SystemClock::default().now());
        let step = self.script.lock().unwrap().pop_front();
        if let Some(Some(error)) = step {
            return Err(error);
        }
        let (ours, theirs) = duplex(1 << 16);
        let request = SocketRequest::new("wss://voice.example/").unwrap();
        let (opened, accepted) = tokio::join!(
            request.open_over(ours),
            tokio_tungstenite::accept_async(theirs)
        );
        let _ = self.peers.send(accepted.unwrap());
        opened
    }
}

fn unreachable() -> Option<Error> {
    Some(Error::new(
        ErrorKind::Connect,
        "no connection could be made",
    ))
}

async fn attached(memory: &Arc<Memory>) -> Sideband {
    let socket = memory.open().await.unwrap();
    let connect: Arc<dyn Connect> = memory.clone();
    Sideband::over(socket, connect, SidebandOptions::new("k").unwrap()).unwrap()
}

fn between(wait: Duration, longest: f64) {
    let wait = wait.as_secs_f64();
    // Timers are exact to a millisecond.
    assert!(
        wait >= longest * 0.75 && wait <= longest + 0.002,
        "{wait} of {longest}"
    );
}

#[tokio::test(start_paused = true)]
async fn five_tries_at_the_documented_times() {
    let (memory, mut peers) =
        Memory::new(std::iter::once(None).chain((0..9).map(|_| unreachable())));
    let mut sideband = attached(&memory).await;
    drop(peers.recv().await.unwrap());
    let mut waits = Vec::new();
    let end = loop {
        match sideband.next_event().await.unwrap().unwrap() {
            SidebandEvent::Reconnecting { attempt, wait } => {
                waits.push(wait);
                assert_eq!(attempt as usize, waits.len());
                if attempt == 2 {
                    let sender = sideband.sender();
                    sender
                        .send(ClientEvent::cancel().with_event_id("mine"))
                        .await
                        .unwrap();
                }
            }
            SidebandEvent::Closed(end) => break end,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(waits.len(), 5);
    let real = memory.waits();
    assert_eq!(real.len(), 5);
    for ((wait, real), longest) in waits.iter().zip(real).zip([0.5, 1.0, 2.0, 4.0, 8.0]) {
        between(*wait, longest);
        between(real, longest);
    }
    assert_eq!(end.reason, CloseReason::Lost);
    assert_eq!(end.unsent.len(), 1);
    assert!(
        end.error()
            .unwrap()
            .message()
            .contains("no connection could be made")
    );
}

#[tokio::test(start_paused = true)]
async fn tries_are_counted_until_a_connection_has_stood() {
    let (memory, mut peers) = Memory::new([]);
    let mut sideband = attached(&memory).await;
    let clock = SystemClock::default();
    // Connections that break at once use the tries up.
    for _ in 0..3 {
        drop(peers.recv().await.unwrap());
    }
    // One that stood gives them back.
    let peer = peers.recv().await.unwrap();
    clock.sleep(Duration::from_secs(31)).await;
    drop(peer);
    for _ in 0..5 {
        drop(peers.recv().await.unwrap());
    }
    let end = sideband.wait_closed().await;
    assert_eq!((end.reason, end.reconnects), (CloseReason::Lost, 8));
}

#[tokio::test(start_paused = true)]
async fn what_waits_during_a_break_leaves_in_order_and_once() {
    let (memory, mut peers) = Memory::new([None, unreachable(), unreachable()]);
    let mut sideband = attached(&memory).await;
    drop(peers.recv().await.unwrap());
    let first = sideband.next_event().await.unwrap().unwrap();
    assert!(matches!(
        first,
        SidebandEvent::Reconnecting { attempt: 1, .. }
    ));
    let sender = sideband.sender();
    for id in ["a", "b", "c"] {
        sender
            .send(ClientEvent::cancel().with_event_id(id))
            .await
            .unwrap();
    }
    let mut peer = peers.recv().await.unwrap();
    for id in ["a", "b", "c"] {
        let text = peer.next().await.unwrap().unwrap().into_text().unwrap();
        assert!(text.contains(&format!("\"event_id\":\"{id}\"")), "{text}");
    }
    let end = tokio::join!(sideband.close(), async {
        while peer.next().await.is_some() {}
    })
    .0;
    assert!(end.unsent.is_empty() && end.unknown.is_empty());
    assert_eq!(end.reconnects, 1);
}

#[tokio::test(start_paused = true)]
async fn a_close_during_a_break_is_not_held_up() {
    let refusal = Error::new(ErrorKind::Server, "no").with_delivery(Delivery::Unknown);
    let (memory, mut peers) = Memory::new([None, Some(refusal)]);
    let mut sideband = attached(&memory).await;
    drop(peers.recv().await.unwrap());
    for _ in 0..2 {
        sideband.next_event().await.unwrap().unwrap();
    }
    let clock = SystemClock::default();
    let start = clock.now();
    let end = sideband.close().await;
    assert_eq!(end.reason, CloseReason::ClosedHere);
    assert_eq!(clock.now(), start);
    assert_eq!(memory.tries.lock().unwrap().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_dropped_handle_ends_the_task() {
    let (memory, mut peers) = Memory::new([]);
    let sideband = attached(&memory).await;
    let mut peer = peers.recv().await.unwrap();
    drop(sideband);
    let said = peer.next().await.unwrap().unwrap();
    assert!(said.is_close());
    assert!(peer.next().await.is_none());
    SystemClock::default().sleep(Duration::from_secs(10)).await;
    assert_eq!(Arc::strong_count(&memory), 1, "nobody holds on to it");
}
