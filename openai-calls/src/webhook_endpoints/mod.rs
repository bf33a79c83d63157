//! Webhook endpoints: the addresses OpenAI reports to, and the secrets it signs with.
//!
//! Operations and fields are those of the vendor's reference and of its official Python library 3.54 (2026-11); the schema of
//! 2026-08 has none of them. Types of events are open texts. A signing secret is shown once, when an endpoint is created or
//! its secret rotated, and never in `Debug`.

mod types;

use serde::Deserialize;
use voice_core::client::{Client, Cursor, Operation, Page, Pager, RequestBuilder, Response};
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::retry::Repeat;

pub use self::types::{
    KeepOldSecret, ListWebhookEndpoints, NewWebhookEndpoint, WebhookEndpoint,
    WebhookEndpointUpdate, WebhookTest,
};

use crate::PROVIDER;
use crate::ids::segment;

/// `GET /webhook_endpoints`
pub static LIST: Operation = Operation::get("webhook_endpoints.list", "/webhook_endpoints");
/// `POST /webhook_endpoints`: a second one makes a second endpoint, and every event comes twice.
pub static CREATE: Operation = Operation::post(
    "webhook_endpoints.create",
    "/webhook_endpoints",
    Repeat::Once,
);
/// `GET /webhook_endpoints/{webhook_endpoint_id}`
pub static GET: Operation = Operation::get(
    "webhook_endpoints.get",
    "/webhook_endpoints/{webhook_endpoint_id}",
);
/// `POST /webhook_endpoints/{webhook_endpoint_id}`: sets a state.
pub static UPDATE: Operation = Operation::post(
    "webhook_endpoints.update",
    "/webhook_endpoints/{webhook_endpoint_id}",
    Repeat::Idempotent,
);
/// `DELETE /webhook_endpoints/{webhook_endpoint_id}`
pub static DELETE: Operation = Operation::delete(
    "webhook_endpoints.delete",
    "/webhook_endpoints/{webhook_endpoint_id}",
);
/// `POST /webhook_endpoints/{webhook_endpoint_id}/rotate_secret`: a second one makes the first one's secret an old one.
pub static ROTATE_SECRET: Operation = Operation::post(
    "webhook_endpoints.rotate_secret",
    "/webhook_endpoints/{webhook_endpoint_id}/rotate_secret",
    Repeat::Once,
);
/// `POST /webhook_endpoints/{webhook_endpoint_id}/test`: a second one is delivered as well.
pub static TEST: Operation = Operation::post(
    "webhook_endpoints.test",
    "/webhook_endpoints/{webhook_endpoint_id}/test",
    Repeat::Once,
);
/// `GET /webhook_event_types`
pub static EVENT_TYPES: Operation =
    Operation::get("webhook_endpoints.event_types", "/webhook_event_types");

/// The project's webhook endpoints; from [`OpenAiClient::webhook_endpoints`](crate::OpenAiClient::webhook_endpoints).
#[derive(Debug, Clone, Copy)]
pub struct WebhookEndpoints<'a> {
    client: &'a Client,
}

