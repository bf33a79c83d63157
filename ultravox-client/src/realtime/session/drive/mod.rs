//! The session's task: reads and writes side by side until one of them, or the user, ends it.

mod read;
mod write;

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use tokio::sync::mpsc;
use tokio::task::consume_budget;
use voice_core::clock::timeout;
use voice_core::socket::{Frame, Socket};

use super::{Events, Shared};
use crate::realtime::tools::ToolRunner;
use crate::realtime::{CloseReason, Event, SessionEnd, SessionOptions};

/// Close codes of this side's (RFC 6455 section 7.4.1).
const NORMAL: u16 = 1000;
const PROTOCOL: u16 = 1002;
const TOO_LARGE: u16 = 1009;

type Sink = SplitSink<Socket, Frame>;
type Incoming = SplitStream<Socket>;

pub(super) async fn drive(
    socket: Socket,
    shared: Arc<Shared>,
    mut messages: mpsc::Receiver<String>,
    events: Events,
    options: SessionOptions,
) {
    let (mut sink, mut incoming) = socket.split();
    let mut tools = options
        .tools
        .clone()
        .map(|tools| ToolRunner::new(tools, Arc::clone(&shared), events.clone()));

    let ended = {
        let reader = read::Reader {
            shared: &shared,
            events: &events,
            options: &options,
        };
        let mut reading = pin!(reader.run(&mut incoming, tools.as_mut()));
        let mut writing = pin!(write::run(&mut sink, &shared, &mut messages, &options));
        let mut closing = shared.closing();
        let mut closing = pin!(closing.wait_for(|closing| *closing));
        let mut can_write = true;
        let mut write_first = false;
        poll_fn(|cx| {
            // What cannot be written to may still have something to say: the reader finds out how it ended.
            let mut write = |cx: &mut Context<'_>| {
                if can_write && writing.as_mut().poll(cx).is_ready() {
                    can_write = false;
                }
            };
            // Both halves live on one task's budget, and a server that sends without pause lets the reader use up all of
            // it. So they take turns at being first.
            write_first = !write_first;
            if write_first {
                write(cx);
            }
            let is_closing = closing.as_mut().poll(cx).is_ready();
            if let Poll::Ready(end) = reading.as_mut().poll(cx) {
                return Poll::Ready(Some(end));
            }
            if is_closing {
                return Poll::Ready(None);
            }
            if !write_first {
                write(cx);
            }
            Poll::Pending
        })
        .await
    };
    drop(tools);
    shared.audio.close();

    let end = match ended {
        None => close(&mut sink, &mut incoming, &mut messages, &shared, &options).await,
        Some(end) => {
            let code = match end.reason {
                CloseReason::TooLarge => Some(TOO_LARGE),
                CloseReason::Protocol => Some(PROTOCOL),
                _ => None,
            };
            if let Some(code) = code {
                let farewell = sink.send(Frame::close(code));
                let _ = timeout(&*shared.clock, options.close_timeout, farewell).await;
            }
            end
        }
    };
    // Nothing is left open while the last event waits to be taken.
    drop((sink, incoming, messages));
    let _ = events.send(Ok(Event::Closed(end))).await;
}

/// Closes from this side: what is queued, the close frame, and then the server's.
async fn close(
    sink: &mut Sink,
    incoming: &mut Incoming,
    messages: &mut mpsc::Receiver<String>,
    shared: &Shared,
    options: &SessionOptions,
) -> SessionEnd {
    messages.close();
    let parting = async {
        while let Ok(text) = messages.try_recv() {
            sink.feed(Frame::text(text)).await.ok()?;
            shared.count(|stats| stats.messages_sent += 1);
        }
        sink.send(Frame::close(NORMAL)).await.ok()
    };
    let said = timeout(&*shared.clock, options.close_timeout, parting).await;
    if said == Ok(Some(())) {
        let _ = timeout(&*shared.clock, options.close_timeout, drained(incoming)).await;
    }
    SessionEnd::new(CloseReason::ClosedHere)
}

/// Reads on until the server is through, so that the library sends and gets what belongs to a close.
async fn drained(incoming: &mut Incoming) {
    while let Some(Ok(_)) = incoming.next().await {
        // What was read ahead costs no budget by itself, and timers must get their turn.
        consume_budget().await;
    }
}
