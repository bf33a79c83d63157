//! The application's part: everything that has to be written to answer calls, but for the tools.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use openai_calls::OpenAiClient;
use openai_calls::sideband::{SidebandOptions, SidebandSessions};
use openai_calls::webhooks::OpenAiWebhooks;
use voice_core::error::Error;
use voice_core::intake::dialled::DialledNumber;
use voice_core::intake::instructions::{InstructionResolver, InstructionStore};
use voice_core::intake::tenant::{TenantDirectory, TenantResolver};
use voice_core::intake::tools::ToolRegistry;
use voice_core::intake::{AfterCall, EndReason, FinishedCall, HandedOn, Intake};

use super::{Stores, Story};

/// What the service is made of, beside OpenAI.
#[derive(Debug)]
pub struct Service {
    /// Whose number it is, and how they want calls answered.
    pub directory: Arc<dyn TenantDirectory>,
    /// What agents say first and are told to be.
    pub texts: Arc<dyn InstructionStore>,
    /// What agents can do.
    pub tools: ToolRegistry,
    /// What several processes share.
    pub stores: Stores,
    /// Calls at once.
    pub max_calls: u32,
    /// What follows a call.
    pub finished: Finished,
}

/// Puts the service together. On a real account `client` is `OpenAiClient::from_env()?`, `webhooks` is
/// `OpenAiWebhooks::from_env()?`, and nothing else changes.
///
/// # Errors
/// When a setting is wrong.
pub fn service(
    client: &OpenAiClient,
    webhooks: OpenAiWebhooks,
    service: Service,
) -> Result<Intake, Error> {
    let sessions = SidebandSessions::new(SidebandOptions::of(client));
    // Nothing is kept here, so that an outage shows at once. The defaults keep texts for 5 minutes, and for a day to
    // fall back to.
    let texts = InstructionResolver::builder(service.texts)
        .fresh_for(Duration::ZERO)
        .stale_for(Duration::ZERO)
        .build();
    Intake::builder(
        Arc::new(webhooks),
        Arc::new(client.clone()),
        Arc::new(sessions),
        TenantResolver::new(DialledNumber::new(), service.directory),
        texts,
    )
    .tools(service.tools)
    .dedup(service.stores.dedup)
    .capacity(service.stores.capacity)
    .max_calls(service.max_calls)
    .after_call(service.finished)
    .build()
}

/// What follows a call: a line about it. Where a summary would be written and a bill.
#[derive(Clone)]
pub struct Finished {
    story: Story,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Finished {
    /// Tells each line to `story`.
    #[must_use]
    pub fn new(story: &Story) -> Self {
        Self {
            story: story.clone(),
            lines: Arc::default(),
        }
    }

    /// The lines so far.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        self.lines
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

#[async_trait]
impl AfterCall for Finished {
    fn name(&self) -> &str {
        "finished"
    }

    async fn after_call(&self, call: &FinishedCall) -> Result<(), Error> {
        let end = &call.end;
        let why = match (&call.handed_on, &end.reason) {
            (HandedOn::To(destination), _) => format!("handed on to {destination}"),
            (_, EndReason::CallEnded) => "the call ended".to_owned(),
            (_, EndReason::Closed) => "closed from here".to_owned(),
            (_, reason) => format!("{reason:?}"),
        };
        let line = format!(
            "over: {}, {} turns, {} tokens written, {} texts, {why}",
            end.tenant,
            end.transcript.len(),
            end.usage.output_tokens,
            call.texts.as_str(),
        );
        self.story.say(&line);
        self.lines
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(line);
        Ok(())
    }
}

impl fmt::Debug for Finished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Finished").finish_non_exhaustive()
    }
}
