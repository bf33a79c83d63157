//! Asking the store, and what to do with each answer.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::join;

use super::cache::Cache;
use super::fault::{Fault, Refusal};
use super::{
    InstructionOrigin, InstructionPointers, InstructionState, InstructionStore, Instructions,
    PromptKind,
};
use crate::clock::{SharedClock, timeout};
use crate::error::{Error, ErrorKind};
use crate::intake::tenant::TenantId;

pub(super) struct Fetch {
    pub(super) store: Arc<dyn InstructionStore>,
    pub(super) cache: Cache,
    pub(super) limit: Duration,
    pub(super) clock: SharedClock,
}

/// What everybody who waited is told.
#[derive(Clone)]
pub(super) enum Fetched {
    Active(Arc<Instructions>),
    Refused(Arc<Refusal>),
    Down {
        fault: Arc<Fault>,
        /// The tenant's own texts to fall back to.
        instead: Option<Arc<Instructions>>,
    },
}

/// What the store said.
pub(super) enum Asked {
    Active {
        texts: Arc<Instructions>,
        safe: Safe,
    },
    Refused {
        refusal: Refusal,
        safe: Safe,
    },
    Down {
        fault: Fault,
        safe: Safe,
    },
}

/// What became of the safe texts while the active ones were read.
pub(super) enum Safe {
    /// There are none.
    Unset,
    /// They are in the cache already, or could not be read this time.
    Kept,
    Read(InstructionPointers, Arc<Instructions>),
}

/// Why a text, or one of a pair, is not there.
enum Lack {
    Missing(Refusal),
    Down(Fault),
}

impl Fetch {
    /// Asks for the state, and for the texts it points at. Safe texts are read along the way, for later.
    pub(super) async fn ask(&self, tenant: &TenantId) -> Asked {
        let state = match self.state(tenant).await {
            Ok(state) => state,
            Err(Lack::Missing(refusal)) => {
                let safe = Safe::Unset;
                return Asked::Refused { refusal, safe };
            }
            Err(Lack::Down(fault)) => {
                let safe = Safe::Kept;
                return Asked::Down { fault, safe };
            }
        };
        let active = self.pair(tenant, &state.active, InstructionOrigin::Active);
        let (active, safe) = join(active, self.look_after(tenant, state.safe.as_ref())).await;
        match active {
            Ok(texts) => Asked::Active { texts, safe },
            Err(Lack::Missing(refusal)) => Asked::Refused { refusal, safe },
            Err(Lack::Down(fault)) => Asked::Down { fault, safe },
        }
    }

    /// Keeps what the store said. Only for a question that still stands.
    pub(super) fn keep(&self, tenant: &TenantId, asked: &Asked) {
        match asked {
            Asked::Active { texts, safe } => {
                self.cache.put_active(tenant, texts);
                self.keep_safe(tenant, safe);
            }
            // What the store says is gone must not come back in the next outage.
            Asked::Refused { safe, .. } => {
                self.cache.drop_active(tenant);
                self.keep_safe(tenant, safe);
            }
            Asked::Down { safe, .. } => self.keep_safe(tenant, safe),
        }
    }

    fn keep_safe(&self, tenant: &TenantId, safe: &Safe) {
        match safe {
            Safe::Unset => self.cache.drop_safe(tenant),
            Safe::Kept => {}
            Safe::Read(pointers, texts) => self.cache.put_safe(tenant, pointers, texts),
        }
    }

    /// What those who wait are told: in an outage, the best there is of the tenant's own.
    pub(super) fn settle(&self, tenant: &TenantId, asked: Asked) -> Fetched {
        match asked {
            Asked::Active { texts, .. } => Fetched::Active(texts),
            Asked::Refused { refusal, .. } => Fetched::Refused(Arc::new(refusal)),
            Asked::Down { fault, safe } => {
                let safe = || match safe {
                    Safe::Read(_, texts) => Some(texts),
                    Safe::Unset | Safe::Kept => self.cache.safe(tenant),
                };
                Fetched::Down {
                    fault: Arc::new(fault),
                    instead: self.cache.stale(tenant).or_else(safe),
                }
            }
        }
    }

