//! Agents: the one to be created, the one that exists.

use voice_core::client::Operation;
use voice_core::error::Error;
use voice_core::ident::AgentName;
use voice_core::provider::AgentId;

use super::{CallTemplate, TemplateSpec};
use crate::check::Problems;
use crate::types::UvTime;

/// An agent to be created.
///
/// ```
/// use ultravox_client::agents::{NewAgent, TemplateSpec};
/// use voice_core::ident::AgentName;
///
/// let agent = NewAgent::new(
///     AgentName::parse("Front desk")?,
///     TemplateSpec::new("You answer the phone of {{company}}.").voice("Mark").temperature(0.3),
/// );
/// # Ok::<(), voice_core::ident::IdentError>(())
/// ```
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NewAgent {
    /// Its name, 1 to 64 characters. Names need not be unique.
    pub name: AgentName,
    /// The settings of its calls.
    pub call_template: TemplateSpec,
}

impl NewAgent {
    /// An agent with a name and settings.
    #[must_use]
    pub fn new(name: AgentName, call_template: TemplateSpec) -> Self {
        Self {
            name,
            call_template,
        }
    }

    pub(super) fn check(&self, operation: &Operation) -> Result<(), Error> {
        let template = &self.call_template;
        let mut inner = template.problems();
        inner.rule(
            template.voice_overrides.is_some() && template.voice.is_none(),
            "voiceOverrides",
            "is valid only together with voice",
        );
        let mut problems = Problems::default();
        problems.within("callTemplate", inner);
        problems.finish(operation)
    }
}

model! {
    /// An agent as Ultravox knows it.
    response Agent {
        /// Its id; see also [`id`](Self::id).
        agent_id: AgentId => "agentId",
        /// The revision that calls use.
        published_revision_id: String => "publishedRevisionId",
        /// Its name.
        name: String => "name",
        /// When it was created.
        created: UvTime => "created",
        /// The settings of its calls.
        call_template: Box<CallTemplate> => "callTemplate",
        /// Figures.
        statistics: AgentStatistics => "statistics",
    }
}

impl Agent {
    /// Its id.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`](voice_core::error::ErrorKind::Decode) for an answer without one, which the API does not give.
    pub fn id(&self) -> Result<&AgentId, Error> {
        self.agent_id
            .as_ref()
            .ok_or_else(|| crate::missing("agents", "agentId"))
    }

    /// Its prompt.
    #[must_use]
    pub fn prompt(&self) -> Option<&str> {
        self.call_template.as_ref()?.system_prompt.as_deref()
    }
}

model! {
    /// Figures of an agent.
    response AgentStatistics {
        /// How many calls it had.
        calls: u64 => "calls",
    }
}

model! {
    /// The agent of a call, in short.
    response AgentSummary {
        /// Its id.
        agent_id: AgentId => "agentId",
        /// Its name.
        name: String => "name",
    }
}
