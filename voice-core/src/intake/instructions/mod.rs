//! What the agent says first and what it is told to be, by pointer, with something to fall back to.
//!
//! An [`InstructionStore`] keeps the texts: [`MemoryInstructions`], [`PromptInstructions`] over any prompt service,
//! [`CachedTexts`] in front of a slow one, or your own database by two methods. The [`InstructionResolver`] asks it for a
//! call's texts and keeps them.

mod cache;
mod cached_texts;
mod fault;
mod fetch;
mod flight;
mod memory;
mod prompts;
mod resolver;
#[cfg(test)]
mod resolver_tests;
mod store;

pub use cached_texts::CachedTexts;
pub use memory::{MemoryInstructions, StoreTrouble};
pub use prompts::{InstructionStates, PromptInstructions};
pub use resolver::{
    DOWNTIME_GREETING, DOWNTIME_PROMPT, InstructionResolver, InstructionResolverBuilder,
    ResolvedInstructions,
};
pub use store::{InstructionPointers, InstructionState, InstructionStore, PromptKind};

use std::fmt;

/// The texts of one call.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Instructions {
    /// What the agent says first.
    pub greeting: String,
    /// What it is told to be.
    pub prompt: String,
    /// Where they come from.
    pub origin: InstructionOrigin,
}

impl Instructions {
    /// Texts and where they come from.
    pub fn new(
        greeting: impl Into<String>,
        prompt: impl Into<String>,
        origin: InstructionOrigin,
    ) -> Self {
        Self {
            greeting: greeting.into(),
            prompt: prompt.into(),
            origin,
        }
    }
}

/// The texts are not shown.
impl fmt::Debug for Instructions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Instructions")
            .field("greeting_bytes", &self.greeting.len())
            .field("prompt_bytes", &self.prompt.len())
            .field("origin", &self.origin)
            .finish()
    }
}

/// Where the texts of a call come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum InstructionOrigin {
    /// From the store, as the tenant has them now.
    Active,
    /// From the cache, past their time, because the store failed.
    Stale,
    /// The tenant's safe texts, because the store failed.
    Safe,
    /// The texts for an outage, because the store failed and nothing of the tenant's is at hand.
    Downtime,
}

impl InstructionOrigin {
    /// `active`, `stale`, `safe`, `downtime`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Stale => "stale",
            Self::Safe => "safe",
            Self::Downtime => "downtime",
        }
    }

    /// Whether something else than the tenant's own current texts is used.
    #[must_use]
    pub const fn is_fallback(self) -> bool {
        matches!(self, Self::Safe | Self::Downtime)
    }
}
