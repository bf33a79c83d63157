//! [`AfterCall`]: what follows a call: a summary, a bill, a record.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::future::join_all;
use serde_json::json;

use super::part::part;
use crate::clock::Clock;
use crate::error::Error;
use crate::ident::MaskedE164;
use crate::intake::code::EventCode;
use crate::intake::instructions::InstructionOrigin;
use crate::intake::log::emit;
use crate::intake::session::CallEnd;
use crate::intake::tenant::TenantConfig;

/// What follows a call. Several run side by side, each with a time limit; one that fails or panics is logged as
/// `hook_failed` and troubles nobody else. By then the call's place is free.
#[async_trait]
pub trait AfterCall: fmt::Debug + Send + Sync + 'static {
    /// Its name, for the log.
    fn name(&self) -> &str;

    /// Called once for every call whose session stood.
    ///
    /// # Errors
    /// Whatever went wrong, for the log.
    async fn after_call(&self, call: &FinishedCall) -> Result<(), Error>;
}

/// A call that is over.
#[derive(Debug)]
#[non_exhaustive]
pub struct FinishedCall {
    /// Duration, transcript, usage, and why it ended.
    pub end: CallEnd,
    /// How its tenant wants calls answered.
    pub config: Arc<TenantConfig>,
    /// Who called, masked; unset when no header says so in a form that can be read. Callers can write what they like.
    pub caller: Option<MaskedE164>,
    /// What was dialled, masked.
    pub dialled: Option<MaskedE164>,
    /// Where its texts came from.
    pub texts: InstructionOrigin,
    /// Turns of the transcript that were beyond the bound and are not in it.
    pub turns_dropped: u64,
    /// Whether it was handed on.
    pub handed_on: HandedOn,
}

/// Whether a call was handed on.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum HandedOn {
    /// It was not.
    No,
    /// The provider took the order to hand it on to this destination of the tenant's configuration.
    To(String),
}

/// Runs all hooks and waits for the last.
pub(super) async fn run_hooks(
    hooks: &[Arc<dyn AfterCall>],
    clock: &dyn Clock,
    limit: Duration,
    call: &FinishedCall,
) {
    let runs = hooks.iter().map(|hook| async move {
        if let Err(error) = part(clock, limit, "the hook", || hook.after_call(call)).await {
            let name = super::part::calm(|| hook.name().to_owned()).unwrap_or_default();
            emit(
                EventCode::HookFailed,
                None,
                &[("hook", json!(name)), ("cause", json!(error.to_string()))],
            );
        }
    });
    join_all(runs).await;
}
