//! One run of one tool, and what the agent hears when it goes wrong.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;

use super::set::Entry;
use super::spec::{BadArguments, read};
use super::{CallControl, FunctionCall, ToolAnswer, ToolContext, ToolError, ToolSet, bounded};
use crate::clock::timeout;
use crate::intake::figures::{Figure, IntakeFigures};
use crate::intake::log::emit;
use crate::intake::tenant::TenantConfig;
use crate::intake::{EventCode, IntakeError, Reason};
use crate::observe::log::cut;
use crate::provider::CallId;

/// What stands at the end of an answer that was too long.
const CUT_OFF: &str = " [cut off]";

pub(super) struct Executor {
    pub(super) tools: ToolSet,
    pub(super) call: CallId,
    pub(super) tenant: Arc<TenantConfig>,
    pub(super) control: Arc<dyn CallControl>,
    pub(super) figures: IntakeFigures,
}

/// A run that went wrong: words for the agent, and an error for the log.
struct Failed {
    words: String,
    error: IntakeError,
}

impl Failed {
    fn new(words: impl Into<String>, code: EventCode, reason: Reason) -> Self {
        Self {
            words: words.into(),
            error: IntakeError::new(code, reason),
        }
    }
}

impl Executor {
    pub(super) async fn run(&self, call: FunctionCall) -> ToolAnswer {
        self.count(Figure::ToolRuns);
        let name = call.name.clone();
        match self.attempt(call).await {
            Ok(mut answer) => {
                self.shorten(&mut answer.output);
                answer
            }
            Err(failed) => self.tell(&name, failed),
        }
    }

    /// The agent has called too often.
    pub(super) fn too_many(&self, name: &str) -> ToolAnswer {
        self.count(Figure::ToolRuns);
        let failed = Failed::new(
            "No more tools can be called during this call. Go on without them.",
            EventCode::ToolRoundsExceeded,
            Reason::Other("too_many_rounds".to_owned()),
        );
        self.tell(name, failed)
    }

    async fn attempt(&self, call: FunctionCall) -> Result<ToolAnswer, Failed> {
        let Some(entry) = self.tools.find(&call.name) else {
            return Err(self.no_such_tool());
        };
        let most = self.tools.limits.argument_bytes;
        let arguments =
            read(&call.arguments, most, &entry.validator).map_err(|bad| bad_arguments(&bad))?;
        drop(call.arguments);
        let context = ToolContext::new(
            self.call.clone(),
            call.id,
            Arc::clone(&self.tenant),
            Arc::clone(&self.control),
        );
        self.guard(entry, &arguments, &context).await
    }

    /// The tool is the application's: it may hang, fail or panic, and also when it is dropped.
    async fn guard(
        &self,
        entry: &Entry,
        arguments: &serde_json::Map<String, serde_json::Value>,
        context: &ToolContext,
    ) -> Result<ToolAnswer, Failed> {
        let guarded = AssertUnwindSafe(async {
            let limit = entry.tool.time_limit().unwrap_or(self.tools.limits.time);
            let run = entry.tool.run(arguments, context);
            timeout(&*self.tools.clock, limit, run).await
        });
        match guarded.catch_unwind().await {
            Ok(Ok(Ok(answer))) => Ok(answer),
            Ok(Ok(Err(error))) => {
                let mut failed = failed_run(error.for_agent(), Reason::ToolFailed);
                self.shorten(&mut failed.words);
                Err(Failed {
                    error: failed.error.with("detail", bounded(&error.to_string())),
                    ..failed
                })
            }
            Ok(Err(late)) => {
                let words = "The tool took too long. Say so, and offer another way.";
                let failed = failed_run(words, Reason::Timeout);
                let limit = u64::try_from(late.0.as_millis()).unwrap_or(u64::MAX);
                Err(Failed {
                    error: failed.error.with("limit_ms", limit.to_string()),
                    ..failed
                })
            }
            Err(_) => Err(failed_run(ToolError::new("").for_agent(), Reason::Panicked)),
        }
    }

    fn no_such_tool(&self) -> Failed {
        let names: Vec<&str> = self.tools.names().collect();
        let words = match names.is_empty() {
            true => "There is no such tool; there are none in this call.".to_owned(),
            false => format!("There is no such tool. There are: {}.", names.join(", ")),
        };
        Failed::new(words, EventCode::ToolNotFoundError, Reason::ToolNotFound)
    }

    /// Tells log and figures, and says what the agent hears.
    fn tell(&self, tool_name: &str, failed: Failed) -> ToolAnswer {
        self.count(Figure::ToolFailures);
        let error = failed
            .error
            .of(&self.tenant.tenant_id)
            .with("tool_name", bounded(tool_name));
        emit(error.code(), Some(&error), &[]);
        ToolAnswer::new(failed.words)
    }

    fn count(&self, figure: Figure) {
        self.figures.count(figure, Some(&self.tenant.tenant_id));
    }

    /// Holds a text of the application's to the limit.
    fn shorten(&self, text: &mut String) {
        let most = self.tools.limits.output_bytes;
        if text.len() > most {
            let keep = cut(text, most.saturating_sub(CUT_OFF.len())).len();
            text.truncate(keep);
            text.push_str(cut(CUT_OFF, most));
        }
    }
}

fn failed_run(words: &str, reason: Reason) -> Failed {
    Failed::new(words, EventCode::ToolExecutionError, reason)
}

fn bad_arguments(bad: &BadArguments) -> Failed {
    let code = EventCode::ToolArgsParseError;
    match bad {
        BadArguments::NotJson => {
            let words = "The arguments are not valid JSON. Call again with a JSON object.";
            Failed::new(words, code, Reason::ArgumentsNotJson)
        }
        BadArguments::NoObject => {
            let words = "The arguments are not a JSON object. Call again with one.";
            Failed::new(words, code, Reason::ArgumentsInvalid)
        }
        BadArguments::TooLong => {
            let words = "The arguments are too long. Call again with shorter ones.";
            Failed::new(words, code, Reason::ArgumentsInvalid)
        }
        BadArguments::Invalid(problems) => {
            let words =
                format!("The arguments do not fit: {problems}. Correct them and call again.");
            let failed = Failed::new(words, code, Reason::ArgumentsInvalid);
            Failed {
                error: failed.error.with("problems", problems),
                ..failed
            }
        }
    }
}
