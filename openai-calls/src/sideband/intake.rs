//! Sidebands as the sessions of `voice_core::intake`.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::{Map, Value};
use voice_core::error::{Error, ErrorKind};
use voice_core::intake::tools::{FunctionCall, Then, ToolRunner};
use voice_core::intake::{
    CallSessions, EndReason, LiveCall, SessionEvent, SessionStart, Speaker, TranscriptTurn, Usage,
};
use voice_core::socket::Ledger;

use super::{
    AnswerFunctions, CloseReason, FunctionAnswer, FunctionRequest, PROVIDER, SESSION, Sideband,
    SidebandEnd, SidebandEvent, SidebandOptions,
};
use crate::events::{ResponseEvent, ResponseUsage, ServerEvent};

/// Starts a sideband on each call that was taken: greets, serves the call's tools, and tells what is said and used.
#[derive(Debug, Clone)]
pub struct SidebandSessions {
    options: SidebandOptions,
}

impl SidebandSessions {
    /// Sidebands like this. Greeting and functions are those of each call.
    #[must_use]
    pub fn new(options: SidebandOptions) -> Self {
        Self { options }
    }
}

#[async_trait]
impl CallSessions for SidebandSessions {
    async fn start(&self, start: SessionStart) -> Result<Box<dyn LiveCall>, Error> {
        let options = self
            .options
            .clone()
            .greeting(start.greeting.unwrap_or_default())
            .functions(Arc::new(Tools(start.tools)));
        let sideband = Sideband::connect(&start.call, options).await?;
        Ok(Box::new(SidebandCall {
            sideband,
            heard: Ledger::default(),
            counted: Ledger::default(),
        }))
    }
}

/// A call's tools.
#[derive(Debug)]
struct Tools(Arc<dyn ToolRunner>);

#[async_trait]
impl AnswerFunctions for Tools {
    async fn answer(&self, call: FunctionRequest) -> FunctionAnswer {
        let call = FunctionCall::new(call.id, call.name, call.arguments);
        let answer = self.0.run(call).await;
        let output = FunctionAnswer::new(answer.output);
        match answer.then {
            Then::Wait => output.and_wait(),
            _ => output,
        }
    }
}

#[derive(Debug)]
struct SidebandCall {
    sideband: Sideband,
    heard: Ledger,
    counted: Ledger,
}

#[async_trait]
impl LiveCall for SidebandCall {
    async fn next(&mut self) -> SessionEvent {
        loop {
            let event = match self.sideband.next_event().await {
                Some(Ok(SidebandEvent::Server(event))) => self.told(*event),
                Some(_) => None,
                None => return SessionEvent::Ended(reason(self.sideband.end().map(Arc::as_ref))),
            };
            if let Some(event) = event {
                return event;
            }
        }
    }

    async fn close(&mut self) {
        self.sideband.close().await;
    }
}

impl SidebandCall {
    fn told(&mut self, event: ServerEvent) -> Option<SessionEvent> {
        let (speaker, item, part, text) = match event {
            ServerEvent::InputTranscriptionCompleted(said) => {
                let part = said.content_index;
                (Speaker::Caller, said.item_id, part, said.transcript?)
            }
            ServerEvent::OutputTranscriptDone(said) => {
                let part = said.content_index;
                (Speaker::Agent, said.item_id, part, said.transcript?)
            }
            ServerEvent::ResponseDone(done) => return self.used(done),
            _ => return None,
        };
        // Words that are told twice, as they may be after a break, were said once.
        if let Some(item) = item {
            let part = part.unwrap_or_default();
            if !self.heard.enter(&format!("{}/{part}", item.as_str())) {
                return None;
            }
        }
        let has_words = !text.trim().is_empty();
        has_words.then(|| SessionEvent::Transcript(TranscriptTurn::new(speaker, text)))
    }

    /// What a response used; one that is told twice counts once.
    fn used(&mut self, done: ResponseEvent) -> Option<SessionEvent> {
        let response = done.response?;
        if let Some(id) = &response.id
            && !self.counted.enter(id.as_str())
        {
            return None;
        }
        Some(SessionEvent::Usage(usage(response.usage.as_ref())))
    }
}

fn usage(used: Option<&ResponseUsage>) -> Usage {
    let mut usage = Usage::default();
    usage.responses = 1;
    if let Some(used) = used {
        usage.input_tokens = used.input_tokens.unwrap_or_default();
        usage.output_tokens = used.output_tokens.unwrap_or_default();
        usage.extra = match serde_json::to_value(used) {
            Ok(Value::Object(all)) => all
                .into_iter()
                .filter(|(name, _)| name != "input_tokens" && name != "output_tokens")
                .collect(),
            _ => Map::new(),
        };
    }
    usage
}

fn reason(end: Option<&SidebandEnd>) -> EndReason {
    match end.map(|end| (end.reason, end.error())) {
        Some((CloseReason::CallOver, _)) => EndReason::CallEnded,
        Some((CloseReason::ClosedHere, _)) => EndReason::Closed,
        Some((_, Some(error))) => EndReason::Lost(error),
        Some((_, None)) | None => {
            let error = Error::new(ErrorKind::Connection, "the sideband is gone");
            EndReason::Lost(error.with_operation(PROVIDER, SESSION))
        }
    }
}
