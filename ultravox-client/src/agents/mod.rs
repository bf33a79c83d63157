//! Agents: create, read, list, change, delete, their calls and their scheduled batches of calls.

mod agent;
mod batches;
mod calls;
mod telephony_xml;
mod template;
mod update;
mod usage;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use voice_core::client::{Client, Operation, Page, Pager, RequestBuilder, Response};
use voice_core::error::{Error, ErrorKind};
use voice_core::provider::AgentId;
use voice_core::retry::Repeat;

use crate::carried;

pub use agent::{Agent, AgentStatistics, AgentSummary, NewAgent};
pub use batches::{
    BatchCall, BatchUpdate, CREATE_BATCH, DELETE_BATCH, GET_BATCH, LIST_BATCHES,
    LIST_CREATED_CALLS, LIST_SCHEDULED_CALLS, ListBatches, ListCreatedCalls, ListScheduledCalls,
    NewBatch, ScheduledBatch, ScheduledBatches, ScheduledCall, ScheduledCallStatus, UPDATE_BATCH,
};
pub use calls::{AgentCalls, CREATE_CALL, LIST_CALLS, ListAgentCalls};
pub use telephony_xml::{TELEPHONY_XML, TelephonyRequest};
pub use template::{CallTemplate, TemplateSpec};
pub use update::AgentUpdate;
pub use usage::{AgentDailyUsage, AgentUsage, USAGE};

use crate::calls::CallFilter;
use crate::types::Secret;

/// `GET /api/agents`
pub static LIST: Operation = Operation::get("agents.list", "/api/agents");
/// `POST /api/agents`: a second one makes a second agent.
pub static CREATE: Operation = Operation::post("agents.create", "/api/agents", Repeat::Once);
/// `GET /api/agents/{agent_id}`
pub static GET: Operation = Operation::get("agents.get", "/api/agents/{agent_id}");
/// `PATCH /api/agents/{agent_id}`
pub static UPDATE: Operation = Operation::patch("agents.update", "/api/agents/{agent_id}");
/// `DELETE /api/agents/{agent_id}`
pub static DELETE: Operation = Operation::delete("agents.delete", "/api/agents/{agent_id}");

/// The account's agents; from [`UltravoxClient::agents`](crate::UltravoxClient::agents).
#[derive(Debug, Clone, Copy)]
pub struct Agents<'a> {
    client: &'a Client,
}

