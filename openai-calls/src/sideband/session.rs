//! The handles: [`Sideband`] takes events, [`SidebandSender`] sends them.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;
use tokio::sync::mpsc;
use voice_core::error::Error;
use voice_core::provider::CallId;
use voice_core::socket::Socket;

use super::connect::{self, Connect};
use super::core::Core;
use super::{CloseReason, SidebandEnd, SidebandEvent, SidebandOptions, drive};
use crate::events::{ClientEvent, EventId};

/// The sideband of a call that was taken: what is said there, and the way to have a say in it.
///
/// Events are taken from it; [`sender`](Self::sender) gives handles to send. Dropping it closes the connection; the call
/// goes on.
///
/// Also a [`Stream`] of its events.
#[must_use = "dropping a sideband closes it"]
pub struct Sideband {
    events: mpsc::Receiver<Result<SidebandEvent, Error>>,
    core: Arc<Core>,
    end: Option<Arc<SidebandEnd>>,
}

impl Sideband {
    /// Attaches to a call that was accepted. The greeting, if there is one, is asked for at once.
    ///
    /// Must be called within a tokio runtime, which then runs the sideband's task.
    ///
    /// # Errors
    /// The family's error, with status and hint where the server gave one; 404
    /// ([`is_not_found`](voice_core::error::Error::is_not_found)) says that the call is over. This first connection is tried
    /// once. By [`delivery`](voice_core::error::Error::delivery): `NotSent` when no connection stood, `Refused` for 429 and
    /// 503, `Answered` for any other refusal, `Unknown` when no answer came. Attaching changes nothing about the call.
    pub async fn connect(call: &CallId, options: SidebandOptions) -> Result<Self, Error> {
        let request = connect::request(call, &options)?;
        let socket = request.open().await?;
        Self::over(socket, Arc::new(request), options)
    }

    pub(super) fn over(
        socket: Socket,
        connect: Arc<dyn Connect>,
        options: SidebandOptions,
    ) -> Result<Self, Error> {
        let core = Core::new(&options);
        core.greet()?;
        let (events, taken) = mpsc::channel(options.event_queue);
        tokio::spawn(drive::drive(
            socket,
            connect,
            Arc::clone(&core),
            events,
            options,
        ));
        Ok(Self {
            events: taken,
            core,
            end: None,
        })
    }

    /// The next event, or `None` after [`SidebandEvent::Closed`], which always comes last.
    ///
    /// Cancel-safe: dropped before it is ready, nothing is lost.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`](voice_core::error::ErrorKind::Decode) for a message that is no event. It is skipped and the
    /// sideband goes on; what ends one is in [`SidebandEvent::Closed`].
    pub async fn next_event(&mut self) -> Option<Result<SidebandEvent, Error>> {
        poll_fn(|cx| self.poll_event(cx)).await
    }

    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<SidebandEvent, Error>>> {
        if self.end.is_some() {
            return Poll::Ready(None);
        }
        let event = match self.events.poll_recv(cx) {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(Some(event)) => event,
            // The task is gone without a word: its runtime is shutting down.
            Poll::Ready(None) => Ok(SidebandEvent::Closed(Arc::new(SidebandEnd::new(
                CloseReason::Lost,
            )))),
        };
        if let Ok(SidebandEvent::Closed(end)) = &event {
            self.end = Some(Arc::clone(end));
        }
        Poll::Ready(Some(event))
    }

    /// A handle to send with; it can be cloned and used anywhere.
    #[must_use]
    pub fn sender(&self) -> SidebandSender {
        SidebandSender {
            core: Arc::clone(&self.core),
        }
    }

    /// How it ended, once [`SidebandEvent::Closed`] was taken.
    #[must_use]
    pub fn end(&self) -> Option<&Arc<SidebandEnd>> {
        self.end.as_ref()
    }

    /// Takes and drops all further events, until it is over.
    pub async fn wait_closed(&mut self) -> Arc<SidebandEnd> {
        loop {
            if let Some(end) = &self.end {
                return Arc::clone(end);
            }
            let _ = self.next_event().await;
        }
    }

    /// Closes the connection, after the events that wait to be sent, and gives the end. Events that were not taken are
    /// dropped. Takes at most about twice the close timeout. The call goes on without it.
    pub async fn close(&mut self) -> Arc<SidebandEnd> {
        self.core.close();
        self.wait_closed().await
    }
}

impl Stream for Sideband {
    type Item = Result<SidebandEvent, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_event(cx)
    }
}

impl Drop for Sideband {
    fn drop(&mut self) {
        self.core.close();
    }
}

impl fmt::Debug for Sideband {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sideband")
            .field("end", &self.end)
            .finish_non_exhaustive()
    }
}

/// Sends events into a sideband; cheap to clone. It does not keep the sideband open.
///
/// Events leave in order. None is sent twice: after a break those that wait leave on the next connection, and those that
/// were under way are reported by [`SidebandEvent::Reconnected`] or in the [end](SidebandEnd::unknown).
#[derive(Clone)]
pub struct SidebandSender {
    core: Arc<Core>,
}

impl SidebandSender {
    /// Queues an event and gives its id: its own, or one that it is given. Errors of the server's about it come as
    /// [`SidebandEvent::Refused`] with this id. Waits while the queue is full.
    ///
    /// Cancel-safe: dropped before it is ready, nothing is sent.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) when the event breaks a documented rule or is
    /// larger than the whole queue; [`ErrorKind::Conflict`](voice_core::error::ErrorKind::Conflict) when the sideband is
    /// over.
    pub async fn send(&self, event: ClientEvent) -> Result<EventId, Error> {
        self.core.outbox.send(event).await
    }
}

impl fmt::Debug for SidebandSender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SidebandSender").finish_non_exhaustive()
    }
}
