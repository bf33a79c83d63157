//! [`Socket`]: an open connection.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use futures_util::{Sink, SinkExt, StreamExt};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Error as WsError;
use tokio_tungstenite::tungstenite::error::ProtocolError;

use super::Frame;
use super::dial::Duplex;

/// An open WebSocket: a stream and a sink of [`Frame`]s.
///
/// The stream ends (`None`) once both sides have closed. A close frame that comes is answered when the stream is read on
/// after it. Dropping the socket breaks the connection without a word; send [`Frame::close`] to say one.
pub struct Socket {
    inner: WebSocketStream<Box<dyn Duplex>>,
}

/// How an open connection failed. It is of no use afterwards.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SocketError {
    /// The other side sent more than the limit in one message.
    #[error("a message is above the limit")]
    TooLarge,
    /// The other side broke the rules of WebSocket, or sent a text that is no UTF-8.
    #[error("the other side broke the WebSocket protocol")]
    Protocol,
    /// The connection is closed already; what was to be sent was not taken.
    #[error("the connection is closed")]
    Closed,
    /// The connection broke. What was being sent may have arrived.
    #[error("the connection was lost")]
    Lost(#[source] Option<io::Error>),
}

impl SocketError {
    fn of(error: WsError) -> Self {
        match error {
            WsError::Capacity(_) => Self::TooLarge,
            WsError::ConnectionClosed
            | WsError::AlreadyClosed
            | WsError::Protocol(ProtocolError::SendAfterClosing) => Self::Closed,
            WsError::Protocol(ProtocolError::ResetWithoutClosingHandshake) => Self::Lost(None),
            WsError::Protocol(_) | WsError::Utf8(_) | WsError::AttackAttempt => Self::Protocol,
            WsError::Io(error) => Self::Lost(Some(error)),
            _ => Self::Lost(None),
        }
    }
}

impl Socket {
    pub(super) fn new(inner: WebSocketStream<Box<dyn Duplex>>) -> Self {
        Self { inner }
    }
}

impl Stream for Socket {
    type Item = Result<Frame, SocketError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            return Poll::Ready(match ready!(self.inner.poll_next_unpin(cx)) {
                None => None,
                Some(Err(error)) => Some(Err(SocketError::of(error))),
                Some(Ok(message)) => match Frame::of(message) {
                    Some(frame) => Some(Ok(frame)),
                    None => continue,
                },
            });
        }
    }
}

impl Sink<Frame> for Socket {
    type Error = SocketError;

    fn poll_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), SocketError>> {
        self.inner.poll_ready_unpin(cx).map_err(SocketError::of)
    }

    fn start_send(mut self: Pin<&mut Self>, frame: Frame) -> Result<(), SocketError> {
        self.inner
            .start_send_unpin(frame.into_message())
            .map_err(SocketError::of)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), SocketError>> {
        self.inner.poll_flush_unpin(cx).map_err(SocketError::of)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), SocketError>> {
        self.inner.poll_close_unpin(cx).map_err(SocketError::of)
    }
}

impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Socket").finish_non_exhaustive()
    }
}
