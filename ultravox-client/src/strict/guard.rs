//! The profile before a provider of agents.

use async_trait::async_trait;
use voice_core::client::Page;
use voice_core::error::Error;
use voice_core::ident::AgentName;
use voice_core::provider::{
    Agent, AgentChange, AgentId, AgentProvider, AgentSession, AgentSpec, CallKey, ListAgents,
    SessionId, SessionRequest,
};

use super::StrictProfile;

/// A provider of agents behind a [`StrictProfile`]; from [`StrictProfile::guard`].
///
/// Agents, changes and template contexts that break a rule are refused here, with
/// [`Delivery::NotSent`](voice_core::error::Delivery::NotSent). Everything else goes through.
///
/// ```
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// use ultravox_client::strict::StrictProfile;
/// use ultravox_client::testkit::UltravoxSimulator;
/// use voice_core::provider::{AgentProvider, AgentSpec};
///
/// let simulator = UltravoxSimulator::start().await;
/// let agents = StrictProfile::new().guard(simulator.client().build()?);
/// let spec = AgentSpec::new("Réception".parse()?, "x".repeat(10_001));
/// let Err(error) = agents.create_agent(&spec).await else { panic!("refused") };
/// assert_eq!((error.fields().len(), simulator.created_agents()), (2, 0));
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct StrictAgents<P> {
    profile: StrictProfile,
    provider: P,
}

impl<P> StrictAgents<P> {
    pub(super) fn new(profile: StrictProfile, provider: P) -> Self {
        Self { profile, provider }
    }

    /// The provider itself, past the profile.
    #[must_use]
    pub fn into_inner(self) -> P {
        self.provider
    }
}

#[async_trait]
impl<P: AgentProvider> AgentProvider for StrictAgents<P> {
    async fn create_agent(&self, spec: &AgentSpec) -> Result<Agent, Error> {
        self.profile.check_spec(spec)?;
        self.provider.create_agent(spec).await
    }

    async fn get_agent(&self, id: &AgentId) -> Result<Agent, Error> {
        self.provider.get_agent(id).await
    }

    async fn list_agents(&self, request: &ListAgents) -> Result<Page<Agent>, Error> {
        self.provider.list_agents(request).await
    }

    async fn update_agent(&self, id: &AgentId, change: &AgentChange) -> Result<Agent, Error> {
        self.profile.check_change(change)?;
        self.provider.update_agent(id, change).await
    }

    async fn open_session(&self, request: &SessionRequest) -> Result<AgentSession, Error> {
        self.profile.check_context(&request.context)?;
        self.provider.open_session(request).await
    }

    async fn find_session(&self, key: &CallKey) -> Result<Option<AgentSession>, Error> {
        self.provider.find_session(key).await
    }

    async fn end_session(&self, id: &SessionId) -> Result<(), Error> {
        self.provider.end_session(id).await
    }

    async fn find_agent(&self, name: &AgentName) -> Result<Option<Agent>, Error> {
        self.provider.find_agent(name).await
    }
}
