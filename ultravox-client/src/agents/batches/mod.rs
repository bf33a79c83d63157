//! Scheduled batches: many calls of one agent, made by Ultravox within a window and under a throttle.

mod batch;

use http::HeaderValue;
use voice_core::client::{Client, Operation, Page, Pager, Response};
use voice_core::error::Error;
use voice_core::provider::AgentId;
use voice_core::retry::Repeat;

use super::TemplateSpec;
use crate::calls::Call;
use crate::carried;
use crate::list::List;
use crate::types::{BatchId, Clearable, Secret};

pub use batch::{
    BatchCall, BatchUpdate, NewBatch, ScheduledBatch, ScheduledCall, ScheduledCallStatus,
};

/// `GET /api/agents/{agent_id}/scheduled_batches`
pub static LIST_BATCHES: Operation = Operation::get(
    "agents.scheduled_batches.list",
    "/api/agents/{agent_id}/scheduled_batches",
);
/// `POST /api/agents/{agent_id}/scheduled_batches`: a second one makes every call twice.
pub static CREATE_BATCH: Operation = Operation::post(
    "agents.scheduled_batches.create",
    "/api/agents/{agent_id}/scheduled_batches",
    Repeat::Once,
);
/// `GET /api/agents/{agent_id}/scheduled_batches/{batch_id}`
pub static GET_BATCH: Operation = Operation::get(
    "agents.scheduled_batches.get",
    "/api/agents/{agent_id}/scheduled_batches/{batch_id}",
);
/// `PATCH /api/agents/{agent_id}/scheduled_batches/{batch_id}`
pub static UPDATE_BATCH: Operation = Operation::patch(
    "agents.scheduled_batches.update",
    "/api/agents/{agent_id}/scheduled_batches/{batch_id}",
);
/// `DELETE /api/agents/{agent_id}/scheduled_batches/{batch_id}`
pub static DELETE_BATCH: Operation = Operation::delete(
    "agents.scheduled_batches.delete",
    "/api/agents/{agent_id}/scheduled_batches/{batch_id}",
);
/// `GET /api/agents/{agent_id}/scheduled_batches/{batch_id}/created_calls`
pub static LIST_CREATED_CALLS: Operation = Operation::get(
    "agents.scheduled_batches.created_calls",
    "/api/agents/{agent_id}/scheduled_batches/{batch_id}/created_calls",
);
/// `GET /api/agents/{agent_id}/scheduled_batches/{batch_id}/scheduled_calls`
pub static LIST_SCHEDULED_CALLS: Operation = Operation::get(
    "agents.scheduled_batches.scheduled_calls",
    "/api/agents/{agent_id}/scheduled_batches/{batch_id}/scheduled_calls",
);

/// The scheduled batches of one agent; from [`Agents::scheduled_batches`](super::Agents::scheduled_batches).
#[derive(Debug, Clone, Copy)]
pub struct ScheduledBatches<'a> {
    client: &'a Client,
    agent: &'a AgentId,
    template: Option<&'a TemplateSpec>,
}

impl<'a> ScheduledBatches<'a> {
    pub(super) fn new(client: &'a Client, agent: &'a AgentId) -> Self {
        Self {
            client,
            agent,
            template: None,
        }
    }

    /// Holds each call's template context against the agent's template before a batch is sent: a variable without a
    /// value is then an error that names call and variable, instead of a call that fails later.
    #[must_use]
    pub fn checked_against(mut self, template: &'a TemplateSpec) -> Self {
        self.template = Some(template);
        self
    }

    /// Schedules a batch. **Calls with a medium that dials ring somebody, each at its turn.**
    ///
    /// Sent once: after an unknown outcome list the batches before creating it again.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) before anything is sent if a rule is
    /// broken; otherwise the API's. A window too short for so many calls under the throttle is refused by the API with
    /// an estimate of the time it takes. With [`Delivery::Unknown`](voice_core::error::Delivery::Unknown) the batch may
    /// exist.
    pub async fn create(&self, batch: &NewBatch) -> Result<Response<ScheduledBatch>, Error> {
        const JSON: HeaderValue = HeaderValue::from_static("application/json");
        let body = batch.checked(&CREATE_BATCH, self.template)?;
        self.client
            .request(&CREATE_BATCH)
            .path("agent_id", self.agent)
            .body(JSON, body)
            .carries(&batch.webhook_secret)
            .carries(of_calls(&batch.calls))
            .send()
            .await
    }

    /// Reads a batch: how far it is.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there is none.
    pub async fn get(&self, batch: &BatchId) -> Result<Response<ScheduledBatch>, Error> {
        self.client
            .request(&GET_BATCH)
            .path("agent_id", self.agent)
            .path("batch_id", batch)
            .send()
            .await
    }

