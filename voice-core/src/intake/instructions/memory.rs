//! [`MemoryInstructions`]: texts in this process, for tests, examples and small installations.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::{InstructionPointers, InstructionState, InstructionStore, PromptKind};
use crate::error::{Delivery, Error, ErrorKind};
use crate::intake::tenant::TenantId;

/// Keeps states and texts in this process. It can be told to fail, so that an outage can be rehearsed.
#[derive(Default)]
pub struct MemoryInstructions {
    kept: Mutex<Kept>,
    reads: AtomicU64,
}

#[derive(Default)]
struct Kept {
    states: BTreeMap<TenantId, InstructionState>,
    texts: HashMap<(TenantId, PromptKind, String), String>,
    trouble: StoreTrouble,
}

/// What a [`MemoryInstructions`] does when it is asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreTrouble {
    /// It answers.
    #[default]
    None,
    /// It says that it cannot be reached.
    Down,
    /// It never answers.
    Hangs,
    /// It gives states and says that it cannot read texts.
    NoTexts,
}

impl MemoryInstructions {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets what the tenant points at.
    pub fn set_state(&self, tenant: &TenantId, state: InstructionState) {
        self.lock().states.insert(tenant.clone(), state);
    }

    /// Removes what the tenant points at.
    pub fn remove_state(&self, tenant: &TenantId) {
        self.lock().states.remove(tenant);
    }

    /// Sets one text.
    pub fn set_text(
        &self,
        tenant: &TenantId,
        kind: PromptKind,
        id: impl Into<String>,
        text: impl Into<String>,
    ) {
        let key = (tenant.clone(), kind, id.into());
        self.lock().texts.insert(key, text.into());
    }

    /// Removes one text.
    pub fn remove_text(&self, tenant: &TenantId, kind: PromptKind, id: &str) {
        let key = (tenant.clone(), kind, id.to_owned());
        self.lock().texts.remove(&key);
    }

    /// Sets the two texts in use, under the ids `greeting` and `instruction`, and a state that points at them. Safe
    /// texts of the tenant stay.
    pub fn set_texts(
        &self,
        tenant: &TenantId,
        greeting: impl Into<String>,
        prompt: impl Into<String>,
    ) {
        let pointers = self.set_pair(tenant, "", greeting.into(), prompt.into());
        let mut kept = self.lock();
        match kept.states.get_mut(tenant) {
            Some(state) => state.active = pointers,
            None => {
                let state = InstructionState::new(pointers);
                kept.states.insert(tenant.clone(), state);
            }
        }
    }

    /// Sets the two safe texts, under the ids `safe-greeting` and `safe-instruction`, and has the tenant's state, if
    /// there is one, point at them.
    pub fn set_safe_texts(
        &self,
        tenant: &TenantId,
        greeting: impl Into<String>,
        prompt: impl Into<String>,
    ) {
        let pointers = self.set_pair(tenant, "safe-", greeting.into(), prompt.into());
        if let Some(state) = self.lock().states.get_mut(tenant) {
            state.safe = Some(pointers);
        }
    }

    /// What it does from now on when it is asked.
    pub fn trouble(&self, trouble: StoreTrouble) {
        self.lock().trouble = trouble;
    }

    /// How often it was asked, for a state or a text.
    #[must_use]
    pub fn reads(&self) -> u64 {
        self.reads.load(Ordering::Relaxed)
    }

    fn set_pair(
        &self,
        tenant: &TenantId,
        prefix: &str,
        greeting: String,
        prompt: String,
    ) -> InstructionPointers {
        let pointers =
            InstructionPointers::new(format!("{prefix}greeting"), format!("{prefix}instruction"));
        let InstructionPointers {
            greeting_id,
            instruction_id,
        } = &pointers;
        self.set_text(tenant, PromptKind::Greeting, greeting_id, greeting);
        self.set_text(tenant, PromptKind::Instruction, instruction_id, prompt);
        pointers
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn suffer(&self, texts: bool) -> Result<(), Error> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        let trouble = self.lock().trouble;
        match trouble {
            StoreTrouble::NoTexts if !texts => Ok(()),
            StoreTrouble::None => Ok(()),
            StoreTrouble::Down | StoreTrouble::NoTexts => {
                let error = Error::new(ErrorKind::Connect, "the store cannot be reached");
                Err(error.with_delivery(Delivery::NotSent))
            }
            StoreTrouble::Hangs => std::future::pending().await,
        }
    }
}

#[async_trait]
impl InstructionStore for MemoryInstructions {
    async fn state(&self, tenant: &TenantId) -> Result<Option<InstructionState>, Error> {
        self.suffer(false).await?;
        Ok(self.lock().states.get(tenant).cloned())
    }

    async fn text(
        &self,
        tenant: &TenantId,
        kind: PromptKind,
        id: &str,
    ) -> Result<Option<String>, Error> {
        self.suffer(true).await?;
        let key = (tenant.clone(), kind, id.to_owned());
        Ok(self.lock().texts.get(&key).cloned())
    }
}

/// The texts are not shown.
impl fmt::Debug for MemoryInstructions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kept = self.lock();
        f.debug_struct("MemoryInstructions")
            .field("states", &kept.states.len())
            .field("texts", &kept.texts.len())
            .field("trouble", &kept.trouble)
            .finish()
    }
}
