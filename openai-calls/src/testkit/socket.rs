//! One attached sideband socket.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use voice_core::clock::{Clock, timeout};

use super::router::Router;

/// What a socket is told to do.
#[derive(Debug, Clone)]
pub(super) enum Order {
    /// Send a text frame.
    Send(String),
    /// Send a binary frame.
    Binary(Vec<u8>),
    /// Close with this code and these words.
    Close(u16, String),
    /// End without a close frame.
    Drop,
    /// Neither read nor write for so long.
    Stall(Duration),
}

/// Serves a socket until it is over.
pub(super) async fn serve(
    mut socket: WebSocketStream<TcpStream>,
    router: Arc<Router>,
    call: String,
    mut orders: mpsc::UnboundedReceiver<Order>,
) {
    let clock = router.clock();
    loop {
        tokio::select! {
            // What was ordered first is done first: an event that came meanwhile is answered after it.
            biased;
            order = orders.recv() => match order {
                Some(Order::Send(text)) => {
                    if socket.send(Message::text(text)).await.is_err() {
                        break;
                    }
                }
                Some(Order::Binary(bytes)) => {
                    if socket.send(Message::binary(bytes)).await.is_err() {
                        break;
                    }
                }
                Some(Order::Close(code, reason)) => {
                    let frame = CloseFrame { code: code.into(), reason: reason.into() };
                    let _ = socket.send(Message::Close(Some(frame))).await;
                    let echo = async { while let Some(Ok(_)) = socket.next().await {} };
                    let _ = timeout(&*clock, Duration::from_secs(2), echo).await;
                    break;
                }
                Some(Order::Stall(length)) => clock.sleep(length).await,
                Some(Order::Drop) | None => break,
            },
            message = socket.next() => match message {
                Some(Ok(Message::Text(text))) => router.heard(&call, &text),
                Some(Ok(Message::Binary(_))) => router.heard(&call, ""),
                Some(Ok(Message::Ping(_))) => router.note(&call, |seen| seen.pings += 1),
                Some(Ok(Message::Close(frame))) => {
                    let code = frame.map_or(1005, |frame| frame.code.into());
                    router.note(&call, |seen| seen.close_codes.push(code));
                    // The library answers with the next read.
                    while let Some(Ok(_)) = socket.next().await {}
                    break;
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => break,
            },
        }
    }
    hang_up(socket, &*clock).await;
    router.note(&call, |seen| seen.ended += 1);
}

/// Ends the connection, without a close frame of its own. Whatever was sent before still arrives: a reset, which is what
/// unread data would make of a plain close, could overtake it.
async fn hang_up(mut socket: WebSocketStream<TcpStream>, clock: &dyn Clock) {
    let stream = socket.get_mut();
    let _ = stream.shutdown().await;
    let mut rest = [0; 4096];
    let drained = async { while matches!(stream.read(&mut rest).await, Ok(1..)) {} };
    let _ = timeout(clock, Duration::from_secs(1), drained).await;
}

impl Router {
    /// A text frame came from the client of a call.
    fn heard(&self, id: &str, text: &str) {
        let event = serde_json::from_str::<Value>(text);
        self.world(|world| {
            let Some(call) = world.call(id) else { return };
            let events = match event {
                Ok(event) if event.is_object() => {
                    call.seen.events.push(event.clone());
                    call.talk.heed(&mut call.session, &mut call.seen, &event)
                }
                _ => {
                    call.seen.unreadable += 1;
                    let message = "An event is a JSON object in a text frame.";
                    vec![call.talk.error(&Value::Null, "invalid_json", None, message)]
                }
            };
            call.emit(events);
        });
    }
}
