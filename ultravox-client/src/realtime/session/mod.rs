//! The session: two handles for its user, and one task that reads and writes.
//!
//! | part | does |
//! |---|---|
//! | [`RealtimeSession`] | takes events; ends the session when dropped |
//! | [`SessionSender`] | sends messages and audio, from anywhere |
//! | `drive` | the task: owns the socket, reads and writes side by side, so that neither waits for the other |
//! | `shared` | what the three have in common |

mod drive;
mod pings;
mod sender;
mod shared;

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use tokio::sync::mpsc;
use voice_core::clock::timeout;
use voice_core::error::Error;
use voice_core::provider::JoinUrl;

use super::{CloseReason, Event, SessionEnd, SessionOptions, SessionStats, connect};

pub use sender::SessionSender;
pub(crate) use shared::Shared;

/// Where events come from.
pub(crate) type Events = mpsc::Sender<Result<Event, Error>>;

/// A call that was joined over its server WebSocket.
///
/// Events are taken from it; [`sender`](Self::sender) gives handles to speak. Dropping it closes the connection.
///
/// Also a [`Stream`] of its events.
#[must_use = "dropping a session closes it"]
pub struct RealtimeSession {
    events: mpsc::Receiver<Result<Event, Error>>,
    sender: SessionSender,
    close_timeout: std::time::Duration,
    end: Option<SessionEnd>,
}

impl RealtimeSession {
    /// Joins a call. `clientVersion` and `apiVersion=1` are added to the URL's query, as the vendor's own clients do; what
    /// is in it already stays. A join URL takes one connection, and only until its join timeout.
    ///
    /// Must be called within a tokio runtime, which then runs the session's task.
    ///
    /// # Errors
    /// The family's error, with status and hint where the server gave one. By
    /// [`delivery`](voice_core::error::Error::delivery): `NotSent` when no connection stood (DNS, TCP, TLS, a URL that is
    /// refused); `Refused` for 429 and 503; `Answered` for any other refusal; `Unknown` when the upgrade was asked for and
    /// not answered, so that the call may count as joined.
    pub async fn connect(join_url: &JoinUrl, options: SessionOptions) -> Result<Self, Error> {
        let socket = connect::open(join_url, &options).await?;
        let (events, taken) = mpsc::channel(options.event_queue);
        let (outbox, messages) = mpsc::channel(options.message_queue);
        let shared = Shared::new(&options, outbox);
        let close_timeout = options.close_timeout;
        let sender = SessionSender::new(shared.clone());
        tokio::spawn(drive::drive(socket, shared, messages, events, options));
        Ok(Self {
            events: taken,
            sender,
            close_timeout,
            end: None,
        })
    }

    /// The next event, or `None` after [`Event::Closed`], which always comes last.
    ///
    /// Cancel-safe: dropped before it is ready, nothing is lost.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`](voice_core::error::ErrorKind::Decode) for a message or a piece of audio that cannot be read.
    /// It is skipped and the session goes on; what ends a session is in [`Event::Closed`].
    pub async fn next_event(&mut self) -> Option<Result<Event, Error>> {
        std::future::poll_fn(|cx| self.poll_event(cx)).await
    }

    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Event, Error>>> {
        if self.end.is_some() {
            return Poll::Ready(None);
        }
        let event = match self.events.poll_recv(cx) {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(Some(event)) => event,
            // The task is gone without a word: its runtime is shutting down.
            Poll::Ready(None) => Ok(Event::Closed(SessionEnd::new(CloseReason::Lost))),
        };
        if let Ok(Event::Closed(end)) = &event {
            self.end = Some(end.clone());
        }
        Poll::Ready(Some(event))
    }

    /// A handle to send with; it can be cloned and used anywhere.
    #[must_use]
    pub fn sender(&self) -> SessionSender {
        self.sender.clone()
    }

    /// What was done so far.
    #[must_use]
    pub fn stats(&self) -> SessionStats {
        self.sender.stats()
    }

    /// How the session ended, once [`Event::Closed`] was taken.
    #[must_use]
    pub fn end(&self) -> Option<&SessionEnd> {
        self.end.as_ref()
    }

    /// Takes and drops all further events, until the session is over.
    pub async fn wait_closed(&mut self) -> SessionEnd {
        loop {
            if let Some(end) = &self.end {
                return end.clone();
            }
            let _ = self.next_event().await;
        }
    }

    /// Ends the call and gives the end. Waits at most the close timeout for the server to close, then closes itself.
    /// Events that were not taken are dropped. To hear the agent out, use
    /// [`hang_up_saying`](SessionSender::hang_up_saying) and go on taking events.
    pub async fn hang_up(mut self) -> SessionEnd {
        let clock = self.sender.shared().clock.clone();
        let sender = self.sender();
        let limit = self.close_timeout;
        let hung_up = timeout(&*clock, limit, async {
            // It can only be refused because the session is over, which is what is wanted.
            let _ = sender.hang_up().await;
            self.wait_closed().await
        })
        .await;
        match hung_up {
            Ok(end) => end,
            Err(_timed_out) => self.close().await,
        }
    }

    /// Closes the connection, after the messages that wait to be sent, and gives the end. Audio that waits is dropped, and
    /// so are events. Takes at most about twice the close timeout. The call ends with it.
    pub async fn close(mut self) -> SessionEnd {
        self.sender.shared().close();
        self.wait_closed().await
    }
}

impl Stream for RealtimeSession {
    type Item = Result<Event, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_event(cx)
    }
}

impl Drop for RealtimeSession {
    fn drop(&mut self) {
        self.sender.shared().close();
    }
}

impl fmt::Debug for RealtimeSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RealtimeSession")
            .field("stats", &self.stats())
            .field("end", &self.end)
            .finish_non_exhaustive()
    }
}