    async fn look_after(&self, tenant: &TenantId, safe: Option<&InstructionPointers>) -> Safe {
        let Some(pointers) = safe else {
            return Safe::Unset;
        };
        if self.cache.has_safe(tenant, pointers) {
            return Safe::Kept;
        }
        match self.pair(tenant, pointers, InstructionOrigin::Safe).await {
            Ok(texts) => Safe::Read(pointers.clone(), texts),
            Err(_) => Safe::Kept,
        }
    }

    async fn state(&self, tenant: &TenantId) -> Result<InstructionState, Lack> {
        const OPERATION: &str = "fetch_state";
        let state = self.guard(OPERATION, async { self.store.state(tenant).await });
        match state.await {
            Ok(Some(state)) => Ok(state),
            Ok(None) => Err(Lack::Missing(Refusal::no_state())),
            // The document is there and cannot be read: no outage, and waiting mends nothing.
            Err(fault) if fault.kind() == ErrorKind::Decode => {
                Err(Lack::Missing(Refusal::bad_state(fault)))
            }
            Err(fault) => Err(Lack::Down(fault)),
        }
    }

    async fn pair(
        &self,
        tenant: &TenantId,
        pointers: &InstructionPointers,
        origin: InstructionOrigin,
    ) -> Result<Arc<Instructions>, Lack> {
        let greeting = self.text(tenant, pointers, PromptKind::Greeting);
        let prompt = self.text(tenant, pointers, PromptKind::Instruction);
        match join(greeting, prompt).await {
            (Ok(greeting), Ok(prompt)) => Ok(Arc::new(Instructions::new(greeting, prompt, origin))),
            // What is known to be missing is missing, also if the other text could not be read.
            (Err(lack @ Lack::Missing(_)), _) | (_, Err(lack @ Lack::Missing(_))) => Err(lack),
            (Err(lack), _) | (_, Err(lack)) => Err(lack),
        }
    }

    async fn text(
        &self,
        tenant: &TenantId,
        pointers: &InstructionPointers,
        kind: PromptKind,
    ) -> Result<String, Lack> {
        let (operation, id) = match kind {
            PromptKind::Greeting => ("fetch_greeting", &pointers.greeting_id),
            PromptKind::Instruction => ("fetch_instruction", &pointers.instruction_id),
        };
        let text = self.guard(operation, async { self.store.text(tenant, kind, id).await });
        match text.await {
            Ok(Some(text)) if text.trim().is_empty() => {
                Err(Lack::Missing(Refusal::empty(pointers, kind)))
            }
            Ok(Some(text)) => Ok(text),
            Ok(None) => Err(Lack::Missing(Refusal::no_text(pointers, kind))),
            // It is there and cannot be rendered: no outage either.
            Err(fault) if fault.kind() == ErrorKind::InvalidInput => {
                Err(Lack::Missing(Refusal::not_rendered(pointers, kind, fault)))
            }
            Err(fault) => Err(Lack::Down(fault)),
        }
    }

    /// One question to the store, which may hang, fail or panic.
    async fn guard<T>(
        &self,
        operation: &'static str,
        question: impl Future<Output = Result<T, Error>> + Send,
    ) -> Result<T, Fault> {
        let question = AssertUnwindSafe(question).catch_unwind();
        match timeout(&*self.clock, self.limit, question).await {
            Ok(Ok(Ok(answer))) => Ok(answer),
            Ok(Ok(Err(error))) => Err(Fault::of(operation, &error)),
            Ok(Err(_)) => Err(Fault::panicked(operation)),
            Err(late) => Err(Fault::late(operation, late.0)),
        }
    }
}
