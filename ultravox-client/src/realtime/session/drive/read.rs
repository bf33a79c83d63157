//! The reading half: frames become events, tools are started, the end is found out.

use bytes::Bytes;
use futures_util::StreamExt;
use tokio::sync::mpsc::error::TrySendError;
use tokio::task::consume_budget;
use voice_core::clock::timeout;
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::socket::{Frame, SocketError};

use super::{Incoming, drained};
use crate::PROVIDER;
use crate::realtime::message::ServerMessage;
use crate::realtime::session::{Events, Shared};
use crate::realtime::tools::{ToolRunner, Tools};
use crate::realtime::{
    CloseReason, Event, OPERATION, PcmFrame, SessionEnd, SessionOptions, SlowReader,
};

pub(super) struct Reader<'a> {
    pub(super) shared: &'a Shared,
    pub(super) events: &'a Events,
    pub(super) options: &'a SessionOptions,
}

impl Reader<'_> {
    /// Reads until the session is over.
    pub(super) async fn run(
        &self,
        incoming: &mut Incoming,
        mut tools: Option<&mut ToolRunner>,
    ) -> SessionEnd {
        let clock = &*self.shared.clock;
        loop {
            // Frames that were read ahead cost no budget by themselves; without this one turn could take thousands.
            consume_budget().await;
            let frame = match timeout(clock, self.options.silence_limit, incoming.next()).await {
                Ok(Some(Ok(frame))) => frame,
                Ok(Some(Err(error))) => return end_of(&error),
                Ok(None) => return SessionEnd::new(CloseReason::Lost),
                Err(_timed_out) => return SessionEnd::new(CloseReason::Unresponsive),
            };
            match frame {
                Frame::Text(text) => self.message(&text, tools.as_deref_mut()).await,
                Frame::Binary(bytes) => self.audio(bytes).await,
                Frame::Pong(payload) => {
                    let now = clock.now();
                    let trip = self
                        .shared
                        .pings(|pings| pings.answered_by_connection(&payload, now));
                    if trip.is_some() {
                        self.shared.count(|stats| stats.connection_latency = trip);
                    }
                }
                Frame::Close { code, reason } => {
                    let _ = timeout(clock, self.options.close_timeout, drained(incoming)).await;
                    return match code {
                        Some(code) => SessionEnd::of_frame(code, &reason),
                        None => SessionEnd::new(CloseReason::Lost),
                    };
                }
                _ => {}
            }
        }
    }

    async fn message(&self, text: &str, tools: Option<&mut ToolRunner>) {
        // The parser's own error might quote what was said, so it is not kept.
        let Ok(message) = serde_json::from_str::<ServerMessage>(text) else {
            return self
                .unreadable("a message is not a JSON object with a type")
                .await;
        };
        self.shared.count(|stats| stats.messages_received += 1);
        match (&message, tools) {
            (ServerMessage::Pong(pong), _) => {
                let now = self.shared.clock.now();
                let timestamp = pong.timestamp.as_ref();
                let trip = timestamp.and_then(|timestamp| {
                    self.shared.pings(|pings| pings.answered(timestamp, now))
                });
                if trip.is_some() {
                    self.shared.count(|stats| stats.latency = trip);
                }
            }
            (ServerMessage::ClientToolInvocation(invocation), Some(tools)) => {
                tools.start(invocation, Tools::Client);
            }
            (ServerMessage::DataConnectionToolInvocation(invocation), Some(tools)) => {
                tools.start(invocation, Tools::DataConnection);
            }
            _ => {}
        }
        self.deliver(Ok(Event::Message(message))).await;
    }

    async fn audio(&self, bytes: Bytes) {
        let Ok(frame) = PcmFrame::from_bytes(self.options.output, bytes) else {
            return self
                .unreadable("a piece of audio ends within a sample")
                .await;
        };
        let length = frame.duration();
        self.shared.count(|stats| stats.audio_received += length);
        if self.options.slow_reader == SlowReader::Wait {
            return self.deliver(Ok(Event::Audio(frame))).await;
        }
        if let Err(TrySendError::Full(_)) = self.events.try_send(Ok(Event::Audio(frame))) {
            self.shared.count(|stats| stats.received_dropped += length);
        }
    }

    async fn unreadable(&self, what: &str) {
        self.shared.count(|stats| stats.unreadable += 1);
        let error = Error::new(ErrorKind::Decode, what)
            .with_operation(PROVIDER, OPERATION)
            .with_delivery(Delivery::Answered);
        self.deliver(Err(error)).await;
    }

    /// Waits for room. Without a reader there is nobody to tell, and the session is about to close.
    async fn deliver(&self, event: Result<Event, Error>) {
        let _ = self.events.send(event).await;
    }
}

fn end_of(error: &SocketError) -> SessionEnd {
    SessionEnd::new(match error {
        SocketError::TooLarge => CloseReason::TooLarge,
        SocketError::Protocol => CloseReason::Protocol,
        _ => CloseReason::Lost,
    })
}
