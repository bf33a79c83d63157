//! SIP: who may call the account's agents, and the account's registrations with SIP servers.

mod registrations;

use voice_core::client::{Client, Operation, Response};
use voice_core::error::Error;
use voice_core::ident::Ipv4Cidr;
use voice_core::provider::AgentId;

use crate::check::Problems;
use crate::types::{Clearable, Secret};

pub use registrations::{
    CREATE_REGISTRATION, DELETE_REGISTRATION, GET_REGISTRATION, LIST_REGISTRATIONS,
    ListRegistrations, NewSipRegistration, SipRegistration, SipRegistrationUpdate,
    SipRegistrations, UPDATE_REGISTRATION,
};

/// `GET /api/sip`
pub static GET: Operation = Operation::get("sip.get", "/api/sip");
/// `PATCH /api/sip`
pub static UPDATE: Operation = Operation::patch("sip.update", "/api/sip");

/// The account's SIP settings; from [`UltravoxClient::sip`](crate::UltravoxClient::sip).
#[derive(Debug, Clone, Copy)]
pub struct Sip<'a> {
    client: &'a Client,
}

impl<'a> Sip<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Reads the settings, the account's SIP domain among them.
    ///
    /// # Errors
    /// The API's.
    pub async fn get(&self) -> Result<Response<SipConfig>, Error> {
        self.client.request(&GET).send().await
    }

    /// Changes single settings. A list takes the place of the old list.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) before anything is sent if a rule is
    /// broken or nothing changes; otherwise the API's.
    pub async fn update(&self, change: &SipConfigUpdate) -> Result<Response<SipConfig>, Error> {
        change.check(&UPDATE)?;
        let handler = change.fallback_handler.as_ref().and_then(Clearable::value);
        let secrets = handler.and_then(|handler| handler.secrets.as_ref());
        let request = self.client.request(&UPDATE).json(change);
        request.carries(secrets.into_iter().flatten()).send().await
    }

    /// The account's registrations with SIP servers.
    #[must_use]
    pub fn registrations(&self) -> SipRegistrations<'a> {
        SipRegistrations::new(self.client)
    }
}

request! {
    /// What to change of the SIP settings; what is not set stays.
    ///
    /// ```
    /// use ultravox_client::sip::{AgentAllowance, SipConfigUpdate};
    /// use voice_core::ident::Ipv4Cidr;
    ///
    /// let change = SipConfigUpdate::new()
    ///     .allow_from([Ipv4Cidr::parse("203.0.113.0/24")?])
    ///     .allowed_agents([AgentAllowance::new("3c90c3cc-0d44-4b50-8888-8dd25736052a".parse()?)
    ///         .to_user_pattern("^\\+1555.*$")]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    SipConfigUpdate() {
        /// The IPv4 ranges that calls are taken from; see also [`allow_from`](Self::allow_from).
        allowed_cidr_ranges: Vec<String> => "allowedCidrRanges",
        /// Whether calls to `agent_<id>` are taken for each of the account's agents.
        allow_all_agents: bool => "allowAllAgents",
        /// The agents that can be called, and how: at most 20.
        allowed_agents: Vec<AgentAllowance> => "allowedAgents",
        /// Who is asked about calls that match no agent; cleared, they are refused.
        fallback_handler: Clearable<FallbackHandler> => "fallbackHandler",
    }
}

impl SipConfigUpdate {
    /// Takes calls from these ranges only.
    #[must_use]
    pub fn allow_from(self, ranges: impl IntoIterator<Item = Ipv4Cidr>) -> Self {
        let ranges = ranges.into_iter().map(|range| range.to_string());
        self.allowed_cidr_ranges(ranges.collect::<Vec<_>>())
    }

    fn check(&self, operation: &Operation) -> Result<(), Error> {
        let mut problems = Problems::default();
        problems.no_change(self == &Self::new());
        for (at, range) in self.allowed_cidr_ranges.iter().flatten().enumerate() {
            if let Err(error) = Ipv4Cidr::parse(range) {
                problems.add(format!("allowedCidrRanges.{at}"), error.to_string());
            }
        }
        let agents = self.allowed_agents.as_ref();
        problems.at_most("allowedAgents", agents, 20);
        for (at, agent) in agents.into_iter().flatten().enumerate() {
            let at = format!("allowedAgents.{at}");
            let field = format!("{at}.toUserPattern");
            problems.text(&field, agent.to_user_pattern.as_ref(), 200);
            problems.rule(
                agent.agent_id.is_none(),
                &format!("{at}.agentId"),
                "is required",
            );
        }
        let handler = self.fallback_handler.as_ref().and_then(Clearable::value);
        if let Some(handler) = handler {
            let mut inner = Problems::default();
            inner.rule(handler.url.is_none(), "url", "is required");
            // The schema gives no limit of its length.
            inner.url("url", handler.url.as_ref(), usize::MAX);
            inner.secrets("secrets", handler.secrets.as_ref(), 120);
            inner.at_most("secrets", handler.secrets.as_ref(), 10);
            let is_empty = handler.secrets.as_ref().is_some_and(Vec::is_empty);
            inner.rule(is_empty, "secrets", "must have at least 1 item");
            problems.within("fallbackHandler", inner);
        }
        problems.finish(operation)
    }
}

model! {
    /// The account's SIP settings.
    response SipConfig {
        /// The IPv4 ranges that calls are taken from.
        allowed_cidr_ranges: Vec<String> => "allowedCidrRanges",
        /// Whether calls to `agent_<id>` are taken for each of the account's agents.
        allow_all_agents: bool => "allowAllAgents",
        /// The agents that can be called, and how.
        allowed_agents: Vec<AgentAllowance> => "allowedAgents",
        /// Who is asked about calls that match no agent.
        fallback_handler: FallbackHandler => "fallbackHandler",
        /// The domain that calls to this account go to.
        domain: String => "domain",
    }
}

model! {
    /// An agent that can be called over SIP.
    both AgentAllowance {
        /// The agent.
        agent_id: AgentId => "agentId",
        /// A regular expression for the user part of the URI that is called, at most 200 characters;
        /// `^agent_<agent_id>$` by default.
        to_user_pattern: String => "toUserPattern",
    }
}

impl AgentAllowance {
    /// This agent, reached as `agent_<agent_id>`.
    #[must_use]
    pub fn new(agent_id: AgentId) -> Self {
        Self::default().agent_id(agent_id)
    }
}

model! {
    /// Who is asked about incoming calls that match no agent. It must answer at once, with 200 and what to do.
    both FallbackHandler {
        /// Where it is asked: an `http` or `https` URL.
        url: String => "url",
        /// What requests are signed with: 1 to 10 of at most 120 characters each. Made up by the API unless set.
        secrets: Vec<Secret> => "secrets",
    }
}

impl FallbackHandler {
    /// Asks `url`, with a secret the API makes up.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self::default().url(url)
    }
}
