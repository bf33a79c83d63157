//! One connection: reads and writes side by side until one of them, or the user, ends it.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use futures_util::{SinkExt, StreamExt};
use tokio::task::consume_budget;
use voice_core::clock::timeout;
use voice_core::socket::{Frame, Socket, SocketError};

use super::super::{CloseReason, SentEvent, SidebandEnd};
use super::run::Runner;
use super::{Driver, Over};

/// Close codes of this side's (RFC 6455 section 7.4.1).
const NORMAL: u16 = 1000;
const PROTOCOL: u16 = 1002;
const TOO_LARGE: u16 = 1009;

/// The socket of one task, which reads and writes in turn. It is locked for single polls and never across a wait.
pub(super) type Shared = Mutex<Socket>;

pub(super) fn locked(socket: &Shared) -> MutexGuard<'_, Socket> {
    socket.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The next frame.
pub(super) async fn next(socket: &Shared) -> Option<Result<Frame, SocketError>> {
    poll_fn(|cx| locked(socket).poll_next_unpin(cx)).await
}

/// Ready when the connection takes one more frame.
pub(super) async fn room(socket: &Shared) -> Result<(), SocketError> {
    poll_fn(|cx| locked(socket).poll_ready_unpin(cx)).await
}

pub(super) async fn flush(socket: &Shared) -> Result<(), SocketError> {
    poll_fn(|cx| locked(socket).poll_flush_unpin(cx)).await
}

impl Driver {
    pub(super) async fn serve(
        &self,
        socket: &Shared,
        functions: &mut Runner,
        unknown: &mut Option<Vec<SentEvent>>,
    ) -> Over {
        let over = {
            let mut reading = pin!(self.read(socket, functions, unknown));
            let mut writing = pin!(self.write(socket));
            let mut closing = pin!(self.core.closing());
            let mut can_write = true;
            let mut write_first = false;
            poll_fn(|cx| {
                // What cannot be written to may still have something to say: the reader finds out how it ended.
                let mut write = |cx: &mut Context<'_>| {
                    if can_write && writing.as_mut().poll(cx).is_ready() {
                        can_write = false;
                    }
                };
                // Both halves live on one task's budget, and a server that sends without pause lets the reader use up all
                // of it. So they take turns at being first.
                write_first = !write_first;
                if write_first {
                    write(cx);
                }
                let is_closing = closing.as_mut().poll(cx).is_ready();
                if let Poll::Ready(over) = reading.as_mut().poll(cx) {
                    return Poll::Ready(Some(over));
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
        let Some(over) = over else {
            return Over::Ended(self.part(socket).await);
        };
        let code = match &over {
            Over::Ended(end) => match end.reason {
                CloseReason::TooLarge => Some(TOO_LARGE),
                CloseReason::Protocol => Some(PROTOCOL),
                _ => None,
            },
            Over::Broken(_) => None,
        };
        if let Some(code) = code {
            let limit = self.options.close_timeout;
            let _ = timeout(&*self.core.clock, limit, say(socket, Frame::close(code))).await;
        }
        over
    }

    /// Closes from this side: what is queued, the close frame, and then the server's.
    async fn part(&self, socket: &Shared) -> SidebandEnd {
        let (clock, limit) = (&*self.core.clock, self.options.close_timeout);
        let parting = async {
            while !self.core.outbox.is_empty() {
                self.hand_over(socket).await?;
            }
            say(socket, Frame::close(NORMAL)).await
        };
        if let Ok(Ok(())) = timeout(clock, limit, parting).await
            && let Ok(true) = timeout(clock, limit, drained(socket)).await
        {
            // A server answers a close once it has read what came before it.
            self.core.outbox.arrived();
        }
        SidebandEnd::new(CloseReason::ClosedHere)
    }

    /// Hands the next event to the connection, once there is room for it. Dropped before it is ready, the event still
    /// waits, or is known to be handed over.
    pub(super) async fn hand_over(&self, socket: &Shared) -> Result<(), SocketError> {
        room(socket).await?;
        let Some(queued) = self.core.outbox.take() else {
            return Ok(());
        };
        match locked(socket).start_send_unpin(Frame::Text(queued.text())) {
            Err(error @ SocketError::Closed) => {
                self.core.outbox.give_back(queued);
                return Err(error);
            }
            taken => {
                self.core.outbox.handed(queued);
                taken?;
            }
        }
        flush(socket).await
    }
}

pub(super) async fn say(socket: &Shared, frame: Frame) -> Result<(), SocketError> {
    room(socket).await?;
    locked(socket).start_send_unpin(frame)?;
    flush(socket).await
}

/// Reads on until the server is through, so that the library sends and gets what belongs to a close; whether the server said
/// its close.
pub(super) async fn drained(socket: &Shared) -> bool {
    let mut is_closed = false;
    while let Some(Ok(frame)) = next(socket).await {
        is_closed |= matches!(frame, Frame::Close { .. });
        // What was read ahead costs no budget by itself, and timers must get their turn.
        consume_budget().await;
    }
    is_closed
}