    /// All batches of the agent, as a stream that fetches page after page.
    pub fn list(&self, filter: &ListBatches) -> Pager<'static, ScheduledBatch> {
        self.batches(filter).pager()
    }

    /// One page of them: the first, or the one at the filter's cursor.
    ///
    /// # Errors
    /// The API's.
    pub async fn page(
        &self,
        filter: &ListBatches,
    ) -> Result<Response<Page<ScheduledBatch>>, Error> {
        self.batches(filter).page().await
    }

    /// Changes a batch.
    ///
    /// With calls it is sent once, since they may be ringing by the time it is sent again: after an unknown outcome look at
    /// the batch's [`scheduled_calls`](Self::scheduled_calls). Without calls it is repeated as any update is.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) before anything is sent if a rule is
    /// broken or nothing changes; otherwise the API's.
    pub async fn update(
        &self,
        batch: &BatchId,
        change: &BatchUpdate,
    ) -> Result<Response<ScheduledBatch>, Error> {
        const JSON: HeaderValue = HeaderValue::from_static("application/json");
        let body = change.checked(&UPDATE_BATCH)?;
        let repeat = match change.calls {
            Some(_) => Repeat::Once,
            None => UPDATE_BATCH.repeat(),
        };
        self.client
            .request(&UPDATE_BATCH)
            .repeat(repeat)
            .path("agent_id", self.agent)
            .path("batch_id", batch)
            .body(JSON, body)
            .carries(change.webhook_secret.as_ref().and_then(Clearable::value))
            .carries(of_calls(change.calls.as_deref().unwrap_or_default()))
            .send()
            .await
    }

    /// Stops a batch: no more calls are created. **It cannot be resumed.** Calls that exist already go on.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there is none.
    pub async fn pause(&self, batch: &BatchId) -> Result<Response<ScheduledBatch>, Error> {
        self.update(batch, &BatchUpdate::new().paused(true)).await
    }

    /// Deletes a batch: no more calls are created. Calls that exist already go on.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there is none.
    pub async fn delete(&self, batch: &BatchId) -> Result<Response<()>, Error> {
        self.client
            .request(&DELETE_BATCH)
            .path("agent_id", self.agent)
            .path("batch_id", batch)
            .send_empty()
            .await
    }

    /// The calls a batch has created so far, as a stream that fetches page after page.
    pub fn created_calls(
        &self,
        batch: &BatchId,
        filter: &ListCreatedCalls,
    ) -> Pager<'static, Call> {
        self.created(batch, filter).pager()
    }

    /// One page of them: the first, or the one at the filter's cursor.
    ///
    /// # Errors
    /// The API's.
    pub async fn created_calls_page(
        &self,
        batch: &BatchId,
        filter: &ListCreatedCalls,
    ) -> Result<Response<Page<Call>>, Error> {
        self.created(batch, filter).page().await
    }

    /// What has become of each call of a batch, as a stream that fetches page after page.
    pub fn scheduled_calls(
        &self,
        batch: &BatchId,
        filter: &ListScheduledCalls,
    ) -> Pager<'static, ScheduledCall> {
        self.scheduled(batch, filter).pager()
    }

    /// One page of them: the first, or the one at the filter's cursor.
    ///
    /// # Errors
    /// The API's.
    pub async fn scheduled_calls_page(
        &self,
        batch: &BatchId,
        filter: &ListScheduledCalls,
    ) -> Result<Response<Page<ScheduledCall>>, Error> {
        self.scheduled(batch, filter).page().await
    }

    fn batches(&self, filter: &ListBatches) -> List {
        filter
            .list(self.client, &LIST_BATCHES)
            .path("agent_id", self.agent.as_str())
    }

    fn created(&self, batch: &BatchId, filter: &ListCreatedCalls) -> List {
        filter
            .list(self.client, &LIST_CREATED_CALLS)
            .path("agent_id", self.agent.as_str())
            .path("batch_id", batch.as_str())
    }

    fn scheduled(&self, batch: &BatchId, filter: &ListScheduledCalls) -> List {
        filter
            .list(self.client, &LIST_SCHEDULED_CALLS)
            .path("agent_id", self.agent.as_str())
            .path("batch_id", batch.as_str())
    }
}

filter! {
    /// Where in the list of batches to begin, and how many to a page.
    ListBatches {}
}

filter! {
    /// Where in the list of a batch's calls to begin, and how many to a page.
    ListCreatedCalls {}
}

filter! {
    /// Which calls of a batch to list.
    ListScheduledCalls {
        /// Only those this far.
        status: ScheduledCallStatus => "status",
    }
}

/// The passwords of the SIP calls among them.
fn of_calls(calls: &[BatchCall]) -> Vec<&Secret> {
    let mut found = Vec::new();
    for call in calls {
        carried::medium(&mut found, call.medium.as_ref());
    }
    found
}
