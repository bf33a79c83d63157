//! Runs functions: at most so many at a time, each answered once.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use voice_core::error::ErrorKind;

use super::super::SidebandOptions;
use super::super::core::Core;
use super::super::functions::{AfterAnswer, AnswerFunctions, FunctionAnswer, FunctionRequest};
use crate::events::{ClientEvent, FunctionCallId};

/// Functions that run at a time.
const AT_ONCE: usize = 8;
/// Function calls that run or wait for their turn.
const AT_MOST: usize = 128;

const FAILED: &str = "The function failed. Say so, and offer another way.";
const TOO_LARGE: &str =
    "The function's result is too large. Say that it failed, and offer another way.";
const OVERLOADED: &str = "Too many functions are running. Wait for their results.";

/// Runs the functions of one sideband. Dropping it drops them.
pub(super) struct Runner {
    functions: Option<Arc<dyn AnswerFunctions>>,
    running: JoinSet<()>,
    turns: Arc<Semaphore>,
    core: Arc<Core>,
}

impl Runner {
    pub(super) fn new(core: &Arc<Core>, options: &SidebandOptions) -> Self {
        Self {
            functions: options.functions.clone(),
            running: JoinSet::new(),
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            core: Arc::clone(core),
        }
    }

    /// Runs a function beside everything else, unless its call came before. A call without an id cannot be answered.
    pub(super) fn start(
        &mut self,
        response: &str,
        id: Option<&FunctionCallId>,
        name: Option<&str>,
        arguments: &str,
    ) {
        while self.running.try_join_next().is_some() {}
        let (Some(functions), Some(id)) = (&self.functions, id) else {
            return;
        };
        if !self
            .core
            .rounds(|rounds| rounds.called(response, id.as_str()))
        {
            return;
        }
        let call = FunctionRequest::new(id.clone(), name.unwrap_or_default(), arguments);
        let functions = (self.running.len() < AT_MOST).then(|| Arc::clone(functions));
        let (turns, core) = (Arc::clone(&self.turns), Arc::clone(&self.core));
        let response = response.to_owned();
        self.running.spawn(async move {
            let id = call.id.clone();
            let answer = match functions {
                None => FunctionAnswer::new(OVERLOADED),
                Some(functions) => {
                    let _turn = turns.acquire_owned().await;
                    AssertUnwindSafe(async { functions.answer(call).await })
                        .catch_unwind()
                        .await
                        .unwrap_or_else(|_panic| FunctionAnswer::new(FAILED))
                }
            };
            if let Some(then) = send(&core, &id, answer).await {
                core.answered(&response, then);
            }
        });
    }
}

/// Queues the one output of a call. `None` when the sideband is over.
async fn send(core: &Core, id: &FunctionCallId, answer: FunctionAnswer) -> Option<AfterAnswer> {
    let output = ClientEvent::function_output(id.clone(), answer.output);
    match core.outbox.send(output).await {
        Ok(_) => Some(answer.then),
        Err(error) if error.kind() == ErrorKind::InvalidInput => {
            let output = ClientEvent::function_output(id.clone(), TOO_LARGE);
            core.outbox.send(output).await.ok()?;
            Some(answer.then)
        }
        Err(_) => None,
    }
}
