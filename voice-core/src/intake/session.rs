//! The agent's side of a taken call, as the pipeline sees it.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use serde_json::{Map, Value};

use super::tenant::TenantId;
use super::tools::ToolRunner;
use crate::error::Error;
use crate::provider::CallId;

/// Starts sessions on calls that were taken.
#[async_trait]
pub trait CallSessions: fmt::Debug + Send + Sync + 'static {
    /// Attaches to the call, asks for the greeting, and serves tools from then on. Returns when attached.
    ///
    /// # Errors
    /// The provider's; the pipeline hangs the call up.
    async fn start(&self, start: SessionStart) -> Result<Box<dyn LiveCall>, Error>;
}

/// What a session begins with.
#[derive(Clone)]
#[non_exhaustive]
pub struct SessionStart {
    /// The call.
    pub call: CallId,
    /// Whose call it is.
    pub tenant: TenantId,
    /// What the agent says first; nothing when unset, and the agent waits for the caller.
    pub greeting: Option<String>,
    /// Answers the agent's function calls.
    pub tools: Arc<dyn ToolRunner>,
}

impl SessionStart {
    /// A session on `call` of `tenant` without a greeting.
    #[must_use]
    pub fn new(call: CallId, tenant: TenantId, tools: Arc<dyn ToolRunner>) -> Self {
        Self {
            call,
            tenant,
            greeting: None,
            tools,
        }
    }
}

/// The greeting's text is not shown.
impl fmt::Debug for SessionStart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionStart")
            .field("call", &self.call)
            .field("tenant", &self.tenant)
            .field("greeting_bytes", &self.greeting.as_ref().map(String::len))
            .finish_non_exhaustive()
    }
}

/// A session that stands. Dropping it closes it.
#[async_trait]
pub trait LiveCall: fmt::Debug + Send {
    /// The next thing that happens; after [`SessionEvent::Ended`] always that again. Cancel-safe. While a broken connection
    /// is being restored it waits.
    async fn next(&mut self) -> SessionEvent;

    /// Closes the session, without a word to the provider about the call itself.
    async fn close(&mut self);
}

/// What happens in a session.
#[derive(Debug)]
#[non_exhaustive]
pub enum SessionEvent {
    /// Something was said.
    Transcript(TranscriptTurn),
    /// Something was used.
    Usage(Usage),
    /// The session is over.
    Ended(EndReason),
}

/// Why a session ended.
#[derive(Debug)]
#[non_exhaustive]
pub enum EndReason {
    /// The call is over.
    CallEnded,
    /// It was closed from this side.
    Closed,
    /// It broke and could not be restored; the call may still stand.
    Lost(Error),
}

/// What was said, once it was said in full.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TranscriptTurn {
    /// Who spoke.
    pub speaker: Speaker,
    /// The words.
    pub text: String,
}

impl TranscriptTurn {
    /// Words of `speaker`.
    pub fn new(speaker: Speaker, text: impl Into<String>) -> Self {
        Self {
            speaker,
            text: text.into(),
        }
    }
}

/// The words are personal.
impl fmt::Debug for TranscriptTurn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TranscriptTurn")
            .field("speaker", &self.speaker)
            .field("text_bytes", &self.text.len())
            .finish()
    }
}

/// Who spoke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Speaker {
    /// The person.
    Caller,
    /// The agent.
    Agent,
}

/// What a call has used. Parts of one call are added up.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Usage {
    /// Tokens read by the model.
    pub input_tokens: u64,
    /// Tokens written by the model.
    pub output_tokens: u64,
    /// Answers of the model.
    pub responses: u64,
    /// Whatever else the provider counts, of the last part that came with it, in its own spelling.
    pub extra: Map<String, Value>,
}

impl Usage {
    /// Adds a part.
    pub fn add(&mut self, part: &Self) {
        self.input_tokens = self.input_tokens.saturating_add(part.input_tokens);
        self.output_tokens = self.output_tokens.saturating_add(part.output_tokens);
        self.responses = self.responses.saturating_add(part.responses);
        for (name, value) in &part.extra {
            self.extra.insert(name.clone(), value.clone());
        }
    }
}

/// A call that is over, for what follows it.
#[derive(Debug)]
#[non_exhaustive]
pub struct CallEnd {
    /// The call.
    pub call: CallId,
    /// Whose call it was.
    pub tenant: TenantId,
    /// How long it lasted, from being taken.
    pub duration: std::time::Duration,
    /// What was said, in order.
    pub transcript: Vec<TranscriptTurn>,
    /// What it used.
    pub usage: Usage,
    /// Why it ended.
    pub reason: EndReason,
}

impl CallEnd {
    /// The end of a call.
    #[must_use]
    pub fn new(
        call: CallId,
        tenant: TenantId,
        duration: std::time::Duration,
        transcript: Vec<TranscriptTurn>,
        usage: Usage,
        reason: EndReason,
    ) -> Self {
        Self {
            call,
            tenant,
            duration,
            transcript,
            usage,
            reason,
        }
    }
}
