//! Webhook endpoints: the addresses Ultravox reports calls to. What arrives there is read elsewhere; this is their
//! management.

use voice_core::client::{Client, Operation, Page, Pager, Response};
use voice_core::error::Error;
use voice_core::provider::AgentId;
use voice_core::retry::Repeat;
use voice_core::wire::open_enum;

use crate::check::Problems;
use crate::types::{Clearable, Secret, UvTime, WebhookId};
use crate::webhooks::EventKind;

/// `GET /api/webhooks`
pub static LIST: Operation = Operation::get("webhooks.list", "/api/webhooks");
/// `POST /api/webhooks`: a second one makes a second endpoint, and every event comes twice.
pub static CREATE: Operation = Operation::post("webhooks.create", "/api/webhooks", Repeat::Once);
/// `GET /api/webhooks/{webhook_id}`
pub static GET: Operation = Operation::get("webhooks.get", "/api/webhooks/{webhook_id}");
/// `PUT /api/webhooks/{webhook_id}`
pub static REPLACE: Operation = Operation::put("webhooks.replace", "/api/webhooks/{webhook_id}");
/// `PATCH /api/webhooks/{webhook_id}`
pub static UPDATE: Operation = Operation::patch("webhooks.update", "/api/webhooks/{webhook_id}");
/// `DELETE /api/webhooks/{webhook_id}`
pub static DELETE: Operation = Operation::delete("webhooks.delete", "/api/webhooks/{webhook_id}");

/// The longest URL of an endpoint, in characters.
const URL: usize = 200;
/// The longest secret, in characters.
const SECRET: usize = 120;

/// The account's webhook endpoints; from [`UltravoxClient::webhooks`](crate::UltravoxClient::webhooks).
#[derive(Debug, Clone, Copy)]
pub struct Webhooks<'a> {
    client: &'a Client,
}

impl<'a> Webhooks<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Creates an endpoint. Sent once: after an unknown outcome list the endpoints before creating it again.
    ///
    /// Without secrets of your own the API makes one up; the answer has it.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) before anything is sent if a rule is
    /// broken; otherwise the API's.
    pub async fn create(&self, webhook: &NewWebhook) -> Result<Response<Webhook>, Error> {
        webhook.check(&CREATE)?;
        let request = self.client.request(&CREATE).json(webhook);
        let secrets = webhook.secrets.iter().flatten();
        request.carries(secrets).send().await
    }

    /// Reads an endpoint, its secrets included.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there is none.
    pub async fn get(&self, id: &WebhookId) -> Result<Response<Webhook>, Error> {
        self.client
            .request(&GET)
            .path("webhook_id", id)
            .send()
            .await
    }

    /// All endpoints that `filter` lets through, as a stream that fetches page after page.
    pub fn list(&self, filter: &ListWebhooks) -> Pager<'static, Webhook> {
        filter.list(self.client, &LIST).pager()
    }

    /// One page of them: the first, or the one at the filter's cursor.
    ///
    /// # Errors
    /// The API's.
    pub async fn page(&self, filter: &ListWebhooks) -> Result<Response<Page<Webhook>>, Error> {
        filter.list(self.client, &LIST).page().await
    }

    /// Replaces an endpoint: what `webhook` does not set has the API's default again.
    ///
    /// # Errors
    /// As [`create`](Self::create), and [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound).
    pub async fn replace(
        &self,
        id: &WebhookId,
        webhook: &NewWebhook,
    ) -> Result<Response<Webhook>, Error> {
        webhook.check(&REPLACE)?;
        self.client
            .request(&REPLACE)
            .path("webhook_id", id)
            .json(webhook)
            .carries(webhook.secrets.iter().flatten())
            .send()
            .await
    }

    /// Changes single fields of an endpoint.
    ///
    /// # Errors
    /// As [`replace`](Self::replace); a change of nothing is refused before anything is sent.
    pub async fn update(
        &self,
        id: &WebhookId,
        change: &WebhookUpdate,
    ) -> Result<Response<Webhook>, Error> {
        change.check(&UPDATE)?;
        self.client
            .request(&UPDATE)
            .path("webhook_id", id)
            .json(change)
            .carries(change.secrets.iter().flatten())
            .send()
            .await
    }

    /// Deletes an endpoint.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there is none.
    pub async fn delete(&self, id: &WebhookId) -> Result<Response<()>, Error> {
        self.client
            .request(&DELETE)
            .path("webhook_id", id)
            .send_empty()
            .await
    }
}