impl<'a> WebhookEndpoints<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// All endpoints, newest first, as a stream that fetches page after page.
    pub fn list(&self, which: &ListWebhookEndpoints) -> Pager<'static, WebhookEndpoint> {
        let client = self.client.clone();
        let limit = which.limit;
        Pager::new(which.after.clone(), move |after| {
            let client = client.clone();
            async move { Ok(fetch(&client, limit, after.as_ref()).await?.into_inner()) }
        })
    }

    /// One page of them.
    ///
    /// # Errors
    /// The API's.
    pub async fn page(
        &self,
        which: &ListWebhookEndpoints,
    ) -> Result<Response<Page<WebhookEndpoint>>, Error> {
        fetch(self.client, which.limit, which.after.as_ref()).await
    }

    /// Creates an endpoint; the answer has its signing secret, which is never shown again. Sent once: after an unknown
    /// outcome list the endpoints before creating it again.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] before anything is sent for an endpoint without a name, an `https` address or types of
    /// events; otherwise the API's.
    pub async fn create(
        &self,
        endpoint: &NewWebhookEndpoint,
    ) -> Result<Response<WebhookEndpoint>, Error> {
        self.check(&CREATE, endpoint.problem())?;
        self.client.request(&CREATE).json(endpoint).send().await
    }

    /// Reads an endpoint.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when there is none.
    pub async fn get(&self, id: &str) -> Result<Response<WebhookEndpoint>, Error> {
        self.of(&GET, id)?.send().await
    }

    /// Changes single fields of an endpoint.
    ///
    /// # Errors
    /// As [`create`](Self::create), and [`ErrorKind::NotFound`]; a change of nothing is refused before anything is sent.
    pub async fn update(
        &self,
        id: &str,
        change: &WebhookEndpointUpdate,
    ) -> Result<Response<WebhookEndpoint>, Error> {
        self.check(&UPDATE, change.problem())?;
        self.of(&UPDATE, id)?.json(change).send().await
    }

    /// Deletes an endpoint.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when there is none.
    pub async fn delete(&self, id: &str) -> Result<Response<()>, Error> {
        self.of(&DELETE, id)?.send_empty().await
    }

    /// Gives an endpoint a new signing secret; the answer has it. Keep the old one for the time of the change: a verifier that
    /// holds both takes every delivery.
    ///
    /// Sent once. After an unknown outcome rotate again: the secret of the first time was shown to nobody.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when there is none; otherwise the API's.
    pub async fn rotate_secret(
        &self,
        id: &str,
        old: KeepOldSecret,
    ) -> Result<Response<WebhookEndpoint>, Error> {
        self.of(&ROTATE_SECRET, id)?.json(&old).send().await
    }

    /// Sends a sample event to an endpoint and tells what it answered.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when there is none; otherwise the API's. An endpoint that answers badly is no error here.
    pub async fn test(
        &self,
        id: &str,
        event_type: impl Into<String>,
    ) -> Result<Response<WebhookTest>, Error> {
        #[derive(serde::Serialize)]
        struct Body {
            event_type: String,
        }
        let body = Body {
            event_type: event_type.into(),
        };
        self.of(&TEST, id)?.json(&body).send().await
    }

    /// The types of events that the project can be told of.
    ///
    /// # Errors
    /// The API's.
    pub async fn event_types(&self) -> Result<Response<Vec<String>>, Error> {
        #[derive(Deserialize)]
        struct Body {
            data: Vec<String>,
        }
        let answer = self.client.request(&EVENT_TYPES).send::<Body>().await?;
        Ok(answer.map(|body| body.data))
    }

    fn of<'r>(&'r self, operation: &'r Operation, id: &str) -> Result<RequestBuilder<'r>, Error> {
        const ID: &str = "webhook_endpoint_id";
        let id = segment(self.client, operation, ID, id)?;
        Ok(self.client.request(operation).path(ID, id))
    }

    fn check(&self, operation: &Operation, problem: Option<(&str, &str)>) -> Result<(), Error> {
        match problem {
            None => Ok(()),
            Some((field, rule)) => Err(self.client.invalid(operation, field, rule)),
        }
    }
}

/// A page begins behind the endpoint whose id is the cursor.
async fn fetch(
    client: &Client,
    limit: Option<u32>,
    after: Option<&Cursor>,
) -> Result<Response<Page<WebhookEndpoint>>, Error> {
    #[derive(Deserialize)]
    struct Body {
        data: Vec<WebhookEndpoint>,
        #[serde(default)]
        has_more: Option<bool>,
        #[serde(default)]
        last_id: Option<String>,
    }
    let request = client.request(&LIST).query_option("limit", limit);
    let request = request.query_option("after", after.map(Cursor::as_str));
    let answer = request.send::<Body>().await?;
    let status = answer.status();
    let next = match (answer.has_more, &answer.last_id) {
        (Some(true), last) => {
            let last = last.as_deref().filter(|id| !id.is_empty());
            let last = last.or_else(|| answer.data.last()?.id.as_deref());
            Some(last.map(Cursor::new).ok_or_else(|| {
                Error::new(
                    ErrorKind::Protocol,
                    "the list says that it goes on, but not where",
                )
                .with_operation(PROVIDER, LIST.name())
                .with_delivery(Delivery::Answered)
                .with_status(status)
            })?)
        }
        _ => None,
    };
    Ok(answer.map(|body| Page::new(body.data, next)))
}
