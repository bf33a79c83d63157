//! The reading half: texts become events, functions are started, the end is found out.

use tokio::task::consume_budget;
use voice_core::clock::timeout;
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::socket::{Frame, SocketError};

use super::super::reconnect::is_recoverable;
use super::super::{CloseReason, PROVIDER, SESSION, SentEvent, SidebandEnd, SidebandEvent};
use super::run::Runner;
use super::serve::{Shared, drained, next};
use super::{Driver, Over};
use crate::events::{ItemStatus, ServerEvent};

impl Driver {
    /// Reads until the connection is over.
    pub(super) async fn read(
        &self,
        socket: &Shared,
        functions: &mut Runner,
        unknown: &mut Option<Vec<SentEvent>>,
    ) -> Over {
        if unknown.is_some()
            && let Ok(place) = self.events.reserve().await
        {
            let unknown = unknown.take().unwrap_or_default();
            place.send(Ok(SidebandEvent::Reconnected { unknown }));
        }
        let clock = &*self.core.clock;
        let broken = || Over::Broken(SidebandEnd::new(CloseReason::Lost));
        let ended = |reason| Over::Ended(SidebandEnd::new(reason));
        loop {
            // Frames that were read ahead cost no budget by themselves; without this one turn could take thousands.
            consume_budget().await;
            let frame = match timeout(clock, self.options.silence_limit, next(socket)).await {
                Ok(Some(Ok(frame))) => frame,
                Ok(Some(Err(SocketError::TooLarge))) => return ended(CloseReason::TooLarge),
                Ok(Some(Err(SocketError::Protocol))) => return ended(CloseReason::Protocol),
                Ok(Some(Err(_)) | None) | Err(_) => return broken(),
            };
            match frame {
                Frame::Text(text) => self.text(&text, functions).await,
                Frame::Binary(_) => self.unreadable("bytes came where texts are expected").await,
                Frame::Pong(payload) => self.core.outbox.pong(&payload),
                Frame::Close { code, reason } => {
                    let _ = timeout(clock, self.options.close_timeout, drained(socket)).await;
                    return closed(code, &reason);
                }
                _ => {}
            }
        }
    }

    async fn text(&self, text: &str, functions: &mut Runner) {
        match ServerEvent::parse(text) {
            Ok(event) => {
                let event = self.note(event, functions);
                self.deliver(Ok(event)).await;
            }
            Err(error) => self.unreadable(&error.to_string()).await,
        }
    }

    /// What an event means for the functions, and for what was sent.
    fn note(&self, event: ServerEvent, functions: &mut Runner) -> SidebandEvent {
        match &event {
            ServerEvent::ResponseCreated(created) => {
                let id = created
                    .response
                    .as_ref()
                    .and_then(|response| response.id.as_ref());
                let id = id.map_or("", |id| id.as_str());
                self.core.rounds(|rounds| rounds.created(id));
            }
            ServerEvent::FunctionCallArgumentsDone(call) => {
                // It comes for a response that was cut off as well. Whether arguments that are not whole are all there is,
                // the end of the response tells.
                // Nor is it served without a name: the end of the response has it.
                let arguments = call.arguments.as_deref().unwrap_or_default();
                if let Some(name) = call.name.as_deref().filter(|name| !name.is_empty())
                    && is_json(arguments)
                {
                    let response = call.response_id.as_ref().map_or("", |id| id.as_str());
                    functions.start(response, call.call_id.as_ref(), Some(name), arguments);
                }
            }
            ServerEvent::ResponseDone(done) => {
                if let Some(response) = &done.response {
                    let id = response.id.as_ref().map_or("", |id| id.as_str());
                    for call in response.function_calls() {
                        if matches!(call.status, None | Some(ItemStatus::Completed)) {
                            let arguments = call.arguments.as_deref().unwrap_or_default();
                            functions.start(
                                id,
                                call.call_id.as_ref(),
                                call.name.as_deref(),
                                arguments,
                            );
                        }
                    }
                    self.core.rounds(|rounds| rounds.ended(id));
                }
            }
            ServerEvent::Error(failed) => {
                let error = failed.error.as_ref();
                let named = error.and_then(|error| error.event_id.value());
                if let (Some(error), Some(id)) = (error, named)
                    && let Some(sent) = self.core.outbox.sent(id)
                {
                    self.core.refused(id, error);
                    let error = Box::new(error.clone());
                    return SidebandEvent::Refused { sent, error };
                }
            }
            _ => {}
        }
        SidebandEvent::Server(Box::new(event))
    }

    async fn unreadable(&self, what: &str) {
        let error = Error::new(ErrorKind::Decode, what)
            .with_operation(PROVIDER, SESSION)
            .with_delivery(Delivery::Answered);
        self.deliver(Err(error)).await;
    }

    /// Waits for room. Without a reader there is nobody to tell, and the sideband is about to close.
    async fn deliver(&self, event: Result<SidebandEvent, Error>) {
        let _ = self.events.send(event).await;
    }
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

/// What a close frame of the server's says.
fn closed(code: Option<u16>, words: &str) -> Over {
    let told = |reason| SidebandEnd::new(reason).told(code, words);
    match code {
        None => Over::Broken(told(CloseReason::Lost)),
        Some(1000) => Over::Ended(told(CloseReason::CallOver)),
        Some(code) if is_recoverable(code) => Over::Broken(told(CloseReason::Lost)),
        Some(code) => Over::Ended(told(CloseReason::Code(code))),
    }
}