impl<'a> Agents<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Creates an agent. Sent once: after an unknown outcome look for it by its name before creating it again.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] before anything is sent if the settings break a rule the API states; otherwise the
    /// API's.
    pub async fn create(&self, agent: &NewAgent) -> Result<Response<Agent>, Error> {
        self.create_as(agent).await
    }

    /// Reads an agent.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when there is none.
    pub async fn get(&self, id: &AgentId) -> Result<Response<Agent>, Error> {
        self.get_as(id).await
    }

    /// All agents that `filter` lets through, as a stream that fetches page after page.
    pub fn list(&self, filter: &ListAgents) -> Pager<'static, Agent> {
        filter.list(self.client, &LIST).pager()
    }

    /// One page of them: the first, or the one at the filter's cursor.
    ///
    /// # Errors
    /// The API's.
    pub async fn page(&self, filter: &ListAgents) -> Result<Response<Page<Agent>>, Error> {
        self.page_as(filter).await
    }

    /// Changes an agent: reads it, puts the changes in, and sends the whole template back. **Read what [`AgentUpdate`]
    /// says of secrets.**
    ///
    /// Two requests, each with its own deadline; one if only the name changes.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] before anything is sent if the change breaks a rule the API states, or changes
    /// nothing; otherwise the API's.
    pub async fn update(
        &self,
        id: &AgentId,
        change: &AgentUpdate,
    ) -> Result<Response<Agent>, Error> {
        self.update_as(id, change).await
    }

    /// Sends a PATCH with this very body and reads nothing before. What the API does with a `callTemplate` in part is
    /// not settled; [`update`](Self::update) is the careful way.
    ///
    /// # Errors
    /// The API's.
    pub async fn patch(
        &self,
        id: &AgentId,
        body: &impl Serialize,
    ) -> Result<Response<Agent>, Error> {
        self.client
            .request(&UPDATE)
            .path("agent_id", id)
            .json(body)
            .send()
            .await
    }

    /// Deletes an agent.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when there is none.
    pub async fn delete(&self, id: &AgentId) -> Result<Response<()>, Error> {
        self.client
            .request(&DELETE)
            .path("agent_id", id)
            .send_empty()
            .await
    }

    /// The calls of one agent.
    #[must_use]
    pub fn calls(&self, id: &'a AgentId) -> AgentCalls<'a> {
        AgentCalls::new(self.client, id)
    }

    /// The scheduled batches of one agent: many calls, made by Ultravox one after the other.
    #[must_use]
    pub fn scheduled_batches(&self, id: &'a AgentId) -> ScheduledBatches<'a> {
        ScheduledBatches::new(self.client, id)
    }

    /// How much the agents were used, day by day, by the calls that `filter` lets through.
    ///
    /// The vendor's pages do not mention this operation; it may change without notice.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] before anything is sent for a malformed filter; otherwise the API's.
    pub async fn usage(&self, filter: &CallFilter) -> Result<Response<Vec<AgentUsage>>, Error> {
        filter.check(&USAGE)?;
        let request = self.client.request(&USAGE);
        let pairs = filter.pairs();
        let add = |request: RequestBuilder<'a>, (name, value): &(String, String)| {
            request.query(name, value)
        };
        pairs.iter().fold(request, add).send().await
    }

    /// Does what a telephone provider does when a call comes in for an agent: a call is created, and the answer is the XML
    /// that connects the provider to it. **The XML holds the join URL**, hence the secret.
    ///
    /// `request` is what the provider sends, in its own words. Meant for proxies in front of Ultravox: a provider's webhook
    /// usually points at `https://app.ultravox.ai/api/agents/{agent_id}/telephony_xml` itself, and the agent must be
    /// allowed in the account's settings for that provider. Sent once, since it creates a call.
    ///
    /// The vendor's pages do not mention this operation, and its schema declares no authentication for it; the key is sent
    /// all the same.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`] when the answer is no text; otherwise the API's.
    pub async fn telephony_xml(
        &self,
        id: &AgentId,
        request: impl Into<TelephonyRequest>,
    ) -> Result<Response<Secret>, Error> {
        telephony_xml::ask(self.client, id, request.into()).await
    }

    pub(crate) async fn create_as<T: DeserializeOwned>(
        &self,
        agent: &NewAgent,
    ) -> Result<Response<T>, Error> {
        agent.check(&CREATE)?;
        self.client
            .request(&CREATE)
            .json(agent)
            .carries(carried::template(&agent.call_template))
            .send()
            .await
    }

    pub(crate) async fn get_as<T: DeserializeOwned>(
        &self,
        id: &AgentId,
    ) -> Result<Response<T>, Error> {
        self.client.request(&GET).path("agent_id", id).send().await
    }

    pub(crate) async fn page_as<T: DeserializeOwned>(
        &self,
        filter: &ListAgents,
    ) -> Result<Response<Page<T>>, Error> {
        filter.list(self.client, &LIST).page().await
    }

    pub(crate) async fn update_as<T: DeserializeOwned>(
        &self,
        id: &AgentId,
        change: &AgentUpdate,
    ) -> Result<Response<T>, Error> {
        change.check(&UPDATE)?;
        let body = if change.touches_template() {
            let current = self.get_as::<Value>(id).await?.into_inner();
            change.applied_to(current).map_err(|_| {
                // The error's text might quote a value.
                Error::new(
                    ErrorKind::InvalidInput,
                    "the change cannot be written as JSON",
                )
                .with_operation(crate::PROVIDER, UPDATE.name())
            })?
        } else {
            change.without_template()
        };
        self.client
            .request(&UPDATE)
            .path("agent_id", id)
            .json(&body)
            .carries(carried::template(&change.template))
            .send()
            .await
    }
}

filter! {
    /// Which agents to list.
    ListAgents {
        /// Only those the API finds by this text. An empty one, which the API refuses, is not sent.
        search: String => "search",
        /// Order, such as `-created`.
        sort: String => "sort",
    }
}