open_enum! {
    /// How an endpoint is doing.
    pub enum WebhookStatus {
        /// It takes what it is sent.
        Normal = "normal",
        /// It failed too often.
        Unhealthy = "unhealthy",
    }
}

request! {
    /// An endpoint to be created, or to take an old one's place.
    ///
    /// ```
    /// use ultravox_client::webhook_endpoints::NewWebhook;
    /// use ultravox_client::webhooks::EventKind;
    ///
    /// let webhook = NewWebhook::new(
    ///     "https://hooks.example/ultravox",
    ///     [EventKind::CallJoined, EventKind::CallEnded],
    /// )
    /// .secrets(["a secret of ours".into()]);
    /// ```
    NewWebhook(
        /// Where events are sent: an `http` or `https` URL of at most 200 characters.
        url: String => "url",
        /// Which events.
        events: Vec<EventKind> => "events",
    ) {
        /// Only calls of this agent; those of all agents unless set.
        agent_id: AgentId => "agentId",
        /// What payloads are signed with, one signature for each: at most 120 characters. Made up by the API unless set.
        secrets: Vec<Secret> => "secrets",
    }
}

impl NewWebhook {
    fn check(&self, operation: &Operation) -> Result<(), Error> {
        let mut problems = Problems::default();
        problems.url("url", Some(&self.url), URL);
        problems.secrets("secrets", self.secrets.as_ref(), SECRET);
        problems.finish(operation)
    }
}

request! {
    /// What to change of an endpoint; what is not set stays.
    WebhookUpdate() {
        /// Another address.
        url: String => "url",
        /// Other events, in place of the old ones.
        events: Vec<EventKind> => "events",
        /// Only calls of this agent; cleared, those of all agents.
        agent_id: Clearable<AgentId> => "agentId",
        /// Other secrets, in place of the old ones. To rotate without a gap, give the new and the old one first.
        secrets: Vec<Secret> => "secrets",
    }
}

impl WebhookUpdate {
    fn check(&self, operation: &Operation) -> Result<(), Error> {
        let mut problems = Problems::default();
        problems.no_change(self == &Self::new());
        problems.url("url", self.url.as_ref(), URL);
        problems.secrets("secrets", self.secrets.as_ref(), SECRET);
        problems.finish(operation)
    }
}

model! {
    /// An endpoint as Ultravox knows it.
    response Webhook {
        /// Its id.
        webhook_id: WebhookId => "webhookId",
        /// The only agent it is told of, if it is so limited.
        agent_id: AgentId => "agentId",
        /// When it was created.
        created: UvTime => "created",
        /// Where events are sent.
        url: String => "url",
        /// What payloads are signed with.
        secrets: Vec<Secret> => "secrets",
        /// Which events.
        events: Vec<EventKind> => "events",
        /// How it is doing.
        status: WebhookStatus => "status",
        /// Since when it is doing so.
        last_status_change: UvTime => "lastStatusChange",
        /// What went wrong lately.
        recent_failures: Vec<WebhookFailure> => "recentFailures",
    }
}

impl Webhook {
    /// Its id.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`](voice_core::error::ErrorKind::Decode) for an answer without one, which the API does not give.
    pub fn id(&self) -> Result<&WebhookId, Error> {
        self.webhook_id
            .as_ref()
            .ok_or_else(|| crate::missing("webhooks", "webhookId"))
    }
}

model! {
    /// A delivery that failed.
    response WebhookFailure {
        /// When.
        timestamp: UvTime => "timestamp",
        /// How, in Ultravox's words.
        failure: String => "failure",
    }
}

filter! {
    /// Which endpoints to list.
    ListWebhooks {
        /// Only those limited to this agent.
        agent_id: AgentId => "agentId",
    }
}
