//! The calls of one agent.

use serde::de::DeserializeOwned;
use voice_core::client::{Client, Operation, Page, Pager, Response};
use voice_core::error::Error;
use voice_core::provider::AgentId;
use voice_core::retry::Repeat;

use super::TemplateSpec;
use crate::calls::{Call, StartAgentCall};
use crate::carried;
use crate::list::List;

/// `GET /api/agents/{agent_id}/calls`
pub static LIST_CALLS: Operation =
    Operation::get("agents.calls.list", "/api/agents/{agent_id}/calls");
/// `POST /api/agents/{agent_id}/calls`: a second one makes a second call, and with an outgoing medium rings twice.
pub static CREATE_CALL: Operation = Operation::post(
    "agents.calls.create",
    "/api/agents/{agent_id}/calls",
    Repeat::Once,
);

/// The calls of one agent; from [`Agents::calls`](super::Agents::calls).
#[derive(Debug, Clone, Copy)]
pub struct AgentCalls<'a> {
    client: &'a Client,
    agent: &'a AgentId,
    throttle: Option<&'a str>,
    template: Option<&'a TemplateSpec>,
}

impl<'a> AgentCalls<'a> {
    pub(super) fn new(client: &'a Client, agent: &'a AgentId) -> Self {
        Self {
            client,
            agent,
            throttle: None,
            template: None,
        }
    }

    /// Creates calls under a call throttle of the account's, by its name or id. A call too many is refused with 429.
    #[must_use]
    pub fn throttled_by(mut self, throttle: &'a str) -> Self {
        self.throttle = Some(throttle);
        self
    }

    /// Holds each call's template context against the agent's template before anything is sent: a variable without a
    /// value is then an error that names it, and so is, with the feature `context-schema`, whatever does not fit the
    /// template's `context_schema`; see [`TemplateSpec::check_context`].
    #[must_use]
    pub fn checked_against(mut self, template: &'a TemplateSpec) -> Self {
        self.template = Some(template);
        self
    }

    /// Creates a call. The agent waits at its [join URL](Call::join_url) until the join timeout; with a medium that
    /// dials, somebody is rung at once.
    ///
    /// Sent once. A refusal (429, or a 503 of the API's own) is tried again within the client's limits; an unknown outcome is not. Give the
    /// call a [key](StartAgentCall::key) to be able to [look for it](crate::calls::Calls::find_by_key) then.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) before anything is sent if the request
    /// breaks a rule the API states; otherwise the API's. With
    /// [`Delivery::Unknown`](voice_core::error::Delivery::Unknown) the call may exist.
    pub async fn create(&self, call: &StartAgentCall) -> Result<Response<Call>, Error> {
        self.create_as(call).await
    }

    pub(crate) async fn create_as<T: DeserializeOwned>(
        &self,
        call: &StartAgentCall,
    ) -> Result<Response<T>, Error> {
        call.check(&CREATE_CALL, self.template)?;
        self.client
            .request(&CREATE_CALL)
            .path("agent_id", self.agent)
            .query_option("throttle", self.throttle)
            .json(call)
            .carries(carried::agent_call(call))
            .send()
            .await
    }

    /// All of the agent's calls, as a stream that fetches page after page.
    pub fn list(&self, filter: &ListAgentCalls) -> Pager<'static, Call> {
        self.pages(filter).pager()
    }

    /// One page of them: the first, or the one at the filter's cursor.
    ///
    /// # Errors
    /// The API's.
    pub async fn page(&self, filter: &ListAgentCalls) -> Result<Response<Page<Call>>, Error> {
        self.pages(filter).page().await
    }

    fn pages(&self, filter: &ListAgentCalls) -> List {
        filter
            .list(self.client, &LIST_CALLS)
            .path("agent_id", self.agent.as_str())
    }
}

filter! {
    /// Which of an agent's calls to list. For filters, list [all calls](crate::calls::ListCalls) by agent.
    ListAgentCalls {}
}
