//! [`ToolSet`]: the tools of one call.

use std::fmt;
use std::sync::Arc;

use jsonschema::Validator;

use super::{CallControl, CallTools, Tool, ToolLimits};
use crate::clock::{SharedClock, SystemClock};
use crate::intake::figures::IntakeFigures;
use crate::intake::tenant::TenantConfig;
use crate::provider::{CallId, ToolChoice, ToolSpec};

/// Tools that were built and checked, each with a name of its own.
pub struct ToolSet {
    entries: Vec<Entry>,
    pub(super) limits: ToolLimits,
    pub(super) clock: SharedClock,
}

pub(super) struct Entry {
    pub(super) tool: Arc<dyn Tool>,
    /// As it was checked: a tool that changes its mind later is not asked again.
    pub(super) spec: ToolSpec,
    pub(super) validator: Validator,
}

impl Default for ToolSet {
    /// No tools.
    fn default() -> Self {
        Self::new(ToolLimits::default(), SystemClock::shared())
    }
}

impl ToolSet {
    pub(super) const fn new(limits: ToolLimits, clock: SharedClock) -> Self {
        Self {
            entries: Vec::new(),
            limits,
            clock,
        }
    }

    pub(super) fn push(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    pub(super) fn find(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.spec.name == name)
    }

    /// The names, in the order in which the tools were built.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.spec.name.as_str())
    }

    /// What the agent is told of the tools, in the order in which they were built.
    #[must_use]
    pub fn specs(&self) -> Vec<ToolSpec> {
        self.entries
            .iter()
            .map(|entry| entry.spec.clone())
            .collect()
    }

    /// How freely the agent may call them: as it sees fit, or never when there are none.
    #[must_use]
    pub fn choice(&self) -> ToolChoice {
        match self.entries.is_empty() {
            true => ToolChoice::None,
            false => ToolChoice::Auto,
        }
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether there is one of this name.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// What answers the agent's function calls during one telephone call.
    #[must_use]
    pub fn for_call(
        self,
        call: CallId,
        tenant: Arc<TenantConfig>,
        control: Arc<dyn CallControl>,
        figures: &IntakeFigures,
    ) -> CallTools {
        CallTools::new(self, call, tenant, control, figures)
    }
}

impl fmt::Debug for ToolSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolSet")
            .field("names", &self.names().collect::<Vec<_>>())
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}
