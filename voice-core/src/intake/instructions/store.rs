//! [`InstructionStore`]: where the texts are kept.

use std::fmt;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::intake::tenant::TenantId;

/// Keeps what each tenant's agent says and is told, by pointer.
#[async_trait]
pub trait InstructionStore: fmt::Debug + Send + Sync + 'static {
    /// What the tenant points at now; `None` when it has no state.
    ///
    /// # Errors
    /// Whatever keeps the store from saying so. A store that answers that there is nothing says `None`.
    async fn state(&self, tenant: &TenantId) -> Result<Option<InstructionState>, Error>;

    /// A text by its id; `None` when there is none.
    ///
    /// # Errors
    /// Whatever keeps the store from saying so.
    async fn text(
        &self,
        tenant: &TenantId,
        kind: PromptKind,
        id: &str,
    ) -> Result<Option<String>, Error>;
}

/// What a tenant points at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct InstructionState {
    /// What is in use.
    pub active: InstructionPointers,
    /// What to use when the store fails: short, tried, never wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub safe: Option<InstructionPointers>,
    /// What was in use before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<InstructionPointers>,
}

impl InstructionState {
    /// Only what is in use.
    #[must_use]
    pub fn new(active: InstructionPointers) -> Self {
        Self {
            active,
            safe: None,
            previous: None,
        }
    }
}

/// A pair of texts, by id.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct InstructionPointers {
    /// Of what the agent says first.
    pub greeting_id: String,
    /// Of what it is told to be.
    pub instruction_id: String,
}

impl InstructionPointers {
    /// A pair.
    pub fn new(greeting_id: impl Into<String>, instruction_id: impl Into<String>) -> Self {
        Self {
            greeting_id: greeting_id.into(),
            instruction_id: instruction_id.into(),
        }
    }
}

/// Which of the two texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PromptKind {
    /// What the agent says first.
    Greeting,
    /// What it is told to be.
    Instruction,
}
