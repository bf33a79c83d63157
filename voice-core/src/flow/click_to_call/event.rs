//! One log event for each thing the handler decides.

use std::fmt;

use super::{ClickId, Outcome, Refusal, Step};
use crate::provider::{CallId, CallStatus};

/// What the handler decided on one request. [`Display`](fmt::Display) is one line without any number.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClickEvent {
    /// At which step.
    pub step: Step,
    /// The click-to-call, if its token was good.
    pub click: Option<ClickId>,
    /// The call the request named.
    pub call: Option<CallId>,
    /// What was decided.
    pub news: ClickNews,
}

/// What was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClickNews {
    /// The agent was asked to press a key.
    Asked,
    /// The provider was told to dial the lead.
    LeadDialled,
    /// A request that came before was answered as before.
    Repeated,
    /// A report was taken.
    Progress(CallStatus),
    /// A report came twice or too late.
    Stale,
    /// The provider asked the fallback route and got the earlier answer.
    Recovered,
    /// It is over.
    Over(Outcome),
    /// Refused. In words, what failed, if that is known: bounded, and without secrets and numbers.
    Refused(Refusal, Option<String>),
}

impl fmt::Display for ClickEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "click-to-call {}: ", self.step)?;
        match &self.news {
            ClickNews::Asked => f.write_str("the agent is asked for a key")?,
            ClickNews::LeadDialled => f.write_str("the lead is dialled")?,
            ClickNews::Repeated => f.write_str("asked again, answered as before")?,
            ClickNews::Progress(status) => write!(f, "agent {status}")?,
            ClickNews::Stale => f.write_str("a report that came twice or late")?,
            ClickNews::Recovered => f.write_str("recovered by the fallback")?,
            ClickNews::Over(outcome) => write!(f, "over, {outcome}")?,
            ClickNews::Refused(refusal, Some(detail)) => {
                write!(f, "refused, {refusal}: {detail}")?;
            }
            ClickNews::Refused(refusal, None) => write!(f, "refused, {refusal}")?,
        }
        if let Some(call) = &self.call {
            write!(f, " ({call})")?;
        }
        Ok(())
    }
}

impl ClickEvent {
    /// A decision at a step.
    #[must_use]
    pub fn new(step: Step, click: Option<ClickId>, call: Option<CallId>, news: ClickNews) -> Self {
        Self {
            step,
            click,
            call,
            news,
        }
    }

    /// Writes the event to the log: refusals as warnings, the rest as information.
    pub fn log(&self) {
        let (call, step) = (self.call.as_ref().map(CallId::as_str), self.step.as_str());
        match &self.news {
            ClickNews::Refused(refusal, _) => {
                tracing::warn!(target: "voice_core", call, step, reason = %refusal, "{self}");
            }
            ClickNews::Over(outcome) => {
                tracing::info!(target: "voice_core", call, step, reason = %outcome, "{self}");
            }
            _ => tracing::info!(target: "voice_core", call, step, "{self}"),
        }
    }
}
