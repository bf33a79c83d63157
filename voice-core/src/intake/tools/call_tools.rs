//! [`CallTools`]: answers the agent's function calls, each exactly once.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use tracing::{Instrument, Span};

use super::control::Careful;
use super::execute::Executor;
use super::{CallControl, FunctionCall, ToolAnswer, ToolRunner, ToolSet};
use crate::intake::figures::IntakeFigures;
use crate::intake::log::call_span;
use crate::intake::tenant::TenantConfig;
use crate::provider::CallId;

/// Answers the agent's function calls during one telephone call.
///
/// It never fails: whatever goes wrong is told to the agent in words it can use, to the log with what is behind it, and
/// counted. The same function call's id gets the same answer, however often it comes, and also while the first run is
/// still under way: nothing is done twice.
pub struct CallTools {
    executor: Arc<Executor>,
    ledger: Mutex<Ledger>,
    span: Span,
}

#[derive(Default)]
struct Ledger {
    /// As many as there are rounds, at most. Whoever waits for an answer drives it.
    answers: HashMap<String, Shared<BoxFuture<'static, ToolAnswer>>>,
    rounds: u32,
}

impl CallTools {
    /// `tools` for one call of a tenant.
    #[must_use]
    pub fn new(
        tools: ToolSet,
        call: CallId,
        tenant: Arc<TenantConfig>,
        control: Arc<dyn CallControl>,
        figures: &IntakeFigures,
    ) -> Self {
        // Whoever runs the session may do so in a task outside the span of the call.
        let span = call_span(Some(&tenant.tenant_id), Some(&call));
        Self {
            executor: Arc::new(Executor {
                tools,
                call,
                tenant,
                control: Arc::new(Careful::new(control)),
                figures: figures.clone(),
            }),
            ledger: Mutex::default(),
            span,
        }
    }

    /// The tools.
    #[must_use]
    pub fn tools(&self) -> &ToolSet {
        &self.executor.tools
    }

    /// The answer that is there or under way for this id, or a new one; `None` when there were too many.
    fn answer(&self, call: FunctionCall) -> Option<Shared<BoxFuture<'static, ToolAnswer>>> {
        let mut ledger = self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = ledger.answers.get(&call.id) {
            return Some(answer.clone());
        }
        if ledger.rounds >= self.executor.tools.limits.rounds {
            return None;
        }
        ledger.rounds += 1;
        let id = call.id.clone();
        let executor = Arc::clone(&self.executor);
        let run = async move { executor.run(call).await };
        let answer = run.instrument(self.span.clone()).boxed().shared();
        // Two calls without an id are two calls.
        if !id.is_empty() {
            ledger.answers.insert(id, answer.clone());
        }
        Some(answer)
    }
}

#[async_trait]
impl ToolRunner for CallTools {
    async fn run(&self, call: FunctionCall) -> ToolAnswer {
        let name = call.name.clone();
        match self.answer(call) {
            Some(answer) => answer.await,
            None => self.span.in_scope(|| self.executor.too_many(&name)),
        }
    }
}

impl fmt::Debug for CallTools {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallTools")
            .field("call", &self.executor.call)
            .field("tools", &self.executor.tools)
            .finish_non_exhaustive()
    }
}
