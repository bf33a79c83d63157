//! Runs tools: at most so many at a time, each within its timeout, each answered once.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use voice_core::clock::timeout;

use super::{ClientTools, Tool, ToolCall};
use crate::realtime::Event;
use crate::realtime::message::{ClientMessage, ToolInvocation, ToolResult};
use crate::realtime::session::{Events, Shared};

/// Invocations that may wait, for each that may run.
const WAITING_FOR_ONE: usize = 8;

/// What became of an invocation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToolRun {
    /// The tool, as the model knows it.
    pub tool: String,
    /// The invocation.
    pub invocation_id: String,
    /// What became of it.
    pub outcome: ToolOutcome,
    /// From the arrival of the invocation to its result.
    pub took: Duration,
}

/// What became of an invocation. All but the first are reported to the agent as an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ToolOutcome {
    /// The handler gave a reply.
    Answered,
    /// The handler gave an error.
    Failed,
    /// The handler took too long, or waited too long for its turn, and was dropped.
    TimedOut,
    /// The handler panicked.
    Panicked,
    /// There is no tool of this name.
    Undefined,
    /// Too many invocations were waiting already.
    Overloaded,
    /// The reply is above the limit for messages.
    TooLarge,
}

/// Which of the two kinds an invocation is: the result goes back as the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tools {
    Client,
    DataConnection,
}

impl Tools {
    fn message(self, result: ToolResult) -> ClientMessage {
        match self {
            Self::Client => ClientMessage::ClientToolResult(result),
            Self::DataConnection => ClientMessage::DataConnectionToolResult(result),
        }
    }
}

/// Runs the tools of one session. Dropping it drops them.
pub(crate) struct ToolRunner {
    tools: Arc<ClientTools>,
    running: JoinSet<()>,
    turns: Arc<Semaphore>,
    shared: Arc<Shared>,
    events: Events,
}

impl ToolRunner {
    pub(crate) fn new(tools: Arc<ClientTools>, shared: Arc<Shared>, events: Events) -> Self {
        Self {
            turns: Arc::new(Semaphore::new(tools.at_once)),
            tools,
            running: JoinSet::new(),
            shared,
            events,
        }
    }

    /// Runs a tool beside everything else. An invocation without an id cannot be answered and is left alone, as is one
    /// that came before.
    pub(crate) fn start(&mut self, invocation: &ToolInvocation, kind: Tools) {
        while self.running.try_join_next().is_some() {}
        let call = ToolCall::of(invocation);
        if call.invocation_id.is_empty() || !self.shared.first_time(&call.invocation_id) {
            return;
        }
        let tool = self.tools.tools.get(&call.name).cloned();
        let limit = self.tools.at_once.saturating_mul(1 + WAITING_FOR_ONE);
        let is_overloaded = self.running.len() >= limit;
        let (turns, shared) = (Arc::clone(&self.turns), Arc::clone(&self.shared));
        let events = self.events.clone();
        self.running.spawn(async move {
            let start = shared.clock.now();
            let (name, id) = (call.name.clone(), call.invocation_id.clone());
            let (outcome, result) = match tool {
                None => (ToolOutcome::Undefined, ToolResult::undefined(id.as_str())),
                Some(_) if is_overloaded => (
                    ToolOutcome::Overloaded,
                    ToolResult::failed(id.as_str(), "Too many tools are running."),
                ),
                Some(tool) => work(&tool, call, turns, &shared).await,
            };
            let (outcome, result) = if shared.fits(&kind.message(result.clone())) {
                (outcome, result)
            } else {
                let text = "The tool's result is too large.";
                (ToolOutcome::TooLarge, ToolResult::failed(id.as_str(), text))
            };
            // Somebody else may have answered in the meantime, or the session may be over: then there is nothing to say.
            if shared.send(&kind.message(result)).await.is_err() {
                return;
            }
            let run = ToolRun {
                tool: name,
                invocation_id: id,
                outcome,
                took: shared.clock.now().saturating_duration_since(start),
            };
            let _ = events.send(Ok(Event::ToolFinished(run))).await;
        });
    }
}

async fn work(
    tool: &Tool,
    call: ToolCall,
    turns: Arc<Semaphore>,
    shared: &Shared,
) -> (ToolOutcome, ToolResult) {
    let id = call.invocation_id.clone();
    let handler = Arc::clone(&tool.handler);
    // The handler's first part, before it gives a future, is within the guard as well. Its turn ends with it.
    let guarded = AssertUnwindSafe(async move {
        let _turn: Option<OwnedSemaphorePermit> = turns.acquire_owned().await.ok();
        handler(call).await
    })
    .catch_unwind();
    match timeout(&*shared.clock, tool.timeout, guarded).await {
        Ok(Ok(Ok(reply))) => (ToolOutcome::Answered, reply.into_result(&id)),
        Ok(Ok(Err(error))) => (ToolOutcome::Failed, error.into_result(&id)),
        Ok(Err(_panic)) => (
            ToolOutcome::Panicked,
            ToolResult::failed(id, "The tool failed."),
        ),
        Err(_timed_out) => (
            ToolOutcome::TimedOut,
            ToolResult::failed(id, "The tool did not answer in time."),
        ),
    }
}
